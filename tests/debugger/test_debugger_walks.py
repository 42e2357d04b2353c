"""Random walks of the debugger beside the brute-force one."""

from __future__ import annotations

import numpy as np
from generated import FEW, programs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from program.oracle import first_difference, same_bits

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.stops import Reason
from bpdebug.program.program import Program

from .brute_force import BruteForce, Watched, breakpoints, plain, position

ITERATIONS = 3


class Walk(RuleBasedStateMachine):
    """Whatever is done, both stand at the same place and see the same values."""

    @initialize(program=programs(), budget=st.sampled_from([0, 1000, 10**6]))
    def start(self, program: Program, budget: int) -> None:
        self.debugger = Debugger(program, ITERATIONS, budget)
        self.model = BruteForce(program, ITERATIONS)

    @rule(key=st.sampled_from("sSiInNfF]["), count=st.integers(1, 12))
    def step(self, key: str, count: int) -> None:
        edge = (0, 0) if key.isupper() or key == "[" else (self.model.end, 0)
        stood_there = self.model.place == edge
        perform(self.debugger, f"{count}{key}")
        self.model.step(key, count)
        if stood_there:
            reason = Reason.END if edge[0] else Reason.START
            assert self.debugger.stop.reason is reason

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.model.places))
        self.debugger.go_to(position(place))
        self.model.go_to(place)

    @rule(backward=st.booleans())
    def run_to_a_stop(self, backward: bool) -> None:
        perform(self.debugger, "C" if backward else "c")
        operation = self.model.run(backward)
        stop = self.debugger.stop
        if operation is None:
            assert stop.reason is (Reason.START if backward else Reason.END)
            return
        assert stop.operation == operation
        number = self.model.hit(operation)
        if not number:
            assert stop.reason is Reason.NON_FINITE
            assert stop.quantity == self.model.program.name(
                self.model.trace.operations[operation - 1].slot
            )
            return
        assert (stop.reason, stop.breakpoint) == (Reason.BREAKPOINT, number)
        assert stop.hit == self.model.breakpoints[number].hits

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        quantity, access, condition = data.draw(breakpoints(self.model.program))
        tail = f" if {plain(condition)}" if condition else ""
        perform(self.debugger, f"b {quantity} {access}{tail}")
        number = max(self.debugger.breakpoints)
        self.model.breakpoints[number] = Watched(quantity, access, condition)

    @precondition(lambda self: self.model.breakpoints)
    @rule(data=st.data(), what=st.sampled_from(["delete", "disable", "enable"]))
    def change(self, data: st.DataObject, what: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.breakpoints)))
        perform(self.debugger, f"{what} {number}")
        if what == "delete":
            del self.model.breakpoints[number]
        else:
            self.model.breakpoints[number].enabled = what == "enable"

    @invariant()
    def same_place(self) -> None:
        assert self.debugger.position == position(self.model.place)

    @invariant()
    def same_values(self) -> None:
        view, at = self.debugger.view, self.model.place[0]
        expected = self.model.trace.states[at]
        found = view.memory()
        assert same_bits(found, expected), first_difference(view.program, found, expected)
        for slot in range(len(found)):
            name = view.program.name(slot)
            assert view.status(slot) is self.model.status(slot, at), name
            assert same_bits(np.array([view.value(slot)]), expected[slot : slot + 1]), name

    @invariant()
    def same_breakpoints(self) -> None:
        assert {n: (b.enabled, b.hits) for n, b in self.debugger.breakpoints.items()} == {
            n: (b.enabled, b.hits) for n, b in self.model.breakpoints.items()
        }


TestWalk = Walk.TestCase
TestWalk.settings = settings(FEW, stateful_step_count=20)
