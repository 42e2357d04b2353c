"""Conditions on whole arrays, written out in single elements: `max(W1) > 1` in w1, w2, ….

So loops over iterations need to know nothing of arrays. Numbers are the same, but for the sign of a
zero that is the greatest or the least of several; no condition in which that shows is written out.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.debugger.readers import Reader, Reduced, Single, Whole
from bpdebug.notation.functions import TRUTHS
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Logic,
    Not,
    Number,
    Terms,
    extent,
    parts,
    rebuild,
)
from bpdebug.program.lookout import MOST_NODES, Read

Written = tuple[Expression, tuple[tuple[Symbol, Read], ...]]
"""An expression, and what its names stand for."""


class _OtherwiseError(Exception):
    """It cannot be written out, or it would be too long."""


def written_out(tree: Expression, readers: Mapping[Symbol, Reader]) -> Written | None:
    """An expression in single elements; None if it cannot be written so."""
    writing = _Writing(readers)
    try:
        written = writing.write(tree, 0)
    except _OtherwiseError:
        return None
    if _shows_signs_of_zero(written):
        return None
    return written, tuple(writing.reads.items())


def is_truth(tree: Expression) -> bool:
    """Whether the value of an expression is true or false."""
    return isinstance(tree, Comparison | Logic | Not) or (
        isinstance(tree, Call) and tree.function in TRUTHS
    )


class _Writing:
    def __init__(self, readers: Mapping[Symbol, Reader]) -> None:
        self.readers = readers
        self.reads: dict[Symbol, Read] = {}

    def write(self, tree: Expression, place: int) -> Expression:
        """An expression for one element of the arrays in it."""
        match tree:
            case Comparison((Reference() | Derivative() as symbol, Number(0)), ("!=",)):
                reader = self.readers[symbol]
                if isinstance(reader, Reduced) and reader.function in TRUTHS:
                    return self._reduced(reader)
            case Reference() | Derivative():
                return self._read(tree, self.readers[tree], place)
        return rebuild(tree, lambda inner: self.write(inner, place))

    def _read(self, symbol: Symbol, reader: Reader, place: int) -> Expression:
        match reader:
            case Single(read):
                self.reads[symbol] = read
                return symbol
            case Whole(of, quantity):
                element = Reference(f"{of.name} of", (quantity.offset + place,))
                self.reads[element] = Read(of, quantity.offset + place)
                return element
            case Reduced(function) if function not in TRUTHS:
                return self._reduced(reader)
        raise _OtherwiseError

    def _reduced(self, reader: Reduced) -> Expression:
        """What a function makes of all elements."""
        first = self.write(reader.argument, 0)
        if extent(first)[1] * reader.size > MOST_NODES:
            raise _OtherwiseError
        elements = [first, *(self.write(reader.argument, n) for n in range(1, reader.size))]
        if reader.function in TRUTHS:
            if not is_truth(first):
                elements = [Comparison((each, Number(0.0)), ("!=",)) for each in elements]
            return _joined("or" if reader.function == "any" else "and", elements)
        if is_truth(first):
            raise _OtherwiseError
        match reader.function:
            case "sum":
                return _sum(elements)
            case "mean":
                return Binary("/", _sum(elements), Number(float(reader.size)))
            case "norm":
                return Call("sqrt", (_sum([Binary("*", each, each) for each in elements]),))
            case "max" | "min" as function:
                return _greatest(function, elements)
        raise _OtherwiseError


def _sum(elements: list[Expression]) -> Expression:
    return elements[0] if len(elements) == 1 else Terms(tuple(elements))


def _joined(sign: str, truths: list[Expression]) -> Expression:
    return truths[0] if len(truths) == 1 else Logic(sign, tuple(truths))


def _greatest(function: str, elements: list[Expression]) -> Expression:
    """That of all of them, two by two: so the tree is not deep."""
    while len(elements) > 1:
        pairs = zip(elements[::2], elements[1::2], strict=False)
        rest = elements[len(elements) // 2 * 2 :]
        elements = [*(Call(function, pair) for pair in pairs), *rest]
    return elements[0]


def _shows_signs_of_zero(tree: Expression) -> bool:
    """Whether something may be divided by a zero that is the greatest or the least of several."""
    return any(
        isinstance(inner, Call) and inner.function in ("max", "min")
        for node in parts(tree)
        if isinstance(node, Binary) and node.operator in ("/", "%")
        for inner in parts(node.right)
    )
