"""Triggers: breakpoints made ready for a program.

Which operations of an iteration can trigger a breakpoint is fixed; whether one does is
decided on the state right after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bpdebug.debugger.breakpoints import Access, Breakpoint, BreakpointError
from bpdebug.debugger.conditions import (
    ConditionError,
    Watch,
    find,
    read_condition,
    read_watch,
)
from bpdebug.debugger.steps import phase_ends
from bpdebug.debugger.view import View
from bpdebug.notation.equation import different_symbols
from bpdebug.notation.tree import Binary, Comparison, Expression, Logic, Number
from bpdebug.program.access import used_slots
from bpdebug.program.lookout import HIT, Sought
from bpdebug.program.program import Integers, Program

Message = tuple[str | Watch, ...]
"""A log message: text, and expressions to be evaluated."""


@dataclass(frozen=True, eq=False)
class Trigger:
    """What can stop a run: the operations of an iteration that can do so, sorted, and when.

    `breakpoint` is None for what a single run looks for. `slots` is what it is on, one element
    or all of a quantity, None if that is not a quantity. With `only_changes` the operation must
    change the value that it writes; with an `iteration` it can trigger in that one only.
    """

    operations: Integers
    breakpoint: Breakpoint | None = None
    slots: range | None = None
    only_changes: bool = False
    condition: Watch | None = None
    iteration: int | None = None
    message: Message | None = None

    @property
    def is_unconditional(self) -> bool:
        """Whether every one of its operations triggers it, in every iteration or in one."""
        return self.condition is None and not self.only_changes

    @property
    def is_counting(self) -> bool:
        """Whether it depends on the number of a hit."""
        return self.breakpoint is not None and self.breakpoint.is_counting

    @property
    def is_constant(self) -> bool:
        """Whether every iteration has a hit."""
        return self.is_unconditional and self.iteration is None and not self.is_counting

    @property
    def sought(self) -> Sought | None:
        """The same as what a loop over iterations can look out for; None if none can."""
        single = (None, ()) if self.condition is None else self.condition.single
        if single is None:
            return None
        return Sought(
            tuple(self.operations.tolist()),
            single[0],
            single[1],
            self.only_changes,
            self.iteration,
            self.is_counting,
            _wanted(self.breakpoint) if self.breakpoint is not None else None,
        )

    def fired(
        self, iteration: int, view_at: Callable[[int], View], after: int, upto: int
    ) -> list[int]:
        """The operations `after` + 1 … `upto` of an iteration that trigger it.

        `view_at` gives the state right after an operation of the iteration.
        """
        if self.iteration not in (None, iteration):
            return []
        first, last = np.searchsorted(self.operations, (after, upto), side="right")
        candidates: list[int] = self.operations[first:last].tolist()
        if self.only_changes and candidates:
            candidates = _changing(candidates, view_at)
        condition = self.condition
        if condition is None:
            return candidates
        return [operation for operation in candidates if condition.holds(view_at(operation))]


def _wanted(breakpoint_: Breakpoint) -> Expression:
    """Whether it acts on a hit, in the hit's number."""
    wanted: Expression = Comparison((HIT, Number(float(breakpoint_.ignore))), (">",))
    if breakpoint_.hit is None:
        return wanted
    sign, _, number = breakpoint_.hit.partition(" ")
    counted = Number(float(number))
    if sign == "%":
        last = Comparison((Binary("%", HIT, counted), Number(0.0)), ("==",))
    else:
        last = Comparison((HIT, counted), (sign,))
    return Logic("and", (wanted, last))


def _changing(operations: list[int], view_at: Callable[[int], View]) -> list[int]:
    """Those of some operations of an iteration that give what they write another value."""
    last = view_at(operations[-1])
    slots = [last.program.slot(operation) for operation in operations]
    if len(last.segments) == 1:
        segment = last.segments[0]
        same = (segment.after[slots] == segment.before[slots]).tolist()
    else:
        views = map(view_at, operations)
        same = [v.value(at) == v.previous(at) for v, at in zip(views, slots, strict=True)]
    return [operation for operation, is_same in zip(operations, same, strict=True) if not is_same]


def make_trigger(breakpoint_: Breakpoint, program: Program, suggests: bool = True) -> Trigger:
    """What `breakpoint_` means in `program`.

    Raises BreakpointError if what it names is not to be had there; it `suggests` what is near.
    """
    try:
        text = breakpoint_.condition
        condition = read_condition(text, program, suggests) if text else None
        message = None if breakpoint_.log is None else _message(breakpoint_.log, program, suggests)
        place = _place(breakpoint_.on, program)
        if place is not None:
            operations, iteration = place
            _check_work(len(operations), [condition, *(message or ())])
            return Trigger(
                operations,
                breakpoint_,
                condition=condition,
                iteration=iteration,
                message=message,
            )
        slots = slots_of(program, breakpoint_.on, suggests)
    except ConditionError as error:
        raise BreakpointError(str(error)) from error
    access = breakpoint_.access
    operations = operations_of(program, slots, access)
    _check_work(len(operations), [condition, *(message or ())])
    return Trigger(
        operations, breakpoint_, slots, access is Access.CHANGE, condition, message=message
    )


def slots_of(program: Program, name: str, suggests: bool = True) -> range:
    """The slot of an element, or those of all elements of a quantity. Raises ConditionError."""
    found = find(program, name, suggests)
    if isinstance(found, int):
        return range(found, found + 1)
    return range(found.span.start, found.span.stop)


MOST_ELEMENTS = 20_000_000
"""Elements of whole arrays that a breakpoint may read in an iteration."""


def _check_work(operations: int, read: Sequence[object]) -> None:
    """That what is read after this many operations is not too much. Raises BreakpointError."""
    elements = [each.elements for each in read if isinstance(each, Watch)]
    if operations * sum(elements) > MOST_ELEMENTS:
        raise BreakpointError(
            f"it reads {sum(elements):,} elements after each of {operations:,} operations; at "
            f"most {MOST_ELEMENTS:,} per iteration are possible"
        )


def operations_of(program: Program, slots: range, access: Access) -> Integers:
    """The operations of an iteration that do something to one of the slots, sorted.

    Raises BreakpointError if there are none.
    """
    operations = _OPERATIONS[access](program, slots)
    if not len(operations):
        name = program.name(slots.start)
        if len(slots) > 1:
            name = program.quantity_at(slots.start).name
        raise BreakpointError(_NEVER[access].format(name=name))
    return operations


def _place(on: str, program: Program) -> tuple[Integers, int | None] | None:
    """The operations and the iteration that a phase, an iteration or an operation means.

    A quantity of that very name comes first.
    """
    if program.slot_named(on) is not None:
        return None
    match on.split():
        case ["phase", name]:
            starts = phase_ends(program)[:-1] + 1
            found = [k for k in starts.tolist() if program.statement(k).phase == name]
            if not found:
                raise BreakpointError(f"this program has no operations in the phase {name}")
            return np.array(found, dtype=np.int64), None
        case ["iteration", *number]:
            return np.array([1], dtype=np.int64), int(number[0]) if number else None
        case ["operation", number]:
            if int(number) > program.operations:
                raise BreakpointError(f"an iteration has operations 1 to {program.operations}")
            return np.array([int(number)], dtype=np.int64), None
    return None


def _message(text: str, program: Program, suggests: bool) -> Message:
    """The parts of a log message, expressions between braces."""
    parts: list[str | Watch] = []
    for number, part in enumerate(re.split(r"\{([^{}]*)\}", text)):
        if number % 2:
            parts.append(read_watch(part, program, suggests))
        elif "{" in part or "}" in part:
            raise BreakpointError(f"{text}: an expression goes between {{ and }}: {{w7}}")
        elif part:
            parts.append(part)
    return tuple(parts)


_NEVER = {
    Access.WRITE: "{name} is given; no operation writes it",
    Access.CHANGE: "{name} is given; no operation changes it",
    Access.READ: "no operation reads {name}",
    Access.GRADIENT: "no operation computes a gradient of {name}",
}


def _writers(program: Program, slots: range) -> Integers:
    written = program.written_at[slots.start : slots.stop]
    return np.sort(written[written > 0])


def _gradients(program: Program, slots: range) -> Integers:
    gradient = program.gradient_slot(slots.start)
    if gradient is None:
        return np.array([], dtype=np.int64)
    return _writers(program, range(gradient, gradient + len(slots)))


@lru_cache(maxsize=256)  # Many breakpoints may be on the same quantity.
def _readers(program: Program, slots: range) -> Integers:
    found: list[Integers] = []
    for statement in program.statements:
        shape = [statement.ranges[index] for index in statement.indices]
        for symbol in different_symbols(statement.value):
            read = used_slots(symbol, statement, program.names)
            within = (slots.start <= read) & (read < slots.stop)
            uses = np.asarray(within.any(axis=tuple(range(len(shape), read.ndim))))
            places = np.broadcast_to(uses, shape).ravel()
            found.append(program.written_at[statement.slots[places]])
    return np.unique(np.concatenate(found))


_OPERATIONS: dict[Access, Callable[[Program, range], Integers]] = {
    Access.WRITE: _writers,
    Access.CHANGE: _writers,
    Access.READ: _readers,
    Access.GRADIENT: _gradients,
}
