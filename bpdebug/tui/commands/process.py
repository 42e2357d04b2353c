"""bpdebug as one process among others: to the background and back, signals, what is pasted."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from textual.app import SuspendNotSupported

from bpdebug.tui.commands import predicting
from bpdebug.tui.desk import Desk

_KILLED = 128
"""What a shell adds to the number of the signal that has ended a program."""


def begin(desk: Desk) -> None:
    """Hear the system's signals."""
    # On Windows a program is not asked.
    if desk.screen.app.is_headless or sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _be_ended, desk, number)


def _be_ended(desk: Desk, number: signal.Signals) -> None:
    """Give the terminal back as it was. What is not saved is in the journal already."""
    try:
        os.get_terminal_size(0)
    except OSError:
        # The window was closed. What is written to it now would wait for ever.
        os._exit(_KILLED + number)
    desk.screen.app.exit(return_code=_KILLED + number)


def suspend(desk: Desk) -> None:
    """Leave for the shell, until it says `fg`."""
    if not has_job_control():
        desk.tell("no shell is waiting that could bring bpdebug back", "error")
        return
    try:
        with desk.screen.app.suspend():
            # All programs of the command, as the terminal's own Ctrl+Z: of `uv run bpdebug`
            # the shell waits for the other one.
            os.killpg(os.getpgrp(), signal.SIGTSTP)
    except SuspendNotSupported:
        desk.tell("this terminal cannot put a program in the background", "error")


def pasted(desk: Desk, text: str) -> None:
    """Text is not keys, so no command is carried out; where something is asked it is an answer."""
    if desk.debugger.question is not None and desk.runner is None and len(text.split("\n")) < 3:
        predicting.reply(desk, text.strip())
        return
    count = len(text)
    desk.tell(
        f"pasted text does nothing here ({count:,} character{'s' if count != 1 else ''}); "
        f"{desk.key_of('find')} and {desk.key_of('go_to')} ask for text"
    )


def has_job_control() -> bool:
    """Whether a shell has started this program as a job, which it can continue.

    Such a shell leads the session and gives each job a process group of its own. In the
    group of the session's leader, as in a window that runs nothing else, a stopped program
    would stay so.
    """
    return hasattr(os, "getpgrp") and os.getpgrp() != os.getsid(0)
