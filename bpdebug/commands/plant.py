"""`bpdebug plant`: a copy of a session with a mistake in it, for others to find."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.commands import completers
from bpdebug.commands.arguments import json_option, seconds_option, session_or_program, whole
from bpdebug.commands.completers import complete_with
from bpdebug.commands.console import print_json, with_progress
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import part_named
from bpdebug.commands.output import refuse_to_replace
from bpdebug.notation.names import did_you_mean
from bpdebug.session.model.find_the_bug import planting
from bpdebug.session.model.verified import write_session
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `plant`."""
    add = parser.add_argument
    session_or_program(parser, needed=False)
    add("-o", "--output", metavar="FILE", help="the session file to write")
    complete_with(
        add("--mistake", metavar="NAME", help="which mistake (default: any)"), completers.mistakes
    )
    add(
        "--seed",
        type=whole(0),
        metavar="N",
        help="the random seed of the choice (default: a new one each time)",
    )
    seconds_option(parser, "no copy is written then")
    add("--list", action="store_true", help="list the mistakes")
    add("--force", action="store_true", help="replace FILE if it exists")
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write a copy of a session with a mistake in it, or list the mistakes."""
    if arguments.list:
        for mistake in CATALOGUE:
            if arguments.json:
                print_json({"name": mistake.name, "sentence": mistake.sentence})
            else:
                print(f"{mistake.name:<36}{mistake.sentence}")
        return 0
    if arguments.session is None or arguments.output is None:
        raise UsageError("a session and -o FILE are needed, or --list")
    name = arguments.mistake
    if name is not None and name not in NAMED:
        hint = did_you_mean(name, NAMED) or "; bpdebug plant --list names them"
        raise UsageError(f"there is no mistake {name!r}{hint}")
    target = Path(arguments.output)
    refuse_to_replace(target, arguments.force)
    part, path = part_named(arguments)
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    limit = Limit(arguments.seconds)
    part = with_progress(planting(part, str(path), seed, name, limit))
    # Planting took a while.
    refuse_to_replace(target, arguments.force)
    write_session(part, target)
    print(safe(str(target)))
    print(f"bpdebug check {safe(str(target))} --reveal says what it is", file=sys.stderr)
    return 0
