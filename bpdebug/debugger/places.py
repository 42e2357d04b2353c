"""Places: positions as people write them, `41207`, `it 300 dE/dw5`, `50%`, `dE/dw7`, a bookmark,
`next time w3 changes`.
"""

from __future__ import annotations

import re

from bpdebug.debugger.breakpoints import Access, BreakpointError
from bpdebug.debugger.conditions import ConditionError, find_slot, read_condition
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Move, PositionError
from bpdebug.debugger.triggers import Trigger, operations_of, slots_of
from bpdebug.debugger.view import Position

HELP = (
    "a position (41207), it 300, it 300 dE/dw5, dE/dw5, 50%, start, end, a bookmark, "
    "next time w3 changes, last time E < 0.1"
)
"""What a place may be, for prompts and errors."""

_VERBS = {
    "changes": Access.CHANGE,
    "changed": Access.CHANGE,
    "is written": Access.WRITE,
    "was written": Access.WRITE,
    "is read": Access.READ,
    "was read": Access.READ,
}


def going_to(debugger: Debugger, text: str) -> Move:
    """Go to the place that `text` names. Raises PositionError, and stays, if there is none."""
    words = text.split()
    if words[:1] in (["next"], ["last"]) and len(words) > 1:
        what = _what(words)
        return debugger.seeking(_event(debugger, what), what, backward=words[0] == "last")
    bookmark = debugger.document.bookmarks.get(text.strip())
    if bookmark is None:
        return debugger.going(find_place(debugger, text))
    if bookmark.branch != debugger.branch:
        return debugger.switching(bookmark.branch, bookmark.position)
    return debugger.going(bookmark.position)


def check_event(debugger: Debugger, text: str) -> bool:
    """Whether `text` names the next or the last time of something, not a place that is the same
    wherever one stands. Raises PositionError if it does and makes no sense.
    """
    words = text.split()
    if words[:1] not in (["next"], ["last"]) or len(words) < 2:
        return False
    _event(debugger, _what(words))
    return True


def _what(words: list[str]) -> str:
    """What happens, behind `next` or `last`."""
    return " ".join(words[2:] if words[1] == "time" else words[1:])


def _event(debugger: Debugger, text: str) -> Trigger:
    """What `w3 changes`, `w3 is read` or a condition means. Raises PositionError."""
    program = debugger.program
    for verb, access in _VERBS.items():
        name, found, rest = f"{text} ".partition(f" {verb} ")
        if found and not rest.strip():
            try:
                slots = slots_of(program, name)
                operations = operations_of(program, slots, access)
            except (ConditionError, BreakpointError) as error:
                raise PositionError(str(error)) from error
            return Trigger(operations, slots=slots, only_changes=access is Access.CHANGE)
    try:
        condition = read_condition(text, program)
    except ConditionError as error:
        verbs = "changes, is written, is read"
        raise PositionError(f"{error}; write a condition, or a quantity and {verbs}") from error
    return Trigger(condition.operations, condition=condition)


def find_place(debugger: Debugger, text: str) -> Position:
    """The position that `text` names.

    A quantity means right after the operation that computes it, in the current iteration
    or in the one named; an iteration alone means right after its first operation.
    `14+3` is after operation 14 and three arithmetic steps. Raises PositionError if there is
    no such place.
    """
    words = text.split()
    match words:
        case ["start"]:
            return Position()
        case ["end"]:
            return debugger.end
        case [number] if re.fullmatch(r"\d{1,15}(\+\d{1,9})?", number):
            operation, _, arithmetic = number.partition("+")
            return _checked(debugger, int(operation), int(arithmetic or 0))
        case [share] if re.fullmatch(r"\d{1,3}(\.\d{1,6})?%", share):
            if float(share[:-1]) > 100:
                raise PositionError(f"there is no {share}; a run ends at 100%")
            return _checked(debugger, round(debugger.end.operation * float(share[:-1]) / 100))
        case ["it", number] if re.fullmatch(r"\d{1,15}", number):
            return _in_iteration(debugger, int(number), 1)
        case ["it", number, name] if re.fullmatch(r"\d{1,15}", number):
            return _in_iteration(debugger, int(number), _writer(debugger, name))
        case [name]:
            return _in_iteration(debugger, debugger.view.iteration, _writer(debugger, name))
    if not words:
        raise PositionError(f"a place is missing; write {HELP}")
    raise PositionError(f"{text.strip()} is not a place; write {HELP}")


def next_written(debugger: Debugger, name: str, backward: bool = False) -> Position:
    """The nearest position after (or before) this one at which `name` has just been computed.

    Raises PositionError if there is none.
    """
    length, here = debugger.program.operations, debugger.position.operation
    operation = _writer(debugger, name)
    # Standing right after it, the one before or the one after is meant; in the middle of the
    # next operation one stands further on.
    since = here - operation
    if backward and not debugger.position.arithmetic:
        since -= 1
    iteration = since // length if backward else since // length + 1
    if iteration < 0:
        raise PositionError(f"{name} is not computed before position {here}")
    return _in_iteration(debugger, iteration + 1, operation)


def _writer(debugger: Debugger, name: str) -> int:
    try:
        slot = find_slot(debugger.program, name)
    except ConditionError as error:
        raise PositionError(str(error)) from error
    operation = int(debugger.program.written_at[slot])
    if not operation:
        raise PositionError(f"{name} is given; no operation computes it")
    return operation


def _in_iteration(debugger: Debugger, iteration: int, operation: int) -> Position:
    if not 1 <= iteration <= debugger.iterations:
        raise PositionError(
            f"there is no iteration {iteration}; iterations go from 1 to {debugger.iterations}"
        )
    return Position((iteration - 1) * debugger.program.operations + operation)


def _checked(debugger: Debugger, operation: int, arithmetic: int = 0) -> Position:
    position = Position(operation, arithmetic)
    debugger.check(position)
    return position
