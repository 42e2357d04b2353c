"""Conditions and watches: expressions over the state, with a value or none to be had.

Arithmetic and comparison follow IEEE 754, as in the model. What reads a quantity not computed
yet in this iteration has no value, and as a condition fires nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from bpdebug.debugger.readers import Reader, Reduced, Single, UnknownError, Whole
from bpdebug.debugger.single import Written, is_truth, written_out
from bpdebug.debugger.view import View
from bpdebug.notation.errors import NotationError
from bpdebug.notation.functions import REDUCTIONS, TRUTHS
from bpdebug.notation.names import called_names, no_such_function
from bpdebug.notation.parser import parse_condition, parse_watch
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Call,
    Comparison,
    Expression,
    Greatest,
    Logic,
    Not,
    Number,
    Sum,
    SumWhere,
    children,
    rebuild,
)
from bpdebug.program.formula import evaluate
from bpdebug.program.lookout import Of, Read
from bpdebug.program.meant import name_hint
from bpdebug.program.program import Integers, Program
from bpdebug.program.quantities import Quantity

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

_TESTS: Mapping[str, Callable[[float], bool]] = {"isnan": math.isnan, "isfinite": math.isfinite}


class ConditionError(ValueError):
    """A condition that cannot be used; the message says why and what would be right."""


@dataclass(frozen=True)
class Watch:
    """An expression whose names mean something in a program; `readers` give their values.

    `operations` are those after which its value may change: they write what it reads, of a
    whole array the last element. `elements` are those of whole arrays that it reads each time.
    """

    text: str
    tree: Expression
    readers: Mapping[Symbol, Reader]
    operations: Integers
    elements: int = 0

    @cached_property
    def single(self) -> Written | None:
        """The same in single elements; None if it cannot be written so."""
        return written_out(self.tree, self.readers)

    def value(self, view: View) -> float | bool | None:
        """Its value at `view`, None if that cannot be said yet."""
        try:
            if is_truth(self.tree):
                return self._truth(self.tree, view)
            return self._number(self.tree, view)
        except UnknownError:
            return None

    def holds(self, view: View) -> bool:
        """Whether it is true at `view`; false if it cannot be said yet."""
        return bool(self.value(view))

    def _truth(self, tree: Expression, view: View) -> bool:
        match tree:
            case Comparison(operands, operators):
                values = [self._number(operand, view) for operand in operands]
                pairs = zip(operators, pairwise(values), strict=True)
                return all(_COMPARE[sign](a, b) for sign, (a, b) in pairs)
            case Logic(operator, operands):
                # All of them: an unknown quantity anywhere makes the whole unknown.
                truths = [self._truth(operand, view) for operand in operands]
                return all(truths) if operator == "and" else any(truths)
            case Not(operand):
                return not self._truth(operand, view)
            case Call(function, (argument,)):
                return _TESTS[function](self._number(argument, view))
            case _:
                raise TypeError(f"neither true nor false: {tree}")

    def _number(self, tree: Expression, view: View) -> float:
        return evaluate(tree, lambda symbol: self.readers[symbol](view))


def read_condition(text: str, program: Program, suggests: bool = True) -> Watch:
    """The condition written as `text`. `suggests` says whether an error names what is near.

    Raises ConditionError if it cannot be parsed or names a quantity that is not there.
    """
    return _read(text, parse_condition, program, suggests)


def read_watch(text: str, program: Program, suggests: bool = True) -> Watch:
    """The expression written as `text`: a condition, or anything whose value is a number.

    Raises ConditionError if it cannot be parsed or names a quantity that is not there.
    """
    return _read(text, parse_watch, program, suggests)


def _read(text: str, parse: Callable[[str], Expression], program: Program, suggests: bool) -> Watch:
    try:
        tree = parse(text)
    except NotationError as error:
        raise ConditionError(f"{text}: {error}") from error
    names = _Names(text, program, suggests)
    named = names.resolved(tree)
    shape = names.shape(named)
    if shape:
        raise ConditionError(
            f"{text}: its value is an array of {shape_text(shape)} elements; take max, min, sum, "
            "mean or norm of it, any or all of a comparison, or name one element"
        )
    operations = np.array(sorted(names.operations), dtype=np.int64)
    return Watch(text, named, names.readers, operations, names.elements)


class _Names:
    """What the names of an expression mean in a program, each with a reader of its own.

    `prev(w7)`, and what is computed of a whole array, become symbols, too.
    """

    def __init__(self, text: str, program: Program, suggests: bool) -> None:
        self.readers: dict[Symbol, Reader] = {}
        self.operations: set[int] = set()
        self.elements = 0
        self._text = text
        self._program = program
        self._suggests = suggests
        self._shapes: dict[Symbol, tuple[int, ...]] = {}

    def resolved(self, tree: Expression) -> Expression:
        """`tree` with symbols that all have readers. Raises ConditionError."""
        match tree:
            case Reference() | Derivative():
                return self._symbol(tree, "")
            case Call("prev" | "delta" as function, (argument,)):
                if not isinstance(argument, Reference | Derivative):
                    raise self._error(f"{function}() takes the name of a quantity")
                return self._symbol(argument, function)
            case Call(function, (argument,)) if function in REDUCTIONS:
                return self._reduced(function, self.resolved(argument))
            case Sum(index, _):
                raise self._error(
                    f"a sum over {index} works in equations only; sum(W1) adds up all elements"
                )
            case SumWhere():
                raise self._error("a sum over indices stands in equations only")
            case Greatest(index, _):
                raise self._error(
                    f"max over {index} works in equations only; max(W1) is the greatest element"
                )
            case _:
                return rebuild(tree, self.resolved)

    def shape(self, tree: Expression) -> tuple[int, ...]:
        """The shape of a value, () of a single one. Raises ConditionError."""
        if isinstance(tree, Reference | Derivative):
            return self._shapes.get(tree, ())
        shapes = dict.fromkeys(filter(None, map(self.shape, children(tree))))
        if len(shapes) > 1:
            found = " and ".join(map(shape_text, shapes))
            raise self._error(f"arrays of {found} elements cannot be combined element by element")
        return next(iter(shapes), ())

    def _error(self, message: str) -> ConditionError:
        return ConditionError(f"{self._text}: {message}")

    def _symbol(self, symbol: Symbol, function: str) -> Symbol:
        name = to_text(symbol)
        named: Symbol = Reference(f"{function}({name})") if function else symbol
        if named in self.readers:
            self.elements += math.prod(self._shapes.get(named, (0,)))
            return named
        if function:
            # Where an iteration begins, nothing has been replaced yet.
            self.operations.add(1)
        program = self._program
        if name == "iteration" and program.slot_named(name) is None and not function:
            self.operations.add(1)
            self.readers[named] = Single(Read(Of.ITERATION))
            return named
        try:
            found = find(program, name, self._suggests)
        except ConditionError as error:
            message = no_such_function(name) if name in called_names(self._text) else error
            raise self._error(f"{_column(self._text, name)}{message}") from error
        if isinstance(found, int):
            self.operations.add(max(1, int(program.written_at[found])))
            self.readers[named] = Single(Read(_OF[function], found))
        else:
            # Looked at when it is complete.
            self.operations.add(max(1, int(program.written_at[found.span].max())))
            self.elements += found.size
            self._shapes[named] = found.shape
            self.readers[named] = Whole(_OF[function], found)
        return named

    def _reduced(self, function: str, argument: Expression) -> Expression:
        if not self.shape(argument):
            raise self._error(f"{function}() of one value takes an array, such as W1 or dE/dW1")
        symbol = Reference(f"{function}({to_text(argument)})")
        size = math.prod(self.shape(argument))
        self.readers[symbol] = Reduced(function, argument, size, self.readers)
        return Comparison((symbol, Number(0)), ("!=",)) if function in TRUTHS else symbol


def _column(text: str, name: str) -> str:
    """Where `name` stands in `text`, if it is written there just so."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return f"column {found.start() + 1}: " if found and name != text else ""


_OF = {"": Of.VALUE, "prev": Of.PREVIOUS, "delta": Of.CHANGE}


def find(program: Program, name: str, suggests: bool = True) -> int | Quantity:
    """The slot of the element called `name`, or the quantity with several elements of that name.

    `loss` is the loss whatever it is called. Raises ConditionError if there is none; it `suggests`
    the nearest name, or the shape of what is there, which takes its time.
    """
    slot = program.slot_named(name)
    if slot is None and name == "loss":
        slot = program.slot_named(program.model.loss)
    if slot is not None:
        return slot
    if name in program.quantities:
        return program.quantities[name]
    hint = name_hint(program, name) if suggests else ""
    raise ConditionError(f"there is no quantity {name}{hint}")


def find_slot(program: Program, name: str, suggests: bool = True) -> int:
    """The slot of the element called `name`. Raises ConditionError if it is not one element."""
    found = find(program, name, suggests)
    if isinstance(found, int):
        return found
    raise ConditionError(
        f"{name} has {shape_text(found.shape)} elements; name one, such as {found.labels(0)}"
    )


def shape_text(shape: tuple[int, ...]) -> str:
    """`3×2`."""
    return "×".join(map(str, shape))
