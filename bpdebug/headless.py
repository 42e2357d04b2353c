"""The commands that need no screen: what each prints, and its exit code.

Each takes the parsed arguments of its subcommand (see `cli`).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Container, Generator, Iterable
from typing import TypeVar

from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.conditions import ConditionError, read_condition
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import DEFAULT_BUDGET
from bpdebug.debugger.limits import LimitError
from bpdebug.debugger.state import Progress, finish
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status
from bpdebug.numerics.selftest import self_test
from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.file.errors import MOST_TOLD, Problem, SessionError
from bpdebug.session.file.read import read_session
from bpdebug.session.file.schema import session_schema
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.session import Session, open_session
from bpdebug.text.numbers import exact, number
from bpdebug.text.run.describe import describe, equations, written_out
from bpdebug.text.run.status import log_line, where, why
from bpdebug.text.run.trace import json_number, to_json, trace_lines, trace_records
from bpdebug.text.safe import safe


class UsageError(Exception):
    """A command that is written well and still cannot be carried out."""


def list_command(arguments: argparse.Namespace) -> int:
    """Name and title of each bundled session."""
    for name, path in bundled_sessions().items():
        title = read_session(path).title
        if arguments.json:
            print_json({"name": name, "title": title, "path": str(path)})
        else:
            print(f"{name:<24}{safe(title)}")
    return 0


def show_command(arguments: argparse.Namespace) -> int:
    """What a session is, or its equations."""
    session = _open(arguments.session)
    program = session.debugger.program
    if arguments.json:
        print_json(_description(session))
    elif arguments.equations:
        print_rows(equations(program, arguments.form))
        print("One iteration, written out")
        print_rows(written_out(program, arguments.form))
    else:
        print_rows(describe(session))
    return 0


def _description(session: Session) -> dict[str, object]:
    program = session.debugger.program
    return {
        "title": session.title,
        "operations": program.operations,
        "iterations": session.debugger.iterations,
        "style": str(session.part.style),
        "numerics": session.part.numerics,
        "equations": [row.strip() for row in equations(program, "ascii") if row.startswith(" ")],
        "parameters": _parameters(session.debugger),
    }


def trace_command(arguments: argparse.Namespace) -> int:
    """Operations one by one."""
    debugger = _open(arguments.session).debugger
    length, end = debugger.program.operations, debugger.end.operation
    first = max(1, 1 if arguments.first is None else arguments.first)
    last = arguments.last
    if last is None:
        last = min(end, -(-first // length) * length)
    for operation in (first, last):
        if operation > end:
            raise UsageError(f"there is no position {operation}; positions go from 0 to {end}")
    if first > last:
        raise UsageError(f"--from {first} lies behind --to {last}")
    check_arithmetic()
    if arguments.json:
        for record in trace_records(debugger, first, last, arguments.digits):
            print_json(record)
    else:
        print_rows(trace_lines(debugger, first, last, arguments.digits))
    return 0


def run_command(arguments: argparse.Namespace) -> int:
    """Run from the start to the end or to a stop; 1 if it is not one that was asked for."""
    path = find_session(arguments.session)
    part = read_session(path)
    debugger = make_debugger(part, str(path), _budget(arguments))
    _tell_of_unusable(debugger, str(path))
    debugger.stand(Stop(Reason.START, Position()))
    if arguments.iterations is not None:
        debugger.iterations = arguments.iterations
    try:
        added = [debugger.add_breakpoint(parse_breakpoint(each)) for each in arguments.breakpoints]
        until = None
        if arguments.until is not None:
            until = read_condition(arguments.until, debugger.program)
    except (BreakpointError, ConditionError, LimitError) as error:
        raise UsageError(str(error)) from error
    if arguments.allow_non_finite:
        debugger.stop_at_non_finite(False)
    check_arithmetic()
    stop = with_progress(debugger.running(until=until))
    # One with a message is not meant to stop anything.
    stops = {each.number: str(each) for each in added if each.log is None}
    asked = [*stops.values(), *([] if until is None else [until.text])]
    reached = _is_asked(stop, stops, bool(asked))
    length = debugger.program.operations
    logged = [log_line(entry, length, arguments.digits) for entry in debugger.log]
    if arguments.json:
        print_json(_outcome(debugger, stop, reached) | ({"log": logged} if logged else {}))
        return 0 if reached else 1
    print_rows(logged)
    print(where(debugger))
    print(safe(why(stop, debugger, arguments.digits)))
    loss = _loss(debugger)
    if loss is not None:
        print(f"{debugger.program.model.loss} = {exact(loss or 0.0)}")
    for name, value in _parameters(debugger).items():
        print(f"{name:<8} {number(float(value), arguments.digits, fixed=True):>14}")
    if asked and not reached:
        print(safe(f"not reached: {', '.join(asked)}"), file=sys.stderr)
    return 0 if reached else 1


def _is_asked(stop: Stop, breakpoints: Container[int], asked: bool) -> bool:
    """Whether a run stopped for what was asked for on the command line.

    If nothing was, the end and what the session itself stops at are as good.
    """
    match stop.reason:
        case Reason.CONDITION:
            return True
        case Reason.BREAKPOINT:
            return stop.breakpoint in breakpoints or not asked
        case Reason.END:
            return not asked
        case _:
            return False


_Result = TypeVar("_Result")


def with_progress(search: Generator[Progress, None, _Result]) -> _Result:
    """Run a search to its end; on a terminal say now and then how far it has got."""
    shown, told = time.monotonic(), False

    def see(progress: Progress) -> None:
        nonlocal shown, told
        if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
            shown, told = time.monotonic(), True
            percent = 100 * progress.done // progress.total
            print(f"\riteration {progress.iteration}, {percent} %\r", end="", file=sys.stderr)

    result = finish(search, see)
    if told:
        print(" " * 40, end="\r", file=sys.stderr)
    return result


def _outcome(debugger: Debugger, stop: Stop, asked: bool) -> dict[str, object]:
    loss = _loss(debugger)
    stopped: dict[str, object] = {"reason": str(stop.reason), "asked": asked}
    if stop.breakpoint is not None:
        stopped |= {"breakpoint": stop.breakpoint, "hit": stop.hit}
    if stop.quantity is not None:
        stopped |= {
            "operation": stop.operation,
            "quantity": stop.quantity,
            "old": None if stop.old is None else json_number(stop.old),
            "new": None if stop.new is None else json_number(stop.new),
        }
    return {
        "position": debugger.position.operation,
        "iteration": debugger.view.iteration,
        "loss": None if loss is None else json_number(loss),
        "parameters": _parameters(debugger),
        "stopped": stopped,
    }


def _loss(debugger: Debugger) -> float | None:
    """The loss as last computed, None if it never was."""
    slot = debugger.program.slot_named(debugger.program.model.loss)
    assert slot is not None
    known = debugger.view.status(slot) is not Status.UNKNOWN
    return debugger.view.value(slot) if known else None


def _parameters(debugger: Debugger) -> dict[str, float | str]:
    view, program = debugger.view, debugger.program
    slots = map(int, program.parameter_slots())
    return {program.name(slot): json_number(view.value(slot)) for slot in slots}


def validate_command(arguments: argparse.Namespace) -> int:
    """Check session files."""
    status = 0
    for name in arguments.sessions:
        try:
            session = _open(name)
        except SessionError as error:
            print(safe(str(error)), file=sys.stderr)
            status = 2
        else:
            print(f"{safe(name)}: well: {safe(session.title)}")
    return status


def schema_command(arguments: argparse.Namespace) -> int:
    """The JSON Schema of session files."""
    print(json.dumps(session_schema(), indent=2))
    return 0


def _open(name: str) -> Session:
    try:
        session = open_session(find_session(name))
    except MemoryError as error:
        raise SessionError(name, [Problem("", "is too large for this machine")]) from error
    _tell_of_unusable(session.debugger, name)
    return session


def _tell_of_unusable(debugger: Debugger, name: str) -> None:
    """Say which breakpoints a session has that stop nothing, and why."""
    unusable = [each for each in debugger.breakpoints.values() if each.problem]
    for each in unusable[:MOST_TOLD]:
        message = f"{name}: warning: breakpoint {each.number} cannot be used: {each.problem}"
        print(safe(message), file=sys.stderr)
    if len(unusable) > MOST_TOLD:
        more = f"{name}: warning: … and {len(unusable) - MOST_TOLD:,} more breakpoints"
        print(safe(more), file=sys.stderr)


def _budget(arguments: argparse.Namespace) -> int:
    """How many bytes the states of a run may take."""
    memory: int | None = arguments.memory
    return DEFAULT_BUDGET if memory is None else memory * 2**20


def check_arithmetic() -> None:
    """Say so if results on this machine cannot be those of other machines; then go on."""
    for failure in self_test():
        print(f"warning: results are not reproducible here: {failure}", file=sys.stderr)


def print_rows(rows: Iterable[str]) -> None:
    """Lines of text; what would do something to a terminal stands in them as an escape."""
    for row in rows:
        print(safe(row))


def print_json(record: object) -> None:
    """A line of JSON; what is no harmless printable text stands in it as an escape."""
    text = to_json(record)
    if not (text.isprintable() and sys.stdout.encoding.lower().startswith("utf")):
        text = json.dumps(record, allow_nan=False).replace("\x7f", "\\u007f")
    print(text)
