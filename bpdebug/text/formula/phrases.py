"""Expressions in words: `the weighted sum of x1, x2 and x3, plus b1`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Power, Terms

MOST_NAMED = 4
"""Of a longer list only the first are named."""

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_POWERS = {2: "square", 3: "cube"}


class Phrase(NamedTuple):
    """An expression in words, and the pieces that it names: terms, factors or arguments."""

    words: str
    pieces: tuple[Expression, ...]


class Summand(NamedTuple):
    """What a sum adds or, with the sign `-`, subtracts."""

    sign: str
    body: Expression


def phrase(tree: Expression, is_weight: Callable[[Symbol], bool]) -> Phrase:
    """An expression in words. `is_weight` says what a weighted sum is weighted with."""
    match tree:
        case Negation(operand):
            inner = _inner(operand, is_weight)
            return Phrase(f"minus {inner.words}", inner.pieces)
        case Call("round", (value, decimals)):
            inner = phrase(value, is_weight)
            comma = "" if isinstance(value, _ATOMS) else ","
            words = f"{inner.words}{comma} {rounding(decimals)}"
            return Phrase(words, (*inner.pieces, decimals))
        case Call(function, arguments):
            words = FUNCTIONS[function].in_words.format(*map(spelled, arguments))
            return Phrase(words, arguments)
        case Power(base, exponent):
            power = _POWERS.get(exponent)
            words = f"the {power} of {spelled(base)}" if power else ""
            return Phrase(words or f"{spelled(base)} to the power of {exponent}", (base,))
        case Binary("/", left, right):
            upper = _inner(left, is_weight)
            comma = "," if len(upper.pieces) > 1 else ""
            words = f"{upper.words}{comma} divided by {spelled(right)}"
            return Phrase(words, (*upper.pieces, right))
        case Binary("*", _, _):
            return _product(factors_of(tree), is_weight)
        case Terms() | Binary("+" | "-", _, _):
            return _sum(terms_of(tree), is_weight)
        case _:
            return Phrase(spelled(tree), (tree,))


def terms_of(tree: Expression) -> list[Summand]:
    """What a sum is made of, of anything else itself. Inner sums are taken apart, but not what
    is in parentheses because it subtracts.
    """
    match tree:
        case Terms(terms):
            return [inner for term in terms for inner in _inner_terms(term)]
        case Binary("+", left, right):
            return [*terms_of(left), *_inner_terms(right)]
        case Binary("-", left, right):
            return [*terms_of(left), Summand("-", right)]
        case _:
            return [Summand("+", tree)]


def _inner_terms(tree: Expression) -> list[Summand]:
    terms = terms_of(tree)
    return [Summand("+", tree)] if any(term.sign == "-" for term in terms) else terms


def factors_of(tree: Expression) -> list[Expression]:
    """What a product is made of, from left to right; of anything else, itself."""
    if isinstance(tree, Binary) and tree.operator == "*":
        return [*factors_of(tree.left), *factors_of(tree.right)]
    return [tree]


def spelled(tree: Expression) -> str:
    """An expression as formulas write it, in parentheses if it would run into other words."""
    text = to_text(tree, "unicode")
    return text if isinstance(tree, _WHOLE) else f"({text})"


def rounding(decimals: Expression) -> str:
    """What `round` does: `rounded to 4 decimals`."""
    one = decimals == Number(1.0)
    return "rounded to 1 decimal" if one else f"rounded to {spelled(decimals)} decimals"


def counted(number: int) -> str:
    """A number of things: small ones as a word."""
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"


def listed(trees: Sequence[Expression]) -> str:
    """`a, b and c`; of a long list the first names."""
    shown = len(trees) if len(trees) <= MOST_NAMED else MOST_NAMED - 1
    names = [*map(spelled, trees[:shown])]
    if shown < len(trees):
        names.append(f"{len(trees) - shown:,} more")
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


_WHOLE = (Number, Reference, Derivative, Power, Call)
_ATOMS = (Number, Reference, Derivative)


def _inner(tree: Expression, is_weight: Callable[[Symbol], bool]) -> Phrase:
    """What comes after other words: a difference would fall apart there."""
    made = phrase(tree, is_weight)
    falls_apart = (" plus ", " minus ", " divided by ", " if ", " rounded to ")
    return Phrase(spelled(tree), (tree,)) if any(w in made.words for w in falls_apart) else made


def _product(factors: Sequence[Expression], is_weight: Callable[[Symbol], bool]) -> Phrase:
    first, *rest = factors
    if _is_number(first) and len(rest) == 1:
        # Half a sum is told with its terms, any other product with its factors.
        times = "half" if first == Number(0.5) else f"{to_text(first, 'unicode')} times"
        inner = _inner(rest[0], is_weight)
        return Phrase(f"{times} {inner.words}", inner.pieces)
    return Phrase(f"the product of {listed(factors)}", tuple(factors))


def _sum(terms: Sequence[Summand], is_weight: Callable[[Symbol], bool]) -> Phrase:
    bodies = tuple(term.body for term in terms)
    pieces = tuple(t.body if t.sign == "+" else Negation(t.body) for t in terms)
    if any(term.sign == "-" for term in terms):
        if len(terms) == 2:
            return Phrase(f"{spelled(bodies[0])} minus {spelled(bodies[1])}", bodies)
        return Phrase(f"a sum of {counted(len(terms))} terms", pieces)
    inputs = [_weighted(body, is_weight) for body in bodies]
    weighted = [each for each in inputs if each is not None]
    added = [body for body, each in zip(bodies, inputs, strict=True) if each is None]
    if len(weighted) > 1 and all(isinstance(body, Reference) for body in added):
        plus = f", plus {listed(added)}" if added else ""
        return Phrase(f"the weighted sum of {listed(weighted)}{plus}", pieces)
    if all(isinstance(body, Power) and body.exponent == 2 for body in bodies):
        bases = [body.base for body in bodies if isinstance(body, Power)]
        return Phrase(f"the sum of the squares of {listed(bases)}", pieces)
    if all(isinstance(body, _ATOMS) for body in bodies) and len(bodies) > 2:
        return Phrase(f"the sum of {listed(bodies)}", pieces)
    if all(len(factors_of(body)) > 1 for body in bodies):
        return Phrase(f"the sum of {counted(len(bodies))} products", pieces)
    if len(bodies) == 2 and not any(isinstance(body, Negation) for body in bodies):
        # Products bind tighter than any word between them.
        return Phrase(" plus ".join(map(_spelled_term, bodies)), pieces)
    return Phrase(f"the sum of {counted(len(bodies))} terms", pieces)


def _spelled_term(body: Expression) -> str:
    is_product = isinstance(body, Binary) and body.operator in "*/"
    return to_text(body, "unicode") if is_product else spelled(body)


def _weighted(body: Expression, is_weight: Callable[[Symbol], bool]) -> Reference | None:
    """What a weight is multiplied with in a term, None if it is not such a product."""
    match body:
        case Binary("*", Reference() as first, Reference() as second):
            others = [each for each in (first, second) if not is_weight(each)]
            return others[0] if len(others) == 1 else None
        case _:
            return None


def _is_number(tree: Expression) -> bool:
    return isinstance(tree, Number) or (
        isinstance(tree, Negation) and isinstance(tree.operand, Number)
    )
