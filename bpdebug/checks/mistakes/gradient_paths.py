"""The paths of a gradient as products, written out as far as sums go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from bpdebug.checks.mistakes.trees import (
    element_name,
    factors_of,
    gradients_of,
    product_of,
    terms_of,
    written_out,
)
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Derivative, Symbol
from bpdebug.notation.tree import Expression, Negation
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

_MOST_PATHS = 32
"""Gradients with more paths are not written out further."""


@dataclass(frozen=True, slots=True)
class GradientPath:
    """A path from the loss to a quantity: its name, `E → o2 → h1 → b1`, and its product."""

    name: str
    product: Expression


class GradientPaths:
    """Finds the paths of gradients of a program, as products of local derivatives."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[Symbol, Expression] = {
            written.target: written.value
            for statement in gradients_of(program)
            for written in written_out(program, statement)
            if not written.assigns
        }
        readers = [
            {symbol.family for symbol in symbols(each.equation.value)}
            for each in program.statements
            if each.phase in (Phase.FORWARD, Phase.LOSS)
        ]
        # What is all that another quantity is computed from, as a pre-activation is.
        self._alone = {name for used in readers if len(used) == 1 for name in used}

    def of(self, equation: Equation) -> list[GradientPath]:
        """The paths that the gradient of an element sums up; its terms, if there are many."""
        terms = terms_of(equation.value)
        products = chain.from_iterable(map(self._expanded, terms))
        found = list(islice(products, _MOST_PATHS + 1))
        if len(found) > _MOST_PATHS:
            found = terms
        names = [self._name(product) for product in found]
        if len(set(names)) < len(names):
            names = [f"{name} ({n})" for n, name in enumerate(names, start=1)]
        return [GradientPath(name, product) for name, product in zip(names, found, strict=True)]

    def _expanded(self, term: Expression) -> Iterator[Expression]:
        """A product with its first derivative replaced by the terms that it is the sum of."""
        if isinstance(term, Negation):
            yield from map(Negation, self._expanded(term.operand))
            return
        factors = factors_of(term)
        for at, factor in enumerate(factors):
            value = self._known.get(factor) if isinstance(factor, Derivative) else None
            if value is None or not any(isinstance(s, Derivative) for s in symbols(value)):
                continue
            for inner in terms_of(value):
                for inside in self._expanded(inner):
                    yield product_of([*factors[:at], *factors_of(inside), *factors[at + 1 :]])
            return
        yield term

    def _name(self, product: Expression) -> str:
        """`E → o2 → h1 → b1`, without what is all that another quantity is computed from."""
        factors = [factor for factor in symbols(product) if isinstance(factor, Derivative)]
        if not factors:
            return "directly"
        passed = [each.by for each in factors[:-1] if not self._is_alone(each.by.name)]
        names = [element_name(self._program, each) for each in (*passed, factors[-1].by)]
        return " → ".join([self._program.model.loss, *names])

    def _is_alone(self, name: str) -> bool:
        return name in self._alone and self._program.quantities[name].kind is Kind.COMPUTED
