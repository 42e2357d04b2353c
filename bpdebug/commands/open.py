"""`bpdebug open`, or just `bpdebug`: a session on the screen, or line by line."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import budget, memory_option, session_argument
from bpdebug.commands.opening import tell_of_unusable
from bpdebug.commands.plain import is_plain, is_scripted, plain_options, show_plain
from bpdebug.commands.screen import check_terminal, show
from bpdebug.session.bundled import find_session
from bpdebug.session.opening import open_kept
from bpdebug.session.session import open_session


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `open`."""
    session_argument(parser, default="blog", takes_programs=True)
    plain_options(parser)
    memory_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open a session on the screen, or line by line."""
    path = find_session(arguments.session)
    plain = is_plain(arguments)
    if plain and is_scripted(arguments):
        # What a script does is not kept unless it saves it, and it asks nobody who else is there.
        session = open_session(path, budget(arguments))
        tell_of_unusable(session.debugger, arguments.session)
        return show_plain(session, arguments)
    session = open_kept(path, budget(arguments))
    try:
        if plain:
            tell_of_unusable(session.debugger, arguments.session)
            return show_plain(session, arguments)
        check_terminal()
        return show(session)
    finally:
        if session.keeping is not None:
            session.keeping.close(remove=False)
