"""What the commands `new` and `export` take, apart from their work, which is imported later."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


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
    add("--iterations", type=_whole(1), metavar="N", default=1000, help="(default: 1000)")
    add(
        "--init",
        choices=("zeros", "uniform", "xavier", "he"),
        default="xavier",
        help="how the initial weights are chosen (default: xavier)",
    )
    add("--seed", type=_whole(0), metavar="N", default=1, help="for the initial weights")
    add("--data", metavar="CSV", help="observations, a line each: inputs, then targets")
    add("--reduction", choices=("sum", "mean"), default="sum", help="of several losses")
    add("--batch-size", type=_whole(1), metavar="N", help="observations an iteration")
    add("--title", metavar="TEXT", help="what the session is called")
    add("--force", action="store_true", help="replace FILE if it exists")


def fill_export(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    add = parser.add_argument
    add(
        "session",
        metavar="SESSION",
        help="a session file, or the name of a bundled session (see: bpdebug list)",
    )
    add("--to", choices=("python", "markdown", "latex"), required=True, help="what to write")
    add(
        "--iteration",
        type=_whole(1),
        metavar="N",
        help="which iteration a handout shows (default: 1); a script computes all",
    )
    add("--digits", type=_whole(2, 17), metavar="N", help="decimals of a handout (default: 4)")
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


def _whole(least: int, most: int = 10**9) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}")
        return int(text)

    return read
