"""Slips that are one: made in several statements, or in what is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpdebug.checks.diagnosis.slip import Slip


@dataclass(frozen=True, slots=True)
class Together:
    """Slips in several statements that are one, or other values of what is given, by slot."""

    slips: Mapping[int, Slip] = field(default_factory=dict)
    given: Mapping[int, float] = field(default_factory=dict)
