"""What checks have found, one line a finding: what it is, of what, in a few words, where to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.checks.derivations.findings import DerivationCheck
from bpdebug.checks.figures import printed
from bpdebug.checks.gradients import gradient
from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.gradients.sampling import DirectionCheck, GradientChecks
from bpdebug.checks.report import CheckReport
from bpdebug.notation.names import with_greek
from bpdebug.program.program import Program
from bpdebug.text.findings.derivations import lines as path_lines
from bpdebug.text.findings.derivations import summary as derivation_summary
from bpdebug.text.findings.figures import cause, comes_out_otherwise, figure_text, figures
from bpdebug.text.findings.gradients import check_row, error_text
from bpdebug.text.findings.lines import (
    MOST_ALONE,
    RIGHT,
    SET_ASIDE,
    UNSURE,
    WORST_FIRST,
    WRONG,
    FindingLine,
    FindingMark,
    gathered,
    parameter_of,
    place_of,
)
from bpdebug.text.safe import safe

_MOST_NAMED = 3
_DIGITS = 6


_OF_GRADIENT = {
    gradient.GradientVerdict.AGREES: RIGHT,
    gradient.GradientVerdict.UNSURE: UNSURE,
    gradient.GradientVerdict.WRONG: WRONG,
}


def summary(report: CheckReport) -> str:
    """How many findings there are and of what, or what was checked if nothing is wrong."""
    comparisons = report.comparisons
    wrong = [
        figure_text(compared)
        for each in report.against
        for compared in each.comparisons
        if (_disagrees if each.source.explains else comes_out_otherwise)(compared)
    ]
    wrong += [f"{safe(check.title)} by hand" for check in report.derivations if not check.ok]
    wrong += [_named(each) for each in report.gradients.wrong]
    wrong += [f"direction {each.number}" for each in report.gradients.directions if not each.ok]
    tail = ""
    unsure = sum(
        each.verdict is gradient.GradientVerdict.UNSURE for each in report.gradients.checks
    )
    unsure += len(report.unread)
    if unsure:
        tail = f"; of {unsure} there is no telling"
    if not wrong:
        counts = [
            _gradient_count(report.gradients),
            _number_of(len(comparisons), "figure"),
            _number_of(len(report.derivations), "hand derivation"),
        ]
        return f"nothing is wrong: {', '.join(filter(None, counts)) or 'nothing to check'}{tail}"
    named = ", ".join(wrong[:_MOST_NAMED]) + (", …" if len(wrong) > _MOST_NAMED else "")
    return f"{_number_of(len(wrong), 'finding')}: {named}{tail}"


def _disagrees(compared: printed.FigureComparison) -> bool:
    return compared.verdict is printed.FigureVerdict.DISAGREEMENT


def findings(report: CheckReport, program: Program) -> list[FindingLine]:
    """A line for each finding: likely causes first, then what is wrong, then what is right; but
    what somebody has asked about stands before all else.

    `program` is the one whose operations are to be gone to.
    """
    loss = program.model.loss
    asked = [each for each in report.against if each.source.name]
    causes = [line for each in report.against for line in cause(each, program)]
    mine = [line for each in asked for line in figures(each, program)]
    found = [
        line for each in report.against if each not in asked for line in figures(each, program)
    ]
    if report.request.set_aside:
        count = report.request.set_aside
        subject = _number_of(count, "figure")
        found.append(FindingLine(SET_ASIDE, subject, "belong to the run without edits: not judged"))
    found += _derivations(report, program)
    found += _gradients(report, program, loss)
    ended = [FindingLine(UNSURE, "not all was checked", str(report.ended))] if report.ended else []
    return [*_worst_first(mine), *causes, *ended, *_worst_first(found)]


def _worst_first(lines: Sequence[FindingLine]) -> list[FindingLine]:
    return sorted(lines, key=lambda line: WORST_FIRST.index(line.mark))


# Derivations


def _derivations(report: CheckReport, program: Program) -> Iterator[FindingLine]:
    taken = {each.number for each in report.unread}
    numbers = (n for n in range(len(report.derivations) + len(taken)) if n not in taken)
    for number, check in zip(numbers, report.derivations, strict=True):
        yield _derivation(check, number, report.request.iteration, program)
    for each in report.unread:
        name = safe(each.text.partition("=")[0].strip())
        yield FindingLine(
            UNSURE, f"{name} by hand", f"cannot be checked: {safe(each.reason)}",
            derivation=each.number,
        )  # fmt: skip


def _derivation(
    check: DerivationCheck, number: int, iteration: int, program: Program
) -> FindingLine:
    place, element = place_of(program, check.name, iteration)
    return FindingLine(
        RIGHT if check.ok else WRONG,
        f"{safe(check.title)} by hand",
        safe(derivation_summary(check).removeprefix(f"{check.title}: ")),
        place,
        element,
        tuple(map(safe, path_lines(check))),
        parameter=parameter_of(program, check.name),
        derivation=number,
        formula="" if check.array is None else check.array.text,
    )


# Gradients


def _gradients(report: CheckReport, program: Program, loss: str) -> list[FindingLine]:
    checks = report.gradients
    every: list[GradientCheck | DirectionCheck] = [*checks.checks, *checks.directions]
    by_mark: dict[FindingMark, list[FindingLine]] = {}
    for each in every:
        line = _gradient(each, report.request.iteration, program, loss)
        by_mark.setdefault(line.mark, []).append(line)
    wrong, right = by_mark.get(WRONG, []), by_mark.get(RIGHT, [])
    found = wrong[:MOST_ALONE]
    found += gathered(wrong[MOST_ALONE:], WRONG, "gradient", "are wrong, too")
    found += gathered(by_mark.get(UNSURE, []), UNSURE, "gradient", "cannot be trusted", most=3)
    if right:
        errors = [each.error for each in checks.checks if _is_right(each)]
        words = "agree with the complex step"
        if errors:
            words += f" to {error_text(max(errors))}"
        if checks.is_sample:
            words += f"; a sample of {checks.total:,}"
            words += ", and random directions" if checks.directions else ""
        found += gathered(right, RIGHT, "gradient", words)
    return found


def _is_right(check: GradientCheck) -> bool:
    return check.verdict is gradient.GradientVerdict.AGREES


def _gradient(
    check: GradientCheck | DirectionCheck, iteration: int, program: Program, loss: str
) -> FindingLine:
    row = check_row(check, _DIGITS)
    both = f"backprop {row.backprop}, complex step {row.complex_step}"
    if isinstance(check, DirectionCheck):
        mark = RIGHT if check.ok else WRONG
        return FindingLine(mark, row.name, f"{both}, relative error {row.error}")
    mark = _OF_GRADIENT[check.verdict]
    place, element = place_of(program, f"d{loss}/d{check.name}", iteration)
    details = [f"central difference {row.central}"]
    found = f"{both}, relative error {row.error}"
    if mark is RIGHT:
        found = f"{row.backprop}, relative error {row.error}"
        details.insert(0, f"complex step {row.complex_step}")
    elif mark is UNSURE:
        found = f"{row.reason}: {found}"
    elif element in program.model.derivations:
        details.append("the session puts a formula of its own in the place of this derivative")
    if row.reason and mark is not UNSURE:
        details.append(row.reason)
    subject = f"d{loss}/d{row.name}"
    return FindingLine(
        mark,
        subject,
        found,
        place,
        element,
        tuple(details),
        parameter=program.slot_named(check.name),
    )


def _named(check: GradientCheck) -> str:
    return f"the gradient of {with_greek(safe(check.name))}"


def _gradient_count(checks: GradientChecks) -> str:
    count = len(checks.checks)
    if checks.is_sample:
        return f"a sample of {count:,} of {checks.total:,} gradients"
    return _number_of(count, "gradient")


def _number_of(count: int, noun: str) -> str:
    """`12 gradients`, `1 figure`; empty for none."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else ""
