"""What sessions there are to open: those that come with bpdebug, and files, each in a line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from bpdebug.session.bundled import SUFFIX, bundled_sessions, course_sessions
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import FORMAT, SessionPart
from bpdebug.session.file.read import read_session

LED, EXAMPLES, COURSES = "With a walkthrough", "Examples", "Assignments of courses"
RECENT, HERE = "Recent files", "In this folder"

MOST_FILES = 50
"""Files of a folder that are listed."""

_MOST_LOOKED_AT = 2_000
"""Entries of a folder that are looked at."""

_HEAD = 4096
"""Bytes in which a session file says what it is."""

_LARGE = 2**18
"""Bytes from which on a file is not read for its title."""


@dataclass(frozen=True)
class Entry:
    """A session that can be opened: its group, what people type for it, and what is known of it.

    `notes` say what it is for, `stops` is the number of stops of its walkthrough. Of a file that
    was not read they are empty.
    """

    group: str
    name: str
    path: Path
    title: str = ""
    source: str = ""
    notes: str = ""
    stops: int = 0


@cache
def bundled_entries() -> tuple[Entry, ...]:
    """Those that come with bpdebug: first those with a walkthrough, then others, then courses."""
    found = []
    for name, path in bundled_sessions().items():
        part = read_session(path)
        found.append(entry_of(LED if part.walkthrough else EXAMPLES, name, path, part))
    found.sort(key=lambda entry: entry.group != LED)
    for name, path in course_sessions().items():
        found.append(entry_of(COURSES, name, path, read_session(path)))
    return tuple(found)


def file_entries(group: str, paths: Iterable[Path]) -> list[Entry]:
    """Files with what can be told of each at once."""
    return [_of_file(group, path) for path in paths]


def session_files(folder: Path) -> list[Path]:
    """The session files of a folder by name, MOST_FILES at most."""
    found = (path for path in _listed(folder) if path.suffix == SUFFIX and _says_it(path))
    return sorted(islice(found, MOST_FILES))


def completions(typed: str) -> list[Path]:
    """The folders and session files that a path may be going to be, MOST_FILES at most."""
    folder, name = os.path.split(os.path.expanduser(typed))
    found = (
        path
        for path in _listed(Path(folder or "."))
        if path.name.startswith(name) and (name or not path.name.startswith("."))
        if path.suffix == SUFFIX or _is_folder(path)
    )
    return sorted(islice(found, MOST_FILES))


def _listed(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            yield from (folder / entry.name for entry in islice(entries, _MOST_LOOKED_AT))
    except (OSError, ValueError):
        return


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _says_it(path: Path) -> bool:
    """Whether a file says that it is a session."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return FORMAT.encode() in file.read(_HEAD)
    except OSError:
        return False


def _of_file(group: str, path: Path) -> Entry:
    name = str(path)
    try:
        if path.is_file() and path.stat().st_size <= _LARGE:
            return entry_of(group, name, path, read_session(path))
    except (OSError, SessionError):
        pass
    return Entry(group, name, path)


def entry_of(group: str, name: str, path: Path, part: SessionPart) -> Entry:
    """What is known of a session that was read."""
    stops = len(part.walkthrough)
    return Entry(group, name, path, part.title, part.source, part.notes, stops)
