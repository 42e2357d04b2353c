"""Files that are no session: said in plain words, and nothing else ever escapes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import MOST_BYTES
from bpdebug.session.file.write import session_text
from bpdebug.session.session import Session

from .files import blog_data, blog_text, changed, problems


def message(path: Path) -> str:
    """The only thing wrong with a file as a whole, after the place if it has one."""
    (problem,) = problems(path)
    return str(problem)


def test_a_missing_file(tmp_path: Path) -> None:
    assert message(tmp_path / "none.json") == "there is no such file"


def test_a_folder(tmp_path: Path) -> None:
    assert message(tmp_path) == "this is a folder, not a file"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert message(tmp_path / "pipe.json") == "this is not an ordinary file"


def test_a_link_that_leads_round_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to(tmp_path / "a.json")
    assert "cannot be read" in message(tmp_path / "a.json")


def test_a_path_that_no_file_can_have() -> None:
    assert "cannot be read" in message(Path("a\0b.json"))
    assert "cannot be read" in message(Path("x" * 5000))


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert message(path) == "larger than 64 MiB"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b"   \n", "not JSON"),
        (b"hello", "line 1, column 1: not JSON"),
        (b'{"format": ', "not JSON"),
        (b'{\n "format": "bpdebug-session",\n "version" "1.0"\n}', "line 3, column 12: not JSON"),
        (b"\xff\xfe", "not UTF-8 text (byte 0)"),
        (b"[]", 'not a bpdebug session: it does not say "format": "bpdebug-session"'),
        (b"null", "not a bpdebug session"),
        (b'{"format": "notebook"}', "not a bpdebug session"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1e400}', "a: too large for a double"),
        (b'{"a": [0, -1e400]}', "a[1]: too large for a double"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"a": 1, "b": 2, "a": 3}', 'a: the key "a" comes twice in one object'),
        (b'{"model": {"x": 1, "x": 1}}', 'model.x: the key "x" comes twice in one object'),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_session_at_all(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert expected in message(path)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.0", "version 2.0 was written by a newer bpdebug; this one reads 1.x"),
        ("10.3", "version 10.3 was written by a newer bpdebug"),
        ("9999999999999999.0", "was written by a newer bpdebug"),
        ("1", "found "),
        ("one", "found "),
        ("1.0.0", "found "),
        ("", "found "),
        (1.0, "found 1.0, expected a valid string"),
        (None, "found null"),
        ([], "found []"),
    ],
)
def test_versions_that_cannot_be_read(version: object, expected: str) -> None:
    (problem,) = problems(json.dumps(changed({"version": version})))
    assert problem.path == "version"
    assert expected in problem.message


def test_a_newer_major_version_is_refused_before_its_fields_are_looked_at() -> None:
    data = changed({"version": "2.0", "unheard": 1, "iterations": "all"})
    (problem,) = problems(json.dumps(data))
    assert problem.path == "version"


@pytest.mark.parametrize("depth", [40, 70, 300, 900])
@pytest.mark.parametrize("field", ["inputs.x", "parameters.w1", "extra"])
def test_deep_nesting_is_refused(field: str, depth: int) -> None:
    text = json.dumps(changed({field: "DEEP", "version": "1.9"}))
    found = problems(text.replace('"DEEP"', "[" * depth + "1" + "]" * depth))
    if field != "extra":
        assert found


@pytest.mark.parametrize("bad", ["\ud800", "\x1b[2J", "\x00", "\u202e", "[@click=app.quit]x[/]"])
@pytest.mark.parametrize("field", ["title", "notes", "parameters.{}", "model.layers.1.name"])
def test_text_that_is_hard_to_write_is_refused_or_written(field: str, bad: str) -> None:
    """What can be opened can be saved and opened again."""
    place = field.format(bad)
    text = json.dumps(changed({place: 0.5 if "{" in field else bad}))
    _opened_is_saved(text)


def _opened_is_saved(text: str) -> None:
    """Opening finds problems or gives a session that can be saved; nothing else escapes."""
    if problems(text):
        return
    session = Session(parse_session(text, "test"), Path("test.json"))
    again = session_text(session.snapshot())
    again.encode("utf-8")
    assert parse_session(again, "test") == session.snapshot()


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in JSON data."""
    found = [path] if path else []
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            found += _places(value, (*path, key))
    return found


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["w1", "x", "E", "zh", "dE/dw1", "w[1]", "sum", "sigmoid", "delta"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)

RICH = {
    **blog_data(),
    "iterations": 20,
    "breakpoints": [{"number": 1, "on": "w7", "condition": "w7 < 0.69", "hits": 2}],
    "cursor": {"operation": 5, "arithmetic": 1},
    "actions": ["5s", "i"],
    "digests": [{"operation": 5, "state": "0" * 32}],
    "frozen": ["b1"],
    "constants": {"k": 2},
}


@given(st.data())
def test_whatever_value_stands_anywhere_nothing_but_a_session_error_escapes(
    data: st.DataObject,
) -> None:
    session = json.loads(json.dumps(RICH))
    for _ in range(data.draw(st.integers(1, 2))):
        *outer, last = data.draw(st.sampled_from(_places(session)))
        place = session
        for step in outer:
            place = place[step]
        how = data.draw(st.sampled_from(["replace", "remove", "rename"]))
        if how == "remove":
            del place[last]
        elif how == "rename" and isinstance(place, dict):
            place[data.draw(st.text(max_size=4))] = place.pop(last)
        else:
            place[last] = data.draw(JSON)
    _opened_is_saved(json.dumps(session))


@given(st.integers(0, len(blog_text())), st.text(max_size=3), st.integers(0, 4))
def test_whatever_characters_are_exchanged_nothing_but_a_session_error_escapes(
    place: int, inserted: str, removed: int
) -> None:
    text = blog_text()
    _opened_is_saved(text[:place] + inserted + text[place + removed :])


EQUATION = st.text("wxE[]()=+-*/^:,.12 sumijd<∂Σ", max_size=20)


@given(st.lists(EQUATION, max_size=2), st.booleans())
def test_whatever_the_equations_say_nothing_but_a_session_error_escapes(
    drawn: list[str], loss: bool
) -> None:
    model = {"equations": [*drawn, *(["E = w[1]*x[1]"] if loss else [])]}
    _opened_is_saved(
        json.dumps(
            {
                "format": "bpdebug-session",
                "version": "1.0",
                "model": model,
                "inputs": {"x": [1, 2]},
                "parameters": {"w": [3, 4]},
            }
        )
    )
