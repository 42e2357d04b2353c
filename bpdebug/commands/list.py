"""`bpdebug list`: the sessions that come with it."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import json_option
from bpdebug.commands.console import print_json
from bpdebug.session.bundled import bundled_sessions, course_sessions
from bpdebug.session.file.read import read_session
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `list`."""
    parser.add_argument(
        "--courses",
        action="store_true",
        help="only those for assignments of deeplearning.ai, CS231n, micrograd and makemore, with "
        "the figures that the assignment prints, and where they are from",
    )
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Name and title of each bundled session, and how many stops its walkthrough has; of those for
    courses also the source.
    """
    found = course_sessions() if arguments.courses else bundled_sessions()
    for name, path in found.items():
        part = read_session(path)
        stops = len(part.walkthrough)
        if arguments.json:
            record = {"name": name, "title": part.title, "path": str(path), "stops": stops}
            print_json(record | ({"source": part.source} if arguments.courses else {}))
            continue
        led = f" · walkthrough, {stops} stops" if stops else ""
        print(f"{name:<24}{safe(part.title)}{led}")
        if arguments.courses:
            print(f"{'':<24}{safe(part.source)}")
    return 0
