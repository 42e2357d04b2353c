"""Breakpoints: on what operations a run stops, and whether it does.

A breakpoint is on a quantity and on what happens to it. Which operations of an iteration
can trigger it is fixed; whether one does is decided on the state right after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpdebug.debugger.conditions import Condition, ConditionError, find_slot, read_condition
from bpdebug.debugger.view import View
from bpdebug.notation.tree import symbols
from bpdebug.program.access import used_slots
from bpdebug.program.program import Integers, Program


class Access(StrEnum):
    """What can happen to a quantity."""

    WRITE = "write"
    CHANGE = "change"
    READ = "read"
    GRADIENT = "gradient"


class BreakpointError(ValueError):
    """A breakpoint that cannot be set; the message says what would be right."""


@dataclass(slots=True)
class Breakpoint:
    """A breakpoint as people see it.

    `number` is its name for people, `quantity` the element it is on, `condition` a text in
    the equation language. `hits` counts how often it stopped a run.
    """

    number: int
    quantity: str
    access: Access = Access.WRITE
    condition: str | None = None
    enabled: bool = True
    hits: int = 0

    def __str__(self) -> str:
        tail = f" if {self.condition}" if self.condition else ""
        return f"{self.quantity} {self.access}{tail}"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A breakpoint made ready for a program: the operations that can trigger it, sorted.

    `number` is None for a condition that a single run stops at; then `slot` is -1.
    """

    number: int | None
    slot: int
    operations: Integers
    access: Access
    condition: Condition | None

    def fires(self, view: View) -> bool:
        """Whether it triggers at `view`, the state right after one of its operations."""
        if self.access is Access.CHANGE and view.value(self.slot) == view.previous(self.slot):
            return False
        return self.condition is None or self.condition.holds(view)


def condition_trigger(condition: Condition) -> Trigger:
    """A trigger for a single run that stops where `condition` holds."""
    return Trigger(None, -1, condition.operations, Access.WRITE, condition)


def parse_breakpoint(text: str) -> tuple[str, Access, str | None]:
    """The parts of `w7`, `w7 read` or `w7 write if w7 < 0.69`: quantity, access, condition.

    Raises BreakpointError.
    """
    head, found, condition = f"{text} ".partition(" if ")
    words = head.split()
    if found and not condition.strip():
        raise BreakpointError(f"{text.strip()}: a condition is missing after if")
    if not 1 <= len(words) <= 2:
        raise BreakpointError(
            f"{text.strip() or 'nothing'}: write QUANTITY [{'|'.join(Access)}] [if CONDITION]"
        )
    if len(words) == 2 and words[1] not in set(Access):
        raise BreakpointError(f"there is no access {words[1]}; there are {', '.join(Access)}")
    access = Access(words[1]) if len(words) == 2 else Access.WRITE
    return words[0], access, condition.strip() or None


def make_trigger(breakpoint_: Breakpoint, program: Program) -> Trigger:
    """What `breakpoint_` means in `program`.

    Raises BreakpointError if its quantity or its condition is not to be had there.
    """
    try:
        slot = find_slot(program, breakpoint_.quantity)
        text = breakpoint_.condition
        condition = read_condition(text, program) if text else None
    except ConditionError as error:
        raise BreakpointError(str(error)) from error
    operations = _OPERATIONS[breakpoint_.access](program, slot)
    if not len(operations):
        name = program.name(slot)
        raise BreakpointError(_NEVER[breakpoint_.access].format(name=name))
    return Trigger(breakpoint_.number, slot, operations, breakpoint_.access, condition)


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


def _readers(program: Program, slot: int) -> Integers:
    found: list[Integers] = []
    for statement in program.statements:
        shape = [statement.ranges[index] for index in statement.indices]
        for symbol in dict.fromkeys(symbols(statement.value)):
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
