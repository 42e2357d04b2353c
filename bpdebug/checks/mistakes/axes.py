"""Sums along another index than the one that is meant: a softmax over the rows, not the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.trees import everywhere, statements_of
from bpdebug.models.model import Model
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import Expression, Number, Sum, substitute, walk
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind


def along_another_index(program: Program) -> Iterator[Alteration]:
    """Totals and means of an array taken along its other index, and all that they are used for:
    c[m] = sum(n: e[n,m]) for c[n] = sum(m: e[n,m]).
    """
    for own, summed, sizes in _pairs(program):
        names = _reduced(program, own, summed)
        where = f"{', '.join(names)}: summed over {own} in place of {summed}"
        yield Alteration(where, change=_changing(program, names, own, summed, sizes))


def _pairs(program: Program) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """The index of a total, that which it sums over, and how far they run; each pair once."""
    seen = set()
    for statement in statements_of(program, Phase.FORWARD):
        for node in walk(statement.equation.value):
            if not isinstance(node, Sum):
                continue
            for own in statement.indices:
                pair = own, node.index
                if pair not in seen and _is_total(program, statement, *pair, ()):
                    seen.add(pair)
                    yield *pair, (statement.ranges[own], statement.ranges[node.index])


def _is_total(
    program: Program, statement: Statement, own: str, summed: str, known: Sequence[str]
) -> bool:
    """Whether all that is computed and used runs over both indices, or is such a total itself."""
    used = list(symbols(statement.value))
    if any(_kind(program, each) is Kind.PARAMETER for each in used):
        return False
    computed = [each for each in used if _kind(program, each) is Kind.COMPUTED]
    return bool(computed) and all(
        each.family in known or {own, summed} <= set(each.indices) for each in computed
    )


def _kind(program: Program, symbol: Symbol) -> Kind | None:
    quantity = program.quantities.get(symbol.family)
    return None if quantity is None else quantity.kind


def _reduced(program: Program, own: str, summed: str) -> list[str]:
    """What is one number for each `own` because something was summed over `summed`."""
    found: list[str] = []
    for statement in statements_of(program, Phase.FORWARD):
        is_one = own in statement.indices and summed not in statement.indices
        if is_one and _is_total(program, statement, own, summed, found):
            found.append(statement.target.name)
    return found


def _changing(
    program: Program, names: list[str], own: str, summed: str, sizes: tuple[int, int]
) -> Callable[[Model], Model]:
    """Another model: the indices of the totals exchanged where they are made and used."""

    def used(tree: Expression) -> Expression | None:
        if isinstance(tree, Reference) and tree.name in names:
            return substitute(tree, {own: summed})
        return None

    def made(tree: Expression) -> Expression | None:
        match tree:
            case Sum(index, body) if index == summed:
                return Sum(own, everywhere(body, used))
            case Reference() if tree.name in names:
                return used(tree)
            case Reference(name, ()) if sizes[0] != sizes[1]:
                quantity = program.quantities[name]
                if quantity.kind is Kind.CONSTANT and program.start[quantity.offset] == sizes[1]:
                    return Number(float(sizes[0]))
        return None

    def changed(equation: Equation) -> Equation:
        target = equation.target
        if target.family in names:
            moved = substitute(target, {own: summed})
            assert isinstance(moved, Reference)
            return replace(equation, target=moved, value=everywhere(equation.value, made))
        if summed in target.indices:
            return replace(equation, value=everywhere(equation.value, used))
        return equation

    return lambda model: replace(model, equations=tuple(map(changed, model.equations)))
