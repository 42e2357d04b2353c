"""Calculated indices, `x[2*i+k-1]` and `E[c[n]]`: the same bits in every form, and gradients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated import arrays, rate, trained
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.debugger.branching import BranchError
from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import Declaration, Model, ModelError, Role, Style
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.program.build import build
from bpdebug.program.lookout import Lookout
from bpdebug.program.machine import machine_text
from bpdebug.program.statement_loops import UnsupportedError

from .oracle import Trace, first_difference, same_bits
from .test_program_forms import FORMS
from .test_program_gradients import check


def constant(name: str, values: object) -> Declaration:
    return Declaration(name, Role.CONSTANT, np.array(values, dtype=np.float64))


@st.composite
def convolutions(draw: st.DrawFn) -> Model:
    """A convolution with any stride and dilation over rows that are looked up; what is taken of
    it is looked up, too, or the greatest of two neighbours.
    """
    small = st.integers(1, 3)
    stride, dilation, places, width = (draw(small) for _ in range(4))
    rows, several = draw(small), draw(small)
    used = stride * (places - 1) + dilation * (width - 1) + 1
    length = used + draw(st.integers(0, stride - 1))
    index = f"{stride}*i+{dilation}*k-{stride + dilation - 1}"
    if draw(st.booleans()):
        index = f"{used + stride + dilation}-{stride}*i-{dilation}*k"
    look_up = st.lists(st.integers(1, rows), min_size=several, max_size=several)
    taken = st.lists(st.integers(1, places), min_size=several, max_size=several)
    equations = [f"h[n,i] = tanh(sum(k: w[k]*x[c[n],{index}])) + b"]
    if places > 1 and draw(st.booleans()):
        equations.append("q[n,j] = max(h[n,2*j-1], h[n,2*j])")
        equations.append("y[n] = sum(j: q[n,j]^2)")
    else:
        equations.append("y[n] = 0.5*h[n,d[n]]")
    rest = ["0", "x[1,1]^2", "sum(r: sum(s: x[r,s]^3))", "b*sum(r: x[r,1])"]
    equations.append(f"g = {draw(st.sampled_from(rest))} + sum(n: y[n])")
    equations.append("E = sum(n: sin(y[n])) + g^2")
    return Model(
        tuple(map(parse_equation, equations)),
        (
            rate(0.1),
            constant("c", draw(look_up)),
            constant("d", draw(taken)),
            trained("x", draw(arrays((rows, length)))),
            trained("w", draw(arrays((width,)))),
            trained("b", draw(arrays(()))),
        ),
        style=draw(st.sampled_from(Style)),
    )


@given(model=convolutions())
@settings(max_examples=settings().max_examples // 5)
def test_all_forms_give_the_bits_of_the_brute_force_run(model: Model) -> None:
    program = build(model)
    expected = Trace(program, 2).states
    for name, form in FORMS.items():
        memory = program.start.copy()
        iterate = form(program)
        for number in (1, 2):
            iterate(memory)
            state = expected[number * program.operations]
            assert same_bits(memory, state), f"{name}: {first_difference(program, memory, state)}"


@given(model=convolutions())
@settings(max_examples=settings().max_examples // 5)
def test_gradients_are_complex_step_derivatives(model: Model) -> None:
    check(model)


def written(*equations: str, **values: object) -> Model:
    """A model in which what is given in capitals is a constant."""
    found = [rate(0.1)]
    for name, given_ in values.items():
        array = np.array(given_, dtype=np.float64)
        found.append(constant(name, array) if name.isupper() else trained(name, array))
    return Model(tuple(map(parse_equation, equations)), tuple(found))


def gradients_of(model: Model) -> list[str]:
    """The equations of the gradients of a model that names them all."""
    statements = build(replace(model, style=Style.DELTA)).statements
    found = (to_text(each.equation, "unicode") for each in statements)
    return [each for each in found if each.startswith("dE/d")]


RANDOM = np.random.default_rng(7).uniform(-1, 1, 200)


@pytest.mark.parametrize(
    ("model", "gradient"),
    [
        (
            written("E = sum(n: h[C[n]]^2)", C=[2, 2, 3], h=[0.5, 0.25, -1]),
            "dE/dh[p] = Σ(n: C[n] = p: 2·h[C[n]])",
        ),
        (
            written("L[n] = -z[n,C[n]]", "E = sum(n: L[n]^2)", C=[2, 1], z=[[0.5, 2], [1, 3]]),
            "dE/dz[n,p] = Σ(C[n] = p: −dE/dL[n])",
        ),
        (
            written(
                "y[o,i,j] = sum(k: sum(l: w[o,k,l]*x[i+k-1,2*j+l-2]))",
                "E = sum(o: sum(i: sum(j: y[o,i,j]^3)))",
                x=RANDOM[:20].reshape(4, 5),
                w=RANDOM[20:32].reshape(2, 2, 3),
            ),
            "dE/dx[p,q] = Σ(o: Σ(i, k: i+k−1 = p: Σ(j, l: 2·j+l−2 = q: dE/dy[o,i,j] · w[o,k,l])))",
        ),
        (
            written("y[i] = x[i,2*i]*x[i,3]", "E = sum(i: y[i]^2)", x=RANDOM[:8].reshape(2, 4)),
            "dE/dx[2,4] = dE/dy[2] · x[2,3]",
        ),
        (
            written("y[p] = x[p+1]*x[4-p]", "E = sum(p: y[p]^2)", x=RANDOM[:4]),
            "dE/dx[q] = Σ(p: 4−p = q: dE/dy[p] · x[p+1]) + Σ(p: p+1 = q: dE/dy[p] · x[4−p])",
        ),
        (
            written(
                *("m[i] = max(k: w[k]*x[2*i+k-2])", "E = sum(i: m[i]^2)"), x=RANDOM[:5], w=[1, 2, 1]
            ),
            "dE/dx[p] = Σ(i, k: 2·i+k−2 = p: dE/dm[i] · (1 − step(m[i] − w[k]·x[2·i+k−2])) · w[k])",
        ),
    ],
)
def test_gradients_read_as_sums_over_what_reaches_an_element(model: Model, gradient: str) -> None:
    assert gradient in gradients_of(model)
    for style in Style:
        check(replace(model, style=style))


X = [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            written("y[i] = x[i+1] - x[i]", "E = sum(i: y[i])", x=X),
            r"equation for y\[i\]: i\+1 goes from 2 to 5 in x\[i\+1\] \(i from 1 to 4\), but x has "
            "positions 1 to 4 there",
        ),
        (
            written("E = sum(k: w[k]*x[k-1])", x=X, w=X),
            r"k-1 goes from 0 to 3 in x\[k-1\] \(k from 1 to 4\)",
        ),
        (
            written("y[i] = sum(k: w[k]*x[i+k])", "E = sum(i: y[i])", x=X, w=X),
            r"x\[i\+k\] fits for no i: x has 4 there",
        ),
        (
            written("E = sum(i: sum(k: x[i+k]))", x=X),
            r"nothing says how far index i runs in x\[i\+k\]",
        ),
        (
            written("y[n] = x[C[n]]", "E = sum(n: y[n])", x=X, C=[1, 5]),
            r"equation for y: C\[n\] is 5 for n = 2, but x has positions 1 to 4 there",
        ),
        (
            written("y[n] = x[C[n]]", "E = sum(n: y[n])", x=X, C=[1, 2.5]),
            r"looked up in C, which has to have whole numbers: C\[2\] is 2.5",
        ),
        (
            written("y[n] = x[c[n]]", "E = sum(n: y[n])", x=X, c=[1, 2]),
            "looked up in c, which has to be one of the constants, and to stay as it is",
        ),
        (
            written("y[n] = x[C[n]]", "E = sum(n: y[n])", x=X, C=[[1, 2]]),
            r"C takes 2 indices, not 1",
        ),
        (
            written("y[n] = sum(k: w[k] + x[n+k-1]^2)", "E = sum(n: y[n])", x=X, w=[1, 2]),
            r"uses x\[n\+k-1\], and nothing in a derivative of it says how far k runs; give",
        ),
        (
            written("y = sum(i: C[i] = 1: x[i])", "E = y", x=X, C=[1, 2, 1, 1]),
            r"is for derivatives; in a model write the index itself, as x\[i\+k\]",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_index_and_its_range(model: Model, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build(model)


def test_numbers_in_which_indices_are_looked_up_are_not_edited() -> None:
    debugger = Debugger(build(written("E = h[C[1]]^2", C=[2], h=[0.5, 0.25])), 3)
    with pytest.raises(BranchError, match="indices are looked up in C1, which has to stay"):
        debugger.edit("C1", "1")


def test_there_is_no_machine_code_of_calculated_indices() -> None:
    program = build(written("E = sum(k: w[k]*x[k+1])", x=X, w=[1, 2]))
    with pytest.raises(UnsupportedError, match="a calculated index has no machine form"):
        machine_text(program, Lookout())
