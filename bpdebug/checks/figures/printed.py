"""Figures beside the true values: what agrees, what was rounded on the way, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from bpdebug.checks.figures.by_hand import Hand, Reach, Result
from bpdebug.checks.figures.figure import (
    SINGLE,
    Figure,
    Rounding,
    check_iteration,
    significant_digits,
    true_value,
)
from bpdebug.checks.figures.noise import Noise
from bpdebug.checks.figures.precision import may_be_single
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program

MOST_WORK = 1_000_000
"""The squares of the arithmetic steps of an iteration's operations, added up, for each way of
rounding: so much work it is at most to see what rounding can do."""

MOST_BY_HAND = 10
"""This many iterations in a row without a figure are taken to be computed by hand; before more than
that, values are taken as exact."""

_OFTEN = 50
"""Progress is reported after this many operations or figures."""

_SLACK = 1 + 1e-6
"""Rounding on both sides of a tie is a matter of the last bit."""

_ROUNDED = "computed from rounded numbers"
_NO_DIGIT = "too few digits to tell"
_CUT_OFF = "cut off, not rounded"
_TOO_LARGE = "the model is too large to see what rounding can do"


class FigureVerdict(StrEnum):
    """What a figure is."""

    AGREEMENT = "agreement"
    """The true value, rounded as the figure is, gives the figure."""
    ROUNDING = "rounding"
    """It lies within what rounded operands can give, or is cut off instead of rounded."""
    FOLLOWS = "follows"
    """It is wrong, but right for somebody who goes on from an earlier figure that is wrong."""
    DISAGREEMENT = "disagreement"
    """It is wrong."""


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """A figure beside the true value.

    `operation` counts from the start of the run: the one that gives the value, or the last one
    before the iteration if the value is given. `note` says why, where that is not plain.
    """

    figure: Figure
    value: float
    operation: int
    verdict: FigureVerdict
    note: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether the figure is not what should be there; off by rounding does not count."""
        return self.verdict not in (FigureVerdict.AGREEMENT, FigureVerdict.ROUNDING)


def first_wrong(comparisons: Iterable[FigureComparison]) -> FigureComparison | None:
    """The first figure that disagrees, None if none does."""
    return next((c for c in comparisons if c.verdict is FigureVerdict.DISAGREEMENT), None)


def compare(
    debugger: DebuggerState, figures: Sequence[Figure]
) -> Generator[Progress, None, tuple[FigureComparison, ...]]:
    """Each figure beside the true value of its element, in the order of the operations.

    What rounding can do is found as `by_hand` describes, for each way in which figures are rounded
    here. Raises FigureError if the run has no such iteration.
    """
    program = debugger.program
    figures, is_vague = may_be_single(program, figures)
    figures = _in_one_style(figures)
    noise = Noise(debugger)
    by_iteration: dict[int, dict[int, list[Figure]]] = {}
    for figure in figures:
        check_iteration(debugger, figure.iteration)
        here = by_iteration.setdefault(figure.iteration, {})
        here.setdefault(int(program.written_at[figure.slot]), []).append(figure)
    comparing = _Comparing(debugger, figures)
    found: list[FigureComparison] = []
    reached = 0
    for iteration in sorted(by_iteration):
        if iteration - reached > MOST_BY_HAND or not comparing.analysed:
            comparing.start_at(iteration)
            reached = iteration - 1
        stop = Stop(Reason.GO_TO, Position(iteration * program.operations))
        yield from debugger.approach(stop, debugger.history)
        here = yield from _with_room(debugger, noise, by_iteration[iteration], is_vague)
        for each in range(reached + 1, iteration + 1):
            found += yield from comparing.iteration(each, here if each == iteration else {})
        reached = iteration
    return tuple(found)


def _with_room(
    debugger: DebuggerState,
    noise: Noise,
    figures: Mapping[int, Sequence[Figure]],
    is_vague: bool,
) -> Generator[Progress, None, dict[int, list[Figure]]]:
    """The figures of an iteration with what rounding errors may add, if any of them is off.

    Where they may come from float32 as well as not, it is what float32 does.
    """
    found = {operation: list(here) for operation, here in figures.items()}
    every = [figure for here in found.values() for figure in here]
    iteration = every[0].iteration
    if all(f.agrees(true_value(debugger, f.slot, iteration)) for f in every):
        return found
    for operation, here in found.items():
        for number, figure in enumerate(here):
            epsilon = max(figure.epsilon, SINGLE) if is_vague else figure.epsilon
            numbers = yield from noise.at(iteration, epsilon)
            found[operation][number] = replace(figure, room=float(numbers[figure.slot]))
    return found


def _in_one_style(figures: Sequence[Figure]) -> list[Figure]:
    """Figures of somebody who rounds to this many significant digits as what they are.

    One figure alone does not say whether it is that or this many decimals.
    """
    rounded = [f for f in figures if f.rounding and f.rounding.decimals]
    decimals = [f.rounding.decimals for f in rounded if f.rounding]
    if not decimals or max(decimals) - min(decimals) < 2:
        return list(figures)
    # Not all have them: a zero at the end is often left out.
    (usual, count), *_ = Counter(significant_digits(f.text) for f in rounded).most_common(1)
    if 2 * count < len(rounded):
        return list(figures)
    style = Rounding(digits=usual)
    return [replace(f, rounding=style) if f.rounding else f for f in figures]


class _Comparing:
    """Compares iteration by iteration; what the hand has at the end of one goes into the next."""

    def __init__(self, debugger: DebuggerState, figures: Sequence[Figure]) -> None:
        self.debugger = debugger
        self.program = debugger.program
        roundings = dict.fromkeys(figure.rounding for figure in figures)
        self.analysed = _work(self.program) * len(roundings) <= MOST_WORK
        self._hands = [Hand(self.program, rounding) for rounding in roundings]
        self._since = 1
        self._edited: dict[int, list[int]] = {}
        for edit in debugger.here.edits:
            self._edited.setdefault(edit.operation, []).append(edit.slot)

    def start_at(self, iteration: int) -> None:
        """Take what is there before an iteration as exact."""
        for hand in self._hands:
            hand.forget_all()
        self._since = iteration

    def iteration(
        self, iteration: int, figures: Mapping[int, list[Figure]]
    ) -> Generator[Progress, None, list[FigureComparison]]:
        """Compare the figures of an iteration, given by the operations that compute them."""
        self._take_observations(iteration)
        last = self.program.operations
        operations = range(last + 1) if self.analysed else sorted(figures)
        found: list[FigureComparison] = []
        for number, operation in enumerate(operations):
            if number % _OFTEN == 0:
                yield Progress(iteration, operation, last)
            here = figures.get(operation, ())
            if operation and self.analysed:
                found += self._operation(iteration, operation, here)
            else:
                found += [self._alone(figure) for figure in here]
        return found

    def _take_observations(self, iteration: int) -> None:
        feed = self.program.model.feed
        if feed is None or iteration == self._since:
            return
        for name in feed.data:
            quantity = self.program.quantities[name]
            for hand in self._hands:
                hand.forget(range(quantity.offset, quantity.offset + quantity.size))

    def _operation(
        self, iteration: int, operation: int, figures: Sequence[Figure]
    ) -> list[FigureComparison]:
        """Do an operation by hand, and go on from the figure for it if there is one."""
        place = (iteration - 1) * self.program.operations + operation
        view = self.debugger.history.executed(iteration)(operation)
        value, slot = view.result(), self.program.slot(operation)
        results = []
        for hand in self._hands:
            hand.forget(self._edited.get(place - 1, ()))
            results.append((hand, hand.work_out(view)))
        found = []
        for figure in figures:
            (result,) = (r for hand, r in results if hand.rounding == figure.rounding)
            verdict, note = _verdict(figure, value, result)
            if verdict is FigureVerdict.DISAGREEMENT and self._since > 1:
                note = f"all before iteration {self._since} is taken as exact"
            found.append(FigureComparison(figure, value, place, verdict, note))
        for hand, result in results:
            hand.keep(slot, result, value)
            if found:
                _go_on(hand, found[0], result)
        return found

    def _alone(self, figure: Figure) -> FigureComparison:
        """Compare a figure of something that is given, or one of a model that is too large."""
        operation = int(self.program.written_at[figure.slot])
        place = (figure.iteration - 1) * self.program.operations + operation
        value = true_value(self.debugger, figure.slot, figure.iteration)
        verdict, note = _verdict(figure, value, Result(Reach(value, 0.0), None))
        if verdict is FigureVerdict.DISAGREEMENT:
            for hand in self._hands:
                hand.go_wrong(figure, figure)
            note = _TOO_LARGE if operation else note
        return FigureComparison(figure, value, place, verdict, note)


def _go_on(hand: Hand, compared: FigureComparison, result: Result) -> None:
    """Have a hand go on from a figure."""
    figure, verdict = compared.figure, compared.verdict
    if verdict in (FigureVerdict.AGREEMENT, FigureVerdict.ROUNDING):
        hand.go_on_from(figure, result)
    else:
        wrong = result.wrong if verdict is FigureVerdict.FOLLOWS else None
        hand.go_wrong(figure, wrong.root if wrong else figure)


def _verdict(figure: Figure, value: float, result: Result) -> tuple[FigureVerdict, str]:
    """What a figure is, and why, from the true value and from what the hand gets."""
    if figure.agrees(value) or (figure.rounding is None and _is_near(figure, Reach(value, 0.0))):
        return FigureVerdict.AGREEMENT, _NO_DIGIT if value and not figure.value else ""
    if _is_near(figure, result.right):
        return FigureVerdict.ROUNDING, _ROUNDED
    if _is_cut_off(figure, Reach(value, 0.0)) or _is_cut_off(figure, result.right):
        return FigureVerdict.ROUNDING, _CUT_OFF
    wrong = result.wrong
    if wrong is not None and (_is_near(figure, wrong.reach) or _is_cut_off(figure, wrong.reach)):
        root = wrong.root
        when = f" in iteration {root.iteration}" if root.iteration < figure.iteration else ""
        return FigureVerdict.FOLLOWS, f"from {root.name} = {root.text}{when}"
    return FigureVerdict.DISAGREEMENT, ""


def _is_near(figure: Figure, reach: Reach) -> bool:
    """Whether a number of a reach, rounded, is the figure."""
    return abs(figure.value - reach.centre) <= (figure.half + figure.room + reach.width) * _SLACK


def _is_cut_off(figure: Figure, reach: Reach) -> bool:
    """Whether a number of a reach is the figure if its further digits are left out."""
    if figure.rounding is None or figure.value * reach.centre < 0:
        return False
    left_out = abs(reach.centre) - abs(figure.value)
    # A whole unit less than an exact number is not cut off, it is wrong.
    return -reach.width <= left_out < 2 * figure.half * (2 - _SLACK) + reach.width * _SLACK


def _work(program: Program) -> int:
    steps = np.diff(program.arithmetic_before)
    return int((steps * steps).sum())
