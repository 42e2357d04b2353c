"""The schedule: in which order the elements of the statements are executed.

Without further wish, a phase executes its statements one after another, each row by row.
A wish is a list of entries for a phase: `zh` (all elements of zh), `dE/dw7` (one element), or
`j: zh, h` (for each j in turn, the elements of zh, then of h, that belong to it). What no
entry mentions comes just before the first operation that needs it, or at the end.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from bpdebug.models.model import ModelError
from bpdebug.notation.equation import symbols
from bpdebug.program.access import used_slots
from bpdebug.program.program import Integers, Names, Phase, Statement
from bpdebug.program.quantities import NameIndex

Run = tuple[int, Integers]
"""Elements of one statement, by its number, one after another."""

_MOST_TOLD = 20

_SEPARATOR = re.compile(r",(?![^\[]*\])")
"""A comma, but none between the indices of an element such as `A1[2,1]`."""


@dataclass(frozen=True)
class Schedule:
    """The order of operations; the fields are explained at `Program`."""

    statement_of: Integers
    element_of: Integers
    written_at: Integers
    arithmetic_before: Integers


def schedule(
    statements: tuple[Statement, ...],
    order: Mapping[str, tuple[str, ...]],
    names: Names,
    slots: int,
) -> Schedule:
    """The schedule of `statements` for a memory of `slots` slots, in the requested `order`.

    Raises ModelError if an entry names nothing that its phase computes, or names something
    twice, or if an operation would use a value before it is computed.
    """
    unknown = set(order) - set(Phase)
    if unknown:
        raise ModelError(f"order: there is no phase {min(unknown)}; there are {', '.join(Phase)}")
    numbered = dict(enumerate(statements))
    wishes: list[Run] = []
    for phase in Phase:
        mine = {n: s for n, s in numbered.items() if s.phase is phase}
        wishes += _wished(phase, mine, order.get(phase, ()))
    placed: list[Run] = []
    # A phase may come in parts: some updates may be made before the backward pass is over.
    for _, part in groupby(numbered, lambda n: statements[n].phase):
        placed += _part({n: statements[n] for n in part}, wishes, names)
    which = np.repeat(
        np.array([number for number, _ in placed], dtype=np.int64),
        np.array([len(elements) for _, elements in placed], dtype=np.int64),
    )
    element = np.concatenate([elements for _, elements in placed])
    written_at = np.zeros(slots, dtype=np.int64)
    written = np.concatenate([statements[number].slots[elements] for number, elements in placed])
    written_at[written] = np.arange(1, len(written) + 1)
    # Without a wish the statements stand in their order, in which each uses what comes before.
    if wishes:
        _check_dependencies(statements, written_at, names)
    counts = np.array([each.arithmetic for each in statements], dtype=np.int64)[which]
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return Schedule(which, element, written_at, before)


def _wished(
    phase: Phase, statements: Mapping[int, Statement], wishes: tuple[str, ...]
) -> list[Run]:
    """What the wishes for a phase stand for."""
    if not wishes:
        return []
    seen = {number: np.zeros(each.size, dtype=bool) for number, each in statements.items()}
    computed = _Computed(phase, statements)
    runs: list[Run] = []
    for entry in wishes:
        for number, elements in _entry(entry, phase, statements, computed):
            if seen[number][elements].any():
                raise ModelError(f"order of {phase}: {entry} comes twice")
            seen[number][elements] = True
            runs.append((number, elements))
    return runs


def _part(statements: Mapping[int, Statement], wishes: list[Run], names: Names) -> list[Run]:
    """The elements of some statements in order: as requested, then the rest."""
    wished = [run for run in wishes if run[0] in statements]
    if not wished:
        return [(number, _all(each)) for number, each in statements.items()]
    writers = _Writers(statements)
    open_ = {number: np.ones(each.size, dtype=bool) for number, each in statements.items()}
    for number, elements in wished:
        open_[number][elements] = False
    placed: list[Run] = []
    pending = deque(statements)

    def begun(number: int, elements: Integers) -> tuple[int, Integers, Integers, Iterator[int]]:
        """Elements to be placed, the slots that they need and the statements that write those."""
        open_[number][elements] = False
        while pending and not open_[pending[0]].any():
            pending.popleft()
        if not pending or pending[0] >= number:
            # What comes later in the list is not needed: an update of it is meant for later.
            return number, elements, elements, iter(())
        needed = _needed(statements[number], elements, names)
        return number, elements, needed, (n for n in writers.of(needed) if n < number)

    def place(number: int, elements: Integers) -> None:
        """Place elements, before them what they need and nobody asked for."""
        waiting = [begun(number, elements)] if len(elements) else []
        while waiting:
            number, elements, needed, before = waiting[-1]
            other = next(before, None)
            if other is None:
                placed.append((number, elements))
                waiting.pop()
            elif open_[other].any():
                missing = np.flatnonzero(open_[other] & np.isin(statements[other].slots, needed))
                if len(missing):
                    waiting.append(begun(other, missing.astype(np.int64)))

    for number, elements in wished:
        place(number, elements)
    for number in statements:
        place(number, np.flatnonzero(open_[number]).astype(np.int64))
    return placed


class _Writers:
    """Which of some statements write given slots."""

    def __init__(self, statements: Mapping[int, Statement]) -> None:
        slots = np.concatenate([each.slots for each in statements.values()])
        numbers = np.concatenate([np.full(s.size, n) for n, s in statements.items()])
        order = np.argsort(slots, kind="stable")
        self._slots, self._numbers = slots[order], numbers[order]

    def of(self, slots: Integers) -> list[int]:
        """The numbers of the statements that write some of `slots`, in order."""
        first = np.searchsorted(self._slots, slots, "left")
        last = np.searchsorted(self._slots, slots, "right")
        found: set[int] = set()
        while len(first):
            some = first < last
            first, last = first[some], last[some]
            found.update(self._numbers[first].tolist())
            first = first + 1
        return sorted(found)


def _all(statement: Statement) -> Integers:
    return np.arange(statement.size, dtype=np.int64)


def _needed(statement: Statement, elements: Integers, names: Names) -> Integers:
    """The slots that the given elements of a statement are computed from."""
    found = [np.empty(0, dtype=np.int64)]
    shape = [statement.ranges[index] for index in statement.indices]
    for symbol in dict.fromkeys(symbols(statement.value)):
        slots = used_slots(symbol, statement, names)
        spread = np.broadcast_to(slots, (*shape, *slots.shape[len(shape) :]))
        found.append(spread.reshape(statement.size, -1)[elements].ravel())
    return np.unique(np.concatenate(found))


def _entry(
    entry: str, phase: Phase, statements: Mapping[int, Statement], computed: _Computed
) -> Iterator[tuple[int, Integers]]:
    """The elements that an entry of the order stands for, statement by statement."""
    head, colon, rest = entry.partition(":")
    found = [
        pair
        for name in _SEPARATOR.split(rest if colon else entry)
        for pair in computed.named(name.strip())
    ]
    if not colon:
        yield from found
        return
    letter = head.strip()
    sizes = {statements[n].ranges[letter] for n, _ in found if letter in statements[n].indices}
    places = [statements[n].fixed[letter] for n, _ in found if letter in statements[n].fixed]
    for number, _ in found:
        if letter not in (*statements[number].indices, *statements[number].fixed):
            name = statements[number].target.name
            raise ModelError(f"order of {phase}: {entry}: {name} has no index {letter}")
    if len(sizes) > 1:
        raise ModelError(f"order of {phase}: {entry}: {letter} runs over different ranges")
    for value in range(max((*sizes, *places), default=0)):
        for number, elements in found:
            yield number, elements[_places(statements[number], letter, elements) == value]


def _places(statement: Statement, letter: str, elements: Integers) -> Integers:
    """The 0-based position of a letter in each of some elements."""
    if letter in statement.fixed:
        return np.full(len(elements), statement.fixed[letter] - 1)
    shape = [statement.ranges[index] for index in statement.indices]
    place: Integers = np.unravel_index(elements, shape)[statement.indices.index(letter)]
    return place


class _Computed:
    """What the statements of a phase compute, by name."""

    def __init__(self, phase: Phase, statements: Mapping[int, Statement]) -> None:
        self._phase = phase
        self._statements = statements
        self._whole: dict[str, list[int]] = {}
        for number, each in statements.items():
            for name in {each.target.name, each.equation.target.family}:
                self._whole.setdefault(name, []).append(number)

    def named(self, name: str) -> list[Run]:
        """The elements called `name`: a whole quantity or a single element. Raises ModelError."""
        if name in self._whole:
            return [(number, _all(self._statements[number])) for number in self._whole[name]]
        found = self._elements.find(name)
        if found is not None:
            quantity, place = found
            for number in self._whole[quantity.name]:
                slots = self._statements[number].slots
                elements = np.flatnonzero(slots == quantity.offset + place)
                if len(elements):
                    return [(number, elements.astype(np.int64))]
        known = [*dict.fromkeys(each.target.name for each in self._statements.values())]
        more = ", …" if len(known) > _MOST_TOLD else ""
        told = ", ".join(known[:_MOST_TOLD]) + more
        raise ModelError(f"order of {self._phase}: {name} is not computed there; there are {told}")

    @cached_property
    def _elements(self) -> NameIndex:
        targets = {each.target.name: each.target for each in self._statements.values()}
        return NameIndex(targets.values())


def _check_dependencies(
    statements: tuple[Statement, ...], written_at: Integers, names: Names
) -> None:
    """Each value of this iteration must be there when it is used.

    What a later update writes is read as it stands.
    """
    writers = {each.target.name: number for number, each in enumerate(statements)}
    for number, each in enumerate(statements):
        own = written_at[each.slots].reshape([each.ranges[index] for index in each.indices])
        for symbol in dict.fromkeys(symbols(each.value)):
            writer = writers.get(symbol.family)
            if writer is None or writer >= number:
                continue
            needed = written_at[used_slots(symbol, each, names)]
            needed = needed.max(axis=tuple(range(len(each.indices), needed.ndim)))
            if (needed > own).any():
                raise ModelError(
                    f"order of {each.phase}: {each.target.name} comes before {symbol.family}, "
                    "which it is computed from"
                )
