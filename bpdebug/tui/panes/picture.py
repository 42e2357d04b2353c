"""The picture: the one frozen thing that all panes draw from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.gradients.remembered import RememberedChecks, is_cheap
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.debugger.view import View
from bpdebug.text.marks import BOOKMARK, EDITED, sign
from bpdebug.text.numbers import number
from bpdebug.text.table.cells import Checks
from bpdebug.text.table.order import TableLook
from bpdebug.tui.panes.breakpoint_marks import BreakpointMarks

_HISTORY = 8
"""Iterations that a sparkline looks back."""

_SMALL = 20_000
"""Up to this many slots the last iterations are cheap enough to have at hand."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What is seen at one moment.

    `selected` is the name of the selected element. Marks are signs of `text.marks`: `marks`
    by the name of the element, `operation_marks` by the operation of an iteration, `run_marks`
    with operations since the start. `end` is how many operations the run has. `pinned` is
    the slot whose tree is shown whatever operation comes. `history` gives the last values of
    a slot, oldest first; `has_history` says whether it ever does. `at_end` says that no
    operation comes any more. `mathematics` says that formulas are set so. `table`
    is how people want to see the parameter table. `checks` gives the gradient checks of the
    iteration.
    """

    view: View
    selected: str | None
    digits: int
    marks: Mapping[str, str] = field(default_factory=dict)
    operation_marks: Mapping[int, str] = field(default_factory=dict)
    run_marks: Sequence[tuple[int, str]] = ()
    end: int = 0
    pinned: int | None = None
    history: Callable[[int], list[float]] = lambda slot: []
    at_end: bool = False
    mathematics: bool = True
    has_history: bool = True
    table: TableLook = field(default_factory=TableLook)
    checks: Checks = dict

    @property
    def active_slot(self) -> int | None:
        """The slot that the operation just executed wrote."""
        return self.view.done.slot if self.view.done else None

    def format(self, value: float) -> str:
        """A value at the digits in force."""
        return number(value, self.digits)


def take_picture(
    debugger: Debugger,
    breakpoints: BreakpointMarks,
    checked: RememberedChecks,
    is_running: Callable[[], bool],
    *,
    selected: str | None,
    digits: int,
    pinned: int | None,
    mathematics: bool,
    table: TableLook,
) -> Picture:
    """What is to be seen now; while something runs nothing is computed for it."""
    breakpoints.update(debugger)
    is_small = len(debugger.program.start) <= _SMALL
    return Picture(
        view=debugger.shown,
        selected=selected,
        digits=digits,
        marks=breakpoints.elements,
        operation_marks=breakpoints.operations,
        run_marks=_run_marks(debugger),
        end=debugger.end.operation,
        pinned=pinned,
        history=partial(_history, debugger, is_small, is_running),
        at_end=debugger.position == debugger.end,
        mathematics=mathematics,
        has_history=is_small,
        table=table,
        checks=partial(_checks, debugger.view, checked, is_running),
    )


def _run_marks(debugger: Debugger) -> list[tuple[int, str]]:
    """The edits, bookmarks and iterations with breakpoints of this branch, with positions."""
    length = debugger.program.operations
    marks = [(edit.operation, EDITED) for edit in debugger.here.edits]
    marks += [
        (each.position.operation, BOOKMARK)
        for each in debugger.document.bookmarks.values()
        if each.branch == debugger.branch
    ]
    for each in debugger.breakpoints.values():
        iteration = None if each.problem else debugger.trigger(each).iteration
        if iteration is not None and iteration <= debugger.iterations:
            marks.append(((iteration - 1) * length + 1, sign(each)))
    return marks


def _checks(
    view: View, checked: RememberedChecks, is_running: Callable[[], bool]
) -> Mapping[int, GradientCheck]:
    """The gradient checks of the iteration that a view is in: made at once where that takes
    no time, else those that have been asked for.
    """
    if not is_running() and is_cheap(view.program):
        finish(checked.checking(view))
    return checked.by_slot(view)


def _history(
    debugger: Debugger, is_small: bool, is_running: Callable[[], bool], slot: int
) -> list[float]:
    """The last values of a parameter, one an iteration."""
    if is_running() or not is_small:
        return []
    view = debugger.shown
    first = max(0, view.iteration - _HISTORY)
    states = [float(debugger.history.state(n)[slot]) for n in range(first, view.iteration)]
    if 0 < debugger.program.written_at[slot] <= view.operation:
        states.append(view.value(slot))
    return states
