"""Work in the background of a screen: one piece at a time, heard until something else is begun."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.state import Progress
from bpdebug.tui.runner import REST, Runner, RunnerReport

_OVER = 0.02
"""Seconds for which work that ends is waited for, before what comes next queues behind it."""

_Result = TypeVar("_Result")


class Background(Generic[_Result]):
    """What a screen has computed in a thread, or between its keys; its reports come between them.

    What reads the states that the screen draws from is not computed in a thread, unless it has a
    history of its own (`History.beside`). Of work that was given up, and of what another piece of
    work has taken the place of, nothing is heard any more.
    """

    def __init__(self, screen: Screen[Any], in_thread: bool = True) -> None:
        self._screen = screen
        self._in_thread = in_thread
        # What was given up ends with its slice, and only then what is begun goes on.
        self._turn = threading.Lock()
        self.runner: Runner[_Result] | None = None
        """What works now."""

        self.progress: Progress | None = None
        """How far it has got, None at first."""

    @property
    def is_on(self) -> bool:
        """Whether something is being computed."""
        return self.runner is not None

    def begin(
        self,
        work: Generator[Progress, None, _Result],
        hear: Callable[[RunnerReport[_Result]], object],
        told: type[Exception] = ActionError,
        at_once: float = 0.0,
    ) -> _Result | None:
        """Compute something, and nothing else any more.

        It is tried for `at_once` seconds first; if it is done by then its result, which is not
        None, is returned, and nothing is heard. Errors of the kind `told` are reported; in these
        first seconds they are raised.
        """

        def reported(report: RunnerReport[_Result]) -> None:
            # Textual's own way from a thread to the loop.
            self._screen.call_later(self._hear, runner, report, hear)

        runner = Runner(work, reported, told)
        result = runner.try_now(at_once) if at_once and self._is_free() else None
        self.give_up()
        if result is None:
            self.runner = runner
            if self._in_thread:
                self._screen.run_worker(partial(self._carry_on, runner), thread=True, group="work")
            else:
                self._screen.set_timer(REST, partial(self._go_on, runner))
        return result

    def _is_free(self) -> bool:
        """Whether nothing is being computed in a thread."""
        # One that has just reported its end is about to be over.
        free = self._turn.acquire(timeout=_OVER if self.runner is None else 0.0)
        if free:
            self._turn.release()
        return free

    def _carry_on(self, runner: Runner[_Result]) -> None:
        with self._turn:
            runner.carry_on()

    def _go_on(self, runner: Runner[_Result]) -> None:
        if runner.go_on():
            self._screen.set_timer(REST, partial(self._go_on, runner))

    def _hear(
        self,
        runner: Runner[_Result],
        report: RunnerReport[_Result],
        hear: Callable[[RunnerReport[_Result]], object],
    ) -> None:
        if runner is not self.runner:
            return
        self.progress = report.progress
        if report.finished:
            self.runner = self.progress = None
        hear(report)

    def interrupt(self) -> None:
        """Ask the work to stop; its last report follows at once."""
        if self.runner is not None:
            self.runner.interrupt()

    def give_up(self) -> None:
        """Compute no longer; nothing more is heard."""
        self.interrupt()
        self.runner = self.progress = None
