"""Reading exponents: a power is repeated multiplication, so they are small whole numbers."""

from __future__ import annotations

from bpdebug.notation.cursor import Cursor

MAX_EXPONENT = 16
"""The greatest exponent: a power is repeated multiplication."""

RAISES = ("^", "superscript")
"""The kinds of tokens with which an exponent begins."""

_WHOLE = f"a whole number from 2 to {MAX_EXPONENT}"


def read_exponent(cursor: Cursor) -> int:
    """The exponent here, from 1 to `MAX_EXPONENT`. Raises NotationError."""
    if cursor.next.kind == "^":
        cursor.take()
    token = cursor.next
    if token.value.startswith("-"):
        cursor.expected(_WHOLE, "write x^-2 as 1/x^2", token)
    if token.kind not in ("number", "superscript") or not token.value.isdecimal():
        hint = "write x^0.5 as sqrt(x) and x^y as exp(y*log(x))"
        if token.kind == "{":
            hint = r"write e^{x} as \exp(x) and x^{0.5} as \sqrt{x}"
        cursor.expected(_WHOLE, hint)
    # The length comes first: Python refuses to convert thousands of digits.
    digits = token.value.lstrip("0")
    exponent = int(digits or "0") if len(digits) < 4 else MAX_EXPONENT + 1
    if not 1 <= exponent <= MAX_EXPONENT:
        cursor.expected(_WHOLE, "multiply several powers, or use exp and log")
    cursor.take()
    if cursor.next.kind in RAISES:
        cursor.expected("an operator", "write a power of a power as (x^2)^3")
    return exponent
