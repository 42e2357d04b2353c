"""One iteration of a program: its parameters, its loss as a function of them, its gradients."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.code.driver import Namespace, Planned
from bpdebug.code.noting import Noted
from bpdebug.code.pairs import Pair
from bpdebug.code.places import Place, is_real, places
from bpdebug.code.source import Source
from bpdebug.code.world import World

Floats = NDArray[np.float64]

_NEARBY = 0.05
"""How far each number of a parameter is moved to see whether a gradient is right there, too."""

SEED = 0
"""For what a program draws without a seed of its own."""


@dataclass(frozen=True)
class Parameter:
    """A parameter: where it is, after which statement it is there, and its shape."""

    place: Place
    created: int
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.place.text

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=int))


@dataclass(frozen=True)
class Loss:
    """The loss: an expression in a namespace, after this many of the statements.

    `needed` are the statements of the iteration that it depends on.
    """

    text: str
    code: CodeType
    frame: int
    needed: tuple[int, ...]


@dataclass
class Iteration:
    """The first iteration of a program, to be carried out again and again.

    `planned` are all statements; those from `start` on belong to the iteration. `loops` are those
    that go through iterations, the innermost last. `others` are pairs that names speak for, where
    an update speaks for another one: it may be by a step that is made of the gradient. `noted`, if
    there is one, notes the updates; `applies` says whether they are made, too, where gradients are
    computed.
    """

    source: Source
    planned: list[Planned]
    start: int
    world: World
    parameters: list[Parameter]
    pairs: list[Pair]
    others: list[Pair]
    loops: list[ast.stmt]
    noted: Noted | None = None
    applies: bool = False

    def loss(self, loss: Loss, moved: Mapping[str, Floats] | None = None) -> float:
        """The loss, with parameters moved by so much.

        Raises whatever the program raises; ValueError if the loss is not a number.
        """
        self.prepare(moved)
        self.carry_out(loss.needed, moved)
        return number(eval(loss.code, self.world.frames[loss.frame]))

    def loss_beside(self, loss: Loss, place: Place, by: Floats) -> float:
        """The loss, with what is given at a place moved, which need not be a parameter."""
        self.prepare()
        move(place, self.world.frames, by)
        self.carry_out(loss.needed)
        return number(eval(loss.code, self.world.frames[loss.frame]))

    def given(self) -> list[tuple[Place, Floats]]:
        """The arrays that the iteration begins with, besides its parameters."""
        self.prepare()
        names = {each.name for each in self.parameters}
        return [
            (place, np.array(value, dtype=float))
            for place, value in places(self.world.frames)
            if place.text not in names and isinstance(value, np.ndarray) and is_real(value)
        ]

    def moved(self) -> Iteration:
        """The same iteration, begun with all parameters moved a little."""
        generator = np.random.default_rng(SEED)
        self.prepare(
            {each.name: _NEARBY * generator.uniform(-1, 1, each.shape) for each in self.parameters}
        )
        return replace(self, world=World(self.world.frames))

    def trimmed(self, loss: Loss) -> Iteration:
        """The same without the statements that neither the loss nor a gradient needs: what prints,
        draws, or checks the gradients. Some of that may take long.
        """
        usual = self.gradients()
        planned = list(self.planned)
        nothing = ast.Pass(lineno=1, col_offset=0)
        code = compile(ast.Module([nothing], []), self.source.path, "exec")
        made = replace(self, planned=planned)
        for n in reversed(range(self.start, len(planned))):
            kept = planned[n]
            if n in loss.needed or kept.enter is not None:
                continue
            planned[n] = replace(kept, code=code, node=nothing, site=None)
            try:
                found = made.gradients()
            except Exception:
                planned[n] = kept
                continue
            if not all(_close(value, found[name]) for name, value in usual.items()):
                planned[n] = kept
        return made

    def prepare(self, moved: Mapping[str, Floats] | None = None) -> None:
        """Go to the start of the iteration."""
        self.world.restore()
        if self.noted is not None:
            self.noted.clear()
        for each in self.parameters:
            if moved and each.created < self.start and each.name in moved:
                move(each.place, self.world.frames, moved[each.name])

    def carry_out(self, numbers: Sequence[int], moved: Mapping[str, Floats] | None = None) -> None:
        """Carry some of the statements out."""
        late = {p.created: p for p in self.parameters if p.created >= self.start}
        if not moved or not late:
            self.world.run([self.planned[n] for n in numbers])
            return
        for n in numbers:
            self.world.run([self.planned[n]])
            if n in late and late[n].name in moved:
                move(late[n].place, self.world.frames, moved[late[n].name])

    def gradients(self) -> dict[str, Any]:
        """What the program computes for each gradient, by the text of its place."""
        self.prepare()
        with self.noted.applied() if self.noted is not None and self.applies else nullcontext():
            self.carry_out(range(self.start, len(self.planned)))
        return self.read_gradients()

    def read_gradients(self) -> dict[str, Any]:
        """The gradients as they are now; what is not there, or is not a number, is None."""
        found: dict[str, Any] = {}
        for pair in self.pairs:
            try:
                value = pair.gradient.read(self.world.frames)
                found[pair.gradient.text] = pair.sign * np.array(value, dtype=float)
            except Exception:
                found[pair.gradient.text] = None
        return found


def _close(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return first is second
    return np.shape(first) == np.shape(second) and np.allclose(first, second, 1e-9, 0, True)


def number(value: Any) -> float:
    """A loss as a float: of an array with a single element that. Raises ValueError."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise ValueError("the loss is not a single number")
    return float(array.reshape(()))


def move(place: Place, frames: list[Namespace], by: Floats) -> None:
    """Add to what is at a place."""
    value = place.read(frames)
    if isinstance(value, np.ndarray):
        value += by.reshape(value.shape)
    elif isinstance(value, list):
        _move_list(value, by.reshape(np.shape(value)))
    else:
        place.write(frames, float(value) + float(by.reshape(())))


def _move_list(values: list[Any], by: Floats) -> None:
    for n, each in enumerate(values):
        if isinstance(each, list):
            _move_list(each, by[n])
        else:
            values[n] = each + float(by[n])
