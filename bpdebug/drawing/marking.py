"""How an edge stands out in a scene, and what it is called."""

from __future__ import annotations

from bpdebug.drawing.canvas import CellMark
from bpdebug.drawing.graph import Edge
from bpdebug.drawing.scene import Scene


def rank(edge: Edge, scene: Scene) -> int:
    """0 for an edge like any other, more for what comes next, was just done, is selected."""
    if edge in scene.selected.edge_set:
        return 3
    if edge in scene.active.edge_set:
        return 2
    return 1 if edge in scene.next.edge_set else 0


def is_marked(edge: Edge, scene: Scene) -> bool:
    """Whether an edge is selected or was part of what was just done."""
    return rank(edge, scene) >= 2


def edge_mark(edge: Edge, scene: Scene) -> CellMark:
    """The mark that an edge is drawn with."""
    marks = (CellMark.EDGE, CellMark.EDGE_NEXT, scene.phase_mark, CellMark.EDGE_SELECTED)
    return marks[rank(edge, scene)]


def edge_name(edge: Edge, scene: Scene) -> str | None:
    """The name of the weight on an edge, None if it has none."""
    return scene.graph.program.name(edge.weights[0]) if edge.weights else None
