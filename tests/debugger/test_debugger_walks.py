"""Random walks of the debugger beside the brute-force one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from generated import programs
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

from bpdebug.debugger.actions import ActionError, begin, perform
from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.conditions import read_watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.program.program import Program
from bpdebug.session.file.format import WorkPart
from bpdebug.session.model.work import take_up, work_part

from .brute_force import (
    BruteForce,
    RefusedError,
    Watched,
    any_breakpoints,
    conditions,
    events,
    plain,
    position,
    quantities,
    values,
)
from .examples import in_turn

ITERATIONS = 3


KEYS = st.sampled_from("sSiInNfF][")
VERBS = {Access.WRITE: "is written", Access.CHANGE: "changes", Access.READ: "is read"}


def _refused(do: Callable[[], object]) -> bool:
    """Whether something cannot be done."""
    try:
        do()
    except RefusedError:
        return True
    return False


class Walk(RuleBasedStateMachine):
    """Whatever is done, both stand at the same place and see the same values."""

    @initialize(
        program=programs() | in_turn(),
        budget=st.sampled_from([0, 1000, 10**6]),
        patience=st.sampled_from([0, 16]),
        data=st.data(),
    )
    def start(self, program: Program, budget: int, patience: int, data: st.DataObject) -> None:
        self.budget, self.patience = budget, patience
        self.model = BruteForce(program, ITERATIONS)
        self.debugger = self.fresh()
        for _ in range(data.draw(st.integers(0, 3))):
            data.draw(st.sampled_from([self.add, self.add_a_plain_one]))(data)

    def both(self, action: str, do: Callable[[], object]) -> None:
        """Let both do something; what one cannot do the other cannot do, either."""
        if _refused(do):
            with pytest.raises(ActionError):
                perform(self.debugger, action)
        else:
            perform(self.debugger, action)

    @property
    def names(self) -> list[str]:
        return list(self.model.program.element_names())

    @property
    def wholes(self) -> list[str]:
        return quantities(self.model.program)

    # Moving

    @rule(key=KEYS, count=st.integers(1, 12))
    def step(self, key: str, count: int) -> None:
        self.both(f"{count}{key}", lambda: self.model.step(key, count))

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.model.places))
        self.both(f"g {place[0]}+{place[1]}", lambda: self.model.go_to(place))

    @precondition(lambda self: self.model.papers.breakpoints)
    @rule(backward=st.booleans())
    def run_past_breakpoints(self, backward: bool) -> None:
        self.run_to_a_stop(backward)

    @precondition(lambda self: self.model.papers.breakpoints)
    @rule(keys=st.lists(st.sampled_from(["c", "C", "s", "S", "I", "i", "F", "["]), min_size=2))
    def to_and_fro(self, keys: list[str]) -> None:
        for key in keys[:5]:
            if key in "cC":
                self.both(key, partial(self.model.run, key == "C"))
            else:
                self.both(f"1{key}", partial(self.model.step, key, 1))
            self.same_place()

    @precondition(lambda self: self.model.halt.operation)
    @rule(value=st.sampled_from([0.5, 1e300, -1.0]), backward=st.booleans())
    def edit_at_a_stop(self, value: float, backward: bool) -> None:
        """What stopped is given another value, and the run goes on."""
        name = self.model.halt.quantity
        self.both(f"e {name} {value!r}", lambda: self.model.edit(str(name), value))
        self.run_to_a_stop(backward)

    @rule(backward=st.booleans())
    def run_to_a_stop(self, backward: bool) -> None:
        self.both("C" if backward else "c", lambda: self.model.run(backward))

    @rule(data=st.data(), backward=st.booleans())
    def run_to_a_quantity(self, data: st.DataObject, backward: bool) -> None:
        name = data.draw(st.sampled_from(self.names))
        self.both(f"{'T' if backward else 't'} {name}", lambda: self.model.run_to(name, backward))

    @rule(data=st.data(), backward=st.booleans())
    def seek_an_event(self, data: st.DataObject, backward: bool) -> None:
        on, access = data.draw(events(self.model.program).filter(lambda each: each[1] in VERBS))
        way = "last" if backward else "next"

        def fires(operation: int) -> bool:
            return self.model.touches(on, access, operation)

        action = f"g {way} time {on} {VERBS[access]}"
        self.both(action, lambda: self.model.seek(fires, backward))

    @rule(data=st.data(), backward=st.booleans())
    def seek_a_condition(self, data: st.DataObject, backward: bool) -> None:
        condition = data.draw(conditions(self.names, self.wholes))

        def fires(operation: int) -> bool:
            return self.model.comes_true(condition, operation)

        action = f"g {'last' if backward else 'next'} {plain(condition)}"
        self.both(action, lambda: self.model.seek(fires, backward))

    @rule(data=st.data(), patience=st.integers(0, 2))
    def lose_patience(self, data: st.DataObject, patience: int) -> None:
        """A move that is abandoned leaves all as it was, but for what it has logged."""
        step = st.tuples(st.integers(1, 99), KEYS).map(lambda each: f"{each[0]}{each[1]}")
        branches = [f"branch {verb}{n}" for n in (1, 2, 3) for verb in ("", "delete ")]
        others = st.sampled_from(["c", "C", "undo", "redo", "g next iteration > 2", *branches])
        move = begin(self.debugger, data.draw(step | others))
        if patience:
            # Whatever ends within that many slices is not begun.
            copied = self.saved(with_undo=True)
            try:
                for _ in range(patience):
                    next(move)
            except (StopIteration, ActionError):
                self.debugger = copied
        move.close()
        known = len(self.model.log)
        self.model.log += [
            (e.operation, e.breakpoint, e.parts) for e in list(self.debugger.log)[known:]
        ]

    # Breakpoints

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        found = data.draw(any_breakpoints(self.model.program))
        self.both(f"b {found}", lambda: self.model.add(found))

    @rule(data=st.data())
    def add_a_plain_one(self, data: st.DataObject) -> None:
        once = data.draw(st.booleans())
        found = Watched(*data.draw(events(self.model.program)), once)
        self.both(f"b {found}", lambda: self.model.add(found))

    def a_breakpoint(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.model.papers.breakpoints)))

    @precondition(lambda self: self.model.papers.breakpoints)
    @rule(data=st.data(), what=st.sampled_from(["delete", "disable", "disable", "enable"]))
    def change(self, data: st.DataObject, what: str) -> None:
        number = self.a_breakpoint(data)
        if what == "delete":
            self.both(f"delete {number}", lambda: self.model.delete(number))
        else:
            self.both(f"{what} {number}", lambda: self.model.enable(number, what == "enable"))

    @precondition(lambda self: self.model.papers.breakpoints)
    @rule(data=st.data())
    def replace_it(self, data: st.DataObject) -> None:
        number = self.a_breakpoint(data)
        found = data.draw(any_breakpoints(self.model.program))
        self.both(f"change {number} {found}", lambda: self.model.change_breakpoint(number, found))

    @precondition(lambda self: self.model.papers.breakpoints)
    @rule(data=st.data(), count=st.integers(0, 3))
    def ignore(self, data: st.DataObject, count: int) -> None:
        number = self.a_breakpoint(data)
        self.both(f"ignore {number} {count}", lambda: self.model.ignore(number, count))

    @rule(stops=st.booleans())
    def non_finite(self, stops: bool) -> None:
        action = f"nonfinite {'stop' if stops else 'pass'}"
        self.both(action, lambda: self.model.stop_at_non_finite(stops))

    # Edits and branches

    @rule(data=st.data(), value=st.sampled_from([0.5, -1.25, 0.0, 2.0, 1e300]))
    def edit(self, data: st.DataObject, value: float) -> None:
        name = data.draw(st.sampled_from(self.names))
        self.both(f"e {name} {value!r}", lambda: self.model.edit(name, value))

    @rule(data=st.data(), value=st.sampled_from([0.25, 3.0]))
    def edit_what_was_touched_last(self, data: st.DataObject, value: float) -> None:
        operation = max(1, (self.model.place[0] - 1) % self.model.length + 1)
        name = self.model.program.name(self.model.program.slot(operation))
        self.both(f"e {name} {value!r}", lambda: self.model.edit(name, value))

    @rule(data=st.data(), value=st.sampled_from([0.125, -2.0]))
    def edit_in_the_past(self, data: st.DataObject, value: float) -> None:
        """What comes of it is a branch."""
        past = [p for p in self.model.places if p[0] <= self.model.seen(self.model.branch)]
        place = data.draw(st.sampled_from(past))
        self.both(f"g {place[0]}+{place[1]}", lambda: self.model.go_to(place))
        slots = sorted(self.model.updated) or [0]
        name = self.model.program.name(data.draw(st.sampled_from(slots)))
        self.both(f"e {name} {value!r}", lambda: self.model.edit(name, value))

    @precondition(lambda self: len(self.model.papers.lines) > 1)
    @rule(number=st.integers(1, 4))
    def switch(self, number: int) -> None:
        self.both(f"branch {number}", lambda: self.model.switch(number))

    @precondition(lambda self: len(self.model.papers.lines) > 1)
    @rule(number=st.integers(1, 4))
    def delete_branch(self, number: int) -> None:
        self.both(f"branch delete {number}", lambda: self.model.delete_branch(number))

    @precondition(lambda self: len(self.model.papers.lines) > 1)
    @rule(number=st.integers(1, 3), name=st.sampled_from(["so", "or so"]))
    def name_branch(self, number: int, name: str) -> None:
        self.both(f"name {number} {name}", lambda: self.model.name_branch(number, name))

    @precondition(lambda self: self.model.done or self.debugger.last_change())
    @rule()
    def undo(self) -> None:
        self.both("undo", self.model.undo)

    @precondition(lambda self: self.model.undone or self.debugger.last_change(undone=True))
    @rule()
    def redo(self) -> None:
        self.both("redo", self.model.redo)

    # Bookmarks and watches

    @rule(name=st.sampled_from(["mark-1", "mark-2"]), verb=st.sampled_from(["mark", "unmark", "g"]))
    def bookmark(self, name: str, verb: str) -> None:
        do = {"mark": self.model.mark, "unmark": self.model.unmark, "g": self.model.go_to_mark}
        self.both(f"{verb} {name}", lambda: do[verb](name))

    @rule(data=st.data())
    def watch(self, data: st.DataObject) -> None:
        text = data.draw(values(self.names, self.wholes) | conditions(self.names, self.wholes))
        self.both(f"watch {plain(text)}", lambda: self.model.watch(text))

    @precondition(lambda self: self.model.papers.watches)
    @rule(data=st.data())
    def unwatch(self, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.model.papers.watches))
        self.both(f"unwatch {plain(text)}", lambda: self.model.unwatch(text))

    # Files

    @rule()
    def save_and_load(self) -> None:
        self.debugger = self.saved()
        self.model.save_and_load()

    def fresh(self) -> Debugger:
        """A debugger at the start, in whose runs a loop carries out what it can, or little."""
        debugger = Debugger(self.model.program, ITERATIONS, self.budget)
        debugger.history.patience = self.patience
        return debugger

    def saved(self, with_undo: bool = False) -> Debugger:
        """A debugger that takes up what this one leaves."""
        written = work_part(self.debugger).model_dump_json(exclude_unset=True)
        fresh = self.fresh()
        assert take_up(fresh, WorkPart.model_validate_json(written)) == []
        if with_undo:
            old = self.debugger
            fresh.stop, fresh.log, fresh._seen = old.stop, old.log.copy(), dict(old._seen)
            fresh.left = dict(old.left)
            fresh._done, fresh._undone = old._done.copy(), list(old._undone)
        return fresh

    # What both have to agree in

    @invariant()
    def same_place(self) -> None:
        stop, halt = self.debugger.stop, self.model.halt
        assert self.debugger.position == stop.position == position(self.model.place)
        assert (stop.reason, stop.operation) == (halt.reason, halt.operation)
        assert (stop.breakpoint, stop.hit) == (halt.breakpoint, halt.hit)
        assert stop.quantity == halt.quantity
        # NaN included.
        assert repr((stop.old, stop.new)) == repr((halt.old, halt.new))

    @invariant()
    def same_values(self) -> None:
        view, sight = self.debugger.view, self.model.sight()
        expected = sight.trace.states[sight.at]
        found = view.memory()
        assert same_bits(found, expected), first_difference(view.program, found, expected)
        for slot in range(len(found)):
            name = view.program.name(slot)
            assert view.status(slot) is sight.status(slot), name
            assert same_bits(np.array([view.value(slot)]), expected[slot : slot + 1]), name
            previous = view.previous(slot) if view.has_previous(slot) else None
            assert repr(previous) == repr(sight.previous(slot)), name

    @invariant()
    def same_edits(self) -> None:
        assert self.debugger.branch == self.model.branch
        found = {
            number: (
                *(each.name, each.parent, each.fork),
                {(edit.operation, edit.slot): edit.value for edit in each.edits},
            )
            for number, each in self.debugger.document.branches.items()
        }
        assert found == {
            number: (
                *(each.name, each.parent, each.fork),
                {(at, slot): v for at, given in each.edits.items() for slot, v in given.items()},
            )
            for number, each in self.model.papers.lines.items()
        }
        for number in found:
            assert self.debugger.place_on(number) == position(self.model.place_on(number))
            assert self.debugger.seen(number) == self.model.seen(number)

    @invariant()
    def same_papers(self) -> None:
        document, papers = self.debugger.document, self.model.papers
        assert [(n, str(b), b.enabled) for n, b in document.breakpoints.items()] == [
            (n, str(b), b.enabled) for n, b in papers.breakpoints.items()
        ]
        assert {n: (m.branch, m.position) for n, m in document.bookmarks.items()} == {
            n: (branch, position(place)) for n, (branch, place) in papers.bookmarks.items()
        }
        assert document.stop_at_non_finite == papers.stops
        assert document.watches == tuple(map(plain, papers.watches))
        for text in papers.watches:
            found = read_watch(plain(text), self.model.program).value(self.debugger.view)
            assert repr(found) == repr(self.model.sight().evaluate(text)), text

    @invariant()
    def same_log(self) -> None:
        found = [(e.operation, e.breakpoint, e.parts) for e in self.debugger.log]
        assert repr(found) == repr(self.model.log)

    @invariant()
    def same_undo(self) -> None:
        assert [each.what for each in self.debugger._done] == [e.what for e in self.model.done]
        assert [each.what for each in self.debugger._undone] == [e.what for e in self.model.undone]
        for undone, changes in ((False, self.model.done), (True, self.model.undone)):
            expected = changes[-1].what if changes else ""
            assert self.debugger.last_change(undone) == expected

    @invariant()
    def same_hits(self) -> None:
        for number, each in self.debugger.breakpoints.items():
            hits = self.model.hits(self.model.papers.breakpoints[number])
            until_now = sum(k <= self.model.place[0] for k in hits)
            assert self.debugger.hits_until_now(each) == until_now, str(each)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=20)
