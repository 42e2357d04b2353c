"""Which optimizer a program's own updates are, by what they make of its parameters.

Settings are solved for from the first updates. Then the session is run with them, and has to have
the program's parameters after each of these: an optimizer is told only if it does.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np

from bpdebug.importers.same_as_numpy import unpacked
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.run import iteration
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger

_GRADIENT_DESCENT = "gradient descent"

_SAME = 1e-6
"""How far a parameter may be off, relative to the greatest change of its elements."""

_BETA1, _BETA2 = (0.9, re.compile(r"beta_?1|b1")), (0.999, re.compile(r"beta_?2|b2"))
_EPSILON = (1e-8, re.compile(r"eps(ilon)?"))
_DECAYS = (0.9, 0.99, 0.999)
_MOST_EPSILONS = 3

Record = Mapping[str, Any]
Settings = dict[str, float]
Parameters = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Updates:
    """An optimizer with its settings, and a sentence that says how sure that is."""

    method: str
    settings: Settings
    sentence: str


def updates_of(fields: Mapping[str, Any], program: Program, loss: str, told: Record) -> Updates:
    """The optimizer of a program whose session has these fields.

    Gradient descent is assumed where no other fits: of a program that takes other data each time
    only the first update can be compared.
    """
    rate = told["rate"] if told["rate"] is not None else 0.01
    # A program may compute a gradient of its data, too.
    updated = [name for name in fields["parameters"] if f"d{loss}/d{name}" in program.quantities]
    seen = [
        {name: unpacked(each) for name, each in at.items() if name in updated}
        for at in told["followed"]
    ]
    assumed = f"gradient descent is assumed, with the learning rate {rate:g}"
    if len(seen) < 2 or not _begins(program, seen[0]):
        return Updates(_GRADIENT_DESCENT, {"learning_rate": rate}, assumed)
    steps = _Steps(program, loss, seen, told)
    count = len(seen) - 1
    first = 0
    for method, settings in steps.candidates():
        same = _same_updates(fields, method, settings, seen)
        if same == count and (count > 1 or method == _GRADIENT_DESCENT):
            listed = ", ".join(
                f"{name.replace('_', ' ')} {value:g}" for name, value in settings.items()
            )
            updates = "update is" if count == 1 else f"{count} updates are"
            return Updates(method, settings, f"the first {updates} {method}: {listed}")
        if method == _GRADIENT_DESCENT and same:
            first, rate = same, settings["learning_rate"]
    if first:
        sentence = (
            f"gradient descent is assumed, with the learning rate {rate:g}; the program's "
            "later updates differ, as with different data each time"
        )
        return Updates(_GRADIENT_DESCENT, {"learning_rate": rate}, sentence)
    sentence = f"{assumed}; the program's own updates match no optimizer known here"
    return Updates(_GRADIENT_DESCENT, {"learning_rate": rate}, sentence)


def _begins(program: Program, seen: Parameters) -> bool:
    """Whether a program begins with the parameters of its session."""
    return bool(seen) and all(
        np.array_equal(program.start[program.quantities[name].span], value.ravel())
        for name, value in seen.items()
    )


def _same_updates(
    fields: Mapping[str, Any], method: str, settings: Settings, seen: Sequence[Parameters]
) -> int:
    """After how many updates, one after the other, the session has the program's parameters."""
    optimizer = fields["optimizer"] | {"method": method, "settings": settings}
    try:
        text = json.dumps(dict(fields) | {"optimizer": optimizer})
        program = make_debugger(parse_session(text, ""), "").program
    except SessionError:
        return 0
    memory = program.start.copy()
    carry = iteration(program)
    for number, (old, new) in enumerate(pairwise(seen)):
        carry(memory)
        # A gradient that is 0 but for rounding makes changes that nobody can repeat.
        noise = 1e-9 * max(float(np.abs(value - old[name]).max()) for name, value in new.items())
        for name, value in new.items():
            off = np.abs(memory[program.quantities[name].span] - value.ravel()).max()
            allowed = _SAME * np.abs(value - old[name]).max() + 1e-13 * np.abs(value).max() + noise
            if not off <= allowed:
                return number
    return len(seen) - 1


class _Steps:
    """The first updates: parameters, gradients there, and changes, each as one long vector."""

    def __init__(
        self, program: Program, loss: str, seen: Sequence[Parameters], told: Record
    ) -> None:
        self._numbers: Mapping[str, float] = told["numbers"]
        self._rate = told["rate"]
        self.p = [np.concatenate([each[name].ravel() for name in seen[0]]) for each in seen]
        self.d = [new - old for old, new in pairwise(self.p)]
        carry = iteration(program)
        self.g: list[FloatArray] = []
        for at in seen[:-1]:
            memory = program.start.copy()
            for name, value in at.items():
                memory[program.quantities[name].span] = value.ravel()
            carry(memory)
            spans = [program.quantities[f"d{loss}/d{name}"].span for name in seen[0]]
            self.g.append(np.concatenate([memory[span] for span in spans]))

    def candidates(self) -> Iterator[tuple[str, Settings]]:
        """What the updates may be, with settings that are solved for from the first two."""
        p, d, g = self.p, self.d, self.g
        (rate,) = _solved(-d[0], g[0])
        plain = {"learning_rate": self._usual(rate)}
        yield _GRADIENT_DESCENT, plain
        rate_, shrinking = _solved(-d[0], g[0], p[0])
        decayed = {"learning_rate": self._usual(rate_)}
        if rate_:
            decayed["weight_decay"] = self._usual(shrinking / rate_)
            yield "gradient descent with weight decay", decayed
        if len(d) > 1 and _is_along(d[0], g[0]):
            yield from self._with_momentum(rate)
        if len(d) > 1 and rate_:
            v = g[0] + decayed["weight_decay"] * p[0]
            rest = -d[1] / rate_ - g[1] - decayed["weight_decay"] * p[1]
            for name, before in (("", v), ("decoupled ", g[0])):
                (momentum,) = _solved(rest, before)
                settings = decayed | {"momentum": self._usual(momentum)}
                yield f"momentum with {name}weight decay", settings
        if len(d) > 1:
            small = (each for each in self._numbers.values() if 0 < each < 1e-3)
            for epsilon in islice(dict.fromkeys((self._named(*_EPSILON), *small)), _MOST_EPSILONS):
                yield from self._scaled(epsilon)

    def _with_momentum(self, rate: float) -> Iterator[tuple[str, Settings]]:
        d, g = self.d, self.g
        (momentum,) = _solved(d[1] + rate * g[1], d[0])
        found = {"momentum": self._usual(momentum)}
        if self._rate and abs(rate - self._rate * (1 - momentum)) < 1e-9 * abs(rate):
            damped = found | {"dampening": found["momentum"]}
            yield "momentum with dampening", {"learning_rate": self._rate} | damped
        yield "momentum", {"learning_rate": self._usual(rate)} | found
        (more,) = _solved(-(d[1] + rate * g[1]), g[0])
        ratio = more / rate  # momentum² over 1 + momentum
        if ratio > 0:
            momentum = (ratio + math.sqrt(ratio * ratio + 4 * ratio)) / 2
            yield (
                "nesterov",
                {
                    "learning_rate": self._usual(rate / (1 + momentum)),
                    "momentum": self._usual(momentum),
                },
            )

    def _scaled(self, epsilon: float) -> Iterator[tuple[str, Settings]]:
        """Those whose first step is about as long for each element."""
        p, d, g = self.p, self.d, self.g
        signs = g[0] / (np.abs(g[0]) + epsilon)
        rate, shrinking = _solved(-d[0], signs, p[0])
        if not rate:
            return
        betas = {"beta1": self._named(*_BETA1), "beta2": self._named(*_BETA2), "epsilon": epsilon}
        (plain,) = _solved(-d[0], signs)
        if _is_along(d[0], signs):
            yield "adam", {"learning_rate": self._usual(plain)} | betas
        decay = {"weight_decay": self._usual(shrinking / rate)}
        yield "adamw", {"learning_rate": self._usual(rate)} | betas | decay
        named = [each for each in self._numbers.values() if 0.5 < each < 1]
        for each in dict.fromkeys((*named, *_DECAYS)):
            (found,) = _solved(-d[0], g[0] / (math.sqrt(1 - each) * np.abs(g[0]) + epsilon))
            own = {"decay": each, "epsilon": epsilon}
            if self._usual(found) == self._rate or each in _DECAYS:
                yield "rmsprop", {"learning_rate": self._usual(found)} | own
        yield "adagrad", {"learning_rate": self._usual(plain), "epsilon": epsilon}

    def _named(self, usual: float, pattern: re.Pattern[str]) -> float:
        """What the program calls by such a name, or what it usually is."""
        fitting = (value for name, value in self._numbers.items() if pattern.fullmatch(name))
        return next(fitting, usual)

    def _usual(self, value: float) -> float:
        """A number as it was surely written: what is solved for has rounding errors."""
        for known in (self._rate, *self._numbers.values(), float(f"{value:.7g}")):
            if known is not None and abs(value - known) <= 1e-8 * abs(known):
                return float(known)
        return value


def _solved(wanted: FloatArray, *columns: FloatArray) -> list[float]:
    """The multiples of columns whose sum comes closest to what is wanted."""
    found = np.linalg.lstsq(np.stack(columns, axis=1), wanted, rcond=None)[0]
    return [float(each) for each in found]


def _is_along(a: FloatArray, b: FloatArray) -> bool:
    (factor,) = _solved(a, b)
    return bool(np.abs(a - factor * b).max() <= _SAME * np.abs(a).max())
