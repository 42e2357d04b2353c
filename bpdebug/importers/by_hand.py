"""From a traced backward pass to hand derivations, each for one derivative of the loss.

Each quantity of the backward pass whose values are those of a derivative of the loss is taken to be
it: what is computed from it uses it by the name `dloss/dZ2`, so each line is judged by itself.
What is not such a derivative, such as a sum of errors that is divided only later, is substituted
where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, count, product
from math import prod
from string import ascii_lowercase
from typing import Any

import numpy as np

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.indexed import bottom_up
from bpdebug.checks.derivations.paths import PathGraph
from bpdebug.checks.derivations.reading import read_formulas
from bpdebug.importers.same_as_numpy import unpacked
from bpdebug.notation.algebra import ZERO, add, multiply, subtract
from bpdebug.notation.derivatives import free_indices, unique_sums
from bpdebug.notation.equation import Equation
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_equation, parse_symbol
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Index, Reference, symbol_letters
from bpdebug.notation.tree import (
    Binary,
    Expression,
    Negation,
    Over,
    SumWhere,
    bound_letters,
    extent,
    parts,
    replaced,
    substitute,
)
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_MOST_PARTS = 3_000
"""Symbols, numbers and signs that a derivation may have, as it is written."""

_MOST_DERIVATIONS = 200

_MOST_WORK = 1_500_000
"""Elements that the derivations may be for, times the operations of an iteration: to check more
would take longer than somebody waits.
"""

_SAME = 1e-9
"""How far values of a derivative may differ, relative to its greatest element."""

Record = Mapping[str, Any]


@dataclass
class ByHand:
    """The backward pass as hand derivations by what they are for; the constants that these use and
    the model does not; and by derivative the line that computes it, with its text.
    """

    derivations: dict[str, str] = field(default_factory=dict)
    constants: dict[str, FloatArray] = field(default_factory=dict)
    lines: dict[str, tuple[int, str]] = field(default_factory=dict)


def by_hand(program: Program, memory: FloatArray, loss: str, told: Sequence[Record]) -> ByHand:
    """What is told of a backward pass as hand derivations; `memory` is that after an iteration.

    What would be too large is left out.
    """
    reading = _Reading(program, memory, loss)
    for each in told:
        reading.recognise(each)
    reading.recognise_wrong_ones(told)
    for each in told:
        reading.put_in(each)
        if each["name"] in reading.meant and len(reading.found.derivations) < _MOST_DERIVATIONS:
            reading.derive(each)
    return reading.found


def that_make_sense(program: Program, derivations: Mapping[str, str]) -> dict[str, str]:
    """Those derivations that can be read in a program, and are not too large to be checked, one by
    one and together; those of parameters first.
    """
    graph = PathGraph(program)
    kept = set()
    work = 0
    for name in sorted(derivations, key=lambda name: not _is_of_parameter(program, name)):
        with suppress(HandDerivationError):
            _, formulas = read_formulas(graph, f"{name} = {derivations[name]}")
            count = prod(formulas[0].shape) if formulas else 1
            work += count * program.operations
            if work <= _MOST_WORK:
                kept.add(name)
    return {name: text for name, text in derivations.items() if name in kept}


def _is_of_parameter(program: Program, derivative: str) -> bool:
    by = parse_symbol(derivative)
    return isinstance(by, Derivative) and program.quantities[by.by.name].kind is Kind.PARAMETER


class _Reading:
    """`meant` says which quantity something of the backward pass is the derivative by."""

    def __init__(self, program: Program, memory: FloatArray, loss: str) -> None:
        self.found = ByHand()
        self.meant: dict[str, str] = {}
        self._loss = loss
        self._names = set(program.quantities)
        self._adjoints: dict[str, FloatArray] = {}
        for each in program.of_kind(Kind.COMPUTED, Kind.PARAMETER):
            gradient = program.quantities.get(f"d{loss}/d{each.name}")
            if gradient is not None:
                self._adjoints[each.name] = memory[gradient.span].reshape(each.shape)
        self._negative: set[str] = set()
        self._written: dict[str, Equation | None] = {}
        self._constants: dict[str, tuple[str, FloatArray]] = {}

    # What is meant

    def recognise(self, told: Record) -> None:
        """Find the derivative whose values something has; of several one by its name."""
        if told["parameter"] in self._adjoints:
            self.meant[told["name"]] = told["parameter"]
            if told["sign"] < 0:
                self._negative.add(told["name"])
            return
        values = unpacked(told["values"])
        if told["is_given"] or not values.any():
            return
        same = [name for name, each in self._adjoints.items() if _alike(values, each)]
        if same:
            self.meant[told["name"]] = min(same, key=lambda name: _strangeness(name, told["of"]))

    def recognise_wrong_ones(self, told: Sequence[Record]) -> None:
        """What is called like a derivative, has other values, and leads to a wrong gradient."""
        uses = {each["name"]: _used(each) for each in told}
        said = {each["name"]: self._wrongly_said(each) for each in told}
        waiting = [each["name"] for each in told if self._is_wrong_gradient(each)]
        reached = set(waiting)
        while waiting:
            for name in uses[waiting.pop()]:
                is_right = name in self.meant and not said.get(name)
                if name in uses and name not in reached and not is_right:
                    reached.add(name)
                    waiting.append(name)
        # Of several under one name the last is finished.
        last = {self._called_like(each["of"], _shape(each)): each["name"] for each in told}
        for of, name in last.items():
            if name in reached and said[name] == of != "" and of not in self.meant.values():
                self.meant[name] = of

    def _wrongly_said(self, told: Record) -> str:
        """The derivative that something is called like and is not, empty if there is none.

        A multiple of the derivative may be a convention, as of who divides by the number of
        observations last.
        """
        if told["is_given"] or told["parameter"]:
            return ""
        values = unpacked(told["values"])
        name = self._called_like(told["of"], values.shape)
        return "" if not name or _is_multiple(values, self._adjoints[name]) else name

    def _called_like(self, said: Sequence[str], shape: tuple[int, ...]) -> str:
        """The quantity of a shape with one of some names; the program may have others of its name,
        which are numbered then.
        """
        fitting = [name for name, each in self._adjoints.items() if each.shape == shape]
        exact = [name for name in fitting if name in said]
        alike = [name for name in fitting if name.rstrip("0123456789_") in said]
        return next((few[0] for few in (exact, alike) if len(few) == 1), "")

    def _is_wrong_gradient(self, told: Record) -> bool:
        right = self._adjoints.get(told["parameter"])
        return right is not None and not _alike(told["sign"] * unpacked(told["values"]), right)

    # How it is written

    def put_in(self, told: Record) -> None:
        """Write what something is with names of derivatives, and of nothing else of the backward
        pass.
        """
        name = told["name"]
        if told["is_given"]:
            self._constants[name] = self._free_name(told["called"]), unpacked(told["values"])
            return
        self._written[name] = None
        with suppress(NotationError):
            equation = parse_equation(told["text"])
            value = self._put_in(equation)
            if value is not None and extent(value)[1] <= _MOST_PARTS:
                self._written[name] = Equation(equation.target, value)

    def _put_in(self, equation: Equation) -> Expression | None:
        """The right-hand side; None if something in it is not known."""
        letters = tuple(sorted(_letters(equation)))
        unknown: list[str] = []

        def change(node: Expression) -> Expression | None:
            if not isinstance(node, Reference):
                return None
            if node.name in self.meant:
                found: Expression = self._derivative(self.meant[node.name], node.indices)
                return Negation(found) if node.name in self._negative else found
            if node.name in self._constants:
                called, values = self._constants[node.name]
                return Reference(called, node.indices) if values.any() else ZERO
            if node.name not in self._written:
                return None
            inner = self._written[node.name]
            if inner is None:
                unknown.append(node.name)
                return node
            return _inside(inner, node.indices, letters)

        value = bottom_up(replaced(equation.value, change), _without_zeros)
        return None if unknown else value

    def _derivative(self, name: str, indices: tuple[Index, ...]) -> Derivative:
        return Derivative(Reference(self._loss), Reference(name, indices))

    def derive(self, told: Record) -> None:
        """Take something as a hand derivation."""
        equation = self._written.get(told["name"])
        name = self.meant[told["name"]]
        of = f"d{self._loss}/d{name}"
        if equation is None or of in self.found.lines:
            return
        target = self._derivative(name, equation.target.indices)
        value = equation.value
        if told["name"] in self._negative:
            value = Negation(value)
        if target in (value, getattr(value, "operand", None)):
            return
        used = {node.name for node in parts(value) if isinstance(node, Reference)}
        self.found.derivations[to_text(target)] = to_text(value)
        self.found.constants |= {n: each for n, each in self._constants.values() if n in used}
        if told["line"]:
            self.found.lines[of] = told["line"], told["source"]

    def _free_name(self, called: str) -> str:
        """A name for a constant, as the notation has names."""
        name = re.sub(r"\W|\d+$", "_", called).strip("_")[:40]
        name = name if name[:1].isalpha() else f"c_{name}".strip("_")
        # Letters: with a number behind it would look like an element.
        letters = (product(ascii_lowercase, repeat=length) for length in count(1))
        others = (f"{name}_{''.join(each)}" for each in chain.from_iterable(letters))
        name = next(each for each in chain((name,), others) if each not in self._names)
        self._names.add(name)
        return name


def _without_zeros(node: Expression) -> Expression:
    """A sum or a product with 0 in its simplest form: totals begin with zeros."""
    match node:
        case Binary(sign, left, right) if ZERO in (left, right) and sign in "+-*":
            return {"+": add, "-": subtract, "*": multiply}[sign](left, right)
    return node


def _inside(inner: Equation, indices: tuple[Index, ...], letters: tuple[str, ...]) -> Expression:
    """What an element of something is, to be put where such letters stand."""
    # No sum in it may bind a letter that comes in.
    apart = unique_sums(Equation(Reference("", letters), inner.value))
    change = dict(zip(map(str, inner.target.indices), indices, strict=True))
    return substitute(apart.value, change)


def _letters(equation: Equation) -> set[str]:
    """All letters that an equation has for indices."""
    found = free_indices(equation.target)
    for node in parts(equation.value):
        match node:
            case Reference() | Derivative():
                found.update(symbol_letters(node))
            case Over() | SumWhere():
                found.update(bound_letters(node))
    return found


def _shape(told: Record) -> tuple[int, ...]:
    return tuple(told["values"]["shape"])


def _used(told: Record) -> set[str]:
    """What of the backward pass something is computed from, and more."""
    with suppress(NotationError):
        value = parse_equation(told["text"]).value
        return {node.name for node in parts(value) if isinstance(node, Reference)}
    return set()


def _alike(values: FloatArray, right: FloatArray) -> bool:
    if values.shape != right.shape:
        return False
    allowed = _SAME * np.abs(right).max(initial=0)
    return bool((np.abs(values - right) <= allowed).all())


def _is_multiple(values: FloatArray, right: FloatArray) -> bool:
    place = int(np.argmax(np.abs(right)))
    greatest = float(right.flat[place])
    return greatest != 0 and _alike(values, right * (float(values.flat[place]) / greatest))


def _strangeness(name: str, said: Sequence[str]) -> tuple[bool, bool]:
    """How little a name is what is said: not it, not even with a number after."""
    return name not in said, name.rstrip("0123456789_") not in said
