"""`bpdebug open`, or just `bpdebug`: a session on the screen."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import budget, memory_option, session_argument
from bpdebug.commands.screen import check_terminal, show
from bpdebug.session.bundled import find_session
from bpdebug.session.opening import open_kept


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `open`."""
    session_argument(parser, default="blog", takes_programs=True)
    memory_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open a session on the screen."""
    path = find_session(arguments.session)
    session = open_kept(path, budget(arguments))
    try:
        check_terminal()
        return show(session)
    finally:
        if session.keeping is not None:
            session.keeping.close(remove=False)
