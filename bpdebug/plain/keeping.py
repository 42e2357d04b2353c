"""Saving and leaving, and what was not saved the last time."""

from __future__ import annotations

import os
from pathlib import Path

from bpdebug.debugger.action_words import count_words
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.session.bundled import is_bundled
from bpdebug.session.replay.recovery import Recovery
from bpdebug.text.run.transcript import place_words

_FORCE = "--force"


def save(debugging: LineDebugger, rest: str) -> Answer:
    """Write the session: to its own file, or to another one."""
    session = debugging.session
    words = rest.split(maxsplit=1)
    force = words[:1] == [_FORCE]
    name = " ".join(words[1:]) if force else rest
    keeping = session.keeping
    read_only = keeping is not None and keeping.read_only
    if not name and (is_bundled(session.path) or session.is_new or read_only):
        raise CommandError("name a file: save lesson.json; the session's own file is not changed")
    try:
        path = Path(name).expanduser() if name else session.path
        is_own = os.path.realpath(path) == os.path.realpath(session.path) and not session.is_new
        there = os.path.lexists(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise CommandError(f"{name}: {getattr(error, 'strerror', None) or error}") from error
    if is_bundled(path):
        raise CommandError("that folder holds the bundled sessions; choose another")
    if path.is_dir():
        raise CommandError(f"{path} is a folder")
    if there and not is_own and not force:
        raise CommandError(f"{path} exists already; save {_FORCE} {name} replaces it")
    session.save(path, force)
    debugging.saved = debugging.debugger.document
    return answer([f"Saved: {path}"], path=str(path))


def is_unsaved(debugging: LineDebugger) -> bool:
    """Whether leaving would lose something that somebody made."""
    session = debugging.session
    read_only = session.keeping is not None and session.keeping.read_only
    if is_bundled(session.path) or session.is_new or read_only:
        return session.debugger.document != debugging.saved
    return session.has_changes()


def quit_(debugging: LineDebugger, rest: str) -> Answer:
    """Leave; unsaved work is asked about once."""
    if debugging.asks and is_unsaved(debugging) and not debugging.asked_to_leave:
        debugging.asked_to_leave = True
        return answer(["This is not saved: save keeps it, quit again leaves without it."])
    return Answer(leaves=True)


# What was not saved the last time


def left_lines(debugging: LineDebugger) -> list[str]:
    """What is said of work that was left behind, or of somebody else who has the session open."""
    keeping = debugging.session.keeping
    if keeping is None:
        return []
    if keeping.holder is not None:
        return [f"It is open in another window, {keeping.holder}; here it is read-only."]
    if keeping.left is None:
        return []
    changed = ", and the file has been changed since" if keeping.left.changed else ""
    return [
        f"Not saved the last time: {count_words(len(keeping.left.actions), 'action')}{changed}.",
        "recover does them again, discard forgets them; anything else leaves them for later.",
    ]


def recover(debugging: LineDebugger, rest: str) -> Answer:
    """Do again what was not saved the last time."""
    keeping = debugging.session.keeping
    if keeping is None or keeping.left is None:
        raise CommandError("everything was saved the last time; there is nothing to recover")
    found = Recovery(debugging.session.fresh(), keeping.left)
    if debugging.drive(found.move()) is None:
        return Answer(("Interrupted; nothing is recovered yet.",), interrupted=True)
    debugging.session = found.adopt(keeping)
    lines = [f"Recovered: {count_words(len(found.done), 'action')}; not saved yet."]
    if found.problem:
        lines.append(f"The next one cannot be done: {found.problem}")
    return answer([*lines, place_words(debugging.debugger)])


def discard(debugging: LineDebugger, rest: str) -> Answer:
    """Forget what was not saved the last time."""
    keeping = debugging.session.keeping
    if keeping is None or keeping.left is None:
        raise CommandError("everything was saved the last time; there is nothing to discard")
    keeping.discard()
    return answer(["Discarded what was not saved."])


def leave_for_later(debugging: LineDebugger) -> list[str]:
    """Leave it where it is, if somebody goes on without it."""
    keeping = debugging.session.keeping
    if keeping is None or keeping.left is None:
        return []
    keeping.later()
    return ["Read-only here: what was not saved is offered again next time."]
