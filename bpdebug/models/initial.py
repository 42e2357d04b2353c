"""Initial weights: rules by name, carried out to plain numbers that a person can type."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpdebug.models.layers import Numbering, ParameterShape
from bpdebug.models.model import ModelError

DECIMALS = 4
"""Initial numbers are rounded to this many decimals."""

Nested = float | list["Nested"]
"""A number, or lists of numbers nested as deep as the quantity has indices."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: weights are drawn evenly between −limit and limit.

    `limit` takes the number of inputs and of units of a layer; `words` says it for people.
    """

    words: str
    limit: Callable[[int, int], float]


RULES: Mapping[str, Rule] = {
    "zeros": Rule("0", lambda inputs, units: 0.0),
    "uniform": Rule("from -0.5 to 0.5", lambda inputs, units: 0.5),
    "xavier": Rule(
        "from -r to r with r = sqrt(6/(inputs + units)) of the layer",
        lambda inputs, units: math.sqrt(6 / (inputs + units)),
    ),
    "he": Rule(
        "from -r to r with r = sqrt(6/inputs) of the layer",
        lambda inputs, units: math.sqrt(6 / inputs),
    ),
}
"""Every rule by name. Biases are 0 by all of them."""


def rule_named(name: str) -> Rule:
    """The rule called `name`. Raises ModelError if there is none."""
    found = RULES.get(name)
    if found is None:
        raise ModelError(f"there is no initial rule {name!r}; there are: {', '.join(RULES)}")
    return found


def initial_values(
    parameters: Mapping[str, ParameterShape], numbering: Numbering, rule: Rule, seed: int
) -> dict[str, Nested]:
    """The initial values of a network's weights and biases, by quantity.

    Weights come from Python's `random.Random(seed)`, layer by layer and within a layer in
    the order of their numbers.
    """
    generator = random.Random(seed)
    by_input = numbering in (Numbering.BY_INPUT, Numbering.BY_INPUT_PER_LAYER)
    found: dict[str, Nested] = {}
    for name, each in parameters.items():
        if len(each.shape) == 2:
            rows, columns = each.shape
            inputs, units = (rows, columns) if by_input else (columns, rows)
            limit = rule.limit(inputs, units)
            found[name] = [[_drawn(generator, limit) for _ in range(columns)] for _ in range(rows)]
        else:
            found[name] = [0] * each.shape[0] if each.shape else 0
    return found


def _drawn(generator: random.Random, limit: float) -> float:
    # Adding 0 turns a rounded −0 into 0.
    return round(generator.uniform(-limit, limit), DECIMALS) + 0.0 if limit else 0
