"""Files that commands write: never over another one without being told to."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from bpdebug.commands.errors import UsageError
from bpdebug.text.safe import safe


def output_options(parser: argparse.ArgumentParser) -> None:
    """What says where a text goes."""
    add = parser.add_argument
    add("-o", "--output", metavar="FILE", help="the file to write (default: print it)")
    add("--force", action="store_true", help="replace FILE if it exists")


def output_named(arguments: argparse.Namespace) -> Path | None:
    """The file that a text goes to, None for the terminal. Refuses it before anything is done."""
    if arguments.output is None:
        return None
    path = Path(arguments.output)
    refuse_to_replace(path, arguments.force)
    return path


def refuse_to_replace(path: Path, force: bool) -> None:
    """Refuse what would overwrite a file without being told to."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not an ordinary file")
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path} exists already; --force replaces it")


def write_lines(lines: Iterable[str], path: Path | None, force: bool) -> None:
    """Write lines to a file and print its name, or print them where there is none. A line may have
    line ends in it; what a terminal could take for a command is written as an escape.
    """
    rows = (safe(row) for line in lines for row in line.split("\n"))
    if path is None:
        for row in rows:
            print(row)
        return
    write_file(path, "".join(f"{row}\n" for row in rows), force)
    print(safe(str(path)))


def write_file(path: Path, text: str, force: bool = False) -> None:
    """Write a text as it is; without `force` there must be no such file."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be written: {reason}") from error
