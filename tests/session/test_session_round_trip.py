"""What is saved is what is opened, bit for bit, and does the same again."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from generated import FEW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.view import Position
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.format import SessionPart, WorkPart
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.file.write import session_text
from bpdebug.session.model.work import work_part
from bpdebug.session.replay.replay import check_digests, fresh_debugger, replay_actions
from bpdebug.session.session import Session, open_session

from .files import blog_data, changed

ACTIONS = st.sampled_from(
    [
        *("s", "3s", "S", "i", "2I", "n", "N", "f", "F", "]", "7]", "[", "c", "C", "c", "C"),
        *("g it 3", "g 12%", "g w7", "t dE/dw7", "T E", "b w7 if w7 < 0.69", "b E change"),
        *("b h1 read", "b b2 gradient if iteration > 2", "disable 1", "enable 1", "delete 1"),
        *("b w1 once hit % 2", "b phase update ignore 3", 'b E log "E = {E}"', "ignore 1 2"),
        *("e w7 0.5", "e w5 w5*2", "e x2 3", "e h1 0.25", "branch 1", "branch 2", "name 1 first"),
        *(
            "branch delete 2",
            "undo",
            "undo",
            "redo",
            "watch w7 - prev(w7)",
            "unwatch w7 - prev(w7)",
        ),
        *("mark here", "g here", "unmark here", "nonfinite pass", "g next time w7 < 0.5", "g 7+1"),
        *("g next time w7 changes", "g last time E is read", "change 1 w3 if w3 < 0.3"),
        *(f'b w7 if w7 < {"1" * 230} log "{"x" * 240}"', f"b E if {'E + ' * 80}E < 1"),
        *("g it\t3", "watch\tE", "watch E +\t1", "watch E\n", "watch E\u2028", "watch \x1bE"),
        *("b w7 if E\t< 1", "b E\u202e", "mark a\u2028", "name 1 a\x1b", "watch E + \ud800"),
        *("ignore 1 999999999", "ignore 1 1000000000", "b w7 ignore 9999999999", "b w7 hit % 0"),
        *(f"watch {'E + ' * 80}E", f"name 1 {'x' * 61}", f"mark {'x' * 41}", f"e w7 {'1' * 1000}"),
    ]
)

_in_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=FEW.max_examples,
)


def short(**changes: Any) -> SessionPart:
    """The blog's session with few iterations."""
    return parse_session(json.dumps(changed({"iterations": 8, **changes})), "test")


def carry_out(session: Session, actions: list[str]) -> None:
    """Do the actions that can be done."""
    for action in actions:
        try:
            session.perform(action)
        except ActionError:
            continue


def bits(value: float) -> str:
    return struct.pack("<d", value).hex()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_comes_back_with_the_same_bits(value: float) -> None:
    part = parse_session(json.dumps(changed({"parameters.w1": value})), "test")
    again = parse_session(session_text(part), "test")
    found = again.parameters["w1"]
    assert isinstance(found, float)
    assert bits(found) == bits(value)


@pytest.mark.parametrize(
    "value", [0.1, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e22, 2**53 + 1]
)
def test_doubles_that_are_hard_to_print_come_back(value: float) -> None:
    part = parse_session(json.dumps(changed({"parameters.w1": value})), "test")
    found = parse_session(session_text(part), "test").parameters["w1"]
    assert isinstance(found, float)
    assert bits(found) == bits(float(value))


@given(st.lists(ACTIONS, max_size=12))
@_in_one_folder
def test_opened_again_a_session_is_as_it_was(tmp_path: Path, actions: list[str]) -> None:
    path = tmp_path / "session.json"
    session = Session(short(), path)
    carry_out(session, actions)
    session.save(path)
    assert not session.has_changes()
    again = open_session(path)
    assert again.snapshot() == session.snapshot()
    assert again.debugger.position == session.debugger.position
    assert not again.has_changes()


@given(st.lists(ACTIONS, max_size=12))
@_in_one_folder
def test_a_replay_from_the_start_arrives_at_the_same_place(
    tmp_path: Path, actions: list[str]
) -> None:
    """With the same breakpoints, branches and bookmarks, and the same fingerprints."""
    session = Session(short(), tmp_path / "session.json")
    carry_out(session, actions)
    part = session.snapshot()
    _replays(part)


@given(st.lists(ACTIONS, max_size=8), st.lists(ACTIONS, max_size=6))
@_in_one_folder
def test_saving_and_opening_in_between_changes_no_replay(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    """What is done after opening again is done again just so, though one stood at a stop."""
    path = tmp_path / "session.json"
    session = Session(short(), path)
    carry_out(session, before)
    session.save(path)
    again = open_session(path)
    carry_out(again, after)
    _replays(again.snapshot())


def test_a_run_back_from_a_stop_is_replayed_though_the_session_was_opened_in_between(
    tmp_path: Path,
) -> None:
    path = tmp_path / "session.json"
    session = Session(short(), path)
    carry_out(session, ["b w7", "c", "c"])
    session.save(path)
    again = open_session(path)
    again.perform("C")
    _replays(again.snapshot())


def _replays(part: SessionPart) -> None:
    debugger = fresh_debugger(part, "test")
    done = list(replay_actions(part, debugger))
    assert [each.problem for each in done] == [None] * len(part.actions)
    cursor = Position(part.cursor.operation, part.cursor.arithmetic)
    assert debugger.position == cursor, part.actions
    found = work_part(debugger)
    for name in WorkPart.model_fields:
        assert getattr(found, name) == getattr(part, name), part.actions
    assert all(check.ok for check in check_digests(part, debugger))


FIGURES = st.fixed_dictionaries(
    {
        "of": st.sampled_from(["w7", "dE/dw7", "zh1", "E", "x2"]),
        "figure": st.floats(-10, 10).map("{:.4f}".format) | st.sampled_from(["−.5", "7.60e-2"]),
    },
    optional={"iteration": st.integers(1, 8)},
)
TO_CHECK = st.fixed_dictionaries(
    {
        "printed": st.lists(FIGURES, max_size=4),
        "hand_derivations": st.dictionaries(
            st.sampled_from(["dE/db1", "dE/dw7"]), st.sampled_from(["dE/do1 *\tx1", "1"])
        ),
        "planted": st.lists(
            st.binary(min_size=1, max_size=700).map(lambda b: b64encode(b).decode()), max_size=4
        ),
    }
)


@given(TO_CHECK)
def test_what_is_to_be_checked_stays_as_it_is_written(fields: dict[str, Any]) -> None:
    """Down to the zeros at the end of a figure."""
    part = short(**fields)
    saved = json.loads(session_text(part))
    assert {name: saved.get(name) or type(value)() for name, value in fields.items()} == fields
    assert parse_session(json.dumps(saved), "test").model_dump() == part.model_dump()


def test_figures_and_derivations_stay_when_a_session_is_worked_on(tmp_path: Path) -> None:
    fields: dict[str, Any] = {
        "printed": [{"of": "dE/dw7", "figure": "0.0800", "iteration": 2}],
        "hand_derivations": {"dE/db1": "dE/do1*do1/dzo1"},
    }
    path = tmp_path / "session.json"
    session = Session(short(**fields), path)
    carry_out(session, ["3s", "e w7 0.5"])
    session.save(path)
    saved = json.loads(path.read_text("utf-8"))
    assert {name: saved[name] for name in fields} == fields
    assert open_session(path).snapshot() == session.snapshot()


def test_a_wrong_fingerprint_is_noticed() -> None:
    part = short(digests=[{"operation": 41, "state": "0" * 32}])
    (check,) = check_digests(part, fresh_debugger(part, "test"))
    assert not check.ok


def test_an_action_that_cannot_be_done_ends_the_replay_and_is_named() -> None:
    part = short(actions=["5s", "b w77", "5s"])
    done = list(replay_actions(part, fresh_debugger(part, "test")))
    assert [each.action for each in done] == ["5s", "b w77"]
    assert done[-1].problem is not None
    assert "did you mean w7?" in done[-1].problem
    assert done[-1].position == Position(5)


@pytest.mark.parametrize("name", bundled_sessions())
def test_a_bundled_session_is_written_as_it_is(name: str) -> None:
    """A person's edit is not lost among changes of format."""
    path = bundled_sessions()[name]
    text = path.read_text(encoding="utf-8")
    again = parse_session(session_text(read_session(path)), "test")
    assert again == read_session(path)
    assert json.loads(text).keys() == json.loads(session_text(again)).keys()


def test_a_session_of_ten_thousand_iterations_is_a_few_kilobytes() -> None:
    """With three breakpoints and 500 recorded actions, and without the walkthrough of the blog."""
    data = blog_data()
    data.pop("walkthrough", None)
    session = Session(parse_session(json.dumps(data), "test"), Path("blog.json"))
    carry_out(session, ["b w7 if w7 < 0.69", "b dE/dw5 change", 'b E hit % 10 log "E is {E}"'])
    wandering = ["c", "20s", "n", "2f", "g it 300 dE/dw5", "S", "C", "3i", "]", "t dE/dw7"]
    carry_out(session, wandering * 49 + ["g end", "C", "100S", "c", "C", "2S", "g 7"])
    part = session.snapshot()
    assert (part.iterations, len(part.breakpoints), len(part.actions)) == (10_000, 3, 500)
    assert len(session_text(part).encode()) <= 10_000


def test_a_newer_minor_version_keeps_what_is_not_known() -> None:
    data = changed({"version": "1.7", "curtains": [{"on": "w7", "colour": "blue"}]})
    part = parse_session(json.dumps(data), "test")
    session = Session(part, Path("test.json"))
    session.perform("5s")
    saved = json.loads(session_text(session.snapshot()))
    assert saved["curtains"] == data["curtains"]
    assert saved["version"] == "1.7"
    assert saved["cursor"] == {"operation": 5}


def test_what_was_there_before_the_first_action_is_there_in_a_replay(tmp_path: Path) -> None:
    breakpoints = [{"number": 3, "on": "w7", "condition": "w7 < 0.698"}]
    session = Session(short(breakpoints=breakpoints, cursor={"operation": 3}), tmp_path / "s.json")
    carry_out(session, ["c", "s"])
    assert session.debugger.position.operation == 119
    _replays(session.snapshot())


def test_undo_goes_on_after_saving_and_opening(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    session = Session(short(), path)
    carry_out(session, ["b w7", "c", "e w7 0.5", "]", "[", "e w7 0.25"])
    session.save(path)
    again = open_session(path)
    carry_out(again, ["s", "undo", "undo", "redo", "undo", "undo"])
    assert not again.debugger.document.breakpoints
    assert len(again.debugger.document.branches) == 1
    assert again.debugger.here.edits == ()
    _replays(again.snapshot())


def test_fingerprints_that_an_edit_made_wrong_are_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    session = Session(short(), path)
    for actions in (["9s"], ["s"], ["e w7 0.5"], ["s"]):
        carry_out(session, actions)
        session.save(path)
    assert [each.operation for each in read_session(path).digests] == [9, 10, 11]
    _replays(read_session(path))
