"""Lists that compute something while they are open: in a thread, so that keys are heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from bpdebug.checks.figures.figure import FigureError
from bpdebug.debugger.state import Progress
from bpdebug.session.errors import SessionError
from bpdebug.tui.list_screen import ListScreen

_SLICE = 0.005
_REST = 0.001
_TELL = 0.06
"""Seconds: of computing at a stretch, for the keyboard in between, from report to report."""

_Work = Generator[Progress, None, Any]
_Result = TypeVar("_Result")


class _Thread:
    """Carries something out in slices; `hear` is told how it stands, in that thread.

    It is told progress, then once the result or the error; nothing any more after `stop`.
    """

    def __init__(self, work: _Work, hear: Callable[[_Thread, object], None]) -> None:
        self._work = work
        self._hear = hear
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Give up."""
        self._stopped.set()

    def run(self) -> None:
        """Do it; to be called in a thread of its own."""
        told = 0.0
        while not self._stopped.is_set():
            until = time.monotonic() + _SLICE
            progress = None
            try:
                while time.monotonic() < until:
                    progress = next(self._work)
            except StopIteration as finished:
                self._hear(self, finished.value)
                return
            except Exception as error:
                # Whatever it is, the work that is open in the app must not be lost with it.
                self._hear(self, error)
                return
            if progress is not None and time.monotonic() - told > _TELL:
                told = time.monotonic()
                self._hear(self, progress)
            # Without a rest the thread would hold the interpreter whenever a key comes.
            time.sleep(_REST)
        self._work.close()


class WorkingScreen(ListScreen[_Result], Generic[_Result]):
    """A list that computes; Esc stops that, or closes the list if nothing is computed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "stop, or close", show=False),
        Binding("q", "leave", "close", show=False),
    ]
    LAST_KEYS = (("Esc", "close"),)

    class Heard(Message):
        """A thread has something to say."""

        def __init__(self, thread: _Thread, what: object) -> None:
            super().__init__()
            self.thread = thread
            self.what = what

    _thread: _Thread | None = None
    progress: Progress | None = None
    """How far it has got, None at first."""

    # What subclasses say

    def finished(self, result: Any) -> None:
        """Take what has been computed."""
        raise NotImplementedError

    # The work

    @property
    def is_working(self) -> bool:
        """Whether something is being computed."""
        return self._thread is not None

    def work_on(self, work: _Work) -> None:
        """Compute something, and nothing else any more."""
        self.give_up()
        self._thread = _Thread(work, self._hear)
        self.run_worker(self._thread.run, thread=True, group="work")

    def _hear(self, thread: _Thread, what: object) -> None:
        self.post_message(self.Heard(thread, what))

    def give_up(self) -> None:
        """Compute no longer."""
        if self._thread is not None:
            self._thread.stop()
        self._thread, self.progress = None, None

    @on(Heard)
    def heard(self, message: Heard) -> None:
        """Show how far it has got, or what came of it."""
        if message.thread is not self._thread:
            return
        if isinstance(message.what, Progress):
            self.progress = message.what
            self.show()
            return
        self.give_up()
        if isinstance(message.what, SessionError):
            # Of which file it is, is known.
            self.say("; ".join(map(str, message.what.problems)), "error")
        elif isinstance(message.what, FigureError):
            self.say(str(message.what), "error")
        elif isinstance(message.what, Exception):
            kind = type(message.what).__name__
            self.say(f"this could not be computed: {kind}: {message.what}", "error")
        else:
            self.finished(message.what)

    def on_unmount(self) -> None:
        self.give_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # What is computed belongs to the session as it is; changes are undone behind the list.
        return action not in ("undo", "redo")

    def action_stop(self) -> None:
        """Stop computing; if nothing is being computed, close."""
        if not self.is_working:
            self.action_leave()
            return
        self.give_up()
        self.say("stopped")
