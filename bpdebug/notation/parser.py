"""Reading the equation language: from a text to an expression tree.

ASCII, Unicode and LaTeX are all read. Every function here raises NotationError, and
nothing else, for a text that is not of the language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from bpdebug.notation.equation import Equation
from bpdebug.notation.errors import NotationError
from bpdebug.notation.exponents import MAX_EXPONENT
from bpdebug.notation.grammar import MAX_DEPTH, Grammar
from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tokens import Source, Token, tokenize
from bpdebug.notation.tree import Expression

__all__ = [
    "MAX_CONDITION",
    "MAX_DEPTH",
    "MAX_EXPONENT",
    "MAX_TEXT",
    "NotationError",
    "parse_condition",
    "parse_equation",
    "parse_expression",
    "parse_symbol",
    "parse_watch",
]

MAX_TEXT = 10_000
"""How many characters an equation or an expression may have."""

MAX_CONDITION = 256
"""How many characters a condition may have."""

_Read = TypeVar("_Read")


def parse_expression(text: str) -> Expression:
    """The expression that `text` is; its value is a number. Raises NotationError."""
    return _parse(text, Grammar.expression)


def parse_equation(text: str) -> Equation:
    """The equation that `text` is: a quantity, `=` or `:=`, an expression.

    Raises NotationError.
    """
    return _parse(text, Grammar.equation)


def parse_condition(text: str) -> Expression:
    """The condition that `text` is: comparisons joined by `and`, `or`, `not`.

    Its value is true or false, never a number. Raises NotationError.
    """
    return _parse(text, Grammar.condition, logical=True, limit=MAX_CONDITION)


@lru_cache(maxsize=1024)
def parse_watch(text: str) -> Expression:
    """What `text` says, in the language of conditions; its value may be a number, too.

    Raises NotationError.
    """
    return _parse(text, Grammar.watch, logical=True, limit=MAX_CONDITION)


def parse_symbol(text: str) -> Symbol:
    """The quantity or derivative that `text` names, such as `w[2,1]` or `dE/dw7`.

    Raises NotationError.
    """
    return _parse(text, Grammar.symbol)


def _parse(
    text: str, read: Callable[[Grammar], _Read], logical: bool = False, limit: int = MAX_TEXT
) -> _Read:
    several_lines = "\n" in text
    if len(text) > limit:
        what = "a condition" if logical else "a text"
        message = f"{what} has at most {limit:,} characters, found {len(text):,}"
        raise NotationError(message, *Source(text).place(limit), several_lines=several_lines)
    latex = is_latex(text)
    parser = Grammar(_latex_tokens(text) if latex else tokenize(text), logical, latex)
    try:
        result = read(parser)
    except RecursionError:
        # The limit on depth keeps far from it, unless the caller is deep down already.
        message = "parentheses are nested too deeply"
        raise NotationError(message, several_lines=several_lines) from None
    parser.finish()
    return result


def is_latex(text: str) -> bool:
    """Whether `text` is written in LaTeX: no other form uses a backslash, braces or a dollar."""
    return any(sign in text for sign in "\\{}$")


def _latex_tokens(text: str) -> list[Token]:
    from bpdebug.notation.latex_tokens import tokenize_latex  # seldom needed, and slow to load

    return tokenize_latex(text)
