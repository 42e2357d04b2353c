"""How much a visitor may send: as much as anybody can type, and now and then a long paste."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Allowance:
    """A number of units at once, and another number each second; `at` is a time in seconds."""

    most: float
    per_second: float
    at: float
    left: float = -1.0

    def __post_init__(self) -> None:
        if self.left < 0:
            self.left = self.most

    def wait(self, wanted: float, now: float) -> float:
        """Take a number of units; the seconds to wait before they may be used."""
        self.left = min(self.most, self.left + (now - self.at) * self.per_second) - wanted
        self.at = now
        return max(0.0, -self.left / self.per_second)
