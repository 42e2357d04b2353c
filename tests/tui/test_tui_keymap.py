"""Keys of one's own: what the file asks for holds as far as it can, and the rest is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from bpdebug.keys.keymap import Keymap, keymap_file, read_keymap
from bpdebug.keys.names import key_name, read_key
from bpdebug.keys.registry import COMMANDS

from .driving import opened


def written(wishes: object) -> None:
    """Put a keymap where it is looked for."""
    keymap_file().parent.mkdir(parents=True)
    text = wishes if isinstance(wishes, str) else json.dumps(wishes)
    keymap_file().write_text(text, encoding="utf-8")


def keys_of(keymap: Keymap, id: str) -> tuple[str, ...]:
    """The keys of a command."""
    (command,) = (each for each in keymap.commands if each.id == id)
    return command.keys


def test_signs_are_called_as_textual_calls_them() -> None:
    for sign in map(chr, range(33, 127)):
        assert read_key(sign) == _character_to_key(sign)
        assert key_name(_character_to_key(sign)) == sign


def test_key_names_are_read_back() -> None:
    for command in COMMANDS:
        for key in command.keys:
            assert read_key(key_name(key)) == key


@given(st.text(max_size=20))
def test_any_text_is_a_key_or_none(text: str) -> None:
    key = read_key(text)
    assert key is None or read_key(key_name(key)) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("Ctrl+S", "ctrl+s"), ("^s", "ctrl+s"), ("shift+F5", "shift+f5"), ("F25", None), ("", None)],
)
def test_how_people_write_keys(text: str, key: str | None) -> None:
    assert (read_key(text) or "").lower() == (key or "")


def test_a_key_is_taken_from_who_had_it() -> None:
    written({"operation_forward": "b", "save": ["^s", "F2"]})
    keymap = read_keymap()
    assert keymap.problems == ()
    assert keys_of(keymap, "operation_forward") == ("b",)
    assert keys_of(keymap, "break") == ("f9",)
    assert keys_of(keymap, "save") == ("ctrl+s", "f2")


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"step": "x"}, "there is no command 'step'"),
        ({"save": 3}, "3 is not a key"),
        ({"save": "nonsense"}, "'nonsense' is not a key"),
        ({"save": "7"}, "7 repeats a step"),
        ({"save": "Up"}, "Up moves in the panes"),
        ({"save": "^c"}, "^c always quits"),
        ({"save": "x", "open": "x"}, "x is given to save"),
        (["save"], "should be an object"),
        ("{", "keys.json"),
    ],
)
def test_what_cannot_be_is_told_and_the_rest_holds(wishes: object, told: str) -> None:
    if isinstance(wishes, dict):
        wishes = {"layer_forward": "x" if "x" not in wishes.values() else "v", **wishes}
    written(wishes)
    keymap = read_keymap()
    assert told in " ".join(keymap.problems)
    if isinstance(wishes, dict):
        assert keys_of(keymap, "layer_forward") == (wishes["layer_forward"],)
    assert keys_of(keymap, "quit") == ("q", "ctrl+q")


async def test_what_is_bound_is_what_the_keymap_says() -> None:
    # Two commands that change their keys, one that loses one of two, and one its only one.
    written({"operation_forward": "S", "operation_back": ["s", "b"], "save": "w"})
    async with opened() as driven:
        keymap = driven.app.seat.keymap
        bound = {
            key: active.binding.id
            for key, active in driven.screen.active_bindings.items()
            if active.binding.id is not None
        }
        for command in keymap.commands:
            if command.id not in ("walk_back", "answer"):
                assert {key for key, id in bound.items() if id == command.id} == set(command.keys)
        await driven.press("S")
        assert driven.desk.session.debugger.position.operation == 1
        shown = await driven.press("b")
        assert driven.desk.session.debugger.position.operation == 0
        assert " S step  s back " in shown
        assert "w save" in shown


async def test_problems_are_told_on_the_screen() -> None:
    written({"save": "nonsense"})
    async with opened() as driven:
        await driven.wait_for(lambda: "'nonsense' is not a key" in driven.frame)


def test_no_file_no_change(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "none.json") == Keymap()


async def test_a_blank_is_called_by_its_name() -> None:
    written({"walk_on": "F6"})
    async with opened() as driven:
        assert "Space does nothing here; ? lists the keys" in await driven.press("space")
        assert "1/19" in await driven.press("f6")
