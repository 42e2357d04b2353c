"""A program at the start of its first iteration, which can be carried out again and again."""

from __future__ import annotations

import copy
import random
import types
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.code.driver import Namespace, Planned
from bpdebug.code.places import places

_SHARED = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType)


def is_data(name: str, value: object) -> bool:
    """Whether something in a namespace is a program's data, which an iteration may change."""
    return not name.startswith("__") and not isinstance(value, _SHARED)


class World:
    """The namespaces of a program at one moment, to which they can be brought back.

    Arrays of less than double precision are kept as doubles, so that derivatives can be measured.
    """

    def __init__(self, frames: list[Namespace]) -> None:
        self.frames = frames
        self._shared = [{k: v for k, v in f.items() if not is_data(k, v)} for f in frames]
        data = [{k: v for k, v in f.items() if is_data(k, v)} for f in frames]
        self._holders = list(_holders(self._shared))
        data.append({str(n): each.read() for n, each in enumerate(self._holders)})
        self._data = _copied(data)
        self._numpy = np.random.get_state()
        self._random = random.getstate()

    def share(self, more: Namespace) -> None:
        """Put something into all namespaces that stays there."""
        for shared in self._shared:
            shared.update(more)

    def restore(self) -> list[Namespace]:
        """Bring all namespaces back."""
        *data, held = copy.deepcopy(self._data)
        for holder, value in zip(self._holders, held.values(), strict=True):
            holder.write(value)
        del self.frames[len(data) :]
        for frame, shared, mine in zip(self.frames, self._shared, data, strict=True):
            frame.clear()
            frame.update(shared)
            frame.update(mine)
        np.random.set_state(self._numpy)
        random.setstate(self._random)
        return self.frames

    def run(self, statements: Sequence[Planned]) -> list[Namespace]:
        """Carry statements out in the namespaces as they are."""
        frames = self.frames
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for each in statements:
                each.run(frames)
        return frames


@dataclass(frozen=True)
class _Holder:
    """Where a function or a class keeps data: defaults of arguments, what a function has of the one
    around it, attributes of a class.
    """

    owner: Any
    name: str

    def read(self) -> Any:
        return getattr(self.owner, self.name)

    def write(self, value: Any) -> None:
        setattr(self.owner, self.name, value)


def _holders(shared: list[Namespace]) -> Iterator[_Holder]:
    """Of all functions and classes of a program."""
    waiting: list[Any] = [value for frame in shared for value in frame.values()]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        value = getattr(value, "__func__", value)
        if id(value) in seen or getattr(value, "__module__", "") != "__main__":
            continue
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            if value.__defaults__:
                yield _Holder(value, "__defaults__")
            if value.__kwdefaults__:
                yield _Holder(value, "__kwdefaults__")
            for cell in value.__closure__ or ():
                with suppress(ValueError):
                    waiting.append(cell.cell_contents)
                    if is_data("", cell.cell_contents):
                        yield _Holder(cell, "cell_contents")
        elif isinstance(value, type):
            for name, inner in vars(value).items():
                waiting.append(inner)
                if isinstance(inner, np.ndarray | list | dict) and is_data(name, inner):
                    yield _Holder(value, name)


def _copied(data: list[Namespace]) -> list[Namespace]:
    """A copy that keeps what is shared shared; what cannot be copied is taken over as it is."""
    memo: dict[int, Any] = {
        id(value): value.astype(float)
        for _, value in places(data)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.itemsize < 8
    }
    found: list[Namespace] = []
    for frame in data:
        mine: Namespace = {}
        for name, value in frame.items():
            try:
                mine[name] = copy.deepcopy(value, memo)
            except Exception:
                mine[name] = value
        found.append(mine)
    return found


def with_doubles() -> None:
    """From now on in this process a program that asks for less than double precision gets that:
    derivatives can be measured only so.
    """
    for name in ("float32", "float16", "single", "half"):
        setattr(np, name, np.float64)
