"""The gradient check in words and columns: backpropagation, complex step, central difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from bpdebug.checks.gradients.gradient import GradientCheck, GradientReason, GradientVerdict
from bpdebug.checks.gradients.sampling import DirectionCheck, GradientChecks
from bpdebug.notation.names import with_greek
from bpdebug.text.numbers import number, scientific, significant
from bpdebug.text.safe import safe

MARKS = {GradientVerdict.AGREES: "✓", GradientVerdict.UNSURE: "?", GradientVerdict.WRONG: "✗"}

HEADINGS = ("", "", "backprop", "complex step", "central", "rel. error", "")
"""What stands above mark, name, the three values, the error and the verdict."""

_DIGITS = 8
_LEAST_DIGITS = 3
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
    """The line of a check, its values to so many significant digits."""
    if isinstance(check, DirectionCheck):
        verdict = GradientVerdict.AGREES if check.ok else GradientVerdict.WRONG
        name, central, reason = f"direction {check.number}", "", ""
    else:
        verdict, name = check.verdict, with_greek(safe(check.name))
        central, reason = significant(check.central, digits), _reason(check)
    return CheckRow(
        MARKS[verdict],
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
    mark = MARKS[check.verdict]
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
        return f"none of {total:,} gradient{'s' if total > 1 else ''} was checked"
    what = f"{total:,} gradient{'s' if total > 1 else ''}"
    if checks.is_sample:
        what = f"{count:,} of {what}"
        if checks.directions:
            along = f"{len(checks.directions)} random directions over all of them"
            what += f", some of every quantity, and {along}"
    wrong = [f"d{loss}/d{with_greek(safe(each.name))}" for each in checks.wrong]
    off = [str(each.number) for each in checks.directions if not each.ok]
    if not wrong and not off:
        unsure = sum(each.verdict is GradientVerdict.UNSURE for each in checks.checks)
        tail = f"; of {unsure} there is no telling" if unsure else ""
        return f"checked {what}: {'none is wrong' if unsure else 'all agree'}{tail}"
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
