"""The main screen: the panes, and which key does what.

State goes down to the panes as a `Picture`; what people choose comes up as messages and
becomes an action of the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from bpdebug.debugger.actions import repeated
from bpdebug.keys.command import Command
from bpdebug.keys.registry import COMMANDS
from bpdebug.session.session import Session
from bpdebug.text.run.predictions import asked_note
from bpdebug.tui.commands import (
    files,
    layout,
    leading,
    network,
    predicting,
    process,
    running,
    table,
)
from bpdebug.tui.commands.handlers import HANDLERS
from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.asking import Asking
from bpdebug.tui.modes.following import Following
from bpdebug.tui.modes.hunting import Hunting
from bpdebug.tui.modes.presenting import Presenting
from bpdebug.tui.modes.replay import Replay
from bpdebug.tui.modes.teaching import Teaching
from bpdebug.tui.modes.tour import Tour
from bpdebug.tui.modes.walkthrough import Walkthrough
from bpdebug.tui.modes.welcome import Welcome
from bpdebug.tui.panes.bars import Bar, KeyBar, StatusBar
from bpdebug.tui.panes.grid import PaneGrid, shares_of
from bpdebug.tui.panes.messages import Selected, WentTo
from bpdebug.tui.panes.network import NetworkPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.panes.presenting import PresentingPane
from bpdebug.tui.panes.timeline import TimelinePane
from bpdebug.tui.panes.tour_box import TourBox
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.panes.walkthrough import WalkthroughPane
from bpdebug.tui.panes.watches import WatchesPane
from bpdebug.tui.panes.welcome import WelcomePanel
from bpdebug.tui.surface import Surface
from bpdebug.tui.terminal.bindings import without_meaning

_LEAST_WIDTH, _LEAST_HEIGHT = 56, 16

_WIDE, _LOW, _HIGH = 110, 22, 36
_ROOMY = (170, 46)
"""Cells from which on quarters would leave the tree empty and the network cramped."""
"""What there is room for: all panes beside a walkthrough; no frame around the welcome; beside a
walkthrough a network of full width.
"""

_WHILE_RUNNING = ("interrupt", "help", "quit")
"""The commands that can be done while a run is going."""


class MainScreen(Surface):
    """The screen on which a session is stepped through; with `recorded` actions it plays them."""

    DEFAULT_CSS = """
    MainScreen {
        layout: vertical;
        layers: default tour;
        & #body { layout: vertical; height: 1fr; }
        & #panes {
            grid-size: 2 2;
            width: 1fr;
            height: 1fr;
        }
        & #walkthrough { display: none; height: 8; }
        &.-walking #walkthrough { display: block; }
        &.-wide #body { layout: horizontal; }
        &.-wide #walkthrough { width: 40; height: 1fr; }
        &.-beside {
            & #body { layout: horizontal; }
            & #walkthrough { width: 50%; height: 1fr; }
            & #panes { grid-size: 1 2; grid-rows: 11fr 9fr; }
            & #panes > .-without { display: none; }
        }
        &.-roomy {
            & #panes { grid-size: 3 2; }
            & #network { column-span: 3; }
        }
        &.-led.-wide.-high {
            & #panes { grid-size: 2 3; grid-rows: 18 9 1fr; }
            & #network { column-span: 2; }
            & #tree { row-span: 2; }
        }
        & #network {
            border: round $frame;
            border-title-color: $quiet;
            &:focus {
                border: round $primary;
                border-title-color: $primary;
                border-title-style: reverse;
            }
        }
        & #panes.-alone { grid-size: 1 1; grid-columns: 1fr; grid-rows: 1fr; }
        & #panes.-alone > .-others { display: none; }
        & #stage { layout: horizontal; width: 1fr; height: 1fr; }
        & #presenting { display: none; width: 1fr; height: 1fr; }
        &.-presenting {
            & #presenting { display: block; }
            & #panes { grid-size: 1 1; grid-columns: 1fr; grid-rows: 1fr; }
            & #panes > * { display: none; }
            & #panes > #network { display: block; border: none; padding-left: 1; column-span: 1; }
            & #stage.-narrow #panes { display: none; }
            & #watches, & #timeline, & #keys { display: none; }
        }
        &.-presenting #status { background: $background; }
        & #panes > .-toured { border: heavy $accent; border-title-color: $accent; }
        & #status.-toured, & #timeline.-toured, & #keys.-toured { background: $accent 30%; }
        &:ansi #status.-toured, &:ansi #timeline.-toured, &:ansi #keys.-toured {
            background: ansi_default;
            text-style: reverse;
        }
        &.-greeting #welcome { display: block; }
        &.-greeting.-low #welcome { border: none; }
        &.-greeting.-presenting #welcome, &.-too-small #welcome { display: none; }
        &.-too-small #tour { visibility: hidden; }
        & #too-small { display: none; height: 1fr; content-align: center middle; }
        &.-too-small #too-small { display: block; }
        & #replay { background: $surface; }
        & #hunt { display: none; background: $surface; }
        &.-hunting #hunt { display: block; }
        &.-too-small #body, &.-too-small Bar, &.-too-small TimelinePane { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *Replay.BINDINGS,
        *(
            Binding(
                ",".join(command.keys),
                f"do('{command.id}')",
                command.help,
                show=False,
                priority=command.before_panes,
                id=command.id,
            )
            for command in COMMANDS
        ),
        # Bound like the steps, so that keys typed fast are heard in their order.
        *(Binding(digit, f"count('{digit}')", "repeat", show=False) for digit in "0123456789"),
    ]

    def __init__(self, session: Session, recorded: Sequence[str] = ()) -> None:
        super().__init__()
        desk = self.desk = Desk(session, self)
        self._replay = Replay(desk, recorded) if recorded else None
        self._hidden: Widget | None = None
        desk.modes = (
            *([self._replay] if self._replay is not None else []),
            *(Tour(desk), Welcome(desk), Presenting(desk), Walkthrough(desk), Hunting(desk)),
            *(Asking(desk), Following(desk), Teaching(desk)),
        )

    @property
    def subscripts(self) -> bool:
        """Whether the panes set the digits of names below the line."""
        return self.desk.subscripts

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        with Container(id="body"):
            with Container(id="stage"):
                with PaneGrid(id="panes"):
                    network = NetworkPane(id="network")
                    network.border_title = "Network"
                    yield network
                    yield TreePane(id="tree")
                    yield OperationPane(id="operation")
                    yield ParametersPane(id="parameters")
                yield PresentingPane(id="presenting")
            yield WalkthroughPane(id="walkthrough")
        yield Static("", id="too-small", markup=False)
        yield WelcomePanel(self.desk.home.seat.keymap.commands, id="welcome")
        yield WatchesPane(id="watches")
        yield TimelinePane(id="timeline")
        yield Bar(id="hunt")
        yield Bar(id="message")
        yield KeyBar(self.desk.home.seat.keymap.commands, id="keys")
        yield TourBox(self.desk.home.seat.keymap.commands, id="tour")
        if self._replay is not None:
            yield Bar(id="replay")

    def on_mount(self) -> None:
        desk = self.desk
        self.query_one(ParametersPane).focus()
        for mode in desk.modes:
            mode.mounted()
        desk.take_up()
        if self.desk.home.seat.keymap.problems:
            told = "; ".join(self.desk.home.seat.keymap.problems)
            self.call_after_refresh(desk.tell, f"{told}; the other keys still work", "error")
        files.begin(desk)
        grid = self.query_one(PaneGrid)
        grid.shares = shares_of(desk.preferences)
        grid.place()
        process.begin(desk)

    def on_screen_resume(self) -> None:
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        small = event.size.width < _LEAST_WIDTH or event.size.height < _LEAST_HEIGHT
        self.update_classes(
            {
                "-too-small": small,
                "-wide": event.size.width >= _WIDE,
                "-low": event.size.height < _LOW,
                "-high": event.size.height >= _HIGH,
                "-roomy": event.size.width >= _ROOMY[0] and event.size.height >= _ROOMY[1],
            }
        )
        if small:
            self._hidden = self._hidden or self.focused
        elif self._hidden is not None:
            # What is hidden loses the focus.
            self.call_after_refresh(self.set_focus, self._hidden)
            self._hidden = None
        if small:
            self.query_one("#too-small", Static).update(
                f"bpdebug needs {_LEAST_WIDTH}×{_LEAST_HEIGHT}; "
                f"this is {event.size.width}×{event.size.height}"
            )
        self.show()
        for mode in self.desk.modes:
            self.call_after_refresh(mode.resized)

    def draw(self) -> None:
        desk, picture = self.desk, self.desk.picture()
        part, title = desk.session.part, desk.session.title
        note = " · altered" if part.derivations else ""
        if part.planted:
            from bpdebug.session.model.find_the_bug import FIND_THE_BUG

            # In the title it may be cut off.
            title, note = title.replace(FIND_THE_BUG, ""), note + FIND_THE_BUG
        note += asked_note(desk.debugger) + desk.mode(Following).note
        if desk.mode(Walkthrough).leads_back:
            note += f" · {desk.key_of('walk_back')}: {desk.mode(Walkthrough).leads_back}"
        self.query_one(StatusBar).show(title, desk.is_unsaved, desk.debugger, note)
        drawing = self.query_one(NetworkPane)
        drawing.show(picture.view, picture.selected, picture.format, picture.marks)
        self.query_one(TreePane).show(picture)
        self.query_one(OperationPane).show(picture)
        self.query_one(ParametersPane).show(picture)
        self.query_one(WatchesPane).show(picture, desk.debugger.document.watches)
        self.query_one(TimelinePane).show(picture)
        for mode in desk.modes:
            mode.draw(picture)
        self.query_one(PaneGrid).place()

    # Keys

    def applies(self, command: Command) -> bool:
        """Whether there is what a command needs."""
        desk, debugger = self.desk, self.desk.debugger
        match command.needs:
            case "quantity":
                return desk.selected is not None or debugger.view.done is not None
            case "undo":
                done_before = not debugger.has_changed() and bool(desk.session.part.actions)
                return bool(debugger.last_change()) or done_before
            case "redo":
                return bool(debugger.last_change(undone=True))
            case "trail" | "trail ahead":
                return desk.place_on_trail(back=command.needs == "trail") is not None
            case "walkthrough":
                return bool(debugger.document.walkthrough)
            case "walking":
                return desk.mode(Walkthrough).is_on or bool(desk.mode(Walkthrough).leads_back)
            case "question":
                return debugger.question is not None
            case "hint":
                return debugger.question is not None or debugger.hunting.is_on
            case "bug":
                return debugger.hunting.is_on
            case "class":
                return desk.mode(Teaching).is_on or desk.mode(Following).is_possible
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "replay" and self._replay is None:
            return False
        for mode in self.desk.modes:
            meant = mode.means(action, parameters)
            if meant is not None:
                return meant
        return super().check_action(action, parameters)

    def action_do(self, id: str) -> None:
        """Do the command `id` of the registry, as often as a number typed before says."""
        desk = self.desk
        for mode in desk.modes:
            mode.commanded(id)
        if id == "interrupt":
            running.escape(desk)
            return
        count, desk.count = desk.count, ""
        if desk.runner is not None and id not in _WHILE_RUNNING:
            # The message line says how to pause the run; until then nothing else moves.
            return
        command = next(command for command in COMMANDS if command.id == id)
        if command.reaches_out and not desk.home.seat.has_files:
            desk.tell("no files and no shell can be reached from a browser", "error")
        elif command.action:
            desk.perform(repeated(command.action, count))
        else:
            HANDLERS[id](desk)

    def action_count(self, digit: str) -> None:
        """A number typed before a step repeats it."""
        desk = self.desk
        if desk.runner is None and desk.debugger.question is not None:
            # Whoever is asked for a number types it.
            predicting.reply(desk, digit)
        elif (digit != "0" or desk.count) and len(desk.count) < 9:
            desk.count += digit
            desk.tell(f"{desk.count}… times: now press a step, or Esc")

    def action_replay(self, name: str) -> None:
        """Do what a key means while a recording is played."""
        if self._replay is not None:
            self._replay.do(name)

    def on_key(self, event: events.Key) -> None:
        """A key without a meaning is told of."""
        desk = self.desk
        key = without_meaning(self, event) if event.is_printable and not desk.runner else None
        if key is not None:
            desk.count = ""
            desk.tell(f"{key} does nothing here; {desk.key_of('help')} lists the keys")

    def on_paste(self, event: events.Paste) -> None:
        """Text is not keys: no command is carried out."""
        event.stop()
        process.pasted(self.desk, event.text)

    # What panes tell

    @on(Selected)
    @on(NetworkPane.Selected)
    def quantity_selected(self, message: Selected | NetworkPane.Selected) -> None:
        """Mark a quantity in every pane."""
        self.desk.select(message.name)

    @on(NetworkPane.NothingBeyond)
    def nothing_beyond(self) -> None:
        """Say why the drawing stays where it is."""
        network.say_whole(self.desk)

    @on(WentTo)
    def went_to(self, message: WentTo) -> None:
        """Go to a place that was chosen with the mouse."""
        if self.desk.runner is None:
            self.desk.perform(f"g {message.place}")

    @on(ParametersPane.HeadingClicked)
    def heading_clicked(self, message: ParametersPane.HeadingClicked) -> None:
        """Order the rows by a column."""
        table.order_by(self.desk, message.column)

    @on(PaneGrid.Arranged)
    def arranged(self) -> None:
        """Keep the borders where they were dragged to."""
        layout.keep_shares(self.desk)

    @on(TourBox.Turned)
    def tour_turned(self, message: TourBox.Turned) -> None:
        """Go on in the tour, or back."""
        leading.turn_tour(self.desk, message.by)

    @on(TourBox.Left)
    def tour_left(self) -> None:
        """End the tour, as Esc does it."""
        running.escape(self.desk)
