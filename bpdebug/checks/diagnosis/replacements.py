"""One quantity in place of another, or a constant of another value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpdebug.checks.diagnosis.forms import (
    FUNCTION_NAMES,
    USUAL,
    exchanged,
    numbers_in,
)
from bpdebug.checks.diagnosis.line import Line
from bpdebug.checks.diagnosis.pool import FORWARD
from bpdebug.checks.diagnosis.slip import Reading, Slip
from bpdebug.checks.diagnosis.stems import number_of, stem
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Call, Expression, Negation, Number, Power, replaced
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Kind


def replacements(line: Line) -> Iterator[Slip]:
    """One symbol for another, and constants of another value."""
    yield from _shifts(line)
    yield from _stale(line)
    yield from _rounded(line)
    for number, term in enumerate(line.terms):
        rest, text = line.others(number), to_text(term)
        for symbol in dict.fromkeys(symbols(term)):
            yield from _for_symbol(line, symbol, term, rest, text)
            yield from _updated_early(line, symbol, term)
        for node in dict.fromkeys(numbers_in(term)):
            for value in USUAL:
                if value != node.value:
                    other = exchanged(term, node, Number(value))
                    words = f"{value:g} in place of {node.value:g}"
                    yield Slip(
                        "wrong constant", words, 2.0, other, rest, may_be_scaled=False, term=text
                    )


def _rounded(line: Line) -> Iterator[Slip]:
    """A result rounded to few decimals before it is used."""
    for decimals in range(5):
        words = f"rounded to {decimals} decimals" if decimals != 1 else "rounded to 1 decimal"
        turn = partial(_to_decimals, decimals)
        cost = 1.8 if decimals == 0 else 1.4
        yield Slip("rounded too early", words, cost, turn=turn, may_be_scaled=False)


def _to_decimals(decimals: int, array: FloatArray) -> FloatArray:
    return np.asarray(np.round(array, decimals))


def _updated_early(line: Line, symbol: Symbol, term: Expression) -> Iterator[Slip]:
    """A parameter that was updated before it was used here: less this many times its gradient."""
    found = line.quantity(symbol)
    if not line.is_gradient or found is None or found[0] is not Kind.PARAMETER:
        return
    assert isinstance(symbol, Reference)
    gradient = Derivative(Reference(line.program.model.loss), symbol)
    change = exchanged(term, symbol, gradient)
    words = f"{to_text(symbol)} updated too early"
    yield Slip("in-place updates", words, 1.3, change, line.value, is_scaled=True, is_added=True)


def _stale(line: Line) -> Iterator[Slip]:
    """A value from before: of the iteration before, or, in an update, before its own update."""
    for symbol in dict.fromkeys(symbols(line.value)):
        found = line.quantity(symbol)
        if found is None or symbol == line.target:
            continue
        kind, name = found
        reads, text = (Reading(name),), to_text(symbol)
        if kind is Kind.STATE and line.is_update:
            words = f"{text} as it was before its own update"
            yield Slip("stale value", words, 1.0, line.value, may_be_scaled=False, reads=reads)
        elif kind in (Kind.COMPUTED, Kind.GRADIENT, Kind.LOCAL):
            words = f"{text} of the previous iteration"
            yield Slip("stale value", words, 1.5, line.value, may_be_scaled=False, reads=reads)


def _shifts(line: Line) -> Iterator[Slip]:
    """All of a line a time step, or a layer, before or after."""
    numbered: dict[str, set[str]] = {}
    for symbol in symbols(line.value):
        if isinstance(symbol, Reference) and symbol.name[-1].isdigit():
            numbered.setdefault(stem(symbol.name), set()).add(symbol.name)
    for name, several in numbered.items():
        if len(several) < 2:
            continue
        for by, words in ((1, "after"), (-1, "before")):
            text = f"{name} of the time step {words} in place of that of its own"
            yield Slip("wrong index", text, 1.0, replaced(line.value, partial(_moved, several, by)))


def _moved(several: set[str], by: int, node: Expression) -> Expression | None:
    """One of several numbered quantities as the one that is this many further on."""
    if not isinstance(node, Reference) or node.name not in several:
        return None
    number = number_of(node.name)
    return Reference(f"{node.name.removesuffix(str(number))}{number + by}", node.indices)


def _for_symbol(
    line: Line, symbol: Symbol, term: Expression, rest: Expression | None, text: str
) -> Iterator[Slip]:
    found = line.quantity(symbol)
    if found is None:
        return
    kind, family = found
    name = to_text(symbol)

    def slip(new: Expression, wrong: str, words: str, cost: float, scaled: bool = True) -> Slip:
        tree = exchanged(term, symbol, new)
        return Slip(wrong, words, cost, tree, rest, may_be_scaled=scaled, term=text)

    letters = line.pool.letters_of(symbol)
    if kind is Kind.CONSTANT or (kind is Kind.STATE and not letters):
        yield slip(Negation(symbol), "wrong sign", f"−{name} in place of {name}", 1.2, False)
        for value in USUAL:
            words = f"{value:g} in place of {name}"
            yield slip(Number(value), "wrong constant", words, 1.5, False)
    fixed = [index for index in symbol.indices if isinstance(index, int)]
    if fixed and isinstance(symbol, Reference):
        for other in _shifted(line, symbol):
            words = f"{to_text(other)} in place of {name}"
            yield slip(other, "wrong index", words, 1.0)
    if len(set(letters)) != len(letters):
        return
    for each in line.pool.same(letters, line.ranges, line.pool.meaning(symbol)):
        if each.symbol == symbol or (fixed and each.quantity.name == family):
            continue
        words = f"{to_text(each.symbol)} in place of {name}"
        wrong, cost = "wrong quantity", 1.2
        if each.quantity.name == family:
            is_weight = kind is Kind.PARAMETER
            wrong, cost = ("transposed weights" if is_weight else "wrong order"), 0.8
        elif stem(each.quantity.name) == stem(family):
            cost = 0.9
        elif each.quantity.kind is not kind:
            cost = 1.6
        cost += 0.3 * (not each.is_meant)
        yield slip(each.symbol, wrong, words, cost)
    if letters and kind in (*FORWARD, Kind.STATE, Kind.INTERMEDIATE):
        for function in ("sqrt",) if line.is_update else FUNCTION_NAMES:
            new = Call(function, (symbol,))
            words = f"{to_text(new)} in place of {name}"
            yield slip(new, "wrong function", words, 2.0)
        words = f"the square of {name} in place of it"
        yield slip(Power(symbol, 2), "wrong function", words, 1.8)


def _shifted(line: Line, symbol: Reference) -> Iterator[Reference]:
    """The same quantity at another fixed index."""
    shape = line.program.quantities[symbol.name].shape
    for at, index in enumerate(symbol.indices):
        if isinstance(index, int):
            near = _nearest(index, shape[at])
            for other in near[1:9]:
                indices = (*symbol.indices[:at], other, *symbol.indices[at + 1 :])
                yield Reference(symbol.name, indices)


def _nearest(index: int, count: int) -> list[int]:
    """All indices up to `count`, from the nearest on."""
    return sorted(range(1, count + 1), key=lambda other: abs(other - index))
