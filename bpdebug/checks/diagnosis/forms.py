"""What expressions are changed into: forms of slopes, other functions, other orders of an array."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from bpdebug.checks.diagnosis.products import ONE
from bpdebug.checks.diagnosis.slip import Turn
from bpdebug.checks.mistakes.trees import single_changes
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    children,
    replaced,
    walk,
)
from bpdebug.numerics import FloatArray

FORMS = {
    text: parse_expression(text)
    for text in (
        "q*(1 - q)",
        "(1 - q)^2",
        "q*(1 + q)",
        "1 - q^2",
        "q",
        "1 - q",
        "q^2",
        "step(q)",
        "1 - step(q)",
        "1/q",
        "1/q^2",
        "sigmoid(q)*(1 - sigmoid(q))",
        "1 - tanh(q)^2",
        "sigmoid(q)",
        "tanh(q)",
        "exp(q)",
        "exp(-q)",
        "relu(q)",
        "sign(q)",
        "1 + q",
        "1 + q^2",
        "1/(1 + q^2)",
        "log(q)",
        "sqrt(q)",
        "1/sqrt(q)",
        "q^3",
        "1 - exp(q)",
        "0.01 + 0.99*step(q)",
        "step(q) - 0.01*(1 - step(q))",
        "0.1 + 0.9*step(q)",
        "0.2 + 0.8*step(q)",
        "max(q, 0.01*q)",
    )
}
"""What may be taken for the derivative of an activation, of some quantity."""

USUAL = (0.0, 1.0, 2.0, 0.5, 0.01, 0.1, 0.2, 0.3, 0.9, 0.99, 0.999, 1e-3, 1e-8, 1e-5, 1e-7, 1e-6)
"""Values that a constant often has."""

FUNCTION_NAMES = ("sigmoid", "tanh", "relu", "exp", "log", "sqrt", "abs", "leaky_relu", "softplus")


def exchanged(tree: Expression, old: Expression, new: Expression) -> Expression:
    return replaced(tree, lambda node: new if node == old else None)


def filled(form: Expression, symbol: Symbol) -> Expression:
    return replaced(form, lambda node: symbol if node == Reference("q") else None)


def numbers_in(tree: Expression) -> Iterator[Number]:
    match tree:
        case Number():
            if tree != ONE:
                yield tree
        case _:
            for child in children(tree):
                yield from numbers_in(child)


def node_changes(tree: Expression) -> Iterator[Expression]:
    """The tree with one function, power, sum or sign in it changed, each once."""
    seen = {tree}
    for whole in single_changes(tree, _changed):
        if whole not in seen:
            seen.add(whole)
            yield whole


def _changed(node: Expression) -> Iterator[Expression]:
    match node:
        case Call(function, (only,)):
            yield only
            yield Call(function, (Negation(only),))
            yield from (Call(other, (only,)) for other in FUNCTION_NAMES if other != function)
            yield Power(only, 2)
            yield Call(function, (node,))
        case Call(function, (one, two)):
            yield from (one, two)
            other = {"max": "min", "min": "max"}.get(function)
            if other:
                yield Call(other, (one, two))
        case Power(base, exponent):
            yield base
            yield Power(base, exponent + 1)
            yield Call("sqrt", (base,))
            yield Call("abs", (base,))
        case Binary("+" | "-" as sign, left, right):
            yield left
            yield right if sign == "+" else Negation(right)
            if isinstance(left, Call) and left.function == "sqrt":
                yield Call("sqrt", (Binary(sign, left.arguments[0], right),))
        case Binary("*", left, right):
            yield from (left, right, Binary("/", left, right))
        case Binary("/", left, right):
            yield from (left, Binary("*", left, right), Binary("/", right, left))
        case Negation(operand):
            yield operand


def other_signs(tree: Expression) -> Iterator[Expression]:
    """The tree with one plus for a minus, or the reverse."""

    def changed(node: Expression) -> Iterator[Expression]:
        match node:
            case Binary("+" | "-" as sign, left, right):
                yield Binary("-" if sign == "+" else "+", left, right)

    yield from single_changes(tree, changed)


def without_brackets(tree: Expression) -> Iterator[Expression]:
    """The tree with one pair of brackets overlooked: a factor goes with one term of a sum only."""

    def changed(node: Expression) -> Iterator[Expression]:
        match node:
            case Binary("*" | "/" as by, left, Binary("+" | "-" as sign, first, second)):
                yield Binary(sign, Binary(by, left, first), second)
        match node:
            case Binary("*" | "/" as by, Binary("+" | "-" as sign, first, second), right):
                yield Binary(sign, first, Binary(by, second, right))
            case Power(Binary("*" | "/" as by, first, second), exponent):
                yield Binary(by, first, Power(second, exponent))

    yield from single_changes(tree, changed)


def based(tree: Expression) -> Iterator[tuple[str, Expression]]:
    """The tree with logarithms or powers to another base than e."""
    for base in (10, 2):
        number = Number(math.log(base))

        def other(node: Expression, number: Number = number) -> Expression | None:
            match node:
                case Call("log", (only,)):
                    return Binary("/", Call("log", (replaced(only, other),)), number)
                case Call("exp", (only,)):
                    return Call("exp", (Binary("*", number, replaced(only, other)),))
            return None

        changed = replaced(tree, other)
        if changed is not tree:
            is_power = any(isinstance(each, Call) and each.function == "exp" for each in walk(tree))
            yield (
                f"powers of the base {base}" if is_power else f"logarithms to base {base}",
                changed,
            )


def is_choice(tree: Expression) -> bool:
    """Whether one of two is chosen, as by a greatest or a least of them."""
    nodes = list(walk(tree))
    sides = [n for n in nodes if isinstance(n, Binary) and isinstance(n.right, Call)]
    ways = [n.right for n in sides if n.operator == "-" and n.left == ONE]
    steps = [n for n in nodes if isinstance(n, Call) and n.function == "step"]
    return any(way in steps for way in ways) and len(steps) > len(ways)


def both_sides(tree: Expression) -> Expression:
    """The tree with what is chosen by a step taken on both sides."""

    def other(node: Expression) -> Expression | None:
        match node:
            case Binary("-", Number(1.0), Call("step")) | Call("step"):
                return ONE
        return None

    return replaced(tree, other)


def other_sides(tree: Expression) -> Expression:
    """The tree with the slopes on the two sides of each kink exchanged."""

    def other(node: Expression) -> Expression | None:
        match node:
            case Call("step", (inside,)):
                return Binary("-", ONE, Call("step", (inside,)))
        return None

    return replaced(tree, other)


def orders(shape: Sequence[int]) -> Iterator[tuple[str, Turn]]:
    """Other orders of a whole array, by the numbers of its indices."""
    if len(shape) == 2 and shape[0] == shape[1]:
        yield "transposed", np.transpose
    for axis, size in enumerate(shape):
        if size < 2:
            continue
        along = f" along its index {axis + 1}" if len(shape) > 1 else ""
        yield f"in reverse{along}", partial(np.flip, axis=axis)
        if size > 2:
            for by, words in ((1, "shifted by one"), (-1, "shifted back by one")):
                yield f"{words}{along}", partial(np.roll, shift=by, axis=axis)


def turns(shape: Sequence[int], letters: Sequence[str]) -> Iterator[tuple[str, Turn]]:
    """What may be done to the order of an array, and to its axes."""
    if len(shape) == 2 and min(shape) > 1:
        if shape[0] == shape[1]:
            yield "transposed", np.transpose
        yield "read column by column", _by_columns
        yield "read row by row", _by_rows
    for axis, letter in enumerate(letters):
        if shape[axis] < 2:
            continue
        yield f"in reverse along {letter}", partial(np.flip, axis=axis)
        for by, words in ((1, "shifted by one"), (-1, "shifted back by one")):
            yield f"{words} along {letter}", partial(_shifted, axis=axis, by=by, fill=False)
            yield f"{words} along {letter}, then 0", partial(_shifted, axis=axis, by=by, fill=True)
        yield f"summed over {letter}", partial(np.sum, axis=axis, keepdims=True)
        yield f"averaged over {letter}", partial(_averaged, axis=axis)
        yield f"the last {letter} for all", partial(np.take, indices=[-1], axis=axis)
    if len(shape) > 1:
        yield "summed over all", partial(np.sum, keepdims=True)
        yield "averaged over all", _averaged


def _averaged(array: FloatArray, axis: int | None = None) -> FloatArray:
    return np.asarray(array.mean(axis=axis, keepdims=True))


def _by_columns(array: FloatArray) -> FloatArray:
    return array.T.reshape(array.shape)


def _by_rows(array: FloatArray) -> FloatArray:
    return array.reshape(array.shape[::-1]).T


def _shifted(array: FloatArray, axis: int, by: int, fill: bool) -> FloatArray:
    found = np.roll(array, by, axis)
    if fill:
        index = [slice(None)] * array.ndim
        index[axis] = slice(0, 1) if by > 0 else slice(-1, None)
        found[tuple(index)] = 0.0
    return found
