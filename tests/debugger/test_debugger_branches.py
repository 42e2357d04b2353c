"""Edits and branches on the worked example, step by step, and what is refused."""

from __future__ import annotations

import pytest
from openings import opened

from bpdebug.debugger.actions import ActionError, perform, record
from bpdebug.debugger.breakpoints import Breakpoint, parse_breakpoint
from bpdebug.debugger.conditions import find_slot
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.view import Position
from bpdebug.program.quantities import Kind

from .examples import blog_program, blog_run, program


def walked(*actions: str, iterations: int = 4) -> Debugger:
    """A debugger on which some actions were performed."""
    debugger = blog_run(iterations)
    for action in actions:
        perform(debugger, action)
    return debugger


def go_on(debugger: Debugger, *actions: str) -> None:
    for action in actions:
        perform(debugger, action)


def value(debugger: Debugger, name: str) -> float:
    return debugger.view.value(find_slot(debugger.program, name))


def test_the_run_stops_where_w7_falls_below_069() -> None:
    """The thirteenth update of w7."""
    debugger = walked("b w7 write if w7 < 0.69", "c", iterations=1000)
    stop = debugger.stop
    assert (stop.reason, stop.breakpoint, stop.operation) == (Reason.BREAKPOINT, 1, 528)
    assert (stop.position, stop.quantity, stop.hit) == (Position(528), "w7", 1)
    assert (round(stop.old or 0, 4), round(stop.new or 0, 4)) == (0.6907, 0.6899)
    perform(debugger, "C")
    assert debugger.stop.reason is Reason.START
    perform(debugger, "g 540")
    perform(debugger, "C")
    assert (debugger.position, debugger.stop.operation) == (Position(527), 528)
    assert (debugger.stop.old, debugger.stop.new) == (stop.new, stop.old)


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("phase backward", [10, 51, 92, 133]),
        ("phase update hit % 2", [71, 153]),
        ("iteration", [1, 42, 83, 124]),
        ("iteration 3", [83]),
        ("iteration ignore 2", [83, 124]),
        ("operation 14", [14, 55, 96, 137]),
        ("operation 14 if iteration > 2 hit == 1", []),
        ("operation 14 hit == 1 if iteration > 2", [96]),
        ("w7 hit >= 3", [118, 159]),
        ("w7 read hit > 10", [142, 159]),
        ("w7 once", [36]),
        ("w7 gradient", [14, 55, 96, 137]),
    ],
)
def test_the_operations_at_which_the_blog_stops(text: str, operations: list[int]) -> None:
    debugger = blog_run(4)
    try:
        debugger.add_breakpoint(parse_breakpoint(text))
    except ValueError:
        assert not operations
        return
    found = []
    while debugger.run().operation is not None:
        found.append(debugger.stop.operation)
    assert found == operations


def test_a_log_breakpoint_writes_and_does_not_stop() -> None:
    debugger = walked('b E log "E = {E}, {E < prev(E)}"', "b w7 hit == 2", "c")
    assert debugger.stop.operation == 77
    assert [(e.operation, e.breakpoint) for e in debugger.log] == [(9, 1), (50, 1)]
    first, second = (entry.parts for entry in debugger.log)
    assert (first[0], first[2], first[3]) == ("E = ", ", ", None)
    assert second[3] is True
    assert isinstance(first[1], float)
    assert second[1] == value(debugger, "E") < first[1]


def test_an_edit_at_the_front_of_a_run_stays_on_its_branch() -> None:
    debugger = walked("10s", "e w7 0.5")
    assert (debugger.branch, debugger.stop.reason) == (1, Reason.EDIT)
    assert value(debugger, "w7") == 0.5
    assert debugger.last_change() == "w7 := 0.5"


def test_an_edit_in_the_past_begins_a_branch_and_keeps_the_old_future() -> None:
    debugger = walked("g 100")
    old = value(debugger, "w7")
    for action in ("g 10", "e w7 2*w7 - 0.9"):
        perform(debugger, action)
    assert debugger.branch == 2
    assert debugger.here.fork == 10
    assert value(debugger, "w7") == 2 * 0.7 - 0.9
    perform(debugger, "g 100")
    assert value(debugger, "w7") != old
    perform(debugger, "branch 1")
    assert debugger.position == Position(10)
    perform(debugger, "g 100")
    assert value(debugger, "w7") == old
    perform(debugger, "branch 2")
    assert debugger.position == Position(100)


def test_what_was_computed_can_be_edited_and_is_used() -> None:
    """From there on: the loss is not computed again, what follows from o1 is."""
    debugger = walked("g E", "e o1 0.5")
    before = value(debugger, "E")
    perform(debugger, "g dE/do1")
    assert value(debugger, "E") == before
    assert value(debugger, "dE/do1") == 0.5 - 0.1
    slot = find_slot(debugger.program, "o1")
    assert debugger.view.edited(slot)
    assert round(debugger.view.previous(slot), 6) == 0.889551
    perform(debugger, "]")
    assert not debugger.view.edited(slot)


def test_an_edit_in_the_middle_of_an_operation_comes_right_before_it() -> None:
    debugger = walked("3i", "e w1 1")
    assert debugger.position == Position(0)
    perform(debugger, "s")
    assert value(debugger, "zh1") == 1 * 1 + 0.3 * 4 + 0.5 * 5 + 0.5
    perform(debugger, "undo")
    assert debugger.position == Position(0, 3)


def test_a_breakpoint_looks_at_the_operation_before_the_edit_there() -> None:
    """At operation 36 w7 is written; an edit right behind it is no part of it."""
    debugger = walked("g 36", "e w7 0.1", "b w7 if w7 < 0.5", "g 0", "c")
    assert debugger.stop.operation == 77
    perform(debugger, "g 36")
    assert value(debugger, "w7") == 0.1
    debugger = walked("b w7", "g 36", "e w7 0.1", "g 40", "C")
    assert debugger.stop.operation == 36
    assert debugger.stop.old is not None
    assert round(debugger.stop.old, 4) == 0.6992


def test_two_values_of_one_element_at_one_place_are_the_later_one() -> None:
    debugger = walked("g 10", "e w7 0.5", "e w8 0.25", "e w7 0.75")
    assert [(e.operation, e.value) for e in debugger.here.edits] == [(10, 0.25), (10, 0.75)]
    assert debugger.view.previous(find_slot(debugger.program, "w7")) == 0.7


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("e", "a value is missing; write a number or an expression: e w7 0.5"),
        ("e w7", "a value is missing"),
        ("e w77 1", "there is no quantity w77; did you mean w7?"),
        ("e dE/dw7 1", "dE/dw7 is not computed yet in this iteration; go to it first: g dE/dw7"),
        ("e E 1", "E is not computed yet in this iteration"),
        ("e w7 0.7", "w7 is 0.7 already"),
        ("e w7 1/0", "1/0 is not finite"),
        ("e w7 w7 < 1", "w7 < 1 is true, expected a number"),
        ("e w7 E", "E has no value here: something in it is not computed yet"),
        ("e w7 w7 +", "column 5"),
        ("e w7 w77 + 1", "w77 + 1: column 1: there is no quantity w77; did you mean w7?"),
        ("branch", "nothing is not the number of a branch"),
        ("branch 2", "there is no branch 2; there are: 1"),
        ("branch delete 1", "the only branch cannot be deleted"),
        ("branch delete", "nothing is not the number of a branch"),
        ("name 1", "a name has 1 to 60 printable characters"),
        ("name 1 a\x1bb", "found U+001B, expected one line without control characters"),
        (f"name 1 {'x' * 61}", "a name has 1 to 60 printable characters"),
        ("name 2 x", "there is no branch 2"),
        ("undo", "there is nothing to undo"),
        ("redo", "there is nothing to redo"),
        ("unwatch w7", "w7 is not watched"),
        ("watch w77", "did you mean w7?"),
        ("mark w7", "w7 means something else; choose another name"),
        ("mark end", "end means something else"),
        ("mark 1", "1 is not a name for a bookmark: write letters, digits, _ and -"),
        ("unmark a", "there is no bookmark a; there are: none"),
        ("nonfinite", "write nonfinite stop or nonfinite pass"),
        ("g next time w7", "write a condition, or a quantity and changes, is written, is read"),
        ("g next x1 changes", "x1 is given; no operation changes it"),
        ("g last time w7 changes", "w7 changes: nowhere before position 5"),
        ("g next E > 100", "E > 100: nowhere after position 5"),
    ],
)
def test_what_cannot_be_done_says_what_would_be_right(action: str, message: str) -> None:
    debugger = walked("g 5")
    before = debugger.stop, debugger.document, debugger.branch
    with pytest.raises(ActionError) as caught:
        perform(debugger, action)
    assert message in str(caught.value)
    assert (debugger.stop, debugger.document, debugger.branch) == before
    assert not debugger.last_change()


@pytest.mark.parametrize(
    ("start", "place", "operation"),
    [
        ("g 0", "next time w7 changes", 36),
        ("g 36", "next time w7 changes", 77),
        ("g 35", "next time w7 changed", 36),
        ("g 36+1", "last time w7 was written", 36),
        ("g 77", "last time w7 was written", 36),
        ("g 0", "next w7 is read", 5),
        ("g 5", "next w7 is read", 19),
        ("g end", "last w7 is read", 159),
        ("g end", "last iteration == 2", 42),
        ("g 0", "next E < 0.593", 50),
    ],
)
def test_the_next_and_the_last_time(start: str, place: str, operation: int) -> None:
    debugger = walked("b w7", "b E", start, f"g {place}")
    assert debugger.position == Position(operation)
    assert debugger.stop.reason is Reason.GO_TO


def test_undo_leads_to_where_an_edit_was_made() -> None:
    debugger = walked("g 100", "g 10", "e w7 0.5", "g 60", "branch 1", "g 80", "undo")
    assert (debugger.branch, debugger.position) == (1, Position(10))
    assert list(debugger.document.branches) == [1]
    perform(debugger, "redo")
    assert (debugger.branch, debugger.position) == (2, Position(10))
    assert value(debugger, "w7") == 0.5


def test_a_temporary_breakpoint_comes_back_with_undo() -> None:
    debugger = walked("b w7 once", "c")
    assert not debugger.breakpoints
    perform(debugger, "undo")
    assert debugger.breakpoints == {1: Breakpoint(1, "w7", temporary=True)}
    assert debugger.position == Position(36)


def test_deleting_the_branch_one_stands_on_leads_to_where_it_began() -> None:
    debugger = walked("g 100", "g 10", "mark a", "e w7 0.5", "g 60", "mark b", "branch delete 2")
    assert (debugger.branch, debugger.position) == (1, Position(10))
    assert list(debugger.document.bookmarks) == ["a"]
    perform(debugger, "undo")
    assert (debugger.branch, debugger.position) == (2, Position(60))
    assert list(debugger.document.bookmarks) == ["a", "b"]


def test_edits_of_a_program_do_not_touch_it() -> None:
    before = blog_program().start.tobytes()
    walked("e w7 0.5", "g end", "e w7 0.25")
    assert blog_program().start.tobytes() == before


def test_each_operation_that_goes_wrong_where_all_was_well_stops_a_run() -> None:
    """Twice in one iteration, if the first wrong value was edited away."""
    debugger = Debugger(program("q = w*w", "r = 10*q", "E = 0.5*r", w=1.0), 2)
    for action in ("e w 1e200", "c"):
        perform(debugger, action)
    assert (debugger.stop.reason, debugger.stop.operation) == (Reason.NON_FINITE, 1)
    for action in ("e q 1e308", "c"):
        perform(debugger, action)
    assert (debugger.stop.reason, debugger.stop.operation) == (Reason.NON_FINITE, 2)
    perform(debugger, "C")
    assert (debugger.stop.reason, debugger.stop.operation) == (Reason.NON_FINITE, 1)
    assert debugger.position == Position(0)


def test_hits_are_counted_on_the_branch_one_stands_on() -> None:
    debugger = walked("b w7 hit == 2 if w7 < 0.69", "c", iterations=100)
    assert debugger.stop.operation == 528 + 41
    assert debugger.hits_until_now(debugger.breakpoints[1]) == 2
    for action in ("g 10", "e w7 0.5", "c"):
        perform(debugger, action)
    assert (debugger.branch, debugger.stop.operation, debugger.stop.hit) == (2, 77, 2)
    perform(debugger, "branch 1")
    perform(debugger, "c")
    assert debugger.stop.operation == 528 + 41


def test_a_step_back_into_an_operation_does_not_lead_to_before_it() -> None:
    """To stop for operation 5 would be to stand right before it, further than was asked for."""
    debugger = walked("b operation 5", "g 45+2", "[")
    assert (debugger.position, debugger.stop.reason) == (Position(4, 2), Reason.STEP)
    perform(debugger, "S")
    assert debugger.position == Position(4)
    perform(debugger, "g 46")
    perform(debugger, "[")
    assert (debugger.position, debugger.stop.operation) == (Position(45), 46)


def test_a_value_edited_right_after_its_operation_is_not_what_that_computed() -> None:
    debugger = walked("b w7", "c")
    computed = debugger.stop.new
    for action in ("e w7 0.1", "C"):
        perform(debugger, action)
    assert (debugger.stop.operation, debugger.stop.old, debugger.stop.new) == (36, computed, 0.7)
    perform(debugger, "c")
    assert (debugger.stop.old, debugger.stop.new) == (0.7, computed)
    assert value(debugger, "w7") == 0.1


def test_a_number_used_again_takes_nothing_from_the_branch_that_had_it_before() -> None:
    debugger = walked("g 20", "g 10", "e w7 0.5", "g 60", "e w7 0.9", "g 20")
    go_on(debugger, "branch delete 2", "g 5", "e w1 1", "undo", "undo")
    assert (debugger.branch, debugger.seen(2)) == (2, 60)
    go_on(debugger, "e w5 1")
    assert [edit.operation for edit in debugger.document.branches[2].edits] == [10, 60]
    assert debugger.branch == 3


def test_what_was_seen_of_an_edit_taken_back_is_no_past() -> None:
    debugger = walked("e w7 0.5", "5s", "undo")
    assert debugger.seen(1) == 0
    go_on(debugger, "e w7 0.6")
    assert list(debugger.document.branches) == [1]


def test_a_branch_that_comes_back_is_as_it_was_left() -> None:
    debugger = walked("9s", "g 3", "e w7 0.5", "7s", "g 4", "undo", "redo")
    assert (debugger.branch, debugger.seen(2)) == (2, 10)


def test_jumps_in_a_row_keep_the_farthest() -> None:
    """What is past there and what is future depends on it."""
    recorded: list[str] = []
    for action in ("g 20", "g 5", "g 7", "g 6", "g 30", "g 29+1", "g 31", "g it 1", "g 4"):
        recorded = record(recorded, action)
    assert recorded == ["g 31", "g it 1", "g 4"]
    assert record(["g 20"], "g 5") == ["g 20", "g 5"]


@pytest.mark.parametrize(
    "action",
    [
        "watch sum(i: w1)",
        "e w7 sum(i: w1)",
        "b w7 if sum(i: w1) > 1",
        "g next sum(i: w1) > 0",
        'b w7 log "{sum(i: w1)}"',
    ],
)
def test_nothing_that_is_watched_sums(action: str) -> None:
    with pytest.raises(ActionError, match="works in equations only"):
        walked(action)


def test_what_was_replaced_before_is_new_with_each_iteration() -> None:
    debugger = walked("g 40", "g next time delta(w7) == 0")
    assert debugger.position.operation == 42


def test_an_edit_at_the_end_of_an_iteration_shows_no_other_observation() -> None:
    debugger = opened("two-observations")
    go_on(debugger, "]")
    inputs = debugger.program.of_kind(Kind.INPUT, Kind.TARGET)
    given = [q.offset + place for q in inputs for place in range(q.size)]
    before = [debugger.view.value(slot) for slot in given]
    go_on(debugger, f"e {debugger.program.name(int(debugger.program.parameter_slots()[0]))} 0.25")
    assert [debugger.view.value(slot) for slot in given] == before
