"""What holds numbers in a program, and by which expression: lists in lists, objects."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.code.places import Namespace, Place, is_real

MOST_HOLDERS = 20_000
_MOST_ITEMS = 1_000


@dataclass(frozen=True)
class Held:
    """Something that holds numbers, and where it is."""

    place: Place
    value: Any

    def item(self, key: Any) -> Place:
        """The place of one of its elements."""
        keys = (*self.place.keys, key) if isinstance(key, int) else self.place.keys
        base = key if isinstance(key, str) else self.place.base
        text = self.place.text
        return Place(f"{text}[{key!r}]", self.place.frame, base, text, keys)

    def attribute(self, name: str) -> Place:
        """The place of one of its attributes."""
        place = self.place
        return Place(f"{place.text}.{name}", place.frame, name, place.text, place.keys)


def held(frames: list[Namespace]) -> Iterator[Held]:
    """All arrays, lists, dictionaries and objects of a program, each once; those that hold others
    before these.
    """
    waiting: deque[Held] = deque()
    seen: set[int] = set()

    def reach(place: Place, value: Any) -> None:
        is_own = getattr(type(value), "__module__", "") == "__main__" and hasattr(value, "__dict__")
        holds = isinstance(value, list | tuple | dict | np.ndarray) or is_own
        if holds and id(value) not in seen and len(seen) < MOST_HOLDERS:
            seen.add(id(value))
            waiting.append(Held(place, value))

    for number, frame in enumerate(frames):
        for name, value in list(frame.items()):
            if not name.startswith("__"):
                reach(Place(name, number, name), value)
    while waiting:
        each = waiting.popleft()
        yield each
        value = each.value
        if isinstance(value, dict):
            for key, inner in list(value.items())[:_MOST_ITEMS]:
                if isinstance(key, str | int):
                    reach(each.item(key), inner)
        elif isinstance(value, list | tuple):
            for number, inner in enumerate(value[:_MOST_ITEMS]):
                reach(each.item(number), inner)
        elif not isinstance(value, np.ndarray):
            for name, inner in list(vars(value).items())[:_MOST_ITEMS]:
                reach(each.attribute(name), inner)


def numbers(value: Any) -> np.ndarray[Any, Any] | None:
    """Nested lists of numbers as an array of their shape; None if they are of another kind."""
    if isinstance(value, np.ndarray):
        return value if is_real(value) else None
    if not isinstance(value, list) or not all(map(_is_number, _leaves(value))):
        return None
    try:
        array = np.array(value, dtype=float)
    except ValueError:
        return None
    return array if array.size else None


def _leaves(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        else:
            yield each


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.floating) and not isinstance(value, bool)
