"""Whether the session of a module computes what torch computes, at three points.

At the given point every quantity is compared with what torch had at the same place of its
forward, then the loss, what comes out, and all gradients; at two points nearby, with the parameters
changed by a thousandth, loss, outputs and gradients again. They may differ by 1e-10 of the greatest
element, or by what changing the parameters in their tenth digit does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch

from bpdebug.code.tracing.writing import Written
from bpdebug.importers.torch.memory import tensors
from bpdebug.importers.torch.network import Network, Point
from bpdebug.importers.torch.places import Line
from bpdebug.importers.torch.tracing import Followed
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.run import iteration

AGREE = 1e-10
_NEARBY = 1e-3
_NEARBY_POINTS = 2
_NOISES = 8
_MARGIN = 10
_LARGE = 1e300

Moved = dict[str, FloatArray]


class Comparison:
    """A session's program beside the network that it came from; `names` says what each parameter
    is called, by its path.
    """

    def __init__(
        self,
        program: Program,
        network: Network,
        followed: Followed,
        found: list[Written],
        state: Any,
    ) -> None:
        self._program = program
        self._network = network
        self._followed = followed
        self._written = found
        self._state = state
        names = {each.quantity.number: each.name for each in found}
        self.names = {
            path: names[quantity.number]
            for path, quantity in followed.trace.parameters.items()
            if quantity.number in names
        }
        self._loss = names[followed.trace.loss.number]
        self._elements = _elements(program, followed, names)

    def first_difference(self, here: Point) -> str:
        """What differs first, in words; empty if nothing does. `here` is the given point."""
        memory = self._memory({})
        for each in self._written:
            if each.equation:
                told = self._value(each, memory)
                if told:
                    return f"{told}; everything before it agrees"
        told = self._apart(memory, here, {}, "")
        for number in range(_NEARBY_POINTS):
            if told:
                break
            moved = self._moves(_NEARBY, number)
            told = self._apart(
                self._memory(moved), self._at(moved), moved, " with parameters changed a little"
            )
        return told

    def _value(self, each: Written, memory: FloatArray) -> str:
        """The first element of a quantity that differs."""
        wanted = np.asarray(each.quantity.values, dtype=float)
        found = memory[self._program.quantities[each.name].span].reshape(wanted.shape)
        place = _differs(found, np.clip(wanted, -_LARGE, _LARGE), lambda: 0.0)
        if place is None:
            return ""
        at = f"[{','.join(str(n + 1) for n in place)}]" if place else ""
        line = each.quantity.line
        where = f"{line.place}: " if isinstance(line, Line) and line.place else ""
        return (
            f"{where}{each.name}{at} would be {float(found[place])!r} in the session, and "
            f"torch has {float(wanted[place])!r}"
        )

    def _apart(self, memory: FloatArray, point: Point, moved: Moved, where: str) -> str:
        """What differs in loss, outputs and gradients."""
        for key, wanted in self._of_torch(point).items():
            kind, path = key
            found = self._of_session(memory, key)
            if found is None:
                if np.any(wanted):
                    return f"the gradient of {path}{where} is not 0 in torch, and has no part here"
                continue
            place = _differs(found.reshape(wanted.shape), wanted, partial(self._noise, moved, key))
            if place is not None:
                here, there = float(found.reshape(wanted.shape)[place]), float(wanted[place])
                what = {
                    "loss": "the loss",
                    "output": "what comes out",
                    "gradient": f"the gradient of {path}",
                }[kind]
                at = f"[{','.join(str(n + 1) for n in place)}]" if place else ""
                return (
                    f"{what}{at}{where} would be {here!r} in the session, and torch has {there!r}"
                    + (self._why() if kind == "gradient" else _DECIDED)
                )
        return ""

    def _why(self) -> str:
        """What may make a gradient another one."""
        stops = [each for each in self._followed.stops if each]
        return f"; the gradient stops at {stops[0].place}" if stops else _WHY

    def _of_torch(self, point: Point) -> dict[tuple[str, str], FloatArray]:
        found = {("loss", ""): np.array(point.loss)}
        outputs = [
            each.detach().numpy().ravel()
            for each in tensors(point.outputs)
            if each.is_floating_point()
        ]
        values = np.concatenate(outputs) if outputs else np.zeros(0)
        if values.size == self._elements.size:
            found["output", ""] = values[self._elements >= 0]
        for path, gradient in reversed(point.gradients.items()):
            found["gradient", path] = np.asarray(gradient)
        return found

    def _of_session(self, memory: FloatArray, key: tuple[str, str]) -> FloatArray | None:
        kind, path = key
        if kind == "loss":
            return memory[self._program.quantities[self._loss].span]
        if kind == "output":
            found: FloatArray = memory[self._elements[self._elements >= 0]]
            return found
        quantity = self._program.quantities.get(f"d{self._loss}/d{self.names.get(path, '')}")
        return None if quantity is None else memory[quantity.span]

    def _noise(self, moved: Moved, key: tuple[str, str]) -> float:
        """How much a result differs where the parameters are changed in their tenth digit."""
        usual = self._of_torch(self._at(moved))[key]
        most = 0.0
        for number in range(_NOISES):
            noise = self._moves(AGREE, 100 + number)
            both = {path: moved.get(path, 0.0) + by for path, by in noise.items()}
            other = self._of_torch(self._at(both)).get(key, usual)
            most = max(most, float(np.abs(other - usual).max(initial=0.0)))
        return _MARGIN * most

    def _moves(self, size: float, seed: int) -> Moved:
        """A small change for each parameter that is in the session, relative to its greatest."""
        random = np.random.default_rng(seed)
        recorder = self._followed.recorder
        found = {}
        for path, quantity in self._followed.trace.parameters.items():
            if path in self.names:
                values = quantity.values
                scale = size * max(size, float(np.abs(values).max(initial=0.0)))
                still = np.isin(recorder.ids_of(quantity), [*recorder.still])
                found[path] = np.where(still, 0.0, scale * random.uniform(-1, 1, values.shape))
        return found

    def _at(self, moved: Mapping[str, FloatArray]) -> Point:
        by = {
            id(each): torch.from_numpy(np.array(moved[path], dtype=float))
            for path, each in self._network.parameters()
            if path in moved
        }

        def change(parameter: Any, doubles: Any) -> Any:
            more = by.get(id(parameter))
            return doubles if more is None else doubles + more.reshape(doubles.shape)

        return self._network.at(change, self._state)

    def _memory(self, moved: Mapping[str, FloatArray]) -> FloatArray:
        """What the session computes in its first iteration."""
        memory = self._program.start.copy()
        for path, by in moved.items():
            memory[self._program.quantities[self.names[path]].span] += by.ravel()
        iteration(self._program)(memory)
        return memory


_WHY = "; a hook, or a gradient that torch computes in its own way may be the reason"
_DECIDED = "; the forward may decide by its values, as in an if"


def _differs(
    found: FloatArray, wanted: FloatArray, noise: Callable[[], float]
) -> tuple[int, ...] | None:
    """The place of the first element that differs."""
    finite = np.abs(wanted[np.isfinite(wanted)])
    allowed = AGREE * float(finite.max(initial=0.0)) + 1e-14
    with np.errstate(invalid="ignore"):
        same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
        apart = np.where(same, 0.0, np.abs(found - wanted))
    if (apart <= allowed).all() or (apart <= allowed + noise()).all():
        return None
    return tuple(int(n) for n in np.unravel_index(int(np.argmax(~(apart <= allowed))), apart.shape))


def _elements(program: Program, followed: Followed, names: Mapping[int, str]) -> Any:
    """Where in the memory of a program the elements are that come out; -1 for those that are not
    there.
    """
    recorder = followed.recorder
    found = np.full(followed.outputs.shape, -1, dtype=np.int64)
    for place, identity in enumerate(followed.outputs.tolist()):
        if identity > 0:
            owner = recorder.owner(identity)
            if owner.number in names:
                offset = program.quantities[names[owner.number]].offset
                found[place] = offset + identity - owner.first
    return found
