"""Whether gradients are those of a sum over observations or of a mean.

`dZ = A - Y` is divided by the number of observations in one course and not in another. Of such
gradients, one for each observation, either is taken. Of parameters it is not: a mean that was
forgotten is a mistake, unless the loss is as many times the session's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpdebug.checks.figures.figure import SINGLE, Figure, significant_digits
from bpdebug.session.data.meaning.layout import Item
from bpdebug.session.data.meaning.roles import OBSERVATIONS, Roles
from bpdebug.session.data.meaning.truth import Truth, agreeing, sample

_MOST = 0.9
_DIGITS_OF_SINGLE = 9


@dataclass(frozen=True, slots=True)
class Scales:
    """By what the figures of each quantity are divided, and what people are told of it."""

    factors: dict[str, float]
    notes: tuple[str, ...] = ()


class Scaling:
    """Finds by what the numbers of items, each with one way left, are to be divided."""

    def __init__(self, truth: Truth, roles: Roles, loss: str) -> None:
        self._truth = truth
        self._roles = roles
        self._loss = loss
        self._count = float(roles.observations)

    def is_gradient(self, item: Item) -> bool:
        """Whether an item is a gradient of the loss."""
        return item.quantity.name.startswith(f"d{self._loss}/d")

    def given(self, items: Sequence[Item], factor: float) -> Scales:
        """All gradients are this many times the session's."""
        names = [each.quantity.name for each in items if self.is_gradient(each)]
        return Scales(dict.fromkeys(names, factor) if factor != 1 else {})

    def found(self, items: Sequence[Item]) -> Scales:
        """What the numbers say of sums and means over several observations."""
        if self._count < 2:
            return Scales({})
        factors, notes = self._by_loss(items)
        gradients = [each for each in items if self.is_gradient(each)]
        each_alone = [each for each in gradients if OBSERVATIONS in self._axes(each)]
        times = self._of_all(each_alone, factors)
        if times:
            for each in each_alone:
                factors[each.quantity.name] = times * factors.get(each.quantity.name, 1.0)
            notes.append(
                f"{_names(each_alone)}: {self._times(times)}, taken as {self._kind(times)}"
            )
        others = [each for each in gradients if each not in each_alone]
        times = self._of_all(others, factors)
        if times and len(others) > 1:
            notes.append(
                f"{_names(others)}: {self._times(times)}; if they are meant to be "
                f"{self._kind(times)}, give the factor {self._factor(times)}"
            )
        return Scales(factors, tuple(notes))

    def _by_loss(self, items: Sequence[Item]) -> tuple[dict[str, float], list[str]]:
        """The loss, if it is given, says what all gradients are to be divided by."""
        losses = [each for each in items if each.quantity.name == self._loss]
        times = self._of_all(losses, {})
        if not times:
            return {}, []
        names = [each.quantity.name for each in items if self.is_gradient(each)]
        note = (
            f"the loss: {self._times(times)}, taken as {self._kind(times)}, and gradients likewise"
        )
        return dict.fromkeys([self._loss, *names], times), [note]

    def _of_all(self, items: Sequence[Item], factors: dict[str, float]) -> float:
        """How many times the true ones all of some are, if it is a number of observations; else 0.

        Those that are wrong either way do not count, but most have to be right.
        """
        if not items:
            return 0.0
        for times in (self._count, 1 / self._count):
            fits, alone = 0, 0
            for each in items:
                before = factors.get(each.quantity.name, 1.0)
                fits += self._fits(each, before * times)
                alone += self._fits(each, before)
            if not alone and 2 * fits > len(items):
                return times
        return 0.0

    def _fits(self, item: Item, times: float) -> bool:
        places = sample(len(item.numbers))
        true = self._truth.values(item.ways[0].slots[places], item.iteration)
        if not true.any():
            return False
        near = agreeing(item.numbers[places], item.halves[places], true, times)
        return near >= _MOST * len(places)

    def _axes(self, item: Item) -> tuple[str, ...]:
        inner = item.quantity.name.removeprefix(f"d{self._loss}/d")
        return self._roles.axes.get(inner, ())

    def _times(self, times: float) -> str:
        if times > 1:
            return f"{self._count:g} times the session's"
        return f"1/{self._count:g} of the session's"

    def _kind(self, times: float) -> str:
        kind = "sums" if times > 1 else "means"
        return f"{kind} over the {self._count:g} observations"

    def _factor(self, times: float) -> str:
        return f"{self._count:g}" if times > 1 else f"1/{self._count:g}"


def _names(items: Sequence[Item]) -> str:
    names = list(dict.fromkeys(each.name for each in items))
    return ", ".join(names[:4]) + (", …" if len(names) > 4 else "")


def scaled(figure: Figure, factor: float) -> Figure:
    """A figure divided by a factor, with what its digits leave open."""
    if factor == 1:
        return figure
    short = significant_digits(figure.text) < _DIGITS_OF_SINGLE
    return replace(
        figure,
        value=figure.value / factor,
        half=figure.half / abs(factor),
        rounding=None,
        epsilon=max(figure.epsilon, SINGLE) if short else figure.epsilon,
    )
