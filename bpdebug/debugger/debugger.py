"""The debugger: a position in a run, everything that moves it, and everything that changes it."""

from __future__ import annotations

from bpdebug.debugger.branching import Branching
from bpdebug.debugger.moving import Moving
from bpdebug.debugger.predicting import Predicting


class Debugger(Moving, Predicting, Branching):
    """A run of a program, a position in it, and what a person has made of it."""
