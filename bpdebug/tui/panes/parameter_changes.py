"""Which rows of the parameter table may look different after a few steps."""

from __future__ import annotations

from bpdebug.debugger.view import View
from bpdebug.text.table.rows import ParameterTable
from bpdebug.tui.panes.picture import Picture

MOST_STEPS = 9
"""Operations that lie between two pictures at the most while a key is held down."""


def rows_changed(table: ParameterTable, before: Picture, after: Picture) -> set[int] | None:
    """The rows of `table` in which anything may have changed from one picture to another, None
    for any: they are known for a few steps within one stretch of computation.
    """
    old, new = before.view, after.view
    if (before.digits, before.marks, before.selected) != (
        after.digits,
        after.marks,
        after.selected,
    ):
        return None
    if abs(new.operation - old.operation) > MOST_STEPS or not _is_one_stretch(old, new):
        return None
    first, last = sorted((old.operation, new.operation))
    # What was written first is no longer the latest, and the other way round.
    written = (old.program.slot(number) for number in range(max(1, first), last + 1))
    found = {table.row_of(slot) for slot in written}
    return {row for row in found if row is not None}


def _is_one_stretch(old: View, new: View) -> bool:
    """Whether two views are of the same memories."""
    return (
        old.program is new.program
        and old.iteration == new.iteration
        and old.edits == new.edits
        and len(old.segments) == len(new.segments)
        and all(
            a.since == b.since and a.before is b.before and a.after is b.after
            for a, b in zip(old.segments, new.segments, strict=True)
        )
    )
