"""Losses: each by name, as an expression for one observation.

In the templates `{o}` is the output layer's name, `t` the targets, `{k}` the indices of a unit
(`k`, or `n,k` with several observations), `{j}` the unit's own index, `{n}` the index of the
observation in brackets, if there are several, and `{units}` the number of outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss: what it is for one observation, after the equations in `before`.

    `averages` says that several observations are averaged, whatever the session says.
    """

    expression: str
    before: tuple[str, ...] = ()
    averages: bool = False


LOSSES: Mapping[str, Loss] = {
    "half squared error": Loss("0.5*sum({j}: ({o}[{k}] - t[{k}])^2)"),
    "squared error": Loss("sum({j}: ({o}[{k}] - t[{k}])^2)"),
    "mean squared error": Loss("sum({j}: ({o}[{k}] - t[{k}])^2)/{units}", averages=True),
    "absolute error": Loss("sum({j}: abs({o}[{k}] - t[{k}]))"),
    "huber": Loss("sum({j}: huber({o}[{k}] - t[{k}]))"),
    "binary cross-entropy": Loss(
        "-sum({j}: t[{k}]*log({o}[{k}]) + (1 - t[{k}])*log(1 - {o}[{k}]))"
    ),
    "cross-entropy": Loss("-sum({j}: t[{k}]*log({o}[{k}]))"),
    "softmax cross-entropy": Loss(
        "-sum({j}: t[{k}]*log(p[{k}]))",
        before=(
            "e{o}[{k}] = exp({o}[{k}])",
            "s{o}{n} = sum({j}: e{o}[{k}])",
            "p[{k}] = e{o}[{k}]/s{o}{n}",
        ),
    ),
    "hinge": Loss("sum({j}: max(0, 1 - t[{k}]*{o}[{k}]))"),
}
