"""`bpdebug check net.py`: which line of a hand-written backward pass is wrong, and why.

Nothing here, and nothing that is imported here, knows of sessions or screens: the answer should not
wait for them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from contextlib import closing
from typing import Any

from bpdebug.code.asking import asking
from bpdebug.code.options import SECONDS, Options
from bpdebug.commands.arguments import program_options
from bpdebug.commands.opening import say_running
from bpdebug.session.file.errors import SessionError
from bpdebug.text.findings.program import finding_rows, gradient_rows, summary
from bpdebug.text.safe import safe

DESCRIPTION = (
    "Say which gradients of a backward pass written in NumPy are wrong, and which line. "
    "This runs the program with all its effects: check only what you would run."
)

Record = dict[str, Any]


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `check` for a program."""
    add = parser.add_argument
    parser.description = DESCRIPTION
    add("program", metavar="PROGRAM", help="a Python file with a forward and a backward pass")
    program_options(parser)
    add("--params", default="", metavar="NAMES", help="only these parameters: W1,b1")
    add(
        "--seconds",
        type=_seconds,
        default=SECONDS,
        metavar="N",
        help=f"how long to search for the line (default: {SECONDS:.0f})",
    )
    add("--json", action="store_true", help="print JSON for programs")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("expected a number of seconds up to 3600")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Judge a program; 0 if it is right, 1 for a finding, 2 if it cannot be judged."""
    options = Options(
        arguments.loss,
        arguments.forward,
        arguments.backward,
        tuple(name.strip() for name in arguments.params.split(",") if name.strip()),
        tuple(arguments.gradients),
        arguments.seconds,
    )
    return _as_json(arguments, options) if arguments.json else _in_words(arguments, options)


def _in_words(arguments: argparse.Namespace, options: Options) -> int:
    found: Record | None = None
    say_running(arguments.program)
    with closing(asking(arguments.program, options)) as stages:
        for stage in stages:
            if "refused" in stage:
                print(safe(f"bpdebug: {arguments.program}: {stage['refused']}"), file=sys.stderr)
                return 2 if found is None else _status(found)
            if found is None:
                _print(gradient_rows(stage))
                if not stage["ok"]:
                    print("Searching for the line …", file=sys.stderr, flush=True)
            found = stage
    assert found is not None
    _print(finding_rows(found))
    _print([summary(found)])
    return _status(found)


def _as_json(arguments: argparse.Namespace, options: Options) -> int:
    found: Record | None = None
    try:
        say_running(arguments.program)
        with closing(asking(arguments.program, options)) as stages:
            for stage in stages:
                if "refused" not in stage:
                    found = stage
                elif found is None:
                    found = stage | {"ok": False, "findings": []}
                else:
                    found["unfinished"] = stage["refused"]
    except SessionError as error:
        found = {"refused": error.problems[0].message, "ok": False, "findings": []}
    except KeyboardInterrupt:
        if found is None:
            raise
        found["unfinished"] = "interrupted"
    assert found is not None
    print(json.dumps(_finite(found), allow_nan=False))
    return 2 if "refused" in found else _status(found)


def _status(record: Record) -> int:
    return 0 if record["ok"] else 1


def _finite(value: Any) -> Any:
    """What is not a finite number as null: JSON has none."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value


def _print(rows: Any) -> None:
    for row in rows:
        print(safe(row))
    sys.stdout.flush()
