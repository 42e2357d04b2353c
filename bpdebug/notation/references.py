"""Reading names: quantities with their indices, derivatives, functions.

`dE/dw7` without white space around the slash is a derivative, with white space a quotient
of two quantities; with `∂` it is always a derivative. Everything here raises NotationError.
"""

from __future__ import annotations

import re

from bpdebug.notation.cursor import Cursor
from bpdebug.notation.errors import shown
from bpdebug.notation.functions import CONDITION_FUNCTIONS, REDUCTIONS
from bpdebug.notation.names import composed, is_letter, is_reserved, likely_function
from bpdebug.notation.symbols import (
    Derivative,
    Index,
    Reference,
    Symbol,
    as_calculated,
    calculated,
    is_plain,
)
from bpdebug.notation.tokens import Token

MAX_INDEX = 1_000_000_000
"""The greatest position in an index."""

MOST_TERMS = 8
"""How many terms a calculated index may have, besides its constant."""

_INDEX = "an index, a name or a whole number from 1"
_LETTER = re.compile(r"[^\W\d_][0-9]*")


def read_symbol(cursor: Cursor) -> Symbol:
    """The quantity or derivative here."""
    if cursor.next.kind == "∂":
        of = _behind_round_d(cursor)
        cursor.require("/")
        return Derivative(of, _behind_round_d(cursor))
    if _is_derivative(cursor):
        of = _behind_d(cursor)
        cursor.take()
        return Derivative(of, _behind_d(cursor))
    return _reference(cursor)


def read_name(cursor: Cursor) -> str:
    """The name here, which the language may not use itself."""
    token = cursor.require("name", "a name")
    if token.value == "sum":
        cursor.expected('"(" as in sum(i: x[i])')
    if is_reserved(token.value):
        cursor.expected(f'"(" after the function {token.value}')
    return token.value


def read_function(cursor: Cursor, logical: bool, latex: bool) -> str | None:
    """The function, or `sum`, named here before a parenthesis; none if it multiplies.

    The cursor stays. Only a condition (`logical`) has all functions. In LaTeX a letter, with
    or without a number below it, is not a slip: `\\delta_1(1 - h_1)` is a product.
    """
    token = cursor.next
    if token.kind != "name" or cursor.ahead(1).kind != "(":
        return None
    name = "sigmoid" if composed(token.text) == "σ" else token.value
    if logical and name in REDUCTIONS:
        return name
    meant = likely_function(name)
    if meant is None or (meant == name and (logical or name not in CONDITION_FUNCTIONS)):
        return meant
    if latex and _LETTER.fullmatch(token.text):
        return None
    if meant == name:
        message, expected = f"{name}(…) is for conditions;", ""
    else:
        message, expected = f"{name} is not a function; did you mean {meant}?", meant
    return cursor.fail(f"{message} to multiply, write {name}*(…)", expected=expected)


def _reference(cursor: Cursor) -> Reference:
    name = read_name(cursor)
    return Reference(name, _indices(cursor))


def _behind_round_d(cursor: Cursor) -> Reference:
    cursor.require("∂")
    start = cursor.next
    if start.kind != "name":
        cursor.expected("the name of a quantity", "write the derivative of E by w as ∂E/∂w")
    return _plain(cursor, start, _reference(cursor))


def _behind_d(cursor: Cursor) -> Reference:
    token = cursor.take()
    name = token.value[1:]
    if is_reserved(name):
        message = f'{shown(name)} is not a quantity; for a quotient, put spaces around "/"'
        cursor.fail(message, token, "the name of a quantity")
    return _plain(cursor, token, Reference(name, _indices(cursor)))


def _is_derivative(cursor: Cursor) -> bool:
    """Whether `d…/d…` stands here, without white space around the slash."""
    behind = 1
    if cursor.ahead(1).kind == "[":
        depth = 0
        while cursor.ahead(behind).kind != "end":
            depth += (cursor.ahead(behind).kind == "[") - (cursor.ahead(behind).kind == "]")
            behind += 1
            if not depth:
                break
    slash, by = cursor.ahead(behind), cursor.ahead(behind + 1)
    written = slash.kind == "/" and not slash.spaced and not by.spaced
    return written and _is_differential(cursor.next) and _is_differential(by)


def _is_differential(token: Token) -> bool:
    """Whether `token` is a `d` with a name after it, as in `dE`.

    A Greek delta is spelled with a `d` but is none.
    """
    if token.kind != "name" or not token.text.startswith("d"):
        return False
    behind = token.text[1:2]
    return behind == "_" or (behind != "" and is_letter(behind))


def _indices(cursor: Cursor, in_look_up: bool = False) -> tuple[Index, ...]:
    if not cursor.accept("["):
        return ()
    indices = [read_index(cursor, in_look_up)]
    while cursor.accept(","):
        indices.append(read_index(cursor, in_look_up))
    cursor.require("]", '"," or "]"')
    return tuple(indices)


def _plain(cursor: Cursor, start: Token, reference: Reference) -> Reference:
    """`reference`, which begins at `start` and in which nothing may be calculated."""
    if not is_plain(reference):
        message = "an index is calculated on the right only, and not in a derivative"
        cursor.fail(message, start, "index letters and numbers")
    return reference


def read_index(cursor: Cursor, in_look_up: bool = False) -> Index:
    """The index here: a letter, a position, or a calculation such as `2*i+k` or `c[n]`."""
    start = cursor.next
    terms: list[tuple[int, str | Reference]] = []
    constant = 0
    sign = -1 if cursor.accept("-") else 1
    while True:
        factor, what = _multiple(cursor, in_look_up)
        if what is None:
            constant += sign * factor
        else:
            terms.append((sign * factor, what))
        if len(terms) > MOST_TERMS:
            cursor.fail(f"an index is calculated from at most {MOST_TERMS} terms", start)
        if cursor.next.kind not in ("+", "-"):
            break
        sign = -1 if cursor.take().kind == "-" else 1
    found = calculated(terms, constant)
    if isinstance(found, int) and found < 1:
        cursor.fail(f"indices count from 1, not from {found}", start, _INDEX)
    whole = as_calculated(found)
    numbers = (whole.constant, *(factor for factor, _ in whole.terms))
    if any(abs(number) > MAX_INDEX for number in numbers):
        cursor.fail(f"an index is at most {MAX_INDEX:,}", start, _INDEX)
    return found


def _multiple(cursor: Cursor, in_look_up: bool) -> tuple[int, str | Reference | None]:
    """A whole number, a letter or a look-up, or a number times one of those."""
    token = cursor.next
    if token.kind == "name":
        return 1, _letter_or_look_up(cursor, in_look_up)
    if token.kind != "number" or not token.value.isdecimal():
        cursor.expected(_INDEX)
    digits = token.value.lstrip("0") or "0"
    # The length comes first: Python refuses to convert thousands of digits.
    if len(digits) > len(str(MAX_INDEX)) or int(digits) > MAX_INDEX:
        cursor.fail(f"an index is at most {MAX_INDEX:,}", token, _INDEX)
    cursor.take()
    if not cursor.accept("*"):
        return int(digits), None
    if cursor.next.kind != "name":
        cursor.expected("an index letter, or a look-up such as c[n]")
    return int(digits), _letter_or_look_up(cursor, in_look_up)


def _letter_or_look_up(cursor: Cursor, in_look_up: bool) -> str | Reference:
    start = cursor.next
    name = read_name(cursor)
    if cursor.next.kind != "[":
        return name
    # Not read any further if it is inside another: there may be thousands of them.
    found = None if in_look_up else Reference(name, _indices(cursor, in_look_up=True))
    if found is None or not is_plain(found):
        message = "a position is looked up at index letters and numbers, not at a calculation"
        cursor.fail(message, start, "index letters and numbers")
    return found
