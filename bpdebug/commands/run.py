"""`bpdebug run`: to the end of a session or to a stop."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Container

from bpdebug.commands import completers
from bpdebug.commands.arguments import (
    budget,
    digits_option,
    json_option,
    memory_option,
    session_or_program,
    whole,
)
from bpdebug.commands.completers import complete_with
from bpdebug.commands.console import check_arithmetic, print_json, print_rows, with_progress
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import part_named, tell_of_unusable
from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.conditions import ConditionError, read_condition
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.limits import LimitError
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status
from bpdebug.session.model.assemble import make_debugger
from bpdebug.text.numbers import exact, number
from bpdebug.text.records import json_number, parameter_values
from bpdebug.text.run.status import log_line, where, why
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `run`."""
    session_or_program(parser)
    parser.add_argument(
        "--iterations",
        type=whole(1),
        metavar="N",
        help="iterations of the run (default: the session's)",
    )
    complete_with(
        parser.add_argument(
            "--break",
            dest="breakpoints",
            action="append",
            default=[],
            metavar="SPEC",
            help="stop at a breakpoint, such as 'w7 write if w7 < 0.69'; may be repeated; "
            "exit code 1 if the run stops at none of them",
        ),
        completers.quantities,
    )
    complete_with(
        parser.add_argument(
            "--until",
            metavar="CONDITION",
            help="stop where a condition holds: 'loss < 0.01'; "
            "exit code 1 if the run stops elsewhere",
        ),
        completers.quantities,
    )
    parser.add_argument(
        "--allow-non-finite", action="store_true", help="do not stop at NaN and infinity"
    )
    memory_option(parser)
    digits_option(parser)
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run from the start to the end or to a stop; 1 if it is not one that was asked for."""
    part, path = part_named(arguments)
    debugger = make_debugger(part, str(path), budget(arguments))
    tell_of_unusable(debugger, str(path))
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
    for name, value in parameter_values(debugger).items():
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
        "parameters": parameter_values(debugger),
        "stopped": stopped,
    }


def _loss(debugger: Debugger) -> float | None:
    """The loss as last computed, None if it never was."""
    slot = debugger.program.slot_named(debugger.program.model.loss)
    assert slot is not None
    known = debugger.view.status(slot) is not Status.UNKNOWN
    return debugger.view.value(slot) if known else None
