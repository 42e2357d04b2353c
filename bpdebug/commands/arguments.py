"""Arguments that several commands take, and how their values are read."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from bpdebug.checks.limit import SECONDS
from bpdebug.commands import completers
from bpdebug.commands.completers import complete_with
from bpdebug.debugger.history import DEFAULT_BUDGET


def session_argument(
    parser: argparse.ArgumentParser, default: str | None = None, takes_programs: bool = False
) -> None:
    added = parser.add_argument(
        "session",
        metavar="SESSION",
        nargs="?" if default else None,
        default=default,
        help="a session file, or the name of a bundled session (see: bpdebug list)",
    )
    complete_with(added, completers.programs if takes_programs else completers.sessions)


PROGRAM_OPTIONS = {
    "--loss": "loss",
    "--gradient": "gradients",
    "--forward": "forward",
    "--backward": "backward",
}
"""What can be said of a program, in place of what is found out, and where it is kept."""


def session_or_program(parser: argparse.ArgumentParser, needed: bool = True) -> None:
    added = parser.add_argument(
        "session",
        metavar="SESSION",
        nargs=None if needed else "?",
        help="a session file, the name of a bundled session (see: bpdebug list), or a program in "
        "NumPy, net.py, which is run",
    )
    complete_with(added, completers.programs)
    program_options(parser.add_argument_group("for a program"))


def program_options(parser: argparse._ActionsContainer) -> None:
    add = parser.add_argument
    add("--loss", default="", metavar="EXPR", help="the loss, as an expression of the program")
    add(
        "--gradient",
        dest="gradients",
        action="append",
        default=[],
        type=_pair,
        metavar="PARAMETER=GRADIENT",
        help="a parameter and its gradient: W1=grads['dW1']; may be repeated",
    )
    add("--forward", default="", metavar="CODE", help="statements for the forward pass")
    add("--backward", default="", metavar="CODE", help="statements for the backward pass")


def json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def digits_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--digits", type=whole(2, 17), default=4, metavar="N", help="decimals shown (2 to 17)"
    )


def memory_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory",
        type=whole(1, 10**6),
        metavar="MIB",
        help="memory for the states of the run, in MiB (default: 48)",
    )


def _pair(text: str) -> tuple[str, str]:
    from bpdebug.code.options import read_pair

    try:
        return read_pair(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def seconds_option(parser: argparse.ArgumentParser, then: str) -> None:
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=SECONDS,
        metavar="N",
        help=f"stop after this many seconds (default: {SECONDS:g}); {then}",
    )


def whole(least: int, most: int = 10**9) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}")
        return int(text)

    return read


def finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("expected a number")
    return value


def seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < math.inf:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}, expected a number of seconds from 0")
    return found


def budget(arguments: argparse.Namespace) -> int:
    """How many bytes the states of a run may take."""
    memory: int | None = getattr(arguments, "memory", None)
    return DEFAULT_BUDGET if memory is None else memory * 2**20
