"""Asking: while a result is covered, what to do about it is said where one looks anyway."""

from __future__ import annotations

from bpdebug.text.run.predictions import answered_words, asked_name, next_hint
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode


class Asking(Mode):
    """Says what is asked whenever one arrives where a result is covered."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._was_passed = False

    def pass_by(self) -> None:
        """Somebody wants to go on: say what is asked; the second time uncover it."""
        desk = self.desk
        if self._was_passed:
            if desk.perform("uncover") is None:
                closed = desk.debugger.predicting.last_asked
                desk.tell(answered_words(desk.debugger, closed, desk.digits), "fresh")
            return
        self._was_passed = True
        again = f"{desk.key_of('walk_on')} again uncovers it"
        keys = f"{desk.key_of('reply')} formula · {desk.key_of('hint')} hint · {again}"
        desk.tell(f"What is {asked_name(desk.debugger)}? Type a number · {keys}", "fresh")

    def arrived(self, errand: Errand) -> None:
        self._was_passed = False
        # A stop of a run, and what an answer has led to, are told by others.
        if not self.desk.said or errand.action in ("predict on", "ask", "predict anew"):
            self.say()

    def say(self) -> None:
        """The question, and the keys that answer it."""
        desk = self.desk
        asked = desk.debugger.question
        if asked is None:
            return
        keys = [
            f"{desk.key_of('reply')} formula",
            f"{desk.key_of('hint')} hint: {next_hint(asked)}",
            f"{desk.key_of('uncover')} uncover",
        ]
        told = f"What is {asked_name(desk.debugger)}? Type a number · {' · '.join(keys)}"
        desk.tell(told, "fresh")
