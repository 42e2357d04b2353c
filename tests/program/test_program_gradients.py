"""The gradients of whole programs are the derivatives of the loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from generated import FEW, SMOOTH, free_form, layered, models, written
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpdebug.models.model import Model, Style
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Symbol
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.program import Program

from .interpreter import COMPLEX, PRECISE, STEP, Arithmetic, Key, value
from .oracle import Trace, elements_of, ranges_of, same_bits, shapes_of

LARGEST = 1e4
"""Values beyond this make the comparison a question of conditioning."""


def loss(model: Model, moved: Key, by: complex, arithmetic: Arithmetic) -> complex:
    """The loss of the first iteration with one parameter moved, from the equations alone."""
    shapes = shapes_of(model)
    known = {
        name: arithmetic.number(number)
        for declaration in model.declarations
        for name, number in elements_of(declaration).items()
    }
    known[moved] += by
    for equation in model.equations:
        target = equation.target
        ranges = ranges_of(_symbols(equation), shapes)
        letters = [str(index) for index in target.indices]
        for place in np.ndindex(*(ranges[letter] for letter in letters)):
            at = {letter: p + 1 for letter, p in zip(letters, place, strict=True)}
            element = ((target.family, tuple(at.values())),)
            known[element] = value(equation.value, known.__getitem__, ranges, arithmetic, at)
    return known[((model.loss, ()),)]  # type: ignore[no-any-return]


def _symbols(equation: Equation) -> Iterable[Symbol]:
    return [equation.target, *symbols(equation.value)]


def after_one(program: Program) -> FloatArray:
    """The memory after the first iteration."""
    memory = program.start.copy()
    array_iteration(program)(memory)
    return memory


def is_tame(program: Program) -> bool:
    """Whether all values of the first iteration are of moderate size."""
    memory = after_one(program)
    return bool(np.isfinite(memory).all() and (np.abs(memory) < LARGEST).all())


def gradients(program: Program) -> dict[Key, float]:
    """dE/d each trained element, as the program computes it in the first iteration."""
    memory = after_one(program)
    found = {}
    for declaration in program.model.declarations:
        if declaration.trained:
            quantity = program.quantities[f"dE/d{declaration.name}"]
            for place, element in enumerate(elements_of(declaration)):
                found[element] = float(memory[quantity.offset + place])
    return found


@pytest.mark.parametrize("style", Style)
@given(model=models())
def test_gradients_are_complex_step_derivatives(style: Style, model: Model) -> None:
    """A complex step has no rounding error of its own and takes the same side of a kink."""
    model = replace(model, style=style)
    assume(is_tame(build(model)))
    check(model)


A2 = [[0.7, -1.1], [0.3, 1.9]]
A3 = [[0.7, -1.1, 0.2], [0.3, 1.9, -0.6]]
H = [0.31, -0.83]


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    "model",
    [
        written("q = tanh(b) + b*b + 3*b", "p = q*q + b", "E = p*q - c", b=0.4, c=0.2),
        written(
            *("q[j] = sum(i: A[i,j]*h[i])", "r[j] = sum(i: B[i,j]*h[i])"),
            "E = sum(j: q[j]^2) + sum(k: r[k]^3)",
            A=A2,
            B=A3,
            h=H,
        ),
        written(
            *("q[j] = tanh(h[j])", "E = sum(k: sum(j: h[k]^2*A[k,j])) + sum(m: q[m])"),
            A=A2,
            h=H,
        ),
        written("q[i] = A[1,i]*sum(i: h[i]*c)", "E = sum(k: q[k]^2)", A=A2, h=H, c=0.3),
        written("E = sum(i: h[i]*v[i])*sum(i: h[i]^2)", h=H, v=[1.3, 0.6]),
        written("q[i] = v[i] + sum(i: h[i])*sum(i: h[i]^2)", "E = sum(i: q[i]^2)", h=H, v=[1, 2]),
        written("E = h[1]*h[2] + h[2]^3 + v[2]", h=H, v=[1.3, 0.6]),
        written("q = sum(i: w[i,i])", "E = q*q", w=A2),
        written("q[i] = w[i,1]*h[i]", "p[i] = w[2,i]*q[i]", "E = sum(i: p[i]^2)", w=A2, h=H),
        written("E = sum(n: sum(k: b*A[n,k] + c))", A=A3, b=0.3, c=1.7),
    ],
)
def test_gradients_of_equations_that_are_easily_mistaken(style: Style, model: Model) -> None:
    """Fan-out; one letter over two ranges; letters that a sum inside binds again; positions."""
    check(replace(model, style=style))


def check(model: Model) -> None:
    """Each gradient of a model against the complex-step derivative."""
    for element, found in gradients(build(model)).items():
        expected = loss(model, element, 1j * STEP, COMPLEX).imag / STEP
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), f"{element} {model.style}"


@given(model=layered(["sigmoid", "tanh", "identity"]) | free_form(SMOOTH), data=st.data())
@settings(max_examples=25)
def test_gradients_are_derivatives_at_high_precision(model: Model, data: st.DataObject) -> None:
    """Differentiated numerically at fifty digits."""
    program = build(model)
    found = gradients(program)
    assume(found and is_tame(program))
    element = data.draw(st.sampled_from(sorted(found)))
    with mpmath.workdps(50):
        expected = mpmath.diff(lambda by: loss(model, element, by, PRECISE), 0).real
    assert found[element] == pytest.approx(float(expected), rel=1e-9, abs=1e-9), element


@given(model=layered())
@FEW
def test_both_styles_give_the_same_bits_for_layers(model: Model) -> None:
    """A chain written out and multiplied from the left is what naming its links gives."""
    traces = [Trace(build(replace(model, style=style)), 2) for style in Style]
    for slot, quantity in _shared(*(trace.program for trace in traces)):
        ends = [trace.states[-1][place] for trace, place in zip(traces, slot, strict=True)]
        assert same_bits(np.array(ends[:1]), np.array(ends[1:])), quantity


def _shared(first: Program, second: Program) -> Iterable[tuple[tuple[int, int], str]]:
    """The elements that both programs have: their slots and names."""
    for name in first.element_names():
        places = first.slot_named(name), second.slot_named(name)
        if places[0] is not None and places[1] is not None:
            yield (places[0], places[1]), name
