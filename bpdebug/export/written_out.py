"""What exports have in common: the model, words about the session, phases, and the most written."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.notation.equation import Equation
from bpdebug.program.program import Phase, Program
from bpdebug.session.session import Session
from bpdebug.text.run.describe import edit_texts

MOST_OPERATIONS = 50_000
"""A longer iteration is not written out: nobody would read it."""

HEADINGS = {
    Phase.FORWARD: "Forward",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "Backward",
    Phase.UPDATE: "Update",
}
"""What each phase is called above its operations."""


class ExportError(ValueError):
    """A session that cannot be written in this form; the message says why."""


def model_equations(program: Program) -> list[Equation]:
    """The equations of the model: the forward pass with the loss."""
    model = (Phase.FORWARD, Phase.LOSS)
    return [each.equation for each in program.statements if each.phase in model]


def told_of(session: Session, has_notes: bool = True) -> Iterator[str]:
    """Paragraphs about a session: its source, its notes, what was edited in the run."""
    source, notes = session.part.source.strip(), session.part.notes.strip()
    if source:
        yield f"Source: {source}."
    if notes and has_notes:
        yield notes
    if session.debugger.here.edits:
        yield f"With values edited: {', '.join(edit_texts(session.debugger))}."


def check_length(program: Program) -> None:
    """Raise ExportError if an iteration is too long to be written out."""
    steps = int(program.arithmetic_before[-1])
    if program.operations > MOST_OPERATIONS or steps > 10 * MOST_OPERATIONS:
        raise ExportError(
            f"an iteration has {program.operations} operations with {steps} arithmetic steps; "
            f"up to {MOST_OPERATIONS} with {10 * MOST_OPERATIONS} are written out"
        )
