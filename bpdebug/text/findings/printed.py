"""Figures beside the true values in words: how many agree, the first that does not, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, first_wrong
from bpdebug.text.numbers import exact, number
from bpdebug.text.safe import safe

_MORE = 2
"""So many digits more than a figure the true value beside it has."""

MOST_LINES = 100
"""So many figures have a line each."""

_WORDS = {
    FigureVerdict.AGREEMENT: ("agrees", "agree"),
    FigureVerdict.ROUNDING: ("is off by rounding", "are off by rounding"),
    FigureVerdict.FOLLOWS: ("follows from a wrong one", "follow from wrong ones"),
    FigureVerdict.DISAGREEMENT: ("disagrees", "disagree"),
}


class FigureRow(NamedTuple):
    """A line of the report: the element, the figure, the true value, what it is, and why."""

    name: str
    figure: str
    value: str
    verdict: str
    note: str


def figure_row(compared: FigureComparison) -> FigureRow:
    """The line of a figure. In a later iteration than the first the name says so: `E @ 2`."""
    figure = compared.figure
    when = f" @ {figure.iteration}" if figure.iteration > 1 else ""
    return FigureRow(
        safe(figure.name) + when,
        safe(figure.text),
        true_text(figure, compared.value),
        str(compared.verdict),
        safe(compared.note),
    )


def true_text(figure: Figure, value: float) -> str:
    """The true value, with a few more digits than the figure; of a program's number, all."""
    rounding = figure.rounding
    if rounding is None:
        return exact(value or 0.0)
    return number(value, max(rounding.digits, rounding.decimals) + _MORE)


def figure_lines(comparisons: Sequence[FigureComparison], most: int = MOST_LINES) -> list[str]:
    """A line for each figure, in columns; of more than `most` only those that do not just agree,
    and `most` of them, with how many more there are.
    """
    if len(comparisons) <= most:
        return _columns(comparisons)
    found = [each for each in comparisons if each.verdict is not FigureVerdict.AGREEMENT]
    lines = _columns(found[:most])
    if len(found) > most:
        lines.append(f"… and {len(found) - most:,} more that do not just agree")
    return lines


def _columns(comparisons: Sequence[FigureComparison]) -> list[str]:
    rows = [figure_row(each) for each in comparisons]
    name, figure, value, verdict = (
        max((len(row[column]) for row in rows), default=0) for column in range(4)
    )
    return [
        f"{row.name:<{name}}  {row.figure:>{figure}}  {row.value:>{value}}  "
        f"{row.verdict:<{verdict}}  {row.note}".rstrip()
        for row in rows
    ]


def set_aside_text(count: int) -> str:
    """That figures of the session are not judged, and why."""
    what = "figure of the session belongs" if count == 1 else "figures of the session belong"
    return (
        f"{count:,} {what} to the run without edits, and {'is' if count == 1 else 'are'} not judged"
    )


def figure_summary(comparisons: Sequence[FigureComparison]) -> str:
    """How many figures there are of each kind, and where the first wrong one is computed."""
    if not comparisons:
        return "There are no figures to compare."
    count = len(comparisons)
    verdicts = [each.verdict for each in comparisons]
    counts = [(verdicts.count(verdict), verdict) for verdict in FigureVerdict]
    words = ", ".join(f"{n:,} {_WORDS[verdict][n > 1]}" for n, verdict in counts if n)
    text = f"{count:,} {'figure' if count == 1 else 'figures'}: {words}."
    first = first_wrong(comparisons)
    if first is None:
        return text
    row = figure_row(first)
    return (
        f"{text} The first that disagrees is {row.name} = {row.figure}, computed by operation "
        f"{first.operation:,}; it is {row.value}."
    )
