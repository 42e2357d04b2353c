"""Where the blocks of a drawing stand, with as many numbers as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpdebug.drawing.block_forms import ACROSS, ALL, COMPACT, TERSE, VALUE, BlockForm, block_forms
from bpdebug.drawing.block_pieces import Cutter, Piece
from bpdebug.drawing.block_places import BlockLayout, BlockPlace, Panel
from bpdebug.drawing.blocks import Block, BlockGraph
from bpdebug.drawing.forms import NAME_LIMIT, NUMBER, NodeLine
from bpdebug.drawing.layout import MIN_HEIGHT, MIN_WIDTH, LayoutRequest
from bpdebug.drawing.places import Tag

_LEAST_GAP, _WIDEST_GAP, _NAMELESS = 3, 22, 2
_MOST_LANES = 3
_SHORT_NUMBER = 5
"""A number of at most this many cells has none behind it."""
_WIDEST_SPACING = 2
_LONG_NAME = 28
"""The cells that a name takes where there is room."""


_MOST_ROWS, _MOST_HEIGHT, _BOUNDLESS, _EASE = 8, 60, 100_000, 4
"""A drawing that is as large as it takes: the rows of an array, those of all, its width while it
is measured, and what is added between columns.
"""


def block_layout(
    graph: BlockGraph, request: LayoutRequest, like: BlockLayout | None = None
) -> BlockLayout | None:
    """The best drawing that fits, or None if the area is too small for any.

    `like` is a layout of the same area: its form and number of columns are tried first, unless it
    has a single column or shows the beginnings of rows only.
    """
    if request.width < MIN_WIDTH or request.height < MIN_HEIGHT:
        return None
    inner = len(graph.columns) - 1
    # What had to be that small may have more room somewhere else.
    if like is not None and len(like.columns) > 1 and like.form.across > COMPACT:
        columns = _window(graph, request, inner, len(like.columns))
        found = _Attempt(graph, request, like.form, columns).layout()
        if found is not None:
            return found
    for form, count in block_forms(request.number, inner):
        found = _Attempt(graph, request, form, _window(graph, request, inner, count)).layout()
        if found is not None:
            return found
    return None


def complete_layout(graph: BlockGraph, most_columns: int) -> BlockLayout:
    """A drawing as large as it takes for the first columns, with the first rows of large arrays."""
    columns = range(min(len(graph.columns), most_columns))
    form = BlockForm(VALUE, NUMBER, ACROSS, names=True, loss=True, cut=True)
    tallest = max(_height(graph.columns[number].blocks) for number in columns)
    request = LayoutRequest(_BOUNDLESS, tallest + 1, 0, (NUMBER, NUMBER), near=True)
    wide = _Attempt(graph, request, form, columns)
    width = wide.least_width() + _EASE * (len(columns) - 1) + 2
    found = _Attempt(graph, replace(request, width=width), form, columns).layout()
    assert found is not None
    return found


def _height(blocks: Sequence[Block]) -> int:
    """The rows for some blocks and for what is between them, within limits."""
    rows = sum(min(block.rows, _MOST_ROWS) + (block.rows > 1) + 1 for block in blocks)
    return min(rows, _MOST_HEIGHT)


def still_shows(found: BlockLayout, request: LayoutRequest) -> bool:
    """Whether a layout, made for the same area, shows what matters to a request."""
    inner = len(found.graph.columns) - 1
    if found.columns != _window(found.graph, request, inner, len(found.columns)):
        return False
    seen: set[int] = set()
    columns: set[int] = set()
    for node in request.wanted:
        block = found.graph.block(node)
        if block.column not in found.columns or block.number in seen:
            continue
        # Of a block, as of a folded column, what matters most is shown.
        hidden = block.number not in found.blocks
        if node not in found.places and not (hidden and block.column in columns):
            return False
        seen.add(block.number)
        columns.add(block.column)
    return True


def _window(graph: BlockGraph, request: LayoutRequest, inner: int, count: int) -> range:
    """`count` columns around the one that matters; `inner` is how many there are but the loss."""
    if count > inner:
        return range(count)
    focus = graph.block(request.wanted[0]).column if request.wanted else 0
    # What is computed is read from the left: of two columns the second is the one that matters.
    start = max(0, min(focus - count // 2, inner - count))
    return range(start, start + count)


def tells_all(found: BlockLayout) -> bool:
    """Whether a drawing has every unit with all that belongs to it."""
    return found.complete and found.form.lines == ALL and found.form.number >= NUMBER


class _Attempt:
    def __init__(
        self, graph: BlockGraph, request: LayoutRequest, form: BlockForm, columns: range
    ) -> None:
        self.graph = graph
        self.request = request
        self.form = form
        self.columns = columns
        self.longest = NAME_LIMIT
        self.cutter = Cutter(graph, request, form)

    def layout(self) -> BlockLayout | None:
        """The drawing in this form, None if it does not fit."""
        request = self.request
        caption = not request.near and request.height > MIN_HEIGHT
        named = any(self.graph.columns[number].heading for number in self.columns)
        top = int(named and request.height > MIN_HEIGHT + 1)
        rows = request.height - top - caption
        stacks = self._stacks(rows)
        if stacks is None:
            return None
        for self.longest in (_LONG_NAME, NAME_LIMIT):
            labels, widths, rails, gaps = self._widths(stacks)
            room = request.width - sum(widths) - sum(rails) - sum(gaps)
            if room >= 0:
                break
        else:
            return None
        if gaps:
            gaps = [min(_WIDEST_GAP, gap + room // len(gaps)) for gap in gaps]
        x = (request.width - sum(widths) - sum(rails) - sum(gaps)) // 2
        return self._placed(x, top, rows, stacks, labels, widths, rails, [*gaps, 0], caption)

    def least_width(self) -> int:
        """The cells that a drawing takes from left to right, however high it is."""
        stacks = self._stacks(self.request.height - 1)
        assert stacks is not None
        _, widths, rails, gaps = self._widths(stacks)
        return sum(widths) + sum(rails) + sum(gaps)

    def _stacks(self, rows: int) -> list[list[Piece]] | None:
        """The blocks of each column that are shown, None if they do not fit."""
        stacks: list[list[Piece]] = []
        for number in self.columns:
            stack = self.cutter.stack(number, rows)
            if stack is None:
                return None
            stacks.append(stack)
        return stacks

    def _widths(
        self, stacks: Sequence[Sequence[Piece]]
    ) -> tuple[list[int], list[int], list[int], list[int]]:
        """The cells that labels, blocks, arrows within columns and those between them need."""
        labels = [self._label(stack) for stack in stacks]
        titles = NAME_LIMIT if self.form.across <= COMPACT else _BOUNDLESS
        widths = [
            max(self._width(piece, label, titles) for piece in stack)
            for stack, label in zip(stacks, labels, strict=True)
        ]
        rails = [self._rails(number) for number in self.columns]
        gaps = [self._gap(number) for number in self.columns[:-1]]
        return labels, widths, rails, gaps

    def _placed(
        self,
        x: int,
        top: int,
        rows: int,
        stacks: Sequence[Sequence[Piece]],
        labels: Sequence[int],
        widths: Sequence[int],
        rails: Sequence[int],
        gaps: Sequence[int],
        caption: bool,
    ) -> BlockLayout:
        blocks: dict[int, BlockPlace] = {}
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        tags: list[Tag] = []
        cut = False
        for at, number in enumerate(self.columns):
            stack = stacks[at]
            hidden = len(self.graph.columns[number].blocks) - len(stack)
            spacing, y = self._spread(stack, rows - bool(hidden))
            y += top
            for piece in stack:
                place = self._place(piece, x, y, widths[at], labels[at])
                blocks[piece.block.number] = place
                y += piece.height + spacing
                shown = {len(p.rows) * len(p.columns) for p in piece.panels}
                cut = cut or shown != {piece.block.size}
            heading = self.graph.columns[number].heading
            if top and heading:
                room = widths[at] + rails[at] + gaps[at]
                tags.append(Tag(x, 0, min(len(heading), room), heading[:room]))
            if hidden:
                text = f"⋮ {hidden} more"
                tags.append(Tag(x, y - spacing, min(len(text), widths[at]), text[: widths[at]]))
                cut = True
            starts[number], ends[number] = x, x + widths[at]
            x += widths[at] + rails[at] + gaps[at]
        return BlockLayout(
            self.request.width,
            self.request.height,
            self.form,
            self.graph,
            self.columns,
            blocks,
            starts,
            ends,
            dict(zip(self.columns, rails, strict=True)),
            tuple(tags),
            self.request.height - 1 if caption else None,
            top,
            top + rows,
            not cut and len(self.columns) >= len(self.graph.columns) - 1,
        )

    def _spread(self, stack: Sequence[Piece], rows: int) -> tuple[int, int]:
        """The empty rows between the blocks of a column, and above the first."""
        free = rows - sum(piece.height for piece in stack)
        many = len(stack) - 1
        spacing = min(_WIDEST_SPACING, free // many) if many else 0
        return spacing, max(0, (free - spacing * many) // 2)

    def _place(self, piece: Piece, x: int, y: int, width: int, label: int) -> BlockPlace:
        before = 0
        port = y
        for panel in piece.panels:
            if panel.line is NodeLine.VALUE:
                port = y + before + panel.titled + (len(panel.rows) - 1) // 2
            before += panel.height
        title = self._title(piece.block, piece.panels)
        label = self._label_of(piece, label)
        return BlockPlace(piece.block, x, y, width, piece.height, port, piece.panels, label, title)

    def _title(self, block: Block, panels: Sequence[Panel]) -> str:
        return next((p.label for p in panels if p.line is NodeLine.VALUE), block.title)

    def _label(self, stack: Sequence[Piece]) -> int:
        """The cells for the labels of a column that stand before numbers."""
        panels = (p for piece in stack for p in piece.panels if not p.titled)
        return max((self._own(p) for p in panels if len(p.columns) == 1), default=0)

    def _own(self, panel: Panel) -> int:
        """The cells for the label of a panel alone."""
        return min(self.longest, len(panel.label))

    def _label_of(self, piece: Piece, label: int) -> int:
        """The cells for a block's labels; those of single numbers are alike in a column."""
        return max(label if len(panel.columns) == 1 else self._own(panel) for panel in piece.panels)

    def _width(self, piece: Piece, label: int, titles: int) -> int:
        """The cells that a block takes: its frame, labels and numbers, and one for a bracket that
        is given up first. A title takes at most `titles` of them, and as many as its numbers.
        """
        return max(
            2
            + (
                max(min(len(panel.label), titles), panel.numbers)
                if panel.titled
                else self._label_of(piece, label) + panel.numbers
            )
            + (panel.number > _SHORT_NUMBER)
            for panel in piece.panels
        )

    def _rails(self, number: int) -> int:
        """The cells behind a column for the arrows within it."""
        inside = self.graph.inside(number)
        if not inside or self.form.number == TERSE:
            return 0
        names = max((len(arrow.name) for arrow in inside), default=0) if self.form.names else 0
        return 1 + names + min(_MOST_LANES, len({self.graph.rails[each] for each in inside}))

    def _gap(self, number: int) -> int:
        """The cells between a column and the next that arrows need."""
        arrives = self.graph.arriving(number + 1)
        nets = len({arrow.source for arrow in arrives})
        if not self.form.names:
            return _NAMELESS + min(nets, 2)
        name = max((len(arrow.name) for arrow in arrives), default=0)
        return _LEAST_GAP + min(nets, _MOST_LANES) + name
