"""The course of a run, statement by statement, and what becomes of it if some of them give others.

Only what depends on them is computed again, and no more of it than is needed to see that a figure
does not come out, so that thousands of slips can be tried in a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.debugger.edits import Edit
from bpdebug.notation.equation import symbols
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import statement_step
from bpdebug.program.program import Integers, Program, Statement
from bpdebug.program.quantities import Kind

Give = Callable[[FloatArray, int | None], FloatArray]
"""What a statement gives instead, from the memory at its time: its elements in their order. The
number is that of the iteration, from 0, whose memory is as it always is then; None if it is not.
"""

_MOST_KEPT = 4_000_000
"""This many numbers of the course are kept at most."""

_NOTHING: Mapping[int, float] = {}

_LASTING = (Kind.PARAMETER, Kind.STATE, Kind.CONSTANT)

_STATEMENT = 1_500
"""The work of a statement beside its arithmetic, in arithmetic steps."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the figures are: NaN where that was not found out, because `stopped_at` is the statement
    whose figures do not come out, in the iteration `row`, from 0; None if all do.
    """

    numbers: FloatArray
    stopped_at: int | None
    row: int = 0

    @property
    def fits(self) -> bool:
        """Whether all figures come out."""
        return self.stopped_at is None


class Course:
    """Iterations of a program, from the memory `before` iteration `first`, with `sheet`'s figures.

    `before` has the observations of that iteration. `edits` are values given on the way.
    """

    def __init__(
        self,
        program: Program,
        sheet: Sheet,
        before: FloatArray,
        first: int,
        last: int,
        edits: Sequence[Edit] = (),
        changes: Mapping[int, Give] | None = None,
    ) -> None:
        self.program, self.sheet, self.first = program, sheet, first
        self._arguments = before, first, last, edits
        self._changes = dict(changes or {})
        slots = sheet.slots_in(program)
        assert slots is not None
        self.slots = slots
        self.statements = program.statements
        self.work = 0
        self._writes = [each.target.name for each in self.statements]
        self.reads = [self._read_by(each) for each in self.statements]
        self._keeps = [
            each.target.kind in _LASTING or each.equation.assigns for each in self.statements
        ]
        self._where = [_run_or_slots(each.slots) for each in self.statements]
        self._steps = [statement_step(program, each) for each in self.statements]
        for place, give in self._changes.items():
            self._steps[place] = self._giving(place, give)
        self._costs = [_STATEMENT + each.arithmetic * each.size for each in self.statements]
        most = max(1, _MOST_KEPT // len(program.start))
        self.last = min(last, first + most - 1)
        self._starts: list[FloatArray] = []
        self._given: list[dict[int, FloatArray]] = []
        self._pinned: list[dict[int, list[tuple[int, float]]]] = []
        self.is_once = False
        """Whether slips are made in the first iteration only."""

        self._row = 0
        self._lasting: Mapping[int, FloatArray] = {}
        self._go(before, edits)
        self._memories = [start.copy() for start in self._starts]
        self.figures_at = self._places_of_figures()
        self._wrong_at = [
            {place for place, which in figures.items() if sheet.wrong[which].any()}
            for figures in self.figures_at
        ]
        self._reach: dict[int, frozenset[int]] = {}
        self._plans: dict[tuple[int, frozenset[int]], list[int]] = {}

    def with_changes(self, changes: Mapping[int, Give], numbers: FloatArray) -> Course:
        """The course with other statements, whose figures are `numbers`."""
        return Course(
            self.program,
            self.sheet.beside(numbers),
            *self._arguments,
            self._changes | dict(changes),
        )

    def _giving(self, place: int, give: Give) -> Callable[[FloatArray], None]:
        def step(memory: FloatArray) -> None:
            memory[self._where[place]] = give(memory, None)

        return step

    def after(self, row: int = 0) -> FloatArray:
        """The memory at the end of an iteration."""
        memory = self._starts[row].copy()
        for place, values in self._given[row].items():
            memory[self._where[place]] = values
        return memory

    def _read_by(self, statement: Statement) -> frozenset[str]:
        found = set()
        for symbol in symbols(statement.value):
            quantity = self.program.names.find(symbol)
            if isinstance(quantity, tuple):
                found.add(quantity[0].name)
        return frozenset(found)

    def _go(self, before: FloatArray, edits: Sequence[Edit]) -> None:
        """Do the iterations. Kept of each is a memory in which what is computed has its value and
        what lasts the one that it has at the start, and what the statements give that replace it.
        """
        program, memory = self.program, before.copy()
        lasting = [each.span for each in program.of_kind(*_LASTING)]
        kept = [where for where, keeps in zip(self._where, self._keeps, strict=True) if keeps]
        for iteration in range(self.first, self.last + 1):
            pins: dict[int, list[tuple[int, float]]] = {}
            for edit in edits:
                if program.locate(edit.operation + 1)[0] != iteration:
                    continue
                done = edit.operation - (iteration - 1) * program.operations
                written = int(program.written_at[edit.slot])
                if 0 < written <= done:
                    place = int(program.statement_of[written - 1])
                    pins.setdefault(place, []).append((edit.slot, edit.value))
                else:
                    memory[edit.slot] = edit.value
            start = memory.copy()
            given: dict[int, FloatArray] = {}
            for place, step in enumerate(self._steps):
                step(memory)
                for slot, value in pins.get(place, ()):
                    memory[slot] = value
                if self._keeps[place]:
                    given[place] = np.array(memory[self._where[place]])
            after = memory.copy()
            for where in (*lasting, *kept):
                after[where] = start[where]
            self._starts.append(after)
            self._given.append(given)
            self._pinned.append(pins)
            program.load_observations(memory, iteration + 1)
        self.truth = self._true_numbers()

    def _true_numbers(self) -> FloatArray:
        """What the figures are in this course."""
        numbers = np.full(len(self.sheet), np.nan)
        for row in range(len(self._starts)):
            memory = self.after(row)
            here = self.sheet.iterations == self.first + row
            numbers[here] = memory[self.slots[here]]
        return numbers

    def _places_of_figures(self) -> list[dict[int, Integers]]:
        """For each iteration the figures of each statement; -1 stands for what is given."""
        writers = self.program.written_at[self.slots]
        places = np.where(writers > 0, self.program.statement_of[writers - 1], -1)
        found: list[dict[int, Integers]] = []
        for row in range(len(self._starts)):
            here = self.sheet.iterations == self.first + row
            found.append(
                {
                    int(place): np.flatnonzero(here & (places == place))
                    for place in np.unique(places[here])
                }
            )
        return found

    def previous(self, name: str) -> FloatArray | None:
        """What a quantity was, while an iteration runs: at its start if it lasts, else at the end
        of the iteration before; None if there is none.
        """
        quantity = self.program.quantities[name]
        if quantity.kind not in _LASTING:
            return self._memories[self._row - 1][quantity.span] if self._row else None
        memory = self._starts[self._row].copy()
        for place, values in self._lasting.items():
            memory[self._where[place]] = values
        return memory[quantity.span]

    def base(self, row: int = 0) -> FloatArray:
        """The memory that the statements of an iteration find: not to be changed."""
        return self._starts[row]

    def values(self, place: int, row: int = 0) -> FloatArray:
        """What a statement gives when nothing is wrong."""
        given = self._given[row].get(place)
        return self._starts[row][self._where[place]] if given is None else given

    def reach(self, place: int) -> frozenset[int]:
        """The statements of an iteration that depend on one, itself among them."""
        found = self._reach.get(place)
        if found is None:
            moved, reached = {self._writes[place]}, {place}
            for later in range(place + 1, len(self.statements)):
                if moved & self.reads[later]:
                    reached.add(later)
                    moved.add(self._writes[later])
            found = self._reach[place] = frozenset(reached)
        return found

    def lasts(self, places: frozenset[int]) -> bool:
        """Whether some of these statements change what the next iteration finds."""
        return bool(places & self._updates)

    @cached_property
    def everything(self) -> frozenset[int]:
        """All statements."""
        return frozenset(range(len(self.statements)))

    @cached_property
    def _updates(self) -> frozenset[int]:
        return frozenset(place for place, keeps in enumerate(self._keeps) if keeps)

    @cached_property
    def _needed(self) -> list[list[int]]:
        """The statements of each iteration on which a figure depends, of it or of a later one."""
        found = []
        for row, figures in enumerate(self.figures_at):
            later = any(self.figures_at[row + 1 :])
            wanted: set[str] = set()
            needed: list[int] = []
            for place in reversed(range(len(self.statements))):
                is_kept = later and self._keeps[place]
                if place in figures or is_kept or self._writes[place] in wanted:
                    needed.append(place)
                    wanted |= self.reads[place]
            found.append(needed[::-1])
        return found

    def _plan(self, row: int, places: frozenset[int]) -> list[int]:
        plan = self._plans.get((row, places))
        if plan is None:
            reached = frozenset().union(*map(self.reach, places))
            wanted = self._updates | reached
            plan = [place for place in self._needed[row] if place in wanted]
            self._plans[row, places] = plan
        return plan

    def run(
        self,
        changes: Mapping[int, Give],
        to_the_end: bool = False,
        given: Mapping[int, float] = _NOTHING,
    ) -> Outcome:
        """What the figures become with other statements, up to the first that does not come out.

        `given` are other values of what is given, by slot.
        """
        numbers = self.truth.copy()
        stopped, stopped_in = None, 0
        places = frozenset(changes)
        given_names = {self.program.quantity_at(slot).name for slot in given}
        moved: set[str] = set(given_names)
        touched: list[tuple[int, int]] = []
        lasting: dict[int, FloatArray] = {}
        for row in range(len(self._starts)):
            if not self.figures_at[row] and not any(self.figures_at[row:]):
                break
            memory, pinned = self._memories[row], self._pinned[row]
            self._row, self._lasting = row, lasting
            self._begin(row, given, lasting)
            touched += ((row, place) for place in lasting)
            plan = self._needed[row] if moved else self._plan(row, places)
            changed_kept: dict[int, FloatArray] = {}
            for place in plan:
                where = self._where[place]
                change = None if self.is_once and row else changes.get(place)
                if change is None and not moved & self.reads[place]:
                    if self._keeps[place]:
                        memory[where] = self._given[row][place]
                        touched.append((row, place))
                    if place in self._wrong_at[row] and stopped is None:
                        # It stays as it is, and should not.
                        stopped, stopped_in = place, row
                        if not to_the_end:
                            break
                    continue
                self.work += self._costs[place]
                touched.append((row, place))
                if change is not None:
                    memory[where] = change(memory, None if moved else row)
                else:
                    self._steps[place](memory)
                for slot, value in pinned.get(place, ()):
                    memory[slot] = value
                values = memory[where]
                if values.tobytes() != self.values(place, row).tobytes():
                    moved.add(self._writes[place])
                    if self._keeps[place]:
                        changed_kept[place] = np.array(values)
                if not self._comes_out(row, place, numbers) and stopped is None:
                    stopped, stopped_in = place, row
                    if not to_the_end:
                        break
            if stopped is not None and not to_the_end:
                self._forget(numbers, row, place)
                break
            lasting = changed_kept
            moved = given_names | {self._writes[place] for place in lasting}
        self._restore(touched, given)
        if stopped is None and not self.sheet.fits(numbers):
            stopped = -1
        return Outcome(numbers, stopped, stopped_in)

    def _begin(
        self, row: int, given: Mapping[int, float], lasting: Mapping[int, FloatArray]
    ) -> None:
        """Put what is given into the memory of an iteration, and what lasts from the one before."""
        memory = self._memories[row]
        written = {self._writes[place] for place in lasting}
        for slot, value in given.items():
            if not row or self.program.quantity_at(slot).name not in written:
                memory[slot] = value
        for place, values in lasting.items():
            memory[self._where[place]] = values

    def _comes_out(self, row: int, place: int, numbers: FloatArray) -> bool:
        """Note the figures of a statement; whether they are as on the sheet."""
        figures = self.figures_at[row].get(place)
        if figures is None:
            return True
        numbers[figures] = self._memories[row][self.slots[figures]]
        off = np.abs(numbers[figures] - self.sheet.values[figures])
        return bool((off <= self.sheet.room[figures]).all())

    def _forget(self, numbers: FloatArray, row: int, place: int) -> None:
        """Of figures after the first that does not come out nothing is known."""
        for later, figures in enumerate(self.figures_at[row:], start=row):
            for at, which in figures.items():
                if later > row or at > place:
                    numbers[which] = np.nan

    def _restore(self, touched: Sequence[tuple[int, int]], given: Iterable[int]) -> None:
        for row, place in touched:
            where = self._where[place]
            self._memories[row][where] = self._starts[row][where]
        for slot in given:
            for memory, start in zip(self._memories, self._starts, strict=True):
                memory[slot] = start[slot]


def _run_or_slots(slots: Integers) -> slice | Integers:
    """Slots that follow one another as a slice, which is faster."""
    if len(slots) == 1 or (np.diff(slots) == 1).all():
        return slice(int(slots[0]), int(slots[-1]) + 1)
    return slots
