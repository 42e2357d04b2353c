"""Paths: how an element depends on another, from one operation of the forward pass to the next.

The elements of the forward pass and the loss are the nodes of a graph, and the local derivatives
of each operation its edges. A derivative is the sum over all paths of the products along them
(Bauer, "Computational Graphs and Rounding Error", 1974).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from bpdebug.notation.algebra import ZERO
from bpdebug.notation.derivatives import local_derivatives
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Expression, Terms
from bpdebug.numerics import FloatArray
from bpdebug.program.access import used_slots
from bpdebug.program.formula import evaluate, formula
from bpdebug.program.program import Phase, Program

MOST_PATHS = 2_000
"""Of more paths none is listed."""

MOST_ELEMENTS = 5_000
"""How many elements and local derivatives may lie between two elements."""

FORWARD = (Phase.FORWARD, Phase.LOSS)


class TooManyError(ValueError):
    """There are more elements or paths than can be gone through."""


@dataclass(frozen=True, slots=True, eq=False)
class PathEdge:
    """The local derivative of the element in slot `of` by the one in slot `by`.

    `name` is how it is written, `derivative` what it is, in names of elements whose slots are
    in `operands`.
    """

    of: int
    by: int
    name: Derivative
    derivative: Expression
    operands: Mapping[Symbol, int]

    def value(self, memory: FloatArray) -> float:
        """Its value with the numbers of a memory."""
        return evaluate(self.derivative, lambda symbol: float(memory[self.operands[symbol]]))


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A way from an element down to another, with its local derivatives in that order.

    `shown` are the names of the elements on it, but for those that are the only operand of the
    one before: `E → o1 → h1 → b1` goes through zo1 and zh1, too.
    """

    edges: tuple[PathEdge, ...]
    shown: tuple[str, ...]

    def product(self, memory: FloatArray) -> float:
        """The product of its local derivatives, from the left."""
        return prod(
            (edge.value(memory) for edge in self.edges[1:]), start=self.edges[0].value(memory)
        )

    def __str__(self) -> str:
        return " → ".join(self.shown)


@dataclass(frozen=True, slots=True)
class _Element:
    """The formula of an element: its operands, and the terms of its sum that use each of them.

    `terms` is empty where the formula is not a sum of terms.
    """

    equation: Equation
    operands: Mapping[Symbol, int]
    symbol_of: Mapping[int, Symbol]
    terms: Mapping[Symbol, tuple[Expression, ...]]


class PathGraph:
    """The elements of a program and their local derivatives, found as they are asked for.

    It is that of what the program computes: of a model with another forward equation on purpose,
    it has that equation.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._elements: dict[int, _Element] = {}
        self._edges: dict[tuple[int, int], PathEdge | None] = {}
        self._local: dict[int, dict[Symbol, Expression]] = {}
        self._between: dict[tuple[int, int], Between] = {}

    def is_computed(self, slot: int) -> bool:
        """Whether the forward pass or the loss computes the element in a slot."""
        operation = int(self.program.written_at[slot])
        return operation > 0 and self.program.statement(operation).phase in FORWARD

    def between(self, of: int, by: int) -> Between:
        """All ways from the element in slot `of` down to the one in slot `by`.

        Raises TooManyError if more than MOST_ELEMENTS lie on them.
        """
        if (of, by) not in self._between:
            self._between[of, by] = Between(self, of, by)
        return self._between[of, by]

    def operands(self, slot: int) -> tuple[int, ...]:
        """The slots of what an element is computed from, each once."""
        return tuple(self._element(slot).symbol_of)

    def edge(self, of: int, by: int) -> PathEdge | None:
        """The local derivative of an element by one of its operands; None if it is always 0."""
        if (of, by) not in self._edges:
            element = self._element(of)
            derivative = self._derivative(of, element, element.symbol_of[by])
            name = Derivative(
                _reference(element.equation.target), _reference(element.symbol_of[by])
            )
            made = PathEdge(of, by, name, derivative, element.operands)
            self._edges[of, by] = None if derivative == ZERO else made
        return self._edges[of, by]

    def _derivative(self, of: int, element: _Element, by: Symbol) -> Expression:
        if element.terms:
            # The other terms of a long sum say nothing. The zero keeps one that is left from
            # being taken for the whole.
            part = Equation(element.equation.target, Terms((ZERO, *element.terms[by])))
            return local_derivatives(part, {})[by]
        if of not in self._local:
            self._local[of] = local_derivatives(element.equation, {})
        return self._local[of][by]

    def _element(self, slot: int) -> _Element:
        if slot not in self._elements:
            written = formula(self.program, int(self.program.written_at[slot]))
            equation = written.equation
            operands = {symbol: int(operand) for symbol, operand in written.operands.items()}
            symbol_of = {operand: symbol for symbol, operand in operands.items()}
            terms: dict[Symbol, list[Expression]] = {}
            if isinstance(equation.value, Terms):
                for term in equation.value.terms:
                    for symbol in dict.fromkeys(symbols(term)):
                        terms.setdefault(symbol, []).append(term)
            self._elements[slot] = _Element(
                equation,
                operands | {equation.target: slot},
                symbol_of,
                {symbol: tuple(found) for symbol, found in terms.items()},
            )
        return self._elements[slot]

    def depending(self, by: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """For each slot, whether what the forward pass computes there uses the element in `by`,
        directly or through others; true for `by` itself.
        """
        program = self.program
        found = np.zeros(len(program.start), dtype=np.bool_)
        found[by] = True
        for statement in program.statements:
            if statement.phase not in FORWARD:
                continue
            shape = tuple(statement.ranges[index] for index in statement.indices)
            uses = np.zeros(shape, dtype=np.bool_)
            for symbol in dict.fromkeys(symbols(statement.value)):
                used = found[used_slots(symbol, statement, program.names)]
                uses |= used.any(axis=tuple(range(len(shape), used.ndim)))
            found[statement.slots] |= uses.ravel()
        return found


class Between:
    """The part of a graph that lies on the ways from slot `of` down to slot `by`.

    `edges` are all local derivatives on them. Raises TooManyError if they are too many.
    """

    def __init__(self, graph: PathGraph, of: int, by: int) -> None:
        self.graph = graph
        self.of = of
        self.by = by
        depending = graph.depending(by)
        below: dict[int, list[PathEdge]] = {by: []}
        left = [of] if depending[of] else []
        count = 0
        while left:
            slot = left.pop()
            if slot in below:
                continue
            below[slot] = []
            for operand in graph.operands(slot):
                edge = graph.edge(slot, operand) if depending[operand] else None
                if edge is not None:
                    below[slot].append(edge)
                    left.append(operand)
            count += 1 + len(below[slot])
            if count > MOST_ELEMENTS:
                name = graph.program.name
                raise TooManyError(
                    f"more than {MOST_ELEMENTS:,} elements and local derivatives lie between "
                    f"{name(of)} and {name(by)}"
                )
        # In the order in which they are computed, so that each comes after its operands.
        written_at = graph.program.written_at
        self._below = {
            slot: below[slot] for slot in sorted(below, key=lambda s: (s != by, written_at[s]))
        }

    @property
    def edges(self) -> Iterator[PathEdge]:
        """The local derivatives, those of what is computed first first."""
        for found in self._below.values():
            yield from found

    def is_direct(self) -> bool:
        """Whether all there is is one local derivative."""
        return self.count() == 1 and any(edge.by == self.by for edge in self._below[self.of])

    def direct(self) -> PathEdge | None:
        """The local derivative of the one by the other, if the one uses the other itself."""
        found = (edge for edge in self._below.get(self.of, ()) if edge.by == self.by)
        return next(found, None)

    def count(self) -> int:
        """How many paths there are."""
        counts = {self.by: 1}
        for slot, edges in self._below.items():
            if slot != self.by:
                counts[slot] = 0
                for edge in edges:
                    counts[slot] += counts[edge.by]
        return counts.get(self.of, 0)

    def total(self, values: Mapping[PathEdge, FloatArray], count: int) -> FloatArray:
        """The derivative, which is the sum over all paths, from the values of the edges, `count`
        of each.
        """
        totals = {self.by: np.ones(count)}
        for slot, edges in self._below.items():
            if slot != self.by:
                totals[slot] = np.zeros(count)
                with np.errstate(all="ignore"):
                    for edge in edges:
                        totals[slot] = totals[slot] + values[edge] * totals[edge.by]
        return totals.get(self.of, np.zeros(count))

    def paths(self) -> tuple[Path, ...]:
        """All paths, in the order in which the derivative by the last element lists them: by its
        first operation, then by what uses the result of that, and so on.

        Raises TooManyError if there are more than MOST_PATHS.
        """
        count = self.count()
        if count > MOST_PATHS:
            raise TooManyError(f"there are {count:,} paths; at most {MOST_PATHS:,} are listed")
        above: dict[int, list[PathEdge]] = {}
        program = self.graph.program
        for edge in self.edges:
            above.setdefault(edge.by, []).append(edge)
        for found in above.values():
            found.sort(key=lambda edge: _natural_place(program, edge.of))
        paths = []
        ways: list[tuple[PathEdge, ...]] = [(edge,) for edge in reversed(above.get(self.by, []))]
        while ways:
            way = ways.pop()
            if way[0].of == self.of:
                paths.append(Path(way, self._shown(way)))
            else:
                ways += [(edge, *way) for edge in reversed(above[way[0].of])]
        return tuple(paths)

    def _shown(self, way: tuple[PathEdge, ...]) -> tuple[str, ...]:
        name = self.graph.program.name
        inner = [name(edge.by) for edge in way[:-1] if len(self.graph.operands(edge.of)) > 1]
        return name(self.of), *inner, name(self.by)


def paths(program: Program, of: int, by: int) -> tuple[Path, ...]:
    """All paths from the element in slot `of` down to the one in slot `by`; none if it does not
    depend on it.

    Raises TooManyError if there are more than MOST_PATHS.
    """
    return PathGraph(program).between(of, by).paths()


def _natural_place(program: Program, slot: int) -> tuple[int, int]:
    """The place of an element among the equations, whatever order a session gives them."""
    operation = int(program.written_at[slot]) - 1
    return int(program.statement_of[operation]), int(program.element_of[operation])


def _reference(symbol: Symbol) -> Reference:
    assert isinstance(symbol, Reference)
    return symbol
