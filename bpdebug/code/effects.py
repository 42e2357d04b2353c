"""Pairs of parameter and gradient that the program's updates show when they are carried out.

What comes after the first iteration is carried out twice for each array that may be a gradient, as
it is and with its sign changed. The parameter that then becomes another is the one that it updates,
whatever both are called and however the update gets at them. The sign is changed, nothing added,
because the first step of Adam and its kin depends on the sign alone, and because a norm by which
gradients are clipped stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from bpdebug.code.driver import Namespace, Planned
from bpdebug.code.iteration import Floats, move
from bpdebug.code.limits import TooLong, in_time
from bpdebug.code.pairs import Pair
from bpdebug.code.places import Place, is_real, places
from bpdebug.code.world import World

_LONGEST = 0.5
"""Seconds of processor time that the rest of one round may take."""

_MOST_TRIED = 150

Values = dict[str, tuple[Place, Floats]]


class Effects:
    """The rest of a round, carried out with one thing or another changed, in namespaces that are
    as they were before it.
    """

    def __init__(self, frames: list[Namespace], rest: Sequence[Planned]) -> None:
        self._rest = rest
        self._world = World(frames)
        frames = self._world.restore()
        self._before = _values(frames)
        self._objects = {place.text: id(value) for place, value in places(frames)}

    def changed(self) -> list[Place]:
        """What the rest changes: parameters, and what an optimizer remembers. Where a gradient is 0
        its parameter would be changed if it were not.
        """
        self._after = self._carried_out()
        zeros: dict[int, tuple[Place, Floats]] = {}
        for place, value in self._before.values():
            if value.ndim and not value.any():
                zeros.setdefault(self._objects[place.text], (place, np.full(value.shape, _SMALL)))
        after = self._carried_out(*zeros.values()) if zeros else self._after
        moved = {place.text: by for place, by in zeros.values()}
        found = []
        for text, (place, value) in self._before.items():
            own = text in moved or self._objects[text] not in zeros
            there = value + moved.get(text, 0.0)
            if (text in self._after and _differ(value, self._after[text][1])) or (
                own and text in after and _differ(there, after[text][1])
            ):
                found.append(place)
        return found

    def pairs(self, parameters: Sequence[Place], computed: Sequence[Place]) -> list[Pair]:
        """For each of the parameters the one of what is computed that it is changed by most; or
        else what is 0, as a gradient is to which nothing was ever added.
        """
        best = self._best(parameters, [self._before.get(each.text) for each in computed])
        left = [each for each in parameters if each.text not in best]
        if left:
            zeros = [each for each in self._before.values() if not each[1].any()]
            best |= self._best(left, zeros, alone=True)
        left = [each for each in parameters if each.text not in best]
        if left:
            best |= self._of_other_shape(left, parameters, computed)
        return [pair for _, pair in best.values()]

    def _best(
        self,
        parameters: Sequence[Place],
        candidates: Sequence[tuple[Place, Floats] | None],
        alone: bool = False,
    ) -> dict[str, tuple[float, Pair]]:
        """By parameter the candidate that changes it most; with `alone` none that another of the
        candidates changes, as it changes a mean of gradients.
        """
        best: dict[str, tuple[float, Pair]] = {}
        shapes = {self._before[p.text][1].shape for p in parameters}
        names = {p.text for p in parameters}
        tried: dict[int, tuple[Place, Floats]] = {}
        for each in candidates:
            if each is not None and each[0].text not in names and each[1].shape in shapes:
                tried.setdefault(self._objects[each[0].text], each)
        several = list(tried.values())[:_MOST_TRIED]
        kept: list[tuple[Place, Floats, Values]] = []
        changed: set[str] = set()
        for place, old in several:
            by = -2 * old if old.any() else np.full(old.shape, _SMALL)
            after = self._carried_out((place, by))
            kept.append((place, by, after))
            changed |= {
                text
                for text, (_, value) in after.items()
                if text != place.text
                and text in self._after
                and _differ(value, self._after[text][1])
            }
        for place, by, after in kept:
            if alone and place.text in changed:
                continue
            effect, sign, parameter = max(
                (self._effect(p, by, after) for p in parameters), key=lambda each: each[0]
            )
            if effect > 0 and effect > best.get(parameter.text, (0.0,))[0] * _BETTER:
                best[parameter.text] = effect, Pair(parameter, place, sign)
        return best

    def _of_other_shape(
        self, left: Sequence[Place], parameters: Sequence[Place], computed: Sequence[Place]
    ) -> dict[str, tuple[float, Pair]]:
        """For parameters without a gradient what changes them alone, though not of their shape."""
        best: dict[str, tuple[float, Pair]] = {}
        names = {p.text for p in parameters}
        for place in [p for p in computed if p.text in self._before and p.text not in names]:
            old = self._before[place.text][1]
            after = self._carried_out((place, -2 * old))
            changed = [
                p
                for p in parameters
                if p.text in after
                and p.text in self._after
                and not np.array_equal(after[p.text][1], self._after[p.text][1], equal_nan=True)
            ]
            if len(changed) == 1 and changed[0] in left:
                best.setdefault(changed[0].text, (1.0, Pair(changed[0], place)))
        return best

    def _effect(self, parameter: Place, by: Floats, after: Values) -> tuple[float, int, Place]:
        """How much of its step a parameter owes to what was changed, and in which direction."""
        text = parameter.text
        if text not in after or text not in self._after:
            return 0.0, 1, parameter
        usual, other = self._after[text][1], after[text][1]
        if other.shape != usual.shape or usual.shape != by.shape:
            return 0.0, 1, parameter
        moved = other - usual
        step = np.abs(usual - self._before[text][1]).max(initial=0)
        along = float((moved * by).sum())
        size = float(np.abs(moved).max(initial=0) / (step or 1.0))
        return (size, -1 if along > 0 else 1, parameter) if along else (0.0, 1, parameter)

    def _carried_out(self, *moved: tuple[Place, Floats]) -> Values:
        frames = self._world.restore()
        for place, by in moved:
            # A number in a tuple stays what it is.
            with suppress(TypeError):
                move(place, frames, by)
        with suppress(TooLong), in_time(_LONGEST):
            for each in self._rest:
                with suppress(Exception, SystemExit):
                    self._world.run([each])
        return _values(frames)


_SMALL = 1e-3
"""What is put where a gradient is 0."""

_BETTER = 1.001
"""How much more a second array must change a parameter to be taken for its gradient."""


def _values(frames: list[Namespace]) -> Values:
    """Copies of all numbers."""
    return {
        place.text: (place, np.array(value, dtype=float))
        for place, value in places(frames)
        if is_real(value)
    }


def _differ(old: Floats, new: Floats) -> bool:
    return old.shape == new.shape and not np.array_equal(old, new, equal_nan=True)
