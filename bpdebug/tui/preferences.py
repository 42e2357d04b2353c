"""What is remembered of the screen from one time to the next."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.saving import replace_file
from bpdebug.session.file.text_file import read_text

LEAST_SHARE, GREATEST_SHARE = 0.2, 0.8
"""No pane is so small that nothing can be seen in it."""

MOST_USES = 100
"""Up to where it is counted how often a command was chosen."""

Share = Annotated[float, Field(ge=LEAST_SHARE, le=GREATEST_SHARE)]

_Id = Annotated[str, Field(max_length=100)]
_Count = Annotated[int, Field(ge=1, le=MOST_USES)]


class Preferences(BaseModel):
    """How somebody likes the screen.

    `width` and `height` are the shares of the left panes and of the upper ones. `toured` says
    that the first sight of bpdebug is over. `uses` counts by id which commands were chosen in the
    palette.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    theme: str = "bpdebug-dark"
    width: Share = 0.5
    height: Share = 0.55
    subscripts: bool = False
    mathematics: bool = True
    toured: bool = False
    uses: Annotated[dict[_Id, _Count], Field(max_length=200)] = {}


def preferences_file() -> Path:
    """Where they are kept."""
    return platformdirs.user_state_path("bpdebug", appauthor=False) / "screen.json"


def read_preferences(path: Path | None = None) -> Preferences:
    """What is remembered; anything that cannot be read is as it was in the beginning."""
    path = preferences_file() if path is None else path
    try:
        found = parse_json(read_text(path), str(path))
    except SessionError:
        return Preferences()
    kept: dict[str, Any] = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        with contextlib.suppress(ValidationError):
            Preferences(**{name: value})
            kept[name] = value
    return Preferences(**kept)


def write_preferences(preferences: Preferences, path: Path | None = None) -> None:
    """Remember them. A disk that refuses is no reason to disturb anybody."""
    path = preferences_file() if path is None else path
    text = json.dumps(preferences.model_dump(), indent=2) + "\n"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("utf-8"))


class Remembered:
    """The preferences in force; what is changed is remembered in the file, unless nothing is to be
    `kept`.
    """

    def __init__(self, path: Path | None = None, kept: bool = True) -> None:
        self._path = path
        self._kept = kept
        self.preferences = read_preferences(path) if kept else Preferences()

    def change(self, **changes: object) -> None:
        """Give some of them other values."""
        changed = Preferences(**{**self.preferences.model_dump(), **changes})
        if changed != self.preferences:
            self.preferences = changed
            if self._kept:
                write_preferences(changed, self._path)
