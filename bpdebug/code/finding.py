"""Finding the first iteration of a program, with its parameters and gradients."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from bpdebug.code.driver import Driver, Namespace, Planned, load, told
from bpdebug.code.effects import Effects
from bpdebug.code.iteration import SEED, Iteration, Parameter, move
from bpdebug.code.options import Options
from bpdebug.code.pairs import Pair, pairs
from bpdebug.code.places import Place, places
from bpdebug.code.silence import on_stderr, silence
from bpdebug.code.source import CodeError, Source
from bpdebug.code.updates import pairs_of_updates, updated_owners
from bpdebug.code.world import World


def first_iteration(source: Source, options: Options | None = None) -> Iteration:
    """Carry a program out up to its first update, and find its parameters and gradients.

    Raises CodeError if the program cannot be carried out, or if no gradient is found in it.
    """
    options = options or Options()
    driver = _carried_out(source, options)
    finder = _Finder(source, driver)
    found = list(places(driver.frames))
    others: list[Pair] = []
    if options.gradients:
        by_text = {place.text: place for place, _ in found}
        made = [_given(by_text, parameter, gradient) for parameter, gradient in options.gradients]
    else:
        with silence():
            shown = finder.shown(driver)
        made, others = _all_pairs(source, found, shown)
    if options.parameters:
        made = [each for each in made if each.parameter.text in options.parameters]
    if not made and driver.failure is not None:
        raise driver.failure
    if not made:
        raise CodeError(
            "no gradient was found: nothing has a name such as dW1 or grads['W1'] "
            "for W1; name it with --gradient W1=g1"
        )
    with silence():
        return finder.iteration(made, others)


def _all_pairs(
    source: Source, found: Sequence[tuple[Place, Any]], shown: Sequence[Pair]
) -> tuple[list[Pair], list[Pair]]:
    """What the updates show and say, and of other parameters what names say; then what names say
    of the same parameters.
    """
    updated = updated_owners(source)
    values = {place.text: value for place, value in found}
    by_name = pairs(found, updated)
    told = [each for each in shown if each.parameter.text in values]
    for each in pairs_of_updates(source, found):
        if id(values[each.parameter.text]) not in {id(values[t.parameter.text]) for t in told}:
            told.append(each)
    told_of = {id(values[each.parameter.text]) for each in told}
    gradients = {id(values[each.gradient.text]) for each in told}
    fresh = [each for each in by_name if id(values[each.gradient.text]) not in gradients]
    others = [each for each in fresh if id(values[each.parameter.text]) in told_of]
    return [*told, *(each for each in fresh if each not in others)], others


def _given(by_text: Mapping[str, Place], parameter: str, gradient: str) -> Pair:
    sign = -1 if gradient.startswith("-") else 1
    gradient = gradient.lstrip("-").strip()
    for name in (parameter, gradient):
        if name not in by_text:
            raise CodeError(f"{name} is not a number, or an array of numbers, in the program")
    return Pair(by_text[parameter], by_text[gradient], sign)


def _carried_out(source: Source, options: Options) -> Driver:
    np.random.seed(SEED)
    random.seed(SEED)
    driver, _ = load(source)
    try:
        with np.errstate(all="ignore"), on_stderr():
            driver.run(options.forward, options.backward)
    except (Exception, SystemExit) as error:
        driver.failure = told(error, source.path)
        if driver.planned:
            driver.planned.pop()
    return driver


class _Finder:
    """Finds where the iteration begins, by carrying the program out with parameters moved.

    What comes out another then depends on them, so it is computed, not a parameter; and the
    first statement that computes such a thing is the beginning.
    """

    def __init__(self, source: Source, driver: Driver) -> None:
        self.source = source
        self.planned = driver.planned
        self.loops = driver.loops

    def shown(self, driver: Driver) -> list[Pair]:
        """The pairs that the program's own updates show."""
        if not driver.rest:
            return []
        effects = Effects(driver.frames, driver.rest)
        changed = effects.changed()
        baseline = self._created()
        names: dict[str, Place] = {}
        for place in changed:
            names.setdefault(self._first_name(place, baseline), place)
        _, parameters = self._moved(baseline, set(names))
        usual = self._at_end(())
        used = [each for each in parameters if self._depending(usual, self._at_end([each]), [each])]
        computed = self._depending(usual, self._at_end(used), used)
        return effects.pairs([names[each.name] for each in used], computed)

    def _at_end(self, parameters: Sequence[Parameter]) -> dict[str, tuple[Place, Any]]:
        """What is at each place at the end, with parameters moved."""
        generator = np.random.default_rng(SEED)
        frames = self._frames()
        with suppress(Exception):
            for n, each in enumerate(self.planned):
                _run(each, frames)
                for parameter in parameters:
                    if parameter.created == n:
                        by = 0.01 + 0.01 * generator.random(parameter.shape)
                        move(parameter.place, frames, by)
        return {place.text: (place, value) for place, value in places(frames)}

    @staticmethod
    def _depending(
        usual: Mapping[str, tuple[Place, Any]],
        moved: Mapping[str, tuple[Place, Any]],
        parameters: Sequence[Parameter],
    ) -> list[Place]:
        """What is another number where parameters are, apart from themselves."""
        own = {id(moved[each.name][1]) for each in parameters if each.name in moved}
        return [
            place
            for text, (place, value) in moved.items()
            if text in usual
            and id(value) not in own
            and _differs(value, _number_of(usual[text][1]))
        ]

    def iteration(self, made: Sequence[Pair], others: Sequence[Pair]) -> Iteration:
        baseline = self._created()
        wanted = {
            pair.parameter.text: self._first_name(pair.parameter, baseline)
            for pair in (*made, *others)
        }
        start, parameters = self._moved(baseline, set(wanted.values()))
        if not parameters:
            raise CodeError("no parameter was found that the program computes with")
        world = self._world(start)
        found = {each.name: each.place for each in parameters}

        def of_those(several: Iterable[Pair]) -> list[Pair]:
            named = ((found.get(wanted[each.parameter.text]), each) for each in several)
            return [replace(each, parameter=place) for place, each in named if place is not None]

        kept = of_those(made)
        used = {pair.parameter.text for pair in kept}
        return Iteration(
            self.source,
            self.planned,
            start,
            world,
            [each for each in parameters if each.name in used],
            kept,
            of_those(others),
            self.loops,
        )

    def _frames(self) -> list[Namespace]:
        np.random.seed(SEED)
        random.seed(SEED)
        return [load(self.source)[1]]

    def _created(self) -> dict[str, tuple[int, Any, Place]]:
        """For each place the statement after which it last became another object or number."""
        frames = self._frames()
        known: dict[str, tuple[int, Any, Place]] = {}
        for n, each in enumerate(self.planned):
            _run(each, frames)
            for place, value in places(frames):
                old = known.get(place.text)
                if old is None or _is_another(old[1], value):
                    known[place.text] = (n, value, place)
        return known

    def _first_name(self, place: Place, baseline: Mapping[str, tuple[int, Any, Place]]) -> str:
        """The name under which an array is there first."""
        if place.text not in baseline:
            return place.text
        value = baseline[place.text][1]
        if not isinstance(value, np.ndarray):
            return place.text
        same = [text for text, (_, other, _) in baseline.items() if other is value]
        return min(same, key=lambda text: (baseline[text][0], len(text)))

    def _moved(
        self, baseline: Mapping[str, tuple[int, Any, Place]], wanted: set[str]
    ) -> tuple[int, list[Parameter]]:
        """The first statement that computes with parameters, and the parameters."""
        values = self._values(baseline)
        generator = np.random.default_rng(SEED)
        frames = self._frames()
        parameters: dict[str, Parameter] = {}
        start = len(self.planned)
        for n, each in enumerate(self.planned):
            try:
                _run(each, frames)
            except Exception:
                start = min(start, n)
                break
            for text in [t for t in baseline if t in wanted and baseline[t][0] == n]:
                place = baseline[text][2]
                value = place.read(frames)
                if text in parameters or _differs(value, values[n].get(text)):
                    continue
                shape = np.shape(value)
                parameters[text] = Parameter(place, n, shape)
                by = 0.01 + 0.01 * generator.random(shape)
                move(place, frames, by)
            own = {id(p.place.read(frames)) for p in parameters.values()}
            changed = (
                place
                for place, value in places(frames)
                if place.text not in parameters
                and id(value) not in own
                and _differs(value, values[n].get(place.text))
            )
            if start == len(self.planned) and next(changed, None) is not None:
                start = n
        return start, list(parameters.values())

    def _values(self, baseline: Mapping[str, tuple[int, Any, Place]]) -> list[dict[str, float]]:
        """A number for what is at each place after each statement."""
        frames = self._frames()
        found: list[dict[str, float]] = []
        for each in self.planned:
            _run(each, frames)
            found.append({place.text: _number_of(value) for place, value in places(frames)})
        return found

    def _world(self, start: int) -> World:
        frames = self._frames()
        for each in self.planned[:start]:
            _run(each, frames)
        return World(frames)


def _run(planned: Planned, frames: list[Namespace]) -> None:
    with np.errstate(all="ignore"):
        planned.run(frames)


def _is_another(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        return old is not new
    return bool(old != new)


def _number_of(value: Any) -> float:
    array = np.asarray(value, dtype=float).ravel()
    return float(array @ np.sin(1.0 + np.arange(array.size)))


def _differs(value: Any, old: float | None) -> bool:
    if old is None:
        return False
    new = _number_of(value)
    return not (new == old or (new != new and old != old))
