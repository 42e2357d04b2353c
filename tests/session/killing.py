"""Killing processes that work on a session, and looking at what they leave behind.

Run as a program it does this many times and prints what it found; a test starts several of it.
Children are forked, for a start from nothing would take longer than all they do.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.document import Document
from bpdebug.debugger.state import finish
from bpdebug.debugger.view import Position
from bpdebug.session.file.text_file import digest_of
from bpdebug.session.file.write import session_text
from bpdebug.session.keeping.journal import read_journal
from bpdebug.session.opening import open_kept
from bpdebug.session.replay.recovery import Recovery
from bpdebug.session.session import Session, open_session

TEXT = """{
  "format": "bpdebug-session",
  "version": "1.0",
  "model": {"layers": [{"name": "x", "units": 1}, {"name": "o", "units": 1}]},
  "inputs": {"x": [1]},
  "targets": {"t": [0.25]},
  "parameters": {"w1": 0.1, "b1": 0.5},
  "iterations": 30
}
"""

_ACTIONS = ("s", "3s", "S", "i", "n", "f", "]", "[", "c", "C", "g it 7", "t w1", "T w1")
_WORK = (
    "b w1",
    "b o1 if o1 > 0.2",
    "delete 1",
    "watch w1",
    "e w1 0.3",
    "undo",
    "redo",
    "mark here",
)
_MOST = 800
_IN_A_ROW = 6
_OPENING, _LONGEST = 0.01, 0.08
"""Seconds: a child that has less is killed while it opens the session; what the others have."""


class State(NamedTuple):
    """How a session stands that was never interrupted."""

    position: Position
    branch: int
    document: Document
    actions: list[str]


def state_of(session: Session) -> State:
    """How a session stands."""
    debugger = session.debugger
    return State(debugger.position, debugger.branch, debugger.document, list(session.actions))


def _plan(path: Path, chance: random.Random) -> tuple[list[str], list[State]]:
    """Actions that can be done one after the other, and how a session stands before each."""
    session = open_session(path)
    actions: list[str] = []
    states = [state_of(session)]
    while len(actions) < _MOST:
        action = chance.choice(_ACTIONS if chance.random() < 0.8 else _WORK)
        if action.startswith("e ") and len(session.debugger.document.branches) > 3:
            continue
        try:
            session.perform(action)
        except ActionError:
            continue
        actions.append(action)
        states.append(state_of(session))
    return actions, states


def _work(path: Path, actions: list[str], begin: int, told: int) -> None:
    """Recover what is there, then act and save until killed; tell of every action done and of
    every save about to be made.
    """
    session = open_kept(path)
    keeping = session.keeping
    assert keeping is not None
    if keeping.left is not None:
        recovery = Recovery(session.fresh(), keeping.left)
        finish(recovery.move())
        session = recovery.adopt(keeping)
    for number, action in enumerate(actions[begin:], start=begin + 1):
        try:
            session.perform(action)
        except ActionError:
            # Undoing reaches back behind a recovery only as far as behind opening a session.
            break
        os.write(told, f"done {number}\n".encode())
        if number % 5 == 0:
            _announce(session, number, told)
            session.save(path)
    time.sleep(60)


def _announce(session: Session, number: int, told: int) -> None:
    digest = digest_of(session_text(session.snapshot()).encode())
    os.write(told, f"saves {number} {digest}\n".encode())


def _kill_one(path: Path, actions: list[str], begin: int, delay: float) -> Iterator[list[str]]:
    """The words that a child has told until it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            _work(path, actions, begin, writer)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writer)
    with open(reader, "rb", buffering=0) as told:
        # Some are killed while they open the session, most when they work on it.
        first = told.read(1) if delay > _OPENING else b""
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        lines = (first + told.read()).decode().splitlines(keepends=True)
    yield from (line.split() for line in lines if line.endswith("\n"))
    if not os.WIFSIGNALED(status):
        raise AssertionError("the child ended before it was killed")


def main(folder: Path, seed: int, kills: int) -> dict[str, int]:
    """Kill this many children. Raises AssertionError at the first thing that is lost."""
    chance = random.Random(seed)
    path = folder / "session.json"
    path.write_text(TEXT, encoding="utf-8")
    actions, states = _plan(path, chance)
    seen = {"kills": 0, "saved": 0, "recovered": 0, "temporaries": 0}
    while seen["kills"] < kills:
        path.write_text(TEXT, encoding="utf-8")
        saves = {digest_of(TEXT.encode()): 0}
        begin = 0
        for _ in range(_IN_A_ROW):
            done = begin
            for words in _kill_one(path, actions, begin, chance.uniform(0, _LONGEST)):
                if words[0] == "saves":
                    saves[words[2]] = int(words[1])
                else:
                    done = int(words[1])
            there = _look(path, actions, states, saves, done, seen)
            if there is None:
                break
            begin = there
        _clean(path)
    return seen


def _look(
    path: Path,
    actions: list[str],
    states: list[State],
    saves: dict[str, int],
    done: int,
    seen: dict[str, int],
) -> int | None:
    """Check what a child has left; returns how many actions there are if some can be recovered.

    If none can, the next child opens a session that is like any other.
    """
    digest = digest_of(path.read_bytes())
    assert digest in saves, "the file is none of those that were saved"
    saved = saves[digest]
    session = open_session(path)
    assert state_of(session)[:3] == states[saved][:3]
    left = read_journal(path.with_name(f".{path.name}.journal"), digest)
    recovered = left.actions if left else ()
    there = saved + len(recovered)
    assert list(recovered) == actions[saved:there], "the journal has not what was done"
    # A child is killed between doing an action and telling of it, too.
    assert done <= there <= done + 1, f"{done} actions were done, {there} are there"
    if left is not None:
        assert not left.changed
        recovery = Recovery(session, left)
        finish(recovery.move())
        assert not recovery.problem
    assert state_of(session) == states[there], "what is recovered is not what was there"
    temporaries = len([name for name in os.listdir(path.parent) if name.endswith(".tmp")])
    # One of the last child that was killed while it wrote.
    assert temporaries <= 2, "temporary files pile up"
    seen["kills"] += 1
    seen["saved"] += saved > 0
    seen["recovered"] += bool(recovered)
    seen["temporaries"] += temporaries > 0
    return there if left else None


def _clean(path: Path) -> None:
    """Open, discard, save and close, as a person would; then nothing else may be left."""
    session = open_kept(path)
    keeping = session.keeping
    assert keeping is not None
    assert keeping.holder is None, "a lock has outlived its process"
    if keeping.left is not None:
        keeping.discard()
    session.save(path)
    keeping.close(remove=True)
    assert os.listdir(path.parent) == [path.name]


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
