"""How long checks may take: a number of seconds, or until somebody stops them."""

from __future__ import annotations

import math
import time

SECONDS = 60.0
"""How long checks take at most if nothing else is wanted."""


class Limit:
    """Asked again and again by what takes its time, so that what was found by then is kept."""

    def __init__(self, seconds: float = math.inf) -> None:
        self.seconds = seconds
        self.is_stopped = False
        self.begin()

    def begin(self) -> None:
        """Count the seconds from now on."""
        self._until = time.monotonic() + self.seconds

    def stop(self) -> None:
        """Look for nothing more; from any thread."""
        self.is_stopped = True

    @property
    def is_over(self) -> bool:
        """Whether to come to an end."""
        return self.is_stopped or time.monotonic() >= self._until

    @property
    def seconds_left(self) -> float:
        """How long it still is."""
        return 0.0 if self.is_stopped else max(0.0, self._until - time.monotonic())
