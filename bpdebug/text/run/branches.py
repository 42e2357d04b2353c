"""Branches, bookmarks and what differs between two branches, in words and figures."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.document import Bookmark, Branch
from bpdebug.debugger.edits import Edit
from bpdebug.debugger.view import Position, View
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Program
from bpdebug.text.numbers import DIGITS, exact, number
from bpdebug.text.values import quantity_text
from bpdebug.text.wrapping import wrap_words

HERE = "*"
"""The mark of the branch on which the debugger stands."""

SAME = "="
"""Stands for a difference that there is not."""

_MOST_EDITS = 3
_CHEAP = 100_000
"""Operations that may be computed for the losses in a list of branches."""


def place_text(program: Program, position: Position) -> str:
    """`iteration 13, operation 14/41 (dE/dw7), p=506`."""
    if position == Position():
        return "the start, p=0"
    iteration, operation = program.locate(position.operation)
    tail = f"+{position.arithmetic}" if position.arithmetic else ""
    name = f" ({program.name(program.slot(operation))})" if operation else ""
    return (
        f"iteration {iteration}, operation {operation}/{program.operations}{name}, "
        f"p={position.operation}{tail}"
    )


def edit_text(program: Program, edit: Edit) -> str:
    """`w7 := 0.5 at p=528`."""
    return f"{program.name(edit.slot)} := {exact(edit.value)} at p={edit.operation}"


def branch_lines(debugger: Debugger, width: int, digits: int = DIGITS) -> dict[int, list[str]]:
    """The lines of each branch by its number, in at most `width` characters: number and name,
    where it was forked, its edits, and where it stands. The loss there is told of those where
    it takes little to say.
    """
    losses = _losses(debugger, digits)
    found = {}
    for each in debugger.document.branches.values():
        mark = HERE if each.number == debugger.branch else " "
        stands = place_text(debugger.program, debugger.place_on(each.number))
        room = max(20, width - 6)
        details = [_forked(debugger, each), _edits(debugger, each), f"is at {stands}"]
        loss = losses.get(each.number, "")
        if loss and len(details[-1]) + len(loss) <= room:
            details[-1] += loss
        elif loss:
            details.append(loss.removeprefix(" · "))
        head = f"{mark} {each.number:<4}{each.name}"
        rows = [row for text in details if text for row in wrap_words(text, room)]
        found[each.number] = [head, *(f"      {row}" for row in rows)]
    return found


def _forked(debugger: Debugger, branch: Branch) -> str:
    if branch.parent is None:
        return ""
    parent = debugger.document.branches.get(branch.parent)
    name = f"branch {branch.parent}, which is deleted," if parent is None else parent.name
    where = place_text(debugger.program, Position(branch.fork))
    return f"forked from {name} at {where}"


def _edits(debugger: Debugger, branch: Branch) -> str:
    """How many edits a branch has and the first of those that are its own."""
    if not branch.edits:
        return "no edits"
    parent = debugger.document.branches.get(branch.parent or 0)
    theirs = set() if parent is None else set(parent.edits)
    own = [edit for edit in branch.edits if edit not in theirs]
    count = len(branch.edits)
    parts = [edit_text(debugger.program, edit) for edit in own[:_MOST_EDITS]]
    if len(own) > _MOST_EDITS:
        parts.append(f"… {len(own) - _MOST_EDITS} more")
    if parent is not None and count > len(own):
        parts.append(f"{count - len(own)} as on {parent.name}")
    return f"{count} edit{'s' if count > 1 else ''}: {', '.join(parts)}"


def _losses(debugger: Debugger, digits: int) -> dict[int, str]:
    """` · E = 0.0123` for the branches where that is computed quickly."""
    program, left = debugger.program, _CHEAP
    slot = program.slot_named(program.model.loss)
    found: dict[int, str] = {}
    if slot is None:
        return found
    for each in debugger.document.branches.values():
        position = debugger.place_on(each.number)
        is_here = each.number == debugger.branch
        if is_here:
            view = debugger.shown
        else:
            history = debugger.history.with_edits(each.edits)
            wanted = program.locate(position.operation)[0]
            cost = (wanted - history.nearest(wanted) + 1) * program.operations
            if cost > left:
                continue
            left -= cost
            view = debugger.predicting.shown_at(position, history)
        found[each.number] = f" · {program.model.loss} = {quantity_text(view, slot, digits)}"
    return found


def bookmark_lines(debugger: Debugger, width: int) -> dict[str, list[str]]:
    """The lines of each bookmark by its name: the name with its branch, and where it is."""
    return {
        name: [
            name,
            *(f"  {row}" for row in wrap_words(_marked(debugger, each), max(20, width - 2))),
        ]
        for name, each in debugger.document.bookmarks.items()
    }


def _marked(debugger: Debugger, bookmark: Bookmark) -> str:
    branch = debugger.document.branches[bookmark.branch].name
    return f"on {branch}: {place_text(debugger.program, bookmark.position)}"


class BranchComparison:
    """Two branches at the same position, parameter by parameter.

    `slots` are those of the parameters, in the order in which they are to be shown.
    """

    def __init__(self, views: tuple[View, View]) -> None:
        self.views = views
        self.program = views[0].program
        self._in_memory = self.program.parameter_slots()
        self._values = [view.memory()[self._in_memory] for view in views]
        self._row = {int(slot): row for row, slot in enumerate(self._in_memory.tolist())}
        self.slots: Integers = self._in_memory

    @property
    def differing(self) -> int:
        """How many parameters differ."""
        first, second = self._values
        return int(np.count_nonzero(_differ(first, second)))

    def order(self, by_difference: bool) -> None:
        """Sort by the size of the difference, the greatest first, or as in memory."""
        if not by_difference:
            self.slots = self._in_memory
            return
        first, second = self._values
        with np.errstate(invalid="ignore", over="ignore"):
            sizes = np.abs(second - first)
        # What is not finite on one branch alone is more of a difference than any number.
        sizes[~np.isfinite(sizes)] = math.inf
        sizes[~_differ(first, second)] = 0.0
        self.slots = self._in_memory[np.argsort(-sizes, kind="stable")]

    def row(self, number: int, digits: int = DIGITS) -> list[str]:
        """The cells of line `number`: name, both values, their difference."""
        slot = int(self.slots[number])
        first, second = (float(values[self._row[slot]]) for values in self._values)
        return [
            self.program.name(slot),
            number_text(first, digits),
            number_text(second, digits),
            difference_text(first, second, digits),
        ]

    def loss_row(self, digits: int = DIGITS) -> list[str]:
        """The cells of the loss; a value from the previous iteration is marked `~`."""
        name = self.program.model.loss
        slot = self.program.slot_named(name)
        assert slot is not None
        texts = [quantity_text(view, slot, digits) for view in self.views]
        first, second = (view.value(slot) for view in self.views)
        if math.isnan(first) or math.isnan(second):
            return [name, *texts, ""]
        return [name, *texts, difference_text(first, second, digits)]


def number_text(value: float, digits: int) -> str:
    """A number for a column."""
    return number(value, digits, fixed=True)


def difference_text(first: float, second: float, digits: int) -> str:
    """The second number less the first with its sign; `=` where they are the same."""
    if first == second or (math.isnan(first) and math.isnan(second)):
        return SAME
    text = number(second - first, digits, fixed=True)
    return f"+{text}" if second > first else text


def _differ(first: FloatArray, second: FloatArray) -> npt.NDArray[np.bool_]:
    differ: npt.NDArray[np.bool_] = (first != second) & ~(np.isnan(first) & np.isnan(second))
    return differ
