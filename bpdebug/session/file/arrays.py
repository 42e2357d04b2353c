"""Numbers of quantities between JSON and arrays, to the bit.

A number may be NaN or infinite and is a string in JSON then. Small arrays are nested lists of
numbers; large ones are an object with a shape and the values in base64.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite, prod
from typing import Any, Literal, TypeVar, get_args

import numpy as np
from pydantic_core import PydanticCustomError

from bpdebug.models.model import values_of
from bpdebug.numerics import FloatArray

MOST_WRITTEN_OUT = 4_000
"""Arrays of more values are written in base64."""

_MOST_AXES = 32
_MOST_TOLD = 10

NonFinite = Literal["NaN", "Infinity", "-Infinity"]
NON_FINITE: tuple[NonFinite, ...] = get_args(NonFinite)
_NUMBERS = frozenset({int, float})

_List = TypeVar("_List", bound=list[Any])


def json_number(value: float) -> float | NonFinite:
    """A number as written in a file."""
    if isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def check_numbers(values: _List) -> _List:
    """Nested lists that hold numbers only. For pydantic: tells of the first ones that are none."""
    if not _holds_numbers(values):
        found = list(islice(_wrong(values, ""), _MOST_TOLD))
        if found:
            raise PydanticCustomError("numbers", "not numbers", {"found": found})
    return values


def _holds_numbers(values: list[Any]) -> bool:
    """A quick look, which is enough for lists without strings."""
    kinds = set(map(type, values))
    return kinds <= _NUMBERS or (kinds == {list} and all(map(_holds_numbers, values)))


def _wrong(values: list[Any], path: str) -> Iterator[tuple[str, object]]:
    for index, each in enumerate(values):
        place = f"{path}[{index}]"
        if isinstance(each, list):
            yield from _wrong(each, place)
        elif type(each) not in _NUMBERS and each not in NON_FINITE:
            yield place, each


def from_lists(values: object) -> FloatArray:
    """A number or nested lists of numbers as an array. Raises ValueError if they are ragged."""
    shape = _shape(values)
    if len(shape) > _MOST_AXES:
        raise ValueError(f"lists {len(shape)} deep; a quantity has at most {_MOST_AXES} indices")
    array = values_of(values)
    if 0 in array.shape:
        raise ValueError("an empty list; a quantity has at least one element")
    return array


def _shape(values: object) -> tuple[int, ...]:
    """The shape of nested lists, if their rows are equally long."""
    shape = []
    while isinstance(values, list):
        shape.append(len(values))
        values = values[0] if values else None
    return tuple(shape)


def from_base64(shape: Sequence[int], text: str) -> FloatArray:
    """The array of a shape and its values in base64. Raises ValueError if they do not fit."""
    wanted = prod(shape)
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
    if len(data) != 8 * wanted:
        size = "×".join(map(str, shape))
        raise ValueError(
            f"found {len(data)} bytes, expected {8 * wanted}: 8 for each value of the shape {size}"
        )
    return np.frombuffer(data, dtype="<f8").reshape(shape).astype(np.float64)


def to_base64(array: FloatArray) -> dict[str, object]:
    """An array as written in a file if it is large."""
    data = np.ascontiguousarray(array, dtype="<f8").tobytes()
    return {"shape": list(array.shape), "float64": base64.b64encode(data).decode("ascii")}


def compact(values: object) -> object:
    """What is written for nested lists: themselves, or base64 if they are large."""
    if isinstance(values, list) and prod(_shape(values)) > MOST_WRITTEN_OUT:
        try:
            return to_base64(from_lists(values))
        except ValueError:  # ragged: the checks will tell of that, saving need not
            return values
    return values
