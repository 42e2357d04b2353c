"""Hypothesis strategies for models: layered ones, and equations of any form."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Any, TypeVar

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from program.oracle import Trace

from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.layers import Bias, Layer, Numbering, network
from bpdebug.models.losses import LOSSES
from bpdebug.models.model import Declaration, Model, Role, Style
from bpdebug.models.optimizers import optimizer_named, update_equations
from bpdebug.notation.derivatives import free_indices, unique_sums
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Index, Reference, with_indices
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Power,
    Sum,
    children,
    rebuild,
)
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Phase, Program

FEW = settings(max_examples=settings().max_examples * 2 // 5)
"""For tests whose examples take long; in proportion to the profile in force."""

SMOOTH = tuple(name for name, function in FUNCTIONS.items() if function.is_smooth)
"""Functions without a kink."""

_TAME = ("sigmoid", "tanh")
"""Functions that keep a number small whatever it was."""

_LETTERS = "ijk"

_Value = TypeVar("_Value", bound=Hashable)


def _among(*values: _Value) -> st.SearchStrategy[_Value]:
    """One of some values."""
    return _kept(values)


@cache
def _kept(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    # To make a strategy and have it validated takes hypothesis longer than to draw from it.
    return st.sampled_from(values)


@cache
def numbers(largest: float = 2.0) -> st.SearchStrategy[float]:
    """Values of moderate size: round ones, and ones with all their digits.

    Where all digits are there, hardly an operation is exact, and its order shows.
    """
    seeds = st.integers(0, 2**32)
    full = seeds.map(lambda seed: random.Random(seed).uniform(-largest, largest))
    return full | full | st.integers(-8, 8).map(lambda n: n * largest / 8)


@cache
def arrays(shape: tuple[int, ...]) -> st.SearchStrategy[FloatArray]:
    """Values of the given shape."""
    size = int(np.prod(shape, dtype=int))
    values = st.lists(numbers(), min_size=size, max_size=size)
    return values.map(lambda found: np.array(found, dtype=np.float64).reshape(shape))


def trained(
    name: str, values: FloatArray, names: tuple[str, ...] = (), layer: int = 0
) -> Declaration:
    """A parameter that gradient descent with the rate `alpha` updates."""
    reference = Reference(name, tuple(_LETTERS[: values.ndim]))
    optimizer = optimizer_named("gradient descent")
    updates = update_equations(optimizer, reference, "E", {"learning_rate": "alpha"})
    return Declaration(name, Role.PARAMETER, values, names, updates, True, layer)


def rate(value: float) -> Declaration:
    """The learning rate."""
    return Declaration("alpha", Role.CONSTANT, np.array(value))


def written(*equations: str, learning_rate: float = 0.1, **values: object) -> Model:
    """The model of some equations; what is given in capitals is not trained."""
    declarations = [rate(learning_rate)]
    for name, given in values.items():
        array = np.array(given, dtype=np.float64)
        if name.isupper():
            declarations.append(Declaration(name, Role.INPUT, array))
        else:
            declarations.append(trained(name, array))
    return Model(tuple(map(parse_equation, equations)), tuple(declarations))


_UNITS = st.lists(st.integers(1, 3), min_size=2, max_size=4)


@st.composite
def layered(draw: st.DrawFn, activations: Sequence[str] = tuple(ACTIVATIONS)) -> Model:
    """Fully connected networks as the shorthand writes them."""
    units = draw(_UNITS)
    loss = draw(_among(*sorted(LOSSES)))
    layers = []
    for name, count in zip("xhgo", units, strict=False):
        # A loss with a softmax of its own is for outputs without one.
        twice = name == "xhgo"[len(units) - 1] and "softmax" in loss
        allowed = [each for each in activations if not (twice and each == "softmax")]
        layers.append(Layer(name, count, draw(_among(*allowed)), draw(_among(*Bias))))
    net = network(layers, loss, draw(_among(*Numbering)))
    declarations = [
        Declaration(net.inputs, Role.INPUT, draw(arrays((units[0],)))),
        Declaration(net.targets, Role.TARGET, draw(arrays((units[-1],)))),
        rate(draw(_among(0.01, 0.1, 0.5))),
    ]
    for name, shape in net.parameters.items():
        values = draw(arrays(shape.shape))
        declarations.append(trained(name, values, shape.names, shape.layer))
    style = draw(_among(*Style))
    return Model(net.equations, tuple(declarations), "E", style, {}, net.layers)


class _Writer:
    """Writes right-hand sides in which no quantity is used in two clashing ways.

    In one equation a quantity is used with one pattern of letters and positions, as often
    as one likes, or with any positions and no letters.
    """

    def __init__(
        self,
        draw: st.DrawFn,
        shapes: Mapping[str, tuple[str, ...]],
        sizes: Mapping[str, int],
        functions: Sequence[str],
    ) -> None:
        self.draw = draw
        self.shapes = shapes
        self.sizes = sizes
        self.functions = functions
        self.patterns: dict[str, list[Index | None]] = {}

    def expression(self, scope: frozenset[str], depth: int, must: str | None = None) -> Expression:
        """An expression in which the letters of `scope` mean something."""
        draw = self.draw
        if must is not None:
            return self.use(must, scope, depth)
        if depth <= 0 or draw(st.integers(0, 5)) == 0:
            if draw(st.integers(0, 4)) == 0:
                return Number(draw(_among(0.5, 1.0, 2.0, 3.0, 0.1)))
            return self.use(draw(_among(*sorted(self.shapes))), scope, depth)
        kind = draw(_among("+", "+", "-", "*", "*", "*", "/", "-x", "^", "f", "f"))
        left = self.expression(scope, depth - 1)
        if kind == "-x":
            return Negation(left)
        if kind == "^":
            return Power(left, draw(st.integers(2, 4)))
        if kind == "f":
            return self.call(left, scope, depth)
        right = self.expression(scope, depth - 1)
        if kind == "/":
            # Never near 0, so that values stay of moderate size.
            right = Binary("+", Number(1.0), Power(right, 2))
        return Binary(kind, left, right)

    def call(self, first: Expression, scope: frozenset[str], depth: int) -> Expression:
        name = self.draw(_among(*self.functions, *_TAME))
        if name in ("log", "sqrt"):
            first = Binary("+", Number(0.5), Power(first, 2))
        elif name == "exp":
            first = Call("tanh", (first,))
        if FUNCTIONS[name].arity == 1:
            return Call(name, (first,))
        if name == "round":
            return Call(name, (first, Number(float(self.draw(st.integers(0, 6))))))
        return Call(name, (first, self.expression(scope, depth - 1)))

    def use(self, name: str, scope: frozenset[str], depth: int) -> Expression:
        """The quantity `name`, inside sums over the letters that mean nothing yet."""
        draw = self.draw
        indices = self.indices(name)
        value: Expression = Reference(name, indices)
        missing = [i for i in dict.fromkeys(indices) if isinstance(i, str) and i not in scope]
        if missing and depth >= 0 and draw(st.integers(0, 3)):
            inside = self.expression(scope | set(missing), depth - 1)
            value = Binary("*", value, inside)
        for letter in missing:
            value = (Greatest if draw(st.integers(0, 7)) == 7 else Sum)(letter, value)
        return value

    def indices(self, name: str) -> tuple[Index, ...]:
        """The indices with which this equation uses a quantity."""
        draw, axes = self.draw, self.shapes[name]
        if name not in self.patterns:
            pattern: list[Index | None] = []
            positions = draw(st.integers(0, 4)) == 0
            for axis in axes:
                alike = [letter for letter, size in self.sizes.items() if size == self.sizes[axis]]
                if positions:
                    pattern.append(None)
                elif draw(st.integers(0, 5)) == 0:
                    pattern.append(draw(st.integers(1, self.sizes[axis])))
                else:
                    # Its own letter most of the time; w[j,i] and w[i,i] only now and then.
                    pattern.append(draw(_among(axis, axis, *alike)))
            self.patterns[name] = pattern
        return tuple(
            draw(st.integers(1, self.sizes[axis])) if index is None else index
            for axis, index in zip(axes, self.patterns[name], strict=True)
        )


def _renamed(equation: Equation, letters: Mapping[str, str]) -> Equation:
    """`equation` with other letters, which mean the same."""

    def rename(tree: Expression) -> Expression:
        match tree:
            case Sum(index, body) | Greatest(index, body):
                return replace(tree, index=letters[index], body=rename(body))
            case Reference():
                return with_indices(tree, letters)
            case _:
                return rebuild(tree, rename)

    return Equation(with_indices(equation.target, letters), rename(equation.value))


def _shadowing(equation: Equation, inner: str, outer: str) -> Equation | None:
    """`equation` with its sums over `inner` running over `outer` instead; None if its meaning
    changed.
    """
    if inner in free_indices(equation.target):
        return None

    def rename(tree: Expression, outer_means: str) -> Expression | None:
        """`outer_means` is what the letter `outer` stands for where `tree` is."""
        match tree:
            case Reference(_, indices):
                if outer_means == inner and outer in indices:
                    return None
                if outer_means == outer and inner in indices:
                    return None
                return with_indices(tree, {inner: outer})
            case Sum(index, body) | Greatest(index, body):
                means = index if index in (inner, outer) else outer_means
                inside = rename(body, means)
                mine = outer if index == inner else index
                return None if inside is None else replace(tree, index=mine, body=inside)
            case _:
                parts = [rename(child, outer_means) for child in children(tree)]
                if any(part is None for part in parts):
                    return None
                left = iter([part for part in parts if part is not None])
                return rebuild(tree, lambda _: next(left))

    renamed = rename(equation.value, outer)
    return None if renamed is None else Equation(equation.target, renamed)


def _clashes(equation: Equation) -> bool:
    """Whether a quantity is used with two patterns once each letter means one thing only."""
    uses = set(symbols(unique_sums(equation).value))
    lettered = [use.family for use in uses if any(isinstance(i, str) for i in use.indices)]
    return len(set(lettered)) < len(lettered)


_SIZES = (*_LETTERS, "n")
_TARGETS = st.sets(st.sampled_from(_SIZES), max_size=2)
_RENAMINGS = st.permutations(_SIZES).map(lambda found: dict(zip(_SIZES, found, strict=True)))

_GIVEN: Mapping[str, list[tuple[str, ...]]] = {
    "x": [("n", "i"), ("i",), ("n",)],
    "w": [("i", "j"), ("j", "k"), ("i",)],
    "c": [("j",), ("k",)],
    "b": [()],
}


@st.composite
def _equation(
    draw: st.DrawFn,
    name: str,
    shapes: Mapping[str, tuple[str, ...]],
    sizes: Mapping[str, int],
    functions: Sequence[str],
) -> Equation:
    """An equation for `name` in quantities whose axes are as long as their letters say."""
    writer = _Writer(draw, shapes, sizes, functions)
    target = tuple(sorted(draw(_TARGETS)))
    value = writer.expression(frozenset(target), draw(_among(2, 3, 1)))
    # What the right-hand side does not carry has no range.
    target = tuple(letter for letter in target if letter in free_indices(value))
    equation = Equation(Reference(name, target), value)
    shadowing = [
        shadowed
        for inner, outer in permutations(_SIZES, 2)
        if sizes[inner] == sizes[outer]
        and (shadowed := _shadowing(equation, inner, outer)) is not None
        and not _clashes(shadowed)
    ]
    return draw(st.sampled_from([equation, *shadowing]))


@st.composite
def right_hand_sides(
    draw: st.DrawFn, functions: Sequence[str] = tuple(FUNCTIONS)
) -> tuple[Equation, list[Declaration]]:
    """An equation by itself, with values of all that it uses."""
    sizes = {letter: draw(_among(2, 2, 3, 1)) for letter in _SIZES}
    given = {name: draw(_among(*shapes)) for name, shapes in _GIVEN.items()}
    equation = draw(_equation("y", given, sizes, functions))
    return equation, [
        Declaration(name, Role.INPUT, draw(arrays(tuple(sizes[letter] for letter in axes))))
        for name, axes in given.items()
    ]


@st.composite
def free_form(draw: st.DrawFn, functions: Sequence[str] = tuple(FUNCTIONS)) -> Model:
    """Equations with fan-out, positions as indices, nested sums and an observation index."""
    sizes = {letter: draw(_among(2, 2, 3, 1)) for letter in _SIZES}
    given = {name: draw(_among(*shapes)) for name, shapes in _GIVEN.items()}
    shapes = dict(given)
    equations: list[Equation] = []
    for number in range(draw(st.integers(1, 4))):
        name = f"q{'abcd'[number]}"
        equation = draw(_equation(name, shapes, sizes, functions))
        shapes[name] = tuple(map(str, equation.target.indices))
        equations.append(_renamed(equation, draw(_RENAMINGS)))
    writer = _Writer(draw, shapes, sizes, functions)
    total: Expression = writer.expression(frozenset(), 1, equations[-1].target.family)
    for _ in range(draw(st.integers(0, 2))):
        total = Binary("+", total, writer.expression(frozenset(), 1))
    if draw(st.booleans()):
        total = Binary("*", Number(0.5), Power(total, 2))
    equations.append(Equation(Reference("E"), total))
    reached = _reaching(equations)
    declarations = [rate(draw(_among(0.01, 0.1)))]
    for name, letters in given.items():
        values = draw(arrays(tuple(sizes[letter] for letter in letters)))
        if name == "x" or name not in reached:
            declarations.append(Declaration(name, Role.INPUT, values))
        else:
            declarations.append(trained(name, values))
    return Model(tuple(equations), tuple(declarations), "E", draw(_among(*Style)))


def _reaching(equations: Sequence[Equation]) -> set[str]:
    """The quantities that the last equation depends on."""
    reached = {equations[-1].target.family}
    for equation in reversed(equations):
        if equation.target.family in reached:
            reached |= {symbol.family for symbol in symbols(equation.value)}
    return reached


def models() -> st.SearchStrategy[Model]:
    """Models of both kinds."""
    return layered() | free_form()


@st.composite
def programs(draw: st.DrawFn, source: st.SearchStrategy[Model] | None = None) -> Program:
    """Programs of generated models."""
    return build(draw(models() if source is None else source))


@st.composite
def ordered(draw: st.DrawFn, source: st.SearchStrategy[Model] | None = None) -> Model:
    """Models with wishes for the order of their operations that can be granted.

    The wishes are element names in an order in which nothing comes before its operands.
    """
    model = draw(models() if source is None else source)
    program = build(model)
    wishes = {}
    for phase in (Phase.FORWARD, Phase.BACKWARD, Phase.UPDATE):
        found = _topological(draw, program, phase)
        kept = [name for name in found if draw(st.integers(0, 3))]
        if draw(st.booleans()) and kept:
            wishes[phase.value] = tuple(kept)
    return replace(model, order=wishes)


def _topological(draw: st.DrawFn, program: Program, phase: Phase) -> list[str]:
    """The elements that a phase computes, in a random order that respects dependencies."""
    trace = Trace(program, 1)
    left = {
        done.slot: {slot for slot in done.reads if phase is not Phase.UPDATE}
        for number, done in enumerate(trace.operations, start=1)
        if program.statement(number).phase is phase
    }
    found = []
    while left:
        ready = sorted(slot for slot, reads in left.items() if not reads & left.keys())
        slot = draw(_among(*ready))
        del left[slot]
        found.append(program.name(slot))
    return found
