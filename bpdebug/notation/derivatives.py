"""Symbolic derivatives of one equation, from the rules that stand beside each function.

The derivative with respect to everything at once is found by walking the right-hand side
from its root, carrying the derivative of the root with respect to where the walk stands
(reverse accumulation; Griewank & Walther, "Evaluating Derivatives", ch. 3, done on symbols).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from bpdebug.notation.algebra import (
    ONE,
    add,
    constant,
    divide,
    multiply,
    negate,
    power,
    subtract,
    total,
)
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.symbols import Derivative, Reference, Symbol, symbol_letters, with_letters
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Over,
    Power,
    Sum,
    SumWhere,
    Terms,
    bound_letters,
    children,
    parts,
    rebuild,
    replaced,
    substitute,
)


class DerivativeError(ValueError):
    """An expression that has no derivative in this language, such as a comparison."""


def local_derivatives(equation: Equation, ranges: Mapping[str, int]) -> dict[Symbol, Expression]:
    """d target / d r for each distinct reference r on the right-hand side of `equation`.

    Several occurrences of the same reference add up. Where r carries the index of a sum it
    stands in, it is one of the sum's terms and that index is free in the derivative; sums
    whose index r does not carry stay sums. `ranges` gives the range of each index, and the
    nested sums of `equation` bind distinct indices (`unique_sums`).
    Raises DerivativeError if the right-hand side is not an arithmetic expression.
    """
    found: dict[Symbol, list[Expression]] = {}
    waiting: list[tuple[Expression, Expression, tuple[str, ...]]] = [(equation.value, ONE, ())]
    while waiting:
        tree, upstream, sums = waiting.pop()
        if isinstance(tree, Reference | Derivative):
            carried = symbol_letters(tree)
            for index in reversed(sums):
                if index not in carried:
                    upstream = _total(index, upstream, ranges[index])
            found.setdefault(tree, []).append(upstream)
            continue
        if isinstance(tree, Over):
            sums = (*sums, tree.index)
        inner = _through(tree, upstream, equation)
        waiting.extend((child, slope, sums) for child, slope in reversed(inner))
    return {symbol: total(slopes) for symbol, slopes in found.items()}


def _through(
    tree: Expression, upstream: Expression, equation: Equation
) -> list[tuple[Expression, Expression]]:
    """The operands of `tree`, each with the derivative by it: that by `tree` is `upstream`."""
    match tree:
        case Number():
            return []
        case Sum(_, body):
            return [(body, upstream)]
        case Greatest(_, body):
            whole = tree is equation.value and not equation.assigns
            top: Expression = equation.target if whole else tree
            # 1 where the body is the greatest; several that are equal all count.
            slope = subtract(ONE, Call("step", (subtract(top, body),)))
            return [(body, multiply(upstream, slope))]
        case Terms(terms):
            return [(term, upstream) for term in terms]
        case Call(function, arguments):
            value: Expression = tree
            if tree is equation.value and not equation.assigns:
                value = equation.target
            rules = zip(arguments, _rules(function), strict=True)
            names = dict(zip("uv", arguments, strict=False)) | {"y": value}
            return [(each, multiply(upstream, _fill(rule, names))) for each, rule in rules]
        case Negation(operand):
            return [(operand, negate(upstream))]
        case Power(base, exponent):
            slope = multiply(constant(float(exponent)), power(base, exponent - 1))
            return [(base, multiply(upstream, slope))]
        case Binary("+", left, right):
            return [(left, upstream), (right, upstream)]
        case Binary("-", left, right):
            return [(left, upstream), (right, negate(upstream))]
        case Binary("*", left, right):
            return [(left, multiply(upstream, right)), (right, multiply(upstream, left))]
        case Binary("/", left, right):
            numerator = multiply(upstream, left)
            return [
                (left, divide(upstream, right)),
                (right, negate(divide(numerator, Power(right, 2)))),
            ]
    raise DerivativeError(f"{type(tree).__name__.lower()} has no derivative")


def derivatives_size(equation: Equation) -> int:
    """About how many nodes the derivatives of an equation have together, written out.

    Found without making them: those of a nest or a long product are much larger than itself. A
    reference on the right that may be the same element as another is counted as a pair, too.
    """
    size: dict[int, int] = {}
    nodes = parts(equation.value)
    for node in nodes:
        size[id(node)] = 1 + _added_up(size[id(child)] for child in children(node))
    found, letters, positions = 0, Counter[str](), Counter[str]()
    waiting = [(equation.value, 0)]
    while waiting:
        tree, upstream = waiting.pop()
        inner = children(tree)
        if isinstance(tree, Reference | Derivative):
            found += upstream + 1
            positions[tree.family] += 1
            letters[tree.family] += bool(symbol_letters(tree))
        whole = size[id(tree)]
        for child in inner:
            factor = 0
            match tree:
                case Greatest():
                    factor = whole + 1
                case Call(function):
                    value = 1 if tree is equation.value else whole
                    factor = _longest_rule(function) * max(whole - 1, value)
                case Binary("*"):
                    factor = whole - size[id(child)]
                case Binary("/") | Power():
                    factor = whole
            waiting.append((child, upstream + factor))
    return found + _added_up(n * positions[family] // 10 for family, n in letters.items())


def _added_up(counts: Iterable[int]) -> int:
    total = 0
    for count in counts:
        total += count
    return total


@cache
def _longest_rule(function: str) -> int:
    """How often a rule for the derivative of a function uses its argument or its value."""
    names = [[*symbols(rule)] for rule in _rules(function)]
    return max(map(len, names))


def _total(index: str, term: Expression, count: int) -> Expression:
    """The sum of `term` over an index with `count` values."""
    if index in free_indices(term):
        return Sum(index, term)
    return multiply(constant(float(count)), term)


def free_indices(tree: Expression) -> set[str]:
    """The index letters of `tree` that no sum in it binds."""
    found: dict[int, frozenset[str]] = {}
    for node in parts(tree):
        match node:
            case Reference() | Derivative():
                free = frozenset(symbol_letters(node))
            case Sum(index, body) | Greatest(index, body):
                free = found[id(body)] - {index}
            case SumWhere():
                free = node.free(found[id(node.body)])
            case _:
                free = frozenset().union(*(found[id(child)] for child in children(node)))
        found[id(node)] = free
    return set(found[id(tree)])


@cache
def _rules(function: str) -> tuple[Expression, ...]:
    return tuple(parse_expression(text) for text in FUNCTIONS[function].derivatives)


def _fill(rule: Expression, names: dict[str, Expression]) -> Expression:
    """A rule of the table with its letters replaced, in the simplest form that results."""
    match rule:
        case Reference(name):
            return names[name]
        case Binary(operator, left, right):
            build = {"+": add, "-": subtract, "*": multiply, "/": divide}[operator]
            return build(_fill(left, names), _fill(right, names))
        case _:
            return rebuild(rule, lambda child: _fill(child, names))


def unique_sums(equation: Equation) -> Equation:
    """`equation` with no sum binding an index of the target or of a sum around it."""
    if not equation.reductions:
        return equation
    taken = free_indices(equation.target)
    for each in equation.reductions:
        taken.update(bound_letters(each))

    def rename(tree: Expression, scope: frozenset[str]) -> Expression:
        return replaced(tree, lambda node: _renamed(node, scope))

    def _renamed(node: Expression, scope: frozenset[str]) -> Expression | None:
        if isinstance(node, SumWhere):
            change = {index: index for index in node.indices}
            change |= {n: fresh_index(n, taken | scope) for n in node.indices if n in scope}
            return SumWhere(
                tuple(change.values()),
                with_letters(node.position, change),
                node.place,
                rename(substitute(node.body, change), scope.union(change.values())),
            )
        if not isinstance(node, Sum | Greatest):
            return None
        index, body = node.index, node.body
        if index in scope:
            # Bound nowhere in the equation as written, so that no sum further inside captures
            # it; sums side by side get the same one, as they had before.
            index = fresh_index(index, taken | scope)
            body = substitute(body, {node.index: index})
        return replace(node, index=index, body=rename(body, scope | {index}))

    value = rename(equation.value, frozenset(free_indices(equation.target)))
    return Equation(equation.target, value, equation.assigns)


def fresh_index(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted2`, `wanted3`, … if that is taken."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}{count}"
    return name
