"""run: to the end of a session or to a stop."""

from __future__ import annotations

import shlex

import pytest

from .calls import Call
from .conftest import WriteSession


def test_ten_thousand_iterations(call: Call) -> None:
    result = call("run", "blog", "--iterations", "10000", "--json")
    assert (result.code, result.err) == (0, "")
    found = result.record
    assert list(found) == ["position", "iteration", "loss", "parameters", "stopped"]
    assert (found["position"], found["iteration"]) == (410000, 10000)
    assert found["loss"] == pytest.approx(0.000105591211242136, rel=1e-10)
    figures = {
        "w7": -0.390077207685367,
        "w10": -0.892942894453654,
        "b1": 0.492668912436435,
        "b2": -1.60813216722175,
    }
    for name, value in figures.items():
        assert found["parameters"][name] == pytest.approx(value, rel=1e-10), name
    assert len(found["parameters"]) == 12
    assert found["stopped"] == {"reason": "end of history", "asked": True}


def test_the_session_says_how_many_iterations_there_are(
    call: Call, write_session: WriteSession
) -> None:
    found = call("run", write_session(iterations=7), "--json").record
    assert (found["position"], found["iteration"]) == (287, 7)
    longer = call("run", write_session(iterations=7), "--iterations", "9", "--json").record
    assert (longer["position"], longer["iteration"]) == (369, 9)


def test_a_run_ends_where_the_trace_does(call: Call) -> None:
    found = call("run", "blog", "--iterations", "3", "--json").record
    records = call("trace", "blog", "--json", "--from", "83", "--to", "123").records
    traced = {record["target"]: record["value"] for record in records}
    assert found["loss"] == traced["E"]
    assert found["parameters"] == {name: traced[name] for name in found["parameters"]}


def test_break_stops_with_the_reason_and_both_values(call: Call) -> None:
    result = call("run", "blog", "--break", "w7 write if w7 < 0.69", "--json")
    assert result.code == 0
    found = result.record
    stopped = found["stopped"]
    assert set(stopped) == {
        "reason",
        "asked",
        "breakpoint",
        "hit",
        "operation",
        "quantity",
        "old",
        "new",
    }
    assert (stopped["reason"], stopped["quantity"]) == ("breakpoint", "w7")
    assert (stopped["breakpoint"], stopped["hit"]) == (1, 1)
    assert stopped["old"] >= 0.69 > stopped["new"]
    assert stopped["new"] == found["parameters"]["w7"]
    # w7 is updated by operation 36 of an iteration.
    assert stopped["operation"] == found["position"] == (found["iteration"] - 1) * 41 + 36


@pytest.mark.parametrize(
    ("spec", "position"),
    [
        ("w7", 36),
        ("w7 write", 36),
        ("w7 change", 36),
        ("w7 read", 5),
        ("w7 gradient", 14),
        ("dE/dw5", 23),
        ("zh2", 3),
        ("w7 if iteration == 3", 118),
        ("W2", 36),
        ("W2[1,2]", 37),
        ("dE/dW2", 14),
        ("W2 gradient", 14),
        ("W2 read", 5),
        ("h read", 5),
        ("W2 if max(abs(dE/dW2)) > 0.1 and iteration % 2 == 0", 77),
    ],
)
def test_each_access_stops_at_its_operation(call: Call, spec: str, position: int) -> None:
    found = call("run", "blog", "--iterations", "5", "--break", spec, "--json").record
    assert (found["position"], found["stopped"]["reason"]) == (position, "breakpoint")


def test_the_first_of_several_breakpoints_stops(call: Call) -> None:
    words = ("--break", "w9", "--break", "w8")
    found = call("run", "blog", *words, "--json").record
    assert (found["position"], found["stopped"]["breakpoint"]) == (37, 2)


def test_a_breakpoint_that_never_fires(call: Call) -> None:
    words = ("--iterations", "20", "--break", "w7 if w7 > 5")
    found = call("run", "blog", *words, "--json").record
    stopped = {"reason": "end of history", "asked": False}
    assert (found["position"], found["stopped"]) == (820, stopped)


@pytest.mark.parametrize(
    ("words", "reason", "code"),
    [
        ("", "breakpoint", 0),
        ("--until 'loss < 0.59'", "condition", 0),
        ("--until 'loss < 0'", "breakpoint", 1),
        ("--break 'w8 if iteration == 2'", "breakpoint", 0),
        ("--break 'w8 if w8 > 5'", "breakpoint", 1),
        ("--break 'w8 log \"{w8}\"'", "breakpoint", 0),
        ("--break 'w8 if w8 > 5' --until 'loss < 0.59'", "condition", 0),
        ("--iterations 3 --until 'loss < 0'", "end of history", 1),
        ("--iterations 3 --break 'w8 if w8 > 5'", "end of history", 1),
        ("--iterations 3 --break 'w8 log \"{w8}\"'", "end of history", 0),
        ("--iterations 3", "end of history", 0),
    ],
)
def test_the_exit_code_says_whether_it_stopped_as_asked(
    call: Call, write_session: WriteSession, words: str, reason: str, code: int
) -> None:
    own = {"number": 5, "on": "w7", "condition": "iteration == 9"}
    path = write_session(breakpoints=[own])
    result = call("run", path, *shlex.split(words), "--json")
    stopped = result.record["stopped"]
    assert (stopped["reason"], result.code) == (reason, code)
    assert stopped["asked"] == (code == 0)
    told = call("run", path, *shlex.split(words))
    assert told.code == code
    assert told.err.startswith("not reached: ") == (code == 1)


def test_until(call: Call) -> None:
    found = call("run", "blog", "--until", "loss < 0.5", "--json").record
    stopped = found["stopped"]
    assert (stopped["reason"], stopped["quantity"]) == ("condition", "E")
    assert stopped["old"] >= 0.5 > stopped["new"] == found["loss"]
    assert found["position"] % 41 == 9


def test_until_looks_at_an_array_when_it_is_complete(call: Call) -> None:
    found = call("run", "blog", "--until", "norm(W2) < 1.28", "--json").record
    assert found["position"] % 41 == 39
    assert found["stopped"]["quantity"] == "w10"


def test_no_loss_yet_is_not_zero(call: Call) -> None:
    found = call("run", "blog", "--break", "h1", "--json").record
    assert (found["position"], found["loss"]) == (2, None)


def test_breakpoints_of_the_session_stop_it(call: Call, write_session: WriteSession) -> None:
    path = write_session(
        breakpoints=[
            {"number": 2, "on": "w1", "enabled": False},
            {"number": 5, "on": "w7", "access": "write", "condition": "w7 < 0.69"},
        ]
    )
    stopped = call("run", path, "--json").record["stopped"]
    same = call("run", "blog", "--break", "w7 write if w7 < 0.69", "--json").record["stopped"]
    # It keeps its number; a run starts at the beginning, and so does its count of hits.
    assert stopped == same | {"breakpoint": 5, "hit": 1}
    added = call("run", path, "--break", "w8", "--json").record["stopped"]
    assert (added["breakpoint"], added["quantity"]) == (6, "w8")


def test_where_the_session_stands_does_not_matter(call: Call, write_session: WriteSession) -> None:
    path = write_session(iterations=50, cursor={"operation": 2000})
    assert call("run", path, "--iterations", "3", "--json").record["position"] == 123


def test_run_for_people(call: Call) -> None:
    result = call("run", "blog", "--break", "w7 write if w7 < 0.69")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "iteration 13/10000 · update · operation 36/41 · p=528"
    assert lines[1] == "breakpoint 1 (w7 write if w7 < 0.69), hit 1: w7 0.6907 → 0.6899"
    assert lines[2].startswith("E = 0.58353293066740")
    assert lines[9].split() == ["w7", "0.6899"]
    assert len(lines) == 3 + 12


@pytest.mark.parametrize(
    ("spec", "position"),
    [
        ("phase backward", 10),
        ("phase update hit == 2", 30 + 41),
        ("iteration 7", 6 * 41 + 1),
        ("iteration hit % 10", 9 * 41 + 1),
        ("operation 14 ignore 3", 3 * 41 + 14),
        ("w7 read", 5),
        ("dE/dw7 if dE/dw7 > 0.0768", 2 * 41 + 14),
        ("w7 once hit >= 4", 3 * 41 + 36),
    ],
)
def test_breakpoints_of_every_kind(call: Call, spec: str, position: int) -> None:
    found = call("run", "blog", "--iterations", "20", "--break", spec, "--json").record
    assert (found["stopped"]["reason"], found["position"]) == ("breakpoint", position)


def test_log_messages_stop_nothing_and_are_printed(call: Call) -> None:
    words = ("--iterations", "4", "--break", 'w7 hit % 2 log "w7 = {w7}, {w7 < 0.698}"')
    result = call("run", "blog", *words)
    assert result.out.splitlines()[:3] == [
        "it 2 p=77: w7 = 0.6985, false",
        "it 4 p=159: w7 = 0.6969, true",
        "iteration 4/4 · update · operation 41/41 · p=164",
    ]
    logged = call("run", "blog", *words, "--json").record["log"]
    assert logged == result.out.splitlines()[:2]
    assert "log" not in call("run", "blog", "--iterations", "4", "--json").record


def test_values_that_are_not_finite_stop_unless_allowed(
    call: Call, write_session: WriteSession
) -> None:
    path = write_session(
        model={"equations": ["y = x/w", "E = y*y"]},
        inputs={"x": 1},
        targets={},
        parameters={"w": 0},
        order={},
        optimizer={"settings": {"learning_rate": 0.1}},
        iterations=2,
    )
    result = call("run", path)
    assert "not finite: y = ∞, from x = 1, w = 0" in result.out
    stopped = call("run", path, "--json")
    assert (stopped.code, stopped.record["position"]) == (1, 1)
    allowed = call("run", path, "--allow-non-finite", "--json")
    assert allowed.code == 0
    assert allowed.record["stopped"] == {"reason": "end of history", "asked": True}


def test_the_edits_of_the_branch_are_made(call: Call, write_session: WriteSession) -> None:
    edits = [{"at": 41, "set": "w7", "to": 0.5}]
    branch = {"number": 2, "name": "lower", "edits": edits, "seen": 9000}
    both = [{"number": 1, "name": "main"}, branch]
    path = write_session(branches=both, branch=2, cursor={"operation": 9000})
    found = call("run", path, "--iterations", "1", "--json").record
    assert found["parameters"]["w7"] == 0.5
    on_main = write_session(branches=both)
    found = call("run", on_main, "--iterations", "1", "--json").record
    assert round(found["parameters"]["w7"], 4) == 0.6992


def test_memory_changes_no_number(call: Call) -> None:
    words = ("run", "blog", "--iterations", "500", "--json")
    assert call(*words, "--memory", "1").out == call(*words).out
    assert call(*words, "--memory", "0").code == 2
