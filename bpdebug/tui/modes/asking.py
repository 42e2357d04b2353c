"""Asking: while a result is covered, what to do about it is said where one looks anyway."""

from __future__ import annotations

from bpdebug.text.run.predictions import asked_name, next_hint
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode


class Asking(Mode):
    """Says what is asked whenever one arrives where a result is covered."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def arrived(self, errand: Errand) -> None:
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
