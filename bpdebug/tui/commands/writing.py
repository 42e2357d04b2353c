"""Writing what is taken from the screen to a new file."""

from __future__ import annotations

from pathlib import Path

from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.saving import save_file
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk

HINT = "an existing file is not overwritten"


def refusal(name: str) -> str | None:
    """Why nothing new can be written under a name, None if it can."""
    if not name:
        return "a file name is needed"
    try:
        path = Path(name).expanduser()
        return safe(f"{path} exists already") if path.exists() else None
    except (OSError, RuntimeError, ValueError) as error:
        return safe(str(error))


def write_new(desk: Desk, name: str, text: str) -> str | None:
    """Write a file that is not there yet and say so; gives why that cannot be done."""
    refused = refusal(name)
    if refused is not None:
        return refused
    path = Path(name).expanduser()
    try:
        save_file(text, path)
    except SessionError as error:
        return safe(str(error))
    desk.tell(f"written: {path}")
    return None
