"""Opening another session and quitting, so that nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.session.bundled import bundled_session, find_session
from bpdebug.session.catalogue import HERE, RECENT, bundled_entries, file_entries, session_files
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
from bpdebug.tui.modes.walkthrough import Walkthrough
from bpdebug.tui.recent import note_recent, recent_sessions
from bpdebug.tui.screens.prompts import Choice, Leaving, Question
from bpdebug.tui.unsaved import Unsaved

if TYPE_CHECKING:
    from bpdebug.tui.screens.recovery import Answer

_SYNC = 1.0
"""Seconds after which what was done is on disk at the latest."""


def begin(desk: Desk) -> None:
    """Keep what is done from now on; ask about what was not saved the last time."""
    desk.screen.set_interval(_SYNC, partial(_keep, desk))
    desk.screen.call_after_refresh(_greet, desk)
    if desk.home.seat.has_files:
        note_recent(desk.session.path)


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
    """Show what sessions there are and open the one that is chosen."""
    from bpdebug.tui.screens.open_session import OpenScreen

    recent = [path for path in recent_sessions() if not _is_same(path, desk.session.path)]
    here = [path for path in session_files(Path()) if path.resolve() not in recent]
    entries = [
        *file_entries(RECENT, recent),
        *file_entries(HERE, here),
        *bundled_entries(),
    ]
    desk.screen.app.push_screen(OpenScreen(entries, partial(_open, desk)))


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


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
        _leave_all(desk, lambda: _change_to(desk, path))

    def answered(key: str | None) -> None:
        if key == "r":
            go_on()

    is_mine = _is_same(path, desk.session.path)
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
        elif _is_same(path, desk.session.path):
            before.close(remove=True)
            desk.session.keeping = Keeping()
            session = open_kept(path)
        else:
            session = open_kept(path)
            before.close(remove=True)
    except SessionError as error:
        desk.tell(str(error), "error")
        return
    note_recent(path)
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


# To another session and back, as a walkthrough leads


def visit(desk: Desk, name: str) -> None:
    """Open a bundled session from a stop; this one waits until one comes back."""
    mode = desk.mode(Walkthrough)
    try:
        path = bundled_session(name)
        session = open_session(path) if desk.session.keeping is None else open_kept(path)
    except SessionError as error:
        desk.tell(str(error), "error")
        return
    _keep(desk)
    mode.lead_out()
    desk.unsaved = Unsaved(session)
    _show(desk, session)
    keys = f"{desk.key_of('walk_on')} or {desk.key_of('walk_back')}"
    if mode.stops:
        keys = f"{desk.key_of('walk_on')} begins its walkthrough, {desk.key_of('walk_back')}"
    desk.tell(f"opened {name}: {keys} leads back to {mode.leads_back}", "fresh")


def go_back(desk: Desk) -> None:
    """Leave a session that a walkthrough has opened, and go on with that."""
    _leave(desk, partial(_go_back, desk))


def _go_back(desk: Desk) -> None:
    mode = desk.mode(Walkthrough)
    left = mode.came_from.pop()
    if desk.session.keeping is not None:
        desk.session.keeping.close(remove=True)
    for each in desk.modes:
        each.closed()
    desk.unsaved = left.unsaved
    desk.put(left.session)
    mode.resume(left)


def _leave_all(desk: Desk, then: Callable[[], object]) -> None:
    """Leave this session, and those whose walkthroughs have led here."""

    def go_on() -> None:
        if desk.mode(Walkthrough).came_from:
            _go_back(desk)
            _leave_all(desk, then)
        else:
            then()

    _leave(desk, go_on)


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
        if desk.session.told:
            desk.tell(desk.session.told, "muted")
        return

    def answered(key: str | None) -> None:
        if key != "r":
            desk.screen.app.exit()

    question = _elsewhere(desk.session.path, keeping.holder, "open it read-only here")
    desk.screen.app.push_screen(question, answered)


def _offer_recovery(desk: Desk) -> None:
    from bpdebug.tui.screens.recovery import Answer, RecoveryScreen

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
    desk.when_still(lambda: _leave_all(desk, partial(_quit, desk)))


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
