"""The lines of the parameter table in their looks: the heading, and a row."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.debugger.view import Status
from bpdebug.text.table.cells import ParameterRow, TableCell, sparkline
from bpdebug.text.table.columns import HISTORY, TableLayout
from bpdebug.text.wrapping import shortened
from bpdebug.tui.panes.lines import Line, Span, clipped, width_of

_LOOKS = {Status.UNKNOWN: "unknown", Status.STALE: "stale"}


def heading_line(
    layout: TableLayout, texts: Sequence[str], ordered: int | None, width: int
) -> Line:
    """The heading, `texts` above the name and the numbers; number `ordered` of them is marked."""
    looks = ["strong" if place == ordered else "muted" for place in range(len(texts))]
    name, *numbers = map(Span, texts, looks)
    # An arrow at the name has its place where rows have the cursor.
    beside = len("●▸name") - len(name.text)
    spans = [Span(" " * beside), *_left(name, len("●▸") + layout.name - beside)]
    for number in numbers:
        spans += _right([number], layout.number)
    spans.append(Span("…" if layout.left_out else " ", "muted"))
    if layout.bars >= len(HISTORY):
        spans.append(Span(f" {HISTORY}", "muted"))
    return Line(clipped(spans, width))


def row_line(
    layout: TableLayout, row: ParameterRow, history: list[float], selected: bool, width: int
) -> Line:
    """A row; `history` are the values that the parameter has had."""
    spans = [
        Span(row.mark or " ", "mark"),
        Span("▸", "selected") if selected else Span(" "),
        *_left(
            Span(shortened(row.label, layout.name - 1), "selected" if selected else "strong"),
            layout.name,
        ),
    ]
    for column in layout.numbers:
        spans += _cell(row.cells[column], layout.number)
    spans.append(Span("◂" if row.fresh else " ", "fresh"))
    if layout.bars:
        # Of too many bars the last ones say most.
        spans.append(Span(f" {sparkline(history)[-layout.bars :]}", "muted"))
    return Line(clipped(spans, width), "cursor" if selected else "plain")


def _cell(cell: TableCell, width: int) -> list[Span]:
    look = "fresh" if cell.fresh else _LOOKS.get(cell.status, "plain")
    return _right([Span(cell.mark, "mark"), Span(cell.text, look)], width)


def _left(span: Span, width: int) -> list[Span]:
    """A span at the left of this many cells, a blank after it."""
    kept = clipped([span], width - 1)
    return [*kept, _gap(kept, width)]


def _right(spans: Sequence[Span], width: int) -> list[Span]:
    """Spans at the right of this many cells."""
    kept = clipped(spans, width)
    return [_gap(kept, width), *kept]


def _gap(spans: Sequence[Span], width: int) -> Span:
    return Span(" " * (width - sum(width_of(span.text) for span in spans)))
