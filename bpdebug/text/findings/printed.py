"""Figures beside the true values in words: how many agree, the first that does not, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, first_wrong
from bpdebug.checks.report import Against
from bpdebug.program.program import Program
from bpdebug.text.findings.told import (
    ASSUMED,
    DIFFERS,
    FOLLOWS,
    MOST_ALONE,
    RIGHT,
    ROUNDING,
    SET_ASIDE,
    WRONG,
    FindingMark,
    Part,
    ToldFinding,
    gathered,
    number_of,
    parameter_of,
    place_of,
)
from bpdebug.text.numbers import exact, number
from bpdebug.text.safe import safe

_MORE = 2
"""How many digits more than a figure the true value beside it has."""

MOST_LINES = 100
"""The number of figures that have a line each."""

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


def figure_text(compared: FigureComparison) -> str:
    """`E = 0.291 @ 2`: the iteration behind the figure, as it is typed."""
    row = figure_row(compared)
    name, at, when = row.name.partition(" @ ")
    return f"{name} = {row.figure}{at}{when}"


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
        lines.append(f"… and {len(found) - most:,} more that do not simply agree")
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


_RIGHT_OR_WRONG = {
    FigureVerdict.AGREEMENT: "right",
    FigureVerdict.ROUNDING: "right except for rounding",
    FigureVerdict.FOLLOWS: "wrong, as it follows from a wrong one",
    FigureVerdict.DISAGREEMENT: "wrong",
}


def verdict_lines(comparisons: Sequence[FigureComparison]) -> Iterator[str]:
    """Whether each figure is right, without what would be."""
    for each in comparisons:
        yield f"{figure_text(each)}: {_RIGHT_OR_WRONG[each.verdict]}"


def figure_summary(comparisons: Sequence[FigureComparison], names_first: bool = True) -> str:
    """How many figures there are of each kind, and, if `names_first`, where the first wrong one is
    computed.
    """
    if not comparisons:
        return "There are no figures to compare."
    count = len(comparisons)
    verdicts = [each.verdict for each in comparisons]
    counts = [(verdicts.count(verdict), verdict) for verdict in FigureVerdict]
    words = ", ".join(f"{n:,} {_WORDS[verdict][n > 1]}" for n, verdict in counts if n)
    text = f"{count:,} {'figure' if count == 1 else 'figures'}: {words}."
    first = first_wrong(comparisons)
    if first is None or not names_first:
        return text
    row = figure_row(first)
    return (
        f"{text} The first that disagrees is {row.name} = {row.figure}, computed by operation "
        f"{first.operation:,}; it is {row.value}."
    )


@dataclass(frozen=True, slots=True)
class FiguresPart(Part):
    """The figures of a source beside the true values."""

    against: Against
    program: Program
    is_one_of_many: bool

    @property
    def heading(self) -> str:
        return f"Figures of {self.against.source.name}" if self.is_one_of_many else "Figures"

    @property
    def is_asked(self) -> bool:
        return bool(self.against.source.name)

    def printed(self, width: int) -> Iterator[str]:
        yield from self.against.source.notes
        yield from figure_lines(self.against.comparisons)
        yield figure_summary(self.against.comparisons, self.against.source.explains)

    def findings(self) -> list[ToldFinding]:
        """Each that is wrong, and all of another kind as one."""
        by_mark: dict[FindingMark, list[ToldFinding]] = {}
        for compared in self.against.comparisons:
            finding = self._finding(compared)
            by_mark.setdefault(finding.mark, []).append(finding)
        found = []
        for mark, words in _OF_MANY.items():
            alone = MOST_ALONE if mark in (WRONG, DIFFERS) else 0
            each = by_mark.get(mark, [])
            found += each[:alone]
            found += gathered(each[alone:], mark, f"figure{self._of}", words)
        for note in self.against.source.notes:
            # A sentence begins with what it is about: `dW1, dW2: read as …`.
            subject, colon, words = note.rpartition(": ")
            found.append(ToldFinding(ASSUMED, safe(subject) if colon else "figures", safe(words)))
        return found

    def wrong(self) -> Iterator[str]:
        for compared in self.against.comparisons:
            if self._mark(compared) in (WRONG, DIFFERS):
                yield figure_text(compared)

    def checked(self) -> str:
        what = number_of(len(self.against.comparisons), "figure")
        return what and f"{what}{self._of}"

    @property
    def _of(self) -> str:
        return f" of {safe(self.against.source.name)}" if self.is_asked else ""

    def _mark(self, compared: FigureComparison) -> FindingMark:
        mark = _OF_FIGURE[compared.verdict]
        # Where a mistake is planted, what follows is not what the run gives, either.
        return DIFFERS if mark in (WRONG, FOLLOWS) and not self.against.source.explains else mark

    def _finding(self, compared: FigureComparison) -> ToldFinding:
        row, figure, mark = figure_row(compared), compared.figure, self._mark(compared)
        place, element = place_of(self.program, figure.name, figure.iteration)
        where = ""
        if place:
            operation = self.program.written_at[self.program.slot_named(figure.name)]
            where = f"; operation {operation} of iteration {figure.iteration}"
        note = f"; {row.note}" if row.note else ""
        return ToldFinding(
            mark,
            figure_text(compared),
            f"comes out as {row.value}" if mark is DIFFERS else f"it is {row.value}{note}",
            place,
            element,
            (safe(figure.source) + where,),
            parameter=parameter_of(self.program, figure.name),
            figure=figure,
        )


_OF_FIGURE = {
    FigureVerdict.AGREEMENT: RIGHT,
    FigureVerdict.ROUNDING: ROUNDING,
    FigureVerdict.FOLLOWS: FOLLOWS,
    FigureVerdict.DISAGREEMENT: WRONG,
}

_OF_MANY = {
    WRONG: "disagree, too",
    DIFFERS: "disagree, too",
    FOLLOWS: "follow from wrong ones",
    ROUNDING: "are off by rounding on the way",
    RIGHT: "agree to all their digits",
}


@dataclass(frozen=True, slots=True)
class SetAsidePart(Part):
    """Figures of the session that are not judged."""

    count: int
    heading = "Figures"

    def printed(self, width: int) -> Iterator[str]:
        yield f"{number_of(self.count, 'figure')} of the session {self._why}"

    def findings(self) -> Iterator[ToldFinding]:
        yield ToldFinding(SET_ASIDE, number_of(self.count, "figure"), self._why)

    @property
    def _why(self) -> str:
        belong, are = ("belongs", "is") if self.count == 1 else ("belong", "are")
        return f"{belong} to the run without edits, and {are} not judged"
