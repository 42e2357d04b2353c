"""The picture: the one frozen thing that all panes draw from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bpdebug.debugger.view import View
from bpdebug.text.numbers import number
from bpdebug.text.parameter_order import TableLook
from bpdebug.text.parameters import Checks


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
