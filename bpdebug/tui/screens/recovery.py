"""What was not saved the last time: it is recovered, discarded, compared with the file, or left
for later.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Move
from bpdebug.debugger.stops import Stop
from bpdebug.session.keeping.journal import Left
from bpdebug.session.replay.recovery import Recovery
from bpdebug.session.session import Session
from bpdebug.text.safe import safe
from bpdebug.text.values import quantity_text
from bpdebug.tui.background import Background
from bpdebug.tui.closing import Dialog
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.runner import RunnerReport
from bpdebug.tui.screens.box import Box

_AROUND = 14
"""Lines of border, padding, text and keys at most."""

_NAME = 13
"""Cells of the names of what is compared."""


class Answer(Enum):
    """What is done about it, if it is not recovered."""

    DISCARD = "discard"
    LATER = "later"
    QUIT = "quit"


class RecoveryScreen(Dialog[Recovery | Answer]):
    """Asks what to do about what a journal has; gives it done again, or another answer."""

    DEFAULT_CSS = """
    RecoveryScreen {
        align: center middle;
        & > Box { width: 100; }
        & Static { height: auto; }
        & .hint { color: $quiet; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "recover", "recover", show=False),
        Binding("c", "compare", "compare", show=False),
        Binding("d", "answer('discard')", "discard", show=False),
        Binding("escape", "stop", "stop, or leave for later", show=False),
        Binding("q", "answer('quit')", "quit, leaving it", show=False),
    ]

    def __init__(self, session: Session, left: Left) -> None:
        super().__init__()
        self._session = session
        self._left = left
        self._recovery: Recovery | None = None
        self._rows: list[list[str]] = []
        self._work: Background[Stop] = Background(self)
        self._compares = False

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = "Recovery"
            yield Static("", id="said", markup=False)
            yield _Comparison()
            yield Static("", id="keys", classes="hint", markup=False)

    def on_mount(self) -> None:
        self._ask()

    def _ask(self, *more: str) -> None:
        actions = self._left.actions
        shown = ", ".join(actions[:_SHOWN]) + (", …" if len(actions) > _SHOWN else "")
        lines = [
            "The last time bpdebug ended before this session was saved.",
            f"Not saved, since {self._left.started[:_MINUTE]}: {count_of(len(actions))} ({shown}).",
        ]
        if self._left.changed:
            lines.append(
                "The session file has been changed in between: done again on the file as it is "
                "now, they may lead elsewhere."
            )
        self._say(*lines, *more)
        self._put_keys("r recover", "c compare", "d discard", "Esc later, now read-only", "q quit")

    def _say(self, *lines: str) -> None:
        self.query_one("#said", Static).update(Text(safe("\n".join(lines))))

    def _put_keys(self, *keys: str) -> None:
        self.query_one("#keys", Static).update(Text("\n" + "   ".join(keys)))

    # Doing it again

    def action_recover(self) -> None:
        """Recover: at once if it is done again already, and whoever asks knows how far."""
        if self._recovery is not None:
            self.dismiss(self._recovery)
        else:
            self._begin(compares=False)

    def action_compare(self) -> None:
        """Show what would be recovered."""
        self._begin(compares=True)

    def _begin(self, compares: bool) -> None:
        if self._work.is_on:
            return
        self._compares = compares
        self._say("recovering…")
        self._put_keys("Esc stops")
        self._work.begin(self._redoing(), self._hear)

    def _redoing(self) -> Move:
        recovery = Recovery(self._session.fresh(), self._left)
        debugger = recovery.session.debugger
        yield from debugger.approach(debugger.stop)
        saved = list(_summary(debugger))
        yield from recovery.move()
        yield from debugger.approach(debugger.stop)
        self._rows = [
            [name, old, new]
            for (name, old), (_, new) in zip(saved, _summary(debugger), strict=True)
        ]
        self._recovery = recovery
        return debugger.stop

    def _hear(self, report: RunnerReport[Stop]) -> None:
        """Show how far it is, or what came of it."""
        if not report.finished:
            if report.progress is not None:
                at = min(report.progress.done + 1, report.progress.total)
                where_ = f"action {at} of {report.progress.total}"
                self._say(f"recovering: {where_}, iteration {report.progress.iteration}")
            return
        recovery = self._recovery
        if recovery is None:
            self._ask("", str(report.error or "Stopped; nothing is changed."))
        elif self._compares or recovery.problem:
            self._show_comparison(recovery)
        else:
            self.dismiss(recovery)

    def _show_comparison(self, recovery: Recovery) -> None:
        table = self.query_one(_Comparison)
        table.show(self._rows, recovery)
        table.add_class("-shown")
        table.styles.height = min(table.count_lines(), max(3, self.app.size.height - _AROUND))
        table.focus()
        done = len(recovery.done)
        if recovery.problem:
            action = recovery.left.actions[done]
            self._ask(
                "",
                f"Action {done + 1}, {action}, cannot be done: {recovery.problem}.",
                f"Recovering takes the {count_of(done)} before it.",
            )
        else:
            self._ask()

    # Answers

    def action_answer(self, answer: str) -> None:
        """Answer without recovering, unless that is going on."""
        if not self._work.is_on:
            self.dismiss(Answer(answer))

    def action_stop(self) -> None:
        """Stop recovering, or leave the question for later."""
        if self._work.is_on:
            self._work.interrupt()
        else:
            self.dismiss(Answer.LATER)


_MINUTE = len("2026-11-22 09:14")

_SHOWN = 8
"""This many actions are named in the question."""


def count_of(actions: int) -> str:
    """`12 actions`."""
    return f"{actions:,} action{'' if actions == 1 else 's'}"


def _summary(debugger: Debugger) -> Iterator[tuple[str, str]]:
    """What is compared of a run, by name."""
    document, program = debugger.document, debugger.program
    slot = program.slot_named(program.model.loss)
    yield "position", f"p={debugger.position.operation}"
    yield "iteration", f"{debugger.view.iteration} of {debugger.iterations}"
    yield "loss", "" if slot is None else quantity_text(debugger.view, slot)
    yield "breakpoints", str(len(document.breakpoints))
    yield "watches", str(len(document.watches))
    yield "bookmarks", str(len(document.bookmarks))
    yield "branches", str(len(document.branches))
    yield "edits", str(sum(len(each.edits) for each in document.branches.values()))


class _Comparison(LinesPane):
    """The file beside what is recovered; then the actions, and where each leads."""

    HEADINGS = 1
    DEFAULT_CSS = """
    _Comparison {
        display: none;
        border: none;
        padding: 0;
        margin: 1 0 0 0;
        background: $surface;
        &:focus { border: none; }
        &.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[str]] = []
        self._recovery: Recovery | None = None

    def show(self, rows: list[list[str]], recovery: Recovery) -> None:
        """Show what was found."""
        self._rows, self._recovery = [["", "saved", "recovered"], *rows], recovery
        self.redraw()

    def count_lines(self) -> int:
        return len(self._rows) + 1 + len(self._recovery.done) if self._recovery else 0

    def line_at(self, number: int) -> Line:
        assert self._recovery is not None
        if number < len(self._rows):
            return self._row(self._rows[number], number == 0)
        index = number - len(self._rows) - 1
        if index < 0:
            return line(Span("the actions, and where each leads", "muted"))
        each = self._recovery.done[index]
        debugger = self._recovery.session.debugger
        iteration, operation = debugger.program.locate(each.position.operation)
        place = f"iteration {iteration}, operation {operation}, p={each.position.operation}"
        if each.branch in debugger.document.branches and len(debugger.document.branches) > 1:
            place += f", {debugger.document.branches[each.branch].name}"
        width = self.scrollable_content_region.width
        action = Span(f" {safe(each.action)}", "strong")
        spans = (Span(f"{index + 1:>5}", "muted"), action, Span(f"  → {safe(place)}"))
        return Line(clipped(spans, width))

    def _row(self, cells: list[str], is_head: bool) -> Line:
        name, old, new = cells
        room = max(8, (self.scrollable_content_region.width - _NAME) // 2)
        look = "muted" if is_head else "plain" if old == new else "fresh"
        gaps = (" " * max(1, _NAME - width_of(name)), " " * max(1, room - width_of(old)))
        return line(Span(name + gaps[0], "muted"), Span(old + gaps[1], "muted"), Span(new, look))
