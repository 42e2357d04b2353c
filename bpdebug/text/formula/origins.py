"""Where a value comes from and where it goes: the operation that wrote it with its operands,
and the operations that read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.debugger.breakpoints import Access, BreakpointError
from bpdebug.debugger.covering import HINTS_FOR_NUMBERS
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.triggers import operations_of
from bpdebug.debugger.view import Position, Status, View
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Symbol
from bpdebug.program.formula import Formula, formula
from bpdebug.program.long_sums import Operand
from bpdebug.program.quantities import element_symbol
from bpdebug.text.formula.operation import done_text
from bpdebug.text.numbers import DIGITS, number
from bpdebug.text.values import STALE, quantity_text

MOST = 50
"""Operands and readers that are listed at most."""


@dataclass(frozen=True, slots=True)
class OperandSource:
    """An operand: what it is called in the formula, its value, and where that comes from.

    A constant has no `slot`. `found_at` is the position at which the formula finds it,
    `written` the position right after it was written or edited, None if it was given.
    """

    label: str
    value: str
    origin: str
    slot: int | None = None
    found_at: Position | None = None
    written: Position | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """An operation that reads the value: the element it computes, its number in an iteration,
    whether it is done, and the iteration in which it comes (again).
    """

    slot: int
    operation: int
    done: bool
    comes_in: int


@dataclass(frozen=True, slots=True)
class Origins:
    """Everything about one value at one position.

    `value` is said with its status; `history` says where it comes from, `lines` are the rule
    in symbols, with numbers, and the result. `more_sources` and `more_readers` count what is
    not listed. With `comes_first` its own operation comes before any that reads it.
    """

    name: str
    value: str
    history: str
    lines: list[str]
    sources: list[OperandSource]
    more_sources: int
    readers: list[Reader]
    more_readers: int
    comes_first: bool


def origins(debugger: Debugger, slot: int, at: Position, digits: int = DIGITS) -> Origins:
    """What the value that is in a slot at a position comes from, and what it feeds."""
    view = debugger.predicting.shown_at(at)
    program = view.program
    written = last_written(view, slot)
    lines: list[str] = []
    sources: list[OperandSource] = []
    if program.written_at[slot]:
        rule = formula(program, int(program.written_at[slot]))
        if written is None:
            lines = [to_text(rule.equation, "unicode")]
            sources = _sources_to_come(view, rule, digits)
        else:
            after = debugger.predicting.shown_at(Position(written))
            done = done_text(after, digits)
            assert done is not None
            lines = done.lines(digits)
            # What it is computed from would be its rule.
            if not after.hides(slot, HINTS_FOR_NUMBERS):
                sources = _sources(debugger, after, rule, digits)
    readers = _readers(view, slot)
    shown = _nearest(readers)
    return Origins(
        program.name(slot),
        _value(view, slot, digits),
        _history(view, slot, written),
        lines,
        sources[:MOST],
        max(0, len(sources) - MOST),
        shown,
        len(readers) - len(shown),
        view.status(slot) in (Status.UNKNOWN, Status.STALE),
    )


def last_written(view: View, slot: int) -> int | None:
    """How many operations of the run were executed when one had just written the value in a
    slot; None if none has.
    """
    program = view.program
    operation = int(program.written_at[slot])
    if not operation:
        return None
    start = view.position.operation - view.operation
    found = start + operation - (program.operations if operation > view.operation else 0)
    return found if found > 0 else None


def came_about(view: View, slot: int) -> Position | None:
    """The position right after the value in a slot was written, or edited; None if neither."""
    if view.edited(slot):
        return Position(max(e.operation for e in view.edits if e.slot == slot))
    written = last_written(view, slot)
    return None if written is None else Position(written)


def _value(view: View, slot: int, digits: int) -> str:
    """`0.9866, current`, `~0.0765, stale`, `not computed yet`."""
    status = view.status(slot)
    if status is Status.UNKNOWN:
        return "not computed yet"
    sign = STALE if status is Status.STALE else ""
    return f"{sign}{number(view.value(slot), digits)}, {status}"


def _history(view: View, slot: int, written: int | None) -> str:
    program = view.program
    if view.edited(slot):
        place = came_about(view, slot)
        assert place is not None
        return f"edited at p={place.operation}, so this is not what the formula gave"
    if written is not None:
        iteration, operation = program.locate(written)
        return f"computed by operation {operation} of iteration {iteration}, p={written}"
    comes = int(program.written_at[slot])
    if view.status(slot) is Status.UNKNOWN:
        return f"operation {comes} computes it"
    if comes:
        return f"the initial value; operation {comes} changes it"
    return f"{program.quantity_at(slot).kind}: no operation computes it"


def _sources(debugger: Debugger, after: View, rule: Formula, digits: int) -> list[OperandSource]:
    """The operands of the operation just executed, as it found them."""
    values = after.operands(rule)
    before = debugger.predicting.shown_at(Position(after.position.operation - 1))
    # Between two iterations the observations of the one to come are not to be seen yet.
    found_in = after if after.operation == 1 else before
    return [
        _source(found_in, symbol, operand, number(values[symbol], digits))
        for symbol, operand in rule.operands.items()
    ]


def _sources_to_come(view: View, rule: Formula, digits: int) -> list[OperandSource]:
    """The operands of an operation that has never been executed, as far as they are known."""
    found = []
    for symbol, operand in rule.operands.items():
        if isinstance(operand, int):
            value = quantity_text(view, operand, digits)
        else:
            value = number(operand, digits)
        found.append(_source(view, symbol, operand, value))
    return found


def _source(view: View, symbol: Symbol, operand: Operand, value: str) -> OperandSource:
    label = to_text(symbol, "unicode")
    if not isinstance(operand, int):
        return OperandSource(label, value, "constant")
    name = to_text(element_symbol(view.program.name(operand)), "unicode")
    shown = label if label == name else f"{label} = {name}"
    written = came_about(view, operand)
    origin = _origin(view, operand, written)
    return OperandSource(shown, value, origin, operand, view.position, written)


def _origin(view: View, slot: int, written: Position | None) -> str:
    if written is not None:
        return f"{'edited at ' if view.edited(slot) else ''}p={written.operation}"
    said = {Status.UNKNOWN: "not yet", Status.GIVEN: "given"}
    return said.get(view.status(slot), "initial value")


def _readers(view: View, slot: int) -> list[Reader]:
    """Every operation of an iteration that reads a slot, in their order."""
    program = view.program
    try:
        operations = operations_of(program, range(slot, slot + 1), Access.READ).tolist()
    except BreakpointError:
        return []
    return [
        Reader(program.slot(k), k, k <= view.operation, view.iteration + (k <= view.operation))
        for k in operations
    ]


def _nearest(readers: list[Reader]) -> list[Reader]:
    """As many as are listed, those first that come next; in the order of operations."""
    coming = sorted(readers, key=lambda reader: (reader.comes_in, reader.operation))
    return sorted(coming[:MOST], key=lambda reader: reader.operation)
