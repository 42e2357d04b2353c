"""`bpdebug new`: a session from a few choices."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bpdebug.commands import completers
from bpdebug.commands.arguments import finite, whole
from bpdebug.commands.completers import complete_with
from bpdebug.commands.console import say
from bpdebug.commands.errors import UsageError
from bpdebug.commands.output import refuse_to_replace
from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.session.model.new import Choices, new_session
from bpdebug.session.model.verified import write_session
from bpdebug.text.safe import safe

T = TypeVar("T")


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `new`."""
    add = parser.add_argument
    add("file", metavar="FILE", help="the session file to write")
    _fill_network(parser)
    _fill_training(parser)
    add("--title", metavar="TEXT", help="the title of the session")
    add("--force", action="store_true", help="replace FILE if it exists")


def _fill_network(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--layers", type=layers_of, metavar="N-N-N", help="units of each layer: inputs first")
    complete_with(
        add(
            "--activation",
            metavar="NAME",
            help="activation of all layers, or one for each: relu,tanh,sigmoid (default: sigmoid)",
        ),
        completers.activations,
    )
    complete_with(
        add(
            "--output-activation",
            metavar="NAME",
            help="activation of the last layer (default: chosen for the loss)",
        ),
        completers.activations,
    )
    complete_with(
        add(
            "--loss",
            metavar="NAME",
            help="the loss, such as 'squared error' (default: half squared error)",
        ),
        completers.losses,
    )
    add(
        "--bias",
        choices=("shared", "unit", "none"),
        default="shared",
        help="the biases of a layer (default: shared)",
    )
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


def _fill_training(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    complete_with(
        add(
            "--optimizer",
            metavar="NAME",
            default="gradient descent",
            help="the optimizer, such as adam (default: gradient descent)",
        ),
        completers.optimizers,
    )
    add(
        "--learning-rate",
        type=finite,
        metavar="X",
        help="the learning rate (default: the optimizer's usual one)",
    )
    add(
        "--iterations",
        type=whole(1),
        metavar="N",
        default=1000,
        help="iterations of the run (default: 1000)",
    )
    add(
        "--init",
        choices=("zeros", "uniform", "xavier", "he"),
        default="xavier",
        help="how the initial weights are chosen (default: xavier)",
    )
    add(
        "--seed",
        type=whole(0),
        metavar="N",
        default=1,
        help="the random seed of the initial weights (default: 1)",
    )
    add("--data", metavar="CSV", help="observations, one per line: inputs, then targets")
    add(
        "--reduction",
        choices=("sum", "mean"),
        default="sum",
        help="how losses of several observations are combined (default: sum)",
    )
    add(
        "--batch-size", type=whole(1), metavar="N", help="observations per iteration (default: all)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a session from options, or from the answers to a few questions."""
    path = Path(arguments.file)
    refuse_to_replace(path, arguments.force)
    if arguments.layers is None:
        if not sys.stdin.isatty():
            raise UsageError("--layers is missing, such as --layers 3-4-2")
        _ask(arguments)
    choices = Choices(
        units=arguments.layers,
        activations=[name.strip() for name in (arguments.activation or "sigmoid").split(",")],
        output_activation=arguments.output_activation,
        loss=arguments.loss or "half squared error",
        bias=Bias(arguments.bias),
        numbering=Numbering(arguments.numbering),
        reduction=Reduction(arguments.reduction),
        optimizer=arguments.optimizer,
        learning_rate=arguments.learning_rate,
        iterations=arguments.iterations,
        init=arguments.init,
        seed=arguments.seed,
        data=Path(arguments.data) if arguments.data else None,
        batch_size=arguments.batch_size,
        title=arguments.title,
    )
    part = new_session(choices, str(path))
    # Answering the questions took a while.
    refuse_to_replace(path, arguments.force)
    write_session(part, path)
    print(safe(str(path)))
    if choices.data is None:
        say("the inputs and targets are placeholders: replace them with your own")
    if choices.init == "zeros" and len(choices.units) > 2:
        say("all weights are 0: the units of a hidden layer will always be equal")
    say(f"now: bpdebug {safe(shlex.quote(str(path)))}")
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    """Ask for what is missing, with defaults."""
    arguments.layers = _answer("Units of each layer, inputs first", "3-2-2", layers_of)
    arguments.activation = arguments.activation or _answer("Activation", "sigmoid", str)
    arguments.loss = arguments.loss or _answer("Loss", "half squared error", str)
    arguments.data = arguments.data or _answer("CSV file with observations, or nothing", "", str)


def _answer(question: str, default: str, read: Callable[[str], T]) -> T:
    while True:
        say(f"{question} [{default}]: ", end="")
        text = sys.stdin.readline()
        if not text:
            raise UsageError("no answer was given")
        try:
            return read(text.strip() or default)
        except argparse.ArgumentTypeError as error:
            say(str(error))


def layers_of(text: str) -> tuple[int, ...]:
    """The sizes of layers, written `3-4-2`."""
    sizes = text.split("-")
    if not all(size.isdecimal() and len(size) < 8 and int(size) for size in sizes):
        raise argparse.ArgumentTypeError("expected sizes with hyphens between them, such as 3-4-2")
    if len(sizes) < 2:
        raise argparse.ArgumentTypeError("expected at least two layers, such as 3-4-2")
    return tuple(map(int, sizes))
