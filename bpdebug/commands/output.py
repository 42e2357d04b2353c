"""Files that commands write: never over another one without being told to."""

from __future__ import annotations

import os
from pathlib import Path

from bpdebug.commands.errors import UsageError


def refuse_to_replace(path: Path, force: bool) -> None:
    """Refuse what would overwrite a file without being told to."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not an ordinary file")
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path} exists already; --force replaces it")


def write_file(path: Path, text: str, force: bool) -> None:
    """Write a file of text; without `force` there must be none."""
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be written: {reason}") from error
