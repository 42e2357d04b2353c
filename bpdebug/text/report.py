"""A report of checks as lines for people, and as a record for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.checks.derivations.findings import DerivationCheck
from bpdebug.checks.diagnosis.causes import Cause, Diagnosis, Made
from bpdebug.checks.figures.printed import Comparison, Verdict
from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.report import Report
from bpdebug.text import gradient_checks, hand_derivations
from bpdebug.text.diagnosis import diagnosis_lines
from bpdebug.text.printed_figures import figure_lines, figure_summary
from bpdebug.text.trace import json_number

Record = dict[str, object]

_MOST_FIGURES = 100


def report_lines(report: Report, loss: str, width: int) -> Iterator[str]:
    """Everything that was checked, part by part."""
    yield f"Gradients of iteration {report.iteration}"
    yield from _indented(gradient_checks.check_lines(report.gradients, width - 2, loss))
    if report.comparisons:
        yield "Figures"
        yield from _indented(
            [*figure_lines(report.comparisons), figure_summary(report.comparisons)]
        )
    for check in report.derivations:
        yield "Hand derivation"
        yield from _indented([hand_derivations.summary(check), *hand_derivations.lines(check)])
    for each in report.unread:
        yield "Hand derivation"
        yield f"  {each.text}: cannot be checked: {each.reason}"
    if report.diagnosis is not None:
        yield "Diagnosis"
        yield from _indented(list(diagnosis_lines(report.diagnosis, report.comparisons)))


def _figure_lines(comparisons: Sequence[Comparison]) -> list[str]:
    """A line for each figure; of many only those that do not just agree, and not all of them."""
    if len(comparisons) <= _MOST_FIGURES:
        return figure_lines(comparisons)
    found = [each for each in comparisons if each.verdict is not Verdict.AGREEMENT]
    lines = figure_lines(found[:_MOST_FIGURES])
    if len(found) > _MOST_FIGURES:
        lines.append(f"… and {len(found) - _MOST_FIGURES:,} more that do not just agree")
    return lines


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def report_record(report: Report) -> Record:
    """The same with all digits."""
    gradients = report.gradients
    return {
        "ok": report.ok,
        "iteration": report.iteration,
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
        "diagnosis": None if report.diagnosis is None else _diagnosis(report.diagnosis),
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


def _figure(compared: Comparison) -> Record:
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
