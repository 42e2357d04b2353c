"""Figures from a file: somebody's gradients or new weights as CSV, JSON or NPZ."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bpdebug.checks.figures.figure import (
    Figure,
    FigureError,
    figure_slot,
    make_figure,
    tolerance,
)
from bpdebug.checks.figures.precision import of_programs
from bpdebug.notation.names import did_you_mean
from bpdebug.program.meant import meant_in
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.session.data.npz import NamedArray, named_array, read_npz
from bpdebug.session.data.points import csv_lines, is_number
from bpdebug.session.file.errors import Problem, SessionError, step
from bpdebug.session.file.fields import shape_text
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.text_file import read_text

MOST_FIGURES = 1_000_000

_MOST_PROBLEMS = 100
"""A name that is not there is compared with all others, which takes its time."""

_GRADIENT = re.compile(r"grad_(.+)|(.+)[._]grad|d(?:[A-Za-z]\w*[_/]d)?(.+)")
"""What a gradient is called by programs: `grad_W1`, `W1.grad`, `dE_dW1`, `dW1`."""


def read_figures(path: Path, program: Program, iteration: int = 1) -> list[Figure]:
    """The figures of a file, whose ending says of which kind it is; `iteration` is that of figures
    which do not say another one.

    A CSV file has a line for each figure: name, value and, if need be, iteration. JSON is an
    object with numbers by the names of elements, or nested lists by the names of quantities. NPZ
    has arrays by the names of quantities. Raises SessionError with all that is wrong.
    """
    reading = _Reading(path, program, iteration)
    match path.suffix.lower():
        case ".csv":
            reading.csv()
        case ".json":
            reading.json()
        case ".npz":
            reading.arrays(read_npz(path, MOST_FIGURES))
        case _:
            message = "expected a file of figures that ends in .csv, .json or .npz"
            raise SessionError(str(path), [Problem("", message)])
    if not reading.figures and not reading.problems:
        reading.problem("", "there is no figure in it")
    if reading.problems:
        raise SessionError(str(path), reading.problems)
    return reading.figures


def figures_of(values: Mapping[str, object], program: Program, iteration: int = 1) -> list[Figure]:
    """Figures by name: texts and single numbers as they are written, arrays as a program has
    computed them.

    Raises SessionError with all that is wrong.
    """
    reading = _Reading(Path("figures"), program, iteration)
    # A float is what somebody has typed: 0.0765 has four decimals, here as in JSON.
    texts = {
        name: value if isinstance(value, str) else repr(value)
        for name, value in values.items()
        if isinstance(value, str) or type(value) in (int, float)
    }
    reading.texts([_Found(name, text, iteration, name) for name, text in texts.items()])
    arrays = []
    for name, value in values.items():
        if name not in texts:
            try:
                array = np.asarray(value)
            except (ValueError, TypeError, RuntimeError) as error:
                # Rows of unequal length; a tensor of PyTorch that still records gradients.
                reading.problem(name, f"cannot be read as an array: {error!s:.200}")
                continue
            if array.dtype.kind not in "fiu":
                reading.problem(name, f"found {value!r:.40}, expected numbers, or a printed text")
                continue
            arrays.append(named_array(name, array))
    reading.arrays(arrays)
    if reading.problems:
        raise SessionError("figures", reading.problems)
    return reading.figures


class _Number(str):
    """A number of a JSON text, as it is written there."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A number in a text: for what, how it is written, and where it stands."""

    name: str
    text: str
    iteration: int
    place: str


class _Reading:
    """The figures of a file read so far, and what is wrong with it."""

    def __init__(self, path: Path, program: Program, iteration: int) -> None:
        self.path = path
        self.program = program
        self.iteration = iteration
        self.figures: list[Figure] = []
        self.problems: list[Problem] = []
        self._places: dict[tuple[int, int], str] = {}

    def problem(self, place: str, message: str) -> None:
        """Note that something is wrong at a place."""
        self.problems.append(Problem(place, message))

    def csv(self) -> None:
        """A first line that names nothing and whose value is not a number is a header."""
        found = []
        for number, (line, fields) in enumerate(csv_lines(self.path)):
            place = f"line {line}"
            if len(fields) not in (2, 3):
                columns = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
                self.problem(place, f"found {columns}, expected name, value[, iteration]")
            elif number or is_number(fields[1]) or self._is_known(fields[0]):
                iteration = self._iteration(place, fields[2]) if len(fields) == 3 else None
                found.append(_Found(fields[0], fields[1], iteration or self.iteration, place))
        self.texts(found)

    def _is_known(self, name: str) -> bool:
        try:
            figure_slot(self.program, name)
        except FigureError:
            return False
        return True

    def _iteration(self, place: str, text: str) -> int | None:
        if text and not re.fullmatch("0{0,20}[1-9][0-9]{0,8}", text):
            self.problem(place, f"found the iteration {text!r:.40}, expected a number from 1")
            return None
        return int(text) if text else None

    def json(self) -> None:
        """Numbers are taken as they are written, so that their digits count."""
        text = read_text(self.path)
        parse_json(text, str(self.path))  # Refuses what JSON leaves open, and what is too deep.
        data = json.loads(text, parse_float=_Number, parse_int=_Number)
        if not isinstance(data, dict):
            self.problem("", 'expected an object with numbers by name: {"dE/dw7": 0.0765}')
            return
        found: list[_Found] = []
        for name, value in data.items():
            place = step("", name)
            if isinstance(value, list):
                found += self._elements(place, name, value)
            elif self._is_numbers(place, [value]):
                found.append(_Found(name, value, self.iteration, place))
        self.texts(found)

    def _elements(self, place: str, name: str, values: list[Any]) -> Iterator[_Found]:
        """The numbers of a whole quantity as nested lists."""
        quantity = self._quantity(name)
        if quantity is None:
            return
        leaves: list[Any] = [values]
        shape: tuple[int, ...] = ()
        while leaves and all(isinstance(each, list) for each in leaves):
            lengths = {len(each) for each in leaves}
            if len(lengths) > 1:
                expected = shape_text(quantity.shape)
                self.problem(place, f"found rows of unequal length, expected the shape {expected}")
                return
            shape += (lengths.pop(),)
            leaves = [each for row in leaves for each in row]
        if self._fits(place, quantity, shape) and self._is_numbers(place, leaves):
            for number, text in enumerate(leaves):
                yield _Found(quantity.labels(number), text, self.iteration, place)

    def _is_numbers(self, place: str, values: Sequence[object]) -> bool:
        for each in values:
            if not isinstance(each, _Number):
                self.problem(place, f"found {json.dumps(each):.40}, expected a number")
                return False
        return True

    def arrays(self, arrays: Sequence[NamedArray]) -> None:
        """Numbers of a program, with the tolerance of their kind: of quantities, or of elements."""
        for array in arrays:
            if len(self.problems) >= _MOST_PROBLEMS:
                break
            first = self.program.slot_named(known_name(self.program, array.name))
            if array.values.ndim or first is None:
                quantity = self._quantity(array.name)
                if quantity is None or not self._fits(array.name, quantity, array.values.shape):
                    continue
                first = quantity.offset
            if not np.isfinite(array.values).all():
                self.problem(array.name, "not all of its numbers are finite")
                continue
            source = f"{self.path.name} {array.name}"
            values = array.values.ravel().tolist()
            greatest = max(map(abs, values), default=0.0) or 1.0
            for slot, value in enumerate(values, start=first):
                half = tolerance(value, greatest, array.epsilon)
                name = self.program.name(slot)
                text = repr(value)
                figure = Figure(
                    name, slot, self.iteration, text, value, half, source, epsilon=array.epsilon
                )
                if not self._take(figure, array.name):
                    break

    def texts(self, found: Sequence[_Found]) -> None:
        """Make figures of what stands in a text."""
        if len(found) > MOST_FIGURES:
            self.problem("", f"more than {MOST_FIGURES:,} figures are too many")
            return
        for each in found:
            if len(self.problems) >= _MOST_PROBLEMS:
                break
            source = f"{self.path.name} {each.place}"
            name = known_name(self.program, each.name)
            try:
                figure = make_figure(self.program, name, each.text, each.iteration, source)
            except FigureError as error:
                self.problem(each.place, str(error))
                continue
            self._take(figure, each.place)
        self.figures = of_programs(self.program, self.figures)

    def _take(self, figure: Figure, place: str) -> bool:
        """Add a figure that stands at a place; a problem if it is there already."""
        key = (figure.slot, figure.iteration)
        if key in self._places:
            self.problem(place, f"{figure.name} is given twice, first in {self._places[key]}")
            return False
        self._places[key] = place
        self.figures.append(figure)
        return True

    def _quantity(self, name: str) -> Quantity | None:
        wanted = known_name(self.program, name)
        quantity = self.program.quantities.get(wanted)
        if quantity is None:
            meant = meant_in(self.program, wanted)
            hint = (
                f"; did you mean {meant}?"
                if meant
                else did_you_mean(wanted[:60], self.program.quantities)
            )
            if not hint:
                parameters = [each.name for each in self.program.of_kind(Kind.PARAMETER)[:10]]
                hint = f"; parameters are {', '.join(parameters)}"
            self.problem(step("", name), f"there is no quantity of that name{hint}")
        return quantity

    def _fits(self, place: str, quantity: Quantity, shape: tuple[int, ...]) -> bool:
        wanted = quantity.shape
        if math.prod(shape) + len(self.figures) > MOST_FIGURES:
            self.problem(place, f"more than {MOST_FIGURES:,} figures are too many")
            return False
        # Biases are a row in one program, a column in another, and a list in a third.
        if _without_ones(shape) == _without_ones(wanted):
            return True
        hint = "; transpose it" if shape == wanted[::-1] else ""
        message = f"found the shape {shape_text(shape)}, expected {shape_text(wanted)}{hint}"
        self.problem(place, message)
        return False


def known_name(program: Program, name: str) -> str:
    """The name that something is known by here which programs call `grad_W1` or `W1.grad`."""
    if name in program.quantities or program.slot_named(name) is not None:
        return name
    found = _GRADIENT.fullmatch(name)
    inner = next(filter(None, found.groups()), "") if found else ""
    gradient = f"d{program.model.loss}/d{inner}"
    known = gradient in program.quantities or program.slot_named(gradient) is not None
    return gradient if known else name


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)
