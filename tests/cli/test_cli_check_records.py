"""check for programs: the error of differences, what is planted, what cannot be checked."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bpdebug import api

from .calls import Call
from .conftest import WriteSession


def test_each_step_has_its_error_and_the_exact_value(call: Call) -> None:
    points = call("check", "blog", "--steps", "w5", "--json").records
    for each in points:
        exact, difference = each["complex_step"], each["central_difference"]
        assert each["relative_error"] == pytest.approx(abs(difference - exact) / abs(exact))
    assert min(each["relative_error"] for each in points) < 1e-8


def test_what_is_not_finite_is_a_text(call: Call, tmp_path: Path) -> None:
    session = tmp_path / "steep.json"
    session.write_text(
        """{"format": "bpdebug-session", "version": "1.0", "iterations": 1,
        "model": {"equations": ["E = exp(w)"]}, "parameters": {"w": 709.7}}""",
        encoding="utf-8",
    )
    points = call("check", session, "--steps", "w", "--json").records
    assert points[0]["central_difference"] == "Infinity"
    assert points[0]["relative_error"] == "NaN"
    assert points[30]["central_difference"] == pytest.approx(math.exp(709.7), rel=1e-3)


def test_what_is_planted_is_a_record(call: Call, tmp_path: Path) -> None:
    target = tmp_path / "bug.json"
    name = "activation derivative missing"
    assert call("plant", "blog", "-o", target, "--mistake", name, "--seed", "1").code == 0
    found = call("check", target, "--reveal", "--json").record
    assert found.keys() == {"name", "where", "sentence"}
    assert found["name"] == name
    assert call("check", "circuit-1", "--reveal", "--json").out == ""


def test_a_derivation_of_the_session_that_cannot_be_checked_stops_nothing(
    call: Call, write_session: WriteSession
) -> None:
    circular = "dE/dw7"
    session = write_session(iterations=3, hand_derivations={"dE/dw7": circular})
    result = call("check", session)
    assert result.code == 0
    assert "checked 12 gradients" in result.out
    assert "cannot be checked" in result.out
    result = call("check", session, "--derivation", "dE/dw8 = dE/do1*do1/dzo1*h1")
    assert result.code == 1
    assert "dE/dw8" in result.out
    assert "cannot be checked" not in result.out, "that was not asked"
    result = call("check", session, "--derivation", f"dE/dw7 = {circular}")
    assert result.code == 2
    assert "uses dE/dw7 itself" in result.err


def test_a_figure_is_of_the_iteration_that_is_checked_unless_it_says_so(call: Call) -> None:
    words = ("check", "two-two-two", "--iteration", "2", "--figure")
    (found,) = call(*words, "E = 0.291027924", "--json").record["printed"]
    assert found["iteration"] == 2
    (found,) = call(*words, "E = 0.298371109 @ 1", "--json").record["printed"]
    assert (found["iteration"], found["verdict"]) == (1, "agreement")


@pytest.mark.parametrize(
    ("words", "figures", "derivations"),
    [
        ([], None, {}),
        (["--figure", "dE/dzo1 = 0.0776"], {"dE/dzo1": "0.0776"}, {}),
        (["--derivation", "dE/dw7 = (t1 - o1)*h1"], None, {"dE/dw7": "(t1 - o1)*h1"}),
        (
            ["--figure", "E = 0.6", "--derivation", "dE/dw8 = (o2 - t2)*o2*(1 - o2)*h1"],
            {"E": "0.6"},
            {"dE/dw8": "(o2 - t2)*o2*(1 - o2)*h1"},
        ),
    ],
)
def test_command_line_and_python_give_the_same_record(
    call: Call, words: list[str], figures: dict[str, object] | None, derivations: dict[str, str]
) -> None:
    """But for fingerprints, and for where a figure is from."""
    printed = call("check", "blog", "--no-causes", "--json", *words).record
    del printed["digests"]
    made = api.open("blog").check(figures, derivations, iteration=1, causes=False).record()
    made = json.loads(json.dumps(made))
    for record in (printed, made):
        for each in record["printed"]:
            del each["source"]
    assert printed == made
