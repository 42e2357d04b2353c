"""Computing by hand: what somebody has who rounds every number and goes on from what is rounded.

This is a first-order error analysis (Higham, "Accuracy and Stability of Numerical Algorithms",
ch. 1-3). Each element has a value as the hand has it and a width, the most that the hand's own
number may be off that. In an operation each operand is moved by its width, one at a time, and what
that does to the result is added up; that an operand occurs in it several times is accounted for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpdebug.checks.figures.figure import Figure, Rounding
from bpdebug.debugger.view import View
from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Expression
from bpdebug.program.formula import evaluate, formula
from bpdebug.program.long_sums import Operand
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class Reach:
    """A number by hand: from `centre` - `width` to `centre` + `width`."""

    centre: float
    width: float


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number by hand that goes back to a wrong figure, the first on its way."""

    reach: Reach
    root: Figure


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation gives by hand: from numbers that are right except for rounding, and, if
    wrong figures are among its operands, from those.
    """

    right: Reach
    wrong: Wrong | None


class Hand:
    """Somebody who rounds in one way; None computes with all digits of a double.

    Only what differs from the true values is held. A number that is not printed is rounded like
    those that are; between two iterations the numbers stay.
    """

    def __init__(self, program: Program, rounding: Rounding | None) -> None:
        self.program = program
        self.rounding = rounding
        self._right: dict[int, Reach] = {}
        self._wrong: dict[int, Wrong] = {}

    def work_out(self, view: View) -> Result:
        """The result of the operation that was just executed, by hand."""
        written = formula(self.program, view.operation)
        tree, operands = written.equation.value, written.operands
        slots = {operand for operand in operands.values() if isinstance(operand, int)}
        wrong = [self._wrong[slot] for slot in slots if slot in self._wrong]
        if not wrong and slots.isdisjoint(self._right):
            return Result(Reach(view.result(), 0.0), None)
        values = view.operands(written)
        right = _reach(tree, operands, values, self._right)
        if not math.isfinite(right.centre):
            right = Reach(view.result(), 0.0)
        if not wrong:
            return Result(right, None)
        held = self._right | {slot: each.reach for slot, each in self._wrong.items()}
        root = min((each.root for each in wrong), key=self._order)
        return Result(right, Wrong(_reach(tree, operands, values, held), root))

    def _order(self, figure: Figure) -> tuple[int, int]:
        return figure.iteration, int(self.program.written_at[figure.slot])

    def keep(self, slot: int, result: Result, value: float) -> None:
        """Go on from a result that is not printed; `value` is the true one."""
        rounded = self._rounded(result.right)
        if rounded == Reach(value, 0.0):
            self._right.pop(slot, None)
        else:
            self._right[slot] = rounded
        if result.wrong is None:
            self._wrong.pop(slot, None)
        else:
            self._wrong[slot] = Wrong(self._rounded(result.wrong.reach), result.wrong.root)

    def _rounded(self, reach: Reach) -> Reach:
        """With what is lost if the hand writes the number down, or is not if it does not."""
        if self.rounding is None:
            return reach
        lost = abs(self.rounding.round(reach.centre) - reach.centre) + reach.width
        return Reach(reach.centre, reach.width + min(self.rounding.unit(reach.centre) / 2, lost))

    def go_on_from(self, figure: Figure, result: Result) -> None:
        """Go on from a figure that is right except for rounding, or from its unrounded number.

        What was not rounded is not off at all: the hand has the figure or the unrounded number.
        """
        off = abs(figure.value - result.right.centre) + result.right.width
        self._right[figure.slot] = Reach(figure.value, min(figure.half + figure.room, off))
        self._wrong.pop(figure.slot, None)

    def go_wrong(self, figure: Figure, root: Figure) -> None:
        """Go on from a wrong figure, whose error goes back to `root`."""
        self._wrong[figure.slot] = Wrong(Reach(figure.value, figure.half + figure.room), root)

    def forget(self, slots: Iterable[int]) -> None:
        """Take what is in some slots as exact again."""
        for slot in slots:
            self._right.pop(slot, None)
            self._wrong.pop(slot, None)

    def forget_all(self) -> None:
        """Take everything as exact."""
        self._right.clear()
        self._wrong.clear()


def _reach(
    tree: Expression,
    operands: Mapping[Symbol, Operand],
    values: Mapping[Symbol, float],
    held: Mapping[int, Reach],
) -> Reach:
    """What a formula gives if some slots hold other numbers than `values`."""
    centres = dict(values)
    moved: dict[int, list[Symbol]] = {}
    for symbol, slot in operands.items():
        if isinstance(slot, int) and slot in held:
            centres[symbol] = held[slot].centre
            moved.setdefault(slot, []).append(symbol)
    centre = evaluate(tree, centres.__getitem__)
    width = 0.0
    for slot, symbols in moved.items():
        by = held[slot].width
        if by:
            width += max(_change(tree, centres, symbols, by, centre) for by in (-by, by))
    return Reach(centre, width)


def _change(
    tree: Expression, centres: dict[Symbol, float], symbols: list[Symbol], by: float, centre: float
) -> float:
    """How far the result moves with one operand; 0 where it would not be finite."""
    others = dict.fromkeys(symbols, centres[symbols[0]] + by)
    found = abs(evaluate(tree, (centres | others).__getitem__) - centre)
    return found if math.isfinite(found) else 0.0
