"""Predicting: what is covered at this moment, and what answers, hints and uncovering do.

This is the one place that decides what is not to be seen; everything that shows numbers to
people takes its view from here.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from bpdebug.debugger.covering import Cover
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
from bpdebug.debugger.state import DebuggerState
from bpdebug.debugger.view import Position, View

_NOTHING_ASKED = "nothing is covered here"


class Predicting:
    """Asks for a result of a debugger before it shows it."""

    def __init__(self, debugger: DebuggerState) -> None:
        self._debugger = debugger
        # What was shown last, and for what: one tuple, since curves are computed in a thread.
        self._last: tuple[View, Cover | None, View] = (debugger.view, None, debugger.view)

    # What is covered

    @property
    def question(self) -> Prediction | None:
        """What is asked here: the result of the operation just executed, if it is covered.

        A result that somebody has edited, or that is not finite, is not asked for. As soon as one
        goes on it is shown: the operations to come need it.
        """
        here = self._debugger.position
        if here.arithmetic or not here.operation:
            return None
        found = self._debugger.predictions.asked.get((self._debugger.branch, here.operation))
        if found is None and self._debugger.predictions.on:
            found = Prediction(here.operation)
        if found is None or found.outcome is not Outcome.OPEN or not self._can_be_asked():
            return None
        return found

    @property
    def last_asked(self) -> Prediction:
        """What has become of the question about this position. Raises KeyError without one."""
        return self._debugger.predictions.asked[
            self._debugger.branch, self._debugger.position.operation
        ]

    @property
    def _slot(self) -> int:
        """What the operation just executed has written."""
        return self._debugger.program.slot(self._debugger.view.operation)

    def _can_be_asked(self) -> bool:
        slot = self._debugger.program.slot(self._debugger.view.operation)
        return not self._debugger.view.edited(slot) and math.isfinite(
            self._debugger.view.value(slot)
        )

    @property
    def cover(self) -> Cover | None:
        """What is covered at this moment."""
        asked = self.question
        if asked is None:
            return None
        return Cover(
            asked.operation, self._debugger.program.slot(self._debugger.view.operation), asked.hints
        )

    @property
    def shown(self) -> View:
        """The state at the position as people may see it."""
        return self.shown_at(self._debugger.position)

    def shown_at(self, position: Position, history: History | None = None) -> View:
        """The state at any position as people may see it now; on another branch by `history`.

        Raises PositionError if there is no such position.
        """
        self._debugger.check(position)
        here = position == self._debugger.position and history is None
        view = self._debugger.view if here else (history or self._debugger.history).view(position)
        cover = self.cover
        seen, covered, shown = self._last
        if (view, cover) != (seen, covered):
            shown = view.covered([cover] if cover else [])
            self._last = view, cover, shown
        return shown

    def shown_state(self, history: History, iteration: int, slot: int) -> float | None:
        """A value at the end of an iteration as people may see it now, None if it is covered; for
        many iterations this is faster than `shown_at`.
        """
        cover = self.cover
        if (
            cover
            and cover.slot == slot
            and self._debugger.program.locate(cover.operation)[0] == iteration
        ):
            return None
        return float(history.state(iteration)[slot])

    def covers_within(self, iteration: int) -> tuple[Cover, ...]:
        """What is covered where a whole iteration is written out at once: all that is not yet
        answered, if results are covered at all.
        """
        program, found = self._debugger.program, []
        length = program.operations
        first = (iteration - 1) * length
        for number in range(1, length + 1):
            asked = self._debugger.predictions.asked.get((self._debugger.branch, first + number))
            if asked is None and self._debugger.predictions.on:
                asked = Prediction(first + number)
            if asked is not None and asked.outcome is Outcome.OPEN:
                found.append(
                    Cover(first + number, self._debugger.program.slot(number), asked.hints)
                )
        return tuple(found)

    # What is done about it

    def predict(self, on: bool) -> None:
        """Cover each result until it is answered, or show what is there but for what somebody
        has asked for.
        """
        asked = self._debugger.predictions.asked
        if not on:
            # What has been tried stays in the score.
            asked = {
                key: each if each.posed or each.outcome is not Outcome.OPEN else _shown(each)
                for key, each in asked.items()
            }
        self._debugger.predictions = Predictions(on, asked)

    def predict_anew(self) -> None:
        """Forget all answers: everything is asked again."""
        before = self._debugger.predictions
        posed = {
            key: Prediction(each.operation, posed=True)
            for key, each in before.asked.items()
            if each.posed
        }
        self._debugger.predictions = Predictions(before.on, posed)

    def ask(self) -> None:
        """Cover the result of the operation just executed, even if it was answered before.

        Raises PredictionError if nothing is computed here that could be asked for.
        """
        here = self._debugger.position
        if here.arithmetic or not here.operation:
            raise PredictionError("no result to cover: go to where one is computed")
        if not self._can_be_asked():
            raise PredictionError("no rule gives this value, so it cannot be predicted")
        self._put(Prediction(here.operation, posed=True))

    def answer(self, text: str) -> None:
        """Take an answer to the question: `0.0765`, `o1 - t1`, `0.08 to 2` decimals.

        Raises PredictionError if nothing is asked, or if the answer cannot be read.
        """
        asked = self._asked()
        words = re.fullmatch(r"(.*?)\s+to (\d{1,2})", text)
        said, decimals = (words[1], int(words[2])) if words else (text, DECIMALS)
        if len(asked.answers) >= MOST_ANSWERS:
            raise PredictionError(f"a question takes at most {MOST_ANSWERS} answers; uncover it")
        slot = self._slot
        before = self._debugger.view_at(Position(self._debugger.position.operation - 1))
        answer = read_answer(said, before, slot)
        right = is_right(answer, self._debugger.view.value(slot), decimals)
        outcome = Outcome.RIGHT if right else Outcome.OPEN
        self._put(replace(asked, answers=(*asked.answers, said.strip()), outcome=outcome))

    def hint(self) -> None:
        """Show the rule; then the rule with its numbers; then the result."""
        asked = self._asked()
        hints = asked.hints + 1
        outcome = Outcome.SHOWN if hints >= MOST_HINTS else Outcome.OPEN
        self._put(replace(asked, hints=hints, outcome=outcome))

    def uncover(self) -> None:
        """Show the result without an answer."""
        self._put(_shown(self._asked()))

    def _asked(self) -> Prediction:
        asked = self.question
        if asked is None:
            raise PredictionError(_NOTHING_ASKED)
        return asked

    def _put(self, prediction: Prediction) -> None:
        key = self._debugger.branch, prediction.operation
        asked = {**self._debugger.predictions.asked, key: prediction}
        if len(asked) > MOST_PREDICTIONS:
            raise PredictionError(f"a session holds at most {MOST_PREDICTIONS:,} predictions")
        self._debugger.predictions = Predictions(self._debugger.predictions.on, asked)


def _shown(prediction: Prediction) -> Prediction:
    return replace(prediction, outcome=Outcome.SHOWN)
