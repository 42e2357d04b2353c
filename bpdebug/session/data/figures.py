"""Figures: somebody's gradients or new weights, from a file, a pasted text, or by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bpdebug.checks.figures.figure import FigureError, figure_slot
from bpdebug.debugger.state import DebuggerState
from bpdebug.program.program import Program
from bpdebug.session.data.meaning.taking import MOST_FIGURES, Taken, Taking, take
from bpdebug.session.data.npz import NamedArray, named_array, read_npy, read_npz
from bpdebug.session.data.pasted.text import read_text as read_pasted
from bpdebug.session.data.points import csv_lines, is_number
from bpdebug.session.data.written import Written
from bpdebug.session.file.errors import Problem, SessionError, step
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.text_file import read_text

ENDINGS = (".csv", ".json", ".npz", ".npy", ".txt", ".md", ".tex", ".tsv", ".log")
"""What the names of files of figures end in."""

_PASTED = "what was pasted"
_DEEPEST = 32
_ITERATION = re.compile("0{0,20}[1-9][0-9]{0,8}")


def read_figures(
    path: Path, debugger: DebuggerState, iteration: int = 1, taking: Taking | None = None
) -> Taken:
    """The figures of a file, whose ending says of which kind it is; `iteration` is that of figures
    which do not say another one.

    A CSV file has a line for each figure: name, value and, if need be, iteration. JSON has objects
    with numbers by the names of elements, or nested lists by the names of quantities. NPZ has
    arrays by the names of quantities, NPY one that is called as the file. Any other text is read
    as a pasted one. Raises SessionError with all that is wrong.
    """
    ending, is_text = path.suffix.lower(), False
    match ending:
        case ".csv" if (rows := _plain_rows(path)) is not None:
            found = _from_csv(rows, path, debugger.program)
        case ".json":
            found = _from_json(path)
        case ".npz":
            found = list(map(_from_array, read_npz(path, MOST_FIGURES)))
        case ".npy":
            found = [_from_array(read_npy(path, MOST_FIGURES))]
        case _ if ending in ENDINGS:
            return _of_text(read_text(path, mark=True), str(path), debugger, iteration, taking)
        case _:
            message = f"expected a file of figures that ends in {', '.join(ENDINGS)}"
            raise SessionError(str(path), [Problem("", message)])
    try:
        return take(found, debugger, path.name, iteration, taking, is_text)
    except SessionError as error:
        raise SessionError(str(path), error.problems, error.more) from None


def pasted_figures(
    text: str, debugger: DebuggerState, iteration: int = 1, taking: Taking | None = None
) -> Taken:
    """The figures of a text as people have it: printed arrays, tables, lines `name = value`.

    Raises SessionError with all that is wrong.
    """
    return _of_text(text, _PASTED, debugger, iteration, taking)


def _of_text(
    text: str, source: str, debugger: DebuggerState, iteration: int, taking: Taking | None
) -> Taken:
    pasted = read_pasted(text, source)
    try:
        taking = (taking or Taking()).with_settings(pasted.settings)
    except FigureError as error:
        raise SessionError(source, [Problem("", str(error))]) from None
    if not pasted.found:
        message = (
            "found no figure; write a name and its numbers: dE/dw7 = 0.0765, "
            "or dW1 = [[0.003 -0.007] [0.002 -0.006]]"
        )
        raise SessionError(source, [Problem("", message)])
    name = source if source == _PASTED else Path(source).name
    try:
        taken = take(pasted.found, debugger, name, iteration, taking, is_pasted=True)
    except SessionError as error:
        raise SessionError(source, error.problems, error.more) from None
    return Taken(taken.figures, (*pasted.notes, *taken.notes))


def figures_of(
    values: Mapping[str, object],
    debugger: DebuggerState,
    iteration: int = 1,
    taking: Taking | None = None,
) -> Taken:
    """Figures by name: texts and single numbers as they are written, arrays as a program has
    computed them.

    Raises SessionError with all that is wrong.
    """
    found: list[Written] = []
    problems: list[Problem] = []
    for name, value in values.items():
        # A float is what somebody has typed: 0.0765 has four decimals, here as in JSON.
        if isinstance(value, str) or type(value) in (int, float):
            text = value if isinstance(value, str) else repr(value)
            found.append(Written(name, (), (text,), name))
            continue
        try:
            array = np.asarray(value)
        except (ValueError, TypeError, RuntimeError) as error:
            # Rows of unequal length; a tensor of PyTorch that still records gradients.
            problems.append(Problem(name, f"cannot be read as an array: {error!s:.200}"))
            continue
        if array.dtype.kind not in "fiu":
            message = f"found {value!r:.40}, expected numbers, or a printed text"
            problems.append(Problem(name, message))
            continue
        found.append(_from_array(named_array(name, array)))
    if problems:
        raise SessionError("figures", problems)
    return take(found, debugger, "figures", iteration, taking)


def _from_array(array: NamedArray) -> Written:
    name, values = array.name, array.values
    return Written(name, values.shape, (), name, values=values, epsilon=array.epsilon)


# CSV


def _plain_rows(path: Path) -> list[tuple[int, list[str]]] | None:
    """The rows of a CSV file that has nothing but name, value and iteration; None if it is a table
    of another form.
    """
    text = read_text(path, mark=True)
    head = text[:1000].partition("\n")[0]
    if ";" in head or "\t" in head:
        return None
    rows = csv_lines(path)
    wide = rows and len(rows[0][1]) > 3
    return None if wide else rows


def _from_csv(rows: list[tuple[int, list[str]]], path: Path, program: Program) -> list[Written]:
    """A first line that names nothing and whose value is not a number is a header."""
    found: list[Written] = []
    problems: list[Problem] = []
    if len(rows) > MOST_FIGURES:
        message = f"more than {MOST_FIGURES:,} figures are too many"
        raise SessionError(str(path), [Problem("", message)])
    for number, (line, fields) in enumerate(rows):
        place = f"line {line}"
        if len(fields) not in (2, 3):
            columns = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
            message = f"found {columns}, expected name, value[, iteration]"
            problems.append(Problem(place, message))
        elif number or is_number(fields[1]) or _is_known(program, fields[0]):
            written = fields[2] if len(fields) == 3 else ""
            if written and not _ITERATION.fullmatch(written):
                message = f"found the iteration {written!r:.40}, expected a number from 1"
                problems.append(Problem(place, message))
                continue
            iteration = int(written) if written else None
            found.append(Written(fields[0], (), (fields[1],), place, iteration))
    if problems:
        raise SessionError(str(path), problems)
    return found


def _is_known(program: Program, name: str) -> bool:
    try:
        figure_slot(program, name)
    except FigureError:
        return False
    return True


# JSON


class _Number(str):
    """A number of a JSON text, as it is written there."""

    __slots__ = ()


def _from_json(path: Path) -> list[Written]:
    """Numbers are taken as they are written, so that their digits count."""
    text = read_text(path)
    parse_json(text, str(path))  # Refuses what JSON leaves open, and what is too deep.
    data = json.loads(text, parse_float=_Number, parse_int=_Number)
    if not isinstance(data, dict):
        message = 'expected an object with numbers by name: {"dE/dw7": 0.0765}'
        raise SessionError(str(path), [Problem("", message)])
    found: list[Written] = []
    problems: list[Problem] = []
    for place, name, value in _by_name(data):
        shape, leaves = _flat(value)
        odd = next((each for each in leaves or () if not isinstance(each, _Number)), None)
        if leaves is None:
            problems.append(Problem(place, "found rows of unequal length"))
        elif any(not isinstance(each, _Number) for each in leaves):
            problems.append(Problem(place, f"found {json.dumps(odd):.40}, expected a number"))
        else:
            found.append(Written(name, shape, tuple(map(str, leaves)), place))
    if problems:
        raise SessionError(str(path), problems)
    return found


def _by_name(data: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The place, the name and the value of each entry; of what is in another `grads["W1"]`."""
    left: list[tuple[str, str, Any]] = [(step("", name), name, data[name]) for name in data][::-1]
    while left:
        place, name, value = left.pop()
        if isinstance(value, dict) and value and len(place) < 200:
            inner = [(step(place, key), f'{name}["{key}"]', value[key]) for key in value]
            left += inner[::-1]
        else:
            yield place, name, value


def _flat(value: object) -> tuple[tuple[int, ...], list[Any] | None]:
    """The shape of nested lists and what is in them; None if their rows are of unequal length."""
    shape: tuple[int, ...] = ()
    leaves: list[Any] = [value]
    while leaves and all(isinstance(each, list) for each in leaves) and len(shape) < _DEEPEST:
        lengths = {len(each) for each in leaves}
        if len(lengths) > 1:
            return shape, None
        shape += (lengths.pop(),)
        leaves = [each for row in leaves for each in row]
    return shape, leaves
