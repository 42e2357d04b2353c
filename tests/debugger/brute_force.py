"""A debugger by brute force: every state is kept and every operation is looked at."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from program.oracle import Operation, Trace

from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.view import Position, Status
from bpdebug.program.program import Phase, Program, Statement

Place = tuple[int, int]
"""Operations executed, and arithmetic steps of the next one."""


@dataclass
class Watched:
    """A breakpoint of the brute-force debugger."""

    quantity: str
    access: Access
    condition: str | None
    enabled: bool = True
    hits: int = 0


@dataclass
class BruteForce:
    """What a debugger has to do, done the slow way."""

    program: Program
    iterations: int
    place: Place = (0, 0)
    breakpoints: dict[int, Watched] = field(default_factory=dict)
    stopped_by: int | None = None

    def __post_init__(self) -> None:
        self.trace = Trace(self.program, self.iterations)
        self.length = self.program.operations
        self.end = self.iterations * self.length
        steps = [self.program.arithmetic(k + 1) for k in range(self.length)]
        self.places = [
            (operation, step)
            for operation in range(self.end)
            for step in range(steps[operation % self.length])
        ] + [(self.end, 0)]
        self.written = {done.slot: k + 1 for k, done in enumerate(self._first)}
        self.updated = {
            done.slot
            for k, done in enumerate(self._first)
            if self.program.statement(k + 1).phase is Phase.UPDATE
        }
        self.ends = {
            "s": list(range(self.end + 1)),
            "n": self._ends(lambda k: (self._statement(k).phase, self._statement(k).layer)),
            "f": self._ends(lambda k: self._statement(k).phase),
        }

    @property
    def _first(self) -> list[Operation]:
        return self.trace.operations[: self.length]

    def _statement(self, operation: int) -> Statement:
        return self.program.statement(operation % self.length + 1)

    def _ends(self, group: Callable[[int], object]) -> list[int]:
        """The positions between operations of different groups, and between iterations."""
        return [
            p
            for p in range(self.end + 1)
            if p in (0, self.end) or p % self.length == 0 or group(p - 1) != group(p)
        ]

    # What is known

    def iteration(self, position: int) -> int:
        return max(1, -(-position // self.length))

    def status(self, slot: int, position: int) -> Status:
        if slot not in self.written:
            return Status.GIVEN
        start = (self.iteration(position) - 1) * self.length
        if slot in self.updated or start + self.written[slot] <= position:
            return Status.CURRENT
        return Status.STALE if start else Status.UNKNOWN

    # Moving

    def step(self, key: str, count: int) -> None:
        """`count` steps of the size `key`, backward if it is a capital or `[`."""
        backward = key.isupper() or key == "["
        size = {"[": "]"}.get(key, key.lower())
        self.stopped_by = None
        for _ in range(count):
            self.place = self._moved(size, backward)

    def _moved(self, size: str, backward: bool) -> Place:
        if size == "i":
            at = self.places.index(self.place) + (-1 if backward else 1)
            return self.places[min(max(at, 0), len(self.places) - 1)]
        if size == "]":
            operation = self.place[0] + (-self.length if backward else self.length)
            if operation < 0:
                return (0, 0)
            return min((operation, self.place[1]), (self.end, 0))
        ends = [(p, 0) for p in self.ends[size]]
        if backward:
            return max((p for p in ends if p < self.place), default=(0, 0))
        return min((p for p in ends if p > self.place), default=(self.end, 0))

    def go_to(self, place: Place) -> None:
        self.place, self.stopped_by = place, None

    # Running

    def hit(self, operation: int) -> int | None:
        """What stops a run at an operation: a breakpoint's number, 0 for a value that is not
        finite, None for nothing.
        """
        if operation == self._first_non_finite(self.iteration(operation)):
            return 0
        for number, each in self.breakpoints.items():
            if each.enabled and self._fires(each, operation):
                return number
        return None

    def run(self, backward: bool) -> int | None:
        """The operation that a run stops for, None if it reaches the end or the start."""
        here = self.place[0]
        if backward:
            if self.stopped_by == here and self.place[1] == 0:
                here -= 1
            searched = range(here, 0, -1)
        else:
            searched = range(here + 1, self.end + 1)
        for operation in searched:
            number = self.hit(operation)
            if number is not None:
                self.place = (operation - 1 if backward else operation, 0)
                self.stopped_by = operation
                if number:
                    self.breakpoints[number].hits += 1
                return operation
        self.place, self.stopped_by = (0 if backward else self.end, 0), None
        return None

    def _first_non_finite(self, iteration: int) -> int | None:
        before = (iteration - 1) * self.length
        computed = list(self.written)
        if iteration > 1 and not np.isfinite(self.trace.states[before][computed]).all():
            return None
        for operation in range(before + 1, before + self.length + 1):
            if not math.isfinite(self.trace.operations[operation - 1].result):
                return operation
        return None

    def _fires(self, each: Watched, operation: int) -> bool:
        done = self.trace.operations[operation - 1]
        slot = self.program.slot_named(each.quantity)
        assert slot is not None
        if each.access is Access.READ:
            touched = slot in done.reads
        elif each.access is Access.GRADIENT:
            touched = self.program.name(done.slot) == f"dE/d{each.quantity}"
        else:
            touched = done.slot == slot
        if each.access is Access.CHANGE:
            old, new = (self.trace.states[p][slot] for p in (operation - 1, operation))
            touched = touched and old != new
        return touched and (each.condition is None or self._holds(each.condition, operation))

    def _holds(self, condition: str, position: int) -> bool:
        """Python's own opinion; names stand in braces."""
        known: dict[str, float] = {"iteration": float(self.iteration(position))}

        def variable(match: re.Match[str]) -> str:
            slot = self.program.slot_named(match[1])
            assert slot is not None
            if self.status(slot, position) in (Status.GIVEN, Status.CURRENT):
                known[f"v{slot}"] = float(self.trace.states[position][slot])
            return f"v{slot}"

        text = re.sub(r"\{(.*?)\}", variable, condition)
        wanted = set(re.findall(r"v\d+", text))
        if not wanted <= known.keys():
            return False
        return bool(eval(text, {"__builtins__": {}, "abs": abs}, known))


def plain(condition: str) -> str:
    """A condition as it is written to the debugger: without the braces around names."""
    return condition.replace("{", "").replace("}", "")


def position(place: Place) -> Position:
    """A place as the debugger's own type."""
    return Position(*place)


def breakpoints(program: Program) -> st.SearchStrategy[tuple[str, Access, str | None]]:
    """Breakpoints of any kind on what operations compute or read, with and without condition."""
    computed = [program.name(program.slot(k + 1)) for k in range(program.operations)]
    trained = [name[2:].partition("/d")[2] for name in computed if name.startswith("dE/d")]
    read = sorted({s for done in Trace(program, 1).operations for s in done.reads})
    on = st.tuples(st.sampled_from(computed), st.sampled_from([Access.WRITE, Access.CHANGE]))
    if read:
        names = [program.name(slot) for slot in read]
        on |= st.tuples(st.sampled_from(names), st.just(Access.READ))
    if trained:
        on |= st.tuples(st.sampled_from(trained), st.just(Access.GRADIENT))
    condition = st.none() | conditions(list(program.element_names()))
    return st.tuples(on, condition).map(lambda drawn: (*drawn[0], drawn[1]))


def conditions(names: list[str]) -> st.SearchStrategy[str]:
    """Conditions in the subset that means the same in Python; names stand in braces."""
    name = st.sampled_from(names).map(lambda each: f"{{{each}}}")
    number = st.sampled_from(["0", "0.5", "1", "2", "0.1"])
    value = name | name.map(lambda each: f"abs({each})") | number
    value |= st.tuples(name, st.sampled_from([" + ", " - ", "*"]), value).map("".join)
    sign = st.sampled_from([" < ", " <= ", " > ", " >= ", " == ", " != "])
    compared = st.tuples(value, sign, value).map("".join)
    compared |= st.tuples(number, sign, value, sign, number).map("".join)
    compared |= st.sampled_from(["iteration > 1", "iteration == 2"])

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        joined = st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join)
        return joined | inner.map(lambda each: f"not ({each})")

    return st.recursive(compared, larger, max_leaves=3).filter(lambda text: len(text) < 200)
