"""What gives figures, before it is a cause: what gives the very same numbers is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdebug.checks.diagnosis.causes import Cause, Made
from bpdebug.checks.diagnosis.sheet import are_same
from bpdebug.checks.mistakes.catalogue import ROUNDED
from bpdebug.numerics import FloatArray


@dataclass(slots=True)
class Found:
    """What gives the figures, the numbers that it gives, and which figures it spoils."""

    made: tuple[Made, ...]
    numbers: FloatArray
    cost: float
    spoiled: tuple[str, ...] = ()
    rounded: bool = False

    @property
    def shown(self) -> tuple[Made, ...]:
        """What is named: rounding beside another mistake is not half of what went wrong."""
        found = tuple(each for each in self.made if each.mistake.name != ROUNDED)
        return found or self.made


def grouped(found: Sequence[Found]) -> list[list[Found]]:
    """What gives the very same numbers together, the likeliest first."""
    groups: list[list[Found]] = []
    for each in found:
        same = next((g for g in groups if are_same(g[0].numbers, each.numbers)), None)
        if same is None:
            groups.append([each])
        elif _text(each) not in map(_text, same):
            same.append(each)
    return groups


def _text(found: Found) -> list[tuple[str, str]]:
    return [(made.mistake.name, made.alteration.where) for made in found.shown]


def cause_of(group: Sequence[Found]) -> Cause:
    first, *others = group
    return Cause(
        first.shown,
        tuple(each.shown for each in others),
        first.spoiled,
        first.rounded or len(first.shown) < len(first.made),
    )
