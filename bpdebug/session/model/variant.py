"""A session with other numbers: the same network for somebody else, found by a seed.

Given numbers change within their own decimals, so that they stay as easy to write as they were.
What is drawn is refused where it would teach nothing: where an activation is saturated, where a
rounded number may lie on either side of a kink, where a result has no digits to be seen, or where
results are equal that could be mixed up. The same seed gives the same numbers on every machine:
drawing and refusing use nothing but the arithmetic of the profile and `random.Random.random`, which
Python keeps as it is.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from bpdebug.notation.functions import FUNCTIONS, Function
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import PROFILE, Arithmetic, statement_step
from bpdebug.program.program import Phase, Program
from bpdebug.session.file.arrays import from_base64, from_lists
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import ArrayPart, SessionPart
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.find_the_bug import without_leads
from bpdebug.session.model.work import at_start

MOST_GIVEN = 2_000
"""At most this many given numbers are drawn: nobody computes more by hand."""

_TRIES = ((2, 300), (1, 100), (0, 100))
"""How many digits every result has to have at least, and in how many tries. In the last ones as
many results may have none as in the session itself."""

_SHRINKS = 40
"""After this many tries numbers are drawn nearer to 0, where nothing is saturated."""

_LEAST_REACH = 0.2
_DIGIT = 9
"""A number of one digit becomes any other of one digit."""

_EDGE = 0.01
"""An activation is saturated within this share of its range from either end."""

_FAR, _FARTHER = 1e3, 2e3
_NEAR_KINK = 10.0
"""This many units of the last decimal a number has to be from a kink."""


class Variants:
    """Sessions of other numbers of one session, at this many decimals.

    Raises SessionError if the session is bad or has too many given numbers.
    """

    def __init__(self, part: SessionPart, source: str, decimals: int) -> None:
        changes: dict[str, object] = {"planted": [], "printed": [], "title": part.title}
        self._part = at_start(without_leads(part)).model_copy(update=changes)
        self._source, self._decimals = source, decimals
        self._program = make_debugger(self._part, source).program
        self._drawn = _drawn(self._part, decimals)
        count = sum(each.values.size for each in self._drawn)
        if count > MOST_GIVEN:
            message = f"{count:,} given numbers; sheets can be made of at most {MOST_GIVEN:,}"
            raise SessionError(source, [Problem("", message)])
        self._trial = _Trial(self._program, decimals)

    def of(self, seed: str) -> SessionPart:
        """The session with the numbers that belong to a seed. Raises SessionError if none do."""
        generator = random.Random(seed)
        reasons: Counter[str] = Counter()
        for digits, tries in _TRIES:
            for number in range(tries):
                reach = max(_LEAST_REACH, 1.0 - number / _SHRINKS)
                values = [each.draw(generator, reach) for each in self._drawn]
                reason = self._reason(values, digits)
                if not reason:
                    return self._with(values)
                reasons[reason] += 1
        (most, _), *_ = reasons.most_common(1)
        message = f"no other numbers were found in {reasons.total()} tries: mostly {most}"
        raise SessionError(self._source, [Problem("", message)])

    def _reason(self, values: list[FloatArray], digits: int) -> str:
        """Why some values do not do; empty if they do."""
        program = self._program
        if program.model.feed is not None:
            memory = make_debugger(self._with(values), self._source).program.start.copy()
            return self._trial.reason(memory, digits)
        memory = program.start.copy()
        for each, drawn in zip(self._drawn, values, strict=True):
            quantity = program.quantities.get(each.name)
            if quantity is not None and quantity.size == drawn.size:
                memory[quantity.span] = drawn.ravel()
            else:
                slot = program.slot_named(each.name)
                assert slot is not None
                memory[slot] = drawn.item()
        return self._trial.reason(memory, digits)

    def _with(self, values: list[FloatArray]) -> SessionPart:
        update: dict[str, dict[str, Any]] = {}
        for each, drawn in zip(self._drawn, values, strict=True):
            fields = update.setdefault(each.field, dict(getattr(self._part, each.field)))
            fields[each.name] = _plain(drawn)
        return self._part.model_copy(update=update)


_FIELDS = ("inputs", "targets", "parameters")
"""The fields with what is drawn."""


def numbers_of(part: SessionPart) -> str:
    """The numbers of a session that variants differ in; equal for equal ones."""
    return part.model_dump_json(include=set(_FIELDS))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Given numbers of one name that are drawn: `units` of the last decimal that they have."""

    field: str
    name: str
    values: FloatArray
    decimals: tuple[int, ...]

    def draw(self, generator: random.Random, reach: float) -> FloatArray:
        """Other values, each with its sign and its decimals; a zero stays one."""
        found = []
        for value, decimals in zip(self.values.ravel().tolist(), self.decimals, strict=True):
            units = round(abs(value) * 10**decimals)
            if not units:
                found.append(0.0)
                continue
            low, high = (1, _DIGIT) if units <= _DIGIT else (units // 2, units + units // 2)
            high = max(low, round(high * reach))
            low = min(low, high)
            # `random` is the one method whose sequence Python promises to keep.
            drawn = low + int(generator.random() * (high - low + 1))
            found.append(float(Decimal(drawn).scaleb(-decimals)) * (1.0 if value > 0 else -1.0))
        return np.array(found, dtype=np.float64).reshape(self.values.shape)


def _drawn(part: SessionPart, most: int) -> list[_Drawn]:
    """What of a session is drawn: inputs, targets and parameters, but no choices of categories."""
    found = []
    for field in _FIELDS:
        for name, given in getattr(part, field).items():
            values = _array(given)
            if not np.isfinite(values).all():
                continue
            if field != "parameters" and _are_choices(values):
                continue
            decimals = tuple(min(most, _decimals(value)) for value in values.ravel().tolist())
            found.append(_Drawn(field, name, values, decimals))
    return found


def _array(given: object) -> FloatArray:
    if isinstance(given, ArrayPart):
        return from_base64(given.shape, given.float64)
    return from_lists(float(given) if isinstance(given, str) else given)


def _are_choices(values: FloatArray) -> bool:
    """Whether numbers say which, such as one-hot targets, or how likely, such as probabilities."""
    if np.isin(values, (-1.0, 0.0, 1.0)).all():
        return True
    shares = values.ndim > 0 and values.shape[-1] > 1
    return shares and bool((np.abs(values.sum(axis=-1) - 1.0) < 1e-9).all())


def _decimals(value: float) -> int:
    """How many decimals a number is written with."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(values: FloatArray) -> Any:
    """A number or nested lists; whole numbers as a person writes them."""

    def written(value: Any) -> Any:
        if isinstance(value, list):
            return [written(each) for each in value]
        return int(value) if value.is_integer() else value

    return written(values.tolist())


class _Trial:
    """One iteration of a program, looked at for what makes numbers bad for a sheet."""

    def __init__(self, program: Program, decimals: int) -> None:
        self._unit = 10.0**-decimals
        self._found: list[str] = []
        functions = {name: self._watching(FUNCTIONS[name]) for name in PROFILE.functions}
        arithmetic = Arithmetic(functions, PROFILE.total)
        self._steps = []
        for each in program.statements:
            if each.phase is not Phase.UPDATE:
                watched = each.phase in (Phase.FORWARD, Phase.LOSS)
                step = statement_step(program, each, arithmetic if watched else PROFILE)
                self._steps.append((each, step))
        self._computed = np.concatenate([each.slots.ravel() for each, _ in self._steps])
        memory = program.start.copy()
        with np.errstate(all="ignore"):
            for _, step in self._steps:
                step(memory)
        values = memory[self._computed]
        self._zeros = int((values == 0).sum())
        self._unseen = self._count_unseen(values, 1)
        self._different = self._count_different(memory)

    def _count_different(self, memory: FloatArray) -> list[int]:
        """How many different results each statement gives, as they are printed."""
        return [
            len(set(np.rint(memory[each.slots.ravel()] / self._unit).tolist()))
            for each, _ in self._steps
        ]

    def _count_unseen(self, values: FloatArray, digits: int) -> int:
        """How many results have fewer digits than that; an exact 0 is meant."""
        least = (10.0 ** (digits - 1) - 0.5) * self._unit
        return int(((np.abs(values) < least) & (values != 0)).sum())

    def reason(self, memory: FloatArray, digits: int) -> str:
        """What is wrong with the numbers of an iteration; empty if nothing is."""
        self._found.clear()
        with np.errstate(all="ignore"):
            for each, step in self._steps:
                step(memory)
                if self._found:
                    return f"{each.equation.target.family} {self._found[0]}"
        values = memory[self._computed]
        if not np.isfinite(values).all():
            return "a result is not finite"
        if int((values == 0).sum()) > self._zeros:
            return "a result is 0"
        allowed = 0 if digits else self._unseen
        if self._count_unseen(values, max(digits, 1)) > allowed:
            return "a result has no digits to be seen"
        if digits:
            pairs = zip(self._count_different(memory), self._different, strict=True)
            if any(mine < own for mine, own in pairs):
                return "results that should differ are equal"
        return ""

    def _watching(self, function: Function) -> Callable[..., Any]:
        ends = _ends(function.name)
        if ends is None and function.is_smooth:
            return function.array

        def call(*arguments: Any) -> Any:
            value = function.array(*arguments)
            if ends is not None:
                low, high = ends
                share = (value - low) / (high - low)
                if bool(((share < _EDGE) | (share > 1.0 - _EDGE)).any()):
                    self._found.append("is saturated")
            if _is_near_kink(function, arguments, _NEAR_KINK * self._unit):
                self._found.append("is near a kink")
            return value

        return call


def _is_near_kink(function: Function, arguments: tuple[Any, ...], room: float) -> bool:
    where = arguments[0] - arguments[1] if len(arguments) == 2 else arguments[0]
    return any(bool((np.abs(where - kink) < room).any()) for kink in function.kinks)


@cache
def _ends(name: str) -> tuple[float, float] | None:
    """The values between which a function stays, if it flattens out at both ends."""
    function = FUNCTIONS[name]
    if function.arity != 1 or function.steps is not None:
        return None
    with np.errstate(all="ignore"):
        points = np.array([-_FARTHER, -_FAR, _FAR, _FARTHER])
        far_left, left, right, far_right = function.array(points).tolist()
    flat = abs(far_left - left) < _EDGE and abs(far_right - right) < _EDGE
    return (left, right) if flat and right - left > _EDGE else None
