"""Whether a session computes what a program in NumPy computes, except for rounding.

At the point where the program starts every value that it computes is compared, and the slopes of
its loss along many directions; at points nearby the loss, and slopes along some directions. The
slopes are central differences of the program's own loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.run import iteration
from bpdebug.session.file.arrays import from_base64

_VALUES = 1e-9
"""How far values may differ, relative to the greatest of the array."""

_SLOPES = 3e-6
"""How far slopes may differ, relative to the greater: central differences are not better."""

LARGE = 1e300
"""What stands for infinity, which the notation does not have."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Agreement:
    """What was compared: `difference` is the first in words, empty if there is none.

    `own` says for each gradient that the program computes rightly how far that is from the
    session's, relative to its greatest element; `wrong` are the parameters of the others.
    `updates` says how the optimizer was found.
    """

    difference: str
    values: int = 0
    slopes: int = 0
    own: Mapping[str, float] | None = None
    wrong: tuple[str, ...] = ()
    updates: str = ""


def compared(program: Program, told: Record) -> Agreement:
    """Compare the first iteration of a session's program with what is told of the original."""
    values = slopes = 0
    for number, point in enumerate(told["points"]):
        memory = _computed(program, point["moved"])
        where = "" if number == 0 else " with parameters changed a little"
        if number == 0:
            for each in told["equations"]:
                wanted = unpacked(each["values"])
                found = memory[program.quantities[each["name"]].span].reshape(wanted.shape)
                values += wanted.size
                difference = _first(each["name"], found, wanted)
                if difference:
                    at = f"line {each['line']}: " if each["line"] else ""
                    return Agreement(f"{at}{difference}; everything before it agrees")
        loss = float(memory[program.quantities[told["loss"]].offset])
        if abs(loss - point["loss"]) > _VALUES * max(abs(loss), abs(point["loss"])) + 1e-12:
            return Agreement(
                f"the loss{where} would be {loss!r} in the session, the program has "
                f"{point['loss']!r}; it decides by its values, as in an if or an index"
            )
        for each in point["slopes"]:
            name = each["parameter"]
            gradient = _gradient(program, memory, told["loss"], name)
            if gradient is None:
                continue
            wanted = unpacked(each["values"])
            found = unpacked(each["directions"]) @ gradient.ravel()
            known = np.isfinite(wanted)
            slopes += int(known.sum())
            scale = max(np.abs(wanted[known]).max(initial=0), np.abs(found[known]).max(initial=0))
            apart = np.abs(found - wanted)[known]
            if (apart > _SLOPES * scale + each["noise"]).any():
                worst = int(np.argmax(np.where(known, np.abs(found - wanted), -1)))
                return Agreement(
                    f"the gradient of {name}{where} differs: along a direction the loss changes "
                    f"by {wanted[worst]:.8g} in the program, by {found[worst]:.8g} in the session"
                )
    wrong = tuple(e["parameter"] for e in told["gradients"] if e["verdict"] == "wrong")
    return Agreement("", values, slopes, _own(program, told), wrong)


def unpacked(values: Record) -> FloatArray:
    """An array from its shape and its values in base64."""
    return from_base64(values["shape"], values["float64"])


def _computed(program: Program, moved: Mapping[str, Record]) -> FloatArray:
    """The memory after an iteration, with parameters moved first, and not updated."""
    memory = program.start.copy()
    for name, by in moved.items():
        memory[program.quantities[name].span] += unpacked(by).ravel()
    iteration(program)(memory)
    return memory


def _gradient(program: Program, memory: FloatArray, loss: str, name: str) -> FloatArray | None:
    quantity = program.quantities.get(f"d{loss}/d{name}")
    return None if quantity is None else memory[quantity.span]


def _first(name: str, found: FloatArray, wanted: FloatArray) -> str:
    """The first element that differs, in words."""
    finite = np.isfinite(wanted)
    allowed = _VALUES * np.abs(wanted[finite]).max(initial=0) + 1e-12
    with np.errstate(invalid="ignore"):
        same = (np.abs(found - wanted) <= allowed) | (found == np.clip(wanted, -LARGE, LARGE))
    differs = ~(same | (np.isnan(found) & np.isnan(wanted)))
    if not differs.any():
        return ""
    place = np.unravel_index(int(np.argmax(differs)), wanted.shape)
    at = f"[{','.join(str(int(n) + 1) for n in place)}]" if wanted.shape else ""
    here, there = float(found[place]), float(wanted[place])
    return f"{name}{at} would be {here!r} in the session, the program has {there!r}"


def _own(program: Program, told: Record) -> dict[str, float]:
    memory = _computed(program, {})
    right = [unpacked(e["values"]) for e in told["gradients"] if e["verdict"] == "right"]
    greatest = max((float(np.abs(each).max(initial=0)) for each in right), default=0.0)
    found = {}
    for each in told["gradients"]:
        gradient = _gradient(program, memory, told["loss"], each["parameter"])
        if each["verdict"] != "right" or gradient is None:
            continue
        own = unpacked(each["values"]).ravel()
        scale = float(np.abs(own).max(initial=0))
        if scale <= 1e-12 * greatest:
            # It is 0 but for rounding, as of a bias before a batch normalisation.
            scale = greatest or 1.0
        found[each["parameter"]] = float(np.abs(gradient - own).max(initial=0)) / scale
    return found
