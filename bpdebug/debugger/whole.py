"""Whole arrays: all elements of a quantity, as they stand at a position."""

from __future__ import annotations

import numpy as np

from bpdebug.debugger.view import Status, View
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import LASTING, Quantity


def values(view: View, quantity: Quantity) -> FloatArray:
    """The values of all elements, in the quantity's shape; what is not computed yet is NaN.

    A copy, which nothing else refers to.
    """
    span = quantity.span
    segment, written = view.segments[-1], view.program.written_at[span]
    done = (segment.since < written) & (written <= view.operation)
    return np.where(done, segment.after[span], segment.before[span]).reshape(quantity.shape)


def status(view: View, quantity: Quantity) -> Status:
    """That of the element of which least is known."""
    written = view.program.written_at[quantity.span]
    if not written.any():
        return Status.GIVEN
    if quantity.kind in LASTING or (written <= view.operation).all():
        return Status.CURRENT
    return Status.UNKNOWN if view.iteration == 1 else Status.STALE


def previous(view: View, quantity: Quantity) -> FloatArray | None:
    """The values that the current ones have replaced; None if one of them has replaced none."""
    span, start = quantity.span, view.position.operation - view.operation
    here = {
        each.slot
        for each in view.edits
        if each.operation >= start and span.start <= each.slot < span.stop
    }
    if view.iteration == 1 and quantity.kind not in LASTING:
        fresh = np.flatnonzero(view.program.written_at[span]) + span.start
        if not all(slot in here and view.has_previous(slot) for slot in fresh.tolist()):
            return None
    found = view.start[span].copy()
    for slot in here:
        found[slot - span.start] = view.previous(slot)
    return found.reshape(quantity.shape)
