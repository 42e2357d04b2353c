"""A whole drawing on a canvas, or the part of it in a window, with its caption."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.drawing.block_places import BlockLayout
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.caption import draw_caption
from bpdebug.drawing.figures import short
from bpdebug.drawing.forms import NUMBER
from bpdebug.drawing.graph import Edge, Graph
from bpdebug.drawing.labels import EdgeSpan
from bpdebug.drawing.layout import LayoutRequest
from bpdebug.drawing.places import Layout
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.sheets import sheet
from bpdebug.drawing.spatial import Way
from bpdebug.drawing.window import WHOLE, Window, area, beyond
from bpdebug.program.quantities import Kind

_GIVEN_MOST = 7
_GIVEN_LOOKED_AT = 16
_LONG = -1 / 3
"""A number that takes as many cells as numbers between −1 and 1 do."""


class Raster:
    """Draws scenes of one graph at any size; what does not change between steps is kept.

    `layout` and `lines` say how the last scene was drawn; `layout` is None if it had no room.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._sheet = sheet(graph)
        self._request: LayoutRequest | None = None
        self._prepared: tuple[Scene | None, int, int, int] = (None, 0, 0, 0)

    @property
    def layout(self) -> Layout | BlockLayout | None:
        """How the last scene was drawn."""
        return self._sheet.layout

    @property
    def lines(self) -> dict[EdgeSpan, Edge]:
        """The edges between single units that were drawn last."""
        return self._sheet.lines

    @property
    def told(self) -> bool:
        """Whether going closer would not show more than the last drawing."""
        return self._request is None or self._sheet.told

    def step(self, scene: Scene, way: Way) -> str | None:
        """The name of what lies some way from the selection; None if nothing does."""
        return self._sheet.step(scene, way)

    def draw(self, scene: Scene, width: int, height: int, window: Window = WHOLE) -> Canvas:
        """The canvas of what a window shows of a scene."""
        self.prepare(scene, width, height, window.level)
        canvas = Canvas(width, height, window.left, window.top)
        if self.layout is None:
            self._sheet.lines = {}
            canvas.left = canvas.top = 0
            _no_room(canvas, self.graph)
            return canvas
        self.paint(canvas, scene)
        row, closer = self.layout.caption, ""
        if window.level:
            # What is closer has its caption below the window.
            canvas.left = canvas.top = 0
            row = height - 1
            canvas.put(0, row, " " * width, CellMark.BLANK)
            more = beyond(window, self.layout.bounds, width, row)
            closer = f"zoom {window.level} {more}".rstrip()
        if row is not None:
            shown = self.graph.loss in self.layout.places
            draw_caption(canvas, scene, shown, self._sheet.notes(scene), row, closer)
        return canvas

    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Draw a scene as it was laid out, as far as the canvas shows it."""
        self._sheet.paint(canvas, scene)

    def prepare(
        self, scene: Scene, width: int, height: int, level: int = 0, keep: bool = False
    ) -> None:
        """Lay out again if the area, the observation or what has to be seen has changed.

        With `keep` what has to be seen is where it is.
        """
        prepared, *size = self._prepared
        if prepared is scene and size == [width, height, level]:
            return
        self._prepared = scene, width, height, level
        if level:
            width, height = area(width, height - 1, level)
        request = LayoutRequest(
            width,
            height,
            scene.observation,
            (_given_width(scene, Kind.INPUT), _given_width(scene, Kind.TARGET)),
            scene.wanted,
            max(NUMBER, len(scene.write(_LONG))),
            near=level > 0,
        )
        if request == self._request:
            return
        before, self._request = self._request, request
        if keep and before == replace(request, wanted=before.wanted if before else ()):
            return
        self._sheet.lay_out(request, before is not None and before.area == request.area)


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
        canvas.put(0, y, short(text, canvas.width), CellMark.CAPTION)
