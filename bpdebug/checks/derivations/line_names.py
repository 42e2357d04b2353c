"""What names in the line of a program stand for: quantities, derivatives of the loss, counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.forms import GRADIENT, QUOTIENT, quantity_called
from bpdebug.checks.derivations.lettered import Lettered
from bpdebug.checks.derivations.observations import observations
from bpdebug.notation.names import did_you_mean
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Expression, Number
from bpdebug.program.program import Program
from bpdebug.program.quantities import Quantity

_SIGNS = str.maketrans({"·": "*", "⋅": "*", "×": "*", "∗": "*", "⊙": "*", "−": "-", "÷": "/"})
_TRANSPOSED = re.compile(r"\^T\b|ᵀ")
_COUNTS = ("m", "M", "n", "N", "batch_size")
"""What the number of observations is called, if nothing else is."""


class LineNames:
    """The names of a line, and the letters of their axes, whose `ranges` it keeps.

    `each` are the names after a plain d that have a value for each observation where the loss is a
    mean over them; `counts` says whether the number of observations stands in the line.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._loss = program.model.loss
        self.ranges: dict[str, int] = {}
        self.observations = observations(program)
        self.each: set[str] = set()
        self.counts = False

    def plain(self, text: str) -> str:
        """`text` with the signs of Python, and one name for each derivative of the loss."""

        def one_name(found: re.Match[str]) -> str:
            if found[1] == self._loss:
                return f"d{found[1]}_d{found[2]}"
            if self._program.quantities.get(found[1]) is None:
                return found[0]
            raise HandDerivationError(
                f"{found[0]} is a number for each pair of elements; write out what it is, such as "
                "h * (1 - h)"
            )

        text = _TRANSPOSED.sub(".T", text.translate(_SIGNS)).replace("^", "**")
        return QUOTIENT.sub(one_name, text)

    def derivative(self, name: str) -> tuple[Reference, Quantity] | None:
        """What `dW1`, `dE_dW1` or `grad_W1` is the derivative by, None if it is none."""
        whole = f"d{self._loss}_d"
        if name.startswith(whole):
            return self.find(name.removeprefix(whole))
        found = GRADIENT.fullmatch(name)
        by = self.find(found[1] or found[2]) if found else None
        seen = self.observations
        if by is None or seen is None or not seen.averaged:
            return by
        if seen.carried_by(self._program, by[0].name):
            self.each.add(by[0].name)
        return by

    def find(self, name: str) -> tuple[Reference, Quantity] | None:
        """A quantity or an element by its name; the case of letters counts only if it must."""
        quantity = quantity_called(self._program, name)
        if quantity is not None:
            return Reference(quantity.name), quantity
        slot = self._program.slot_named(name)
        return None if slot is None else (Reference(name), self._program.quantity_at(slot))

    def lettered(self, name: str) -> Lettered:
        """What a name in a line stands for. Raises HandDerivationError if it is nothing."""
        found = self.find(name)
        if found is not None:
            return self._of(found, name, lambda by: by)
        found = self.derivative(name)
        if found is not None:
            return self._of(found, name, lambda by: Derivative(Reference(self._loss), by))
        if name in _COUNTS and self.observations is not None:
            self.counts = True
            return Lettered((), (), Number(float(self.observations.count)), name)
        known = [each for each in self._program.quantities if "/" not in each]
        hint = did_you_mean(name, [*known, *(f"d{each}" for each in known)])
        raise HandDerivationError(f"there is no {name}{hint}")

    def _of(
        self,
        found: tuple[Reference, Quantity],
        text: str,
        made: Callable[[Reference], Expression],
    ) -> Lettered:
        reference, quantity = found
        if reference.name != quantity.name:
            return Lettered((), (), made(reference), text)
        letters = tuple(None if size == 1 else self._fresh(size) for size in quantity.shape)
        by = Reference(quantity.name, tuple(1 if each is None else each for each in letters))
        return Lettered(quantity.shape, letters, made(by), text)

    def _fresh(self, size: int) -> str:
        """A letter that nothing has, for an axis."""
        letter = f"i{len(self.ranges) + 1}"
        self.ranges[letter] = size
        return letter
