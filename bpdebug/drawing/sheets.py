"""The two kinds of drawings of a network: of single units, and of arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod

from bpdebug.drawing.block_derive import block_graph
from bpdebug.drawing.block_layout import block_layout, tells_all
from bpdebug.drawing.block_layout import still_shows as block_still_shows
from bpdebug.drawing.block_moves import block_step
from bpdebug.drawing.block_painter import BlockPainter
from bpdebug.drawing.block_places import BlockLayout
from bpdebug.drawing.blocks import BlockGraph
from bpdebug.drawing.canvas import Canvas
from bpdebug.drawing.graph import Edge, Graph
from bpdebug.drawing.labels import EdgeSpan
from bpdebug.drawing.layout import LayoutRequest, layout, still_shows
from bpdebug.drawing.nodes import draw_nodes
from bpdebug.drawing.places import Layout
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.spatial import DrawnNetwork, Way, step
from bpdebug.drawing.strokes import Strokes


class Sheet(ABC):
    """A drawing of a graph: laid out for an area, then painted for one scene after another."""

    lines: dict[EdgeSpan, Edge]
    """The edges between single units that were drawn last."""

    def __init__(self) -> None:
        self.lines = {}

    @property
    @abstractmethod
    def layout(self) -> Layout | BlockLayout | None:
        """How the last scene was drawn; None if there was no room."""

    @property
    @abstractmethod
    def told(self) -> bool:
        """Whether going closer would not show more."""

    @abstractmethod
    def lay_out(self, request: LayoutRequest, same: bool) -> None:
        """Find places; `same` if the area is that of the last time."""

    @abstractmethod
    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Draw a scene as it was laid out."""

    @abstractmethod
    def notes(self, scene: Scene) -> list[tuple[str, ...]]:
        """What the drawing leaves out, each in several lengths, the longest first."""

    @abstractmethod
    def step(self, scene: Scene, way: Way) -> str | None:
        """The name of what lies some way from the selection; None if nothing does."""


def sheet(graph: Graph) -> Sheet:
    """The kind of drawing that suits a network."""
    blocks = block_graph(graph)
    return UnitSheet(graph) if blocks is None else BlockSheet(blocks)


class UnitSheet(Sheet):
    """Single units in columns, with the edges between them."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._graph = graph
        self._layout: Layout | None = None
        self._strokes: Strokes | None = None
        self._best = False

    @property
    def layout(self) -> Layout | None:
        """How the last scene was drawn."""
        return self._layout

    @property
    def told(self) -> bool:
        """Whether all is told already in the best form."""
        if self._layout is None or self._strokes is None:
            return True
        return self._layout.complete and self._best and self._strokes.named

    def lay_out(self, request: LayoutRequest, same: bool) -> None:
        """Lay out again where what matters is not in the drawing."""
        if same and self._layout is not None and still_shows(self._graph, self._layout, request):
            return
        self._layout = layout(self._graph, request, self._layout if same else None)
        if self._layout is not None:
            self._best = self._layout.form == next(request.forms())
            self._strokes = Strokes(self._graph, self._layout, request.observation)

    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Edges, then nodes."""
        assert self._layout is not None
        assert self._strokes is not None
        self.lines = self._strokes.draw(canvas, scene)
        draw_nodes(canvas, scene, self._layout)

    def notes(self, scene: Scene) -> list[tuple[str, ...]]:
        """Columns and edges that are not drawn."""
        graph, notes = self._graph, list[tuple[str, ...]]()
        assert self._layout is not None
        shown, columns = self._layout.columns, len(graph.columns) - 1
        if len(shown) < columns:
            which = f"{shown[0] + 1}–{shown[-1] + 1} of {columns}"
            notes.append((f"columns {which}", which))
        notes += _shared_notes(scene)
        total = graph.edge_count - sum(1 for _ in graph.edges_into(graph.loss, 0))
        if len(self.lines) < total:
            notes.append((f"{len(self.lines)} of {total} edges",))
        return notes

    def step(self, scene: Scene, way: Way) -> str | None:
        """Over units and the edges between them."""
        if self._layout is None:
            return None
        picture = DrawnNetwork(self._graph, self._layout, self.lines, scene.observation)
        return step(picture, scene, way)


class BlockSheet(Sheet):
    """Arrays in columns by depth or by time step, with arrows between them."""

    def __init__(self, graph: BlockGraph) -> None:
        super().__init__()
        self._graph = graph
        self._layout: BlockLayout | None = None
        self._painter: BlockPainter | None = None

    @property
    def layout(self) -> BlockLayout | None:
        """How the last scene was drawn."""
        return self._layout

    @property
    def told(self) -> bool:
        """Whether every unit is told with all that belongs to it."""
        return self._layout is None or tells_all(self._layout)

    def lay_out(self, request: LayoutRequest, same: bool) -> None:
        """Lay out again where what matters is not in the drawing."""
        if same and self._layout is not None and block_still_shows(self._layout, request):
            return
        self._layout = block_layout(self._graph, request, self._layout if same else None)
        if self._layout is not None:
            self._painter = BlockPainter(self._layout)

    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Arrows, then blocks."""
        assert self._painter is not None
        self._painter.paint(canvas, scene)

    def notes(self, scene: Scene) -> list[tuple[str, ...]]:
        """Steps or other columns that are not drawn."""
        assert self._layout is not None
        graph, shown = self._graph, self._layout.columns
        steps = [step for n in shown if (step := graph.columns[n].step) is not None]
        notes = list[tuple[str, ...]]()
        if steps and len(steps) < graph.steps:
            notes.append(_part("step", steps[0], steps[-1], graph.steps))
        elif len(shown) < len(graph.columns) - 1:
            notes.append(_part("column", shown[0], shown[-1], len(graph.columns) - 1))
        return notes + _shared_notes(scene)

    def step(self, scene: Scene, way: Way) -> str | None:
        """Over the elements of arrays, and along arrows."""
        return None if self._layout is None else block_step(self._graph, scene, way)


def _part(what: str, first: int, last: int, count: int) -> tuple[str, ...]:
    """Which of some things that are counted from 0 are shown."""
    which = f"{first + 1}–{last + 1}" if last > first else f"{first + 1}"
    return f"{what}{'s' if last > first else ''} {which} of {count}", f"{which} of {count}"


def _shared_notes(scene: Scene) -> list[tuple[str, ...]]:
    """What drawings of both kinds leave out."""
    graph, notes = scene.graph, list[tuple[str, ...]]()
    if graph.observations > 1:
        which = f"{scene.observation + 1} of {graph.observations}"
        notes.append((f"observation {which}", f"obs. {which}"))
    if graph.direct:
        loss = graph.program.name(graph.value_slot(graph.loss, scene.observation))
        names = ", ".join(quantity.name for quantity in graph.direct)
        notes.append((f"{loss} also of {names}", f"{loss} of {names}"))
    return notes
