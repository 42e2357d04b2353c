"""Every place of a session file, with every odd value: it opens, or a sentence says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mutated import WORK, Place, places, with_value

from bpdebug.session.bundled import find_session

from .calls import Call
from .conftest import WriteSession

SESSION: dict[str, Any] = (
    json.loads(find_session("blog").read_text("utf-8"))
    | WORK
    | {
        "constants": {"c": [1, 2]},
        "frozen": ["W1"],
        "printed": [{"of": "dE/dw7", "figure": "0.0765", "iteration": 1}],
        "hand_derivations": {"dE/db1": "dE/do1"},
        "order": {"forward": ["j: zh, h"], "loss": ["E"], "update": ["W2, b2"]},
    }
)

ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0.5,
    10**18,
    "",
    "no such thing",
    "x" * 70,
    [],
    [[[[1]]], 2],
    {"E": 1},
)


def test_the_session_is_well_as_it_is(call: Call, write_session: WriteSession) -> None:
    assert call("validate", write_session(**SESSION)).code == 0


@pytest.mark.parametrize("path", places(SESSION), ids=lambda path: ".".join(map(str, path)))
def test_an_odd_value(call: Call, write_session: WriteSession, path: Place) -> None:
    # Half of them at each place, at others the other half: what a field takes is tested elsewhere.
    for odd in ODD[len("".join(map(str, path))) % 2 :: 2]:
        file = write_session(**with_value(SESSION, path, odd))
        result = call("validate", file)
        assert result.code in (0, 2), odd
        lines = result.err.splitlines()
        errors = [line for line in lines if not line.startswith(f"{file}: warning: ")]
        assert (result.code == 2) is bool(errors), odd
        assert all(line.startswith(f"{file}: ") for line in errors), odd
