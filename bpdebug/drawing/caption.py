"""The line below a drawing: what is marked, in words, and what the drawing leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import state
from bpdebug.drawing.focus import Focus
from bpdebug.drawing.scene import Scene
from bpdebug.program.program import Phase

_GAP = 3
_FULL, _FEW = 40, 9
"""The cells that a number gets: enough for all its digits, or for a few of them."""

Piece = tuple[str, CellMark, str | None]
"""Text, its mark, and the name of the element that it shows."""


def draw_caption(
    canvas: Canvas,
    scene: Scene,
    loss_shown: bool,
    notes: Sequence[Sequence[str]],
    y: int,
    closer: str = "",
) -> None:
    """Draw what there is room for: the loss first unless it is shown, then the marked, then notes.

    Each of the `notes` comes in several lengths, the longest first, and says what the drawing
    leaves out. `closer` says how close the drawing is and where there is more of it.
    """
    right = [] if loss_shown else _loss(scene)
    if closer:
        canvas.put(canvas.width - len(closer), y, closer, CellMark.CAPTION)
    end = canvas.width - (len(closer) + 2 if closer else 0)
    width = sum(len(text) for text, _, _ in right)
    x = end - width
    for text, mark, name in right:
        canvas.put(x, y, text, mark, name)
        canvas.put(x - 1, y, scene.breakpoints.node(scene.graph.loss), CellMark.BREAKPOINT, name)
        x += len(text)
    x, end = 0, end - width - (2 if right else 0)
    said = {name for _, _, name in right}
    chosen: list[Piece] = []
    for number in (_FULL, _FEW):
        marked = [pieces for pieces in _marked(scene, number) if pieces[0][2] not in said]
        chosen = chosen or _fitting(marked, end)
    for note in notes:
        pieces: list[Piece] = [(text, CellMark.CAPTION, None) for text in note]
        chosen = next((c for each in pieces if _length(c := [*chosen, each]) <= end), chosen)
    for text, mark, name in chosen:
        canvas.put(x, y, text, mark, name)
        x += len(text) + _GAP


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(text) + _GAP for text, _, _ in pieces) - _GAP


def _fitting(said: Sequence[Sequence[Piece]], room: int) -> list[Piece]:
    """One of the lengths of each piece, so that all fit; the last ones go if none do."""
    if not said:
        return []
    # As little as possible is left out, and rather of what comes first than of what follows.
    numbered = product(*(enumerate(lengths) for lengths in said))
    for choice in sorted(numbered, key=lambda each: sum(number for number, _ in each)):
        if _length([piece for _, piece in choice]) <= room:
            return [piece for _, piece in choice]
    return _fitting(said[:-1], room)


def _value(scene: Scene, slot: int, number: int) -> str:
    return state(scene.view, slot, number, scene.write)


def _loss(scene: Scene) -> list[Piece]:
    graph = scene.graph
    slot = graph.value_slot(graph.loss, scene.observation)
    name = graph.program.name(slot)
    text, mark = f"{name} {_value(scene, slot, _FEW)}", CellMark.CAPTION
    if slot == scene.active.slot:
        mark = scene.phase_mark
    if slot == scene.selected.slot:
        text, mark = f"[{text}]", CellMark.NODE_SELECTED
    return [(text, mark, name)]


def _marked(scene: Scene, number: int) -> list[list[Piece]]:
    """The selection, and what has just been done; each in several lengths, longest first."""
    found: list[list[Piece]] = []
    if scene.selected.slot is not None:
        found.append(_selection(scene, scene.selected, scene.selected.slot, number))
    slot = scene.active.slot
    if slot is not None and slot != scene.selected.slot:
        name = scene.graph.program.name(slot)
        sign = ":=" if scene.active.phase is Phase.UPDATE else "="
        text = f"{name} {sign} {_value(scene, slot, number)}"
        found.append([(text, scene.phase_mark, name)])
    return found


def _selection(scene: Scene, focus: Focus, slot: int, number: int) -> list[Piece]:
    graph, program = scene.graph, scene.graph.program
    name = program.name(slot)
    value, between, gradient = _value(scene, slot, number), "", ""
    if len(focus.edges) == 1:
        ends = (focus.edges[0].source, focus.edges[0].target)
        start, end = (program.name(graph.value_slot(node, scene.observation)) for node in ends)
        between = f" {start}→{end}"
    at = program.gradient_slot(slot)
    if at is not None:
        gradient = f"   {program.name(at)} {_value(scene, at, number)}"
    texts = (
        f"{between} {value}{gradient}",
        f" {value}{gradient}",
        f"{between} {value}",
        f" {value}",
    )
    return [(f"[{name}{text}]", CellMark.NODE_SELECTED, name) for text in texts]
