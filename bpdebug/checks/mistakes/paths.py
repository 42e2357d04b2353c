"""The paths of a gradient as products, written out as far as sums go."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.checks.mistakes.trees import (
    factors_of,
    gradients_of,
    product_of,
    terms_of,
    written_out,
)
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Derivative, Equation, Expression, Negation, Symbol, symbols
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

_MOST_WAYS = 32
"""Gradients with more paths are not written out further."""


@dataclass(frozen=True, slots=True)
class Way:
    """A path from the loss to a quantity: its name, `E → o2 → h1 → b1`, and its product."""

    name: str
    product: Expression


def ways(program: Program, equation: Equation) -> list[Way]:
    """The paths that the gradient of an element sums up, as products of local derivatives."""
    known = {
        written.target: written.value
        for statement in gradients_of(program)
        for written in written_out(statement)
        if not written.assigns
    }
    loss = program.model.loss
    found: list[Expression] = []
    for term in terms_of(equation.value):
        found += _expanded(term, known)
        if len(found) > _MOST_WAYS:
            found = terms_of(equation.value)
            break
    names = [_name(program, loss, product) for product in found]
    if len(set(names)) < len(names):
        names = [f"{name} ({n})" for n, name in enumerate(names, start=1)]
    return [Way(name, product) for name, product in zip(names, found, strict=True)]


def _expanded(term: Expression, known: dict[Symbol, Expression]) -> list[Expression]:
    """A product with its first derivative replaced by the terms that it is the sum of."""
    if isinstance(term, Negation):
        return [Negation(each) for each in _expanded(term.operand, known)]
    factors = factors_of(term)
    for at, factor in enumerate(factors):
        value = known.get(factor) if isinstance(factor, Derivative) else None
        if value is None or not any(isinstance(s, Derivative) for s in symbols(value)):
            continue
        products = []
        for inner in terms_of(value):
            for way in _expanded(inner, known):
                product = product_of([*factors[:at], *factors_of(way), *factors[at + 1 :]])
                products.append(product)
        return products
    return [term]


def _name(program: Program, loss: str, product: Expression) -> str:
    chain = [factor for factor in symbols(product) if isinstance(factor, Derivative)]
    if not chain:
        return "directly"
    passed = [each.by for each in chain[:-1] if not _is_alone(program, each.by.name)]
    names = [_element(program, each) for each in (*passed, chain[-1].by)]
    return " → ".join([loss, *names])


def _is_alone(program: Program, name: str) -> bool:
    """Whether a quantity is all that another one is computed from, as a pre-activation is."""
    if program.quantities[name].kind is not Kind.COMPUTED:
        return False
    readers = [
        {symbol.family for symbol in symbols(each.equation.value)}
        for each in program.statements
        if each.phase in (Phase.FORWARD, Phase.LOSS)
    ]
    return any(used == {name} for used in readers)


def _element(program: Program, reference: Symbol) -> str:
    quantity = program.quantities.get(reference.family)
    if quantity is None or any(isinstance(index, str) for index in reference.indices):
        return to_text(reference)
    return quantity.labels(quantity.place(tuple(int(index) for index in reference.indices)))
