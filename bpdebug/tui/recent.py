"""Which session files were opened or saved last, from one time to the next."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from bpdebug.session.bundled import is_bundled
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.saving import replace_file
from bpdebug.session.file.text_file import read_text

MOST_RECENT = 20


def recent_file() -> Path:
    """Where they are kept."""
    return platformdirs.user_state_path("bpdebug", appauthor=False) / "recent.json"


def recent_sessions() -> list[Path]:
    """The files that are still there, the last one first."""
    return [path for path in _kept() if _is_there(path)]


def note_recent(path: Path) -> None:
    """Remember that a file was opened; those that come with bpdebug are listed anyway.

    A disk that refuses is not a reason to disturb anybody.
    """
    with contextlib.suppress(OSError):
        path = path.resolve()
        if is_bundled(path) or not path.is_file():
            return
        # Read again, as another window may have added some.
        others = [each for each in _kept() if each != path]
        _keep([path, *others][:MOST_RECENT])


def _kept() -> list[Path]:
    try:
        found = parse_json(read_text(recent_file()), "recent.json")
    except SessionError:
        return []
    listed = found if isinstance(found, list) else []
    return [Path(each) for each in listed[:MOST_RECENT] if isinstance(each, str)]


def _keep(paths: Sequence[Path]) -> None:
    text = json.dumps([str(path) for path in paths], indent=2) + "\n"
    file = recent_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, text.encode("ascii"))


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
