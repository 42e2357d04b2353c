"""The gradient check in words and columns: backpropagation, complex step, central difference."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.checks.gradients.gradient import GradientCheck, GradientReason, GradientVerdict
from bpdebug.checks.gradients.sampling import DirectionCheck, GradientChecks
from bpdebug.notation.names import with_greek
from bpdebug.program.program import Program
from bpdebug.text.findings.told import (
    MOST_ALONE,
    RIGHT,
    UNSURE,
    WRONG,
    FindingMark,
    Part,
    ToldFinding,
    gathered,
    no_telling,
    number_of,
    place_of,
)
from bpdebug.text.numbers import number, scientific, significant
from bpdebug.text.safe import safe

MARKS = {
    GradientVerdict.AGREES: RIGHT,
    GradientVerdict.UNSURE: UNSURE,
    GradientVerdict.WRONG: WRONG,
}

HEADINGS = ("", "", "backprop", "complex step", "central", "rel. error", "")
"""What is above mark, name, the three values, the error and the verdict."""

_DIGITS = 8
_LEAST_DIGITS = 3
_FEW_DIGITS = 6
"""In a finding, beside words."""
_MOST_NAMED = 5
_GAP = "  "


class CheckRow(NamedTuple):
    """A line of the check; `reason` is empty, or why a value in it cannot be trusted."""

    mark: str
    name: str
    backprop: str
    complex_step: str
    central: str
    error: str
    verdict: str
    reason: str


def check_row(check: GradientCheck | DirectionCheck, digits: int = _DIGITS) -> CheckRow:
    """The line of a check, its values to this many significant digits."""
    if isinstance(check, DirectionCheck):
        verdict = GradientVerdict.AGREES if check.ok else GradientVerdict.WRONG
        name, central, reason = f"direction {check.number}", "", ""
    else:
        verdict, name = check.verdict, with_greek(safe(check.name))
        central, reason = significant(check.central, digits), _reason(check)
    return CheckRow(
        MARKS[verdict].glyph,
        name,
        significant(check.backprop, digits),
        significant(check.complex_step, digits),
        central,
        error_text(check.error),
        verdict.value,
        reason,
    )


def error_text(error: float, decimals: int = 1) -> str:
    """A relative error: its size is what matters."""
    if error == 0 or not math.isfinite(error):
        return number(error)
    return scientific(error, decimals)


def check_text(check: GradientCheck, width: int) -> str:
    """A check in a column: its mark, and the relative error where there is room for it."""
    mark = MARKS[check.verdict].glyph
    texts = (f"{mark} {error_text(check.error, decimals)}" for decimals in (1, 0))
    return next((text for text in texts if len(text) <= width), mark)


def _reason(check: GradientCheck) -> str:
    if check.reason is GradientReason.NONE:
        return ""
    # Of the central difference alone it is said so: the verdict stands.
    is_central = (
        check.verdict is not GradientVerdict.UNSURE
        and check.reason is not GradientReason.NOT_FINITE
    )
    return f"central difference: {check.reason}" if is_central else check.reason.value


def summary(checks: GradientChecks, loss: str = "E") -> str:
    """What came of it in one sentence."""
    count, total = len(checks.checks), checks.total
    if not total:
        return "no parameter has a gradient"
    if not count:
        return f"none of {number_of(total, 'gradient')} was checked"
    what = number_of(total, "gradient")
    if checks.is_sample:
        what = f"{count:,} of {what}"
        if checks.directions:
            along = f"{len(checks.directions)} random directions over all of them"
            what += f", some of every quantity, and {along}"
    wrong = [f"d{loss}/d{with_greek(safe(each.name))}" for each in checks.wrong]
    off = [str(each.number) for each in checks.directions if not each.ok]
    if not wrong and not off:
        unsure = sum(each.verdict is GradientVerdict.UNSURE for each in checks.checks)
        verdict = "none is wrong" if unsure else "all agree"
        return f"checked {what}: {verdict}{no_telling(unsure)}"
    named = ", ".join(wrong[:_MOST_NAMED]) + (", …" if len(wrong) > _MOST_NAMED else "")
    parts = [f"{len(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong: {named}"] if wrong else []
    if off:
        parts.append(f"{len(off)} of {len(checks.directions)} directions disagree")
    return f"checked {what}: {', '.join(parts)}"


def check_lines(checks: GradientChecks, width: int, loss: str = "E") -> list[str]:
    """The whole check: a line for each, the reason below where there is one, the summary."""
    every: list[GradientCheck | DirectionCheck] = [*checks.checks, *checks.directions]
    digits = next(
        (
            digits
            for digits in range(_DIGITS, _LEAST_DIGITS, -1)
            if _total(_widths([check_row(each, digits) for each in every])) <= width
        ),
        _LEAST_DIGITS,
    )
    rows = [check_row(each, digits) for each in every]
    widths = _widths(rows)
    lines = [_joined(HEADINGS, widths)] if rows else []
    for row in rows:
        lines.append(_joined(row[:-1], widths))
        if row.reason:
            lines.append(f"{_GAP * 2}{row.reason}")
    return [*lines, summary(checks, loss)]


def _widths(rows: Sequence[CheckRow]) -> list[int]:
    """How wide each column is, the heading included."""
    cells = [HEADINGS, *(row[:-1] for row in rows)]
    return [max(map(len, column)) for column in zip(*cells, strict=True)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells in columns: mark, name and verdict at the left, numbers at the right."""
    last = len(cells) - 1
    texts = [
        cell.ljust(width) if place in (0, 1, last) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join(texts).rstrip()


@dataclass(frozen=True, slots=True)
class GradientsPart(Part):
    """The gradients of an iteration beside those of the complex step."""

    checks: GradientChecks
    iteration: int
    program: Program
    edited: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return f"Gradients of iteration {self.iteration}"

    @property
    def _loss(self) -> str:
        return self.program.model.loss

    def printed(self, width: int) -> Iterable[str]:
        if self.edited and not self.checks.ok:
            yield self._of_edits
        yield from check_lines(self.checks, width, self._loss)

    @property
    def _of_edits(self) -> str:
        """What is wrong with all gradients of an iteration that is edited on its way."""
        names = " and ".join(map(safe, self.edited[:_MOST_NAMED]))
        what = "was given another value" if len(self.edited) == 1 else "were given other values"
        return (
            f"{names} {what} in the middle of the iteration: what was computed before belongs "
            f"to the old value, so gradients are off"
        )

    def findings(self) -> list[ToldFinding]:
        """Each that is wrong, and all of another kind as one."""
        checks = self.checks
        every: list[GradientCheck | DirectionCheck] = [*checks.checks, *checks.directions]
        by_mark: dict[FindingMark, list[ToldFinding]] = {}
        for each in every:
            finding = self._direction(each) if isinstance(each, DirectionCheck) else self._of(each)
            by_mark.setdefault(finding.mark, []).append(finding)
        wrong, unsure = by_mark.get(WRONG, []), by_mark.get(UNSURE, [])
        found = []
        if self.edited and wrong:
            subject = f"{' and '.join(map(safe, self.edited[:_MOST_NAMED]))} edited"
            words = "in the middle of the iteration: gradients are off"
            found.append(ToldFinding(WRONG, subject, words, details=(self._of_edits,)))
        found += wrong[:MOST_ALONE]
        found += gathered(wrong[MOST_ALONE:], WRONG, "gradient", "are wrong, too")
        found += gathered(unsure, UNSURE, "gradient", "cannot be trusted", most=3)
        right = by_mark.get(RIGHT, [])
        return found + gathered(right, RIGHT, "gradient", f"agree with the complex step{self._how}")

    @property
    def _how(self) -> str:
        """How well those that are right agree, and of how many they are a sample."""
        right = [c.error for c in self.checks.checks if c.verdict is GradientVerdict.AGREES]
        words = f" to {error_text(max(right))}" if right else ""
        if self.checks.is_sample:
            words += f"; a sample of {self.checks.total:,}"
            words += ", and random directions" if self.checks.directions else ""
        return words

    def _of(self, check: GradientCheck) -> ToldFinding:
        row = check_row(check, _FEW_DIGITS)
        mark = MARKS[check.verdict]
        place, element = place_of(self.program, f"d{self._loss}/d{check.name}", self.iteration)
        details = [f"central difference {row.central}"]
        found = _both(row)
        if mark is RIGHT:
            found = f"{row.backprop}, relative error {row.error}"
            details.insert(0, f"complex step {row.complex_step}")
        elif mark is UNSURE:
            found = f"{row.reason}: {found}"
        elif element in self.program.model.derivations:
            details.append("the session uses its own formula for this derivative")
        if row.reason and mark is not UNSURE:
            details.append(row.reason)
        return ToldFinding(
            mark,
            f"d{self._loss}/d{row.name}",
            found,
            place,
            element,
            tuple(details),
            parameter=self.program.slot_named(check.name),
        )

    def _direction(self, check: DirectionCheck) -> ToldFinding:
        row = check_row(check, _FEW_DIGITS)
        return ToldFinding(RIGHT if check.ok else WRONG, row.name, _both(row))

    def wrong(self) -> Iterator[str]:
        for check in self.checks.wrong:
            yield f"the gradient of {with_greek(safe(check.name))}"
        for each in self.checks.directions:
            if not each.ok:
                yield f"direction {each.number}"

    def checked(self) -> str:
        count, total = len(self.checks.checks), number_of(self.checks.total, "gradient")
        return f"a sample of {count:,} of {total}" if self.checks.is_sample else total

    def unsure(self) -> int:
        return sum(each.verdict is GradientVerdict.UNSURE for each in self.checks.checks)


def _both(row: CheckRow) -> str:
    return f"backprop {row.backprop}, complex step {row.complex_step}, relative error {row.error}"
