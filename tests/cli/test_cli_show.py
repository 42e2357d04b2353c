"""list, show, keys, help and version."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openings import session_of

import bpdebug
from bpdebug.keys.names import keys_table
from bpdebug.keys.registry import COMMANDS
from bpdebug.session.bundled import bundled_sessions
from bpdebug.usage import GROUPS, SUBCOMMANDS

from .calls import Call

Golden = Callable[[str, str], None]


def test_list_names_every_bundled_session(call: Call) -> None:
    result = call("list")
    assert (result.code, result.err) == (0, "")
    names = [line.split()[0] for line in result.out.splitlines()]
    assert names == list(bundled_sessions())
    assert names[0] == "blog"
    led = {line.split()[0] for line in result.out.splitlines() if "walkthrough, " in line}
    assert led == {name for name in names if session_of(name).part.walkthrough}


def test_list_as_json_says_where_the_files_are(call: Call) -> None:
    records = call("list", "--json").records
    assert all(set(record) == {"name", "title", "path", "stops"} for record in records)
    assert {record["name"]: Path(record["path"]) for record in records} == bundled_sessions()
    assert records[0]["title"] == "blog · 3-2-2 sigmoid"
    assert records[0]["stops"] == len(session_of("blog").part.walkthrough)


def test_show_describes_a_session(call: Call, golden: Golden) -> None:
    result = call("show", "blog")
    assert (result.code, result.err) == (0, "")
    golden("show", result.out)


@pytest.mark.parametrize("form", ["unicode", "ascii", "latex"])
def test_show_writes_the_equations_in_each_form(call: Call, golden: Golden, form: str) -> None:
    result = call("show", "blog", "--equations", "--form", form)
    assert (result.code, result.err) == (0, "")
    assert result.out.isascii() is (form != "unicode")
    golden(f"equations_{form}", result.out)


def test_equations_are_unicode_without_further_wish(call: Call) -> None:
    plain = call("show", "blog", "--equations")
    assert plain.out == call("show", "blog", "--equations", "--form", "unicode").out


def test_show_as_json(call: Call) -> None:
    shown = call("show", "blog", "--json").record
    assert set(shown) == {
        "title",
        "operations",
        "iterations",
        "style",
        "numerics",
        "equations",
        "parameters",
    }
    assert (shown["operations"], shown["iterations"]) == (41, 10000)
    assert (shown["style"], shown["numerics"]) == ("expanded", "ieee-seq-1")
    assert shown["equations"][0] == "zh[j] = sum(i: W1[i,j]*x[i]) + b1"
    assert len(shown["equations"]) == 17
    assert list(shown["parameters"]) == [*(f"w{n}" for n in range(1, 11)), "b1", "b2"]
    assert shown["parameters"]["w10"] == 0.1


def test_keys_lists_every_command_once(call: Call) -> None:
    result = call("keys")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert len(lines) == len(keys_table())
    for command in COMMANDS:
        assert sum(line.endswith(command.help) for line in lines) >= 1


def test_keys_as_json(call: Call) -> None:
    assert call("keys", "--json").records == [row._asdict() for row in keys_table()]


def test_version(call: Call) -> None:
    result = call("--version")
    assert (result.code, result.out) == (0, f"bpdebug {bpdebug.__version__}\n")


def test_help_lists_every_command(call: Call) -> None:
    result = call("--help")
    assert result.code == 0
    for group, names in GROUPS.items():
        _, _, listed = result.out.partition(f"\n{group}:\n")
        block, _, _ = listed.partition("\n\n")
        assert tuple(re.findall(r"^  (\w+) ", block, re.M)) == names
    assert {name for names in GROUPS.values() for name in names} == set(SUBCOMMANDS)
