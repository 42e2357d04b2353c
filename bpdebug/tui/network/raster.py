"""A whole drawing on a canvas: layout, edges, nodes, caption."""

from __future__ import annotations

from bpdebug.program.quantities import Kind
from bpdebug.tui.network.canvas import Canvas, Mark
from bpdebug.tui.network.caption import draw_caption
from bpdebug.tui.network.figures import short
from bpdebug.tui.network.graph import Edge, Graph
from bpdebug.tui.network.labels import Span
from bpdebug.tui.network.layout import Request, layout
from bpdebug.tui.network.nodes import draw_nodes
from bpdebug.tui.network.places import Layout
from bpdebug.tui.network.scene import Scene
from bpdebug.tui.network.strokes import Strokes

_GIVEN_MOST = 7
_GIVEN_LOOKED_AT = 16


class Raster:
    """Draws scenes of one graph at any size; what does not change between steps is kept.

    `layout` and `lines` say how the last scene was drawn; `layout` is None if it had no room.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.layout: Layout | None = None
        self.lines: dict[Span, Edge] = {}
        self._request: Request | None = None
        self._strokes: Strokes | None = None

    def draw(self, scene: Scene, width: int, height: int) -> Canvas:
        """The canvas of a scene."""
        self._prepare(scene, width, height)
        canvas = Canvas(width, height)
        if self.layout is None or self._strokes is None:
            self.lines = {}
            _no_room(canvas, self.graph)
            return canvas
        self.lines = self._strokes.draw(canvas, scene)
        draw_nodes(canvas, scene, self.layout)
        if self.layout.caption is not None:
            draw_caption(canvas, scene, self.layout, self.layout.caption, len(self.lines))
        return canvas

    def _prepare(self, scene: Scene, width: int, height: int) -> None:
        """Lay out anew if the area, the observation or what has to be seen has changed."""
        given = _given_width(scene, Kind.INPUT), _given_width(scene, Kind.TARGET)
        request = Request(width, height, scene.observation, given, scene.wanted)
        if request == self._request:
            return
        before, self._request = self._request, request
        same = before is not None and before.area == request.area
        if same and self.layout is not None and self.layout.complete:
            return
        self.layout = layout(self.graph, request, self.layout if same else None)
        if self.layout is not None:
            self._strokes = Strokes(self.graph, self.layout, scene.observation)


def _given_width(scene: Scene, kind: Kind) -> int:
    """The cells that the numbers of inputs or targets take, within limits."""
    longest = 1
    for quantity in scene.graph.program.of_kind(kind):
        # The first few tell enough: a longer number is rounded to fit.
        for slot in range(quantity.offset, quantity.offset + min(quantity.size, _GIVEN_LOOKED_AT)):
            longest = max(longest, len(scene.write(scene.view.value(slot))))
    return min(longest, _GIVEN_MOST)


def _no_room(canvas: Canvas, graph: Graph) -> None:
    """Say that there is no room, and how large the network is."""
    units = " × ".join(str(column.size) for column in graph.columns[:-1])
    for y, text in enumerate((f"network {units}:", "too little room to draw it")):
        canvas.put(0, y, short(text, canvas.width), Mark.CAPTION)
