"""Divergence: arithmetic is altered on purpose, and it is said where and by how much it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.debugger.actions import perform
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.numerics import scalar
from bpdebug.numerics.digest import ulps
from bpdebug.session.bundled import find_session
from bpdebug.session.file.environment import environment
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.replay.divergence import Divergence, find_divergence
from bpdebug.session.replay.replay import check_digests, fresh_debugger
from bpdebug.session.session import Session, open_session
from bpdebug.text.run.divergence import divergence_lines

_CALLS_AN_ITERATION = 4
"""Of sigmoid in the blog's network: h1, h2, o1, o2."""


def _altered(first: int) -> Callable[[float], float]:
    """The sigmoid, too great from its call `first` on, by more than an ulp: that is most often
    rounded away when a parameter is updated.
    """
    calls = 0

    def sigmoid(u: float) -> float:
        nonlocal calls
        calls += 1
        value = scalar.sigmoid(u)
        return value + 1e-12 if first <= calls else value

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
    return find_divergence(debugger, check_digests(part, debugger))


def _alter(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Alter the sigmoid of the scalar form from its call `first` on."""
    altered = replace(FUNCTIONS["sigmoid"], scalar=_altered(first))
    monkeypatch.setitem(FUNCTIONS, "sigmoid", altered)


def _parameters(path: Path) -> dict[str, float]:
    """The parameters where a session was left."""
    debugger = open_session(path).debugger
    program = debugger.program
    slots = map(int, program.parameter_slots())
    return {program.name(slot): debugger.view.value(slot) for slot in slots}


def test_what_agrees_does_not_diverge(tmp_path: Path) -> None:
    assert _find(_record(tmp_path / "well.json", "30]")) is None


def test_parameters_that_differ_are_given_with_both_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _record(tmp_path / "well.json", "30]")
    recorded = _parameters(path)
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    here = _parameters(path)
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    found = _find(path)
    assert found is not None
    assert (found.iteration, found.agreeing, found.recorded) == (30, None, len(recorded))
    assert {each.name: (each.here, each.recorded) for each in found.differing} == {
        name: (here[name], recorded[name]) for name in recorded if here[name] != recorded[name]
    }
    assert found.differing
    for each in found.differing:
        assert each.distance == ulps(each.here, each.recorded) > 0


def test_where_only_another_value_differs_the_parameters_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _record(tmp_path / "well.json", "5]", "8s")
    _alter(monkeypatch, 5 * _CALLS_AN_ITERATION + 4)
    found = _find(path)
    assert found is not None
    assert (found.iteration, found.differing) == (6, ())
    assert "The 12 recorded parameters agree; another value differs." in divergence_lines(found)


def test_it_lies_behind_the_last_digest_that_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "twice.json"
    _record(path, "5]")
    session = open_session(path)
    session.perform("5]")
    session.save(path)
    assert [len(each.parameters) for each in read_session(path).digests] == [0, 12]
    _alter(monkeypatch, 6 * _CALLS_AN_ITERATION + 4)
    found = _find(path)
    assert found is not None
    assert (found.agreeing, found.since, found.iteration) == (205, 5, 10)
    assert found.differing


def test_on_a_branch_with_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _record(tmp_path / "branch.json", "20]", "g it 5 o1", "e w7 0.5", "10]")
    assert read_session(path).digests[-1].branch == 2
    _alter(monkeypatch, 25 * _CALLS_AN_ITERATION + 1)
    found = _find(path)
    assert found is not None
    assert found.check.branch == 2
    assert found.differing


def test_of_a_large_model_the_first_hundred_parameters_are_recorded(tmp_path: Path) -> None:
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "model": {"equations": ["z[j] = sum(i: W[i,j]*x[i])", "E = sum(j: z[j]^2)"]},
        "inputs": {"x": [0.5] * 30},
        "parameters": {"W": [[0.1] * 4] * 30},
    }
    session = Session(parse_session(json.dumps(fields), "test"), tmp_path / "large.json")
    session.save(session.path)
    assert len(read_session(session.path).digests[-1].parameters) == 100


def test_the_command_line_says_it_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _record(tmp_path / "well.json", "30]")
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    assert main(["replay", str(path), "--headless"]) == 1
    said = capsys.readouterr().out
    assert "at position 1230, in iteration 30." in said
    assert re.search(r"^w\d+, \d+ ulp apart$", said, re.M)
    rows = [row.split() for row in said.splitlines() if row.startswith(("  here", "  recorded"))]
    assert rows
    for _, decimal, hexadecimal in rows:
        assert float(decimal) == float.fromhex(hexadecimal)
    assert said.count(environment()) == 2


def test_the_json_has_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _record(tmp_path / "well.json", "30]")
    _alter(monkeypatch, 11 * _CALLS_AN_ITERATION + 3)
    assert main(["replay", str(path), "--headless", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["divergence"]
    assert (found["position"], found["iteration"], found["agreeing"]) == (1230, 30, None)
    first = found["parameters"][0]
    assert float.fromhex(first["here_hex"]) == first["here"]
    assert first["ulp"] == ulps(first["here"], first["recorded"]) > 0


def test_a_digest_of_a_parameter_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = _record(tmp_path / "well.json", "s")
    fields = json.loads(path.read_text("utf-8"))
    fields["digests"][0]["parameters"]["w99"] = 1
    path.write_text(json.dumps(fields), "utf-8")
    with pytest.raises(SessionError, match=r"digests\[0\].parameters.w99: no such parameter"):
        open_session(path)
