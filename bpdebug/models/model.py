"""A model: forward equations, the numbers they start from, and how parameters are updated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from bpdebug.notation.equation import Equation
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray


class Role(StrEnum):
    """What a declared quantity is to the model."""

    INPUT = "input"
    TARGET = "target"
    PARAMETER = "parameter"
    STATE = "state"
    CONSTANT = "constant"


class Style(StrEnum):
    """Which derivatives get a name of their own.

    `expanded` writes the chain out (`dE/dw7 = dE/do1·do1/dzo1·dzo1/dw7`) and names a
    derivative only where paths meet. `delta` names each one (`dE/dzo1`).
    """

    EXPANDED = "expanded"
    DELTA = "delta"


class UpdateOrder(StrEnum):
    """When parameters are updated.

    `in place` updates a layer's parameters as soon as their gradients are there, so that the
    gradients of the layers before it are computed with changed weights. That is a mistake
    people make; it is here to be looked at.
    """

    SIMULTANEOUS = "simultaneous"
    IN_PLACE = "in place"


class Gradients(StrEnum):
    """What becomes of the gradients from the previous iteration: forgotten, or added to."""

    CLEARED = "cleared"
    ACCUMULATED = "accumulated"


class ModelError(ValueError):
    """A model that makes no sense; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A quantity that is given, not computed.

    `values` has the quantity's shape (no axes for a scalar). `names` are the names of its
    elements in row-major order, or empty for the default (`x[2]` is `x2`). `updates` are
    the equations of the update phase that are about it, in order; an equation with `=` among
    them names an intermediate result of its shape.
    """

    name: str
    role: Role
    values: FloatArray
    names: tuple[str, ...] = ()
    updates: tuple[Equation, ...] = ()
    trained: bool = False
    layer: int = 0

    def __post_init__(self) -> None:
        if self.names and len(self.names) != self.values.size:
            raise ModelError(
                f"{self.name} has {self.values.size} elements but {len(self.names)} names"
            )


@dataclass(frozen=True, slots=True)
class Feed:
    """Observations that are taken in turn: `size` of them an iteration.

    `data` has for each quantity the values of all observations along its first axis. `order`
    is the 0-based order in which they are taken, again and again.
    """

    data: Mapping[str, FloatArray]
    size: int
    order: tuple[int, ...]

    @property
    def period(self) -> int:
        """The number of iterations after which the same ones come again."""
        return len(self.order) // math.gcd(len(self.order), self.size)

    def rows(self, iteration: int) -> tuple[int, ...]:
        """The 0-based observations of an iteration, which counts from 1."""
        first = (iteration - 1) * self.size
        return tuple(self.order[(first + n) % len(self.order)] for n in range(self.size))

    def values(self, name: str, iteration: int) -> FloatArray:
        """The values of a quantity in an iteration; one observation alone has no axis for it."""
        found = self.data[name][list(self.rows(iteration))]
        return found[0] if self.size == 1 else found


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that determines a run.

    `equations` compute each quantity once, in this order, and end with `loss`, a scalar.
    `order` lists, phase by phase, which operations come when (see `program.schedule`);
    a phase that is left out takes its natural order. `layers` numbers the layer that a
    computed quantity belongs to, where the model has layers. With a `feed` the values of the
    quantities in it change from one iteration to the next. `derivations` are formulas, in the
    names of elements, that are used in place of the right derivatives that they are named by.
    `replaced` are equations, for a whole quantity or one element of it, that are used in place
    of those that follow from this model: mistakes that are made on purpose. `origins` says of
    quantities, in a line for people, where they come from; nothing depends on it.
    """

    equations: tuple[Equation, ...]
    declarations: tuple[Declaration, ...]
    loss: str = "E"
    style: Style = Style.EXPANDED
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    update_order: UpdateOrder = UpdateOrder.SIMULTANEOUS
    gradients: Gradients = Gradients.CLEARED
    feed: Feed | None = None
    derivations: Mapping[str, Expression] = field(default_factory=dict)
    replaced: tuple[Equation, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_altered(self) -> bool:
        """Whether some equations are others than follow from the model."""
        return bool(self.derivations or self.replaced)


def values_of(data: object) -> FloatArray:
    """Nested lists of numbers as a float64 array. Raises ModelError if they are ragged."""
    try:
        return np.array(data, dtype=np.float64)
    except ValueError as error:
        raise ModelError("the rows have different lengths") from error
