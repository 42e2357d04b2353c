"""Statements in machine form: text for LLVM that computes all their elements, in nested loops.

The sums of a statement come before: to the sums of all elements their first terms are added, then
their second ones. That takes a processor less time than one sum after the other, and in every sum
the order is as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.equation import different_symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Calculated, Derivative, Index, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Power,
    Sum,
    SumWhere,
    Terms,
    children,
    parts,
)
from bpdebug.numerics import machine
from bpdebug.numerics.llvm import Code, Module, Real
from bpdebug.numerics.machine import FORMS, Functions
from bpdebug.program.program import Program, Statement

ON_STACK = 16_384
"""Elements of sums that may lie on the stack."""


AT_HAND = 4_096
"""Elements of sums that are added to in turns: 32 kibibytes, as a processor has nearest to it."""


class UnsupportedError(Exception):
    """There is no machine form of a program."""


class Writing:
    """The function of a program as far as it is written."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.module = Module()
        self.code = Code(self.module)
        self.functions = Functions(self.code)
        self.stack: list[str] = []
        """Lines at the beginning of the function, in which room for sums is made."""

        self.scratch = 0
        self._room = ON_STACK

    def room(self, size: int, used: int) -> str:
        """Room for a sum of `size` elements, behind what its statement has `used` already."""
        base = f"%sum{len(self.stack)}"
        if size <= self._room:
            self._room -= size
            self.stack.append(f"  {base} = alloca double, i64 {size}, align 64")
        else:
            pointer = f"getelementptr inbounds double, ptr %scratch, i64 {used}"
            self.stack.append(f"  {base} = {pointer}")
            self.scratch = max(self.scratch, used + size)
        return base

    def value(self, node: Expression, values: Sequence[Real]) -> Real:
        """The value of a node, those of what is inside being `values`."""
        match node:
            case Number(value):
                return self.code.real(float(value))
            case Negation():
                return -values[0]
            case Binary("%"):
                return self.functions.called("remainder", machine.remainder, *values)
            case Binary(sign, _, _):
                return self.code.operate(_OPERATE[sign], *values)
            case Power(_, exponent):
                product = values[0]
                for _ in range(exponent - 1):
                    product = product * values[0]
                return product
            case Terms():
                total, *rest = values
                for term in rest:
                    total = total + term
                return total
            case Call(name):
                form = FORMS.get(name) or FUNCTIONS[name].body
                if form is None:
                    raise UnsupportedError(f"{name} has no machine form")
                return self.functions.called(name, form, *values)
        raise UnsupportedError(f"not arithmetic: {type(node).__name__}")


_OPERATE = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}


def _letters(tree: Expression, statement: Statement) -> tuple[str, ...]:
    """The letters that the value of a part of a statement depends on, its own ones first."""
    free = free_indices(tree)
    own = [letter for letter in statement.indices if letter in free]
    return (*own, *sorted(free.difference(own)))


class StatementWriter:
    """Writes one statement, its sums first."""

    def __init__(self, writer: Writing, statement: Statement) -> None:
        self.writer = writer
        self.code = writer.code
        self.program = writer.program
        self.statement = statement
        self.at: dict[str, str] = {}
        """The 0-based position of each letter whose loop is open."""

        self.sums: dict[int, tuple[str, tuple[str, ...]]] = {}
        """For each sum, by identity, where it lies and the letters that it carries."""

        self.used = 0
        self.free = {id(node): free_indices(node) for node in parts(statement.value)}

    def write(self) -> None:
        """Compute all its elements."""
        target = self.statement.equation.target
        own = self.program.names.find(target)
        assert isinstance(own, tuple)
        for symbol in different_symbols(self.statement.value):
            found = self.program.names.find(symbol)
            if isinstance(found, tuple) and found[0] is own[0] and found[1] != own[1]:
                raise UnsupportedError("an equation reads other elements of what it writes")
        for node in parts(self.statement.value):
            if isinstance(node, SumWhere):
                raise UnsupportedError("a sum with a place has no machine form")
            if isinstance(node, Sum | Greatest):
                self._sum(node)
        self._nest(
            self.statement.indices,
            self.statement.value,
            lambda value: self.code.store(value, "%memory", self._slot(target)),
        )

    def _sum(self, node: Sum | Greatest) -> None:
        """Add up the terms of a sum, the first ones of all elements, then the second ones; or take
        the greatest of them.

        That is done for as many elements at a time as a processor has at hand.
        """
        letters = _letters(node, self.statement)
        ranges = self.statement.ranges
        size = prod(ranges[letter] for letter in letters)
        base = self.writer.room(size, self.used)
        self.used += size

        def put(value: Real) -> None:
            self.code.store(value, base, self._place(letters))

        def add(value: Real) -> None:
            place = self._place(letters)
            reached = self.code.load(base, place)
            greater = self.writer.functions.max
            total = greater(reached, value) if isinstance(node, Greatest) else reached + value
            self.code.store(total, base, place)

        def add_up(inner: Sequence[str]) -> None:
            self.at[node.index] = "0"
            self._nest(inner, node.body, put)
            if ranges[node.index] > 1:
                with self.code.loop(1, ranges[node.index]) as number:
                    self.at[node.index] = number
                    self._nest(inner, node.body, add)
            del self.at[node.index]

        outer = 0
        while prod(ranges[letter] for letter in letters[outer:]) > AT_HAND:
            outer += 1
        self._in_loops(letters[:outer], lambda: add_up(letters[outer:]))
        self.sums[id(node)] = base, letters

    def _in_loops(self, letters: Sequence[str], write: Callable[[], None]) -> None:
        """Write something for all positions of some letters."""
        if not letters:
            write()
            return
        with self.code.loop(0, self.statement.ranges[letters[0]]) as number:
            self.at[letters[0]] = number
            self._in_loops(letters[1:], write)
            del self.at[letters[0]]

    def _nest(self, letters: Sequence[str], tree: Expression, use: Callable[[Real], None]) -> None:
        """Compute an expression for all positions of some letters, and use its values.

        What depends on the outer loops only is read there.
        """
        self._nested(letters, _above_sums(tree), {}, use)

    def _nested(
        self,
        letters: Sequence[str],
        nodes: Sequence[Expression],
        known: Mapping[int, Real],
        use: Callable[[Real], None],
    ) -> None:
        found = dict(known)
        for node in nodes:
            if id(node) not in found and self.free[id(node)] <= self.at.keys():
                if isinstance(node, Sum | Greatest):
                    base, own = self.sums[id(node)]
                    found[id(node)] = self.code.load(base, self._place(own))
                elif isinstance(node, Reference | Derivative):
                    found[id(node)] = self.code.load("%memory", self._slot(node))
                elif all(id(child) in found for child in children(node)):
                    values = [found[id(child)] for child in children(node)]
                    found[id(node)] = self.writer.value(node, values)
        if not letters:
            use(found[id(nodes[-1])])
            return
        letter, *rest = letters
        with self.code.loop(0, self.statement.ranges[letter]) as number:
            self.at[letter] = number
            self._nested(rest, nodes, found, use)
            del self.at[letter]

    def _place(self, letters: Sequence[str]) -> str:
        """The row-major place for the positions of some letters."""
        place = "0"
        for letter in letters:
            place = self._next(place, self.statement.ranges[letter], self.at[letter])
        return place

    def _next(self, place: str, size: int, position: str | int) -> str:
        if place != "0":
            place = self.code.integer("mul nuw nsw", place, size)
        return self.code.integer("add nuw nsw", place, position)

    def _slot(self, symbol: Symbol) -> str:
        """The slot of an element, at the positions of the letters."""
        found = self.program.names.find(symbol)
        assert isinstance(found, tuple)
        quantity, indices = found
        place = "0"
        for index, size in zip(indices, quantity.shape, strict=True):
            place = self._next(place, size, self._position(index))
        return self.code.integer("add nuw nsw", place, quantity.offset)

    def _position(self, index: Index) -> str | int:
        if isinstance(index, Calculated):
            raise UnsupportedError("a calculated index has no machine form")
        return index - 1 if isinstance(index, int) else self.at[index]


def _above_sums(tree: Expression) -> list[Expression]:
    """The parts of an expression, those inside first; of a sum no more than itself."""
    found: list[Expression] = []
    waiting = [(tree, False)]
    done: set[int] = set()
    while waiting:
        node, opened = waiting.pop()
        if id(node) in done:
            continue
        inner = () if isinstance(node, Sum | Greatest) else children(node)
        if inner and not opened:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(inner))
        else:
            done.add(id(node))
            found.append(node)
    return found
