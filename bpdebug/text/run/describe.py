"""A session in words: what it is, its equations, its numbers."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import groupby

from bpdebug.debugger.debugger import Debugger
from bpdebug.notation.printing import Form, to_text
from bpdebug.program.formula import formula
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.session.session import Session
from bpdebug.text.numbers import exact, number

MOST_ELEMENTS = 24
"""Of a longer quantity only the first elements are listed."""

_HEADINGS = {
    Phase.FORWARD: "Forward",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "Backward",
    Phase.UPDATE: "Update",
}


def describe(session: Session) -> Iterator[str]:
    """The session's title and notes, what it computes, and the numbers it starts from."""
    part, program = session.part, session.debugger.program
    yield session.title
    for text in (part.source and f"Source: {part.source}", part.notes):
        if text:
            yield text
    yield ""
    yield f"{program.operations} operations an iteration, {part.iterations} iterations"
    yield f"{part.style} style, {part.optimizer.method}, arithmetic {part.numerics}"
    yield ""
    for kind in (Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.PARAMETER):
        for quantity in program.of_kind(kind):
            yield f"{kind:<10} {_elements(program, quantity)}"
    for name, formula_ in part.derivations.items():
        yield f"altered    {name} = {formula_}"
    for breakpoint_ in session.debugger.breakpoints.values():
        state = "" if breakpoint_.enabled else " (disabled)"
        yield f"breakpoint {breakpoint_.number}: {breakpoint_}{state}"
    for text in session.debugger.document.watches:
        yield f"watch      {text}"
    if len(session.debugger.document.branches) > 1:
        yield f"branch     {session.debugger.here.name}"
    for text in edit_texts(session.debugger):
        yield f"edited     {text}"
    if part.walkthrough:
        yield f"walkthrough of {len(part.walkthrough)} stops, on the screen"


def edit_texts(debugger: Debugger) -> Iterator[str]:
    """The edits of the branch on which a debugger stands: `w7 := 0.5 at p=528`."""
    for edit in debugger.here.edits:
        name = debugger.program.name(edit.slot)
        yield f"{name} := {exact(edit.value)} at p={edit.operation}"


def _elements(program: Program, quantity: Quantity) -> str:
    shown = [
        f"{quantity.labels(place)} = {number(float(program.start[quantity.offset + place]), 6)}"
        for place in range(min(quantity.size, MOST_ELEMENTS))
    ]
    if quantity.size > MOST_ELEMENTS:
        shown.append(f"… {quantity.size - MOST_ELEMENTS} more")
    return ", ".join(shown)


def equations(
    program: Program, form: Form, phases: Container[Phase] = tuple(Phase)
) -> Iterator[str]:
    """The equations of some phases in index notation, leaves among the derivatives."""
    for phase, statements in groupby(program.statements, lambda statement: statement.phase):
        if phase not in phases:
            continue
        yield _HEADINGS[phase]
        for statement in statements:
            yield f"  {to_text(statement.equation, form)}"
        yield ""


def written_out(program: Program, form: Form) -> Iterator[str]:
    """Every operation of an iteration as a formula in scalars, numbered in their order."""
    for operation in range(1, program.operations + 1):
        yield f"{operation:>6}  {to_text(formula(program, operation).equation, form)}"
