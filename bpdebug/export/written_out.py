"""Iterations that exports write out: what their phases are called, and how long they may be."""

from __future__ import annotations

from bpdebug.program.program import Phase, Program

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


def check_length(program: Program) -> None:
    """Raise ExportError if an iteration is too long to be written out."""
    steps = int(program.arithmetic_before[-1])
    if program.operations > MOST_OPERATIONS or steps > 10 * MOST_OPERATIONS:
        raise ExportError(
            f"an iteration has {program.operations} operations with {steps} arithmetic steps; "
            f"up to {MOST_OPERATIONS} with {10 * MOST_OPERATIONS} are written out"
        )
