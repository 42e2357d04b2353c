"""Text from a file reaches a terminal only as harmless characters."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from .calls import Call, Result
from .conftest import WriteSession

EVIL = "a\x1b[31mb\x07\r\x9b2J\x7f\u202ec\u2066d\u200be\U000e0041f\u2028[bold]g[/]\t"


def _assert_harmless(result: Result) -> None:
    for character in result.out + result.err:
        assert character == "\n" or unicodedata.category(character) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Zl",
            "Zp",
        ), f"U+{ord(character):04X} in {result}"


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("show", "--equations"),
        ("show", "--json"),
        ("trace", "--to", "3"),
        ("trace", "--to", "3", "--json"),
        ("run", "--iterations", "2"),
        ("run", "--iterations", "2", "--json"),
        ("replay", "--headless"),
        ("replay", "--headless", "--json"),
        ("validate",),
        ("open",),
    ],
)
@pytest.mark.parametrize("field", ["title", "source", "notes", "name of the file", "actions"])
def test_texts(call: Call, write_session: WriteSession, field: str, words: tuple[str, ...]) -> None:
    if field == "name of the file":
        path = write_session(EVIL.replace("/", "") + ".json")
    elif field == "actions":
        path = write_session(actions=[f"g {EVIL}"])
    else:
        path = write_session(**{field: EVIL})
    command, *options = words
    _assert_harmless(call(command, path, *options))


def test_a_title_is_the_same_in_json(call: Call, write_session: WriteSession) -> None:
    evil = "d\u200be\U000e0041f[bold]g[/]"
    path = write_session(title=evil)
    assert call("show", path, "--json").record["title"] == evil
    shown = call("show", path).out.splitlines()[0]
    assert shown.startswith(r"d\u200be\U000e0041f")
    assert "[bold]g[/]" in shown


@pytest.mark.parametrize(
    "changes",
    [
        {EVIL: 1},
        {"format": EVIL},
        {"version": EVIL},
        {"numerics": EVIL},
        {"style": EVIL},
        {"inputs": {EVIL: [1, 2, 3]}},
        {"inputs": {"x": [EVIL, 1, 2]}},
        {"parameters": {EVIL: 1}},
        {"frozen": [EVIL]},
        {"constants": {EVIL: 1}},
        {"order": {EVIL: []}},
        {"order": {"forward": [EVIL]}},
        {"optimizer": {"method": EVIL}},
        {"optimizer": {"settings": {EVIL: 1}}},
        {"optimizer": {"symbols": {"learning_rate": EVIL}}},
        {"breakpoints": [{"number": 1, "on": EVIL}]},
        {"breakpoints": [{"number": 1, "on": "w7", "access": EVIL}]},
        {"breakpoints": [{"number": 1, "on": "w7", "log": EVIL}]},
        {"watches": [EVIL]},
        {"bookmarks": {EVIL: {}}},
        {"branches": [{"number": 1, "name": EVIL}]},
        {"branches": [{"number": 1, "name": "a", "edits": [{"at": 1, "set": EVIL, "to": 1}]}]},
        {"digests": [{"operation": 1, "state": EVIL}]},
        {"model": {"equations": [EVIL]}},
        {"model": {"equations": ["E = w"], "loss": EVIL}},
        {"model": {"layers": [{"name": EVIL, "units": 1}, {"name": "o", "units": 1}]}},
        {
            "model": {
                "layers": [
                    {"name": "x", "units": 3},
                    {"name": "o", "units": 2, "activation": EVIL},
                ]
            }
        },
        {"model": {"layers": [], "names": {EVIL: [EVIL]}}},
    ],
    ids=lambda changes: "+".join(changes).encode("unicode_escape").decode(),
)
def test_error_messages(
    call: Call, write_session: WriteSession, changes: dict[str, object]
) -> None:
    path = write_session(**changes)
    for words in (("validate", path), ("run", path), ("replay", path, "--headless")):
        result = call(*words)
        assert result.code == 2
        _assert_harmless(result)


def test_a_condition_that_cannot_be_read(call: Call, write_session: WriteSession) -> None:
    evil = "a\u200be\U000e0041f[bold]g[/]"
    path = write_session(breakpoints=[{"number": 1, "on": "w7", "condition": evil}])
    for words in (("validate", path), ("run", path, "--iterations", "1"), ("show", path)):
        result = call(*words)
        assert result.code == 0
        assert "breakpoint 1 cannot be used" in result.err
        _assert_harmless(result)


def test_words_of_the_command_line(call: Call, tmp_path: Path) -> None:
    for words in (
        (EVIL,),
        ("show", EVIL),
        ("show", "blog", EVIL),
        ("show", "blog", "--form", EVIL),
        ("trace", "blog", "--to", EVIL),
        ("run", "blog", "--break", EVIL),
        ("run", "blog", "--break", f"w7 if {EVIL}"),
        ("run", "blog", "--until", EVIL),
        ("run", "blog", f"--{EVIL}"),
        ("validate", tmp_path / EVIL.replace("/", "")),
    ):
        result = call(*words)
        assert result.code == 2
        _assert_harmless(result)
