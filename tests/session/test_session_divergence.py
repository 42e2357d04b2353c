"""Divergence: arithmetic is altered on purpose, and the first operation that differs is named."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.debugger.actions import perform
from bpdebug.debugger.state import finish
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.numerics import scalar
from bpdebug.session.bundled import find_session
from bpdebug.session.divergence import Divergence, Finding, find_divergence
from bpdebug.session.read import read_session
from bpdebug.session.replay import check_digests, fresh_debugger
from bpdebug.session.session import open_session

_CALLS_AN_ITERATION = 4
"""Of sigmoid in the blog's network: h1, h2, o1, o2."""


def _altered(first: int, last: int) -> Callable[[float], float]:
    """The sigmoid, an ulp too great in its calls `first` to `last`."""
    calls = 0

    def sigmoid(u: float) -> float:
        nonlocal calls
        calls += 1
        value = scalar.sigmoid(u)
        return math.nextafter(value, math.inf) if first <= calls <= last else value

    return sigmoid


def _record(path: Path, *actions: str) -> Path:
    session = open_session(find_session("blog"))
    for action in actions:
        session.perform(action)
    session.save(path)
    return path


def _find(path: Path) -> Divergence | None:
    part = read_session(path)
    debugger = fresh_debugger(part, str(path))
    for action in part.actions:
        perform(debugger, action)
    return finish(find_divergence(debugger, check_digests(part, debugger)))


def _alter(monkeypatch: pytest.MonkeyPatch, first: int, last: int = 10**9) -> None:
    """Alter the sigmoid of the scalar form. Once is not enough far from the end: what a single
    ulp does to a gradient is most often rounded away when a parameter is updated.
    """
    altered = replace(FUNCTIONS["sigmoid"], scalar=_altered(first, last))
    monkeypatch.setitem(FUNCTIONS, "sigmoid", altered)


def test_what_agrees_does_not_diverge(tmp_path: Path) -> None:
    assert _find(_record(tmp_path / "well.json", "30]")) is None


def test_a_wrong_result_on_this_machine_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _record(tmp_path / "well.json", "30]", "14s")
    # The third sigmoid of iteration 12 is that of o1.
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    found = _find(path)
    assert found is not None
    assert found.finding is Finding.REPRODUCED
    first = found.first
    assert first is not None
    assert (first.iteration, first.quantity, first.distance) == (12, "o1", 1)
    assert first.here == math.nextafter(first.other, math.inf)
    assert first.operation == 11 * 41 + first.within


def test_a_wrong_result_in_the_recording_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as altered:
        call = 9 * _CALLS_AN_ITERATION + 2
        _alter(altered, call, call)
        path = _record(tmp_path / "altered.json", "10]")
    found = _find(path)
    assert found is not None
    assert found.finding is Finding.ONE_ULP
    assert all(each.first is None for each in found.comparisons)
    first = found.first
    assert first is not None
    assert (first.iteration, first.quantity, first.distance) == (10, "h2", 1)
    assert first.other == math.nextafter(first.here, math.inf)


def test_the_stretch_begins_at_the_last_digest_that_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "twice.json"
    _record(path, "5]")
    session = open_session(path)
    session.perform("5]")
    session.save(path)
    _alter(monkeypatch, 6 * _CALLS_AN_ITERATION + 4)
    found = _find(path)
    assert found is not None
    assert (found.agreeing, found.check.operation) == (205, 410)
    assert found.first is not None
    assert (found.first.iteration, found.first.quantity) == (7, "o2")


def test_on_a_branch_with_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _record(tmp_path / "branch.json", "20]", "g it 5 o1", "e w7 0.5", "10]")
    found = read_session(path)
    assert found.digests[-1].branch == 2
    _alter(monkeypatch, 25 * _CALLS_AN_ITERATION + 1)
    divergence = _find(path)
    assert divergence is not None
    assert divergence.check.branch == 2
    assert divergence.finding is Finding.REPRODUCED


def test_what_cannot_be_known_is_not_guessed(tmp_path: Path) -> None:
    path = _record(tmp_path / "changed.json", "20s")
    fields = json.loads(path.read_text("utf-8"))
    fields["digests"][0]["state"] = "0" * 32
    path.write_text(json.dumps(fields), "utf-8")
    found = _find(path)
    assert found is not None
    assert (found.finding, found.first, found.agreeing) == (Finding.UNKNOWN, None, None)
    assert [each.first for each in found.comparisons] == [None, None]
    assert found.recorded_in == found.here
    assert "numpy" in found.here


def test_the_command_line_says_it_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _record(tmp_path / "well.json", "30]")
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    assert main(["replay", str(path), "--headless"]) == 1
    said = capsys.readouterr().out
    assert "after operation 1230 the values differ" in said
    assert "Iteration 12, operation 6 of it (position 457): o1" in said
    assert "1 ulp apart" in said
    rows = [row.split() for row in said.splitlines() if row.startswith("  ")]
    values = {row[0]: row[1:] for row in rows if row[0] in ("here", "recorded")}
    assert set(values) == {"here", "recorded"}
    for decimal, hexadecimal in values.values():
        assert float(decimal) == float.fromhex(hexadecimal)
    assert values["here"] != values["recorded"]


def test_the_json_names_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _record(tmp_path / "well.json", "30]")
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    assert main(["replay", str(path), "--headless", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["divergence"]
    assert found["finding"] == "reproduced"
    assert found["agreeing"] is None
    first = found["first"]
    assert (first["iteration"], first["operation"], first["quantity"]) == (12, 6, "o1")
    assert float.fromhex(first["here_hex"]) == first["here"]
    assert first["ulp"] == 1
