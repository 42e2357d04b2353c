"""`bpdebug validate`: whether session files can be opened."""

from __future__ import annotations

import argparse
import sys

from bpdebug.commands import completers
from bpdebug.commands.completers import complete_with
from bpdebug.commands.opening import open_file
from bpdebug.session.file.errors import SessionError
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `validate`."""
    complete_with(
        parser.add_argument(
            "sessions", metavar="SESSION", nargs="+", help="session files to check"
        ),
        completers.sessions,
    )


def run(arguments: argparse.Namespace) -> int:
    """Check session files."""
    status = 0
    for name in arguments.sessions:
        try:
            session = open_file(name)
        except SessionError as error:
            print(safe(str(error)), file=sys.stderr)
            status = 2
        else:
            print(f"{safe(name)}: valid: {safe(session.title)}")
    return status
