"""The main screen: the panes, and what the keys do to the session.

State goes down to the panes as a `Picture`; what people choose comes up as messages and
becomes an action of the session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.places import HELP as PLACES
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.program.program import Phase
from bpdebug.session.session import Session
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe
from bpdebug.text.status import why
from bpdebug.tui.bars import Bar, KeyBar, StatusBar
from bpdebug.tui.breakpoint_list import BreakpointScreen
from bpdebug.tui.files import FileCommands
from bpdebug.tui.help import HelpScreen
from bpdebug.tui.keys import COMMANDS
from bpdebug.tui.lines import Span
from bpdebug.tui.messages import Selected, WentTo
from bpdebug.tui.network.pane import NetworkPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.panes.timeline import TimelinePane
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.picture import Picture
from bpdebug.tui.prompts import Prompt
from bpdebug.tui.runner import Report, Runner

_AT_ONCE = 0.03
"""Seconds that a run may take before it goes to the background."""

_HISTORY = 8
"""Iterations that a sparkline looks back."""

_SMALL = 20_000
"""Up to so many slots the last iterations are cheap enough to have at hand."""

_LEAST_WIDTH, _LEAST_HEIGHT = 56, 16


class MainScreen(FileCommands, Screen[None]):
    """The screen on which a session is stepped through."""

    DEFAULT_CSS = """
    MainScreen {
        layout: vertical;
        & #panes { grid-size: 2 2; grid-columns: 1fr 1fr; grid-rows: 11fr 9fr; height: 1fr; }
        & #network {
            border: round $frame;
            border-title-color: $quiet;
            &:focus { border: round $primary; border-title-color: $primary; }
        }
        & #too-small { display: none; height: 1fr; content-align: center middle; }
        &.-too-small #too-small { display: block; }
        &.-too-small #panes, &.-too-small Bar, &.-too-small TimelinePane { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"do('{command.id}')", command.help, show=False)
        for command in COMMANDS
    ]

    class Ran(Message):
        """A background run has something to report."""

        def __init__(self, report: Report, runner: Runner) -> None:
            super().__init__()
            self.report = report
            self.runner = runner

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.selected: str | None = None
        self.digits = DIGITS
        self._count = ""
        self._pinned: int | None = None
        self._runner: Runner | None = None
        self._backward = False

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        with Grid(id="panes"):
            network = NetworkPane(id="network")
            network.border_title = "Network"
            yield network
            yield TreePane(id="tree")
            yield OperationPane(id="operation")
            yield ParametersPane(id="parameters")
        yield Static("", id="too-small", markup=False)
        yield TimelinePane(id="timeline")
        yield Bar(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one(ParametersPane).focus()

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self.show)

    def on_resize(self, event: events.Resize) -> None:
        small = event.size.width < _LEAST_WIDTH or event.size.height < _LEAST_HEIGHT
        self.set_class(small, "-too-small")
        if small:
            self.query_one("#too-small", Static).update(
                f"bpdebug needs {_LEAST_WIDTH}×{_LEAST_HEIGHT}; "
                f"this is {event.size.width}×{event.size.height}"
            )
        self.call_after_refresh(self.show)

    # Showing

    def show(self) -> None:
        """Draw everything as it stands now."""
        picture = self._picture()
        self.query_one(StatusBar).show(
            self.session.title, self.has_unsaved_work(), self.session.debugger
        )
        self.query_one(NetworkPane).show(picture.view, self.selected, picture.format)
        self.query_one(TreePane).show(picture)
        self.query_one(OperationPane).show(picture)
        self.query_one(ParametersPane).show(picture)
        self.query_one(TimelinePane).show(picture)

    def _picture(self) -> Picture:
        debugger = self.session.debugger
        return Picture(
            view=debugger.view,
            selected=self.selected,
            digits=self.digits,
            breakpoints={each.quantity: each for each in debugger.breakpoints.values()},
            marked=debugger.breakpoint_operations(),
            pinned=self._pinned,
            history=self._history,
        )

    def _history(self, slot: int) -> list[float]:
        debugger = self.session.debugger
        if self._runner is not None or len(debugger.program.start) > _SMALL:
            return []
        view = debugger.view
        first = max(0, view.iteration - _HISTORY)
        states = [float(debugger.history.state(n)[slot]) for n in range(first, view.iteration)]
        if 0 < debugger.program.written_at[slot] <= view.operation:
            states.append(view.value(slot))
        return states

    def tell(self, text: str, look: str = "plain") -> None:
        """Put a sentence in the message line."""
        self.query_one("#message", Bar).put(Span(safe(text).replace("\n", "  "), look))

    def _tell_stop(self) -> None:
        stop = self.session.debugger.stop
        look = "fresh" if stop.reason in (Reason.BREAKPOINT, Reason.NON_FINITE) else "muted"
        self.tell(why(stop, self.session.debugger, self.digits), look)

    # Doing

    def action_do(self, id: str) -> None:
        """Do the command `id` of the registry."""
        command = next(command for command in COMMANDS if command.id == id)
        count, self._count = self._count, ""
        if self._runner is not None and id not in ("interrupt", "help", "quit"):
            # The message line says how to pause the run; until then nothing else moves.
            return
        if id in ("continue", "continue_back"):
            self._run(backward=id == "continue_back")
        elif command.action:
            self.perform(f"{count}{command.action}" if len(command.action) == 1 else command.action)
        else:
            handler: Callable[[], object] = getattr(self, f"do_{id}")
            handler()

    def perform(self, action: str) -> str | None:
        """Do an action of the session and show what comes of it; says why it cannot be done."""
        moves = self.session.debugger.position
        try:
            self.session.perform(action)
        except ActionError as error:
            self.tell(str(error), "error")
            return str(error)
        if self.session.debugger.position != moves:
            self._pinned = None
        self._tell_stop()
        self.show()
        return None

    def on_key(self, event: events.Key) -> None:
        """A number typed before a step repeats it."""
        if event.character and event.character in "0123456789":
            if (event.character != "0" or self._count) and len(self._count) < 9:
                self._count += event.character
                self.tell(f"{self._count}… times: now a step, or Esc")
            event.stop()

    # Runs

    def _run(self, backward: bool) -> None:
        debugger = self.session.debugger
        runner = Runner(debugger.search(backward), lambda report: self._hear(report, runner))
        self._backward = backward
        stop = runner.try_now(_AT_ONCE)
        if stop is not None:
            self._arrived(stop)
            return
        self._runner = runner
        self.tell("running…  Esc pauses")
        self.run_worker(runner.carry_on, thread=True, exclusive=True)

    def _hear(self, report: Report, runner: Runner) -> None:
        self.post_message(self.Ran(report, runner))

    @on(Ran)
    def ran(self, message: Ran) -> None:
        """Show how a background run stands."""
        if message.runner is not self._runner:
            return
        report, progress = message.report, message.report.progress
        if report.finished:
            self._runner = None
            if report.stop is not None:
                self._arrived(report.stop)
            elif progress is not None:
                self._paused(progress.iteration)
        elif progress is not None:
            percent = 100 * progress.done // progress.total
            self.tell(f"running: iteration {progress.iteration}, {percent} %  Esc pauses")

    def _arrived(self, stop: Stop) -> None:
        self.session.record("C" if self._backward else "c")
        self._pinned = None
        self._tell_stop()
        self.show()

    def _paused(self, iteration: int) -> None:
        debugger = self.session.debugger
        operation = (iteration - 1) * debugger.program.operations
        self.perform(f"g {operation}")
        debugger.stop = Stop(Reason.INTERRUPTED, Position(operation))
        self._tell_stop()

    def do_interrupt(self) -> None:
        """Pause a run, unpin the tree, forget a number."""
        if self._runner is not None:
            self._runner.interrupt()
            return
        self._pinned = None
        self.tell("")
        self.show()

    # Selection

    @on(Selected)
    @on(NetworkPane.Selected)
    def quantity_selected(self, message: Selected | NetworkPane.Selected) -> None:
        """Mark a quantity in every pane."""
        self.select(message.name)

    def select(self, name: str) -> None:
        """Mark the element called `name` in every pane."""
        self.selected = name
        program, view = self.session.debugger.program, self.session.debugger.view
        slot = program.slot_named(name)
        if slot is not None:
            status = view.status(slot)
            value = self._picture().format(view.value(slot))
            known = {"not yet": "not computed yet", "stale": f"~{value} (stale)"}.get(status, value)
            self.tell(f"{name} = {known}" if known == value else f"{name}: {known}", "muted")
        self.show()

    def _chosen(self) -> str | None:
        """The quantity that a command is about: the selected one, or the active one."""
        active = self._picture().active_slot
        if self.selected is None and active is not None:
            return self.session.debugger.program.name(active)
        if self.selected is None:
            self.tell("select a quantity first: arrow keys, mouse, or /", "error")
        return self.selected

    def do_find(self) -> None:
        """Ask for a quantity to select."""

        def accept(text: str) -> str | None:
            try:
                find_slot(self.session.debugger.program, text)
            except ConditionError as error:
                return str(error)
            self.select(text)
            return None

        self.app.push_screen(Prompt("Select", "a name such as w7, h1, dE/dw7", accept))

    def do_derivative(self) -> None:
        """Show the tree of the selected quantity's derivative until the next step."""
        name = self._chosen()
        program = self.session.debugger.program
        slot = program.slot_named(name) if name else None
        if slot is not None:
            gradient = program.gradient_slot(slot)
            self._pinned = slot if gradient is None else gradient
            self.show()

    def do_run_to(self) -> None:
        """Run to where the selected quantity is computed next."""
        self._run_to("t")

    def do_run_back_to(self) -> None:
        """Run back to where the selected quantity was computed last."""
        self._run_to("T")

    def _run_to(self, verb: str) -> None:
        name = self._chosen()
        if name is not None:
            self.perform(f"{verb} {name}")

    # Prompts and lists

    def do_go_to(self) -> None:
        """Ask for a place."""
        self.app.push_screen(Prompt("Go to", PLACES, lambda text: self.perform(f"g {text}")))

    @on(WentTo)
    def went_to(self, message: WentTo) -> None:
        """Go to a place that was chosen with the mouse."""
        if self._runner is None:
            self.perform(f"g {message.place}")

    def do_break(self) -> None:
        """Set a breakpoint on the chosen quantity, or clear those on it."""
        name = self._chosen()
        if name is None:
            return
        debugger = self.session.debugger
        slot = debugger.program.slot_named(name)
        if slot is not None and self._is_update_gradient(name):
            name = name.partition("/d")[2]
        mine = [each for each in debugger.breakpoints.values() if each.quantity == name]
        for each in mine:
            self.perform(f"delete {each.number}")
        if not mine and self.perform(f"b {name}") is not None:
            return
        self.tell(f"breakpoint cleared on {name}" if mine else f"breakpoint on {name} (write)")
        self.show()

    def _is_update_gradient(self, name: str) -> bool:
        """Whether `name` is the gradient of a parameter: a breakpoint then means that."""
        parameter = self.session.debugger.program.slot_named(name.partition("/d")[2])
        if parameter is None or not name.startswith(
            f"d{self.session.debugger.program.model.loss}/"
        ):
            return False
        written = int(self.session.debugger.program.written_at[parameter])
        statement = self.session.debugger.program.statement(written) if written else None
        return statement is not None and statement.phase is Phase.UPDATE

    def do_breakpoints(self) -> None:
        """Show the list of breakpoints."""

        def breakpoints() -> list[Breakpoint]:
            return list(self.session.debugger.breakpoints.values())

        self.app.push_screen(BreakpointScreen(breakpoints, self.perform))

    def do_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen())

    def do_palette(self) -> None:
        """Show all commands by name."""
        self.app.action_command_palette()

    def open(self, session: Session) -> None:
        """Show another session."""
        self.session, self.selected, self._pinned = session, None, None
        self.tell(f"opened: {session.path}")
        self.show()

    # Looks

    def do_next_pane(self) -> None:
        """Focus the next pane."""
        self.focus_next()

    def do_previous_pane(self) -> None:
        """Focus the previous pane."""
        self.focus_previous()

    def do_maximise(self) -> None:
        """The focused pane alone, or all of them again."""
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused)

    def do_more_digits(self) -> None:
        """One more decimal."""
        self._set_digits(self.digits + 1)

    def do_fewer_digits(self) -> None:
        """One decimal less."""
        self._set_digits(self.digits - 1)

    def _set_digits(self, digits: int) -> None:
        self.digits = min(17, max(2, digits))
        self.tell(f"{self.digits} decimals")
        self.show()
