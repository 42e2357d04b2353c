"""Derivations for whole arrays, in index notation and as programs write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from openings import of_model, opened

from bpdebug.checks.derivations.derivation import check_derivation
from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.findings import DerivationCheck, DerivationVerdict, OfArray
from bpdebug.checks.derivations.matrices import read_matrix_form
from bpdebug.checks.derivations.samples import samples
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Symbol
from bpdebug.numerics import FloatArray
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Program

XOR = opened("xor").program
"""2-2-1 with tanh and sigmoid, four observations, cross-entropy, a mean over them."""

SUMMED = opened("blog-observations").program
"""3-2-2 with one bias a layer, half squared errors, a sum over three observations."""

COLUMNS = of_model(
    {
        "equations": [
            "Z1[j,n] = sum(i: W1[j,i]*X[i,n]) + b1[j]",
            "A1[j,n] = tanh(Z1[j,n])",
            "Z2[k,n] = sum(j: W2[k,j]*A1[j,n]) + b2[k]",
            "A2[k,n] = sigmoid(Z2[k,n])",
            "J = sum(n: sum(k: -Y[k,n]*log(A2[k,n]) - (1 - Y[k,n])*log(1 - A2[k,n])))/5",
        ],
        "loss": "J",
    },
    inputs={"X": [[0.5, -1, 2, 0.3, 1], [1, 0.7, -0.4, 2, -1.5]]},
    targets={"Y": [[1, 0, 1, 1, 0]]},
    parameters={
        "W1": [[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]],
        "b1": [0.1, 0, -0.1],
        "W2": [[0.2, -0.7, 0.5]],
        "b2": [0.3],
    },
).program
"""Observations as columns, as in deeplearning.ai's course."""


def check(program: Program, text: str) -> DerivationCheck:
    return check_derivation(program, program.start, text)


def array(found: DerivationCheck) -> OfArray:
    assert found.array is not None
    return found.array


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (XOR, "dE/dW1[i,j] = sum(n: dE/dzh[n,j] * x[n,i])"),
        (XOR, "dE/dzh[n,j] = sum(k: dE/dzo[n,k]*W2[j,k])*(1 - h[n,j]^2)"),
        (XOR, "dE/dw1 = sum(n: dE/dzh[n,1]*x[n,1])"),
        (XOR, "dW1 = x.T @ dzh"),
        (XOR, "dW2 = np.dot(h.T, dE/dzo)"),
        (XOR, "dE/dzh = (dzo @ W2.T) * (1 - np.square(h))"),
        (XOR, "dzo = (o - t) / m"),
        (XOR, "dB1 = dzh.sum(axis=0)"),
        (XOR, "dB2 = np.sum(dzo, axis=0, keepdims=True)"),
        (SUMMED, "dW1 = x.T @ ((((o - t) * o * (1 - o)) @ W2.T) * h * (1 - h))"),
        (SUMMED, "db1 = np.sum(dzh)"),
        (SUMMED, "dE/db1 = sum(n: sum(j: dE/dzh[n,j]))"),
        (COLUMNS, "dW2 = (A2 - Y) @ A1.T / m"),
        (COLUMNS, "dW1 = ((W2.T @ (A2 - Y)) * (1 - A1**2)) @ X.T / X.shape[1]"),
        (
            COLUMNS,
            "db1 = np.mean((W2.T @ (A2 - Y)) * (1 - np.power(A1, 2)), axis=1, keepdims=True)",
        ),
    ],
)
def test_a_right_formula_is_right_in_all_elements(program: Program, text: str) -> None:
    found = check(program, text)
    assert found.verdict is DerivationVerdict.RIGHT
    assert not array(found).wrong
    assert not array(found).assumed


@pytest.mark.parametrize(
    "text",
    [
        "dZ2 = A2 - Y",
        "dW2 = dZ2 @ A1.T / m",
        "dZ1 = np.multiply(np.dot(W2.T, A2 - Y), 1 - A1 ** 2)",
        "dW1 = (1/m) * np.dot(dZ1, X.T)",
        "db1 = np.sum(dZ1, axis=1, keepdims=True) / m",
    ],
)
def test_derivatives_of_the_loss_of_each_observation_are_what_courses_mean(text: str) -> None:
    found = check(COLUMNS, text)
    assert found.verdict is DerivationVerdict.RIGHT
    assert "the loss of each observation, 5 times those of the mean" in array(found).assumed


@pytest.mark.parametrize(
    "text", ["dW1 = x.T @ dzh / m", "dW1 = x.T @ dE/dzh / m", "dE/dzo = o - t"]
)
def test_no_mean_is_assumed_where_there_is_none_or_the_derivative_is_named(text: str) -> None:
    program = SUMMED if text.startswith("dW1 = x.T @ dzh") else XOR
    found = check(program, text)
    assert not found.ok
    assert len(array(found).wrong) == array(found).count
    # The ratio is that of the number of observations.
    ratio = found.value / found.truth
    assert ratio == pytest.approx({SUMMED: 1 / 3, XOR: 4 if "dzo" in text else 0.25}[program])


def test_the_first_wrong_element_and_its_paths_are_named() -> None:
    found = check(XOR, "dE/dW1[i,j] = dE/dzh[2,j]*x[2,i] + dE/dzh[3,j]*x[3,i]")
    assert array(found).wrong == ("dE/dw1", "dE/dw2", "dE/dw3", "dE/dw4")
    assert found.name == "dE/dw1"
    # The inputs of the first observation are 0: only one of two paths counts.
    missing = [str(each.path) for each in found.findings if each.kind == "missing" and each.product]
    assert missing == ["E → o4_1 → h4_1 → w1"]


def test_an_array_that_is_wrong_in_some_elements_says_in_which() -> None:
    found = check(SUMMED, "dE/dzo[n,k] = (o[n,k] - t[1,k])*o[n,k]*(1 - o[n,k])")
    assert array(found).wrong == ("dE/dzo2_1", "dE/dzo2_2", "dE/dzo3_1", "dE/dzo3_2")
    assert found.name == "dE/dzo2_1"


def test_a_square_array_with_rows_and_columns_exchanged_is_known() -> None:
    assert array(check(XOR, "dW1 = dzh.T @ x")).transposed
    assert not array(check(XOR, "dW1 = x.T @ h")).transposed


@pytest.mark.parametrize(
    ("program", "text", "words"),
    [
        (
            XOR,
            "dzh = dzo @ W2",
            "the shapes of dzo @ W2 do not match: dzo is 4 × 1 and W2 is 2 × 1",
        ),
        (XOR, "dW2 = dzo.T @ h", "dE/dW2 is 2 × 1 and the right side is 1 × 2; transpose it"),
        (XOR, "dW1 = x.T + dzh", "x.T is 2 × 4 and dzh is 4 × 2: they cannot be added"),
        (XOR, "dE/dW1[i,j] = sum(n: dE/dzh[n,i]*x[j,n])", "W1 is 2 × 2 and x is 4 × 2"),
        (SUMMED, "dE/dW1[i,j] = sum(n: x[n,j]*h[n,i])", "W1 is 3 × 2 and x is 3 × 3"),
        (XOR, "dE/dW1[i,j] = x[n,i]", "n is neither on the left nor the index of a sum"),
        (XOR, "dE/dW1[i,j] = sum(i: x[1,i])", "i is used on the left; give the sum another"),
        (XOR, "dE/dW1[i] = x[1,i]", "W1[i] does not fit: W1 is 2 × 2"),
        (XOR, "dW1 = y.T @ dzh", "there is no y"),
        (XOR, "dW1 = x.T @ dzz", "there is no dzz; did you mean dz"),
        (XOR, "do = dE/do * do/dzo", "do/dzo is a number for each pair of elements"),
        (XOR, "dW1 = x.T @ x @ dW1", "the formula for dE/dw1 uses dE/dw1 itself"),
        (XOR, "dW1 = open('x').read()", "'x' cannot be read here"),
        (XOR, "dW1 = x.T @ (dzh", "cannot be read"),
        (XOR, "dW1 = x.T @ dzh ** 0.5", "the exponent 0.5 is not a whole number"),
        (XOR, f"dh = {'-' * 1900}h", "operations are nested"),
        (XOR, f"dW1 = {'x @ ' * 5000}x", "at most 2,000 characters"),
        (XOR, f"dW1 = {'(' * 900}x{')' * 900}.T", "cannot be read"),
        (XOR, f"dW1 = x.T @ x{' @ x.T @ x' * 9}", "too large to check"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    program: Program, text: str, words: str
) -> None:
    with pytest.raises(HandDerivationError) as caught:
        check(program, text)
    assert words in str(caught.value)


def test_a_large_array_is_refused_before_anything_is_written_out() -> None:
    names = "".join(f"sum({letter}: " for letter in "abcdefgh")
    product = "*".join(f"o[{letter},1]" for letter in "abcdefgh")
    with pytest.raises(HandDerivationError, match="too large to check: written out it has"):
        check(XOR, f"dE/dW1[i,j] = {names}{product}{')' * 8}")


# The line of a program against NumPy itself

_NAMES = ("x", "W1", "W2", "h", "o", "B1", "t")
_TARGETS = {(2, 2): "dW1", (4, 2): "dh", (4, 1): "do", (2, 1): "dW2", (2,): "dB1"}

_LINES = st.recursive(
    st.sampled_from([*_NAMES, "2", "0.5", "m"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "@", "@"]), inner).map(
            lambda each: f"({each[0]} {each[1]} {each[2]})"
        ),
        inner.map(lambda each: f"({each}).T"),
        inner.map(lambda each: f"np.tanh({each})"),
        inner.map(lambda each: f"({each} - 1)**2"),
        st.tuples(inner, st.sampled_from(["", "axis=0", "axis=-1, keepdims=True"])).map(
            lambda each: f"np.sum({each[0]}{', ' if each[1] else ''}{each[1]})"
        ),
    ),
    max_leaves=5,
)


@given(_LINES)
@settings(max_examples=settings().max_examples // 2)
@example("(x).T @ (h * B1)")
@example("np.sum(((o - t) @ (W2).T), axis=0)")
def test_a_line_means_what_numpy_makes_of_it(line: str) -> None:
    memory = samples(XOR, XOR.start)[0]
    arrays = {name: memory[XOR.quantities[name].span] for name in _NAMES}
    shaped = {name: each.reshape(XOR.quantities[name].shape) for name, each in arrays.items()}
    try:
        with np.errstate(all="ignore"):
            wanted = np.asarray(eval(line, {"np": np, "m": 4.0} | shaped))
    except AttributeError:
        assume(False)  # A number has no .T.
    except (ValueError, TypeError, np.exceptions.AxisError):
        with pytest.raises(HandDerivationError):
            [*read_matrix_form(XOR, f"dW1 = {line}")]
        return
    target = _TARGETS.get(wanted.shape)
    assume(target is not None and np.isfinite(wanted).all())
    made = next(read_matrix_form(XOR, f"{target} = {line}"))
    found = [
        evaluate(each.value, lambda symbol: _value(memory, symbol)) for each in made.elements(XOR)
    ]
    assert np.allclose(found, wanted.ravel(), rtol=1e-12)


def _value(memory: FloatArray, symbol: Symbol) -> float:
    slot = XOR.slot_named(to_text(symbol))
    assert slot is not None
    return float(memory[slot])
