"""From numbers under names to figures of elements, with what was assumed on the way."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bpdebug.checks.figures.figure import (
    Figure,
    FigureError,
    figure_at,
    read_number,
    tolerance,
)
from bpdebug.checks.figures.precision import of_programs
from bpdebug.debugger.state import DebuggerState
from bpdebug.session.data.meaning.layout import (
    Chooser,
    Item,
    ways_of_array,
    ways_of_elements,
)
from bpdebug.session.data.meaning.names import Meaning, meaning_of
from bpdebug.session.data.meaning.part_of_array import elements_of_row
from bpdebug.session.data.meaning.roles import Roles, roles_of
from bpdebug.session.data.meaning.scale import Scales, Scaling, scaled
from bpdebug.session.data.meaning.truth import Truth
from bpdebug.session.data.written import Written
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.fields import shape_text

MOST_FIGURES = 1_000_000

_MOST_PROBLEMS = 100
"""A name that is not there is compared with all others, which takes its time."""

_LAYOUTS = ("session", "transposed")
_FACTOR = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(?:/(\d{1,9}(?:\.\d{1,9})?))?")
_INDICES = re.compile(r"(?:\[[ \d,]{1,40}\]){1,4}$")
_LIKE_A_QUANTITY = re.compile(r"d|∂|∇|g_|grad|delta|nabla|[WBZAwbza]\d|.*grad$|.*[\[/]")


@dataclass(frozen=True, slots=True)
class Taking:
    """How numbers are to be taken, where that can be told in several ways; what is None is found
    out.

    `layout` is `session` or `transposed`, for arrays that fit both ways; `index_from` the number
    of the first index, 0 or 1; `factor` how many times the session's gradients somebody's are.
    """

    layout: str | None = None
    index_from: int | None = None
    factor: float | None = None

    def __post_init__(self) -> None:
        if self.layout is not None and self.layout not in _LAYOUTS:
            raise FigureError(
                f"found the layout {self.layout!r:.40}, expected session or transposed"
            )
        if self.index_from not in (None, 0, 1):
            raise FigureError(f"found index-from {self.index_from!r:.40}, expected 0 or 1")
        if self.factor is not None and not (0 < self.factor < math.inf):
            raise FigureError(f"found the factor {self.factor!r:.40}, expected a number above 0")

    def with_settings(self, settings: dict[str, str]) -> Taking:
        """With what a text says of itself where nothing else is said. Raises FigureError."""
        taking = self
        if "layout" in settings and self.layout is None:
            taking = replace(taking, layout=settings["layout"])
        if "index_from" in settings and self.index_from is None:
            written = settings["index_from"]
            if written not in ("0", "1"):
                raise FigureError(f"found index-from {written!r:.40}, expected 0 or 1")
            taking = replace(taking, index_from=int(written))
        if "factor" in settings and self.factor is None:
            taking = replace(taking, factor=factor_of(settings["factor"]))
        return taking


def factor_of(text: str) -> float:
    """The factor that somebody writes, `3` or `1/3`. Raises FigureError."""
    found = _FACTOR.fullmatch(text.strip())
    if found is None or not float(found[1]) or (found[2] and not float(found[2])):
        raise FigureError(f"found the factor {text!r:.40}, expected a number above 0, as 3 or 1/3")
    return float(found[1]) / float(found[2] or 1)


@dataclass(frozen=True, slots=True)
class Taken:
    """The figures, and in one sentence each what was assumed."""

    figures: list[Figure]
    notes: tuple[str, ...] = ()


def take(
    written: Sequence[Written],
    debugger: DebuggerState,
    source: str,
    iteration: int = 1,
    taking: Taking | None = None,
    is_pasted: bool = False,
) -> Taken:
    """The figures of a source; `iteration` is that of those which do not say another one.

    What is pasted may have other things in it: a number of something that does not look like a
    quantity is left out, which is said; and what nothing tells is asked for. Raises SessionError
    with all that is wrong.
    """
    taker = _Taker(debugger, source, iteration, taking or Taking(), is_pasted)
    taker.take(written)
    if taker.problems:
        raise SessionError(source, taker.problems)
    return Taken(taker.figures, tuple(taker.notes))


@dataclass(slots=True)
class _Meant:
    """Numbers and what they are numbers of."""

    written: Written
    meaning: Meaning
    iteration: int


@dataclass(slots=True)
class _Taker:
    debugger: DebuggerState
    source: str
    iteration: int
    taking: Taking
    is_pasted: bool
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _left_out: list[str] = field(default_factory=list)
    _places: dict[tuple[int, int], str] = field(default_factory=dict)

    def problem(self, place: str, message: str) -> None:
        """Note that something is wrong at a place."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(place, message))

    def take(self, written: Sequence[Written]) -> None:
        """Make figures of all that is written."""
        if sum(each.size for each in written) > MOST_FIGURES:
            self.problem("", f"more than {MOST_FIGURES:,} figures are too many")
            return
        roles = roles_of(self.debugger.program)
        shift = self._shift(written)
        meant = []
        program = self.debugger.program
        for each in (one for row in written for one in elements_of_row(program, roles, row)):
            if len(self.problems) >= _MOST_PROBLEMS or len(self._left_out) > _MOST_PROBLEMS:
                break
            found = self._meant(each, roles, shift)
            if found is not None:
                meant.append(found)
        if self.problems:
            return
        truth = Truth(self.debugger)
        items = self._items(meant, roles)
        if not self.problems and not items and not self._left_out:
            self.problem("", "there is no figure in it")
        if self._left_out:
            shown = ", ".join(self._left_out[:5]) + (", …" if len(self._left_out) > 5 else "")
            if not items and not self.problems:
                self.problem("", f"found nothing that is a quantity of the session: {shown}")
            self.notes.append(f"left out: {shown}, which the session does not have")
        if self.problems:
            return
        self._choose([item for item, _ in items], truth, roles)
        if self.problems:
            return
        self._make(items, truth, roles)

    def _shift(self, written: Sequence[Written]) -> int:
        """Added to iterations, which count from 1 here: 1 if some program counts from 0."""
        if any(each.iteration == 0 for each in written):
            self.notes.append("iterations count from 0, so 0 is the session's iteration 1")
            return 1
        return 0

    def _meant(self, each: Written, roles: Roles, shift: int) -> _Meant | None:
        program = self.debugger.program
        iteration = self.iteration if each.iteration is None else each.iteration + shift
        name, at, when = each.name.rpartition("@")
        if at and when.isdecimal() and when.isascii() and len(when) < 10 and int(when):
            each, iteration = replace(each, name=name.strip()), int(when)
        try:
            if each.last:
                each, iteration = self._with_iteration(each, roles, iteration)
            return _Meant(each, meaning_of(program, roles, each.name, each.shape), iteration)
        except FigureError as error:
            is_odd = self.is_pasted and (
                each.name.endswith(".shape")
                or (each.size == 1 and not _LIKE_A_QUANTITY.match(each.name))
            )
            if is_odd and str(error).startswith("there is no quantity"):
                self._left_out.append(f"{each.name[:40]} ({each.place})")
                if len(self._left_out) > _MOST_PROBLEMS:
                    message = f"more than {_MOST_PROBLEMS} names are not quantities of the session"
                    self.problem("", message)
            else:
                self.problem(each.place, str(error))
            return None

    def _with_iteration(self, each: Written, roles: Roles, iteration: int) -> tuple[Written, int]:
        """Two numbers after a name: an array of two, or a number and its iteration."""
        value, when = each.texts
        alone = replace(each, shape=(), texts=(value,), last=False)
        if not (when.isascii() and when.isdecimal() and len(when) < 10 and int(when)):
            return each, iteration
        try:
            meaning = meaning_of(self.debugger.program, roles, each.name, each.shape)
        except FigureError:
            return alone, int(when)
        if meaning.is_whole and meaning.quantity.size == each.size:
            return each, iteration
        return alone, int(when)

    def _items(self, meant: Sequence[_Meant], roles: Roles) -> list[tuple[Item, list[_Meant]]]:
        """Arrays one by one, elements by indices together with others of their quantity."""
        found: list[tuple[Item, list[_Meant]]] = []
        elements: dict[tuple[str, int], list[_Meant]] = {}
        for each in meant:
            if each.meaning.indices is not None:
                key = (each.meaning.quantity.name, each.iteration)
                elements.setdefault(key, []).append(each)
            else:
                item = self._array(each, roles)
                if item is not None:
                    found.append((item, [each]))
        for group in elements.values():
            item = self._group(group, roles)
            if item is not None:
                found.append((item, group))
        return found

    def _axes(self, meaning: Meaning, roles: Roles) -> tuple[str, ...]:
        inner = meaning.quantity.name.removeprefix(f"d{self.debugger.program.model.loss}/d")
        return roles.axes.get(inner, ())

    def _array(self, each: _Meant, roles: Roles) -> Item | None:
        quantity, written = each.meaning.quantity, each.written
        numbers = self._numbers(written)
        if numbers is None:
            return None
        if each.meaning.place is not None:
            slot = quantity.offset + each.meaning.place
            scalar = replace(quantity, shape=(), offset=slot)
            ways = ways_of_array(scalar, (), written.shape) if written.size == 1 else []
        else:
            ways = ways_of_array(quantity, self._axes(each.meaning, roles), written.shape)
        if not ways:
            self.problem(written.place, _misshapen(each.meaning, written))
            return None
        values, halves = numbers
        return Item(
            written.name, quantity, each.iteration, values, halves, ways, each.meaning.is_exact
        )

    def _group(self, group: Sequence[_Meant], roles: Roles) -> Item | None:
        first = group[0].meaning
        several = next((each.written for each in group if each.written.size != 1), None)
        if several is not None:
            self.problem(
                several.place,
                f"{several.name} is one number, and {several.size:,} numbers were found",
            )
            return None
        numbers = [self._numbers(each.written) for each in group]
        if any(each is None for each in numbers):
            return None
        indices = [each.meaning.indices or () for each in group]
        widths = {len(each) for each in indices}
        ways = (
            ways_of_elements(first.quantity, self._axes(first, roles), indices)
            if len(widths) == 1
            else []
        )
        if not ways:
            worst = max(group, key=lambda each: max(each.meaning.indices or (0,)))
            shape = ",".join(map(str, first.quantity.shape))
            self.problem(
                worst.written.place,
                f"{worst.written.name}: the indices of {first.quantity.name} go up to [{shape}], "
                "counted from 1; these fit neither from 0 nor from 1",
            )
            return None
        values = np.concatenate([each[0] for each in numbers if each is not None])
        halves = np.concatenate([each[1] for each in numbers if each is not None])
        is_exact = all(each.meaning.is_exact for each in group)
        name = _INDICES.sub("", group[0].written.name) or group[0].written.name
        return Item(name, first.quantity, group[0].iteration, values, halves, ways, is_exact)

    def _numbers(self, written: Written) -> tuple[np.ndarray, np.ndarray] | None:
        """The numbers, and half the unit of the last place of each."""
        if written.values is not None:
            flat = written.values.ravel()
            if not np.isfinite(flat).all():
                self.problem(written.place, "not all of its numbers are finite")
                return None
            return flat, np.zeros(flat.size)
        values, halves = [], []
        for text in written.texts:
            try:
                value, rounding = read_number(text)
            except FigureError as error:
                self.problem(written.place, str(error))
                return None
            values.append(value)
            halves.append(0.0 if rounding is None else rounding.unit(value) / 2)
        return np.array(values, dtype=np.float64), np.array(halves, dtype=np.float64)

    def _choose(self, items: Sequence[Item], truth: Truth, roles: Roles) -> None:
        count = float(roles.observations)
        factors = [1.0] if count < 2 else [1.0, count, 1 / count]
        if self.taking.factor is not None:
            factors = [self.taking.factor]
        chooser = Chooser(
            truth, factors, self.taking.layout or "", self.taking.index_from, self.is_pasted
        )
        for chosen in chooser.choose(items):
            if chosen.is_open:
                self.problem("", chosen.note)
            else:
                self.notes.append(chosen.note)

    def _make(self, items: Sequence[tuple[Item, list[_Meant]]], truth: Truth, roles: Roles) -> None:
        program = self.debugger.program
        printed: list[Figure] = []
        computed: list[Figure] = []
        for item, meant in items:
            slots = item.ways[0].slots.tolist()
            at = 0
            for each in meant:
                here = slots[at : at + each.written.size]
                at += each.written.size
                if each.written.values is None:
                    printed += self._printed(each, here)
                else:
                    computed += self._computed(each, here)
        figures = [*of_programs(program, printed), *computed]
        scaling = Scaling(truth, roles, program.model.loss)
        alone = [item for item, _ in items]
        scales = (
            scaling.found(alone)
            if self.taking.factor is None
            else scaling.given(alone, self.taking.factor)
        )
        self.notes += scales.notes
        self.figures = self._in_scale(figures, scales)

    def _in_scale(self, figures: Sequence[Figure], scales: Scales) -> list[Figure]:
        if not scales.factors:
            return list(figures)
        name = self.debugger.program.quantity_at
        return [scaled(each, scales.factors.get(name(each.slot).name, 1.0)) for each in figures]

    def _printed(self, each: _Meant, slots: Sequence[int]) -> list[Figure]:
        found = []
        source = f"{self.source} {each.written.place}"
        for slot, text in zip(slots, each.written.texts, strict=True):
            if not self._is_new(slot, each):
                break
            try:
                figure = figure_at(self.debugger.program, slot, text, each.iteration, source)
            except FigureError as error:
                self.problem(each.written.place, str(error))
                break
            if each.written.epsilon > figure.epsilon:
                figure = replace(figure, epsilon=each.written.epsilon)
            found.append(figure)
        return found

    def _computed(self, each: _Meant, slots: Sequence[int]) -> list[Figure]:
        program, written = self.debugger.program, each.written
        assert written.values is not None
        values = written.values.ravel().tolist()
        greatest = max(map(abs, values), default=0.0) or 1.0
        found = []
        for slot, value in zip(slots, values, strict=True):
            if not self._is_new(slot, each):
                break
            half = tolerance(value, greatest, written.epsilon)
            source = f"{self.source} {written.place}"
            found.append(
                Figure(
                    program.name(slot),
                    slot,
                    each.iteration,
                    repr(value),
                    value,
                    half,
                    source,
                    epsilon=written.epsilon,
                )
            )
        return found

    def _is_new(self, slot: int, each: _Meant) -> bool:
        """Whether there is no figure for it yet; a problem if there is."""
        key = (slot, each.iteration)
        before = self._places.get(key)
        if before is None:
            self._places[key] = each.written.place
            return True
        name = self.debugger.program.name(slot)
        self.problem(each.written.place, f"{name} is given twice, first in {before}")
        return False


def _misshapen(meaning: Meaning, written: Written) -> str:
    quantity = meaning.quantity
    found = shape_text(written.shape)
    if meaning.is_whole and written.size == 1:
        first = quantity.labels(0)
        return f"{quantity.name} is not a single number; name one of its elements, such as {first}"
    if meaning.place is not None or not quantity.shape:
        return f"{written.name}: found {written.size:,} numbers; {meaning} is a single one"
    return f"{written.name}: found the shape {found}, expected {shape_text(quantity.shape)}"
