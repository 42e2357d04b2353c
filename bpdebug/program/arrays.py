"""The array form of a program: each statement computed for all its elements at once.

Every element goes through the same operations in the same order as in the scalar form, so
both give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Derivative, Reference, Symbol
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
)
from bpdebug.numerics import FloatArray
from bpdebug.numerics.sums import added
from bpdebug.program.access import along, gather
from bpdebug.program.lookout import (
    Lookout,
    Placed,
    Reached,
    found_slots,
    left_slots,
    loop_length,
    placed,
)
from bpdebug.program.positions import terms_of
from bpdebug.program.program import Integers, Phase, Program, Statement
from bpdebug.program.source import counts_of, function_of, hits

Evaluate = Callable[[FloatArray], FloatArray]
"""Takes the memory, gives an array that broadcasts over the axes in force."""


MOST_TERMS = 1 << 17
"""Elements of the terms of a sum that are there at once: a mebibyte."""

_TERMS = ""
"""Stands for the axis of the terms of a sum with a place: no letter."""

_FEW_COLUMNS = 512
"""Below it numpy adds up terms faster than one call for each."""

_UFUNCS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


class Arithmetic(NamedTuple):
    """What a program is computed with: the functions by name, how the terms of a sum, which
    lie along the first axis, are added up, and what the signs `+ - * /` do.
    """

    functions: Mapping[str, Callable[..., Any]]
    total: Callable[[Any], Any]
    operators: Mapping[str, Callable[..., Any]] = _UFUNCS


PROFILE = Arithmetic({name: each.array for name, each in FUNCTIONS.items()}, added)
"""The arithmetic in which programs run."""


def array_iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    steps = [statement_step(program, statement) for statement in program.statements]

    def iterate(memory: FloatArray) -> None:
        with np.errstate(all="ignore"):
            for step in steps:
                step(memory)

    return iterate


class ArrayLoop:
    """A loop over the iterations of a program in its array form."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        self.length = loop_length(program, 200_000, 64)
        self._program = program
        self._iterate = array_iteration(program)
        conditions = [placed(program, each) for each in lookout.sought]
        self._kept = found_slots(each for those in conditions for each in those)
        self._look = function_of(_looking(lookout, conditions)) if lookout.sought else None
        self._computed = np.flatnonzero(program.written_at > 0) if lookout.non_finite else None

    def carry(self, memory: FloatArray, last: int, reached: Reached) -> Reached:
        """See `Loop`."""
        number, is_finite, counts, found = (
            reached.iteration,
            reached.is_finite,
            reached.counts,
            False,
        )
        while number < last and not found:
            number += 1
            before = memory[self._kept] if self._kept else ()
            self._iterate(memory)
            if self._look is not None:
                found, counts = self._look(memory, before, number, counts)
            if self._computed is not None:
                was, is_finite = is_finite, bool(np.isfinite(memory[self._computed]).all())
                found = found or (was and not is_finite)
            self._program.load_observations(memory, number + 1)
        return Reached(number, found, is_finite, counts)


def _looking(lookout: Lookout, conditions: Sequence[Sequence[Placed]]) -> Iterator[str]:
    """The lines of a function of the memory, of what was found in some slots, the number of the
    iteration and the counts of hits, that says whether something is found, and the new counts.
    """
    counts, trees = counts_of(lookout), [each for those in conditions for each in those]
    yield "def run(v, o, i, counts):"
    if counts:
        yield f" ({counts}) = counts"
    yield " for _ in (0,):"
    yield "  found = False"
    for place, slot in enumerate(found_slots(trees)):
        yield f"  o{slot} = float(o[{place}])"
    for slot in left_slots(trees):
        yield f"  v{slot} = float(v[{slot}])"
    yield from hits(lookout, conditions)
    yield f" return found, ({counts})"


def array_rest(program: Program) -> Callable[[FloatArray, int], None]:
    """A function that carries out the operations of an iteration after the first few, on
    the memory that those have left, in place.
    """
    steps = [(each.slots, statement_step(program, each)) for each in program.statements]

    def carry_out(memory: FloatArray, done: int) -> None:
        with np.errstate(all="ignore"):
            for slots, step in steps:
                kept = slots[program.written_at[slots] <= done]
                if len(kept) < len(slots):
                    values = memory[kept]
                    step(memory)
                    memory[kept] = values

    return carry_out


def array_forward(program: Program, arithmetic: Arithmetic) -> Callable[[Any], None]:
    """A function that computes the loss, in another arithmetic, on a memory of its kind."""
    phases = (Phase.FORWARD, Phase.LOSS)
    steps = [
        statement_step(program, s, arithmetic) for s in program.statements if s.phase in phases
    ]

    def compute(memory: Any) -> None:
        with np.errstate(all="ignore"):
            for step in steps:
                step(memory)

    return compute


def statement_step(
    program: Program, statement: Statement, arithmetic: Arithmetic = PROFILE
) -> Callable[[FloatArray], None]:
    """A function that computes all elements of a statement on a memory, in place."""
    compiler = _Compiler(program, statement, arithmetic)
    evaluate = compiler.compile(statement.value, statement.indices)
    shape = tuple(statement.ranges[index] for index in statement.indices)
    slots = statement.slots
    if _is_run(slots):
        target = _run(int(slots[0]), int(slots[-1]) + 1, shape)

        def write_run(memory: FloatArray) -> None:
            target(memory)[...] = evaluate(memory)

        return write_run

    def write(memory: FloatArray) -> None:
        memory[slots] = np.broadcast_to(evaluate(memory), shape).ravel()

    return write


def _is_run(slots: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> bool:
    """Whether the slots follow one another without a gap."""
    flat = slots.ravel()
    if int(flat[-1]) - int(flat[0]) != flat.size - 1:
        return False
    return bool((flat[1:] - flat[:-1] == 1).all())


def _run(first: int, last: int, shape: tuple[int, ...]) -> Evaluate:
    """Gives the part of the memory from one slot to another, which in a loop is always the same."""
    view = np.empty(0)

    def part(memory: FloatArray) -> FloatArray:
        nonlocal view
        found = view  # Another thread may have put its own there.
        if found.base is not memory:
            found = view = memory[first:last].reshape(shape)
        return found

    return part


class _Compiler:
    """Turns the right-hand side of one statement into a function of the memory."""

    def __init__(self, program: Program, statement: Statement, arithmetic: Arithmetic) -> None:
        self.program = program
        self.ranges = statement.ranges
        self.arithmetic = arithmetic
        self.within: dict[str, slice] = {}
        """The part of a letter's range that is computed, where that is not all of it."""

        self.bound: dict[str, Integers] = {}
        """The positions, over the last axes, of letters that have no axis of their own."""

    def compile(self, tree: Expression, axes: tuple[str, ...]) -> Evaluate:
        """`tree` over the given axes, one for each index letter in force."""
        match tree:
            case Number(value):
                number = np.full((1,) * len(axes), value)
                return lambda memory: number
            case Reference() | Derivative():
                return self._read(tree, axes)
            case Negation(operand):
                inner = self.compile(operand, axes)
                return lambda memory: np.negative(inner(memory))
            case Binary(operator, left, right):
                operate, first, second = (
                    self.arithmetic.operators[operator],
                    self.compile(left, axes),
                    self.compile(right, axes),
                )
                return lambda memory: np.asarray(operate(first(memory), second(memory)))
            case Power(base, exponent):
                return _power(self.compile(base, axes), exponent, self.arithmetic.operators["*"])
            case Call(function, arguments):
                form = self.arithmetic.functions[function]
                inners = [self.compile(argument, axes) for argument in arguments]
                return lambda memory: np.asarray(form(*(inner(memory) for inner in inners)))
            case Terms(terms):
                found = [self.compile(term, axes) for term in terms]
                return _terms(found, self.arithmetic.operators["+"])
            case Sum(index, body):
                return self._sum(index, body, axes)
            case SumWhere():
                return self._sum_where(tree, axes)
            case Greatest(index, body):
                candidates = self.compile(body, (index, *axes))
                return _greatest(candidates, self.arithmetic.functions["max"])
            case _:
                raise TypeError(f"not arithmetic: {tree}")

    def _sum(self, index: str, body: Expression, axes: tuple[str, ...]) -> Evaluate:
        """A sum; one with many terms is added up part by part, so that they need little room."""
        count = self.ranges[index]
        columns = prod(self.ranges[letter] for letter in free_indices(body).intersection(axes))
        length = max(1, MOST_TERMS // columns)
        if length >= count or self.arithmetic is not PROFILE:
            return _sum(self.compile(body, (index, *axes)), count, self.arithmetic.total)
        pieces = []
        for start in range(0, count, length):
            self.within[index] = slice(start, min(count, start + length))
            pieces.append((self.compile(body, (index, *axes)), min(count, start + length) - start))
        del self.within[index]
        return _sum_of_pieces(pieces)

    def _sum_where(self, node: SumWhere, axes: tuple[str, ...]) -> Evaluate:
        """A sum with a place, over an axis of its own for its terms."""
        found = terms_of(node, self.ranges, self.program.names)
        at = tuple(
            (self.bound[letter] if letter in self.bound else along(letter, axes, self.ranges)) - 1
            for letter in found.letters
        )
        counts = np.asarray(found.counts[at])
        counts = self._cut(counts.reshape([1] * (len(axes) - counts.ndim) + [*counts.shape]), axes)
        columns = prod(self.ranges[each] for each in free_indices(node).intersection(axes))
        length = max(1, MOST_TERMS // columns)
        outside, pieces = self.bound, []
        for start in range(0, found.most, length):
            stop = min(found.most, start + length)
            places = np.moveaxis(found.places[..., start:stop, :], -2, 0)
            # An axis for the terms before all others, which each array over axes may lack.
            chosen = np.asarray(places[(slice(None), *at)])  # type: ignore[arg-type]
            chosen = chosen.reshape(
                len(chosen), *[1] * (len(axes) + 2 - chosen.ndim), *chosen.shape[1:]
            )
            letters = zip(node.indices, np.moveaxis(chosen, -1, 0), strict=True)
            self.bound = {**outside, **dict(letters)}
            pieces.append((self.compile(node.body, (_TERMS, *axes)), start, stop))
        self.bound = outside
        return _sum_of_those(pieces, counts, self.arithmetic.operators["+"])

    def _read(self, symbol: Symbol, axes: tuple[str, ...]) -> Evaluate:
        names = self.program.names
        if self.bound:
            slots = self._cut(gather(symbol, axes, self.ranges, names, self.bound), axes)
        else:
            # Not cut from the whole, of which each piece would hold all.
            slots = gather(symbol, axes, self.ranges, names, within=self.within)
        if _is_run(slots):
            return _run(int(slots.flat[0]), int(slots.flat[-1]) + 1, slots.shape)
        return lambda memory: memory[slots]

    def _cut(self, array: Integers, axes: tuple[str, ...]) -> Integers:
        """The part of an array over some axes that is computed."""
        for axis, letter in enumerate(axes):
            if letter in self.within and array.shape[axis] > 1:
                array = array[(slice(None),) * axis + (self.within[letter],)]
        return array


def _power(base: Evaluate, exponent: int, times: Callable[..., Any]) -> Evaluate:
    def evaluate(memory: FloatArray) -> FloatArray:
        factor = base(memory)
        product = factor
        for _ in range(exponent - 1):
            product = times(product, factor)
        return product

    return evaluate


def _terms(terms: list[Evaluate], plus: Callable[..., Any]) -> Evaluate:
    def evaluate(memory: FloatArray) -> FloatArray:
        total = terms[0](memory)
        for term in terms[1:]:
            total = plus(total, term(memory))
        return total

    return evaluate


def _greatest(body: Evaluate, greater: Callable[..., Any]) -> Evaluate:
    def evaluate(memory: FloatArray) -> FloatArray:
        # Where the body is the same for all places, there is one.
        first, *rest = body(memory)
        for each in rest:
            first = greater(first, each)
        return np.asarray(first)

    return evaluate


def _sum(body: Evaluate, count: int, total: Callable[[Any], Any]) -> Evaluate:
    def evaluate(memory: FloatArray) -> FloatArray:
        terms = body(memory)
        if len(terms) != count:
            terms = np.broadcast_to(terms, (count, *terms.shape[1:]))
        return np.asarray(total(terms))

    return evaluate


def _sum_of_those(
    pieces: Sequence[tuple[Evaluate, int, int]], counts: Integers, plus: Callable[..., Any]
) -> Evaluate:
    """A sum of as many terms as `counts` says, 0 if there are none; a piece has those from a
    number up to another.
    """

    def evaluate(memory: FloatArray) -> FloatArray:
        total: Any = 0.0
        for body, start, stop in pieces:
            terms = body(memory)
            for number in range(start, stop):
                term = terms[number - start if len(terms) > 1 else 0]
                reached = plus(total, term) if number else term
                total = np.where(counts > number, reached, total)
        return np.asarray(total)

    return evaluate


def _sum_of_pieces(pieces: Sequence[tuple[Evaluate, int]]) -> Evaluate:
    """A sum of which each piece has the given number of terms."""

    def evaluate(memory: FloatArray) -> FloatArray:
        total: FloatArray | None = None
        for body, count in pieces:
            terms = body(memory)
            if len(terms) != count:
                terms = np.broadcast_to(terms, (count, *terms.shape[1:]))
            if total is None:
                total = added(terms)
            elif total.size < _FEW_COLUMNS:
                total = added(np.concatenate([total[np.newaxis], terms]))
            else:
                for row in terms:
                    np.add(total, row, out=total)
        assert total is not None
        return total

    return evaluate
