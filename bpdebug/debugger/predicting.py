"""Predicting: what is covered at this moment, and what answers, hints and uncovering do.

This is the one place that decides what is not to be seen; everything that shows numbers to
people takes its view from here.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from bpdebug.debugger.changing import Changing
from bpdebug.debugger.covering import COVERED, Cover
from bpdebug.debugger.history import History
from bpdebug.debugger.limits import MOST_ANSWERS, MOST_PREDICTIONS
from bpdebug.debugger.predictions import (
    DECIMALS,
    MOST_HINTS,
    Outcome,
    Prediction,
    PredictionError,
    Predictions,
    is_right,
    read_answer,
)
from bpdebug.debugger.view import Position, View

_NOTHING_ASKED = "nothing is covered here"


class Predicting(Changing):
    """The part of a debugger that asks for a result before it shows it."""

    # What is covered

    @property
    def question(self) -> Prediction | None:
        """What is asked here: the result of the operation just executed, if it is covered.

        A result that somebody has edited, or that is not finite, is not asked for. As soon as one
        goes on it is shown: the operations to come need it.
        """
        here = self.position
        if here.arithmetic or not here.operation:
            return None
        found = self.predictions.asked.get((self.branch, here.operation))
        if found is None and self.predictions.on:
            found = Prediction(here.operation)
        if found is None or found.outcome is not Outcome.OPEN or not self._can_be_asked():
            return None
        return found

    @property
    def last_asked(self) -> Prediction:
        """What has become of the question about this position. Raises KeyError without one."""
        return self.predictions.asked[self.branch, self.position.operation]

    def _can_be_asked(self) -> bool:
        slot = self.program.slot(self.view.operation)
        return not self.view.edited(slot) and math.isfinite(self.view.value(slot))

    @property
    def cover(self) -> Cover | None:
        """What is covered at this moment."""
        asked = self.question
        if asked is None:
            return None
        return Cover(asked.operation, self.program.slot(self.view.operation), asked.hints)

    @property
    def shown(self) -> View:
        """The state at the position as people may see it."""
        return self.shown_at(self.position)

    def shown_at(self, position: Position, history: History | None = None) -> View:
        """The state at any position as people may see it now; on another branch by `history`.

        Raises PositionError if there is no such position.
        """
        self.check(position)
        here = position == self.position and history is None
        view = self.view if here else (history or self.history).view(position)
        cover = self.cover
        if (view, cover) != self._shown_for:
            self._shown_for = view, cover
            self._shown = view.covered([cover] if cover else [])
        assert self._shown is not None
        return self._shown

    def shown_state(self, history: History, iteration: int, slot: int) -> float:
        """A value at the end of an iteration as people may see it now; for many iterations this
        is faster than `shown_at`.
        """
        cover = self.cover
        if cover and cover.slot == slot and self.program.locate(cover.operation)[0] == iteration:
            return COVERED
        return float(history.state(iteration)[slot])

    def covers_within(self, iteration: int) -> tuple[Cover, ...]:
        """What is covered where a whole iteration is written out at once: all that is not yet
        answered, if results are covered at all.
        """
        length, found = self.program.operations, []
        first = (iteration - 1) * length
        for number in range(1, length + 1):
            asked = self.predictions.asked.get((self.branch, first + number))
            if asked is None and self.predictions.on:
                asked = Prediction(first + number)
            if asked is not None and asked.outcome is Outcome.OPEN:
                found.append(Cover(first + number, self.program.slot(number), asked.hints))
        return tuple(found)

    # What is done about it

    def predict(self, on: bool) -> None:
        """Cover each result until it is answered, or show what is there."""
        asked = self.predictions.asked
        if not on:
            # What has been tried stays in the score.
            asked = {
                key: each if each.outcome is not Outcome.OPEN else _shown(each)
                for key, each in asked.items()
                if each.outcome is not Outcome.OPEN or each.answers or each.hints
            }
        self.predictions = Predictions(on, asked)

    def predict_anew(self) -> None:
        """Forget all answers: everything is asked again."""
        self.predictions = Predictions(self.predictions.on)

    def ask(self) -> None:
        """Cover the result of the operation just executed, even if it was answered before.

        Raises PredictionError if nothing is computed here that could be asked for.
        """
        here = self.position
        if here.arithmetic or not here.operation:
            raise PredictionError("no result to be covered: go to where one is computed")
        if not self._can_be_asked():
            raise PredictionError("this value follows from no rule, so it cannot be predicted")
        self._put_prediction(Prediction(here.operation))

    def answer(self, text: str) -> None:
        """Take an answer to the question: `0.0765`, `o1 - t1`, `0.08 to 2` decimals.

        Raises PredictionError if nothing is asked, or if the answer cannot be read.
        """
        asked = self._asked()
        words = re.fullmatch(r"(.*?)\s+to (\d{1,2})", text)
        said, decimals = (words[1], int(words[2])) if words else (text, DECIMALS)
        if len(asked.answers) >= MOST_ANSWERS:
            raise PredictionError(f"a question takes at most {MOST_ANSWERS} answers; uncover it")
        slot = self.program.slot(self.view.operation)
        before = self.view_at(Position(self.position.operation - 1))
        answer = read_answer(said, before, slot)
        right = is_right(answer, self.view.value(slot), decimals)
        outcome = Outcome.RIGHT if right else Outcome.OPEN
        self._put_prediction(
            replace(asked, answers=(*asked.answers, said.strip()), outcome=outcome)
        )

    def hint(self) -> None:
        """Show the rule; then the rule with its numbers; then the result."""
        asked = self._asked()
        hints = asked.hints + 1
        outcome = Outcome.SHOWN if hints >= MOST_HINTS else Outcome.OPEN
        self._put_prediction(replace(asked, hints=hints, outcome=outcome))

    def uncover(self) -> None:
        """Show the result without an answer."""
        self._put_prediction(_shown(self._asked()))

    def _asked(self) -> Prediction:
        asked = self.question
        if asked is None:
            raise PredictionError(_NOTHING_ASKED)
        return asked

    def _put_prediction(self, prediction: Prediction) -> None:
        key = self.branch, prediction.operation
        asked = {**self.predictions.asked, key: prediction}
        if len(asked) > MOST_PREDICTIONS:
            raise PredictionError(f"a session holds at most {MOST_PREDICTIONS:,} predictions")
        self.predictions = Predictions(self.predictions.on, asked)


def _shown(prediction: Prediction) -> Prediction:
    return replace(prediction, outcome=Outcome.SHOWN)
