"""Where everything of a network drawing stands, in cells.

Pure geometry: it depends on the graph, the area and the part of big columns that is shown,
not on the values at a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bpdebug.drawing.forms import (
    NAME_LIMIT,
    NUMBER,
    Entry,
    Form,
    NodeLine,
    entries,
    forms,
    number_width,
)
from bpdebug.drawing.graph import Graph, Node
from bpdebug.drawing.places import Fold, Layout, NodePlace, Tag
from bpdebug.drawing.stack import Stack, fold_text

MIN_WIDTH, MIN_HEIGHT = 16, 3
_WIDEST_GAP, _BARE_GAP = 22, 5
_HEADED_FOLDS = 14
_FEWEST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class LayoutRequest:
    """What a layout is made for.

    `given` are the widths that numbers of inputs and of targets need, `number` what others want;
    `wanted` are nodes that big columns should show, the most important first. A `near` drawing
    is not seen as a whole, and has no caption of its own.
    """

    width: int
    height: int
    observation: int
    given: tuple[int, int]
    wanted: tuple[Node, ...] = ()
    number: int = NUMBER
    near: bool = False

    @property
    def area(self) -> LayoutRequest:
        """Everything but what is wanted."""
        return replace(self, wanted=())

    def forms(self) -> Iterator[Form]:
        """The forms that a drawing for it can have, the most telling first."""
        return forms(self.number, self.near)


def layout(graph: Graph, request: LayoutRequest, like: Layout | None = None) -> Layout | None:
    """The best drawing that fits, or None if the area is too small for any.

    `like` is a layout of the same area: which form is the best need not be found again.
    """
    if request.width < MIN_WIDTH or request.height < MIN_HEIGHT:
        return None
    inner = len(graph.columns) - 1
    if like is not None:
        columns = _window(request, inner, len(like.columns))
        found = _Attempt(graph, request, like.form, columns).layout()
        if found is not None:
            return found
    for form, count in _choices(request, inner):
        found = _Attempt(graph, request, form, _window(request, inner, count)).layout()
        if found is not None:
            return found
    return None


def still_shows(graph: Graph, found: Layout, request: LayoutRequest) -> bool:
    """Whether `found`, made for the same area, is what `layout` would find for a request."""
    if found.columns != _window(request, len(graph.columns) - 1, len(found.columns)):
        return False
    folded = {fold.column for fold in found.folds}
    return all(Node(column, _first_wanted(request, column)) in found.places for column in folded)


def _first_wanted(request: LayoutRequest, column: int) -> int:
    """The row of a column that has to be in sight."""
    return next((node.row for node in request.wanted if node.column == column), 0)


def _choices(request: LayoutRequest, inner: int) -> Iterator[tuple[Form, int]]:
    """The forms to try and for how many columns, the best first.

    All columns with numbers; else some of them, around the one that matters; else names only.
    """
    for form in request.forms():
        if form.number:
            yield form, inner + form.loss
    small = [form for form in request.forms() if not form.loss]
    for count in range(inner - 1, _FEWEST_COLUMNS - 1, -1):
        for form in small:
            if form.number:
                yield form, count
    for count in range(inner, 0, -1):
        for form in small:
            yield form, count


def _window(request: LayoutRequest, inner: int, count: int) -> range:
    """`count` columns around the one that matters; `inner` is how many there are but the loss."""
    if count > inner:
        return range(count)
    focus = request.wanted[0].column if request.wanted else 0
    start = max(0, min(focus - count // 2, inner - count))
    return range(start, start + count)


class _Attempt:
    def __init__(self, graph: Graph, request: LayoutRequest, form: Form, columns: range) -> None:
        self.graph = graph
        self.request = request
        self.form = form
        self.columns = columns
        biased = any(graph.shared_biases(number) for number in columns)
        named = any(graph.columns[number].heading for number in columns)
        # The rows around the nodes, in the order in which they are given up when rows are
        # short: headings, biases, caption. A more telling form is not worth any of them.
        # Where units are folded, a heading is not worth the row of a unit.
        named = named and (not form.folds or request.height >= _HEADED_FOLDS)
        chrome = [(int(named), int(biased), 1), (0, int(biased), 1), (0, 0, 1), (0, 0, 0)]
        given_up = 0 if form.boxed else 1 if form.spacing else 3
        if request.near:
            chrome = [(int(named), int(biased), 0)]
        self.chrome = chrome[: given_up + 1]

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
        form = self.form
        stacks: list[Stack] = []
        for number in self.columns:
            stack = self._stack(number, rows)
            if stack is None:
                return None
            stacks.append(stack)
        widths = [stack.width for stack in stacks]
        room = self.request.width - sum(widths)
        gaps = self._gaps(room)
        if gaps is None:
            return None
        x = (room - sum(gaps)) // 2
        # Behind the last column there is no other one to make room for.
        gaps.append(self.request.width)
        places: dict[Node, NodePlace] = {}
        folds: list[Fold] = []
        tags: list[Tag] = []
        for number, stack, width, gap in zip(self.columns, stacks, widths, gaps, strict=True):
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
            not folds and len(self.columns) >= len(self.graph.columns) - 1,
        )

    def _gaps(self, room: int) -> list[int] | None:
        """The room between columns; None if there is not enough."""
        inner = self.columns[:-1]
        if not inner:
            return [] if room >= 0 else None
        # Labels need room, but only edges with weights have any.
        weighted = self.graph.weighted
        least = [self.form.gap if n in weighted else min(self.form.gap, _BARE_GAP) for n in inner]
        if room < sum(least):
            return None
        even = room // len(inner)
        if even >= max(least):
            least, more = [even] * len(inner), 0
        else:
            more = (room - sum(least)) // len(inner)
        return [min(_WIDEST_GAP, each + more) for each in least]

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
            wide = min(room, len(text) + 1 + max(NUMBER, self.form.number))
            if wide >= len(text) + 6:
                yield Tag(x, int(heading), wide, text, slot)

    def _stack(self, number: int, rows: int) -> Stack | None:
        column = self.graph.columns[number]
        lines = [self._entries(Node(number, group.first)) for group in column.groups[:64]]
        tallest = max(map(len, lines))
        height = tallest + 2 if self.form.boxed else 1
        need = column.size * height + (column.size - 1) * self.form.spacing
        if need <= rows:
            return self._filled(number, range(column.size), height, False)
        if not self.form.folds or self.form.spacing > 0:
            return None
        count = (rows - 2) // height
        if count < 1:
            return None
        start = _first_wanted(self.request, number) // count * count
        shown = range(start, min(start + count, column.size))
        return self._filled(number, shown, height, True)

    def _entries(self, node: Node) -> tuple[Entry, ...]:
        return entries(self.graph, node, self.request.observation, self.form)

    def _filled(self, number: int, shown: range, height: int, folded: bool) -> Stack:
        program = self.graph.program
        lines = [self._entries(Node(number, row)) for row in shown]
        # Of a folded column also the last name counts, so that paging does not move it.
        measured = [*lines, self._entries(Node(number, self.graph.columns[number].size - 1))]
        # One line has one label, that of its value.
        boxed = self.form.boxed
        labels = (e.label for node in measured for e in node if boxed or e.line is NodeLine.VALUE)
        label = min(NAME_LIMIT, max(map(len, labels)))
        cells = max(
            number_width(program, each, self.form, self.request.given)
            for node in measured
            for each in node
        )
        inputs = self.columns[0] == number
        outputs = self.columns[-1] == number
        size = self.graph.columns[number].size
        # A box leaves a blank before the label and after the number. The latter is given up
        # by a tight form, but not where numbers never get longer.
        ends = (not inputs) + (not outputs)
        if self.form.boxed:
            ends = 3 if self.form.tight and cells == self.form.number else 4
        numbers = 1 + cells if self.form.number else 1
        if self.form.pairs and any(len(node) > 1 for node in measured):
            numbers += 1 + cells
        width = label + numbers + ends
        if folded:
            width = max(width, len(fold_text(size, self.form)) + ends)
        return Stack(number, shown, lines, width, height, label, cells, size, self.form)
