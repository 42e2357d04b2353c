"""The Python face does what the debugger does, records it, and says what is wrong."""

from __future__ import annotations

import builtins
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from openings import opened, session_of

from bpdebug import api
from bpdebug.debugger.places import find_place
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import read_session
from bpdebug.session.replay.replay import check_digests, fresh_debugger, replay_actions

NEURON = {
    "model": {"equations": ["z = w*x + b", "E = 0.5*(z - t)^2"]},
    "inputs": {"x": 2},
    "targets": {"t": 1},
    "parameters": {"w": 0.5, "b": -1},
    "iterations": 20,
}


@pytest.mark.parametrize("size", [size.name for size in STEP_SIZES])
def test_a_step_back_undoes_a_step(size: str) -> None:
    run = api.open("blog")
    run.step(size, 3)
    there = run.where
    run.step(size)
    assert run.where != there
    run.step(size, back=True)
    assert run.where == there


def test_every_value_is_the_debuggers() -> None:
    run, debugger = api.open("blog"), opened("blog")
    for place in ("start", "20", "it 3 dE/dw5", "end"):
        run.go(place)
        debugger.go_to(find_place(debugger, place))
        assert (run.position, run.iteration) == (
            debugger.position.operation,
            debugger.view.iteration,
        )
        memory = debugger.view.memory()
        for slot, name in enumerate(debugger.program.element_names()):
            assert run.status(name) is debugger.view.status(slot)
            value = run.value(name)
            assert np.isnan(memory[slot]) if value is None else value == memory[slot]
        assert list(run.parameters().values()) == debugger.parameters().tolist()


@pytest.mark.parametrize("name", ["blog", "two-observations"])
def test_an_array_is_its_elements(name: str) -> None:
    """As they stand anywhere, behind edits too; and it is a copy."""
    run = api.open(name)
    program = session_of(name).debugger.program
    first = program.name(int(program.parameter_slots()[0]))
    for place in (0, 1, 3, 12, 20, run.operations, run.operations + 3, 2 * run.operations + 9):
        run.go(place)
        if place == 20:
            run.do(f"e {first} 0.25")
        for quantity in program.quantities.values():
            names = [quantity.labels(place) for place in range(quantity.size)]
            if quantity.shape:
                statuses = [run.status(each) for each in names]
                assert run.status(quantity.name) is min(statuses, key=LEAST_KNOWN.index)
                found = run.value(quantity.name)
                if api.Status.UNKNOWN in statuses:
                    assert found is None
                    continue
                assert isinstance(found, np.ndarray)
                assert found.shape == quantity.shape
                assert found.ravel().tolist() == [run.value(each) for each in names]
                found[...] = np.nan
                assert run.value(names[0]) == run.value(names[0])


LEAST_KNOWN = [api.Status.UNKNOWN, api.Status.STALE, api.Status.CURRENT, api.Status.GIVEN]


def test_the_gradient_of_an_array_is_that_of_its_elements() -> None:
    run = api.open("blog")
    assert run.gradient("W1") is None
    run.step("iteration")
    found = run.gradient("W1")
    assert isinstance(found, np.ndarray)
    assert found.ravel().tolist() == [run.gradient(f"w{n}") for n in range(1, 7)]
    assert isinstance(run.gradient("h"), np.ndarray)


def test_a_formula_is_of_the_last_time_or_of_the_first_to_come() -> None:
    run = api.build(NEURON)
    assert run.formula() is None
    coming = run.formula("dE/dw")
    assert coming is not None
    assert coming.value is None
    run.step("iteration")
    run.step()
    for name in ("z", "dE/dw", "w", "loss"):
        found = run.formula(name)
        assert found is not None
        assert found.value == run.value(name)


def test_the_end_of_a_run_can_be_asked_like_any_place() -> None:
    run = api.build(NEURON)
    assert run.run().reason is api.Reason.END
    found = run.formula("w")
    assert found is not None
    assert found.value == run.value("w") == run.parameters()["w"]
    assert run.trace(run.position, run.position)[0]["position"] == run.iterations * run.operations


def _to_the_condition(run: api.Run) -> None:
    run.run(until="w7 < 0.69")


def _through_breakpoints(run: api.Run) -> None:
    run.break_("w7 write if w7 < 0.69")
    run.break_("dE/dw5 write if iteration == 3")
    run.run(until="iteration == 100")
    run.run(until="w7 < 0.69")
    run.enable(2, False)
    run.run(until="loss < 0.25")
    run.run(back=True)
    run.delete(1)


def _back_and_forth(run: api.Run) -> None:
    run.step("phase", 2)
    run.step("arithmetic", 5, back=True)
    run.go("it 40 zh1")
    run.run(back=True, until="iteration == 7")


def _on_whole_arrays(run: api.Run) -> None:
    run.break_("W1 change if iteration % 10 == 0 and norm(W1) > 1")
    run.break_('dE/dW1[2,1] write log "{max(abs(dE/dW1))}"')
    run.break_("W2 gradient if any(h > 0.9)")
    run.do("watch mean(dE/dW2)")
    run.run()
    run.run(until="max(abs(dE/dW2)) < 0.1")
    run.go("next time W2 changes")


ACTS = [_to_the_condition, _through_breakpoints, _back_and_forth, _on_whole_arrays]


@pytest.mark.parametrize("act", ACTS)
def test_what_was_done_is_saved_and_replays(act: Callable[[api.Run], None], tmp_path: Path) -> None:
    run, path = api.open("blog"), tmp_path / "done.json"
    act(run)
    run.save(path)
    again = api.open(path)
    assert (again.where, again.breakpoints) == (run.where, run.breakpoints)
    part = read_session(path)
    debugger = fresh_debugger(part, str(path))
    assert [each.problem for each in replay_actions(part, debugger)] == [None] * len(part.actions)
    assert debugger.position.operation == run.position
    assert tuple(debugger.breakpoints.values()) == run.breakpoints
    assert all(check.ok for check in check_digests(part, debugger))


def test_runs_with_a_condition_go_through_all_its_places_both_ways() -> None:
    run = api.build(NEURON)
    there = []
    while run.run(until="w > 0.6").reason is api.Reason.CONDITION:
        there.append(run.position)
    back = []
    while run.run(back=True, until="w > 0.6").reason is api.Reason.CONDITION:
        back.append(run.position + 1)
    assert there
    assert back == there[::-1]


def test_numpy_arrays_stand_for_lists_exactly() -> None:
    weights = np.array([[0.1, 1 / 3], [1e-300, np.float32(0.7)]])
    run = api.build(
        {
            "model": {"equations": ["y[j] = sum(i: w[i,j]*x[i])", "E = sum(j: y[j]^2)"]},
            "inputs": {"x": np.arange(2)},
            "parameters": {"w": weights},
        }
    )
    assert list(run.parameters().values()) == weights.ravel().tolist()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda run: run.value("w77"), "there is no quantity w77; did you mean w7?"),
        (lambda run: run.gradient("x"), "no operation computes a gradient of x"),
        (lambda run: run.value("W1[1,3]"), "there is no quantity W1[1,3]; W1 goes up to W1[3,2]"),
        (lambda run: run.go("it 2 W1"), "W1 has 3×2 elements; name one, such as w1"),
        (lambda run: run.do("e W1 0.5"), "W1 has 3×2 elements; name one, such as w1"),
        (lambda run: run.formula("h11"), "there is no quantity h11; did you mean h1?"),
        (lambda run: run.formula("x1"), "x1 is given; no operation computes it"),
        (lambda run: run.gradient("x1"), "no operation computes a gradient of x1"),
        (lambda run: run.step(cast(str, 30)), "there is no step size 30; there are arithmetic"),
        (lambda run: run.step("phases"), "there is no step size phases; did you mean phase?"),
        (lambda run: run.step(count=0), "found the count 0, expected 1 to 999999999"),
        (lambda run: run.go("it 0"), "there is no iteration 0; iterations go from 1 to 10000"),
        (lambda run: run.go(-1), "there is no quantity -1"),
        (lambda run: run.run(until="w7 <"), "w7 <: column 5"),
        (lambda run: run.break_("w7 wrote"), "there is no access wrote"),
        (lambda run: run.delete(1), "there is no breakpoint 1"),
        (lambda run: run.trace(1, 410_001), "there is no position 410001"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    act: Callable[[api.Run], object], message: str, tmp_path: Path
) -> None:
    run = api.open("blog")
    run.step(count=5)
    with pytest.raises(api.ActionError) as caught:
        act(run)
    assert str(caught.value).startswith(message)
    assert (run.position, run.breakpoints) == (5, ())
    run.save(tmp_path / "after.json")
    assert read_session(tmp_path / "after.json").actions == ["5s"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({}, "session: model: this field is missing"),
        (NEURON | {"parameters": {"w": 1}}, "session: parameters.b: missing"),
        (NEURON | {"inputs": {"x": float("nan")}}, "session: line 1, column "),
        (NEURON | {"notes": {1, 2}}, "session: cannot be written as JSON: found {1, 2}"),
    ],
)
def test_what_cannot_be_built_is_said(spec: dict[str, object], message: str) -> None:
    with pytest.raises(api.SessionError) as caught:
        api.build(spec)
    assert str(caught.value).startswith(message)


def test_bundled_sessions_are_not_written_to() -> None:
    run = api.open("blog")
    before = find_session("blog").read_bytes()
    with pytest.raises(api.SessionError, match="bundled"):
        run.save(find_session("blog"))
    assert find_session("blog").read_bytes() == before


def test_it_never_loads_textual_or_torch() -> None:
    code = (
        "import sys, bpdebug.api, bpdebug.importers.torch; bpdebug.api.open('blog').step();"
        "sys.exit(bool({'textual', 'torch'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_what_a_notebook_shows_is_a_line() -> None:
    run = api.open("blog")
    checked = run.check()
    report = checked.report
    for shown in (
        *(run, run.step(), run.formula(), run.break_("w7 if w7 < 0.69"), run.run()),
        *(checked, report, report.gradients, report.against[0].diagnosis, report.derivations),
    ):
        text = repr(shown)
        assert len(text) < 150, text
        assert "\n" not in text
    wrong = "wrong: 0 of 12 gradients, 1 of 40 figures, 1 of 1 derivations"
    assert repr(checked) == f"Checked(<iteration 1, {wrong}>)"


def test_the_module_shows_its_own_names_only() -> None:
    assert set(dir(api)) == {*api.__all__, "open"}
    assert not set(api.__all__) & set(dir(builtins))
    everything: dict[str, object] = {}
    exec("from bpdebug.api import *", everything)
    assert set(everything) - {"__builtins__"} == set(api.__all__)
