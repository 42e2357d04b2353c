"""What each command takes, apart from its work, which is imported later."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from bpdebug.checks.limit import SECONDS


def _session_argument(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "session",
        metavar="SESSION",
        nargs="?" if default else None,
        default=default,
        help="a session file, or the name of a bundled session (see: bpdebug list)",
    )


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _digits_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--digits", type=whole(2, 17), default=4, metavar="N", help="decimals shown (2 to 17)"
    )


def _memory_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory",
        type=whole(1, 10**6),
        metavar="MIB",
        help="memory for the states of the run, in MiB (default: 48)",
    )


def fill_open(parser: argparse.ArgumentParser) -> None:
    """The options of `open`."""
    _session_argument(parser, default="blog")
    _memory_option(parser)


def fill_list(parser: argparse.ArgumentParser) -> None:
    """The options of `list`."""
    _json_option(parser)


def fill_show(parser: argparse.ArgumentParser) -> None:
    """The options of `show`."""
    _session_argument(parser)
    parser.add_argument("--equations", action="store_true", help="print all its equations")
    parser.add_argument(
        "--form", choices=("unicode", "ascii", "latex"), default="unicode", help="how to write them"
    )
    _json_option(parser)


def fill_trace(parser: argparse.ArgumentParser) -> None:
    """The options of `trace`."""
    _session_argument(parser)
    add = parser.add_argument
    add("--from", dest="first", type=whole(0, 10**15), metavar="P", help="first operation")
    help_ = "last operation (end of the iteration)"
    add("--to", dest="last", type=whole(1, 10**15), metavar="P", help=help_)
    _digits_option(parser)
    _json_option(parser)


def fill_run(parser: argparse.ArgumentParser) -> None:
    """The options of `run`."""
    _session_argument(parser)
    parser.add_argument(
        "--iterations", type=whole(1), metavar="N", help="how many (default: as the session says)"
    )
    parser.add_argument(
        "--break",
        dest="breakpoints",
        action="append",
        default=[],
        metavar="SPEC",
        help="stop at a breakpoint, such as 'w7 write if w7 < 0.69'; may be repeated; "
        "exit code 1 if the run stops at none of them",
    )
    parser.add_argument(
        "--until",
        metavar="CONDITION",
        help="stop where it holds: 'loss < 0.01'; exit code 1 if the run stops elsewhere",
    )
    parser.add_argument(
        "--allow-non-finite", action="store_true", help="do not stop at NaN and infinity"
    )
    _memory_option(parser)
    _digits_option(parser)
    _json_option(parser)


def fill_replay(parser: argparse.ArgumentParser) -> None:
    """The options of `replay`."""
    _session_argument(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--headless", action="store_true", help="without a screen; verify every digest"
    )
    way.add_argument("--text", action="store_true", help="in plain words, to be read or read aloud")
    parser.add_argument(
        "--all", action="store_true", help="with --text, every operation of long moves, too"
    )
    _json_option(parser)


def fill_check(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    add = parser.add_argument
    _session_argument(parser)
    add(
        "--iteration",
        type=whole(1),
        default=1,
        metavar="N",
        help="the iteration that is checked (default: 1)",
    )
    add(
        "--against",
        action="append",
        default=[],
        metavar="FILE",
        help="figures to compare and explain: CSV (name, value), JSON or NPZ; may be repeated",
    )
    add(
        "--figure",
        dest="figures",
        action="append",
        default=[],
        metavar="TEXT",
        help="one such figure: 'dE/dw5 = 0.07614', 'E = 0.291 @ 2'; may be repeated",
    )
    add(
        "--derivation",
        dest="derivations",
        action="append",
        default=[],
        metavar="TEXT",
        help="a derivation by hand: 'dE/db1 = dE/do1*do1/dzo1*…'; may be repeated",
    )
    _seconds_option(parser, "what was found until then is printed")
    add("--no-causes", action="store_true", help="do not look for what may have gone wrong")
    add("--steps", metavar="NAME", help="only the error of differences for steps of all sizes")
    add("--reveal", action="store_true", help="only say which mistake is planted")
    _json_option(parser)


def _seconds_option(parser: argparse.ArgumentParser, then: str) -> None:
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=SECONDS,
        metavar="N",
        help=f"end after so many seconds (default: {SECONDS:g}); {then}",
    )


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < math.inf:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}, expected a number of seconds from 0")
    return found


def fill_plant(parser: argparse.ArgumentParser) -> None:
    """The options of `plant`."""
    add = parser.add_argument
    add("session", metavar="SESSION", nargs="?", help="a session file or a bundled session")
    add("-o", "--output", metavar="FILE", help="the session file to write")
    add("--mistake", metavar="NAME", help="which mistake (default: any)")
    add("--seed", type=whole(0), metavar="N", help="for the choice (default: another each time)")
    _seconds_option(parser, "then there is no copy")
    add("--list", action="store_true", help="list the mistakes")
    add("--force", action="store_true", help="replace FILE if it exists")
    _json_option(parser)


def fill_validate(parser: argparse.ArgumentParser) -> None:
    """The options of `validate`."""
    parser.add_argument("sessions", metavar="SESSION", nargs="+", help="session files to check")


def fill_schema(parser: argparse.ArgumentParser) -> None:
    """The options of `schema`: none."""


def fill_keys(parser: argparse.ArgumentParser) -> None:
    """The options of `keys`."""
    _json_option(parser)


def fill_new(parser: argparse.ArgumentParser) -> None:
    """The options of `new`."""
    add = parser.add_argument
    add("file", metavar="FILE", help="the session file to write")
    add("--layers", type=layers_of, metavar="N-N-N", help="units of each layer: inputs first")
    add(
        "--activation",
        metavar="NAME",
        help="of all layers, or one for each: relu,tanh,sigmoid (default: sigmoid)",
    )
    add("--output-activation", metavar="NAME", help="of the last layer (default: what suits)")
    add("--loss", metavar="NAME", help="such as 'squared error' (default: half squared error)")
    add("--bias", choices=("shared", "unit", "none"), default="shared", help="biases a layer has")
    add(
        "--numbering",
        choices=(
            "input by input",
            "unit by unit",
            "input by input, per layer",
            "unit by unit, per layer",
        ),
        default="input by input",
        metavar="ORDER",
        help="'input by input' (default) or 'unit by unit', also with ', per layer'",
    )
    add("--optimizer", metavar="NAME", default="gradient descent", help="such as adam")
    add("--learning-rate", type=_finite, metavar="X", help="(default: the optimizer's usual one)")
    add("--iterations", type=whole(1), metavar="N", default=1000, help="(default: 1000)")
    add(
        "--init",
        choices=("zeros", "uniform", "xavier", "he"),
        default="xavier",
        help="how the initial weights are chosen (default: xavier)",
    )
    add("--seed", type=whole(0), metavar="N", default=1, help="for the initial weights")
    add("--data", metavar="CSV", help="observations, a line each: inputs, then targets")
    add("--reduction", choices=("sum", "mean"), default="sum", help="of several losses")
    add("--batch-size", type=whole(1), metavar="N", help="observations an iteration")
    add("--title", metavar="TEXT", help="what the session is called")
    add("--force", action="store_true", help="replace FILE if it exists")


def fill_export(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    add = parser.add_argument
    _session_argument(parser)
    add("--to", choices=("python", "markdown", "latex"), required=True, help="what to write")
    add(
        "--iteration",
        type=whole(1),
        metavar="N",
        help="which iteration a handout shows (default: 1); a script computes all",
    )
    add("--digits", type=whole(2, 17), metavar="N", help="decimals of a handout (default: 4)")
    add("-o", "--output", metavar="FILE", help="the file to write (default: print it)")
    add("--force", action="store_true", help="replace FILE if it exists")


def layers_of(text: str) -> tuple[int, ...]:
    """The sizes of layers, written `3-4-2`."""
    sizes = text.split("-")
    if not all(size.isdecimal() and len(size) < 8 and int(size) for size in sizes):
        raise argparse.ArgumentTypeError("expected sizes with hyphens between them, such as 3-4-2")
    if len(sizes) < 2:
        raise argparse.ArgumentTypeError("expected at least two layers, such as 3-4-2")
    return tuple(map(int, sizes))


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("expected a number")
    return value


def whole(least: int, most: int = 10**9) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}")
        return int(text)

    return read
