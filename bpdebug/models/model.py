"""A model: forward equations, the numbers they start from, and how parameters are updated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from bpdebug.notation.tree import Equation
from bpdebug.numerics import FloatArray


class Role(StrEnum):
    """What a declared quantity is to the model."""

    INPUT = "input"
    TARGET = "target"
    PARAMETER = "parameter"
    CONSTANT = "constant"


class Style(StrEnum):
    """Which derivatives get a name of their own.

    `expanded` writes the chain out (`dE/dw7 = dE/do1·do1/dzo1·dzo1/dw7`) and names a
    derivative only where paths meet. `delta` names each one (`dE/dzo1`).
    """

    EXPANDED = "expanded"
    DELTA = "delta"


class ModelError(ValueError):
    """A model that makes no sense; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A quantity that is given, not computed.

    `values` has the quantity's shape (no axes for a scalar). `names` are the names of its
    elements in row-major order, or empty for the default (`x[2]` is `x2`). `updates` are
    the equations that an iteration applies to it, in order; none if it stays as it is.
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
class Model:
    """Everything that determines a run.

    `equations` compute each quantity once, in this order, and end with `loss`, a scalar.
    `order` lists, phase by phase, which operations come when (see `program.schedule`);
    a phase that is left out takes its natural order. `layers` numbers the layer that a
    computed quantity belongs to, where the model has layers.
    """

    equations: tuple[Equation, ...]
    declarations: tuple[Declaration, ...]
    loss: str = "E"
    style: Style = Style.EXPANDED
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)


def values_of(data: object) -> FloatArray:
    """Nested lists of numbers as a float64 array. Raises ModelError if they are ragged."""
    try:
        return np.array(data, dtype=np.float64)
    except ValueError as error:
        raise ModelError("the rows have different lengths") from error
