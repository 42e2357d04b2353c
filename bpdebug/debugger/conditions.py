"""Conditions and watches: expressions over the state, with a value or none to be had.

Arithmetic and comparison follow IEEE 754, as in the model. What reads a quantity not computed
yet in this iteration has no value, and as a condition fires nothing.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from bpdebug.debugger.view import Status, View
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_condition, parse_watch
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Call,
    Comparison,
    Derivative,
    Expression,
    Logic,
    Not,
    Reference,
    Sum,
    Symbol,
    rebuild,
    symbols,
    walk,
)
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Integers, Program

Reader = Callable[[View], float]

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


class _UnknownError(Exception):
    """A quantity that the condition reads is not computed yet."""


@dataclass(frozen=True)
class Watch:
    """An expression whose names mean something in a program; `readers` give their values.

    `operations` are those after which its value may change: they write what it reads.
    """

    text: str
    tree: Expression
    readers: Mapping[Symbol, Reader]
    operations: Integers

    def value(self, view: View) -> float | bool | None:
        """Its value at `view`, None if that cannot be said yet."""
        try:
            if _is_truth(self.tree):
                return self._truth(self.tree, view)
            return self._number(self.tree, view)
        except _UnknownError:
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


def _is_truth(tree: Expression) -> bool:
    return isinstance(tree, Comparison | Logic | Not) or (
        isinstance(tree, Call) and tree.function in _TESTS
    )


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
    if any(isinstance(node, Sum) for node in walk(tree)):
        raise ConditionError(f"{text}: a sum runs over an index, and only equations have those")
    readers: dict[Symbol, Reader] = {}
    operations: set[int] = set()

    def slot_of(name: str) -> int:
        try:
            slot = find_slot(program, name, suggests)
        except ConditionError as error:
            raise ConditionError(f"{text}: {_column(text, name)}{error}") from error
        operations.add(max(1, int(program.written_at[slot])))
        return slot

    def reader(name: str) -> Reader:
        if name == "iteration" and program.slot_named(name) is None:
            operations.add(1)
            return lambda view: float(view.iteration)
        return _current(slot_of(name))

    def name(tree: Expression) -> Expression:
        """`prev(w7)` and `delta(w7)` become symbols, each with a reader of its own."""
        if not isinstance(tree, Call) or tree.function not in ("prev", "delta"):
            return rebuild(tree, name)
        (argument,) = tree.arguments
        if not isinstance(argument, Reference | Derivative):
            raise ConditionError(f"{text}: {tree.function}() takes the name of a quantity")
        slot = slot_of(to_text(argument))
        # Where an iteration begins, nothing has been replaced yet.
        operations.add(1)
        symbol = Reference(f"{tree.function}({to_text(argument)})")
        readers[symbol] = _previous(slot) if tree.function == "prev" else _delta(slot)
        return symbol

    named = name(tree)
    for symbol in symbols(named):
        if symbol not in readers:
            readers[symbol] = reader(to_text(symbol))
    return Watch(text, named, readers, np.array(sorted(operations), dtype=np.int64))


def _column(text: str, name: str) -> str:
    """Where `name` stands in `text`, if it is written there just so."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return f"column {found.start() + 1}: " if found and name != text else ""


def _current(slot: int) -> Reader:
    def read(view: View) -> float:
        if view.status(slot) in (Status.UNKNOWN, Status.STALE):
            raise _UnknownError
        return view.value(slot)

    return read


def _previous(slot: int) -> Reader:
    def read(view: View) -> float:
        if not view.has_previous(slot):
            raise _UnknownError
        return view.previous(slot)

    return read


def _delta(slot: int) -> Reader:
    current, previous = _current(slot), _previous(slot)
    return lambda view: current(view) - previous(view)


def find_slot(program: Program, name: str, suggests: bool = True) -> int:
    """The slot of the quantity called `name`; `loss` is the loss whatever it is called.

    Raises ConditionError if there is none; it `suggests` the nearest name, which takes its time.
    """
    slot = program.slot_named(name)
    if slot is None and name == "loss":
        slot = program.slot_named(program.model.loss)
    if slot is None:
        if not suggests:
            raise ConditionError(f"there is no quantity {name}")
        folded = {known.casefold(): known for known in islice(program.element_names(), _MOST_NAMES)}
        near = difflib.get_close_matches(name.casefold(), folded, n=1)
        hint = f"; did you mean {folded[near[0]]}?" if near else ""
        raise ConditionError(f"there is no quantity {name}{hint}")
    return slot


_MOST_NAMES = 5_000
"""Names that one is compared with for a suggestion; more would take noticeably long."""
