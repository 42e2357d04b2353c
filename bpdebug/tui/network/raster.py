"""The drawing itself: a layout, the values of a view, and what is marked, on a canvas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpdebug.debugger.view import Status, View
from bpdebug.program.program import Phase
from bpdebug.tui.network.braille import braille, line
from bpdebug.tui.network.canvas import Canvas, Mark
from bpdebug.tui.network.caption import draw_caption
from bpdebug.tui.network.figures import Format, figure, short, state
from bpdebug.tui.network.focus import Focus, name_of
from bpdebug.tui.network.graph import Edge, Graph, Node
from bpdebug.tui.network.labels import Span, Spot, room, spots
from bpdebug.tui.network.layout import Fold, Layout, Place, Tag

ALL_EDGES = 64
"""Up to so many edges all are drawn, above it those of the marked units only."""

_SHORTEST_NUMBER = 5
_LONGEST_NUMBER = 7

PHASE_MARKS: Mapping[Phase, Mark] = {
    Phase.FORWARD: Mark.FORWARD,
    Phase.LOSS: Mark.FORWARD,
    Phase.BACKWARD: Mark.BACKWARD,
    Phase.UPDATE: Mark.UPDATE,
}


@dataclass(frozen=True)
class Scene:
    """What is to be drawn: a view, what has just been done, what comes next, the selection."""

    graph: Graph
    view: View
    observation: int
    active: Focus
    next: Focus
    selected: Focus
    write: Format

    def phase_mark(self) -> Mark:
        """The mark of what has just been done."""
        return PHASE_MARKS[self.active.phase] if self.active.phase else Mark.NODE


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edge with the line that it is drawn as."""

    edge: Edge
    span: Span


class Raster:
    """Draws scenes of one graph on one layout; lines and label places are kept."""

    def __init__(self, graph: Graph, layout: Layout, observation: int) -> None:
        self.graph = graph
        self.layout = layout
        self.observation = observation
        self.all = self._all_edges()
        self.spots = self._label_spots() if self.all is not None else None
        self.drawn: tuple[Drawn, ...] = ()
        self.labelled: dict[Edge, Spot] = {}

    def draw(self, scene: Scene) -> Canvas:
        """The canvas of a scene."""
        canvas = Canvas(self.layout.width, self.layout.height)
        self.drawn = self._edges_of(scene)
        self._draw_edges(canvas, scene)
        self._draw_arrows(canvas, scene)
        self._draw_labels(canvas, scene)
        for place in self.layout.places.values():
            _NodePainter(canvas, scene, place, self.layout.form.boxed).paint()
        for fold in self.layout.folds:
            canvas.put(fold.x, fold.y, fold.text, Mark.FOLD)
        for tag in self.layout.tags:
            _draw_tag(canvas, scene, tag)
        if self.layout.caption is not None:
            draw_caption(canvas, scene, self.layout, self.layout.caption)
        return canvas
