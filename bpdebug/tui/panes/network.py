"""The network pane: a widget that draws the network at a position and lets one select in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from bpdebug.debugger.view import View
from bpdebug.drawing.camera import Camera
from bpdebug.drawing.canvas import Canvas, CellMark, Row
from bpdebug.drawing.changes import changes
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.figures import Format
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import Scene, scene
from bpdebug.drawing.spatial import Way
from bpdebug.program.program import Phase, Program
from bpdebug.text.numbers import number
from bpdebug.text.subscripts import subscripted
from bpdebug.tui.panes.lines import sets_names
from bpdebug.tui.panes.looks import LOOKS, Look, style_of
from bpdebug.tui.panes.network_mouse import MouseMoves
from bpdebug.tui.terminal.row_cache import RowCache

_PAN_WIDTH, _PAN_HEIGHT = 8, 4
"""The cells that a key moves over."""

_LOOKS = {
    CellMark.BLANK: LOOKS["plain"],
    CellMark.EDGE: Look("edge", without="dim"),
    CellMark.EDGE_STRONG: Look("quiet"),
    CellMark.EDGE_NEXT: Look("quiet"),
    CellMark.EDGE_SELECTED: LOOKS["fresh"],
    CellMark.NODE: Look("faint"),
    CellMark.NODE_NEXT: LOOKS["plain"],
    CellMark.NODE_SELECTED: LOOKS["fresh"],
    CellMark.NAME: LOOKS["plain"],
    CellMark.VALUE: LOOKS["value"],
    CellMark.UNKNOWN: LOOKS["muted"],
    CellMark.STALE: LOOKS["stale"],
    CellMark.LABEL: LOOKS["plain"],
    CellMark.SELECTED: Look("accent", "bold underline"),
    CellMark.HEADING: LOOKS["muted"],
    CellMark.FOLD: LOOKS["stale"],
    CellMark.CAPTION: LOOKS["plain"],
    CellMark.BREAKPOINT: LOOKS["mark"],
    **{CellMark(phase): Look(f"phase-{phase}", "bold") for phase in Phase},
}

_NO_MARKS: Mapping[str, str] = {}


class NetworkPane(MouseMoves, can_focus=True):
    """Units and weights of a model, with the values at a position.

    Call `show` at every step; only cells that differ are painted again.
    """

    DEFAULT_CSS = "NetworkPane { width: 1fr; height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('up')", "select what is above", show=False),
        Binding("down", "move('down')", "select what is below", show=False),
        Binding("left", "move('left')", "select what is to the left", show=False),
        Binding("right", "move('right')", "select what is to the right", show=False),
        Binding("shift+up", "pan(0, -1)", "move the drawing down", show=False),
        Binding("shift+down", "pan(0, 1)", "move the drawing up", show=False),
        Binding("shift+left", "pan(-1, 0)", "move the drawing right", show=False),
        Binding("shift+right", "pan(1, 0)", "move the drawing left", show=False),
    ]

    class Selected(Message):
        """The user has selected the element called `name`."""

        def __init__(self, pane: NetworkPane, name: str) -> None:
            super().__init__()
            self.pane = pane
            self.name = name

        @property
        def control(self) -> NetworkPane:
            """The pane itself."""
            return self.pane

    class NothingBeyond(Message):
        """The drawing cannot be moved: all of it is in the pane."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._styles_cache = RowCache()
        self._program: Program | None = None
        self._camera: Camera | None = None
        self._scene: Scene | None = None
        self._selected: str | None = None
        self._selection_leads = True
        self._pointed_at: str | None = None
        self._canvas = Canvas(0, 0)
        self._rows: list[Row] = []
        self._looks: dict[CellMark, Style] = {}

    def show(
        self,
        view: View,
        selected: str | None = None,
        write: Format = number,
        marks: Mapping[str, str] = _NO_MARKS,
    ) -> None:
        """Show the state `view` with the element called `selected` marked.

        `marks` are those of breakpoints, by the name of the element.
        """
        if self._camera is None or self._program is not view.program:
            self._program = view.program
            self._camera = Camera(Raster(network_graph(view.program)))
            self._scene = None
        before = self._scene
        shown = self._scene.observation if self._scene else 0
        # A new selection is looked at; on a step, what the step has done.
        if selected != self._selected:
            self._selection_leads = True
        elif before is not None and view.position != before.view.position:
            self._selection_leads = False
        moved = before is None or view.position != before.view.position
        follow = moved or selected != self._selected
        # What was pointed at must not go from under the mouse.
        keep = not moved and selected == self._pointed_at
        self._selected, self._pointed_at = selected, None
        graph, leads = self._camera.raster.graph, self._selection_leads
        self._scene = scene(graph, view, selected, write, shown, leads, marks)
        self._draw(follow and not keep, keep)

    def _draw(self, follow: bool = False, keep: bool = False) -> None:
        """Draw again, and have painted what differs.

        With `follow` what was selected or done is brought into sight; with `keep` all stays.
        """
        if self._camera is None or self._scene is None:
            return
        width, height = self.size
        same = (self._canvas.width, self._canvas.height) == (width, height)
        before = self._rows
        self._canvas = self._camera.draw(self._scene, width, height, follow, keep)
        self._rows = self._canvas.rows()
        if not same:
            self.refresh()
            return
        stretches = changes(before, self._rows)
        regions = [Region(x, y, length, 1) for x, y, length in stretches]
        if regions:
            self.refresh(*regions)

    def on_resize(self) -> None:
        """Fit the drawing to the new area."""
        self._draw(follow=True)

    def zoom(self, closer: int, at: tuple[int, int] | None = None) -> bool:
        """Go closer to the drawing, or further away for −1; returns whether that shows more.

        The unit nearest to the cell `at` stays where it is, else what the step is about.
        """
        if self._camera is None or self._scene is None:
            return False
        done = self._camera.zoom(self._scene, *self.size, closer, at)
        self._draw(follow=done and at is None)
        return done

    def action_pan(self, right: int, down: int) -> None:
        """Move the window one step."""
        if not self.pan(right * _PAN_WIDTH, down * _PAN_HEIGHT):
            self.post_message(self.NothingBeyond())

    def pan(self, right: int, down: int) -> bool:
        """Move the window over the drawing; returns whether that is larger than the pane."""
        if self._camera is None or self._scene is None:
            return False
        moved = self._camera.pan(self._scene, *self.size, right, down)
        self._draw()
        return moved

    @property
    def whole(self) -> bool:
        """Whether the drawing fits the pane and leaves nothing out."""
        return self._camera is not None and self._camera.whole

    def notify_style_update(self) -> None:
        """Forget styles that a change of theme has made stale."""
        super().notify_style_update()
        self._looks.clear()

    def plain_lines(self, most: int) -> list[str]:
        """The drawing as text, at most `most` lines of it."""
        return ["".join(text for text, _ in row).rstrip() for row in self._rows[:most]]

    def render_line(self, y: int) -> Strip:
        """Row `y`; blank as long as nothing is shown or the pane has no size."""
        row = self._rows[y] if y < len(self._rows) else ()
        looks, below = self._looks, sets_names(self)
        segments = [
            Segment(subscripted(text) if below else text, looks.get(mark) or self._look(mark))
            for text, mark in row
        ]
        strip = Strip(segments, self._canvas.width if row else 0)
        return strip.adjust_cell_length(self.size.width, self._look(CellMark.BLANK))

    def _look(self, mark: CellMark) -> Style:
        look = self._looks.get(mark)
        if look is None:
            look = self._looks[mark] = self.rich_style + style_of(_LOOKS[mark], self.app)
        return look

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked, unless that was the end of dragging."""
        if self.dragged:
            return
        at = event.get_content_offset(self)
        name = None if at is None else self._canvas.name_at(at.x, at.y)
        if name is not None:
            self._pointed_at = name
            self.post_message(self.Selected(self, name))

    def action_move(self, way: str) -> None:
        """Select what lies above, below, left or right of the selection."""
        if self._camera is None or self._scene is None:
            return
        name = self._camera.raster.step(self._scene, Way(way))
        if name is not None:
            self.post_message(self.Selected(self, name))
