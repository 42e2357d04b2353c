"""Laws of runs, edits and undo that hold for every model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st
from program.oracle import same_bits

from bpdebug.debugger import whole
from bpdebug.debugger.actions import ActionError, begin, perform
from bpdebug.debugger.breakpoints import Breakpoint, parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.program.formula import formula
from bpdebug.program.lookout import Loop
from bpdebug.program.program import Program
from bpdebug.program.run import Loops
from bpdebug.program.scalars import ScalarLoop

from .brute_force import any_breakpoints, breakpoints
from .examples import blog_run, diverging, in_turn

ITERATIONS = 3
LONG = 150
"""Iterations of several stretches of a loop."""

OPERATION = next(size for size in STEP_SIZES if size.key == "s")
ITERATION = next(size for size in STEP_SIZES if size.key == "]")
FINAL = (Reason.BREAKPOINT, Reason.NON_FINITE, Reason.START, Reason.END)


def told(stop: Stop) -> str:
    """All of a stop, NaN included."""
    return repr(stop)


def with_breakpoints(debugger: Debugger, found: list[Breakpoint]) -> Debugger:
    for each in found:
        debugger.add_breakpoint(each)
    return debugger


@given(program=programs(), data=st.data(), backward=st.booleans())
@FEW
def test_a_fast_run_stops_where_stepping_stops(
    program: Program, data: st.DataObject, backward: bool
) -> None:
    """Each time up to the end: for the same reason, with the same words, having logged the same."""
    drawn = data.draw(st.lists(any_breakpoints(program), min_size=1, max_size=3))
    found = [parse_breakpoint(str(each)) for each in drawn]
    fast = with_breakpoints(Debugger(program, ITERATIONS), found)
    slow = with_breakpoints(Debugger(program, ITERATIONS), found)
    # At once, what can be is carried out in a loop.
    fast.history.patience = data.draw(st.sampled_from([0, 0, 2]))
    start = data.draw(st.integers(0, fast.end.operation))
    edited = data.draw(st.booleans())
    for debugger in (fast, slow):
        debugger.go_to(Position(start))
        if edited and program.parameter_slots().size:
            debugger.edit(program.name(int(program.parameter_slots()[0])), "0.123")
    while fast.stop.reason not in (Reason.START, Reason.END):
        fast.run(backward)
        slow.step(OPERATION, 1, backward)
        while slow.stop.reason not in FINAL:
            slow.step(OPERATION, 1, backward)
        assert told(fast.stop) == told(slow.stop)
        assert fast.document == slow.document
        assert repr(fast.log) == repr(slow.log)


class ShortLoops(Loops):
    """Loops that are asked for one iteration at a time, as those of large programs are."""

    def ready(self, iterations: int) -> Loop:
        found = ScalarLoop(self.program, self.lookout)
        found.length = 1
        return found


@given(
    program=programs() | in_turn() | st.builds(diverging), data=st.data(), backward=st.booleans()
)
@FEW
def test_a_loop_stops_where_looking_at_each_iteration_stops(
    program: Program, data: st.DataObject, backward: bool
) -> None:
    """In a run of several stretches, with edits on the way and from one stop to the next."""
    drawn = data.draw(st.lists(any_breakpoints(program), max_size=3))
    found = [parse_breakpoint(str(each)) for each in drawn]
    found = [replace(each, hit=each.hit and f"{each.hit}0") for each in found]
    looping, looking = (with_breakpoints(Debugger(program, LONG), found) for _ in range(2))
    looping.history.patience, looking.history.patience = 0, LONG
    looping.history.loops = data.draw(st.sampled_from([Loops, ShortLoops]))
    places = data.draw(st.lists(st.integers(0, looping.end.operation), max_size=3))
    passing = data.draw(st.booleans())
    for debugger in (looping, looking):
        debugger.stop_at_non_finite(not passing)
        for place in sorted(places)[1:]:
            debugger.go_to(Position(place))
            if program.parameter_slots().size:
                debugger.edit(program.name(int(program.parameter_slots()[0])), f"0.12{place}")
        debugger.go_to(debugger.end if backward else Position())
    for count in data.draw(st.lists(st.none() | st.integers(1, LONG), min_size=4, max_size=4)):
        for debugger in (looping, looking):
            if count is None:
                debugger.run(backward)
            else:
                debugger.step(ITERATION, count, backward)
        assert told(looping.stop) == told(looking.stop)
        assert repr(looping.log) == repr(looking.log)
        assert same_bits(looping.view.memory(), looking.view.memory())


@given(program=programs(), data=st.data())
@FEW
def test_forward_after_backward_is_the_same_hit(program: Program, data: st.DataObject) -> None:
    """With old and new swapped, and the same number."""
    drawn = data.draw(st.lists(breakpoints(program), min_size=1, max_size=3))
    found = [parse_breakpoint(str(replace(each, once=False))) for each in drawn]
    debugger = with_breakpoints(Debugger(program, ITERATIONS), found)
    debugger.go_to(Position(data.draw(st.integers(0, debugger.end.operation))))
    backward = debugger.run(backward=True)
    if backward.operation is None:
        assert backward == Stop(Reason.START, Position())
        assert debugger.run(backward=True) == backward
        return
    forward = debugger.run()
    expected = replace(
        backward, position=Position(backward.operation), old=backward.new, new=backward.old
    )
    assert told(forward) == told(expected)


@given(
    condition=st.sampled_from(["", " if w7 < 0.69", " if iteration != 70", " if delta(w7) < 0"]),
    on=st.sampled_from(["w7 read", "w7 change", "iteration", "phase update", "operation 41"]),
    hit=st.sampled_from(["", " hit % 7", " hit > 100", " hit == 66", " ignore 64"]),
    places=st.lists(st.integers(0, 200 * 41), min_size=1, max_size=6),
)
@FEW
def test_a_hits_number_is_that_of_the_place(
    condition: str, on: str, hit: str, places: list[int]
) -> None:
    """Counted from the start one by one, and from anywhere in a long run, in any order."""
    debugger = blog_run(200)
    debugger.add_breakpoint(parse_breakpoint(f"{on}{condition}"))
    every = [stop.operation or 0 for stop in stops(debugger, backward=False)]
    counting = blog_run(200)
    chosen = counting.add_breakpoint(parse_breakpoint(f"{on}{hit}{condition}"))
    wanted = [(k, n) for n, k in enumerate(every, start=1) if chosen.wants(n)]
    for place in places:
        counting.go_to(Position(place))
        assert counting.hits_until_now(chosen) == sum(k <= place for k in every)
        stop = counting.run(backward=True)
        before = [each for each in wanted if each[0] <= place]
        assert (stop.operation, stop.hit) == (before[-1] if before else (None, None))
        counting.go_to(Position(place))
        stop = counting.run()
        after = [each for each in wanted if each[0] > place]
        assert (stop.operation, stop.hit) == (after[0] if after else (None, None))


def stops(debugger: Debugger, backward: bool) -> list[Stop]:
    """All stops from one end of history to the other."""
    debugger.go_to(debugger.end if backward else Position())
    found = []
    while debugger.run(backward).operation is not None:
        found.append(debugger.stop)
    return found


@given(program=programs(), data=st.data())
@FEW
def test_hits_have_the_same_numbers_both_ways(program: Program, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(breakpoints(program), min_size=1, max_size=3))
    debugger = Debugger(program, ITERATIONS)
    with_breakpoints(debugger, [parse_breakpoint(str(replace(d, once=False))) for d in drawn])
    forward = [(s.operation, s.breakpoint, s.hit) for s in stops(debugger, backward=False)]
    backward = [(s.operation, s.breakpoint, s.hit) for s in stops(debugger, backward=True)]
    assert backward == forward[::-1]


@given(program=programs(), data=st.data())
@FEW
def test_an_edit_leaves_the_past_and_the_old_future(program: Program, data: st.DataObject) -> None:
    """What was before it stays bit for bit, on its branch; the branch it left stays altogether."""
    debugger = Debugger(program, ITERATIONS)
    end = debugger.end.operation
    debugger.go_to(debugger.end)
    before = [debugger.view_at(Position(p)).memory() for p in range(end + 1)]
    place = data.draw(st.integers(0, end - 1))
    debugger.go_to(Position(place))
    slots = [int(slot) for slot in program.parameter_slots()] or [0]
    slot = data.draw(st.sampled_from(slots))
    debugger.edit(program.name(slot), "0.12345")
    assert debugger.branch == 2
    for p in range(place):
        assert same_bits(debugger.view_at(Position(p)).memory(), before[p])
    here = debugger.view.memory()
    assert here[slot] == 0.12345
    here[slot] = before[place][slot]
    assert same_bits(here, before[place])
    assert same_bits(np.array([debugger.view.previous(slot)]), before[place][[slot]])
    perform(debugger, "branch 1")
    assert debugger.position == Position(place)
    for p in range(end + 1):
        assert same_bits(debugger.view_at(Position(p)).memory(), before[p])


@given(program=programs(), data=st.data())
@FEW
def test_values_read_at_once_are_those_read_one_by_one(
    program: Program, data: st.DataObject
) -> None:
    debugger = Debugger(program, ITERATIONS)
    slots = [int(slot) for slot in program.parameter_slots()] or [0]
    places = st.integers(1, debugger.end.operation)
    for place in sorted(data.draw(st.sets(places, max_size=2))):
        debugger.go_to(Position(place))
        debugger.edit(program.name(data.draw(st.sampled_from(slots))), f"0.12{place}")
    view = debugger.view_at(Position(data.draw(places)))
    ends = [debugger.view_at(Position(n * program.operations)) for n in (1, ITERATIONS)]
    for seen in (view, *ends):
        for quantity in program.quantities.values():
            span = range(quantity.offset, quantity.offset + quantity.size)
            one_by_one = np.array([*map(seen.value, span)])
            assert same_bits(whole.values(seen, quantity).ravel(), one_by_one)
            before = whole.previous(seen, quantity)
            assert (before is not None) == all(map(seen.has_previous, span))
            if before is not None:
                assert same_bits(before.ravel(), np.array([*map(seen.previous, span)]))
    for operation in range(1, program.operations + 1):
        written = formula(program, operation)
        together, read = view.operands(written), view.reader(written)
        assert list(together) == list(written.operands)
        assert same_bits(np.array([*together.values()]), np.array([*map(read, together)]))


MOVES = ["c", "C", "900s", "30[", "t w7", "T E", "g 2", "g end", "branch 1", "undo", "redo"]
MOVES += [
    "branch delete 2",
    "branch delete 1",
    "g next time iteration == 50",
    "g last time w7 is read",
]
MOVES += ["g a"]


def walked() -> Debugger:
    """A debugger with two branches, breakpoints, a bookmark, and something to redo."""
    debugger = blog_run(60, budget=0)
    for each in [
        "b w7 once if iteration > 40",
        "b iteration hit % 7 if E > 0.1",
        "g 2300",
        "mark a",
    ]:
        perform(debugger, each)
    for each in ["g 820", "e w7 0.5", "g 1000", "e w5 0.25", "undo", "g 1200"]:
        perform(debugger, each)
    return debugger


def everything(debugger: Debugger) -> str:
    """All that a debugger is, but for its log."""
    return repr(
        (
            (debugger.position, debugger.stop, debugger.branch, debugger.document, debugger.left),
            (debugger._done, debugger._undone, debugger._seen),
            debugger.view.memory().tobytes(),
        )
    )


@pytest.mark.parametrize("action", MOVES)
def test_a_move_abandoned_anywhere_leaves_everything_as_it_was(action: str) -> None:
    """At each place where it can be abandoned; and nothing stands in the way of trying again."""
    whole = walked()
    everything(whole)
    slices = sum(1 for _ in begin(whole, action))
    for patience in sorted({*range(min(slices, 4)), slices // 2, max(0, slices - 1)}):
        debugger = walked()
        before = everything(debugger)
        move = begin(debugger, action)
        for _ in range(patience):
            next(move)
        move.close()
        assert everything(debugger) == before
        perform(debugger, action)
        assert everything(debugger) == everything(whole)


CHANGES = ["b w7 once", "b E hit % 2", "change 1 w5 read", "disable 1", "enable 1", "delete 1"]
CHANGES += ["ignore 1 2", "nonfinite pass", "watch w7", "unwatch w7", "mark a", "unmark a", "c"]
CHANGES += ["e w7 0.5", "e w7 0.75", "g 5", "g 30", "name 1 so", "branch delete 2", "branch 1"]


@given(actions=st.lists(st.sampled_from(CHANGES), max_size=20), data=st.data())
def test_undo_goes_all_the_way_back_and_redo_all_the_way_forth(
    actions: list[str], data: st.DataObject
) -> None:
    debugger = blog_run(3)
    documents = [debugger.document]
    for action in actions:
        try:
            perform(debugger, action)
        except ActionError:
            continue
        if debugger.document is not documents[-1]:
            documents.append(debugger.document)
    back = data.draw(st.integers(0, len(documents) - 1))
    for expected in documents[-2::-1][: len(documents) - 1]:
        perform(debugger, "undo")
        assert debugger.document == expected
        assert debugger.branch in debugger.document.branches
    with pytest.raises(ActionError, match="nothing to undo"):
        perform(debugger, "undo")
    for expected in documents[1 : back + 1]:
        perform(debugger, "redo")
        assert debugger.document == expected
        assert debugger.history.edits == debugger.here.edits
