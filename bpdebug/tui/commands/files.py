"""Opening another session and quitting, so that nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.lock import Holder
from bpdebug.session.keeping.keeping import Keeping, who_has_open
from bpdebug.session.opening import open_kept
from bpdebug.session.replay.recovery import Recovery
from bpdebug.session.session import Session, open_session
from bpdebug.text.safe import safe
from bpdebug.tui.commands.saving import save_and
from bpdebug.tui.desk import Desk
from bpdebug.tui.screens.prompts import Choice, Leaving, Prompt, Question
from bpdebug.tui.screens.recovery import Answer, RecoveryScreen

_SYNC = 1.0
"""Seconds after which what was done is on disk at the latest."""


def begin(desk: Desk) -> None:
    """Keep what is done from now on; ask about what was not saved the last time."""
    desk.screen.set_interval(_SYNC, partial(_keep, desk))
    desk.screen.call_after_refresh(_greet, desk)


def _keep(desk: Desk) -> None:
    """Make durable what was done in the last second; say so if it cannot be recovered."""
    keeping = desk.session.keeping
    if keeping is None:
        return
    sync = keeping.take_sync()
    if sync is not None:
        # A slow disk must not hold up the keys.
        desk.screen.run_worker(sync, thread=True, group="journal")
    if keeping.problem and keeping.problem != desk.unsaved.told:
        desk.tell(
            f"what you do now cannot be recovered after a crash: {keeping.problem}; save often",
            "error",
        )
    desk.unsaved.told = keeping.problem


def open_(desk: Desk) -> None:
    """Ask for a session and open it."""
    hint = f"a file, or a bundled session: {', '.join(bundled_sessions())}"
    desk.screen.app.push_screen(Prompt("Open", hint, partial(_open, desk)))


def _open(desk: Desk, text: str) -> str | None:
    try:
        path = find_session(text)
        # Whether it can be opened at all is said where the name was typed.
        open_session(path)
    except SessionError as error:
        return safe(str(error))
    desk.screen.call_later(_ask_to_open, desk, path)
    return None


def _ask_to_open(desk: Desk, path: Path) -> None:
    def go_on() -> None:
        _leave(desk, lambda: _change_to(desk, path))

    def answered(key: str | None) -> None:
        if key == "r":
            go_on()

    is_mine = os.path.realpath(path) == os.path.realpath(desk.session.path)
    holder = None if is_mine or desk.session.keeping is None else who_has_open(path)
    if holder is None:
        go_on()
    else:
        desk.screen.app.push_screen(_elsewhere(path, holder, "open it read-only"), answered)


def _change_to(desk: Desk, path: Path) -> None:
    before = desk.session.keeping
    try:
        if before is None:
            session = open_session(path)
        elif os.path.realpath(path) == os.path.realpath(desk.session.path):
            before.close(remove=True)
            desk.session.keeping = Keeping()
            session = open_kept(path)
        else:
            session = open_kept(path)
            before.close(remove=True)
    except SessionError as error:
        desk.tell(str(error), "error")
        return
    _show(desk, session)
    _offer_recovery(desk)


def _show(desk: Desk, session: Session) -> None:
    """Show another session."""
    for mode in desk.modes:
        mode.closed()
    desk.unsaved.written(session.debugger.document)
    desk.put(session)
    if desk.runner is None:
        desk.tell(f"opened: {session.path}")


def open_unnamed(desk: Desk, part: SessionPart, path: Path) -> None:
    """Leave the session for one that no file holds yet; `path` is proposed when it is saved."""

    def go_on() -> None:
        try:
            session = Session(part, path)
        except SessionError as error:
            desk.tell(str(error), "error")
            return
        if desk.session.keeping is not None:
            desk.session.keeping.close(remove=True)
            session.keeping = Keeping()
        desk.unsaved.unnamed = session
        _show(desk, session)
        if desk.home.seat.has_files:
            desk.tell(f"a copy that is not saved yet; {desk.key_of('save')} saves it")
        else:
            desk.tell("a copy, as long as you stay")

    _leave(desk, go_on)


# What opening asks


def _greet(desk: Desk) -> None:
    """Say who else has the session open, or offer what was not saved the last time."""
    keeping = desk.session.keeping
    if keeping is None or keeping.holder is None:
        _offer_recovery(desk)
        return

    def answered(key: str | None) -> None:
        if key != "r":
            desk.screen.app.exit()

    question = _elsewhere(desk.session.path, keeping.holder, "open it read-only here")
    desk.screen.app.push_screen(question, answered)


def _offer_recovery(desk: Desk) -> None:
    keeping = desk.session.keeping
    if keeping is None or keeping.left is None:
        return

    def answered(answer: Recovery | Answer | None) -> None:
        match answer:
            case Recovery():
                desk.put(answer.adopt(keeping))
                count = len(answer.done)
                desk.tell(f"recovered: {count} action{'' if count == 1 else 's'}; not saved yet")
            case Answer.DISCARD:
                keeping.discard()
                desk.tell("discarded what was not saved")
            case Answer.QUIT:
                desk.screen.app.exit()
            case _:
                keeping.later()
                desk.show()
                desk.tell("read-only; what was not saved is offered again the next time")

    desk.screen.app.push_screen(RecoveryScreen(desk.session, keeping.left), answered)


# Leaving


def quit_(desk: Desk) -> None:
    """Quit, pausing a run that is going; unsaved work is asked about."""
    desk.when_still(lambda: _leave(desk, partial(_quit, desk)))


def _quit(desk: Desk) -> None:
    if desk.session.keeping is not None:
        desk.session.keeping.close(remove=True)
    desk.screen.app.exit()


def _leave(desk: Desk, then: Callable[[], object]) -> None:
    if not desk.is_unsaved:
        then()
        return

    def answered(key: str | None) -> None:
        if key == "d":
            then()
        elif key == "s":
            save_and(desk, then)

    desk.screen.app.push_screen(Leaving(), answered)


def _elsewhere(path: Path, holder: Holder, words: str) -> Question:
    text = (
        f"{path} is open in another window: {holder}.\n\n"
        "Read-only it can be looked at and tried out here, and saved under another name."
    )
    return Question("Open elsewhere", safe(text), [Choice("r", words)])
