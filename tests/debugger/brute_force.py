"""A debugger by brute force: every state is kept and every operation is looked at."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from program.interpreter import PROFILE
from program.oracle import Trace

from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.view import Position, Status
from bpdebug.program.program import Phase, Program, Statement

Place = tuple[int, int]
"""Operations executed, and arithmetic steps of the next one."""

Part = str | float | bool | None
"""A part of a log message."""

_KNOWN = (Status.GIVEN, Status.CURRENT)


class RefusedError(Exception):
    """What cannot be done."""


@dataclass(frozen=True)
class Watched:
    """A breakpoint of the brute-force debugger; `access` is None for a place.

    In `condition` and in every second part of `log`, names stand in braces.
    """

    on: str
    access: Access | None = None
    once: bool = False
    hit: tuple[str, int] | None = None
    ignore: int = 0
    condition: str | None = None
    log: tuple[str, ...] | None = None
    enabled: bool = True

    def __str__(self) -> str:
        """As it is written to the debugger, and as that shows it."""
        parts = [self.on if self.access is None else f"{self.on} {self.access}"]
        parts += ["once"] * self.once
        parts += [f"hit {self.hit[0]} {self.hit[1]}"] if self.hit else []
        parts += [f"ignore {self.ignore}"] if self.ignore else []
        parts += [f"if {plain(self.condition)}"] if self.condition else []
        if self.log is not None:
            texts = (f"{{{plain(p)}}}" if n % 2 else p for n, p in enumerate(self.log))
            parts.append(f'log "{"".join(texts)}"')
        return " ".join(parts)

    def wants(self, number: int) -> bool:
        """Whether it acts on a hit of that number."""
        if number <= self.ignore or self.hit is None:
            return number > self.ignore
        sign, given = self.hit
        return bool(eval(f"{number} {sign} {given}" + " == 0" * (sign == "%")))


@dataclass
class Line:
    """A branch: its edits as `Trace` takes them. `life` tells it from others of its number."""

    name: str
    edits: dict[int, dict[int, float]] = field(default_factory=dict)
    parent: int | None = None
    fork: int = 0
    life: int = 1


@dataclass
class Papers:
    """All that a person has made of the run."""

    lines: dict[int, Line] = field(default_factory=lambda: {1: Line("main")})
    breakpoints: dict[int, Watched] = field(default_factory=dict)
    watches: list[str] = field(default_factory=list)
    bookmarks: dict[str, tuple[int, Place]] = field(default_factory=dict)
    stops: bool = True


@dataclass(frozen=True)
class Done:
    """A change: what it was, and all papers before and after it."""

    what: str
    before: Papers
    after: Papers
    branch: int
    branch_after: int
    place: Place
    moves: bool


@dataclass(frozen=True)
class Halt:
    """Why the debugger stands where it stands, as `Stop` says it."""

    reason: Reason
    breakpoint: int | None = None
    operation: int | None = None
    quantity: str | None = None
    old: float | None = None
    new: float | None = None
    hit: int | None = None


@dataclass(frozen=True)
class Sight:
    """The state after `at` operations, with the edits made there or before them."""

    model: BruteForce
    trace: Trace
    at: int
    edited: bool = True

    @property
    def iteration(self) -> int:
        return max(1, -(-self.at // self.model.length))

    @property
    def start(self) -> int:
        """The operations before this iteration."""
        return (self.iteration - 1) * self.model.length

    def value(self, slot: int) -> float:
        states = self.trace.states if self.edited else self.trace.reached
        return float(states[self.at][slot])

    def status(self, slot: int) -> Status:
        written = self.model.written.get(slot)
        if written is None:
            return Status.GIVEN
        if slot in self.model.updated or self.start + written <= self.at:
            return Status.CURRENT
        return Status.STALE if self.start else Status.UNKNOWN

    def previous(self, slot: int) -> float | None:
        """What the last event of the iteration replaced; None if there was nothing to replace."""
        edits = [
            (at, 1, float(self.trace.reached[at][slot]))
            for at, values in self.trace.edits.items()
            if slot in values and (self.start < at or at == self.start == 0)
            if at < self.at or (at == self.at and self.edited)
        ]
        events = list(edits)
        written = self.model.written.get(slot)
        if written is not None and self.start + written <= self.at:
            operation = self.start + written
            events.append((operation, 0, float(self.trace.states[operation - 1][slot])))
        if not (self.start or written is None or slot in self.model.updated or edits):
            return None
        return max(events)[2] if events else float(self.trace.starts[self.iteration - 1][slot])

    def evaluate(self, text: str) -> float | bool | None:
        """Python's own opinion on an expression; names stand in braces."""
        known: dict[str, Any] = {"iteration": float(self.iteration)}

        def element(kind: str, slot: int) -> float | None:
            current = self.value(slot) if self.status(slot) in _KNOWN else None
            previous = self.previous(slot)
            if kind == "delta":
                return None if current is None or previous is None else current - previous
            return previous if kind == "prev" else current

        def variable(match: re.Match[str]) -> str:
            slots = self.model.slots(match[2] or match[3])
            found = [element(match[1] or "", slot) for slot in slots]
            is_whole = self.model.program.slot_named(match[2] or match[3]) is None
            name = f"{match[1] or 'now'}{'whole' * is_whole}_{slots.start}"
            if None not in found:
                known[name] = Whole(found) if is_whole else found[0]
            return name

        text = re.sub(r"(prev|delta)\(\{(.*?)\}\)|\{(.*?)\}", variable, text)
        if not set(re.findall(r"[a-z]+_\d+", text)) <= known.keys():
            return None
        found = eval(text, {"__builtins__": {}, **_FUNCTIONS}, known)
        return found if isinstance(found, bool) else float(found)


class Whole(tuple[Any, ...]):
    """All elements of a quantity: what is done to it is done to each of them."""

    def __gt__(self, other: Any) -> Whole:  # type: ignore[override]
        return Whole(each > other for each in self)

    def __sub__(self, other: Any) -> Whole:
        others = other if isinstance(other, Whole) else [other] * len(self)
        return Whole(a - b for a, b in zip(self, others, strict=True))

    def __mul__(self, other: Any) -> Whole:
        return Whole(each * other for each in self)


def _of_each(name: str) -> Callable[..., Any]:
    function = PROFILE.functions[name]

    def apply(first: Any, *others: float) -> Any:
        if not isinstance(first, Whole):
            return function(first, *others)
        if name in ("max", "min"):
            extreme = max if name == "max" else min
            return math.nan if any(map(math.isnan, first)) else extreme(first)
        return Whole(map(function, first))

    return apply


def _total(whole: Whole) -> float:
    total = whole[0]
    for each in whole[1:]:
        total += each
    return float(total)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _of_each(name) for name in ("abs", "min", "max", "sign")
} | {
    "isnan": math.isnan,
    "isfinite": math.isfinite,
    "sum": _total,
    "mean": lambda whole: _total(whole) / len(whole),
    "norm": lambda whole: math.sqrt(_total(Whole(each * each for each in whole))),
    "any": any,
    "all": all,
}

Fires = Callable[[int], bool]
"""Whether an operation of the run is one that is looked for."""


class BruteForce:
    """What a debugger has to do, done the slow way."""

    def __init__(self, program: Program, iterations: int) -> None:
        self.program = program
        self.iterations = iterations
        self._traces: dict[str, Trace] = {}
        self._hits: dict[tuple[str, Watched], list[int]] = {}
        self.papers = Papers()
        self.branch = 1
        self.place: Place = (0, 0)
        self.halt = Halt(Reason.START)
        self.left: dict[int, Place] = {}
        self.followed: dict[int, int] = {1: 0}
        self.lives = 1
        self.log: list[tuple[int, int, tuple[Part, ...]]] = []
        self.done: list[Done] = []
        self.undone: list[Done] = []
        self.length = program.operations
        self.end = iterations * self.length
        steps = [program.arithmetic(k + 1) for k in range(self.length)]
        self.places = [
            (operation, step)
            for operation in range(self.end)
            for step in range(steps[operation % self.length])
        ] + [(self.end, 0)]
        first = self.trace.operations[: self.length]
        self.written = {done.slot: k + 1 for k, done in enumerate(first)}
        self.updated = {
            done.slot
            for k, done in enumerate(first)
            if program.statement(k + 1).phase is Phase.UPDATE
        }
        self.ends = {
            "s": list(range(self.end + 1)),
            "n": self._ends(lambda k: (self._statement(k).phase, self._statement(k).layer)),
            "f": self._ends(lambda k: self._statement(k).phase),
        }

    @property
    def trace(self) -> Trace:
        """All states of the branch."""
        key = self._key()
        if key not in self._traces:
            edits = copy.deepcopy(self.papers.lines[self.branch].edits)
            self._traces[key] = Trace(self.program, self.iterations, edits)
        return self._traces[key]

    def _key(self) -> str:
        return repr(sorted((p, sorted(e.items())) for p, e in self.line.edits.items()))

    @property
    def line(self) -> Line:
        return self.papers.lines[self.branch]

    def _statement(self, operation: int) -> Statement:
        return self.program.statement(operation % self.length + 1)

    def _ends(self, group: Callable[[int], object]) -> list[int]:
        """The positions between operations of different groups, and between iterations."""
        return [
            p
            for p in range(self.end + 1)
            if p in (0, self.end) or p % self.length == 0 or group(p - 1) != group(p)
        ]

    # What is to be seen

    def slots(self, name: str) -> range:
        """The slots of an element, or of all elements of a quantity."""
        slot = self.program.slot_named(name)
        if slot is not None:
            return range(slot, slot + 1)
        quantity = self.program.quantities[name]
        return range(quantity.offset, quantity.offset + quantity.size)

    def slot(self, name: str) -> int:
        found = self.program.slot_named(name)
        assert found is not None
        return found

    def sight(self, at: int | None = None) -> Sight:
        """The state at a position, edits made there included."""
        return Sight(self, self.trace, self.place[0] if at is None else at)

    def after(self, operation: int) -> Sight:
        """The state right after an operation, before any edit that comes there."""
        return Sight(self, self.trace, operation, edited=False)

    # Moving

    def stand(self, place: Place, halt: Halt) -> None:
        self.place, self.halt = place, halt
        life = self.line.life
        self.followed[life] = max(self.followed[life], place[0])

    def seen(self, number: int) -> int:
        """How far a branch was followed; to where it was edited last it was."""
        line = self.papers.lines[number]
        return max(self.followed[line.life], *line.edits, 0)

    def step(self, key: str, count: int) -> None:
        """`count` steps of the size `key`, backward if it is a capital or `[`."""
        backward = key.isupper() or key == "["
        size = {"[": "]"}.get(key, key.lower())
        place: Place | None = self.place
        for _ in range(count):
            place = None if place is None else self._moved(place, size, backward)
        if place is None:
            self.run(backward)
        else:
            self.travel(place, Halt(Reason.STEP), backward)

    def _moved(self, place: Place, size: str, backward: bool) -> Place | None:
        """Where one step leads, None if that is beyond the start or the end."""
        if size == "i":
            at = self.places.index(place) + (-1 if backward else 1)
            return self.places[at] if 0 <= at < len(self.places) else None
        if size == "]":
            moved = (place[0] + (-self.length if backward else self.length), place[1])
            return moved if (0, 0) <= moved <= (self.end, 0) else None
        ends = [(p, 0) for p in self.ends[size]]
        if backward:
            return max((p for p in ends if p < place), default=None)
        return min((p for p in ends if p > place), default=None)

    def run(self, backward: bool) -> None:
        if backward:
            self.travel((0, 0), Halt(Reason.START), True)
        else:
            self.travel((self.end, 0), Halt(Reason.END), False)

    def go_to(self, place: Place) -> None:
        self.stand(place, Halt(Reason.GO_TO))

    def run_to(self, name: str, backward: bool) -> None:
        """To the nearest position right after the operation that computes `name`."""
        written = self.written.get(self.slot(name))
        if written is None:
            raise RefusedError
        places = [(n * self.length + written, 0) for n in range(self.iterations)]
        if backward:
            target = max((p for p in places if p < self.place), default=None)
        else:
            target = min((p for p in places if p > self.place), default=None)
        if target is None:
            raise RefusedError
        self.travel(target, Halt(Reason.GO_TO), backward)

    def travel(self, target: Place, halt: Halt, backward: bool) -> None:
        """To a place, or to the first stop on the way."""
        here = self.place[0]
        if backward:
            if self.halt.operation == here and self.place[1] == 0:
                here -= 1
            # To un-execute an operation leads right before it, not further than the target.
            way = [k for k in range(here, 0, -1) if (k - 1, 0) >= target]
        else:
            way = list(range(here + 1, target[0] + 1))
        for operation in way:
            if self._stops(operation, backward):
                return
        self.stand(target, halt)

    def seek(self, fires: Fires, backward: bool) -> None:
        """Right after the next or the last operation that is looked for."""
        places = [(k, 0) for k in range(1, self.end + 1)]
        if backward:
            places = [p for p in reversed(places) if p < self.place]
        else:
            places = [p for p in places if p > self.place]
        for place in places:
            if fires(place[0]):
                self.go_to(place)
                return
        raise RefusedError

    # Stops

    def _stops(self, operation: int, backward: bool) -> bool:
        """Log what is to be logged at an operation; stop there, if something stops a run."""
        firing: list[tuple[int, Watched, int]] = []
        for number, each in self.papers.breakpoints.items():
            hits = self.hits(each) if each.enabled else []
            if operation in hits and each.wants(hits.index(operation) + 1):
                firing.append((number, each, hits.index(operation) + 1))
        for number, each, _ in firing:
            if each.log is not None:
                sight = self.after(operation)
                parts = [sight.evaluate(p) if n % 2 else p for n, p in enumerate(each.log)]
                self.log.append((operation, number, tuple(p for p in parts if p != "")))
        slot = self.trace.operations[operation - 1].slot
        stopping = [each for each in firing if each[1].log is None]
        if self.papers.stops and self.is_first_non_finite(operation):
            stopping = []
            halt = Halt(Reason.NON_FINITE, operation=operation)
        elif stopping:
            number, first, hit = stopping[0]
            if first.access is Access.READ:
                reads = self.trace.operations[operation - 1].reads
                slot = min(each for each in self.slots(first.on) if each in reads)
            halt = Halt(Reason.BREAKPOINT, number, operation, hit=hit)
        else:
            return False
        sights = [self.sight(operation - 1), self.after(operation)]
        old, new = (
            None if each.status(slot) is Status.UNKNOWN else each.value(slot)
            for each in (reversed(sights) if backward else sights)
        )
        halt = replace(halt, quantity=self.program.name(slot), old=old, new=new)
        self.stand((operation - 1 if backward else operation, 0), halt)
        gone = [number for number, each, _ in stopping if each.once]
        if gone:
            what = f"temporary breakpoint {', '.join(map(str, sorted(gone)))} deleted"
            with self._change(what):
                for number in gone:
                    del self.papers.breakpoints[number]
        return True

    def hits(self, each: Watched) -> list[int]:
        """All operations of the branch that are hits, whether the breakpoint is enabled or not."""
        key = self._key(), replace(each, enabled=True)
        if key not in self._hits:
            self._hits[key] = [k for k in range(1, self.end + 1) if self.fires(each, k)]
        return self._hits[key]

    def fires(self, each: Watched, operation: int) -> bool:
        if not self.touches(each.on, each.access, operation):
            return False
        return each.condition is None or self.after(operation).evaluate(each.condition) is True

    def touches(self, on: str, access: Access | None, operation: int) -> bool:
        """Whether an operation is one that a breakpoint is about, but for its condition."""
        done = self.trace.operations[operation - 1]
        iteration, k = divmod(operation - 1, self.length)
        if access is None:
            kind, _, which = on.partition(" ")
            if kind == "phase":
                phase = self._statement(k).phase
                return phase == which and (k == 0 or self._statement(k - 1).phase is not phase)
            if kind == "iteration":
                return k == 0 and which in ("", str(iteration + 1))
            return str(k + 1) == which
        slots = self.slots(on)
        if access is Access.READ:
            return not done.reads.isdisjoint(slots)
        if access is Access.GRADIENT:
            return self.program.name(done.slot) in {f"dE/d{self.program.name(s)}" for s in slots}
        if access is Access.CHANGE:
            old = self.sight(operation - 1).value(done.slot)
            return done.slot in slots and old != self.after(operation).value(done.slot)
        return done.slot in slots

    def comes_true(self, condition: str, operation: int) -> bool:
        """Whether an operation writes what a condition reads, and the condition holds after it.

        What is given, the number of the iteration and what was replaced before is new with
        each first operation; a whole quantity is new when its last element is written.
        """
        names = re.findall(r"\{(.*?)\}", condition)
        writers = {max(self.written.get(s, 1) for s in self.slots(name)) for name in names}
        writers |= {1} if re.search("iteration|prev|delta", condition) else set()
        touched = (operation - 1) % self.length + 1 in writers
        return touched and self.after(operation).evaluate(condition) is True

    def is_first_non_finite(self, operation: int) -> bool:
        """Whether an operation makes a value that is not finite where all were, since the
        iteration began or an edit came.
        """
        if math.isfinite(self.trace.operations[operation - 1].result):
            return False
        start = (operation - 1) // self.length * self.length
        since = max([start, *(p for p in self.trace.edits if start < p < operation)])
        computed = [s for s, k in self.written.items() if start or k <= since]
        if not np.isfinite(self.trace.states[since][computed]).all():
            return False
        earlier = self.trace.operations[since : operation - 1]
        return all(math.isfinite(each.result) for each in earlier)

    # Changes

    def _change(self, what: str, moves: bool = False) -> _Changing:
        return _Changing(self, what, moves)

    def add(self, each: Watched) -> None:
        number = max(self.papers.breakpoints, default=0) + 1
        with self._change(f"breakpoint {number} on {each.on}"):
            self.papers.breakpoints[number] = each

    def change_breakpoint(self, number: int, each: Watched) -> None:
        enabled = self.papers.breakpoints[number].enabled
        with self._change(f"breakpoint {number} changed"):
            self.papers.breakpoints[number] = replace(each, enabled=enabled)

    def delete(self, number: int) -> None:
        with self._change(f"breakpoint {number} deleted"):
            del self.papers.breakpoints[number]

    def enable(self, number: int, enabled: bool) -> None:
        with self._change(f"breakpoint {number} {'enabled' if enabled else 'disabled'}"):
            each = self.papers.breakpoints[number]
            self.papers.breakpoints[number] = replace(each, enabled=enabled)

    def ignore(self, number: int, count: int) -> None:
        each = self.papers.breakpoints[number]
        until_now = sum(k <= self.place[0] for k in self.hits(each))
        with self._change(f"breakpoint {number} ignores {count} hits"):
            ignored = until_now + count if count else 0
            self.papers.breakpoints[number] = replace(each, ignore=ignored)

    def stop_at_non_finite(self, stops: bool) -> None:
        word = "stop" if stops else "do not stop"
        with self._change(f"values that are not finite {word} a run"):
            self.papers.stops = stops

    def watch(self, text: str) -> None:
        if text in self.papers.watches:
            raise RefusedError
        with self._change(f"watch {plain(text)}"):
            self.papers.watches.append(text)

    def unwatch(self, text: str) -> None:
        if text not in self.papers.watches:
            raise RefusedError
        with self._change(f"watch {plain(text)} removed"):
            self.papers.watches.remove(text)

    def mark(self, name: str) -> None:
        with self._change(f"bookmark {name}"):
            self.papers.bookmarks[name] = (self.branch, self.place)

    def unmark(self, name: str) -> None:
        if name not in self.papers.bookmarks:
            raise RefusedError
        with self._change(f"bookmark {name} deleted"):
            del self.papers.bookmarks[name]

    def go_to_mark(self, name: str) -> None:
        if name not in self.papers.bookmarks:
            raise RefusedError
        branch, place = self.papers.bookmarks[name]
        if branch == self.branch:
            self.go_to(place)
        else:
            self._enter(branch, place, Halt(Reason.GO_TO))

    # Branches

    def edit(self, name: str, value: float) -> None:
        slot, at = self.slot(name), self.place[0]
        sight = self.sight()
        if sight.status(slot) not in _KNOWN or sight.value(slot) == value:
            raise RefusedError
        edits = {p: dict(each) for p, each in self.line.edits.items() if p <= at}
        edits.setdefault(at, {})[slot] = value
        number = self.branch
        with self._change(f"{name} := {value!r}", moves=True) as change:
            if at < self.seen(self.branch):
                number = max(self.papers.lines) + 1
                self.lives += 1
                line = Line(f"branch {number}", edits, self.branch, at, self.lives)
                self.papers.lines[number] = line
                self.followed[line.life] = at
            else:
                self.papers.lines[number] = replace(self.line, edits=edits)
            change.branch_after = number
        self._enter(number, (at, 0), Halt(Reason.EDIT))

    def _enter(self, branch: int, place: Place, halt: Halt) -> None:
        if self.branch in self.papers.lines:
            self.left[self.line.life] = self.place
        self.branch = branch
        self.stand(place, halt)

    def place_on(self, number: int) -> Place:
        if number == self.branch:
            return self.place
        line = self.papers.lines[number]
        return self.left.get(line.life, (line.fork, 0))

    def switch(self, number: int) -> None:
        if number not in self.papers.lines:
            raise RefusedError
        self._enter(number, self.place_on(number), Halt(Reason.GO_TO))

    def name_branch(self, number: int, name: str) -> None:
        if number not in self.papers.lines:
            raise RefusedError
        with self._change(f"branch {number} named {name}"):
            self.papers.lines[number] = replace(self.papers.lines[number], name=name)

    def delete_branch(self, number: int) -> None:
        if number not in self.papers.lines or len(self.papers.lines) == 1:
            raise RefusedError
        gone, target = self.papers.lines[number], self.branch
        self.left[gone.life] = self.place_on(number)
        with self._change(f"branch {number} deleted", moves=True) as change:
            del self.papers.lines[number]
            marks = self.papers.bookmarks
            self.papers.bookmarks = {n: m for n, m in marks.items() if m[0] != number}
            if number == self.branch:
                lines = self.papers.lines
                target = gone.parent if gone.parent in lines else min(lines)
            change.branch_after = target
        if number == self.branch:
            place = (min(gone.fork, self.place[0]), 0)
            self._enter(target, place, Halt(Reason.GO_TO))

    # Undo

    def undo(self) -> None:
        if not self.done:
            raise RefusedError
        change = self.done.pop()
        self.undone.append(change)
        self._restore(change, change.before, change.branch)

    def redo(self) -> None:
        if not self.undone:
            raise RefusedError
        change = self.undone.pop()
        self.done.append(change)
        self._restore(change, change.after, change.branch_after)

    def _restore(self, change: Done, papers: Papers, branch: int) -> None:
        if change.moves:
            self.left[self.line.life] = self.place
        self.papers = copy.deepcopy(papers)
        if not change.moves:
            return
        line, edited = self.papers.lines[branch], change.after.lines.get(branch)
        if papers is change.before and edited is not None and edited.edits != line.edits:
            # What came behind the edit was not seen without it.
            self.followed[line.life] = change.place[0]
        self._enter(branch, change.place, Halt(Reason.GO_TO))

    # Files

    def save_and_load(self) -> None:
        """What is left when a session was saved and is opened again."""
        places = {line.life: self.place_on(n) for n, line in self.papers.lines.items()}
        self.followed = {line.life: self.seen(n) for n, line in self.papers.lines.items()}
        self.left = places
        self.done, self.undone, self.log = [], [], []
        self.stand(self.place, Halt(Reason.GO_TO))


class _Changing:
    """A change while it is made, so that it can be undone."""

    def __init__(self, model: BruteForce, what: str, moves: bool) -> None:
        self.model, self.what, self.moves = model, what, moves
        self.before = copy.deepcopy(model.papers)
        self.branch_after = model.branch

    def __enter__(self) -> _Changing:
        return self

    def __exit__(self, *_: object) -> None:
        model = self.model
        after = copy.deepcopy(model.papers)
        here = model.branch, self.branch_after, model.place
        model.done.append(Done(self.what, self.before, after, *here, self.moves))
        model.undone.clear()


def plain(text: str) -> str:
    """An expression as it is written to the debugger: without the braces around names."""
    return text.replace("{", "").replace("}", "")


def position(place: Place) -> Position:
    """A place as the debugger's own type."""
    return Position(*place)


@lru_cache(maxsize=16)
def events(program: Program) -> st.SearchStrategy[tuple[str, Access]]:
    """What can happen to an element, or to any element of a quantity."""
    computed = [program.name(program.slot(k + 1)) for k in range(program.operations)]
    trained = [name[2:].partition("/d")[2] for name in computed if name.startswith("dE/d")]
    read = sorted({s for done in Trace(program, 1).operations for s in done.reads})
    owners = [program.quantity_at(program.slot(k + 1)) for k in range(program.operations)]
    wholes = list(dict.fromkeys(each.name for each in owners if each.shape))
    trained += [name.removeprefix("dE/d") for name in wholes if name.startswith("dE/d")]
    computed += wholes
    on = st.tuples(st.sampled_from(computed), st.sampled_from([Access.WRITE, Access.CHANGE]))
    if read:
        names = [program.name(slot) for slot in read]
        names += sorted({q.name for q in map(program.quantity_at, read) if q.shape})
        on |= st.tuples(st.sampled_from(names), st.just(Access.READ))
    if trained:
        on |= st.tuples(st.sampled_from(trained), st.just(Access.GRADIENT))
    return on


def _places(program: Program) -> st.SearchStrategy[str]:
    phases = sorted({program.statement(k + 1).phase.value for k in range(program.operations)})
    return (
        st.sampled_from(phases).map(lambda each: f"phase {each}")
        | st.sampled_from(["iteration", "iteration 2", "iteration 7"])
        | st.integers(1, program.operations).map(lambda each: f"operation {each}")
    )


@lru_cache(maxsize=16)
def _happenings(program: Program) -> st.SearchStrategy[tuple[str, Access | None]]:
    """What can happen, and places without anything that happens to an element."""
    nothing = st.tuples(_places(program), st.none())
    return events(program) | events(program) | nothing


_SIGNS = st.tuples(st.sampled_from([">", ">=", "==", "%"]), st.integers(1, 4))
_HITS = st.none() | st.none() | _SIGNS


@st.composite
def breakpoints(draw: st.DrawFn, program: Program) -> Watched:
    """Breakpoints of any kind that stop a run."""
    names, wholes = list(program.element_names()), quantities(program)
    on, access = draw(_happenings(program))
    return Watched(
        on,
        access,
        draw(st.sampled_from([False, False, False, True])),
        draw(_HITS),
        draw(st.sampled_from([0, 0, 0, 1, 2])),
        draw(st.none() | conditions(names, wholes)),
    )


@st.composite
def any_breakpoints(draw: st.DrawFn, program: Program) -> Watched:
    """Breakpoints of any kind, ones that write messages among them."""
    found = draw(breakpoints(program))
    if draw(st.integers(0, 3)):
        return found
    names, wholes = list(program.element_names()), quantities(program)
    texts = st.sampled_from(["", "here: ", " = ", "%s ½ [/]"])
    log = [draw(texts)]
    for _ in range(draw(st.integers(0, 2))):
        log += [draw(values(names, wholes) | conditions(names, wholes)), draw(texts)]
    return replace(found, once=False, log=tuple(log))


def quantities(program: Program) -> list[str]:
    """The names of quantities with several elements."""
    return [name for name, each in program.quantities.items() if each.shape]


# What is drawn has numbers for names, so that one strategy serves all programs: to make a strategy
# and have it validated takes hypothesis longer than to draw from it.
_NAME = st.integers(0, 2**16).map("{{{}}}".format)
_WHOLE = st.integers(0, 2**16).map("{{:{}}}".format)
_NUMBER = st.sampled_from(["0", "0.5", "1", "2", "0.1"])


def _arrays() -> st.SearchStrategy[str]:
    """Expressions with a value for each element of a quantity."""
    called = st.tuples(st.sampled_from(["abs", "sign", "prev", "delta"]), _WHOLE)
    array = _WHOLE | called.map(lambda each: f"{each[0]}({each[1]})")
    single = _NAME | st.sampled_from(["0.5", "2"])
    array |= st.tuples(_WHOLE, st.sampled_from([" - ", "*"]), single).map("".join)
    return array | _WHOLE.map(lambda each: f"{each} - prev({each})")


def _values(with_wholes: bool) -> st.SearchStrategy[str]:
    call = st.sampled_from(["abs", "sign", "prev", "delta"])
    value = _NAME | _NUMBER | st.tuples(call, _NAME).map(lambda each: f"{each[0]}({each[1]})")
    pair = st.tuples(st.sampled_from(["min", "max"]), value, value)
    value |= pair.map(lambda each: f"{each[0]}({each[1]}, {each[2]})")
    if with_wholes:
        reduced = st.tuples(st.sampled_from(["max", "min", "sum", "mean", "norm"]), _arrays())
        value |= reduced.map(lambda each: f"{each[0]}({each[1]})")
    return value | st.tuples(_NAME, st.sampled_from([" + ", " - ", "*"]), value).map("".join)


def _conditions(with_wholes: bool) -> st.SearchStrategy[str]:
    value = _values(with_wholes)
    sign = st.sampled_from([" < ", " <= ", " > ", " >= ", " == ", " != "])
    compared = st.tuples(value, sign, value).map("".join)
    compared |= st.tuples(_NUMBER, sign, value, sign, _NUMBER).map("".join)
    compared |= st.tuples(st.sampled_from(["isnan", "isfinite"]), value).map(
        lambda each: f"{each[0]}({each[1]})"
    )
    compared |= st.sampled_from(["iteration > 1", "iteration == 2", "iteration % 2 == 1"])
    if with_wholes:
        tests = st.tuples(st.sampled_from(["any", "all"]), _arrays(), _NUMBER)
        compared |= tests.map(lambda each: f"{each[0]}({each[1]} > {each[2]})")

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        joined = st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join)
        return joined | inner.map(lambda each: f"not ({each})")

    return st.recursive(compared, larger, max_leaves=3)


_VALUES = {each: _values(each) for each in (False, True)}
_CONDITIONS = {each: _conditions(each) for each in (False, True)}


def values(names: list[str], wholes: list[str] | None = None) -> st.SearchStrategy[str]:
    """Expressions in the subset that means the same in Python; names stand in braces.

    `wholes` are quantities with several elements.
    """
    return _VALUES[bool(wholes)].map(lambda text: _named(text, names, wholes or []))


def conditions(names: list[str], wholes: list[str] | None = None) -> st.SearchStrategy[str]:
    """Conditions in the subset that means the same in Python; names stand in braces."""
    found = _CONDITIONS[bool(wholes)].map(lambda text: _named(text, names, wholes or []))
    return found.filter(lambda text: len(text) < 200)


def _named(text: str, names: list[str], wholes: list[str]) -> str:
    """An expression with names where it has their numbers."""

    def name(found: re.Match[str]) -> str:
        among = wholes if found[1] else names
        return f"{{{among[int(found[2]) % len(among)]}}}"

    return re.sub(r"\{(:?)(\d+)\}", name, text)
