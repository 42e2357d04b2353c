"""Constant factors that somebody may have in mind: 2, ½, −1, 1/m, the learning rate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpdebug.notation.names import with_greek
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_PLAIN = {
    2.0: "2",
    0.5: "½",
    3.0: "3",
    1 / 3: "⅓",
    4.0: "4",
    0.25: "¼",
    10.0: "10",
    0.1: "0.1",
    100.0: "100",
    0.01: "0.01",
    1000.0: "1000",
    0.001: "0.001",
}
_RELATIVE = 1e-8
_ROOM, _TINY = 1.5, 1e-12
"""The factor that is found is a little off, so that each number may be this many times its room."""

_OF_MODEL = 0.7
"""What speaks against a constant of the model."""


class Factors:
    """Names of numbers, the plain ones first: what they are made of is in the program."""

    def __init__(self, program: Program) -> None:
        named = dict(self._made(program))
        values = sorted(named.items(), key=lambda each: each[1][1])
        self._values = np.array([value for value, _ in values])
        self._texts = [text for _, (text, _) in values]
        self._costs = [cost for _, (_, cost) in values]

    def __len__(self) -> int:
        return 2 * len(self._values)

    @staticmethod
    def _made(program: Program) -> Iterator[tuple[float, tuple[str, float]]]:
        found: dict[float, tuple[str, float]] = {1.0: ("1", 0.0)}

        def add(value: float, text: str, cost: float) -> None:
            if not np.isfinite(value) or value <= 0:
                return
            if value not in found:
                found[value] = text, cost
            elif cost == found[value][1] == _OF_MODEL:
                found[value] = f"{found[value][0]} or {text}", cost

        add(2.0, "2", 0.5)
        add(0.5, "½", 0.5)
        constants = {
            q.name: float(program.start[q.offset])
            for q in program.of_kind(Kind.CONSTANT)
            if not q.shape
        }
        atoms = {with_greek(name): abs(value) for name, value in constants.items() if value}
        sizes = {n for each in program.quantities.values() for n in each.shape if n > 1}
        for text, value in atoms.items():
            add(value, text, _OF_MODEL)
            add(1 / value, f"1/{text}", _OF_MODEL)
        for size in sorted(sizes):
            add(float(size), str(size), 0.8)
            add(1.0 / size, f"1/{size}", 0.8)
        for value, text in _PLAIN.items():
            add(value, text, 1.0)
        for text, value in atoms.items():
            for number, by in ((2.0, "2·"), (0.5, "½·")):
                add(number * value, by + text, 1.2)
            add(1 - value, f"(1 − {text})", 1.2)
            add(1 / (1 - value) if value != 1 else 0.0, f"1/(1 − {text})", 1.2)
            add(value * value, f"{text}²", 1.4)
            add(1 / value / value, f"1/{text}²", 1.4)
            for other, second in atoms.items():
                add(value / second, f"{text}/{other}", 1.5)
                add(value * second, f"{text}·{other}", 1.5)
                add(2 * value / second, f"2·{text}/{other}", 1.7)
                add(value / second / 2, f"½·{text}/{other}", 1.7)
            for size in sizes:
                add(value / size, f"{text}/{size}", 1.5)
                add(value * size, f"{size}·{text}", 1.5)
                add(2 * value / size, f"2·{text}/{size}", 1.7)
        for size in sizes:
            for number, text in ((2.0, f"2/{size}"), (0.5, f"1/{2 * size}")):
                add(number / size, text, 1.2)
            add(size * 2.0, str(2 * size), 1.5)
            add(size * 0.5, f"{size}/2", 1.5)
            add(float(size * size), f"{size}²", 1.5)
            add(1.0 / size / size, f"1/{size}²", 1.5)
        return iter(found.items())

    def named(self, value: float, room: float) -> tuple[float, str, float] | None:
        """The exact value, text and cost of the plainest factor within `room` of `value`."""
        if not np.isfinite(value) or value == 0:
            return None
        size = abs(value)
        near = np.flatnonzero(np.abs(self._values - size) <= max(room, _RELATIVE * size))
        if not len(near):
            return None
        at = int(near[0])
        sign = 1.0 if value > 0 else -1.0
        text = self._texts[at] if value > 0 else f"−{self._texts[at]}"
        return sign * float(self._values[at]), text, self._costs[at] + (value < 0) * 0.3


def ratio(numbers: FloatArray, others: FloatArray, room: FloatArray) -> float | None:
    """The constant ratio of some numbers to others, within their `room`; None if there is none.

    Each weighs as much as it is precise.
    """
    weighed, by = numbers / room, others / room
    size = float((by * by).sum())
    if not np.isfinite(size) or size == 0 or not np.isfinite(weighed).all():
        return None
    factor = float((by * weighed).sum()) / size
    off = np.abs(numbers - factor * others)
    return factor if (off <= _ROOM * room + _TINY * np.abs(numbers)).all() else None
