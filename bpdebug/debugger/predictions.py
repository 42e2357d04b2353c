"""Predictions: what was asked before it was shown, what was answered, and what is right."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from bpdebug.debugger.conditions import ConditionError, read_watch
from bpdebug.debugger.view import View
from bpdebug.notation.decimals import last_place

MOST_HINTS = 3
"""The rule, the rule with its numbers, the result."""

DECIMALS = 4
"""To how many decimals an answer is to be right where nothing else is said."""

_NEARLY = 1 + 1e-9
_SAME = 1e-9
"""How much two ways of computing the same may differ, of its size."""


class PredictionError(ValueError):
    """An answer, a hint or a question that makes no sense here; nothing has changed."""


class Outcome(StrEnum):
    """What has become of a question."""

    OPEN = "open"
    RIGHT = "right"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question: what is the result of an `operation`, counted since the start of the run?

    `answers` are as they were given, the last one right if the outcome is. `posed` says that
    somebody asked for this result, not that all are covered.
    """

    operation: int
    answers: tuple[str, ...] = ()
    hints: int = 0
    outcome: Outcome = Outcome.OPEN
    posed: bool = False


@dataclass(frozen=True)
class Predictions:
    """All of them, by branch and operation; `on` says that every result is a question."""

    on: bool = False
    asked: Mapping[tuple[int, int], Prediction] = field(default_factory=dict)


class Score(NamedTuple):
    """How many questions were asked, answered right, right at once, and shown; and all hints."""

    asked: int
    right: int
    at_once: int
    shown: int
    hints: int


def score(predictions: Predictions) -> Score:
    """What a class or a student has made of the questions so far."""
    all_ = predictions.asked.values()
    right = [each for each in all_ if each.outcome is Outcome.RIGHT]
    return Score(
        len(all_),
        len(right),
        sum(1 for each in right if len(each.answers) == 1 and not each.hints),
        sum(1 for each in all_ if each.outcome is Outcome.SHOWN),
        sum(min(each.hints, MOST_HINTS) for each in all_),
    )


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was meant: a number, or a formula and what that gives."""

    value: float
    is_formula: bool


def read_answer(text: str, before: View, slot: int) -> Answer:
    """An answer, worked out with what was there `before` the operation that writes `slot`.

    Raises PredictionError if it is neither a number nor a formula that can be worked out.
    """
    plain = text.replace("−", "-").replace("∞", "inf").strip().removeprefix("=").strip()
    # In half of the world a comma parts off the decimals.
    dotted = plain.replace(",", ".") if re.fullmatch(r"[+-]?\d+,\d+", plain) else plain
    if _NUMBER.fullmatch(dotted):
        return Answer(float(dotted), False)
    if not plain:
        raise PredictionError("an answer is a number, such as 0.5, or a formula, such as o1 - t1")
    try:
        value = read_watch(plain, before.program).value(before)
    except ConditionError as error:
        raise PredictionError(str(error)) from error
    if value is None:
        raise PredictionError(f"{plain} reads what is not computed yet at this point")
    if isinstance(value, bool):
        raise PredictionError(f"{plain} is true or false, not a number")
    return Answer(value, True)


def is_right(answer: Answer, value: float, decimals: int) -> bool:
    """Whether an answer is `value`: a number to its last decimal shown, a formula altogether."""
    if not math.isfinite(answer.value):
        return False
    difference = abs(answer.value - value)
    if answer.is_formula:
        return difference <= _SAME * max(abs(value), abs(answer.value), 1e-300)
    return difference <= tolerance(value, decimals)


def tolerance(value: float, decimals: int) -> float:
    """How far a number may be from a finite value that it is to be to this many decimals."""
    return 0.5 * last_place(value, decimals) * _NEARLY
