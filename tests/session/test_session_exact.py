"""Numbers come back to the bit: small arrays as numbers, large ones in base64, NaN as a string."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.debugger.stops import Reason
from bpdebug.numerics import FloatArray
from bpdebug.session.file.arrays import MOST_WRITTEN_OUT, from_base64, to_base64
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.write import session_text
from bpdebug.session.session import Session, open_session

from .files import changed, one_problem, problems

BITS = st.integers(0, 2**64 - 1)
"""Every double, each NaN among them."""


def doubles(bits: list[int]) -> FloatArray:
    return np.array(bits, dtype=np.uint64).view(np.float64)


def start(data: object, name: str) -> FloatArray:
    """The values that a quantity of a session starts from."""
    text = data if isinstance(data, str) else json.dumps(data)
    program = Session(parse_session(text, "test"), Path("test.json")).debugger.program
    quantity = program.quantities[name]
    return program.start[quantity.offset : quantity.offset + quantity.size]


def neuron(values: object) -> dict[str, Any]:
    """A session with one input of any size."""
    return {
        "format": "bpdebug-session",
        "version": "1.2",
        "model": {"equations": ["E = w*sum(i: x[i])"]},
        "inputs": {"x": values},
        "parameters": {"w": 1},
    }


@given(st.lists(BITS, min_size=1, max_size=40))
def test_base64_keeps_every_bit(bits: list[int]) -> None:
    values = doubles(bits)
    written: Any = to_base64(values)
    found = from_base64(written["shape"], written["float64"])
    assert found.tobytes() == values.tobytes()
    again = session_text(parse_session(json.dumps(neuron(written)), "test"))
    assert start(again, "x").tobytes() == values.tobytes()


# Any bits are asked above: here of lists on both sides of the limit.
@settings(max_examples=settings().max_examples // 6)
@given(st.lists(BITS, min_size=2, max_size=300))
def test_large_lists_are_written_in_base64_with_every_bit(bits: list[int]) -> None:
    values = [v for v in doubles(bits).tolist() if v == v and abs(v) != float("inf")] or [0.5]
    large = (values * (MOST_WRITTEN_OUT // len(values) + 1))[: MOST_WRITTEN_OUT + 1]
    small = large[:-1]
    text = session_text(parse_session(json.dumps(neuron(large)), "test"))
    assert json.loads(text)["inputs"]["x"].keys() == {"shape", "float64"}
    assert start(text, "x").tobytes() == np.array(large).tobytes()
    text = session_text(parse_session(json.dumps(neuron(small)), "test"))
    assert struct.pack(f"<{len(small)}d", *json.loads(text)["inputs"]["x"]) == struct.pack(
        f"<{len(small)}d", *small
    )


def test_the_order_in_base64_is_row_by_row_little_endian() -> None:
    assert to_base64(np.array([[1.0], [-2.0]])) == {
        "shape": [2, 1],
        "float64": "AAAAAAAA8D8AAAAAAAAAwA==",
    }


def test_long_rows_fill_their_lines() -> None:
    values = [n / 7 for n in range(200)]
    rows = session_text(parse_session(json.dumps(neuron(values)), "test")).splitlines()
    numbers = [row for row in rows if row.count(",") > 2]
    assert max(map(len, numbers)) <= 100
    assert len(numbers) <= 200 * 21 / 100 * 1.2
    again = parse_session("\n".join(rows), "test")
    assert again.inputs["x"] == values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"shape": [3], "float64": "AAAAAAAA8D8="}, "found 8 bytes, expected 24: 8 for each value"),
        ({"shape": [3], "float64": "AAAAA"}, "not base64"),
        ({"shape": [10**9, 10**9], "float64": ""}, "found 0 bytes, expected 8000000000000000000"),
        ({"shape": [2], "float64": "AAAAAAAA8D8AAAAAAADwPw=="}, "x has 2 values, the first layer"),
        ({"shape": [3], "float64": "a b"}, 'found "a b", expected base64'),
        ({"shape": [0], "float64": ""}, "expected greater than or equal to 1"),
        ({"shape": [], "float64": ""}, "at least 1 item"),
        ({"shape": [3]}, "this field is missing"),
        ({"float64": ""}, "this field is missing"),
    ],
)
def test_arrays_that_do_not_fit(values: object, message: str) -> None:
    problem = one_problem(changed({"inputs.x": values}))
    assert problem.path.startswith("inputs.x")
    assert message in problem.message


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_a_string(text: str, tmp_path: Path) -> None:
    data = changed({"inputs.x": [1, text, 5], "parameters.w7": text, "constants": {"c": text}})
    assert np.array_equal(start(data, "x"), [1, float(text), 5], equal_nan=True)
    session = Session(parse_session(json.dumps(data), "test"), tmp_path / "a.json")
    session.perform("c")
    assert session.debugger.stop.reason is Reason.NON_FINITE
    assert session.debugger.position.operation == 1
    session.save(session.path)
    again = open_session(session.path)
    assert json.loads(session.path.read_text("utf-8"))["inputs"]["x"] == [1, text, 5]
    assert again.part.parameters["w7"] == text
    assert again.debugger.position == session.debugger.position
    assert not again.has_changes()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"optimizer.settings.learning_rate": "NaN"}, "optimizer.settings.learning_rate"),
        (
            {"optimizer.schedule": {"name": "linear", "settings": {"length": "Infinity"}}},
            "optimizer",
        ),
        ({"inputs.x": [1, "nan", 2]}, "inputs.x[1]"),
        ({"parameters.w1": "inf"}, "parameters.w1"),
    ],
)
def test_settings_are_finite_and_other_spellings_refused(change: dict[str, Any], path: str) -> None:
    assert one_problem(changed(change)).path.startswith(path)


def test_an_edit_to_nan_is_saved_and_opened(tmp_path: Path) -> None:
    edits = [{"at": 41, "set": "w7", "to": "NaN"}, {"at": 41, "set": "w8", "to": "-Infinity"}]
    data = changed({"branches": [{"number": 1, "name": "main", "edits": edits, "seen": 50}]})
    assert problems(json.dumps(data)) == []
    session = Session(parse_session(json.dumps(data), "test"), tmp_path / "a.json")
    assert not session.has_changes()
    session.save(session.path)
    assert json.loads(session.path.read_text("utf-8"))["branches"][0]["edits"] == edits
