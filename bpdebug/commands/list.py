"""`bpdebug list`: the sessions that come with it."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import json_option
from bpdebug.commands.console import print_json
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.read import read_session
from bpdebug.text.safe import safe

EXAMPLE = "Example: bpdebug list"


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `list`."""
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Name, title and the stops of the walkthrough of each bundled session."""
    for name, path in bundled_sessions().items():
        part = read_session(path)
        title, stops = part.title, len(part.walkthrough)
        if arguments.json:
            print_json({"name": name, "title": title, "path": str(path), "stops": stops})
        else:
            led = f" · walkthrough, {stops} stops" if stops else ""
            print(f"{name:<24}{safe(title)}{led}")
    return 0
