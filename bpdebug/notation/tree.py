"""Expression trees: the one intermediate form that everything else reads and writes.

A tree is immutable and compares by value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpdebug.notation.symbols import (
    Calculated,
    Derivative,
    Index,
    Reference,
    Symbol,
    index_letters,
    with_indices,
    with_letters,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A constant.

    In equations it is finite and not negative: a sign is a `Negation`. Where a formula has
    its values put in, it is any float.
    """

    value: float


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, where `operator` is one of `+ - * /`, in conditions also `%`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """`base ^ exponent` with a whole exponent of at least 2, meaning repeated multiplication."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, of a function known to `notation.functions`."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """What is taken of `body` over the whole range of `index`, in index order."""

    index: str
    body: Expression


@dataclass(frozen=True, slots=True)
class Sum(Over):
    """`sum(index: body)`."""


@dataclass(frozen=True, slots=True)
class Greatest(Over):
    """`max(index: body)`: `max` of the first two, then of that and the third, and so on."""


@dataclass(frozen=True, slots=True)
class SumWhere:
    """`sum(i, k: i+k = p: body)`: the terms for all places of `indices` at which `position` is
    `place`, the last index running first; 0 if there are none.

    It is what the derivative by `x[i+k]` comes to. Without `indices`, `sum(y[n] = p: body)`, there
    is one term or none.
    """

    indices: tuple[str, ...]
    position: Index
    place: Index
    body: Expression

    def free(self, of_body: Iterable[str]) -> frozenset[str]:
        """The letters that it depends on, if `of_body` are those of the body."""
        inner = frozenset((*of_body, *index_letters(self.position)))
        return (inner - frozenset(self.indices)) | frozenset(index_letters(self.place))


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum written out: `a + b + c`, added from the left. At least two terms.

    The parser never makes one (it reads nested `Binary` nodes); it is what a `Sum`
    becomes when it is written out for given indices. The terms are a tuple, or a sequence equal
    to one that makes those that are looked at.
    """

    terms: Sequence[Expression]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain such as `0 < x <= 1`: true when every neighbouring pair is.

    `operators` has one entry less than `operands`; each is one of `< <= > >= == !=`.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c` or `a or b or c`; `operator` is `and` or `or`."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not operand`."""

    operand: Expression


Expression = (
    Number
    | Reference
    | Derivative
    | Negation
    | Binary
    | Power
    | Call
    | Sum
    | Greatest
    | SumWhere
    | Terms
    | Comparison
    | Logic
    | Not
)


def children(tree: Expression) -> tuple[Expression, ...]:
    """The direct subexpressions, from left to right."""
    return _CHILDREN[type(tree)](tree)


_LEAVES: frozenset[type] = frozenset((Number, Reference, Derivative))

# Asked for each node of each tree, so a table: trying one pattern after the other takes longer.
_CHILDREN: Mapping[type, Callable[[Any], tuple[Expression, ...]]] = {
    **dict.fromkeys(_LEAVES, lambda tree: ()),
    **dict.fromkeys((Negation, Not), lambda tree: (tree.operand,)),
    **dict.fromkeys((Comparison, Logic), lambda tree: tree.operands),
    Binary: lambda tree: (tree.left, tree.right),
    Power: lambda tree: (tree.base,),
    Call: lambda tree: tree.arguments,
    Sum: lambda tree: (tree.body,),
    Greatest: lambda tree: (tree.body,),
    SumWhere: lambda tree: (tree.body,),
    Terms: lambda tree: tuple(tree.terms),
}


def rebuild(tree: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """`tree` with `change` applied to each direct subexpression."""
    if isinstance(tree, Binary):  # Most of them, and a pattern takes longer.
        return Binary(tree.operator, change(tree.left), change(tree.right))
    match tree:
        case Number() | Reference() | Derivative():
            return tree
        case Negation(operand) | Not(operand):
            return replace(tree, operand=change(operand))
        case Power(base, exponent):
            return Power(change(base), exponent)
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Sum() | Greatest() | SumWhere():
            return replace(tree, body=change(tree.body))
        case Terms(terms):
            return Terms(tuple(map(change, terms)))
        case Comparison(operands, operators):
            return Comparison(tuple(map(change, operands)), operators)
        case Logic(operator, operands):
            return Logic(operator, tuple(map(change, operands)))


def walk(tree: Expression) -> Iterator[Expression]:
    """`tree` and all its subexpressions, parents first, from left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def parts(tree: Expression) -> list[Expression]:
    """The different objects that `tree` is made of, each once, those inside before those around.

    The derivative of a nest shares its factors: written out it is much larger than this.
    """
    done: dict[int, Expression] = {}
    opened: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        key = id(node)
        if key in done:
            continue
        if type(node) in _LEAVES or key in opened:
            done[key] = node
        else:
            opened.add(key)
            waiting.append(node)
            waiting.extend(children(node)[::-1])
    return [*done.values()]


def extent(tree: Expression) -> tuple[int, int]:
    """How many nodes of `tree` stand one inside another, and how many it has written out."""
    found: dict[int, tuple[int, int]] = {}
    for node in parts(tree):
        height, size = 0, 1
        for child in children(node):
            inner, more = found[id(child)]
            height, size = max(height, inner), size + more
        found[id(node)] = height + 1, size
    return found[id(tree)]


def replaced(tree: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """`tree` with what `change` gives in the place of a node, from the root on.

    Where it gives None the node stays, and what is inside is looked at. What is shared is
    changed once, and shared again; what does not change is the same object.
    """
    done: dict[int, Expression] = {}
    waiting = [(tree, False)]
    while waiting:
        node, opened = waiting.pop()
        if id(node) in done:
            continue
        changed = None if opened else change(node)
        inner = children(node)
        if changed is not None:
            done[id(node)] = changed
        elif inner and not opened:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(inner))
        elif not inner or all(done[id(child)] is child for child in inner):
            done[id(node)] = node
        else:
            done[id(node)] = rebuild(node, lambda child: done[id(child)])
    return done[id(tree)]


def look_ups(node: Symbol | Over | SumWhere) -> Iterator[Reference]:
    """The constants in which the positions of a symbol are looked up, or that of a sum's terms."""
    indices: tuple[Index, ...] = ()
    if isinstance(node, SumWhere):
        indices = (node.position,)
    elif not isinstance(node, Over):
        indices = node.indices
    for index in indices:
        if isinstance(index, Calculated):
            yield from (what for _, what in index.terms if isinstance(what, Reference))


def bound_letters(node: Over | SumWhere) -> tuple[str, ...]:
    """The letters that a sum, or a greatest element, is taken over."""
    return node.indices if isinstance(node, SumWhere) else (node.index,)


def substitute(tree: Expression, change: Mapping[str, Index]) -> Expression:
    """`tree` with its free index variables replaced as `change` says.

    An index bound by a sum or a `Greatest` is left alone inside it. The caller sees to it that
    no replacement is an index that one inside binds (`unique_sums` makes that easy).
    """

    def change_at(node: Expression) -> Expression | None:
        match node:
            case Reference() | Derivative():
                return with_indices(node, change)
            case Sum(index, body) | Greatest(index, body) if index in change:
                inner = {name: to for name, to in change.items() if name != index}
                return replace(node, body=substitute(body, inner))
            case SumWhere():
                inner = {name: to for name, to in change.items() if name not in node.indices}
                return replace(
                    node,
                    position=with_letters(node.position, inner),
                    place=with_letters(node.place, change),
                    body=substitute(node.body, inner),
                )
        return None

    return replaced(tree, change_at) if change else tree
