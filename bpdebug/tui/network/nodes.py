"""The nodes of a drawing, with headings, shared biases and folds."""

from __future__ import annotations

from bpdebug.debugger.view import Status
from bpdebug.program.program import Phase
from bpdebug.tui.network.canvas import Canvas, Mark
from bpdebug.tui.network.figures import STALE, UNKNOWN, figure, short, state
from bpdebug.tui.network.forms import Entry, Line, gradient_slot
from bpdebug.tui.network.layout import Fold, Layout, Place, Tag
from bpdebug.tui.network.scene import Scene

# Corners, horizontal, vertical, and where edges meet: left, right.
_PLAIN = "╭╮╰╯─│┤├"
_NEXT = "╭╮╰╯╌╎┤├"
_ACTIVE = "┏┓┗┛━┃┫┣"
_SELECTED = "╔╗╚╝═║╣╠"

_STATUS_MARKS = {
    Status.GIVEN: Mark.VALUE,
    Status.CURRENT: Mark.VALUE,
    Status.STALE: Mark.STALE,
    Status.UNKNOWN: Mark.UNKNOWN,
}
_STATUS_SIGNS = {Status.STALE: STALE, Status.UNKNOWN: UNKNOWN}


def draw_nodes(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    """Draw all nodes of a layout, its folds and its tags."""
    for place in layout.places.values():
        if layout.form.boxed:
            _box(canvas, scene, layout, place)
        else:
            _line(canvas, scene, layout, place)
    for fold in layout.folds:
        _fold(canvas, layout, fold)
    for tag in layout.tags:
        _tag(canvas, scene, tag)


def _frame(scene: Scene, place: Place) -> tuple[str, Mark]:
    """The characters of a node's frame, and their mark."""
    slots = {entry.slot for entry in place.entries if entry.line is Line.BIAS}
    for focus, frame, mark in (
        (scene.selected, _SELECTED, Mark.NODE_SELECTED),
        (scene.active, _ACTIVE, scene.phase_mark),
        (scene.next, _NEXT, Mark.NODE_NEXT),
    ):
        about = slots & focus.biases and not focus.nodes
        if place.node in focus.nodes or about:
            return frame, mark
    return _PLAIN, Mark.NODE


def _ports(layout: Layout, column: int) -> tuple[bool, bool]:
    """Whether edges can meet the nodes of a column on the left and on the right."""
    return column != layout.columns[0], column != layout.columns[-1]


def _box(canvas: Canvas, scene: Scene, layout: Layout, place: Place) -> None:
    frame, mark = _frame(scene, place)
    name = _value_name(scene, place)
    bar = frame[4] * (place.width - 2)
    canvas.put(place.x, place.y, frame[0] + bar + frame[1], mark, name)
    canvas.put(place.x, place.y + place.height - 1, frame[2] + bar + frame[3], mark, name)
    left, right = _ports(layout, place.node.column)
    for y, entry in enumerate(place.entries, start=place.y + 1):
        port = y == place.port
        canvas.put(place.x, y, frame[6] if port and left else frame[5], mark, name)
        canvas.put(place.x + 1, y, " " * (place.width - 2), Mark.BLANK, name)
        if entry.slot == scene.active.slot:
            canvas.put(place.x + 1, y, "▸", scene.phase_mark, name)
        _entry(canvas, scene, place.x + 2, y, place.width - 4, place.label, entry)
        end = frame[7] if port and right else frame[5]
        canvas.put(place.x + place.width - 1, y, end, mark, name)


def _line(canvas: Canvas, scene: Scene, layout: Layout, place: Place) -> None:
    frame, mark = _frame(scene, place)
    left, right = _ports(layout, place.node.column)
    name = _value_name(scene, place)
    canvas.put(place.x, place.y, " " * place.width, Mark.BLANK, name)
    if left:
        canvas.put(place.x, place.y, frame[6], mark, name)
    if right:
        canvas.put(place.x + place.width - 1, place.y, frame[7], mark, name)
    inner = place.width - left - right
    for entry in place.entries:
        entry = _now(scene, place, entry)
        number = layout.form.number > 0
        _entry(canvas, scene, place.x + left, place.y, inner, place.label, entry, number)


def _now(scene: Scene, place: Place, entry: Entry) -> Entry:
    """What the single line of a node shows: on the way back its gradient, once that is known."""
    if scene.backward:
        group = scene.graph.group(place.node)
        slot = gradient_slot(scene.graph, group, place.node, scene.observation)
        if slot is not None and scene.view.status(slot) is Status.CURRENT:
            return Entry(Line.GRADIENT, entry.label, slot)
    return entry


def _value_name(scene: Scene, place: Place) -> str:
    return scene.graph.program.name(scene.graph.value_slot(place.node, scene.observation))


def _entry(
    canvas: Canvas,
    scene: Scene,
    x: int,
    y: int,
    width: int,
    label: int,
    entry: Entry,
    number: bool = True,
) -> None:
    """A label in `label` cells, then its value, or a sign of its status; `width` in all."""
    name = scene.graph.program.name(entry.slot)
    active = entry.slot == scene.active.slot
    mark = scene.phase_mark if active else Mark.NAME
    if entry.slot == scene.selected.slot:
        mark = Mark.SELECTED
    canvas.put(x, y, short(entry.label, label).ljust(label), mark, name)
    status = scene.view.status(entry.slot)
    mark = scene.phase_mark if active else _STATUS_MARKS[status]
    if number:
        text = state(scene.view, entry.slot, width - label - 1, scene.write)
        canvas.put(x + label + 1, y, text, mark, name)
    else:
        canvas.put(x + label, y, _STATUS_SIGNS.get(status, " "), mark, name)


def _fold(canvas: Canvas, layout: Layout, fold: Fold) -> None:
    left, right = _ports(layout, fold.column)
    inner = fold.width - left - right
    text = ("┤" * left) + short(fold.text, inner).ljust(inner) + ("├" * right)
    canvas.put(fold.x, fold.y, text, Mark.FOLD)


def _tag(canvas: Canvas, scene: Scene, tag: Tag) -> None:
    if tag.slot is None:
        canvas.put(tag.x, tag.y, tag.text, Mark.HEADING)
        return
    program, view = scene.graph.program, scene.view
    name = program.name(tag.slot)
    gradient = program.gradient_slot(tag.slot)
    room = tag.width - len(name) - 3
    text = f"+ {name} {figure(view.value(tag.slot), room, scene.write)}"
    mark = Mark.NAME
    if tag.slot in scene.active.biases:
        mark = scene.phase_mark
        text = "▸" + text[1:]
        if gradient is not None and gradient == scene.active.slot:
            text = f"▸ ∂ {figure(view.value(gradient), tag.width - 4, scene.write)}"
    elif tag.slot in scene.next.biases and scene.next.phase is not Phase.FORWARD:
        mark = Mark.NODE_NEXT
    if tag.slot in scene.selected.biases:
        mark = Mark.SELECTED
        text = f"[{text[2:]}]"
    canvas.put(tag.x, tag.y, text, mark, name)
