"""Breakpoints as they are written: what each means, and what is refused with which words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.breakpoints import (
    Access,
    Breakpoint,
    BreakpointError,
    check_parts,
    parse_breakpoint,
)
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.triggers import make_trigger
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program

from .brute_force import any_breakpoints, plain
from .examples import blog_run, program


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w7", Breakpoint(0, "w7")),
        ("w7 write", Breakpoint(0, "w7")),
        ("w7 read", Breakpoint(0, "w7", Access.READ)),
        ("w7 if w7 < 0.69", Breakpoint(0, "w7", condition="w7 < 0.69")),
        (" dE/dw7  change if  E > 1 ", Breakpoint(0, "dE/dw7", Access.CHANGE, "E > 1")),
        ("w7 once", Breakpoint(0, "w7", temporary=True)),
        ("w7 hit > 3", Breakpoint(0, "w7", hit="> 3")),
        (
            "w7 ignore 3 hit   %   10 once",
            Breakpoint(0, "w7", hit="% 10", ignore=3, temporary=True),
        ),
        ('w7 log ""', Breakpoint(0, "w7", log="")),
        ('w7 log " w7 = {w7} "', Breakpoint(0, "w7", log=" w7 = {w7} ")),
        ('w7 if w7 < 1 log "if {w7}"', Breakpoint(0, "w7", condition="w7 < 1", log="if {w7}")),
        ("phase backward", Breakpoint(0, "phase backward")),
        ("phase update once", Breakpoint(0, "phase update", temporary=True)),
        ("iteration", Breakpoint(0, "iteration")),
        ("iteration hit % 100", Breakpoint(0, "iteration", hit="% 100")),
        ("iteration 300", Breakpoint(0, "iteration 300")),
        ("iteration if E < 1", Breakpoint(0, "iteration", condition="E < 1")),
        ("operation 14", Breakpoint(0, "operation 14")),
        ("operation 14 ignore 2", Breakpoint(0, "operation 14", ignore=2)),
    ],
)
def test_a_breakpoint_is_written_in_words(text: str, expected: Breakpoint) -> None:
    assert parse_breakpoint(text) == expected
    assert parse_breakpoint(str(expected)) == expected


@given(program=programs(), data=st.data())
@FEW
def test_what_a_breakpoint_is_shown_as_is_that_breakpoint(
    program: Program, data: st.DataObject
) -> None:
    wanted = data.draw(any_breakpoints(program))
    found = parse_breakpoint(str(wanted))
    assert str(found) == str(wanted)
    assert (found.on, found.temporary, found.ignore) == (wanted.on, wanted.once, wanted.ignore)
    assert found.access is (wanted.access or Access.WRITE)
    assert found.condition == (plain(wanted.condition) if wanted.condition else None)
    make_trigger(found, program)


NAMES = st.sampled_from(["w7", "dE/dw7", "A[2,1]", "if", "log", "iteration", "operation 3"])


@given(
    on=NAMES,
    access=st.sampled_from(Access),
    condition=st.none() | st.sampled_from(["w7 < 1", 'a if b log "', "x  if\ty", "log"]),
    hit=st.none() | st.sampled_from(["> 1", ">= 22", "== 999999999", "% 7"]),
    ignore=st.integers(0, 999_999_999),
    temporary=st.booleans(),
    log=st.none() | st.text(max_size=20),
)
def test_any_breakpoint_is_written_so_that_it_can_be_read(
    on: str,
    access: Access,
    condition: str | None,
    hit: str | None,
    ignore: int,
    temporary: bool,
    log: str | None,
) -> None:
    """Whatever may stand in a message; of a place there is no access."""
    found = Breakpoint(0, on, access, condition, hit, ignore, temporary, log)
    try:
        check_parts(found)
    except BreakpointError:
        return
    if condition is not None and '"' in condition:
        return
    if found.is_on_place:
        found = replace(found, access=Access.WRITE)
    assert parse_breakpoint(str(found)) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"a breakpoint is missing; write QUANTITY [{'|'.join(Access)}]"),
        ("w7 if", "a condition is missing after if"),
        ("iteration % 10 == 0", "comes after if: write iteration if iteration % 10 == 0"),
        ("E<0.1", "comes after if: write iteration if E<0.1"),
        ("w7 frob", "there is no access frob; there are write, change, read, gradient"),
        ("w7 read now", "w7 read now: now is not understood; write QUANTITY"),
        ("w7 hit", "hit : write one of > >= == % and a number from 1: hit % 10"),
        ("w7 hit 3", "hit 3: write one of > >= == %"),
        ("w7 hit < 3", "hit < 3: write one of > >= == %"),
        ("w7 hit > 0", "hit > 0: write one of"),
        ("w7 hit > x", "hit > x: write one of"),
        ("w7 ignore", "there is no access ignore"),
        ("w7 ignore x", "ignore is not understood"),
        ("phase", "the phases are forward, loss, backward, update: write phase backward"),
        ("phase frob", "the phases are forward, loss, backward, update"),
        ("operation 0", "operations are numbered from 1: write operation 14"),
        ("operation x", "operations are numbered from 1: write operation 14"),
        ('w7 once log "x"', "leave out once, or use hit == 1"),
        (f'w7 log "{"x" * 257}"', "a log message has at most 256 characters, found 257"),
        ('w7 log "a\x1bb"', "found U+001B, expected one line without control characters"),
        ('w7 log "a"b"', 'w7 log "a"b": log is not understood'),
    ],
)
def test_a_breakpoint_written_badly_says_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(BreakpointError) as caught:
        parse_breakpoint(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w77", "there is no quantity w77; did you mean w7?"),
        ("x1", "x1 is given; no operation writes it"),
        ("x1 change", "x1 is given; no operation changes it"),
        ("x1 gradient", "no operation computes a gradient of x1"),
        ("dE/dw7 gradient", "no operation computes a gradient of dE/dw7"),
        ("w7 if w77 < 1", "w77 < 1: column 1: there is no quantity w77; did you mean w7?"),
        ("w7 if w7 < ", "w7 <: column 5"),
        ("operation 42", "an iteration has operations 1 to 41"),
        ('w7 log "{w77}"', "there is no quantity w77; did you mean w7?"),
        ('w7 log "{w7"', "an expression goes between { and }: {w7}"),
        ('w7 log "{}"', "column 1"),
    ],
)
def test_a_breakpoint_that_can_never_stop_is_refused(text: str, message: str) -> None:
    debugger = blog_run(4)
    with pytest.raises(BreakpointError) as caught:
        debugger.add_breakpoint(parse_breakpoint(text))
    assert message in str(caught.value)
    assert not debugger.breakpoints
    assert not debugger.last_change()


@pytest.mark.parametrize("text", ["b2 gradient", "x1 read", "phase loss", "iteration 999999999"])
def test_a_breakpoint_that_can_stop_is_taken(text: str) -> None:
    debugger = blog_run(4)
    found = debugger.add_breakpoint(parse_breakpoint(text))
    assert (found.number, str(found), found.enabled) == (1, text, True)


def test_a_phase_without_operations_is_refused() -> None:
    debugger_program = program("E = X*X", X=2.0)
    with pytest.raises(BreakpointError, match="no operations in the phase update"):
        make_trigger(Breakpoint(0, "phase update"), debugger_program)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("delete 3", "there is no breakpoint 3; there are: 1, 2"),
        ("enable 3", "there is no breakpoint 3"),
        ("ignore 3 1", "there is no breakpoint 3"),
        ("change 3 w7", "there is no breakpoint 3"),
        ("change 1 w77", "did you mean w7?"),
        ("ignore 1", "write how many hits to ignore: ignore 2 10"),
    ],
)
def test_a_change_of_a_breakpoint_that_cannot_be_says_why(action: str, message: str) -> None:
    debugger = blog_run(4)
    perform(debugger, "b w7")
    perform(debugger, "b E")
    before = debugger.document
    with pytest.raises(ActionError) as caught:
        perform(debugger, action)
    assert message in str(caught.value)
    assert debugger.document is before


def test_a_breakpoint_on_an_array_stops_at_each_element_and_says_which() -> None:
    debugger = blog_run()
    debugger.add_breakpoint(parse_breakpoint("W2"))
    found = [(debugger.run().quantity, debugger.stop.hit) for _ in range(5)]
    assert found == [("w7", 1), ("w8", 2), ("w9", 3), ("w10", 4), ("w7", 5)]
    back = [(debugger.run(backward=True).quantity, debugger.stop.hit) for _ in range(4)]
    assert back == found[3::-1]


def test_a_condition_that_would_read_too_much_is_refused() -> None:
    """What a breakpoint costs in an iteration is known before it is set."""
    model = program(
        "z[j] = sum(i: w[j,i]*x[i])", "E = sum(j: z[j]^2)", w=np.ones((5000, 2)), x=[1, 2]
    )
    with pytest.raises(BreakpointError, match="reads 10,000 elements after each of 10,000 operat"):
        make_trigger(parse_breakpoint("w if norm(w) > 1"), model)
    with pytest.raises(BreakpointError, match="reads 10,000 elements after each of 10,000 operat"):
        make_trigger(parse_breakpoint('w log "{mean(w)}"'), model)
    with pytest.raises(BreakpointError, match="reads 20,000 elements after each of 5,000 operat"):
        make_trigger(parse_breakpoint("z if max(w) > 1 and min(w) < 1"), model)
    make_trigger(parse_breakpoint("w[5000,2] if norm(w) > 1"), model)
    make_trigger(parse_breakpoint("w change"), model)


def test_of_an_array_that_is_read_the_first_element_is_told() -> None:
    debugger = blog_run()
    debugger.add_breakpoint(parse_breakpoint("W2 read"))
    assert [debugger.run().quantity for _ in range(2)] == ["w7", "w8"]


def test_an_array_does_not_change_behind_an_edit_that_stops_learning() -> None:
    debugger = blog_run(3)
    debugger.add_breakpoint(parse_breakpoint("W2 change"))
    debugger.go_to(Position(20))
    debugger.edit("alpha", "0")
    assert debugger.run().reason is Reason.END
