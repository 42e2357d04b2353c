"""Optimizers as equations: what one iteration does to a parameter, step by visible step.

The rules are written in the equation language. `p` is the parameter, `g` its gradient, other
letters are the optimizer's own quantities of the parameter's shape, and names of several
letters its settings and shared numbers. `:=` gives a new value to something that lasts, `=`
names an intermediate result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from bpdebug.models.model import ModelError
from bpdebug.notation.equation import Equation
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Derivative, Reference, Symbol


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An update rule.

    `settings` gives each setting's usual value. `states` are the quantities that each
    parameter element has one of, all 0 at first, `shared` the single numbers with their first
    values. `before` is done once an iteration, then `updates` for each parameter.
    """

    name: str
    settings: Mapping[str, float]
    updates: tuple[str, ...]
    states: tuple[str, ...] = ()
    shared: Mapping[str, float] = field(default_factory=dict)
    before: tuple[str, ...] = ()


_RATE = {"learning_rate": 0.01}
_MOMENTUM = {"learning_rate": 0.01, "momentum": 0.9}
_ADAM = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
_ADAM_SHARED = {"beta1_power": 1.0, "beta2_power": 1.0}
_ADAM_BEFORE = ("beta1_power := beta1_power*beta1", "beta2_power := beta2_power*beta2")
_ADAM_MOMENTS = (
    "m := beta1*m + (1 - beta1)*g",
    "s := beta2*s + (1 - beta2)*g^2",
    "mh = m/(1 - beta1_power)",
    "sh = s/(1 - beta2_power)",
)

OPTIMIZERS = {
    each.name: each
    for each in (
        Optimizer("gradient descent", _RATE, ("p := p - learning_rate*g",)),
        Optimizer(
            "gradient descent with weight decay",
            _RATE | {"weight_decay": 0.01},
            ("p := p - learning_rate*(g + weight_decay*p)",),
        ),
        Optimizer(
            "momentum", _MOMENTUM, ("v := momentum*v + g", "p := p - learning_rate*v"), ("v",)
        ),
        Optimizer(
            "momentum, rate inside",
            _MOMENTUM,
            ("v := momentum*v - learning_rate*g", "p := p + v"),
            ("v",),
        ),
        Optimizer(
            "momentum with dampening",
            _MOMENTUM | {"dampening": 0.1},
            ("v := momentum*v + (1 - dampening)*g", "p := p - learning_rate*v"),
            ("v",),
        ),
        Optimizer(
            "momentum with weight decay",
            _MOMENTUM | {"weight_decay": 0.01},
            (
                "d = g + weight_decay*p",
                "v := momentum*v + d",
                "p := p - learning_rate*v",
            ),
            ("v",),
        ),
        Optimizer(
            "momentum with decoupled weight decay",
            _MOMENTUM | {"weight_decay": 0.01},
            ("v := momentum*v + g", "p := p - learning_rate*(v + weight_decay*p)"),
            ("v",),
        ),
        Optimizer(
            "nesterov",
            _MOMENTUM,
            ("v := momentum*v + g", "p := p - learning_rate*(g + momentum*v)"),
            ("v",),
        ),
        Optimizer(
            "nesterov with weight decay",
            _MOMENTUM | {"weight_decay": 0.01},
            (
                "d = g + weight_decay*p",
                "v := momentum*v + d",
                "p := p - learning_rate*(d + momentum*v)",
            ),
            ("v",),
        ),
        Optimizer(
            "adagrad",
            _RATE | {"epsilon": 1e-10},
            ("s := s + g^2", "p := p - learning_rate*g/(sqrt(s) + epsilon)"),
            ("s",),
        ),
        Optimizer(
            "rmsprop",
            _RATE | {"decay": 0.99, "epsilon": 1e-8},
            (
                "s := decay*s + (1 - decay)*g^2",
                "p := p - learning_rate*g/(sqrt(s) + epsilon)",
            ),
            ("s",),
        ),
        Optimizer(
            "adam",
            _ADAM,
            (*_ADAM_MOMENTS, "p := p - learning_rate*mh/(sqrt(sh) + epsilon)"),
            ("m", "s"),
            _ADAM_SHARED,
            _ADAM_BEFORE,
        ),
        Optimizer(
            "adam with weight decay",
            _ADAM | {"weight_decay": 0.01},
            (
                "d = g + weight_decay*p",
                *(rule.replace("g", "d") for rule in _ADAM_MOMENTS),
                "p := p - learning_rate*mh/(sqrt(sh) + epsilon)",
            ),
            ("m", "s"),
            _ADAM_SHARED,
            _ADAM_BEFORE,
        ),
        Optimizer(
            "adamw",
            _ADAM | {"weight_decay": 0.01},
            (
                *_ADAM_MOMENTS,
                "p := p - learning_rate*(mh/(sqrt(sh) + epsilon) + weight_decay*p)",
            ),
            ("m", "s"),
            _ADAM_SHARED,
            _ADAM_BEFORE,
        ),
    )
}
"""Every optimizer by name."""


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """How the learning rate changes from one iteration to the next.

    `updates` are done at the end of an iteration; in them `rate` is the learning rate,
    `first_rate` the one that it started from, and `iterations` how many are done.
    """

    name: str
    settings: Mapping[str, float]
    updates: tuple[str, ...]


SCHEDULES = {
    each.name: each
    for each in (
        RateSchedule("exponential", {"decay": 0.99}, ("rate := rate*decay",)),
        RateSchedule(
            "inverse time",
            {"decay": 0.01},
            ("iterations := iterations + 1", "rate := first_rate/(1 + decay*iterations)"),
        ),
        RateSchedule(
            "linear",
            {"length": 1000.0},
            (
                "iterations := iterations + 1",
                "rate := first_rate*max(0, 1 - iterations/length)",
            ),
        ),
    )
}
"""Every learning-rate schedule by name."""


def optimizer_named(name: str) -> Optimizer:
    """The optimizer called `name`. Raises ModelError if there is none."""
    found = OPTIMIZERS.get(name)
    if found is None:
        raise ModelError(f"there is no optimizer {name!r}; there are: {', '.join(OPTIMIZERS)}")
    return found


def state_name(letter: str, parameter: str) -> str:
    """What an optimizer's own quantity of a parameter is called: `v_W1`, and `v_w7` in it."""
    return f"{letter}_{parameter}"


def update_equations(
    optimizer: Optimizer, parameter: Reference, loss: str, symbols: Mapping[str, str]
) -> tuple[Equation, ...]:
    """The optimizer's equations for one parameter, its settings called as `symbols` says."""
    meaning: dict[str, Symbol] = {
        "p": parameter,
        "g": Derivative(Reference(loss), parameter),
    }
    for letter in own_quantities(optimizer):
        meaning[letter] = Reference(state_name(letter, parameter.name), parameter.indices)
    return filled(optimizer.updates, meaning, symbols)


def own_quantities(optimizer: Optimizer) -> list[str]:
    """The letters of the quantities that an optimizer has of each parameter: states, and
    intermediate results."""
    targets = [_rule(text).target.family for text in optimizer.updates]
    return [letter for letter in dict.fromkeys((*optimizer.states, *targets)) if letter != "p"]


@cache
def _rule(text: str) -> Equation:
    """A line of a rule; each parameter has the same ones."""
    return parse_equation(text)


def filled(
    rules: Iterable[str], meaning: Mapping[str, Symbol], symbols: Mapping[str, str]
) -> tuple[Equation, ...]:
    """The rules with their names replaced: by `meaning`, else as `symbols` spells them."""

    def of(symbol: Symbol) -> Symbol:
        return meaning.get(symbol.family) or Reference(symbols.get(symbol.family, symbol.family))

    return tuple(_rule(text).renamed(of) for text in rules)
