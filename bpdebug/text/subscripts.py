"""Names as a printed page sets them: the digits at the end of a name below the line."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"(?<![\w.])([^\W\d_]+)(\d+)(?!\.|[^\W⁰¹²³⁴⁵⁶⁷⁸⁹])")
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache(maxsize=4096)  # The same names again and again, at each step.
def subscripted(text: str) -> str:
    """`text` with `w7` as `w₇`; numbers stay as they are, and every text keeps its length."""
    return _NAME.sub(lambda match: match[1] + match[2].translate(_BELOW), text)
