"""Altering a program on purpose: derivations by hand and planted mistakes replace what is right.

The ordinary path of `build` knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdebug.models.model import Model
from bpdebug.notation.equation import Equation
from bpdebug.program.derivations import check_order, derivation_equations
from bpdebug.program.program import Names
from bpdebug.program.quantities import Quantity
from bpdebug.program.replacing import with_replaced
from bpdebug.program.statements import Draft


def altered(
    drafts: Sequence[Draft],
    model: Model,
    quantities: Mapping[str, Quantity],
    names: Names,
    written_out: Sequence[Equation],
) -> list[Draft]:
    """The equations of an iteration with those that the model alters in place of the right ones.

    `written_out` are the derivatives that have no equation of their own (see `Backward`). Raises
    ModelError if an alteration is of nothing that is computed, or uses what is not there yet.
    """
    shapes = {name: quantity.shape for name, quantity in quantities.items()}
    formulas = list(derivation_equations(model.derivations, quantities, names, written_out))
    found = with_replaced(drafts, [*model.replaced, *formulas], shapes)
    check_order(formulas, [draft.equation for draft in found])
    return found
