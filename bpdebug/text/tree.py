"""The derivative tree: the chain rule with its numbers, for any operation.

A derivative is a sum over paths from E, each a product. Its factors are derivatives again,
down to those that the equations give directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bpdebug.debugger.view import Status, View
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Binary,
    Derivative,
    Expression,
    Negation,
    Reference,
    Symbol,
    Terms,
    symbols,
)
from bpdebug.numerics import scalar
from bpdebug.program.formula import Formula, evaluate, formula

MOST_CHILDREN = 40
"""Of more children only so many are shown, with a line that says how many there are."""


@dataclass(frozen=True)
class Node:
    """A line of the tree.

    `symbol` is what it is about (`dE/do1`, or for a path the way it takes), `rule` what that
    is equal to in symbols, `slot` where its value lies (None for a constant or a path).
    `share` is a path's share of the whole, if that means anything.
    """

    symbol: str
    rule: str
    value: float
    status: Status
    slot: int | None = None
    share: float | None = None
    written: Formula | None = field(default=None, repr=False)
    terms: tuple[Expression, ...] = field(default=(), repr=False)


def root(view: View, slot: int) -> Node:
    """The tree's first line for the element in `slot`."""
    program = view.program
    operation = int(program.written_at[slot])
    if not operation:
        return Node(program.name(slot), "", view.value(slot), view.status(slot), slot)
    written = formula(program, operation)
    return Node(
        to_text(written.equation.target, "unicode"),
        to_text(written.equation.value, "unicode"),
        view.value(slot),
        view.status(slot),
        slot,
        written=written,
    )


def children(view: View, node: Node) -> list[Node]:
    """What a node is computed from: paths, factors, or the quantities of its rule."""
    if node.written is None:
        return []
    paths = _paths(node)
    if len(paths) > 1:
        return [_path(view, node, path) for path in paths[:MOST_CHILDREN]]
    factors = dict.fromkeys(s for term in paths or node.terms for s in symbols(term))
    if any(isinstance(factor, Derivative) for factor in factors):
        factors = {f: None for f in factors if isinstance(f, Derivative)}
    elif isinstance(node.written.equation.target, Derivative):
        return []
    return [_factor(view, node.written, factor) for factor in list(factors)[:MOST_CHILDREN]]


def left_out(node: Node) -> int:
    """How many of a node's children are not shown."""
    return max(0, len(_paths(node)) - MOST_CHILDREN)


def _paths(node: Node) -> tuple[Expression, ...]:
    """The terms of a node's rule: one for each path if it is a derivative."""
    if node.written is None or node.terms:
        return node.terms
    value = node.written.equation.value
    if not isinstance(node.written.equation.target, Derivative):
        return (value,)
    terms: list[Expression] = []
    while isinstance(value, Binary) and value.operator in "+-":
        terms.insert(0, value.right if value.operator == "+" else Negation(value.right))
        value = value.left
    terms[:0] = value.terms if isinstance(value, Terms) else (value,)
    return tuple(terms) if any(map(_is_chain, terms)) else (node.written.equation.value,)


def _is_chain(term: Expression) -> bool:
    """Whether a term is a product along a path, not something that E depends on directly."""
    return any(isinstance(symbol, Derivative) for symbol in symbols(term))


def _path(view: View, node: Node, term: Expression) -> Node:
    written = node.written
    assert written is not None
    values = view.operands(written)
    product = evaluate(term, values.__getitem__)
    total = view.value(written.slot)
    share = scalar.divide(product, total) if node.status is Status.CURRENT else None
    if not _is_chain(term):
        target = written.equation.target
        assert isinstance(target, Derivative)
        way = f"{to_text(target.of, 'unicode')} → {to_text(target.by, 'unicode')} directly"
        rule = to_text(term, "unicode")
        return Node(way, rule, product, _worst(view, written, term), share=share)
    return Node(
        _way(view, written, term),
        to_text(term, "unicode"),
        product,
        _worst(view, written, term),
        share=share,
        written=written,
        terms=(term,),
    )


def _way(view: View, written: Formula, term: Expression) -> str:
    """The way a path takes: `E → o1 → zo1 → h1`.

    `E ⋯ h1` says that several paths are gathered in the first factor.
    """
    factors = [symbol for symbol in symbols(term) if isinstance(symbol, Derivative)]
    names = [to_text(factor.by, "unicode") for factor in factors]
    gathered = _is_gathered(view, written.operands[factors[0]])
    start = to_text(factors[0].of, "unicode") + (" ⋯ " if gathered else " → ")
    return start + " → ".join(names)


def _is_gathered(view: View, operand: int | float) -> bool:
    """Whether a derivative is itself computed from derivatives."""
    operation = int(view.program.written_at[operand]) if isinstance(operand, int) else 0
    if not operation:
        return False
    value = formula(view.program, operation).equation.value
    return any(isinstance(symbol, Derivative) for symbol in symbols(value))


def _worst(view: View, written: Formula, term: Expression) -> Status:
    found = {
        view.status(operand)
        for operand in (written.operands[symbol] for symbol in symbols(term))
        if isinstance(operand, int)
    }
    for status in (Status.UNKNOWN, Status.STALE):
        if status in found:
            return status
    return Status.CURRENT


def _factor(view: View, written: Formula, symbol: Symbol) -> Node:
    operand = written.operands[symbol]
    name = to_text(symbol, "unicode")
    value = view.operands(written)[symbol]
    if not isinstance(operand, int):
        return Node(name, "", value, Status.GIVEN)
    program = view.program
    operation = int(program.written_at[operand])
    target = program.name(operand)
    if isinstance(symbol, Derivative) and target != to_text(symbol):
        # A leaf: the derivative is just another quantity.
        return Node(name, target, value, view.status(operand), operand)
    if not operation:
        return Node(name, "", value, view.status(operand), operand)
    inner = formula(program, operation)
    if isinstance(symbol, Reference) and inner.equation.assigns:
        return Node(name, "", value, view.status(operand), operand)
    rule = to_text(inner.equation.value, "unicode")
    return Node(name, rule, value, view.status(operand), operand, written=inner)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the tree as it is drawn: `guide` is what stands before it.

    `key` tells it from all others, `expandable` whether it has children.
    """

    guide: str
    node: Node
    key: tuple[str, ...]
    expandable: bool
    expanded: bool
    more: int = 0


def rows(
    view: View,
    top: Node,
    expanded: frozenset[tuple[str, ...]],
    collapsed: frozenset[tuple[str, ...]],
) -> Iterator[Row]:
    """The lines of the tree under `top`, from top to bottom.

    The first two levels of a derivative are open unless `collapsed`, deeper ones if
    `expanded`; both hold the keys of rows.
    """

    def lines(node: Node, key: tuple[str, ...], before: str, last: bool | None) -> Iterator[Row]:
        below = children(view, node)
        opened = key in expanded or (_opens_by_itself(node, key) and key not in collapsed)
        guide = before + ("" if last is None else "└─ " if last else "├─ ")
        yield Row(guide, node, key, bool(below), opened and bool(below))
        if not opened:
            return
        inner = before + ("" if last is None else "   " if last else "│  ")
        rest = left_out(node)
        for number, child in enumerate(below):
            final = number == len(below) - 1 and not rest
            yield from lines(child, (*key, child.symbol), inner, final)
        if rest:
            yield Row(inner + "└─ ", node, (*key, "…"), False, False, more=rest)

    yield from lines(top, (top.symbol,), "", None)


def _opens_by_itself(node: Node, key: tuple[str, ...]) -> bool:
    return len(key) == 1 or (len(key) == 2 and bool(node.terms))
