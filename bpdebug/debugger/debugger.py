"""The debugger: a position in a run, everything that moves it, and everything that changes it."""

from __future__ import annotations

from functools import cached_property

from bpdebug.debugger.branching import Branching
from bpdebug.debugger.changing import Changing
from bpdebug.debugger.covering import Cover
from bpdebug.debugger.hunting import Hunting
from bpdebug.debugger.moving import Moving
from bpdebug.debugger.predicting import Predicting
from bpdebug.debugger.predictions import Prediction
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.view import View


class Debugger(Moving, Changing, Branching):
    """A run of a program, a position in it, and what a person has made of it."""

    @cached_property
    def predicting(self) -> Predicting:
        """What asks for results before they are shown."""
        return Predicting(self)

    @property
    def hunting(self) -> Hunting:
        """What counts and judges where a mistake is planted."""
        return Hunting(self)

    def stand(self, stop: Stop) -> Stop:
        """Take up the place that `stop` describes; where a mistake is planted that is a look."""
        super().stand(stop)
        if self.judge is not None:
            self.hunting.came_to(self.program.locate(stop.position.operation)[1])
        return stop

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
