"""What a mistake is: a name, a sentence, and the ways in which it alters a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bpdebug.models.model import Declaration, Model
from bpdebug.notation.equation import Equation
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class Alteration:
    """One way of making a mistake in a program.

    `where` says in a few words at which place; no two of a mistake have the same. `replaced` are
    equations in place of others (see `Model.replaced`), `values` other initial values of given
    elements by their names, `change` makes another model, whose equations then follow from it.
    """

    where: str
    replaced: tuple[Equation, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    change: Callable[[Model], Model] | None = None

    def made_in(self, program: Program) -> Model:
        """The model of `program` with the mistake made in it."""
        model = program.model
        if self.values:
            model = replace(model, declarations=_with_values(program, self.values))
        if self.change is not None:
            model = self.change(model)
        return replace(model, replaced=(*model.replaced, *self.replaced))


NOTHING = Alteration("nowhere")
"""No mistake at all."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """An entry of the catalogue.

    `name` is what it is called, `sentence` says it to the person who made it. `alterations` finds
    all the ways in which it can be made in a program; none where it cannot. A habit is made
    throughout, not in one place: there are few ways of that, and it is not made by chance.
    """

    name: str
    sentence: str
    alterations: Callable[[Program], Iterator[Alteration]]
    is_habit: bool = False


def _with_values(program: Program, values: Mapping[str, float]) -> tuple[Declaration, ...]:
    """The declarations with other initial values of some elements."""
    found = []
    for each in program.model.declarations:
        quantity = program.quantities[each.name]
        mine = {quantity.places[name]: v for name, v in values.items() if name in quantity.places}
        if mine:
            changed = np.array(each.values, dtype=np.float64)
            for place, value in mine.items():
                changed.flat[place] = value
            each = replace(each, values=changed)
        found.append(each)
    return tuple(found)
