"""`bpdebug trace`: operations one by one."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import digits_option, json_option, session_or_program, whole
from bpdebug.commands.console import check_arithmetic, print_json, print_rows
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import open_named
from bpdebug.text.run.trace import trace_lines, trace_records


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `trace`."""
    session_or_program(parser)
    add = parser.add_argument
    add("--from", dest="first", type=whole(0, 10**15), metavar="P", help="first operation")
    help_ = "last operation (end of the iteration)"
    add("--to", dest="last", type=whole(1, 10**15), metavar="P", help=help_)
    digits_option(parser)
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Operations one by one."""
    debugger = open_named(arguments).debugger
    length, end = debugger.program.operations, debugger.end.operation
    first = max(1, 1 if arguments.first is None else arguments.first)
    last = arguments.last
    if last is None:
        last = min(end, -(-first // length) * length)
    for operation in (first, last):
        if operation > end:
            raise UsageError(f"there is no position {operation}; positions go from 0 to {end}")
    if first > last:
        raise UsageError(f"--from {first} is after --to {last}")
    check_arithmetic()
    if arguments.json:
        for record in trace_records(debugger, first, last, arguments.digits):
            print_json(record)
    else:
        print_rows(trace_lines(debugger, first, last, arguments.digits))
    return 0
