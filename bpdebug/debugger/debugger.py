"""The debugger: a position in a run, everything that moves it, and everything that changes it."""

from __future__ import annotations

from functools import cached_property

from bpdebug.debugger.branching import Branching
from bpdebug.debugger.changing import Changing
from bpdebug.debugger.covering import Cover
from bpdebug.debugger.moving import Moving
from bpdebug.debugger.predicting import Predicting
from bpdebug.debugger.predictions import Prediction
from bpdebug.debugger.view import View


class Debugger(Moving, Changing, Branching):
    """A run of a program, a position in it, and what a person has made of it."""

    @cached_property
    def predicting(self) -> Predicting:
        """What asks for results before they are shown."""
        return Predicting(self)

    @property
    def question(self) -> Prediction | None:
        """What is asked here, if anything is."""
        return self.predicting.question

    @property
    def cover(self) -> Cover | None:
        """What is covered at this moment."""
        return self.predicting.cover

    @property
    def shown(self) -> View:
        """The state at the position as people may see it."""
        return self.predicting.shown
