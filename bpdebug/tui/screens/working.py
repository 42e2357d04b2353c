"""A dialog over work that may take long: how far it has got, and Esc to cancel it."""

from __future__ import annotations

from collections.abc import Generator
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from bpdebug.debugger.state import Progress
from bpdebug.tui.background import Background
from bpdebug.tui.closing import Dialog
from bpdebug.tui.runner import RunnerReport
from bpdebug.tui.screens.box import Box

_AT_ONCE = 0.3
"""Seconds after which there is something to be seen."""

_Result = TypeVar("_Result")


class Working(Dialog[_Result | Exception | None]):
    """Does some work and gives its result, an error of the kind `told`, or None if cancelled.

    The work reads the states that the screen draws from, so it is done between the keys.
    """

    DEFAULT_CSS = """
    Working {
        align: center middle;
        & > Box { width: 50; max-width: 95%; padding: 1 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel", show=False)]

    def __init__(
        self, title: str, work: Generator[Progress, None, _Result], told: type[Exception]
    ) -> None:
        super().__init__()
        self._title = title
        self._work = work
        self._told = told
        self._background: Background[_Result] = Background(self, in_thread=False)

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = Content(self._title)
            yield Static("Esc cancels", id="progress", markup=False)

    def on_mount(self) -> None:
        """Begin; most work is done at once."""
        try:
            result = self._background.begin(self._work, self._hear, self._told, _AT_ONCE)
        except self._told as error:
            self.dismiss(error)
            return
        if result is not None:
            self.dismiss(result)

    def _hear(self, report: RunnerReport[_Result]) -> None:
        if report.finished:
            self.dismiss(report.error if report.error is not None else report.result)
        elif report.progress is not None:
            percent = 100 * report.progress.done // max(1, report.progress.total)
            self.query_one("#progress", Static).update(f"{percent} %, Esc cancels")

    def action_leave(self) -> None:
        """Cancel the work."""
        self._background.give_up()
        self.dismiss(None)
