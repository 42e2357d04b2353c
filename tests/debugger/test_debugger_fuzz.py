"""Any text at all: what comes out is a meaning or one kind of error, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError, begin, perform
from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.conditions import ConditionError, read_condition, read_watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.places import find_place, going_to
from bpdebug.debugger.state import PositionError, finish
from bpdebug.debugger.verbs import action_words
from bpdebug.debugger.view import Position

from .brute_force import conditions, plain, values
from .examples import blog_program, blog_run

MANY = settings(max_examples=settings().max_examples * 4)

WORDS = (
    *("w7", "w77", "E", "dE/dw7", "x1", "alpha", "iteration", "phase", "backward", "operation"),
    *(
        "14",
        "0",
        "300",
        "1e3",
        "1e999",
        "-1",
        "50%",
        "0.1",
        "12+3",
        "999999999",
        "9" * 40,
        "٣",
        "½",
    ),
    *("if", "log", '"', '"{w7}"', '"{', "}", "once", "hit", "ignore", "%", "==", ">", "<", ">="),
    *("write", "change", "read", "gradient", "and", "or", "not", "(", ")", "+", "*", "/", "^", ","),
    *("prev(w7)", "sum(i: w1)", "delta(", "isnan(E)", "abs", "min(w7, w8)", "next", "last", "time"),
    *(
        "changes",
        "is read",
        "was written",
        "it",
        "start",
        "end",
        "a",
        "\n",
        "\t",
        "\x1b[2J",
        "\ud800",
    ),
    *("delete", "main", "so", "stop", "pass", "1", "2", "3"),
)
VERBS = (
    *("b", "change 1", "delete", "enable", "disable", "ignore", "nonfinite", "watch", "unwatch"),
    *(
        "walkthrough add 1",
        "walkthrough delete",
        "walkthrough move 1",
        "mark",
        "unmark",
        "e",
        "name",
        "branch",
        "g",
        "t",
        "T",
        "undo",
        "redo",
        "c",
        "C",
        "5s",
        "i",
    ),
)

SENTENCES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
BYTES = st.binary(max_size=60).map(lambda each: each.decode("utf-8", "replace"))
BYTES |= st.binary(max_size=60).map(lambda each: each.decode("latin-1"))
RUN = blog_run(4)
NAMES = list(blog_program().element_names())
MUTATED = st.tuples(
    (values(NAMES) | conditions(NAMES)).map(plain), st.integers(0, 60), st.text(max_size=3)
).map(lambda each: each[0][: each[1]] + each[2] + each[0][each[1] + 1 :])
TEXTS = SENTENCES | BYTES | st.text(max_size=60) | MUTATED


_Found = TypeVar("_Found")


def attempt(do: Callable[[], _Found], error: type[Exception]) -> _Found | None:
    """What `do` gives; None if it raises such an error, which says something."""
    try:
        return do()
    except error as raised:
        said = str(raised)
    assert said
    return None


@given(TEXTS)
@MANY
def test_any_text_is_a_condition_or_an_error(text: str) -> None:
    """What can be read has a value, or none, at each place."""
    for read in (read_condition, read_watch):
        found = attempt(partial(read, text, blog_program()), ConditionError)
        if found is not None:
            for place in (0, 9, 36, 50, 123):
                view = RUN.view_at(Position(place))
                assert isinstance(found.value(view), bool | float | None)
                assert found.holds(view) in (True, False)


@given(TEXTS)
@MANY
def test_any_text_is_a_breakpoint_or_an_error(text: str) -> None:
    """What can be read is written so that it reads the same, and is set or refused."""
    found = attempt(lambda: parse_breakpoint(text), BreakpointError)
    if found is None:
        return
    if found.on != "operation":
        # Nothing could be called that and be told from a place.
        assert parse_breakpoint(str(found)) == found
    debugger = blog_run(3)
    if attempt(lambda: debugger.add_breakpoint(found), BreakpointError) is None:
        assert not debugger.breakpoints
        return
    assert debugger.breakpoints == {1: replace(found, number=1)}
    debugger.run()


@given(TEXTS)
@MANY
def test_any_text_is_a_place_or_an_error(text: str) -> None:
    debugger = blog_run(3)
    debugger.go_to(Position(49, 1))
    found = attempt(lambda: find_place(debugger, text), PositionError)
    assert found is None or Position() <= found <= debugger.end
    stop = debugger.stop
    if attempt(lambda: finish(going_to(debugger, text)), PositionError) is None:
        assert debugger.stop is stop


def everything(debugger: Debugger) -> object:
    return (
        (debugger.position, debugger.stop, debugger.branch, debugger.document, dict(debugger.left)),
        (list(debugger._done), list(debugger._undone), dict(debugger._seen)),
    )


ACTIONS = st.tuples(st.sampled_from(VERBS), TEXTS).map(" ".join) | TEXTS


def _performed(debugger: Debugger, action: str) -> bool:
    perform(debugger, action)
    return True


@given(st.lists(ACTIONS, max_size=4))
@MANY
def test_any_text_is_an_action_or_an_error(actions: list[str]) -> None:
    """An action that cannot be done has changed nothing; begun and left alone neither."""
    debugger = blog_run(3)
    for each in ("g 60", "b w7 if w7 < 0.65", "mark a", "g 20", "e w7 0.5"):
        perform(debugger, each)
    for action in actions:
        assert action_words(action) or not action
        before = everything(debugger)
        begin(debugger, action).close()
        assert everything(debugger) == before
        if attempt(partial(_performed, debugger, action), ActionError) is None:
            assert everything(debugger) == before
        debugger.view.memory()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "w7" + ")" * 200 + " > 1",
        "not " * 60 + "w7 > 1",
        "-" * 250 + "w7 > 1",
        "w7^999999999 > 1",
        "w7 > " + "9" * 240,
        "w7 < 1 and " * 20 + "w7 < 1",
        "w7 < 1" + " " * 5000,
        "w7 < 1e-99999",
        "x" * 100_000,
    ],
)
def test_a_condition_out_of_proportion_is_read_or_refused(text: str) -> None:
    """Quickly, and without a word from Python's own limits."""
    found = attempt(lambda: read_condition(text, blog_program()), ConditionError)
    assert found is None or found.value(blog_run(1).view) is not None
