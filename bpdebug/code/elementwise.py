"""The first iteration of a program that updates its parameters element by element."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.code.driver import Driver, Namespace, Planned, namespace
from bpdebug.code.elements import Elements
from bpdebug.code.holders import Held, held, numbers
from bpdebug.code.iteration import SEED, Iteration, Parameter
from bpdebug.code.limits import TooLong
from bpdebug.code.names import is_parameter_update
from bpdebug.code.naming import with_names
from bpdebug.code.noting import ATTRIBUTE, NOTED, Noted, with_notes
from bpdebug.code.options import Options
from bpdebug.code.pairs import Pair
from bpdebug.code.places import Place
from bpdebug.code.rounds import Rounds
from bpdebug.code.silence import on_stderr, silence
from bpdebug.code.source import CodeError, Source, source_of
from bpdebug.code.world import World


def elementwise(source: Source, options: Options) -> Iterator[Candidate]:
    """What may be the iteration: a round of the innermost loop that trains, then of those around
    it; nothing if the program does not update element by element.
    """
    if options.gradients or options.forward or options.backward:
        return
    noting = with_notes(ast.parse(source.text, source.path))
    if noting is None:
        return
    read = source_of(source.path, source.text, with_names(noting.tree))
    left_out: list[ast.stmt] = []
    while True:
        rounds = Rounds(read, left_out)
        if not rounds.goes_through_elements and not noting.has_nameless:
            return
        with silence():
            found = _run(read, rounds, noting.sign)
        if found is None or found.noted.is_empty() or not _by_element(found.noted):
            return
        yield Candidate(read, options, found, tuple(left_out))
        left_out += found.driver.loops[-1:]
        if len(found.driver.loops) < 2:
            return


def has_loops_through_elements(source: Source) -> bool:
    """Whether a loop of a program updates one element after the other."""

    def changed(node: ast.stmt) -> ast.expr | None:
        match node:
            case ast.AugAssign(target=target) | ast.Assign(targets=[target]):
                return target if is_parameter_update(node, frozenset()) else None
        return None

    functions: dict[str, list[ast.FunctionDef]] = {}
    for name, function in source.functions.items():
        functions.setdefault(name.rpartition(".")[2], []).append(function)
    elements = Elements(changed, functions)
    loops = (each for each in ast.walk(source.tree) if isinstance(each, ast.For | ast.While))
    return any(elements.goes_through(each) for each in loops)


def _by_element(noted: Noted) -> bool:
    """Whether numbers are updated that are elements, or nothing but numbers."""
    return noted.by_element or not noted.arrays


@dataclass(frozen=True)
class _Run:
    """A program that was carried out with its updates noted."""

    driver: Driver
    noted: Noted


@dataclass(frozen=True)
class Candidate:
    """A loop of which a round may be the iteration."""

    source: Source
    options: Options
    first: _Run
    left_out: tuple[ast.stmt, ...]

    def round(self, number: int) -> Iteration | None:
        """The round with this number, from 0; None if there is none. Raises CodeError if what is
        updated is not there before it.
        """
        found: _Run | None = self.first
        loops = self.first.driver.loops
        if number:
            rounds = Rounds(self.source, self.left_out, (loops[-1], number)) if loops else None
            with silence():
                sign = self.first.noted.sign
                found = None if rounds is None else _run(self.source, rounds, sign)
        if found is None or found.noted.is_empty():
            return None
        made = _iteration(self.source, found, shows=not number and not self.left_out)
        wanted = self.options.parameters
        if wanted:
            made.pairs = [each for each in made.pairs if each.parameter.text in wanted]
            made.parameters = [each for each in made.parameters if each.name in wanted]
        return made


def _run(source: Source, rounds: Rounds, sign: int) -> _Run | None:
    """None if the program fails."""
    _seed()
    globals_, noted = namespace(source), Noted(sign)
    globals_[NOTED] = noted
    driver = Driver(source, globals_, rounds)
    try:
        with np.errstate(all="ignore"):
            driver.run()
    except (TooLong, MemoryError):
        raise
    except (Exception, SystemExit):
        return None
    return _Run(driver, noted)


def _seed() -> None:
    np.random.seed(SEED)
    random.seed(SEED)


def _iteration(source: Source, found: _Run, shows: bool) -> Iteration:
    driver, noted = found.driver, found.noted
    start = driver.began[-1] if driver.began else _first_that_notes(source, found)
    with on_stderr() if shows else silence():
        frames = _frames(source, noted, driver.planned[:start])
        world = World(frames)
        for each in driver.planned[start:]:
            _carry_out(each, frames)
    made = Iteration(source, driver.planned, start, world, [], [], [], driver.loops, noted)
    with silence():
        made.prepare()
        holders = list(held(world.frames))
        made.carry_out(range(start, len(driver.planned)))
    made.pairs = list(_pairs(noted, holders, len(world.frames) - 1))
    made.applies = noted.most == 1
    made.prepare()
    made.parameters = [
        Parameter(each.parameter, start - 1, np.shape(each.parameter.read(world.frames)))
        for each in made.pairs
    ]
    return made


def _frames(source: Source, noted: Noted, planned: Sequence[Planned]) -> list[Namespace]:
    """The namespaces after some statements."""
    _seed()
    noted.clear()
    frames = [namespace(source) | {NOTED: noted}]
    for each in planned:
        _carry_out(each, frames)
    return frames


def _carry_out(planned: Planned, frames: list[Namespace]) -> None:
    with np.errstate(all="ignore"):
        planned.run(frames)


def _first_that_notes(source: Source, found: _Run) -> int:
    """The number of the first statement that updates something, where no loop trains."""
    with silence():
        frames = _frames(source, found.noted, ())
        for number, each in enumerate(found.driver.planned):
            _carry_out(each, frames)
            if not found.noted.is_empty():
                return number
    return len(found.driver.planned)


def _pairs(noted: Noted, holders: Sequence[Held], innermost: int) -> Iterator[Pair]:
    """Each parameter with what is noted for it. Raises CodeError if nothing holds one."""
    by_id = {id(each.value): each for each in holders}
    taken: set[int] = set()
    for each in holders:
        value = each.value
        if id(value) in taken or numbers(value) is None or not noted.has(value):
            continue
        taken |= set(_inside(value))
        text = f"{NOTED}.of({each.place.text})"
        yield Pair(each.place, Place(text, each.place.frame, text), noted.sign)
    for (key, kind), (holder, found) in noted.items.items():
        if key in taken:
            continue
        if key not in by_id:
            raise CodeError(
                f"what is updated is not there before the iteration: {type(holder).__name__} of "
                f"{', '.join(map(repr, list(found)[:3]))}; create parameters before the loop"
            )
        owner = by_id[key]
        for name in found:
            place = owner.attribute(name) if kind == ATTRIBUTE else owner.item(name)
            text = f"{NOTED}.at({owner.place.text}, {name!r}, {kind!r})"
            yield Pair(place, Place(text, place.frame, text), noted.sign)
    for name in noted.names:
        text = f"{NOTED}.named({name!r})"
        yield Pair(Place(name, innermost, name), Place(text, innermost, text), noted.sign)


def _inside(value: Any) -> Iterator[int]:
    """The identities of an array, and what it is a view of, or of lists in lists."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield id(each)
        if isinstance(each, np.ndarray):
            waiting += [each.base] if isinstance(each.base, np.ndarray) else []
        else:
            waiting += [inner for inner in each if isinstance(inner, list)]
