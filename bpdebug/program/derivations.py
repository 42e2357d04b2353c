"""Hand-written derivations: formulas that a session uses in place of the right derivatives.

They are written with the names of elements, `dE/do1*do1/dzo1*dzo1/dh1*…`, and need not be right:
that is what they are here for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bpdebug.models.model import ModelError
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol, is_plain, match_indices
from bpdebug.notation.tree import Expression, Over, SumWhere, parts, replaced, substitute
from bpdebug.program.program import Names
from bpdebug.program.quantities import Kind, NameIndex, Quantity
from bpdebug.program.replacing import Writers


def derivation_equations(
    derivations: Mapping[str, Expression],
    quantities: Mapping[str, Quantity],
    names: Names,
    written_out: Sequence[Equation],
) -> Iterator[Equation]:
    """An equation for each derivation, to be used in place of the one of the backward pass.

    Derivatives that the backward pass does not compute by themselves are put in as the products
    that they are `written_out` to there, dE/dzo1 as dE/do1*do1/dzo1. Raises ModelError if a
    derivation is for something else than a gradient that is computed, or uses something that is
    not.
    """
    elements = NameIndex(quantities.values() if derivations else ())
    products = {equation.target.family: equation for equation in written_out}
    for name, value in derivations.items():
        target = _gradient(name, elements)
        if target is None:
            if name in quantities and quantities[name].kind is Kind.GRADIENT:
                raise ModelError(f"{name} is many numbers; a derivation is for a single one")
            raise ModelError(f"there is no gradient {name} that a derivation could be used for")
        equation = Equation(target, _put_in(_indexed(value, elements), products))
        _check(equation, names)
        yield equation


def check_order(formulas: Sequence[Equation], equations: Sequence[Equation]) -> None:
    """Raises ModelError if a derivation uses a derivative that is computed after it, or that is
    computed from it.

    `equations` are those of an iteration in their order, the derivations among them.
    """
    writers = Writers(equations if formulas else ())
    for formula in formulas:
        own = writers.first(formula.target)
        for symbol in symbols(formula.value):
            later = writers.last(symbol) if isinstance(symbol, Derivative) else None
            if own is not None and later is not None and later > own:
                raise ModelError(
                    f"the derivation of {_name(formula)} uses {to_text(symbol)}, which is "
                    "computed after it"
                )


def _gradient(name: str, elements: NameIndex) -> Symbol | None:
    """The symbol of the gradient of an element by its name, None if it is not computed."""
    found = elements.find(name)
    if found is None or found[0].kind is not Kind.GRADIENT:
        return None
    quantity, place = found
    of, _, by = quantity.name.partition("/")
    return Derivative(Reference(of[1:]), Reference(by[1:], quantity.indices(place)))


def _indexed(tree: Expression, elements: NameIndex) -> Expression:
    """`tree` with the names of elements as references: `o1` is `o[1]`."""

    def plain(reference: Reference) -> Reference:
        if reference.indices:
            return reference
        found = elements.find(reference.name)
        if found is None:
            raise ModelError(f"a derivation uses {reference.name}, which is not there")
        quantity, place = found
        return Reference(quantity.name, quantity.indices(place))

    def element(node: Expression) -> Expression | None:
        match node:
            case Reference():
                return plain(node)
            case Derivative(of, by):
                return Derivative(plain(of), plain(by))
        return None

    return replaced(tree, element)


def _put_in(tree: Expression, written_out: Mapping[str, Equation]) -> Expression:
    """`tree` with the derivatives that have no equation of their own written out."""

    def product(node: Expression) -> Expression | None:
        if not isinstance(node, Derivative):
            return None
        equation = written_out.get(node.family)
        if equation is None or len(equation.target.indices) != len(node.by.indices):
            return None
        change = match_indices(equation.target.indices, node.by.indices)
        return None if change is None else substitute(equation.value, change)

    return replaced(tree, product)


def _check(equation: Equation, names: Names) -> None:
    if any(isinstance(node, Over | SumWhere) for node in parts(equation.value)):
        raise ModelError(f"the derivation of {_name(equation)} has a sum; write its terms out")
    for symbol in symbols(equation.value):
        if not is_plain(symbol):
            raise ModelError(
                f"the derivation of {_name(equation)} calculates an index in {to_text(symbol)}; "
                "write the position that it is"
            )
        letters = [index for index in symbol.indices if isinstance(index, str)]
        if letters:
            raise ModelError(
                f"the derivation of {_name(equation)} uses {to_text(symbol)}, which stands for "
                f"many numbers; put a number for {letters[0]}"
            )
        if symbol == equation.target:
            raise ModelError(f"the derivation of {_name(equation)} uses itself")
        try:
            names.find(symbol)
        except KeyError as error:
            raise ModelError(
                f"the derivation of {_name(equation)} uses {to_text(symbol)}, "
                "which has no value of its own here"
            ) from error


def _name(equation: Equation) -> str:
    return to_text(equation.target)
