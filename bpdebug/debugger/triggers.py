"""Triggers: breakpoints made ready for a program.

Which operations of an iteration can trigger a breakpoint is fixed; whether one does is
decided on the state right after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bpdebug.debugger.breakpoints import Access, Breakpoint, BreakpointError
from bpdebug.debugger.conditions import (
    ConditionError,
    Watch,
    find_slot,
    read_condition,
    read_watch,
)
from bpdebug.debugger.steps import phase_ends
from bpdebug.debugger.view import View
from bpdebug.notation.tree import different_symbols
from bpdebug.program.access import used_slots
from bpdebug.program.program import Integers, Program

Message = tuple[str | Watch, ...]
"""A log message: text, and expressions to be evaluated."""


@dataclass(frozen=True, eq=False)
class Trigger:
    """What can stop a run: the operations of an iteration that can do so, sorted, and when.

    `breakpoint` is None for what a single run looks for. `slot` is what it is on, None if
    that is no quantity. With `only_changes` the operation must change the slot's value; with
    an `iteration` it can trigger in that one only.
    """

    operations: Integers
    breakpoint: Breakpoint | None = None
    slot: int | None = None
    only_changes: bool = False
    condition: Watch | None = None
    iteration: int | None = None
    message: Message | None = None

    @property
    def is_unconditional(self) -> bool:
        """Whether every one of its operations triggers it, in every iteration or in one."""
        return self.condition is None and not self.only_changes

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
        if self.is_unconditional:
            return candidates
        return [operation for operation in candidates if self._fires(view_at(operation))]

    def _fires(self, view: View) -> bool:
        if self.only_changes:
            assert self.slot is not None
            if view.value(self.slot) == view.previous(self.slot):
                return False
        return self.condition is None or self.condition.holds(view)


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
            return Trigger(
                operations,
                breakpoint_,
                condition=condition,
                iteration=iteration,
                message=message,
            )
        slot = find_slot(program, breakpoint_.on, suggests)
    except ConditionError as error:
        raise BreakpointError(str(error)) from error
    access = breakpoint_.access
    return Trigger(
        operations_of(program, slot, access),
        breakpoint_,
        slot,
        access is Access.CHANGE,
        condition,
        message=message,
    )


def operations_of(program: Program, slot: int, access: Access) -> Integers:
    """The operations of an iteration that do something to a slot, sorted.

    Raises BreakpointError if there are none.
    """
    operations = _OPERATIONS[access](program, slot)
    if not len(operations):
        raise BreakpointError(_NEVER[access].format(name=program.name(slot)))
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
                raise BreakpointError(f"an iteration has the operations 1 to {program.operations}")
            return np.array([int(number)], dtype=np.int64), None
    return None


def _message(text: str, program: Program, suggests: bool) -> Message:
    """The parts of a log message, expressions between braces."""
    parts: list[str | Watch] = []
    for number, part in enumerate(re.split(r"\{([^{}]*)\}", text)):
        if number % 2:
            parts.append(read_watch(part, program, suggests))
        elif "{" in part or "}" in part:
            raise BreakpointError(f"{text}: an expression stands between {{ and }}: {{w7}}")
        elif part:
            parts.append(part)
    return tuple(parts)


_NEVER = {
    Access.WRITE: "{name} is given, no operation writes it",
    Access.CHANGE: "{name} is given, no operation changes it",
    Access.READ: "no operation reads {name}",
    Access.GRADIENT: "no operation computes a gradient of {name}",
}


def _writers(program: Program, slot: int) -> Integers:
    written = program.written_at[slot]
    return np.array([written] if written else [], dtype=np.int64)


def _gradients(program: Program, slot: int) -> Integers:
    gradient = program.gradient_slot(slot)
    return np.array([], dtype=np.int64) if gradient is None else _writers(program, gradient)


@lru_cache(maxsize=256)  # Many breakpoints may be on the same quantity.
def _readers(program: Program, slot: int) -> Integers:
    found: list[Integers] = []
    for statement in program.statements:
        shape = [statement.ranges[index] for index in statement.indices]
        for symbol in different_symbols(statement.value):
            slots = used_slots(symbol, statement, program.names)
            uses = (slots == slot).any(axis=tuple(range(len(shape), slots.ndim)))
            places = np.broadcast_to(uses, shape).ravel()
            found.append(program.written_at[statement.slots[places]])
    return np.unique(np.concatenate(found))


_OPERATIONS: dict[Access, Callable[[Program, int], Integers]] = {
    Access.WRITE: _writers,
    Access.CHANGE: _writers,
    Access.READ: _readers,
    Access.GRADIENT: _gradients,
}
