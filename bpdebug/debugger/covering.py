"""Covering: a result that is to be predicted is not there to be seen.

A cover is a NaN of its own in the place of the value. Whatever draws from a covered view does not
have the number, so it cannot show it, nor anything that follows from it.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from bpdebug.debugger.edits import Segment
from bpdebug.program.program import Integers

_PAYLOAD = 0x7FF8_0000_00C0_7E4D
_SIGN = 1 << 63

COVERED: float = struct.unpack("<d", struct.pack("<Q", _PAYLOAD))[0]
"""What is in the place of a covered value; arithmetic gives it again, or a plain NaN."""


HINTS_FOR_RULE, HINTS_FOR_NUMBERS = 1, 2
"""This many hints it takes until the rule of what is covered is to be seen, and its numbers."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What is covered: the result of an `operation`, counted since the start of the run, which
    it wrote to `slot`, and how many hints were given to it.
    """

    operation: int
    slot: int
    hints: int = 0


def is_covered(value: float) -> bool:
    """Whether a number is the cover of another one, or was computed from one."""
    if not math.isnan(value):
        return False
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return bits & ~_SIGN == _PAYLOAD


def without_values(segment: Segment, slots: Integers, since: Integers) -> Segment:
    """A segment without the values in some slots, each written after this many operations."""
    before, after = segment.before, segment.after.copy()
    after[slots] = COVERED
    there = slots[since <= segment.since]
    if there.size:
        before = before.copy()
        before[there] = COVERED
        before.flags.writeable = False
    after.flags.writeable = False
    return Segment(segment.since, before, after)
