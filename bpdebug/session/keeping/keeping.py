"""What an open session has beside it: a lock, so that one window at a time writes to its file,
and a journal, so that nothing is lost if the process ends before it has saved.

Both lie beside the session file; where that folder cannot be written to, and for the bundled
sessions, in the user's state folder.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import platformdirs

from bpdebug.debugger.actions import only_moves
from bpdebug.session.bundled import is_bundled
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.lock import Holder, Lock, take_lock, who_holds
from bpdebug.session.file.saving import save_file
from bpdebug.session.file.text_file import digest_of, digest_of_file
from bpdebug.session.keeping.journal import (
    Base,
    Journal,
    Left,
    Unsaid,
    read_journal,
    remove_journals,
)

_MOST_WINDOWS = 20
"""This many windows may have the same bundled session open with a journal each."""


class _Place(NamedTuple):
    lock: Path
    journal: Path


class Keeping:
    """What keeps an open session; without a path it keeps nothing until the session is saved.

    `holder` is who else has the session open. `left` is what was not saved the last time; until
    that is recovered, discarded or left for later, nothing is recorded.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.holder: Holder | None = None
        self.left: Left | None = None
        self.read_only = False
        self._path = None if path is None else Path(os.path.realpath(path))
        self._places: list[_Place] = []
        self._lock: Lock | None = None
        self._journal: Journal | None = None
        self._no_lock = ""
        if self._path is not None:
            self._claim(self._path)

    @property
    def problem(self) -> str:
        """Why what is done could not be recovered, empty if it could."""
        return self._journal.problem if self._journal else "" if self._lock else self._no_lock

    def _claim(self, path: Path) -> None:
        for places in _ways_to_keep(path):
            self._places = places
            self._take_lock()
            if self.holder is None:
                break
        if self.holder is not None:
            self.read_only = True
            return
        digest = digest_of_file(path)
        if self._lock is not None:
            found = [
                left for place in self._places if (left := read_journal(place.journal, digest))
            ]
            self.left = max(found, key=lambda left: len(left.actions), default=None)
        if self.left is not None and is_bundled(path) and all(map(only_moves, self.left.actions)):
            # Looking around in a bundled session makes nothing that could be lost.
            self.discard()
        elif self.left is None:
            self._begin(Base(digest))

    def _take_lock(self) -> None:
        self.holder = None
        for place in self._places:
            try:
                if place is self._places[-1]:
                    place.lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                found = take_lock(place.lock)
            except OSError as error:
                self._no_lock = error.strerror or str(error)
                # Somebody else may be able to write there.
                self.holder = who_holds(place.lock)
            else:
                self._lock = found if isinstance(found, Lock) else None
                self.holder = found if isinstance(found, Holder) else None
            if self._lock or self.holder:
                return

    def _begin(self, base: Base, actions: tuple[str, ...] = ()) -> None:
        self.left = None
        self._base = base
        if self._lock is not None:
            self._journal = Journal([place.journal for place in self._places], base, actions)

    def note(self, action: str) -> None:
        """Record an action that has been done."""
        if self._journal is not None:
            self._journal.append(action)

    def take_sync(self) -> Callable[[], None] | None:
        """What makes durable all that was recorded, None if it is; it may be done in a thread."""
        return self._journal.take_sync() if self._journal else None

    def save(self, text: str, path: Path, standing: Unsaid) -> Keeping:
        """Write the session file, and give what keeps the session from now on.

        Raises SessionError, and leaves an older file as it was, if it cannot be written.
        """
        base = Base(digest_of(text.encode()), standing)
        if self._path is None or _real(path) != self._path:
            return self._save_elsewhere(text, path, base)
        if self.read_only:
            raise _refusal(path, "it was opened read-only; save it under another name")
        if self._journal is not None:
            self._journal.saving(base)
        save_file(text, path)
        if self._journal is not None:
            self._journal.close(remove=True)
        self._begin(base)
        return self

    def _save_elsewhere(self, text: str, path: Path, base: Base) -> Keeping:
        try:
            other = Keeping(path)
        except ValueError as error:
            raise _refusal(path, str(error)) from error
        try:
            if other.holder is not None:
                raise _refusal(path, f"it is open in {other.holder}; choose another name")
            if other.left is not None:
                raise _refusal(
                    path, "what was not saved there can still be recovered; open that file first"
                )
            save_file(text, path)
        except BaseException:
            other.close(remove=False)
            raise
        other._begin(base)
        self.close(remove=True)
        return other

    def recovered(self, actions: tuple[str, ...]) -> None:
        """Go on from what was done again."""
        assert self.left is not None
        standing = Unsaid() if self.left.changed else self.left.standing
        self._begin(Base(self._digest(), standing), actions)

    def discard(self) -> None:
        """Forget what was not saved the last time."""
        remove_journals([place.journal for place in self._places])
        self._begin(Base(self._digest()))

    def later(self) -> None:
        """Leave it where it is; the session cannot be saved to its file this time."""
        self.left, self.read_only = None, True
        self._release()

    def close(self, remove: bool) -> None:
        """Give up the lock; the journal stays for recovery, unless it is to be removed."""
        if self._journal is not None:
            self._journal.close(remove)
            self._journal = None
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _digest(self) -> str:
        return "" if self._path is None else digest_of_file(self._path)


def who_has_open(path: Path) -> Holder | None:
    """Who has a session open, if that matters to somebody else who opens it."""
    if not os.path.isfile(path) or is_bundled(path):
        return None
    places = (place for way in _ways_to_keep(Path(os.path.realpath(path))) for place in way)
    return next((holder for place in places if (holder := who_holds(place.lock))), None)


# Where things lie


def _ways_to_keep(path: Path) -> Iterator[list[_Place]]:
    """The places for lock and journal; of a bundled session every window has places of its own,
    those with a journal that was left behind first.
    """
    if not is_bundled(path):
        yield [_place(path.parent, f".{path.name}"), _in_state_folder(path)]
        return
    places = [_in_state_folder(path, f"-{number}") for number in range(1, _MOST_WINDOWS + 1)]
    for place in sorted(places, key=lambda place: not os.path.exists(place.journal)):
        yield [place]


def _place(folder: Path, name: str) -> _Place:
    return _Place(folder / f"{name}.lock", folder / f"{name}.journal")


def _in_state_folder(path: Path, tail: str = "") -> _Place:
    folder = platformdirs.user_state_path("bpdebug", appauthor=False) / "open"
    number = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", path.stem)[:40]
    return _place(folder, f"{stem}-{number}{tail}")


def _real(path: Path) -> Path | None:
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return None


def _refusal(path: Path, reason: str) -> SessionError:
    return SessionError(str(path), [Problem("", f"cannot be saved: {reason}")])
