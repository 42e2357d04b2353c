"""Numbers as somebody has them, before anybody has asked what they are numbers of."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.checks.figures.figure import DOUBLE
from bpdebug.numerics import FloatArray


@dataclass(frozen=True, slots=True)
class Written:
    """A number or an array under a name: `texts`, as they are printed, or the `values` of a
    program, row-major either way.

    `place` says where it stands: `line 3`. `iteration` is None where nothing is said of it;
    `epsilon` is the rounding of the arithmetic the numbers come from, as far as that is known.
    `last` is whether the second of two numbers may be an iteration: `dE/dw7, 0.0765, 2`.
    """

    name: str
    shape: tuple[int, ...]
    texts: tuple[str, ...]
    place: str
    iteration: int | None = None
    values: FloatArray | None = None
    epsilon: float = DOUBLE
    last: bool = False

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.texts) if self.values is None else int(self.values.size)
