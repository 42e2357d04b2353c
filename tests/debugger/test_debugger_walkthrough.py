"""Writing a walkthrough: every change can be undone, and what is refused changes nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.walk_stop import WalkStop, WalkthroughError, check_fields, parse_stop
from bpdebug.debugger.walkthrough import find_stop, place_here

from .examples import blog_run

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(['"', "\\", "\n\t"])
STOPS = st.builds(
    WalkStop,
    where=TEXTS,
    title=TEXTS,
    text=TEXTS,
    focus=st.none() | TEXTS,
    ask=st.none() | TEXTS,
    answer=st.none() | TEXTS,
    predict=st.booleans(),
    open=st.none() | TEXTS,
    run=st.none() | TEXTS,
)


@given(STOPS)
def test_a_stop_is_read_as_it_is_written(stop: WalkStop) -> None:
    try:
        check_fields(stop)
    except WalkthroughError:
        with pytest.raises(WalkthroughError):
            parse_stop(str(stop))
        return
    found = parse_stop(str(stop))
    assert str(found) == str(stop)
    assert (found.where, found.title, found.text) == (stop.where, stop.title, stop.text)


def led() -> Debugger:
    debugger = blog_run(5)
    debugger.sessions = lambda: ("xor",)
    for number, where in enumerate(("start", "it 1 E", "it 2 E"), 1):
        perform(debugger, f'walkthrough add {number} where "{where}" title "{number}" text "{{E}}"')
    return debugger


def titles(debugger: Debugger) -> str:
    return "".join(each.title for each in debugger.document.walkthrough)


def test_stops_are_added_changed_moved_and_deleted_and_all_is_undone() -> None:
    debugger = led()
    done = [titles(debugger)]
    for action, wanted in (
        ('walkthrough add 2 where "it 1 zh1" title "n"', "1n23"),
        ("walkthrough move 1 4", "n231"),
        ("walkthrough move 4 2", "n123"),
        (
            'walkthrough change 3 where "it 3 E" title "c" predict open "xor" run "it 4"',
            "n1c3",
        ),
        ("walkthrough delete 1", "1c3"),
    ):
        perform(debugger, action)
        assert titles(debugger) == wanted
        done.append(wanted)
    for wanted in done[-2::-1]:
        perform(debugger, "undo")
        assert titles(debugger) == wanted


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("walkthrough delete 4", "there is no stop 4 (stops 1 to 3)"),
        ("walkthrough move 1 4", "stops go from 1 to 3"),
        ('walkthrough add 5 where "start" title "x"', "a number from 1 to 4, not 5"),
        ('walkthrough add 1 title "x"', "a stop needs a where"),
        ('walkthrough add 1 where "start"', "a stop needs a title"),
        ('walkthrough add 1 where "it 1 E9" title "x"', "where: there is no quantity E9"),
        ('walkthrough add 1 where "E" title "x"', "write it 1 E"),
        ('walkthrough add 1 where "start" title "x" text "{q}"', "text: q: there is no quantity q"),
        ('walkthrough add 1 where "start" title "x" ask "why?"', "a question needs an answer"),
        ('walkthrough add 1 where "start" title "x" open "xxor"', "did you mean xor?"),
        (
            'walkthrough add 1 where "start" title "x" open "../xor.json"',
            "no bundled session ../xor.json",
        ),
        ('walkthrough add 1 where "start" title "x" run "it 9"', "iterations go from 1 to 5"),
        ('walkthrough add 1 where "start" title "x" run "next time q < 1"', "no quantity q"),
        ('walkthrough add 1 where "start" title "x" title "y"', "title is given twice"),
        ('walkthrough add 1 where start title "x"', "where start"),
        ('walkthrough add 1 where "start" title "x" text "' + "t" * 4001 + '"', "at most 4,000"),
        (
            'walkthrough add 1 where "start" title "x" text "' + "{E}" * 998 + '"',
            "1,000 expressions",
        ),
        ("walkthrough", "is not the number of a stop"),
        ("walkthrough walk 1", "walkthrough add, change, move"),
    ],
)
def test_a_stop_that_cannot_be_changes_nothing(action: str, said: str) -> None:
    debugger = led()
    before = debugger.document
    with pytest.raises(ActionError) as error:
        perform(debugger, action)
    assert said in str(error.value)
    assert debugger.document is before


def test_wherever_one_stands_is_a_place_of_a_stop() -> None:
    debugger = blog_run(5)
    rng = random.Random(7)
    for _ in range(60):
        perform(debugger, f"g {rng.randrange(debugger.end.operation + 1)}")
        perform(debugger, rng.choice(["i", "s", "mark here"]))
        found = find_stop(debugger, place_here(debugger))
        assert found == (debugger.branch, debugger.position)
