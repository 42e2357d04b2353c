"""Where the debugger stands and why, in words."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.debugger.covering import COVERED, Cover
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.search import LogEntry
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, View
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Phase
from bpdebug.text.numbers import DIGITS, number


def phase_of(view: View) -> Phase | None:
    """The phase of the operation just executed, None at the start of a run."""
    return view.program.statement(view.operation).phase if view.operation else None


def where(debugger: Debugger) -> str:
    """`iteration 1/10000 · backward · operation 14/41 · p=14`."""
    view = debugger.view
    phase = phase_of(view)
    parts = [
        f"iteration {view.iteration}/{debugger.iterations}",
        str(phase or "start"),
        f"operation {view.operation}/{view.program.operations}",
        f"p={view.position.operation}",
    ]
    if len(debugger.document.branches) > 1:
        parts.insert(0, debugger.here.name)
    feed = view.program.model.feed
    if feed is not None:
        rows = ", ".join(str(row + 1) for row in feed.rows(view.iteration))
        parts.insert(1, f"observation {rows}")
    if view.position.arithmetic:
        steps = view.program.arithmetic(view.operation % view.program.operations + 1)
        parts[-1] += f" +{view.position.arithmetic}/{steps}"
    return " · ".join(parts)


def why(stop: Stop, debugger: Debugger, digits: int = DIGITS) -> str:
    """Why the debugger stands here, a sentence; empty after a plain step."""
    stop = _as_shown(stop, debugger)
    match stop.reason:
        case Reason.BREAKPOINT:
            assert stop.breakpoint is not None
            breakpoint_ = debugger.breakpoints.get(stop.breakpoint)
            what = f" ({breakpoint_})" if breakpoint_ else " (deleted)"
            return f"breakpoint {stop.breakpoint}{what}, hit {stop.hit}: {_change(stop, digits)}"
        case Reason.CONDITION:
            return f"the condition holds after {_change(stop, digits)}"
        case Reason.NON_FINITE:
            return f"not finite: {_change(stop, digits)}{_operands(stop, debugger, digits)}"
        case Reason.START:
            return "start of history"
        case Reason.END:
            return f"end of history: {all_done(debugger)}"
        case Reason.EDIT:
            return f"{debugger.last_change()}, on {debugger.here.name}"
        case Reason.INTERRUPTED:
            return "interrupted"
        case _:
            return ""


def shown_stop(debugger: Debugger) -> Stop:
    """Why the debugger stands here, without a number that is covered."""
    return _as_shown(debugger.stop, debugger)


def _as_shown(stop: Stop, debugger: Debugger) -> Stop:
    cover = debugger.cover
    if cover is None or stop.operation != cover.operation:
        return stop
    name = debugger.program.name(cover.slot)
    return replace(stop, new=COVERED) if stop.quantity == name else stop


def _operands(stop: Stop, debugger: Debugger, digits: int) -> str:
    """`, from zh1 = 800 and x1 = 1`: what the operation that a run stopped for was given."""
    assert stop.operation is not None
    view = debugger.view_at(Position(stop.operation))
    assert view.done is not None
    operands = view.operands(view.done)
    shown = [f"{to_text(s, 'unicode')} = {number(v, digits)}" for s, v in operands.items()]
    more = len(shown) - _MOST_OPERANDS
    if more > 0:
        shown[_MOST_OPERANDS:] = [f"{more} more"]
    return f", from {', '.join(shown)}" if shown else ""


_MOST_OPERANDS = 4


def shown_entry(entry: LogEntry, cover: Cover | None) -> LogEntry:
    """A log message without the numbers of a moment whose result is covered."""
    if cover is None or entry.operation != cover.operation:
        return entry
    parts = (each if isinstance(each, str) else COVERED for each in entry.parts)
    return replace(entry, parts=tuple(parts))


def log_line(entry: LogEntry, length: int, digits: int = DIGITS) -> str:
    """A log message with where it comes from; an iteration has `length` operations."""
    parts = [p if isinstance(p, str) else value_text(p, digits) for p in entry.parts]
    iteration = max(1, -(-entry.operation // length))
    return f"it {iteration} p={entry.operation}: {''.join(parts)}"


def value_text(value: float | bool | None, digits: int = DIGITS) -> str:
    """The value of a watch."""
    if isinstance(value, bool):
        return str(value).lower()
    return _shown(value, digits)


def _change(stop: Stop, digits: int) -> str:
    """`w7 0.7 → 0.6992`, `dE/dw7 = 0.0765` if it had no other value before."""
    if stop.new is None:
        return f"{stop.quantity} {_shown(stop.old, digits)} → not yet"
    if stop.old is None or stop.old == stop.new:
        return f"{stop.quantity} = {_shown(stop.new, digits)}"
    # As many digits as it takes to see that there is a change: 0.2 → 0.2000 shows none.
    while digits < _MOST_DIGITS and (
        number(stop.old, digits, fixed=True) == number(stop.new, digits, fixed=True)
    ):
        digits += 1
    return f"{stop.quantity} {number(stop.old, digits)} → {number(stop.new, digits)}"


def _shown(value: float | None, digits: int) -> str:
    return "not yet" if value is None else number(value, digits)


_MOST_DIGITS = 17


def all_done(debugger: Debugger) -> str:
    """That nothing is left of a run."""
    count = debugger.iterations
    return "the only iteration is done" if count == 1 else f"all {count} iterations are done"
