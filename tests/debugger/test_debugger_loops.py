"""Loops of all forms find and count the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from generated import FEW, programs
from hypothesis import given, settings
from hypothesis import strategies as st
from program.oracle import same_bits

from bpdebug.debugger.breakpoints import parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.triggers import make_trigger
from bpdebug.debugger.view import Position
from bpdebug.program import compiled
from bpdebug.program.arrays import ArrayLoop
from bpdebug.program.lookout import Lookout, Loop, Reached
from bpdebug.program.program import Program
from bpdebug.program.run import Loops
from bpdebug.program.scalars import ScalarLoop, scalar_iteration

from .brute_force import any_breakpoints
from .examples import blog_program, diverging, in_turn

fast = pytest.mark.skipif(not compiled.is_there(), reason="llvmlite is not installed")
VERY_FEW = settings(max_examples=settings().max_examples // 3)


def reach_the_same(
    program: Program, data: st.DataObject, form: Callable[[Program, Lookout], Loop]
) -> None:
    """From what was found to what is found next, over more iterations than a few."""
    drawn = data.draw(st.lists(any_breakpoints(program), min_size=1, max_size=4))
    triggers = [make_trigger(parse_breakpoint(str(each)), program) for each in drawn]
    sought = tuple(each.sought for each in triggers if each.sought is not None)
    lookout = Lookout(sought, non_finite=True)
    scalar, loop = ScalarLoop(program, lookout), form(program, lookout)
    memory = program.start.copy()
    scalar_iteration(program)(memory)
    program.load_observations(memory, 2)
    other = memory.copy()
    counts = tuple(0 for each in sought if each.is_counted)
    reached = Reached(1, False, bool(data.draw(st.booleans())), counts)
    for last in [*range(2, 20), 120, 200]:
        if reached.iteration < last:
            before, reached = reached, scalar.carry(memory, last, reached)
            assert loop.carry(other, last, before) == reached
            assert same_bits(memory, other)


MODELS = programs() | in_turn() | st.builds(diverging)


@given(program=MODELS, data=st.data())
@FEW
def test_the_array_form_reaches_what_the_scalar_form_reaches(
    program: Program, data: st.DataObject
) -> None:
    reach_the_same(program, data, ArrayLoop)


@fast
@given(program=MODELS, data=st.data())
@VERY_FEW
def test_machine_code_reaches_what_the_scalar_form_reaches(
    program: Program, data: st.DataObject
) -> None:
    reach_the_same(program, data, compiled.compiled)


class MachineLoops(Loops):
    """Loops in machine code from the first iteration on."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        super().__init__(program, lookout)
        self.machine = compiled.compiled(program, lookout)

    def ready(self, iterations: int) -> Loop:
        return self.machine


@fast
@pytest.mark.parametrize("backward", [False, True])
def test_runs_in_machine_code_stop_where_others_stop(backward: bool) -> None:
    """Across the lengths of both loops, with edits on the way."""
    found = []
    for loops in (Loops, MachineLoops):
        debugger = Debugger(blog_program(), 10_000)
        for place in (41 * 70 + 3, 41 * 5000, 41 * 7000 + 40):
            debugger.go_to(debugger.end)
            debugger.go_to(Position(place))
            debugger.edit("w7", f"0.{place}")
        debugger.history.loops = loops
        for each in (
            "w7 write hit % 1999",
            'iteration hit % 1000 log "{E}"',
            "E write if E < 0.03",
        ):
            debugger.add_breakpoint(parse_breakpoint(each))
        debugger.go_to(debugger.end if backward else Position())
        stops = [repr(debugger.run(backward)) for _ in range(8)]
        found.append((stops, repr(debugger.log), debugger.view.memory().tobytes()))
    assert found[0] == found[1]
