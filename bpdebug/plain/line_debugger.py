"""A session that is worked on line by line: carrying out actions, and telling what came of them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from bpdebug.debugger.actions import interrupted_at
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.drive import drive
from bpdebug.debugger.state import Move, Progress, Standing, finish
from bpdebug.debugger.verbs import read_action
from bpdebug.debugger.view import View
from bpdebug.plain.answers import Answer
from bpdebug.session.session import Session
from bpdebug.text.aloud import sentence
from bpdebug.text.numbers import DIGITS
from bpdebug.text.run.transcript import operation_lines, outcome_lines, place_words
from bpdebug.text.run.watches import watch_rows
from bpdebug.text.run.wrong_answers import WRONG, wrong_answer

_LISTED = 10
"""Operations that are told one by one; of a longer way only the last is."""

_Result = TypeVar("_Result")


class LineDebugger:
    """A session and a person, or a program, who types lines.

    `see` is told how far a long way has got, `enough` whether somebody has interrupted it.
    `digits` are decimals. `reached` is the stop of the walkthrough that was gone to last, from 0,
    `told` the stops whose questions are answered, and `passing` one whose result is asked for and
    may be passed over now. `asks` says whether somebody is there who can be asked before work is
    lost.
    """

    def __init__(
        self,
        session: Session,
        digits: int = DIGITS,
        see: Callable[[Progress], object] = lambda _: None,
    ) -> None:
        self.session = session
        self.digits = digits
        self.see = see
        self.enough: Callable[[], bool] = lambda: False
        self.reached: int | None = None
        self.told: set[int] = set()
        self.passing: int | None = None
        self.asks = False
        self.asked_to_leave = False
        self.saved = session.debugger.document

    @property
    def debugger(self) -> Debugger:
        """What the session is stepped through with."""
        return self.session.debugger

    @property
    def view(self) -> View:
        """The state as people may see it."""
        return self.debugger.shown

    def drive(self, work: Generator[Progress, None, _Result]) -> _Result | None:
        """The result of work that takes its time; None if somebody has ended it."""
        return drive(work, self.see, self.enough)

    def act(self, action: str) -> Answer:
        """Carry out an action as it is recorded, and tell what came of it.

        Interrupted, it stands where it had got to. Raises ActionError if it cannot be done.
        """
        before = self.debugger.standing()
        reached: Progress | None = None

        def note(progress: Progress) -> None:
            nonlocal reached
            reached = progress
            self.see(progress)

        move = self.session.begin(action)
        if drive(move, note, self.enough) is None:
            return self._interrupted(move, action, reached)
        self.session.record(action)
        return Answer(tuple(self._outcome(action, before)), self._data(action, before))

    def _interrupted(self, move: Move, action: str, reached: Progress | None) -> Answer:
        move.close()
        stop = interrupted_at(self.debugger, action, reached)
        if stop is None:
            lines = ["Interrupted; nothing has moved."]
            return Answer(tuple(lines), {"action": None}, interrupted=True)
        finish(self.debugger.approach(stop))
        there = f"g {stop.position.operation}"
        self.session.record(there)
        lines = ["Interrupted.", place_words(self.debugger), *self.watched()]
        return Answer(tuple(lines), self._standing() | {"action": there}, interrupted=True)

    def _outcome(self, action: str, before: Standing) -> list[str]:
        debugger = self.debugger
        count = debugger.position.operation - before.stop.position.operation
        most = _LISTED if count <= _LISTED else 1
        lines = list(outcome_lines(debugger, action, before, digits=self.digits, most=most))
        found = read_action(action)
        verb = found[0].name if found else ""
        asked = debugger.predicting.question
        if verb == "answer" and asked is not None:
            lines += self._slip(asked.answers[-1])
            lines.append("hint shows the rule, then its numbers; uncover shows the result.")
        elif debugger.predictions is not before.predictions and (verb != "predict" or asked):
            lines += operation_lines(self.view, self.digits)
        if not lines:
            lines.append(sentence(debugger.last_change()))
        return lines + (self.watched() if debugger.position != before.stop.position else [])

    def _slip(self, text: str) -> list[str]:
        """How a wrong answer came about, if that can be told."""
        said = wrong_answer(self.debugger, text, self.digits).removeprefix(f"{WRONG}: ")
        return [] if said == text else [sentence(said)]

    def watched(self) -> list[str]:
        """The watches with their values here."""
        watches, view = self.debugger.document.watches, self.view
        covered = self.debugger.cover
        lines = []
        for row in watch_rows(watches, view, self.digits):
            # A comparison with what is covered would tell whether it holds.
            hidden = covered is not None and row.value in ("true", "false")
            lines.append(f"Watched: {row.text} is {'covered' if hidden else row.value}.")
        return lines

    def _standing(self) -> dict[str, object]:
        debugger, position = self.debugger, self.debugger.position
        found: dict[str, object] = {
            "position": position.operation,
            "iteration": debugger.view.iteration,
            "branch": debugger.branch,
        }
        return found | ({"arithmetic": position.arithmetic} if position.arithmetic else {})

    def _data(self, action: str, before: Standing) -> dict[str, object]:
        debugger, stop = self.debugger, self.debugger.stop
        found = {"action": action} | self._standing()
        if stop is not before.stop:
            found["stopped"] = str(stop.reason)
            if stop.breakpoint is not None:
                found |= {"breakpoint": stop.breakpoint, "hit": stop.hit}
        new = [n for n in debugger.breakpoints if n not in before.document.breakpoints]
        if new:
            found["set"] = new[0]
        return found
