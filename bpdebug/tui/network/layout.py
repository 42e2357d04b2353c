"""Where everything of a network drawing stands, in cells.

Pure geometry: it depends on the graph, the area and the part of big columns that is shown,
not on the values at a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bpdebug.tui.network.forms import NAME_LIMIT, Entry, Form, Line, entries, forms, number_width
from bpdebug.tui.network.graph import Graph, Node

MIN_WIDTH, MIN_HEIGHT = 16, 3
_WIDEST_GAP = 22
_WIDEST_SPACING = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A node's box: its left upper cell, its size, and the row where its edges meet it."""

    node: Node
    x: int
    y: int
    width: int
    height: int
    port: int
    entries: tuple[Entry, ...]
    label: int

    @property
    def left(self) -> int:
        """The cell to the left of it, where edges arrive."""
        return self.x - 1

    @property
    def right(self) -> int:
        """The cell to the right of it, where edges leave."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Fold:
    """A row that stands for the units `first` … `last` of a column, which are not shown."""

    column: int
    first: int
    last: int
    x: int
    y: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of text on its own: a heading, or a bias that units of a column share."""

    x: int
    y: int
    width: int
    text: str
    slot: int | None = None


@dataclass(frozen=True, eq=False)
class Layout:
    """A drawing without its edges and values.

    `columns` are the graph's columns that are shown, `caption` is the row of the caption,
    None without one. `top` and `bottom` bound the rows of nodes. `complete` says whether every
    unit is in the picture, but for the loss.
    """

    width: int
    height: int
    form: Form
    columns: range
    places: dict[Node, Place]
    folds: tuple[Fold, ...]
    tags: tuple[Tag, ...]
    caption: int | None
    top: int
    bottom: int
    complete: bool

    def fold_of(self, node: Node) -> Fold | None:
        """The fold that hides a node, None if none does."""
        for fold in self.folds:
            if fold.column == node.column and fold.first <= node.row <= fold.last:
                return fold
        return None


@dataclass(frozen=True, slots=True)
class Request:
    """What a layout is made for.

    `given` are the widths that numbers of inputs and of targets need; `wanted` are nodes that big
    columns should show, the most important first.
    """

    width: int
    height: int
    observation: int
    given: tuple[int, int]
    wanted: tuple[Node, ...] = ()

    @property
    def area(self) -> tuple[int, int, int, tuple[int, int]]:
        """Everything but what is wanted."""
        return self.width, self.height, self.observation, self.given


def layout(graph: Graph, request: Request, like: Layout | None = None) -> Layout | None:
    """The best drawing that fits, or None if the area is too small for any.

    `like` is a layout of the same area: which form is the best need not be found again.
    """
    if request.width < MIN_WIDTH or request.height < MIN_HEIGHT:
        return None
    inner = len(graph.columns) - 1
    if like is not None:
        columns = _window(request, inner, len(like.columns))
        return _Attempt(graph, request, like.form, columns).layout()
    for form in forms():
        found = _Attempt(graph, request, form, range(inner + form.loss)).layout()
        if found is not None:
            return found
    # Too many layers: as many as fit, around the one that matters.
    for count in range(inner - 1, 0, -1):
        for form in forms():
            if form.folds and not form.loss:
                columns = _window(request, inner, count)
                found = _Attempt(graph, request, form, columns).layout()
                if found is not None:
                    return found
    return None


def _window(request: Request, inner: int, count: int) -> range:
    """`count` columns around the one that matters; `inner` is how many there are but the loss."""
    focus = request.wanted[0].column if request.wanted else 0
    start = max(0, min(focus - count // 2, inner - count))
    return range(start, start + count)


class _Attempt:
    def __init__(self, graph: Graph, request: Request, form: Form, columns: range) -> None:
        self.graph = graph
        self.request = request
        self.form = form
        self.columns = columns
        biased = any(graph.shared_biases(number) for number in columns)
        named = any(graph.columns[number].heading for number in columns)
        # The chrome, in the order in which it is given up when rows are short.
        self.chrome = [
            (int(named), int(biased), 1),
            (0, int(biased), 1),
            (0, 0, 1),
            (0, 0, 0),
        ]

    def layout(self) -> Layout | None:
        """The drawing in this form, None if it does not fit."""
        least = 3 if self.request.height >= 6 and self.form.folds else 1
        for heading, biases, caption in self.chrome:
            top = heading + biases
            rows = self.request.height - top - caption
            if rows < least:
                continue
            found = self._columns(top, rows, bool(heading), bool(biases), bool(caption))
            if found is not None:
                return found
        return None

    def _columns(
        self, top: int, rows: int, heading: bool, biases: bool, caption: bool
    ) -> Layout | None:
        form, graph = self.form, self.graph
        stacks = [self._stack(number, rows) for number in self.columns]
        if any(stack is None for stack in stacks):
            return None
        widths = [
            max(s.width, *(len(t) for t in s.folded)) if s.folded else s.width
            for s in stacks
            if s is not None
        ]
        gaps = len(widths) - 1
        room = self.request.width - sum(widths)
        if room < gaps * form.gap or room < 0:
            return None
        gap = min(_WIDEST_GAP, room // gaps) if gaps else 0
        x = (room - gaps * gap) // 2
        places: dict[Node, Place] = {}
        folds: list[Fold] = []
        tags: list[Tag] = []
        for number, stack, width in zip(self.columns, stacks, widths, strict=True):
            assert stack is not None
            for place in stack.places(x, top, rows):
                places[place.node] = place
            folds.extend(stack.folds(x, top))
            tags.extend(self._tags(number, x, width, gap, heading, biases))
            x += width + gap
        row = self.request.height - 1 if caption else None
        return Layout(
            self.request.width,
            self.request.height,
            form,
            self.columns,
            places,
            tuple(folds),
            tuple(tags),
            row,
            top,
            top + rows,
            not folds and len(self.columns) >= len(graph.columns) - 1,
        )

    def _tags(
        self, number: int, x: int, width: int, gap: int, heading: bool, biases: bool
    ) -> Iterable[Tag]:
        # A tag may reach into the gap, not as far as the next column's tag.
        room = min(width + gap - 1, self.request.width - x)
        title = self.graph.columns[number].heading
        if heading and title and len(title) <= room:
            yield Tag(x, 0, len(title), title)
        slots = self.graph.shared_biases(number) if biases else []
        for slot in slots[:1]:
            name = self.graph.program.name(slot)
            text = f"+ {name}"
            wide = min(room, len(text) + 8)
            if wide >= len(text) + 6:
                yield Tag(x, int(heading), wide, text, slot)

    def _stack(self, number: int, rows: int) -> _Stack | None:
        column = self.graph.columns[number]
        lines = [self._entries(Node(number, group.first)) for group in column.groups[:64]]
        tallest = max(map(len, lines))
        height = tallest + 2 if self.form.boxed else 1
        need = column.size * height + (column.size - 1) * self.form.spacing
        if need <= rows:
            return self._filled(number, range(column.size), height, False)
        if not self.form.folds or self.form.spacing > 0:
            return None
        count = rows - 2
        if count < 1:
            return None
        wanted = next((n.row for n in self.request.wanted if n.column == number), 0)
        start = wanted // count * count
        shown = range(start, min(start + count, column.size))
        return self._filled(number, shown, height, True)

    def _entries(self, node: Node) -> tuple[Entry, ...]:
        found = entries(self.graph, node, self.request.observation, self.form)
        return tuple(found)

    def _filled(self, number: int, shown: range, height: int, folded: bool) -> _Stack:
        program = self.graph.program
        lines = [self._entries(Node(number, row)) for row in shown]
        # Of a folded column also the last name counts, so that paging does not move it.
        measured = [*lines, self._entries(Node(number, self.graph.columns[number].size - 1))]
        label = min(NAME_LIMIT, max(len(each.label) for node in measured for each in node))
        number_cells = (
            1
            if not self.form.number
            else max(
                number_width(program, each, self.form, self.request.given)
                for node in measured
                for each in node
            )
        )
        gap = 1 if self.form.number else 0
        inputs = self.columns[0] == number
        outputs = self.columns[-1] == number
        ends = 4 if self.form.boxed else (not inputs) + (not outputs)
        size = self.graph.columns[number].size
        width = label + gap + number_cells + ends
        if folded:
            width = max(width, len(_fold_text(size, self.form)) + ends)
        return _Stack(number, shown, lines, width, height, label, size, self.form)


@dataclass(frozen=True, slots=True)
class _Stack:
    """The nodes of a column that are shown, before they have places."""

    column: int
    shown: range
    lines: Sequence[tuple[Entry, ...]]
    width: int
    height: int
    label: int
    size: int
    form: Form

    @property
    def folded(self) -> bool:
        """Whether units of the column are left out."""
        return len(self.shown) < self.size

    def _top(self, top: int, rows: int) -> tuple[int, int]:
        """The first row, and how many rows are left empty between nodes."""
        if self.folded:
            return top + 1, 0
        count = len(self.shown)
        free = rows - count * self.height
        spacing = min(_WIDEST_SPACING, free // (count - 1)) if count > 1 else 0
        return top + (free - spacing * (count - 1)) // 2, spacing

    def places(self, x: int, top: int, rows: int) -> Iterable[Place]:
        """The nodes with their places in `rows` rows from `top` on."""
        y, spacing = self._top(top, rows)
        for row, lines in zip(self.shown, self.lines, strict=True):
            height = len(lines) + 2 if self.height > 1 else 1
            start = y + (self.height - height) // 2
            node = Node(self.column, row)
            values = [at for at, each in enumerate(lines, start=1) if each.line is Line.VALUE]
            port = start + values[0] if height > 1 else start
            yield Place(node, x, start, self.width, height, port, lines, self.label)
            y += self.height + spacing

    def folds(self, x: int, top: int) -> Iterable[Fold]:
        """The markers for the units above and below those shown."""
        start, stop = self.shown.start, self.shown.stop
        if start > 0:
            text = _fold_text(start, self.form)
            yield Fold(self.column, 0, start - 1, x, top, self.width, text)
        if stop < self.size:
            y = top + 1 + len(self.shown)
            text = _fold_text(self.size - stop, self.form)
            yield Fold(self.column, stop, self.size - 1, x, y, self.width, text)


def _fold_text(count: int, form: Form) -> str:
    """What a fold of `count` units says."""
    return f"⋮ {count} more" if form.number else f"⋮ {count}"
