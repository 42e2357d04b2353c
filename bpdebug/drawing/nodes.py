"""The nodes of a drawing, with headings, shared biases and folds."""

from __future__ import annotations

from bpdebug.debugger.view import Status
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import STALE, UNKNOWN, figure, short, state
from bpdebug.drawing.forms import Entry, NodeLine, gradient_slot
from bpdebug.drawing.places import Fold, Layout, NodePlace, Tag
from bpdebug.drawing.scene import Scene
from bpdebug.program.program import Phase
from bpdebug.text.wrapping import shortened

# Corners, horizontal, vertical, and where edges meet: left, right.
PLAIN = "╭╮╰╯─│┤├"
NEXT = "╭╮╰╯╌╎┤├"
ACTIVE = "┏┓┗┛━┃┫┣"
SELECTED = "╔╗╚╝═║╣╠"

STATUS_MARKS = {
    Status.GIVEN: CellMark.VALUE,
    Status.CURRENT: CellMark.VALUE,
    Status.STALE: CellMark.STALE,
    Status.UNKNOWN: CellMark.UNKNOWN,
}
_STATUS_SIGNS = {Status.STALE: STALE, Status.UNKNOWN: UNKNOWN}
GRADIENT, _BECOMES = "∂", "→"


def draw_nodes(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    """Draw all nodes of a layout, its folds and its tags."""
    for place in layout.places.values():
        if not canvas.sees(place.x, place.y, place.width, place.height):
            continue
        painter = _Painter(canvas, scene, layout, place)
        if layout.form.boxed:
            painter.box()
        else:
            painter.line()
    for fold in layout.folds:
        _fold(canvas, scene, layout, fold)
    for tag in layout.tags:
        _tag(canvas, scene, tag)


def _ports(layout: Layout, column: int) -> tuple[bool, bool]:
    """Whether edges can meet the nodes of a column on the left and on the right."""
    return column != layout.columns[0], column != layout.columns[-1]


class _Painter:
    """Draws one node."""

    def __init__(self, canvas: Canvas, scene: Scene, layout: Layout, place: NodePlace) -> None:
        graph = scene.graph
        self.canvas = canvas
        self.scene = scene
        self.place = place
        self.numbers = layout.form.number > 0
        self.pairs = layout.form.pairs
        self.left, self.right = _ports(layout, place.node.column)
        value = graph.value_slot(place.node, scene.observation)
        self.name = graph.program.name(value)
        self.names = {value: self.name}
        self.frame, self.mark = self._frame()
        # One line has one mark.
        slots = {entry.slot for entry in place.entries} if layout.form.boxed else {value}
        self.marks = scene.breakpoints.lines(place.node, slots, value)

    def _frame(self) -> tuple[str, CellMark]:
        """The characters of the frame, and their mark."""
        scene = self.scene
        own = scene.graph.own_biases(self.place.node, scene.observation)
        for focus, frame, mark in (
            (scene.selected, SELECTED, CellMark.NODE_SELECTED),
            (scene.active, ACTIVE, scene.phase_mark),
            (scene.next, NEXT, CellMark.NODE_NEXT),
        ):
            if self.place.node in focus.nodes or (own & focus.biases and not focus.nodes):
                return frame, mark
        return PLAIN, CellMark.NODE

    def box(self) -> None:
        """A frame with a line for each value."""
        x, width, frame = self.place.x, self.place.width, self.frame
        bar = frame[4] * (width - 2)
        self._put(x, self.place.y, frame[0] + bar + frame[1], self.mark)
        self._put(x, self.place.y + self.place.height - 1, frame[2] + bar + frame[3], self.mark)
        for y, entry in enumerate(self.place.entries, start=self.place.y + 1):
            port = y == self.place.port
            self._put(x, y, frame[6] if port and self.left else frame[5], self.mark)
            self._put(x + 1, y, " " * (width - 2), CellMark.BLANK)
            sign = self.marks.get(entry.slot, "")
            if entry.slot == self.scene.active.slot:
                # A mark of a breakpoint takes its place before the name.
                at = x + 2 + self.place.label if sign else x + 1
                self._put(at, y, "▸", self.scene.phase_mark)
            self._label(x + 2, y, entry)
            self._value(x + 2, y, entry)
            self._breakpoint(x + 1, y, entry)
            self._put(x + width - 1, y, frame[7] if port and self.right else frame[5], self.mark)

    def line(self) -> None:
        """One line: the name and the activation, on the way back the gradient once it is known.

        Where there is room for pairs, the pre-activation stands before the activation, and
        the activation before the gradient.
        """
        x, y, width = self.place.x, self.place.y, self.place.width
        self._put(x, y, " " * width, CellMark.BLANK)
        if self.left:
            self._put(x, y, self.frame[6], self.mark)
        if self.right:
            self._put(x + width - 1, y, self.frame[7], self.mark)
        (entry,) = (each for each in self.place.entries if each.line is NodeLine.VALUE)
        self._label(x + self.left, y, entry)
        gradient = self._gradient()
        if self.pairs:
            self._pair(x + self.left + self.place.label + 1, y, entry, gradient)
        elif gradient is not None and self.numbers:
            self._value(x + self.left, y, gradient, GRADIENT)
        else:
            self._value(x + self.left, y, entry)
        # Without a number the frame has the mark, so that the sign of the status is seen.
        framed = self.left and not self.numbers
        self._breakpoint(x if framed else x + self.left + self.place.label, y, entry)

    def _pair(self, x: int, y: int, value: Entry, gradient: Entry | None) -> None:
        before = next((e for e in self.place.entries if e.line is NodeLine.BEFORE), None)
        # What the first number leaves is the second one's.
        end = x + 2 * self.place.number + 1
        if gradient is not None:
            after = self._number(x, y, value, self.place.number) + 1
            self._number(after, y, gradient, end - after, GRADIENT)
        elif before is not None and self.scene.view.status(before.slot) is not Status.UNKNOWN:
            after = self._number(x, y, before, self.place.number)
            self._number(after, y, value, end - after, _BECOMES)
        else:
            self._number(x, y, value, self.place.number)

    def _gradient(self) -> Entry | None:
        scene, node = self.scene, self.place.node
        if not scene.backward:
            return None
        slot = gradient_slot(scene.graph, scene.graph.group(node), node, scene.observation)
        if slot is None or scene.view.status(slot) is not Status.CURRENT:
            return None
        return Entry(NodeLine.GRADIENT, GRADIENT, slot)

    def _name(self, slot: int) -> str:
        if slot not in self.names:
            self.names[slot] = self.scene.graph.program.name(slot)
        return self.names[slot]

    def _put(self, x: int, y: int, text: str, mark: CellMark) -> None:
        self.canvas.put(x, y, text, mark, self.name)

    def _breakpoint(self, x: int, y: int, entry: Entry) -> None:
        if entry.slot in self.marks:
            name = self._name(entry.slot)
            self.canvas.put(x, y, self.marks[entry.slot], CellMark.BREAKPOINT, name)

    def _label(self, x: int, y: int, entry: Entry) -> None:
        scene, width = self.scene, self.place.label
        mark = scene.phase_mark if entry.slot == scene.active.slot else CellMark.NAME
        if entry.slot == scene.selected.slot:
            mark = CellMark.SELECTED
        name = self._name(entry.slot)
        self._put(x, y, " " * width, CellMark.BLANK)
        self.canvas.put(x, y, shortened(entry.label, width), mark, name)

    def _value(self, x: int, y: int, entry: Entry, sign: str = "") -> None:
        """The value after the label; a sign of its status where there is no room for it.

        A long number needs all its cells: then its sign takes the blank before it.
        """
        scene = self.scene
        x += self.place.label
        if not self.numbers:
            status = scene.view.status(entry.slot)
            mark = scene.phase_mark if entry.slot == scene.active.slot else STATUS_MARKS[status]
            name = self._name(entry.slot)
            self.canvas.put(x, y, _STATUS_SIGNS.get(status, " "), mark, name)
            return
        room = self.place.number
        signed = sign or self.scene.view.status(entry.slot) is Status.STALE
        free = not self.marks.keys() & {each.slot for each in self.place.entries}
        if signed and free and len(self._text(entry, 2 * room, sign)) > room:
            self._number(x, y, entry, room + 1, sign)
        else:
            self._number(x + 1, y, entry, room, sign)

    def _text(self, entry: Entry, room: int, sign: str) -> str:
        view, write = self.scene.view, self.scene.write
        return sign + state(view, entry.slot, room - len(sign), write)

    def _number(self, x: int, y: int, entry: Entry, room: int, sign: str = "") -> int:
        """Draw a number with its sign in at most `room` cells; returns the cell after it."""
        scene = self.scene
        status = scene.view.status(entry.slot)
        mark = scene.phase_mark if entry.slot == scene.active.slot else STATUS_MARKS[status]
        text = self._text(entry, room, sign)
        self.canvas.put(x, y, text, mark, self._name(entry.slot))
        return x + len(text)


def _fold(canvas: Canvas, scene: Scene, layout: Layout, fold: Fold) -> None:
    left, right = _ports(layout, fold.column)
    inner = fold.width - left - right
    text = ("┤" * left) + short(fold.text, inner).ljust(inner) + ("├" * right)
    canvas.put(fold.x, fold.y, text, CellMark.FOLD)
    before_count = fold.x + left + fold.text.index(" ")
    canvas.put(before_count, fold.y, scene.breakpoints.fold(fold), CellMark.BREAKPOINT)


def _tag(canvas: Canvas, scene: Scene, tag: Tag) -> None:
    """A heading, or a bias: `+ b1 0.5`, with its gradient at the moment that is computed."""
    if tag.slot is None:
        canvas.put(tag.x, tag.y, tag.text, CellMark.HEADING)
        return
    program, view = scene.graph.program, scene.view
    name = program.name(tag.slot)
    label, slot = name, tag.slot
    if scene.active.slot is not None and scene.active.slot == program.gradient_slot(tag.slot):
        label, slot = GRADIENT + name, scene.active.slot
    sign, selected = scene.breakpoints.any((tag.slot,)), tag.slot in scene.selected.biases
    room = tag.width - len(label) - 3 - (len(sign) if selected else 0)
    text = f"{label} {figure(view.value(slot), room, scene.write)}"
    if selected:
        canvas.put(tag.x, tag.y, f"[{sign}{text}]", CellMark.SELECTED, name)
    elif tag.slot in scene.active.biases:
        canvas.put(tag.x, tag.y, f"▸ {text}", scene.phase_mark, name)
    elif tag.slot in scene.next.biases and scene.next.phase is not Phase.FORWARD:
        canvas.put(tag.x, tag.y, f"+ {text}", CellMark.NODE_NEXT, name)
    else:
        canvas.put(tag.x, tag.y, f"+ {text}", CellMark.NAME, name)
    canvas.put(tag.x + 1, tag.y, sign, CellMark.BREAKPOINT, name)
