"""Slips of arithmetic: an operation that was done in another way than its formula says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.trees import (
    MOST_ELEMENTS,
    element_name,
    factors_of,
    product_of,
    single_changes,
    statements_of,
    terms_of,
    text_of,
    total_of,
    written_out,
)
from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol, positions_of
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind

_MOST_SIBLINGS = 8

_DECIMALS = range(2, 7)


def divided(program: Program) -> Iterator[Alteration]:
    """A factor divided by instead of multiplied with, or the reverse."""
    for statement in program.statements:
        equation = statement.equation
        for value in single_changes(equation.value, _exchanged):
            where = f"{to_text(equation.target)} = {to_text(value)}"
            yield Alteration(where, (replace(equation, value=value),))
        if statement.size > 1:
            for element in written_out(program, statement):
                yield from _changed(program, element, single_changes(element.value, _exchanged))


def _exchanged(tree: Expression) -> Iterator[Expression]:
    match tree:
        case Binary("*", left, right):
            yield Binary("/", left, right)
        case Binary("/", left, right):
            yield Binary("*", left, right)


def wrong_element(program: Program) -> Iterator[Alteration]:
    """Another element of the same quantity taken: a wrong index."""
    for statement in program.statements:
        for element in written_out(program, statement):
            others = partial(_others, program, element.target)
            yield from _changed(program, element, single_changes(element.value, others))


def _others(program: Program, own: Symbol, tree: Expression) -> Iterator[Expression]:
    if isinstance(tree, Reference | Derivative) and tree.family != own.family:
        yield from _siblings(program, tree)


def _siblings(program: Program, symbol: Symbol) -> Iterator[Symbol]:
    """Other elements of the quantity that a symbol with positions belongs to."""
    if isinstance(symbol, Derivative):
        found = program.names.find(symbol)
        if not isinstance(found, tuple):
            # A leaf stands for a quantity, whose elements are its siblings.
            if isinstance(found, Reference):
                yield from _siblings(program, found)
            return
        quantity = found[0]
        if quantity.kind is not Kind.GRADIENT:
            for change in _other_places(program, symbol.of):
                derivative = _of_unit(symbol, change)
                if _is_there(program, derivative):
                    yield derivative
            return
        for other in _other_places(program, symbol.by):
            yield Derivative(symbol.of, other)
        return
    yield from _other_places(program, symbol)


def _of_unit(symbol: Derivative, of: Reference) -> Derivative:
    """A local derivative of one unit as that of another: both its indices change alike."""
    change = dict(zip(symbol.of.indices, of.indices, strict=True))
    by = tuple(change.get(index, index) for index in symbol.by.indices)
    return Derivative(of, Reference(symbol.by.name, by))


def _is_there(program: Program, symbol: Derivative) -> bool:
    """Whether a local derivative is computed, with indices that exist."""
    for each in (symbol.of, symbol.by):
        sizes = program.quantities[each.name].shape
        if any(n > size for n, size in zip(positions_of(each) or (), sizes, strict=True)):
            return False
    try:
        program.names.find(symbol)
    except KeyError:
        return False
    return True


def _other_places(program: Program, reference: Reference) -> Iterator[Reference]:
    quantity = program.quantities[reference.name]
    if quantity.size > MOST_ELEMENTS:
        return
    own = quantity.place(positions_of(reference) or ())
    near = sorted(range(quantity.size), key=lambda place: (abs(place - own), place))
    for place in near[1 : 1 + _MOST_SIBLINGS]:
        yield Reference(reference.name, quantity.indices(place))


def slipped(program: Program) -> Iterator[Alteration]:
    """A term or a factor left out, a sign exchanged, a function forgotten, a point misplaced."""
    for statement in program.statements:
        if statement.size > MOST_ELEMENTS:
            continue
        for element in written_out(program, statement):
            yield from _changed(program, element, single_changes(element.value, _slips))
            for factor in (10.0, 0.1, 100.0, 0.01):
                value = Binary("*", Number(factor), element.value)
                name = element_name(program, element.target)
                yield Alteration(f"{name} times {factor:g}", (replace(element, value=value),))


def _slips(tree: Expression) -> Iterable[Expression]:
    match tree:
        case Binary("+" | "-" as sign, left, right):
            yield left
            yield right if sign == "+" else Negation(right)
            yield Binary("-" if sign == "+" else "+", left, right)
        case Binary("*", left, right):
            yield left
            yield right
        case Binary("/", left, _):
            yield left
        case Call(_, arguments):
            yield arguments[0]


def _changed(
    program: Program, element: Equation, values: Iterable[Expression]
) -> Iterator[Alteration]:
    name = element_name(program, element.target)
    for value in dict.fromkeys(values):
        where = f"{name} = {text_of(program, value)}"
        yield Alteration(where, (replace(element, value=value),))


def rounded(program: Program) -> Iterator[Alteration]:
    """Every result rounded to a few decimals before it is used again."""
    for decimals in _DECIMALS:
        equations = tuple(_rounding(each, decimals) for each in program.statements)
        yield Alteration(f"to {decimals} decimals", equations)


def _rounding(statement: Statement, decimals: int) -> Equation:
    value = statement.equation.value
    return replace(statement.equation, value=Call("round", (value, Number(float(decimals)))))


def sums_shortened(program: Program) -> Iterator[Alteration]:
    """A term of a sum left out everywhere in an equation."""
    for statement in statements_of(program, Phase.FORWARD, Phase.LOSS, Phase.BACKWARD):
        terms = terms_of(statement.equation.value)
        for at in range(len(terms) if len(terms) > 1 else 0):
            value = total_of([*terms[:at], *terms[at + 1 :]])
            where = f"{to_text(statement.equation.target)} = {to_text(value)}"
            yield Alteration(where, (replace(statement.equation, value=value),))


def factor_left_out(program: Program) -> Iterator[Alteration]:
    """A factor of a product left out everywhere in an equation."""

    def without(tree: Expression) -> Iterator[Expression]:
        factors = factors_of(tree)
        for at in range(len(factors) if len(factors) > 1 else 0):
            yield product_of([*factors[:at], *factors[at + 1 :]])

    for statement in statements_of(program, Phase.FORWARD, Phase.LOSS, Phase.BACKWARD):
        for value in dict.fromkeys(single_changes(statement.equation.value, without)):
            where = f"{to_text(statement.equation.target)} = {to_text(value)}"
            yield Alteration(where, (replace(statement.equation, value=value),))
