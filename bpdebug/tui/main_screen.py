"""The main screen: the panes, and which key does what.

State goes down to the panes as a `Picture`; what people choose comes up as messages and
becomes an action of the session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Grid
from textual.widgets import Static

from bpdebug.debugger.actions import repeated
from bpdebug.debugger.places import HELP as PLACES
from bpdebug.session.find_the_bug import FIND_THE_BUG
from bpdebug.session.session import Session
from bpdebug.tui.bars import Bar, KeyBar, StatusBar
from bpdebug.tui.checks_commands import ChecksCommands
from bpdebug.tui.file_commands import FileCommands
from bpdebug.tui.first_minute_commands import FirstMinuteCommands
from bpdebug.tui.formula_commands import FormulaCommands
from bpdebug.tui.help import HelpScreen
from bpdebug.tui.history_commands import HistoryCommands
from bpdebug.tui.key_names import key_name
from bpdebug.tui.keys import COMMANDS, Command
from bpdebug.tui.layout_commands import LayoutCommands
from bpdebug.tui.looks_commands import LooksCommands
from bpdebug.tui.messages import WentTo
from bpdebug.tui.network.pane import NetworkPane
from bpdebug.tui.network_commands import NetworkCommands
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.panes.timeline import TimelinePane
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.panes.watches import WatchesPane
from bpdebug.tui.presenting import PresentingPane
from bpdebug.tui.presenting_commands import PresentingCommands
from bpdebug.tui.process_commands import ProcessCommands
from bpdebug.tui.prompts import Prompt
from bpdebug.tui.stop_commands import StopCommands
from bpdebug.tui.table_commands import TableCommands
from bpdebug.tui.tour_box import TourBox
from bpdebug.tui.walkthrough_commands import WalkthroughCommands
from bpdebug.tui.walkthrough_pane import WalkthroughPane
from bpdebug.tui.welcome import WelcomePanel

_LEAST_WIDTH, _LEAST_HEIGHT = 56, 16

_WIDE, _LOW, _HIGH = 110, 22, 36
"""What there is room for: all panes beside a walkthrough; no frame around the welcome; beside a
walkthrough a network of full width.
"""

_WHILE_RUNNING = ("interrupt", "help", "quit")
"""The commands that can be done while a run is going."""


class MainScreen(
    FirstMinuteCommands,
    ChecksCommands,
    FileCommands,
    WalkthroughCommands,
    StopCommands,
    HistoryCommands,
    LayoutCommands,
    PresentingCommands,
    LooksCommands,
    TableCommands,
    NetworkCommands,
    FormulaCommands,
    ProcessCommands,
):
    """The screen on which a session is stepped through."""

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
        & #presenting { display: none; width: 1fr; height: 1fr; }
        &.-presenting #presenting { display: block; }
        &.-presenting #panes, &.-presenting #watches { display: none; }
        &.-presenting #timeline, &.-presenting #keys { display: none; }
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
        &.-too-small #body, &.-too-small Bar, &.-too-small TimelinePane { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
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

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._count = ""

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        with Container(id="body"):
            with Grid(id="panes"):
                network = NetworkPane(id="network")
                network.border_title = "Network"
                yield network
                yield TreePane(id="tree")
                yield OperationPane(id="operation")
                yield ParametersPane(id="parameters")
            yield PresentingPane(id="presenting")
            yield WalkthroughPane(id="walkthrough")
        yield Static("", id="too-small", markup=False)
        yield WelcomePanel(self.home.keymap.commands, id="welcome")
        yield WatchesPane(id="watches")
        yield TimelinePane(id="timeline")
        yield Bar(id="message")
        yield KeyBar(self.home.keymap.commands, id="keys")
        yield TourBox(self.home.keymap.commands, id="tour")

    def on_mount(self) -> None:
        self.query_one(ParametersPane).focus()
        self.take_up()
        if self.home.keymap.problems:
            told = "; ".join(self.home.keymap.problems)
            self.call_after_refresh(self.tell, f"{told}; the other keys hold", "error")

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
            }
        )
        if small:
            self.query_one("#too-small", Static).update(
                f"bpdebug needs {_LEAST_WIDTH}×{_LEAST_HEIGHT}; "
                f"this is {event.size.width}×{event.size.height}"
            )
        self.show()

    def draw(self) -> None:
        picture = self.picture()
        status = self.query_one(StatusBar)
        part, title = self.session.part, self.session.title
        note = " · altered" if part.derivations else ""
        if part.planted:
            # In the title it may be cut off.
            title, note = title.replace(FIND_THE_BUG, ""), note + FIND_THE_BUG
        status.show(title, self.has_unsaved_work(), self.session.debugger, note)
        network = self.query_one(NetworkPane)
        network.show(picture.view, self.selected, picture.format, picture.marks)
        self.query_one(TreePane).show(picture)
        self.query_one(OperationPane).show(picture)
        self.query_one(ParametersPane).show(picture)
        self.query_one(WatchesPane).show(picture, self.session.debugger.document.watches)
        self.query_one(TimelinePane).show(picture)
        self.show_presenting(picture)
        self.show_walkthrough()
        self.place_panes()

    def applies(self, command: Command) -> bool:
        """Whether there is what a command needs."""
        debugger = self.session.debugger
        match command.needs:
            case "quantity":
                return self.selected is not None or debugger.view.done is not None
            case "undo":
                done_before = not debugger.has_changed() and bool(self.session.part.actions)
                return bool(debugger.last_change()) or done_before
            case "redo":
                return bool(debugger.last_change(undone=True))
            case "trail" | "trail ahead":
                return self.place_on_trail(back=command.needs == "trail") is not None
            case "walkthrough":
                return bool(self.session.part.walkthrough)
            case "walking":
                return self.walking
        return True

    # Keys

    def action_do(self, id: str) -> None:
        """Do the command `id` of the registry, as often as a number typed before says."""
        count, self._count = self._count, ""
        if id != "walk_on":
            self.withdraw_offer()
        if count and id == "interrupt" and self.runner is None:
            self.tell("")
            return
        if self.runner is not None and id not in _WHILE_RUNNING:
            # The message line says how to pause the run; until then nothing else moves.
            return
        command = next(command for command in COMMANDS if command.id == id)
        if command.action:
            self.perform(repeated(command.action, count))
        else:
            handler: Callable[[], object] = getattr(self, f"do_{id}")
            handler()

    def action_count(self, digit: str) -> None:
        """A number typed before a step repeats it."""
        if (digit != "0" or self._count) and len(self._count) < 9:
            self._count += digit
            self.tell(f"{self._count}… times: now a step, or Esc")

    def on_key(self, event: events.Key) -> None:
        """A key without a meaning is told of."""
        if event.is_printable and event.key not in self.active_bindings and not self.runner:
            self._count = ""
            blank = not event.character or event.character.isspace()
            key = key_name(event.key) if blank else event.character
            self.tell(f"{key} does nothing here; {self.key_of('help')} lists the keys")

    def do_go_to(self) -> None:
        """Ask for a place."""
        self.app.push_screen(Prompt("Go to", PLACES, lambda text: self.perform(f"g {text}")))

    @on(WentTo)
    def went_to(self, message: WentTo) -> None:
        """Go to a place that was chosen with the mouse."""
        if self.runner is None:
            self.perform(f"g {message.place}")

    def do_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(self.home.keymap.commands))

    def do_palette(self) -> None:
        """Show all commands by name."""
        self.app.action_command_palette()
