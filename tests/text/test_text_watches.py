"""Watches as text: expressions with their values at a position."""

from __future__ import annotations

import pytest
from openings import blog

from bpdebug.debugger.conditions import ConditionError
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.text.run import watches
from bpdebug.text.run.watches import WatchRow, watch_rows


def _row(debugger: Debugger, text: str, digits: int = 4) -> WatchRow:
    (row,) = watch_rows([text], debugger.view, digits)
    return row


@pytest.mark.parametrize(
    ("position", "text", "expected"),
    [
        (0, "w7", "w7 = 0.7"),
        (0, "E", "E = not yet"),
        (9, "E", "E = 0.5932"),
        (41, "E", "E = 0.5932"),
        (42, "E", "E = not yet"),
        (36, "w7 - prev(w7)", "w7 − prev(w7) = −0.0008"),
        (35, "w7 < 0.7", "w7 < 0.7: false"),
        (36, "w7 < 0.7", "w7 < 0.7: true"),
        (0, "E < 1", "E < 1 = not yet"),
        (14, "2 * dE/dw7", "2 · dE/dw7 = 0.1531"),
        (9, "loss", "loss = 0.5932"),
        (42, "iteration", "iteration = 2"),
    ],
)
def test_a_watch_with_its_value(position: int, text: str, expected: str) -> None:
    row = _row(blog(f"g {position}"), text)
    assert f"{row.label}{row.sign}{row.value}" == expected
    assert row.text == text
    assert row.known is ("not yet" not in expected)


def test_the_digits_are_those_in_force() -> None:
    assert _row(blog("g 9"), "E", 7).value == "0.5932449"


def _at(debugger: Debugger, position: int) -> Debugger:
    """The debugger at a position."""
    debugger.position = Position(position)
    return debugger


def test_fresh_is_what_the_last_operation_has_changed() -> None:
    debugger = blog()
    for name, operation in (("E", 9), ("w7", 36), ("dE/dw7 + w7", 14), ("w7 < 0.7", 36)):
        fresh = []
        for position in range(debugger.program.operations + 1):
            row = _row(_at(debugger, position), name)
            fresh += [position] * row.fresh
        expected = [14, 36] if "+" in name else [operation]
        assert fresh == expected, name


def test_an_edit_is_no_change_by_an_operation_that_comes_later() -> None:
    debugger = blog("g 14", "e w7 0.5", "2s")
    assert _row(debugger, "w7") == WatchRow("w7", "w7", " = ", "0.5", True, False)


def test_an_expression_is_read_once_for_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    debugger = blog("5s")
    before = _row(debugger, "w7 + w8")
    monkeypatch.setattr(watches, "read_watch", lambda *_: pytest.fail("read again"))
    assert _row(debugger, "w7 + w8") == before


def test_what_cannot_be_read_says_so() -> None:
    with pytest.raises(ConditionError, match="did you mean"):
        _row(blog(), "w77")
