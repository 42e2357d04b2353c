"""How precisely people see a number: the last decimal that is shown of it."""

from __future__ import annotations

import math

GREATEST_PLAIN = 1e7
"""Numbers from here on are written in powers of ten."""


def is_plain(value: float, digits: int) -> bool:
    """Whether `digits` decimals say something of a number, so that no power of ten is needed."""
    size = abs(value)
    return not size or 0.5 * 10.0**-digits <= size < GREATEST_PLAIN


def decimals_in_power(digits: int) -> int:
    """Decimals before a power of ten where `digits` are shown without one."""
    return max(1, digits - 2)


def last_place(value: float, digits: int) -> float:
    """One unit of the last decimal that is shown of a finite number."""
    if is_plain(value, digits):
        return 10.0**-digits
    return 10.0 ** (math.floor(math.log10(abs(value))) - decimals_in_power(digits))
