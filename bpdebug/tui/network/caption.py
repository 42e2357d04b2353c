"""The line below a drawing: what is marked, in words, and what the drawing leaves out."""

from __future__ import annotations

from bpdebug.program.program import Phase
from bpdebug.tui.network.canvas import Canvas, Mark
from bpdebug.tui.network.figures import state
from bpdebug.tui.network.focus import Focus
from bpdebug.tui.network.places import Layout
from bpdebug.tui.network.scene import Scene

_NUMBER = 9
Piece = tuple[str, Mark, str | None]
"""Text, its mark, and the name of the element that it shows."""


def draw_caption(canvas: Canvas, scene: Scene, layout: Layout, y: int, drawn: int) -> None:
    """Draw what there is room for: the loss first, then the marked, then notes."""
    right = _loss(scene, layout)
    width = sum(len(text) for text, _, _ in right)
    x = canvas.width - width
    for text, mark, name in right:
        canvas.put(x, y, text, mark, name)
        canvas.put(x - 1, y, scene.breakpoints.node(scene.graph.loss), Mark.BREAKPOINT, name)
        x += len(text)
    x, end = 0, canvas.width - width - (2 if right else 0)
    said = {name for _, _, name in right}
    for pieces in (*_marked(scene), *_notes(scene, layout, drawn)):
        if pieces[0][2] in said - {None}:
            continue
        gap = 3 if x else 0
        for text, mark, name in pieces:
            if x + gap + len(text) <= end:
                canvas.put(x + gap, y, text, mark, name)
                x += gap + len(text)
                break


def _value(scene: Scene, slot: int) -> str:
    return state(scene.view, slot, _NUMBER, scene.write)


def _loss(scene: Scene, layout: Layout) -> list[Piece]:
    """The loss, if it has no node in the drawing."""
    graph = scene.graph
    if graph.loss in layout.places:
        return []
    slot = graph.value_slot(graph.loss, scene.observation)
    name = graph.program.name(slot)
    mark = Mark.CAPTION
    if slot == scene.active.slot:
        mark = scene.phase_mark
    if slot == scene.selected.slot:
        mark = Mark.NODE_SELECTED
    return [(f"{name} {_value(scene, slot)}", mark, name)]


def _marked(scene: Scene) -> list[list[Piece]]:
    """The selection, and what has just been done; each in several lengths, longest first."""
    found: list[list[Piece]] = []
    if scene.selected.slot is not None:
        found.append(_selection(scene, scene.selected, scene.selected.slot))
    slot = scene.active.slot
    if slot is not None and slot != scene.selected.slot:
        name = scene.graph.program.name(slot)
        sign = ":=" if scene.active.phase is Phase.UPDATE else "="
        found.append([(f"{name} {sign} {_value(scene, slot)}", scene.phase_mark, name)])
    return found


def _selection(scene: Scene, focus: Focus, slot: int) -> list[Piece]:
    graph, program = scene.graph, scene.graph.program
    name = program.name(slot)
    value, between, gradient = _value(scene, slot), "", ""
    if len(focus.edges) == 1:
        ends = (focus.edges[0].source, focus.edges[0].target)
        start, end = (program.name(graph.value_slot(node, scene.observation)) for node in ends)
        between = f" {start}→{end}"
    at = program.gradient_slot(slot)
    if at is not None:
        gradient = f"   {program.name(at)} {_value(scene, at)}"
    texts = (
        f"{between} {value}{gradient}",
        f" {value}{gradient}",
        f"{between} {value}",
        f" {value}",
    )
    return [(f"[{name}{text}]", Mark.NODE_SELECTED, name) for text in texts]


def _notes(scene: Scene, layout: Layout, drawn: int) -> list[list[Piece]]:
    """What the drawing leaves out, said openly."""
    graph = scene.graph
    notes: list[tuple[str, ...]] = []
    shown, columns = layout.columns, len(graph.columns) - 1
    if len(shown) < columns:
        which = f"{shown[0] + 1}–{shown[-1] + 1} of {columns}"
        notes.append((f"columns {which}", which))
    if graph.observations > 1:
        which = f"{scene.observation + 1} of {graph.observations}"
        notes.append((f"observation {which}", f"obs. {which}"))
    total = graph.edge_count - sum(1 for _ in graph.edges_into(graph.loss, 0))
    if drawn < total:
        notes.append((f"{drawn} of {total} edges",))
    return [[(text, Mark.CAPTION, None) for text in note] for note in notes]
