"""A report of checks as lines for people, and as a record for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.checks.derivations.findings import DerivationCheck
from bpdebug.checks.diagnosis.causes import Cause, Diagnosis, Made
from bpdebug.checks.figures.printed import FigureComparison
from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.report import CheckReport
from bpdebug.text.findings import derivations as hand_derivations
from bpdebug.text.findings import gradients as gradient_checks
from bpdebug.text.findings.diagnosis import diagnosis_lines
from bpdebug.text.findings.printed import figure_lines, figure_summary, set_aside_text
from bpdebug.text.records import json_number

Record = dict[str, object]


def report_lines(report: CheckReport, width: int) -> Iterator[str]:
    """Everything that was checked, part by part."""
    yield from first_lines(report, width)
    yield from cause_lines(report)


def first_lines(report: CheckReport, width: int) -> Iterator[str]:
    """What is known before causes are looked for: what was asked stands first."""
    for each in report.against:
        yield f"Figures of {each.source.name}" if _are_many(report) else "Figures"
        yield from _indented(each.source.notes)
        yield from _indented([*figure_lines(each.comparisons), figure_summary(each.comparisons)])
    if report.request.set_aside:
        yield "Figures"
        yield f"  {set_aside_text(report.request.set_aside)}"
    for check in report.derivations:
        yield "Hand derivation"
        yield from _indented([hand_derivations.summary(check), *hand_derivations.lines(check)])
    for unread in report.unread:
        yield "Hand derivation"
        yield f"  {unread.text}: cannot be checked: {unread.reason}"
    if report.request.gradients:
        yield f"Gradients of iteration {report.request.iteration}"
        loss = report.program.model.loss
        yield from _indented(gradient_checks.check_lines(report.gradients, width - 2, loss))


def cause_lines(report: CheckReport) -> Iterator[str]:
    """What may have gone wrong, and whether it was all that was wanted."""
    for each in report.against:
        if each.diagnosis is not None:
            name = f" of {each.source.name}" if _are_many(report) else ""
            yield f"Diagnosis{name}"
            yield from _indented(list(diagnosis_lines(each.diagnosis, each.comparisons)))
    if report.ended:
        yield f"Not all was checked: {report.ended}."


def _are_many(report: CheckReport) -> bool:
    return len(report.against) > 1


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def report_record(report: CheckReport) -> Record:
    """The same with all digits."""
    gradients = report.gradients
    diagnoses = [(each, each.diagnosis) for each in report.against if each.diagnosis is not None]
    return {
        "ok": report.ok,
        "iteration": report.request.iteration,
        "gradients": [_gradient(each) for each in gradients.checks],
        "gradients_total": gradients.total,
        "directions": [
            {
                "backprop": json_number(each.backprop),
                "complex_step": json_number(each.complex_step),
                "relative_error": json_number(each.error),
                "ok": each.ok,
            }
            for each in gradients.directions
        ],
        "printed": [_figure(each) for each in report.comparisons],
        "derivations": [_derivation(each) for each in report.derivations],
        "unread_derivations": [
            {"text": each.text, "reason": each.reason} for each in report.unread
        ],
        "diagnosis": _diagnosis(diagnoses[0][1]) if diagnoses else None,
        "diagnoses": [
            {"figures": each.source.name or None} | _diagnosis(diagnosis)
            for each, diagnosis in diagnoses
        ],
        "assumed": [
            {"figures": each.source.name or None, "note": note}
            for each in report.against
            for note in each.source.notes
        ],
        "set_aside": report.request.set_aside,
        "ended": str(report.ended) or None,
    }


def _gradient(check: GradientCheck) -> Record:
    return {
        "name": check.name,
        "backprop": json_number(check.backprop),
        "complex_step": json_number(check.complex_step),
        "central_difference": json_number(check.central),
        "step": json_number(check.step),
        "relative_error": json_number(check.error),
        "verdict": str(check.verdict),
        "reason": str(check.reason),
    }


def _figure(compared: FigureComparison) -> Record:
    figure = compared.figure
    return {
        "of": figure.name,
        "iteration": figure.iteration,
        "figure": figure.text,
        "value": json_number(compared.value),
        "verdict": str(compared.verdict),
        "note": compared.note,
        "position": compared.operation,
        "source": figure.source,
    }


def _derivation(check: DerivationCheck) -> Record:
    return {
        "name": check.name,
        "value": json_number(check.value),
        "truth": json_number(check.truth),
        "relative_error": json_number(check.error),
        "verdict": str(check.verdict),
        "summary": hand_derivations.summary(check),
        "paths": [
            {
                "path": None if each.path is None else str(each.path),
                "verdict": str(each.kind),
                "product": json_number(each.product),
                "value": json_number(each.value),
            }
            for each in check.findings
        ],
    }


def _diagnosis(diagnosis: Diagnosis) -> Record:
    slip = diagnosis.slip
    return {
        "causes": [_cause(each) for each in diagnosis.causes],
        "wrong_figures": diagnosis.wrong,
        "tried": diagnosis.tried,
        "pairs": diagnosis.pairs,
        "since": diagnosis.since,
        "untried_figures": diagnosis.untried,
        "by_chance": json_number(diagnosis.by_chance),
        "ended": diagnosis.ended,
        "slip_in": None if slip is None else slip.figure.name,
    }


def _cause(cause: Cause) -> Record:
    return {
        "mistakes": _made(cause.made),
        "same_numbers": [_made(each) for each in cause.also],
        "spoiled": list(cause.spoiled),
        "rounded": cause.rounded,
    }


def _made(made: Sequence[Made]) -> list[Record]:
    return [
        {
            "name": each.mistake.name,
            "where": each.alteration.where,
            "sentence": each.mistake.sentence,
        }
        for each in made
    ]
