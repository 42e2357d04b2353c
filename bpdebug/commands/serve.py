"""`bpdebug serve`: a session in browsers, each visitor with a copy of their own."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from typing import TYPE_CHECKING

from bpdebug.commands.arguments import budget, memory_option, session_argument, whole
from bpdebug.commands.errors import UsageError
from bpdebug.commands.screen import check_terminal, show
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import digest_of, read_text
from bpdebug.session.opening import open_kept
from bpdebug.session.session import Session

if TYPE_CHECKING:
    from bpdebug.serving.running import Running

_NEEDED = ("aiohttp", "textual_serve")


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `serve`."""
    add = parser.add_argument
    session_argument(parser, default="blog")
    add(
        "--follow",
        action="store_true",
        help="open the session here, too, and have visitors see what this screen shows",
    )
    add(
        "--host",
        default="127.0.0.1",
        type=_host,
        metavar="HOST",
        help="the address to serve on (default: 127.0.0.1, for this computer only); 0.0.0.0 "
        "serves the whole network, with a token in the address",
    )
    add("--port", type=whole(0, 65535), default=8000, metavar="N", help="the port (default: 8000)")
    add(
        "--visitors",
        type=whole(1, 500),
        default=40,
        metavar="N",
        help="how many may be there at once (default: 40)",
    )
    add(
        "--idle",
        type=whole(1, 1440),
        default=60,
        metavar="MINUTES",
        help="how long a visitor may press nothing (default: 60)",
    )
    memory_option(parser)


def _host(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected an address, such as 0.0.0.0")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Serve a session until it is ended."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise UsageError("serving needs more packages: pip install 'bpdebug[serve]'")
    if arguments.session.endswith(".py"):
        raise UsageError(
            "visitors get a session, not a program: `bpdebug net.py -o net.json` writes one"
        )
    from bpdebug.serving.running import Running, ServingError
    from bpdebug.serving.server import Limits
    from bpdebug.serving.visitor import Visit

    path = find_session(arguments.session)
    text = read_text(path)
    # Whatever is wrong with it is said here, not to visitors.
    Session(parse_session(text, str(path)), path, budget(arguments))
    what = Visit(text, path.name, budget(arguments), arguments.follow)
    limits = Limits(arguments.visitors, 60.0 * arguments.idle)
    running = Running(what, arguments.host, arguments.port, limits)
    try:
        if arguments.follow:
            return _teach(arguments, running, digest_of(text.encode()))
        running.run(lambda: _tell(running))
    except ServingError as error:
        raise UsageError(str(error)) from error
    return 0


def _teach(arguments: argparse.Namespace, running: Running, digest: str) -> int:
    """Show the session here as long as visitors may follow."""
    check_terminal()
    session = open_kept(find_session(arguments.session), budget(arguments))
    try:
        with running:
            return show(session, audience=running, digest=digest)
    finally:
        if session.keeping is not None:
            session.keeping.close(remove=False)


def _tell(running: Running) -> None:
    print(running.address, flush=True)
    print("Visitors open this address; Ctrl+C ends it.", file=sys.stderr, flush=True)
