"""Places: where a program keeps numbers, `W1`, `params['W1']`, `net.layers[0].dW`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

Namespace = dict[str, Any]

MOST_PLACES = 20_000
_DEPTH = 5
_MOST_ITEMS = 300


@dataclass(frozen=True)
class Place:
    """An expression that gives a number or an array of them, in one of the namespaces.

    `base` is the name that says what it is, `owner` the expression of what holds it, `keys` the
    whole numbers among its subscripts.
    """

    text: str
    frame: int
    base: str
    owner: str = ""
    keys: tuple[int, ...] = ()

    @property
    def code(self) -> CodeType:
        """The expression, compiled."""
        return compile(self.text, "<place>", "eval")

    def read(self, frames: list[Namespace]) -> Any:
        """What is there now."""
        return eval(self.code, frames[self.frame])

    def write(self, frames: list[Namespace], value: Any) -> None:
        """Put something else there, also where a name in an inner namespace is the same thing."""
        old = self.read(frames)
        for number, frame in enumerate(frames):
            if number == self.frame or frame.get(self.text) is old:
                exec(
                    compile(f"{self.text} = __value", "<place>", "exec"), frame, {"__value": value}
                )
                if self.text.isidentifier():
                    frame[self.text] = value


def is_number(value: object) -> bool:
    """Whether something is a number, or an array of numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiub" and value.size > 0
    return isinstance(value, float | np.floating | np.integer)


def is_real(value: object) -> bool:
    """Whether something is a float, or an array of floats: what can be a parameter."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and value.size > 0
    return isinstance(value, float | np.floating)


def places(frames: list[Namespace]) -> Iterator[tuple[Place, Any]]:
    """All places of numbers, with what is there; the innermost namespace first."""
    seen: set[int] = set()
    count = 0
    for frame in reversed(range(len(frames))):
        for name, value in list(frames[frame].items()):
            if name.startswith("__"):
                continue
            for place, found in _inside(Place(name, frame, name), value, seen, 0):
                count += 1
                if count > MOST_PLACES:
                    return
                yield place, found


def _inside(place: Place, value: Any, seen: set[int], depth: int) -> Iterator[tuple[Place, Any]]:
    if is_number(value):
        yield place, value
        return
    if depth >= _DEPTH or id(value) in seen:
        return
    text, frame = place.text, place.frame
    if isinstance(value, dict):
        seen.add(id(value))
        for key, item in list(value.items())[:_MOST_ITEMS]:
            if isinstance(key, str):
                inner = Place(f"{text}[{key!r}]", frame, key, text, place.keys)
            elif isinstance(key, int) and not isinstance(key, bool):
                inner = Place(f"{text}[{key}]", frame, place.base, text, (*place.keys, key))
            else:
                continue
            yield from _inside(inner, item, seen, depth + 1)
    elif isinstance(value, list | tuple):
        seen.add(id(value))
        for number, item in enumerate(value[:_MOST_ITEMS]):
            inner = Place(f"{text}[{number}]", frame, place.base, text, (*place.keys, number))
            yield from _inside(inner, item, seen, depth + 1)
    elif getattr(type(value), "__module__", "") == "__main__" and hasattr(value, "__dict__"):
        seen.add(id(value))
        for name, item in list(vars(value).items())[:_MOST_ITEMS]:
            inner = Place(f"{text}.{name}", frame, name, text, place.keys)
            yield from _inside(inner, item, seen, depth + 1)
