"""A report of checks as a record for programs, with all digits."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.checks.derivations.findings import DerivationCheck
from bpdebug.checks.diagnosis.causes import Cause, Diagnosis, Made
from bpdebug.checks.figures.printed import FigureComparison
from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.report import CheckReport
from bpdebug.text.findings.derivations import summary
from bpdebug.text.findings.looks import look_lines
from bpdebug.text.records import json_number

Record = dict[str, object]


def report_record(report: CheckReport) -> Record:
    """Everything that was checked, as `bpdebug check --json` prints it."""
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
        "unread_derivations": _unread(report),
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
    array = check.array
    of_array: Record = {}
    if array is not None:
        of_array = {
            "element": check.name,
            "elements": array.count,
            "wrong_elements": list(array.wrong),
            "read_as": array.text,
            "assumed": array.assumed or None,
        }
    return of_array | {
        "name": check.title,
        "value": json_number(check.value),
        "truth": json_number(check.truth),
        "relative_error": json_number(check.error),
        "verdict": str(check.verdict),
        "summary": summary(check),
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


def verdict_record(report: CheckReport) -> Record:
    """What is right and what is wrong, without anything of what would be right."""
    return {
        "ok": report.ok,
        "printed": [
            {
                "of": each.figure.name,
                "iteration": each.figure.iteration,
                "figure": each.figure.text,
                "verdict": str(each.verdict),
            }
            for each in report.comparisons
        ],
        "derivations": [
            {"name": each.title, "verdict": str(each.verdict)} for each in report.derivations
        ],
        "unread_derivations": _unread(report),
        "wrong_gradients": [each.name for each in report.gradients.wrong],
    }


def _unread(report: CheckReport) -> list[Record]:
    return [{"text": each.text, "reason": each.reason} for each in report.unread]


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
        "looks": list(look_lines(diagnosis.looks)),
        "mistyped": diagnosis.mistyped or None,
        "precision": json_number(diagnosis.precision) if diagnosis.precision else None,
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
