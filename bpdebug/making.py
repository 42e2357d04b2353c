"""The commands that make files: `new` writes a session, `export` a script or a handout.

Each takes the parsed arguments of its subcommand (see `cli` and `options`).
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from bpdebug.export.pages import latex_pages, markdown_pages
from bpdebug.export.python import ExportError, python_script
from bpdebug.headless import UsageError
from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.options import layers_of
from bpdebug.session.bundled import find_session
from bpdebug.session.file.write import write_session
from bpdebug.session.model.new import Choices, new_session
from bpdebug.session.session import open_session
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe

T = TypeVar("T")


def new_command(arguments: argparse.Namespace) -> int:
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
        _say("the inputs and targets are placeholders: put your own numbers in their place")
    if choices.init == "zeros" and len(choices.units) > 2:
        _say("all weights are 0: the units of a hidden layer will always be equal")
    _say(f"now: bpdebug {safe(shlex.quote(str(path)))}")
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    """Ask for what is missing, with defaults."""
    arguments.layers = _answer("Units of each layer, inputs first", "3-2-2", layers_of)
    arguments.activation = arguments.activation or _answer("Activation", "sigmoid", str)
    arguments.loss = arguments.loss or _answer("Loss", "half squared error", str)
    arguments.data = arguments.data or _answer("CSV file with observations, or nothing", "", str)


def _answer(question: str, default: str, read: Callable[[str], T]) -> T:
    while True:
        _say(f"{question} [{default}]: ", end="")
        text = sys.stdin.readline()
        if not text:
            raise UsageError("no answer was given")
        try:
            return read(text.strip() or default)
        except argparse.ArgumentTypeError as error:
            _say(str(error))


def export_command(arguments: argparse.Namespace) -> int:
    """Write a session as a Python script, or one iteration of it as a handout."""
    output = None if arguments.output is None else Path(arguments.output)
    if output is not None:
        refuse_to_replace(output, arguments.force)
    session = open_session(find_session(arguments.session))
    iteration = arguments.iteration or 1
    digits = arguments.digits or DIGITS
    if arguments.to == "python" and (arguments.iteration or arguments.digits):
        raise UsageError("--iteration and --digits are for markdown and latex")
    if iteration > session.debugger.iterations:
        raise UsageError(
            f"there is no iteration {iteration}; the session has {session.debugger.iterations}"
        )
    try:
        if arguments.to == "python":
            lines = [*python_script(session)]
            if session.debugger.here.edits:
                _say("note: the script computes the run without the edits of its branch")
        elif arguments.to == "markdown":
            lines = [*markdown_pages(session, iteration, digits)]
        else:
            lines = [*latex_pages(session, iteration, digits)]
    except ExportError as error:
        raise UsageError(str(error)) from error
    if output is None:
        _print(lines)
    else:
        _write(output, lines, arguments.force)
        print(safe(str(output)))
    return 0


def refuse_to_replace(path: Path, force: bool) -> None:
    """Refuse what would overwrite a file without being told to."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not an ordinary file")
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path} exists already; --force replaces it")


def _write(path: Path, lines: Iterable[str], force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.writelines(f"{safe(line)}\n" for line in _split(lines))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be written: {reason}") from error


def _print(lines: Iterable[str]) -> None:
    for line in _split(lines):
        print(safe(line))


def _split(lines: Iterable[str]) -> Iterable[str]:
    """Lines without line ends in them."""
    for line in lines:
        yield from line.split("\n")


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
