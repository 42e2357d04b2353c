"""Equations that are repeated over time steps."""

from __future__ import annotations

import pytest
from openings import of_data
from program.test_program_gradients import check

from bpdebug.models.model import ModelError
from bpdebug.models.repeat import MOST_CHARACTERS, MOST_EQUATIONS, MOST_TERMS, repeated

from .sessions import Data, after, complaints, gradients, operations, session


def test_an_equation_for_each_step() -> None:
    assert repeated(["a{t} = tanh(u*a{t-1} + w*x{t})"], {"t": (1, 3)}) == [
        "a1 = tanh(u*a0 + w*x1)",
        "a2 = tanh(u*a1 + w*x2)",
        "a3 = tanh(u*a2 + w*x3)",
    ]


def test_equations_in_a_row_are_repeated_together() -> None:
    texts = ["p = 1", "z{t} = x[{t}] + a{ t - 1 }", "a{t} = tanh(z{t})", "q = a2", "r{s} = q"]
    assert repeated(texts, {"t": (1, 2), "s": (7, 8)}) == [
        *("p = 1", "z1 = x[1] + a0", "a1 = tanh(z1)", "z2 = x[2] + a1", "a2 = tanh(z2)"),
        *("q = a2", "r7 = q", "r8 = q"),
    ]


def test_sums_are_written_out() -> None:
    assert repeated(["E = 0.5*sum{t: (a{t} - y{t+1})^2}/3"], {"t": (1, 2)}) == [
        "E = 0.5*((a1 - y2)^2 + (a2 - y3)^2)/3"
    ]
    assert repeated(["c{t} = sum{s: k{s}*x{t}}"], {"t": (1, 2), "s": (0, 1)}) == [
        "c1 = (k0*x1 + k1*x1)",
        "c2 = (k0*x2 + k1*x2)",
    ]


def test_without_a_place_nothing_changes() -> None:
    texts = ["z = w*x", "E = sum(n: z[n])"]
    assert repeated(texts, {}) == texts
    assert repeated(texts, {"t": (1, 5)}) == texts


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["a{s} = 1"], "nothing says how far s runs"),
        (["E = sum{s: a{s}}"], "nothing says how far s runs"),
        (["a{t} = b{u}"], "repeated over one letter"),
        (["E = sum{t: a{t}"], "a closing brace is missing"),
        (["a{r} = 1"], "r runs from 3 to 1"),
        (["b{t} = a{t-2}"], "a name would end in -1"),
        (["E = sum{l: a{l}}"], f"at most {MOST_TERMS} terms"),
        (["a{m} = 1"], f"more than {MOST_EQUATIONS} equations"),
        (["a{v} = 1", "b{v} = 1"], f"more than {MOST_EQUATIONS} equations"),
        (["E = sum{h: sum{h: sum{h: sum{h: sum{h: w}}}}}"], "longer than"),
    ],
)
def test_what_cannot_be_repeated_is_refused(texts: list[str], words: str) -> None:
    ranges = {
        "t": (1, 3),
        "u": (1, 3),
        "r": (3, 1),
        "h": (1, MOST_TERMS),
        "l": (0, MOST_TERMS),
        "m": (1, MOST_EQUATIONS + 1),
        "v": (1, MOST_EQUATIONS // 2 + 1),
    }
    with pytest.raises(ModelError) as caught:
        repeated(texts, ranges)
    assert words in str(caught.value)
    assert len(str(caught.value)) < MOST_CHARACTERS / 20


def _recurrent(**fields: object) -> Data:
    data = session(
        model={
            "equations": [
                "a{t} = tanh(u*a{t-1} + w*x{t} + b)",
                "o{t} = v*a{t}",
                "E = 0.5*sum{t: (o{t} - y{t})^2}",
            ],
            "repeat": {"t": [1, 3]},
        },
        inputs={"x1": 1, "x2": -0.5, "x3": 2},
        targets={"y1": 0.1, "y2": 0.2, "y3": -0.3},
        constants={"a0": 0.5},
        parameters={"u": 0.5, "w": 0.2, "b": 0.1, "v": -0.7},
    )
    return data | fields


@pytest.mark.parametrize("style", ["expanded", "delta"])
def test_gradients_through_time(style: str) -> None:
    """Shared parameters collect from every step."""
    debugger = of_data(_recurrent(style=style))
    check(debugger.program.model)
    assert operations(debugger)[:6] == ["a1", "o1", "a2", "o2", "a3", "o3"]


def test_a_repetition_is_the_equations_written_by_hand() -> None:
    data = _recurrent()
    data["model"] = {
        "equations": [
            *("a1 = tanh(u*a0 + w*x1 + b)", "o1 = v*a1", "a2 = tanh(u*a1 + w*x2 + b)"),
            *("o2 = v*a2", "a3 = tanh(u*a2 + w*x3 + b)", "o3 = v*a3"),
            "E = 0.5*((o1 - y1)^2 + (o2 - y2)^2 + (o3 - y3)^2)",
        ]
    }
    assert after(of_data(data), 5) == after(of_data(_recurrent()), 5)


def test_more_steps_reach_further_back() -> None:
    """A step more is one path more; a repetition of one step has none through u but a0's."""
    data = _recurrent()
    data["model"]["repeat"] = {"t": [1, 1]}
    for name in ("x2", "x3"):
        del data["inputs"][name]
    del data["targets"]["y2"], data["targets"]["y3"]
    found = after(of_data(data), 1)
    slope = (found["o1"] - found["y1"]) * -0.7 * (1 - found["a1"] ** 2)
    assert gradients(of_data(data))["u"] == pytest.approx(slope * 0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("repeat", "path", "words"),
    [
        ({"t": [3, 1]}, "model.equations", "t runs from 3 to 1"),
        ({"s": [1, 3]}, "model.equations", "nothing says how far t runs"),
        ({"t": [0, 3]}, "model.equations", "a name would end in -1"),
        ({"t": [1]}, "model.repeat.t", ""),
        ({"t": [1, 2_000_000]}, "model.repeat.t[1]", "1000000"),
        ({"T": [1, 2]}, "model.repeat", ""),
    ],
)
def test_what_is_refused(repeat: Data, path: str, words: str) -> None:
    data = _recurrent()
    data["model"]["repeat"] = repeat
    assert any(place.startswith(path) and words in text for place, text in complaints(data).items())
