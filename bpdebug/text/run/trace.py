"""A trace: operations one by one, as records for programs and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.text.formula.operation import done_text
from bpdebug.text.numbers import DIGITS, exact
from bpdebug.text.records import json_number
from bpdebug.text.run.status import phase_of


def trace_records(
    debugger: Debugger, first: int, last: int, digits: int = DIGITS
) -> Iterator[dict[str, object]]:
    """Operations `first` … `last`, counted since the start, as JSON objects."""
    for operation in range(max(1, first), last + 1):
        view = debugger.view_at(Position(operation))
        text = done_text(view, digits)
        assert text is not None
        assert text.value is not None
        yield {
            "position": operation,
            "iteration": view.iteration,
            "phase": str(phase_of(view)),
            "target": text.target,
            "rule": text.rule,
            "numbers": text.numbers,
            "value": json_number(text.value),
        }


def trace_lines(debugger: Debugger, first: int, last: int, digits: int) -> Iterator[str]:
    """Operations `first` … `last` for people: three lines each, phases as headings."""
    heading = ""
    for operation in range(max(1, first), last + 1):
        view = debugger.view_at(Position(operation))
        text = done_text(view, digits)
        assert text is not None
        title = f"iteration {view.iteration}, {phase_of(view)}"
        if title != heading:
            yield f"{title}\n" if not heading else f"\n{title}\n"
            heading = title
        for edit in debugger.here.edits:
            if edit.operation == operation - 1:
                name = debugger.program.name(edit.slot)
                yield f"{'edited':>6}  {name} := {exact(edit.value)}"
        start, *rest = text.lines(digits)
        yield "\n".join([f"{operation:>6}  {start}", *(f"{'':>6}  {row}" for row in rest)])
