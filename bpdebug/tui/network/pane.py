"""The network pane: a widget that draws the network at a position and lets one select in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from bpdebug.debugger.view import View
from bpdebug.program.program import Program
from bpdebug.text.numbers import number
from bpdebug.tui.lines import as_set
from bpdebug.tui.network.canvas import Canvas, Mark, Row
from bpdebug.tui.network.derive import network_graph
from bpdebug.tui.network.figures import Format
from bpdebug.tui.network.raster import Raster
from bpdebug.tui.network.scene import Scene, scene
from bpdebug.tui.network.spatial import Picture, Way, step

_PHASE_VARIABLES = {
    Mark.FORWARD: "phase-forward",
    Mark.LOSS: "phase-loss",
    Mark.BACKWARD: "phase-backward",
    Mark.UPDATE: "phase-update",
}

_NO_MARKS: Mapping[str, str] = {}


class NetworkPane(Widget, can_focus=True):
    """Units and weights of a model, with the values at a position.

    Call `show` at every step; only rows that differ are painted again. The colours of the
    phases are the theme variables `$phase-forward`, `$phase-loss`, `$phase-backward` and
    `$phase-update` where the app has them, else the colours below.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"network--{mark}" for mark in Mark}

    DEFAULT_CSS = """
    NetworkPane {
        width: 1fr;
        height: 1fr;
    }
    NetworkPane > .network--blank { color: $foreground; }
    NetworkPane > .network--edge { color: $foreground 35%; }
    NetworkPane > .network--edge-next { color: $foreground 65%; }
    NetworkPane > .network--edge-selected { color: $accent; text-style: bold; }
    NetworkPane > .network--node { color: $foreground 55%; }
    NetworkPane > .network--node-next { color: $foreground; }
    NetworkPane > .network--node-selected { color: $accent; text-style: bold; }
    NetworkPane > .network--selected { color: $accent; text-style: bold underline; }
    NetworkPane > .network--name { color: $foreground 80%; }
    NetworkPane > .network--value { color: $foreground; text-style: bold; }
    NetworkPane > .network--unknown { color: $foreground 65%; }
    NetworkPane > .network--stale { color: $foreground 65%; text-style: italic; }
    NetworkPane > .network--label { color: $foreground 85%; }
    NetworkPane > .network--heading { color: $foreground 65%; }
    NetworkPane > .network--fold { color: $foreground 65%; text-style: italic; }
    NetworkPane > .network--caption { color: $foreground 80%; }
    NetworkPane > .network--breakpoint { color: $error; text-style: bold; }
    NetworkPane > .network--forward { color: $primary; text-style: bold; }
    NetworkPane > .network--loss { color: $error; text-style: bold; }
    NetworkPane > .network--backward { color: $warning; text-style: bold; }
    NetworkPane > .network--update { color: $success; text-style: bold; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('up')", "Select above", show=False),
        Binding("down", "move('down')", "Select below", show=False),
        Binding("left", "move('left')", "Select left", show=False),
        Binding("right", "move('right')", "Select right", show=False),
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

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._program: Program | None = None
        self._raster: Raster | None = None
        self._scene: Scene | None = None
        self._selected: str | None = None
        self._selection_leads = True
        self._canvas = Canvas(0, 0)
        self._rows: list[Row] = []
        self._looks: dict[Mark, Style] = {}

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
        if self._raster is None or self._program is not view.program:
            self._program = view.program
            self._raster = Raster(network_graph(view.program))
            self._scene = None
        shown = self._scene.observation if self._scene else 0
        # A new selection is looked at; on a step, what the step has done.
        if selected != self._selected:
            self._selection_leads = True
        elif self._scene is not None and view.position != self._scene.view.position:
            self._selection_leads = False
        self._selected = selected
        graph, leads = self._raster.graph, self._selection_leads
        self._scene = scene(graph, view, selected, write, shown, leads, marks)
        self._draw()

    def _draw(self) -> None:
        """Draw anew, and have painted what differs."""
        if self._raster is None or self._scene is None:
            return
        width, height = self.size
        before = self._rows
        self._canvas = self._raster.draw(self._scene, width, height)
        self._rows = self._canvas.rows()
        if len(before) != len(self._rows):
            self.refresh()
            return
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip(before, self._rows, strict=True))
            if old != new
        ]
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        """Fit the drawing to the new area."""
        self._draw()

    def notify_style_update(self) -> None:
        """Forget styles that a change of theme has made stale."""
        super().notify_style_update()
        self._looks.clear()

    def plain_lines(self, most: int) -> list[str]:
        """The drawing as text, at most so many lines of it."""
        return ["".join(text for text, _ in row).rstrip() for row in self._rows[:most]]

    def render_line(self, y: int) -> Strip:
        """Row `y`; blank as long as nothing is shown or the pane has no size."""
        row = self._rows[y] if y < len(self._rows) else ()
        segments = [Segment(as_set(self, text), self._look(mark)) for text, mark in row]
        strip = Strip(segments, self._canvas.width if row else 0)
        return strip.adjust_cell_length(self.size.width, self._look(Mark.BLANK))

    def _look(self, mark: Mark) -> Style:
        look = self._looks.get(mark)
        if look is None:
            look = self.get_component_rich_style(f"network--{mark}")
            variable = self.app.theme_variables.get(_PHASE_VARIABLES.get(mark, ""))
            if variable:
                # If the variable holds more than a plain colour, the style above serves.
                with suppress(ColorParseError):
                    look += Style.from_color(Color.parse(variable).rich_color)
            self._looks[mark] = look
        return look

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked."""
        at = event.get_content_offset(self)
        name = None if at is None else self._canvas.name_at(at.x, at.y)
        if name is not None:
            self.post_message(self.Selected(self, name))

    def action_move(self, way: str) -> None:
        """Select what lies above, below, left or right of the selection."""
        if self._raster is None or self._scene is None or self._raster.layout is None:
            return
        picture = Picture(
            self._raster.graph,
            self._raster.layout,
            self._raster.lines,
            self._scene.observation,
        )
        name = step(picture, self._scene, Way(way))
        if name is not None:
            self.post_message(self.Selected(self, name))
