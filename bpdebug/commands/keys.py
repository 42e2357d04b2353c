"""`bpdebug keys`: the keys of the screen."""

from __future__ import annotations

import argparse
import sys

from bpdebug.commands.arguments import json_option
from bpdebug.keys.keymap import read_keymap
from bpdebug.keys.names import keys_table
from bpdebug.text.records import to_json
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `keys`."""
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Each command with its keys; what is wrong with somebody's own keys goes to stderr."""
    keymap = read_keymap()
    for row in keys_table(keymap.commands):
        print(to_json(row._asdict()) if arguments.json else f"{row.keys:<12}{row.help}")
    for problem in keymap.problems:
        print(safe(problem), file=sys.stderr)
    return 2 if keymap.problems else 0
