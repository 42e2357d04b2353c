"""Figures: numbers that somebody has printed, typed in or computed elsewhere, and the true ones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.state import DebuggerState
from bpdebug.debugger.view import Position
from bpdebug.notation.names import spelled
from bpdebug.program.program import Program

MOST_DIGITS = 15
"""A number with this many significant digits or more is a double of a program, not rounded."""

DOUBLE, SINGLE = float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)
"""The rounding of the arithmetics in which programs compute: float64 and float32."""

_COARSE, _RELATIVE = 100, 1e-9
"""The tolerance of a number that a program has computed, in units of that rounding and at least,
as a share of the number."""

_FLOOR = 1e-2
"""The tolerance of a small number is at least that of one this many times as great as its
quantity's greatest: what cancels keeps the rounding of what it came from."""

_LONGEST = 200
_SLACK = 1e-9
"""Of half a unit: where exactly a tie lies is a matter of binary numbers."""


class FigureError(ValueError):
    """A text that is not a figure, or a figure of something that is not there."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a figure was rounded: to a number of decimals, or, if it is written with a power
    of ten, to a number of significant digits.
    """

    decimals: int = 0
    digits: int = 0

    def unit(self, value: float) -> float:
        """The unit of the last place that `value` would be printed with."""
        if not self.digits:
            return power_of_ten(-self.decimals)
        if value == 0 or not math.isfinite(value):
            return 0.0
        return power_of_ten(math.floor(math.log10(abs(value))) + 1 - self.digits)

    def round(self, value: float) -> float:
        """`value` as it would be printed."""
        if not math.isfinite(value):
            return value
        if self.digits:
            return float(f"{value:.{self.digits - 1}e}")
        return float(f"{value:.{self.decimals}f}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for an element: the value that its operation gives in an iteration, from 1.

    So a parameter's is its new value, after that iteration's update, and that of a given quantity
    its value. `text` is the number as it was written and `half` half a unit of its last place, or
    the tolerance of a number that a program has computed; `rounding` is None for such a one.
    `source` says where it is from: `printed in the session`, `grads.csv line 3`; `epsilon` is the
    rounding of the arithmetic that it was computed in, as far as that is known, and `room` what
    the errors of that rounding may add, where that has been looked at.
    """

    name: str
    slot: int
    iteration: int
    text: str
    value: float
    half: float
    source: str
    rounding: Rounding | None = None
    epsilon: float = DOUBLE
    room: float = 0.0

    @property
    def written(self) -> tuple[str, int, str, str]:
        """What stays the same of it, however its tolerance is judged."""
        return self.name, self.iteration, self.text, self.source

    def agrees(self, value: float) -> bool:
        """Whether `value`, rounded as the figure is, gives the figure."""
        return abs(value - self.value) <= self.half * (1 + _SLACK) + 4 * math.ulp(self.value)


def power_of_ten(exponent: int) -> float:
    """The double nearest to a power of ten; 0 or infinity beyond all doubles."""
    return float(f"1e{exponent}")


_FIGURE = re.compile(
    r"(?:(?:it|iteration) (?P<before>[0-9]{1,9}) )?(?P<name>[^=:@]+?) ?:?= ?"
    r"(?P<number>[^=@]+?) ?(?:@ ?(?:(?:it|iteration) )?(?P<after>[0-9]{1,9}))?"
)
_NUMBER = re.compile(r"[+-]?([0-9]*)(\.[0-9]*)?(?:[eE]([+-]?[0-9]{1,6}))?")
_TIMES_TEN = re.compile(r"\s*[x×·*]\s*10(?:\s*(?:\^|\*\*)\s*|(?=-))")
_SAME = str.maketrans(
    "−–∂≈≃⁰¹²³⁴⁵⁶⁷⁸⁹⁻",
    "--d==0123456789-",
)
"""How signs of printed mathematics are written on a keyboard."""


def read_figure(
    program: Program, text: str, source: str = "typed in", iteration: int = 1
) -> Figure:
    """The figure that somebody types: `dE/dw5 = 0.07614`, `E = 0.291027924 @ 2`, `it 2 E = 0.29`.

    It is of `iteration` if it does not say another one. Raises FigureError with what would be
    right.
    """
    plain = " ".join(text[:_LONGEST].translate(_SAME).split())
    found = _FIGURE.fullmatch(plain) if len(text) <= _LONGEST else None
    if found is None:
        example = f"{example_name(program)} = 0.0765"
        raise FigureError(f"found {text!r:.60}; write a name, =, and a number: {example}")
    if found["before"] and found["after"]:
        raise FigureError(f"found two iterations, {found['before']} and {found['after']}")
    iteration = int(found["before"] or found["after"] or iteration)
    return make_figure(program, found["name"], found["number"], iteration, source)


def make_figure(program: Program, name: str, number: str, iteration: int, source: str) -> Figure:
    """The figure of an element by name, as it is printed. Raises FigureError."""
    if iteration < 1:
        raise FigureError(f"there is no iteration {iteration}; they count from 1")
    return figure_at(program, figure_slot(program, name), number, iteration, source)


def figure_at(program: Program, slot: int, number: str, iteration: int, source: str) -> Figure:
    """The figure of the element in a slot, as it is printed. Raises FigureError."""
    value, rounding = read_number(number)
    half = _RELATIVE * abs(value) if rounding is None else rounding.unit(value) / 2
    if rounding is not None and not value:
        half = _unit_as_written(number) / 2
    return Figure(
        program.name(slot), slot, iteration, number.strip(), value, half, source, rounding
    )


def figure_slot(program: Program, name: str) -> int:
    """The slot of the element that a figure is of. Raises FigureError with a near name."""
    plain = spelled("".join(name.translate(_SAME).split()))
    if len(plain) > _LONGEST:
        raise FigureError(f"a name has at most {_LONGEST} characters, found {len(plain):,}")
    try:
        return find_slot(program, plain)
    except ConditionError as error:
        quantity = program.quantities.get(plain)
        if quantity is not None:
            first = quantity.element(quantity.offset)
            message = f"{plain} is not a single number; name one of its elements, such as {first}"
            raise FigureError(message) from error
        raise FigureError(str(error)) from error


def read_number(text: str) -> tuple[float, Rounding | None]:
    """A number as it is printed, and how it is rounded: None with all digits of a double.

    Trailing zeros count: 0.0800 has four decimals. `−`, `7.6·10⁻²` and `.5` are read; commas are
    not, since they mean different things in different countries. Raises FigureError.
    """
    if len(text.strip()) > _LONGEST:
        raise FigureError(f"a number has at most {_LONGEST} characters, not {len(text.strip()):,}")
    plain = _plain(text)
    whole, decimals, exponent = _parts(text, plain)
    value = float(plain)
    if not math.isfinite(value):
        raise FigureError(f"found {text.strip()!r:.40}, which is too large for a double")
    all_digits = whole + decimals
    significant = len(all_digits.lstrip("0")) if value else 1
    if significant >= MOST_DIGITS:
        return value, None
    if exponent:
        return value, Rounding(digits=significant)
    return value, Rounding(decimals=len(decimals))


def significant_digits(text: str) -> int:
    """How many significant digits a number is printed with."""
    digits, decimals, _ = _parts(text, _plain(text))
    return len((digits + decimals).lstrip("0"))


def _plain(text: str) -> str:
    return _TIMES_TEN.sub("e", text.strip().translate(_SAME))


def _parts(text: str, plain: str) -> tuple[str, str, str]:
    """The digits before the point, those after it, and the exponent."""
    found = _NUMBER.fullmatch(plain)
    if found is None or not (found[1] or (found[2] or ".") != "."):
        hint = ""
        if "," in plain and _NUMBER.fullmatch(plain.replace(",", "")):
            pointed = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else ""
            hint = f"; write {pointed or plain.replace(',', '')}"
            if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", plain):
                hint = f"; write {pointed} or {plain.replace(',', '')}"
        raise FigureError(f"found {text.strip()!r:.40}, expected a number{hint}")
    return found[1], (found[2] or ".")[1:], found[3] or ""


def _unit_as_written(text: str) -> float:
    """The unit of the last place of a zero, which has no digit to count from."""
    _, decimals, exponent = _parts(text, _plain(text))
    return power_of_ten(int(exponent or 0) - len(decimals))


def example_name(program: Program) -> str:
    """What figures are mostly of: a gradient of the program, or a parameter if it has none."""
    slot = int(program.parameter_slots()[0])
    gradient = program.gradient_slot(slot)
    return program.name(slot if gradient is None else gradient)


def tolerance(value: float, greatest: float, epsilon: float) -> float:
    """The tolerance of a number that a program has computed in an arithmetic with the rounding
    `epsilon`; `greatest` is the greatest size of a number of its quantity.
    """
    return max(_COARSE * epsilon, _RELATIVE) * max(abs(value), _FLOOR * greatest)


def value_of(debugger: DebuggerState, figure: Figure) -> float:
    """The true value of a figure: what its operation gives in its iteration, or what is given.

    The states up to that iteration are computed, if they are not there. Raises FigureError if
    the run has no such iteration.
    """
    check_iteration(debugger, figure.iteration)
    return true_value(debugger, figure.slot, figure.iteration)


def true_value(debugger: DebuggerState, slot: int, iteration: int) -> float:
    """The same for a slot, in an iteration that there is."""
    program, history = debugger.program, debugger.history
    written = int(program.written_at[slot])
    if written and not history.edits:
        return float(history.state(iteration)[slot])
    if written:
        return history.executed(iteration)(written).result()
    return history.view(Position(iteration * program.operations)).value(slot)


def check_iteration(debugger: DebuggerState, iteration: int) -> None:
    """Raises FigureError if a run has no such iteration."""
    if not 1 <= iteration <= debugger.iterations:
        last = debugger.iterations
        raise FigureError(f"there is no iteration {iteration}; they go from 1 to {last}")
