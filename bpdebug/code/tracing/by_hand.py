"""What a program computes besides its loss: the backward pass that somebody wrote by hand.

It is traced by the same arrays as the forward pass, as far as that goes, and comes as equations
over what the forward pass computes. What these are derivatives of is found out later, by values.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.code.iteration import Iteration
from bpdebug.code.tracing.recorder import Quantity, Recorder
from bpdebug.code.tracing.running import Trace
from bpdebug.code.tracing.terms import refs
from bpdebug.code.tracing.writing import MOST_CHARACTERS, Writer, Written

_DERIVATIVE = re.compile(r"d_?(\w+)|grad_(\w+)|(\w+)_grad")
"""Names that say what something is the derivative by; a delta may be that of what comes before."""

MOST_EQUATIONS = 600
"""Equations of a backward pass that are told."""


@dataclass(frozen=True)
class ByHand:
    """An equation of a backward pass, under a name that nothing else has; empty if it is given,
    or too long. `of` are what the program's names for it say that it is the derivative of;
    `parameter` that of which it is the gradient, with a `sign`.
    """

    name: str
    equation: str
    quantity: Quantity
    of: tuple[str, ...] = ()
    parameter: str = ""
    sign: int = 1


def by_hand(
    trace: Trace,
    forward: Sequence[Written],
    iteration: Iteration,
) -> list[ByHand]:
    """The backward pass as equations, each using what is before it, or the forward pass."""
    recorder, gradients = trace.recorder, trace.gradients
    of_forward = {each.quantity.number: each.name for each in forward}
    wanted = _wanted(recorder, gradients.values(), of_forward)
    if len(wanted) > MOST_EQUATIONS:
        return []
    parameters = {
        gradients[pair.gradient.text].number: pair
        for pair in iteration.pairs
        if pair.gradient.text in gradients
    }
    names = dict(of_forward)
    known = {_key(each.quantity): each for each in reversed(forward)}
    taken = set(of_forward.values())
    made: list[tuple[str, Quantity]] = []
    for number, quantity in enumerate(wanted):
        same = known.get(_key(quantity))
        if same is not None and quantity.number not in parameters and _is_the_same(quantity, same):
            names[quantity.number] = same.name
            continue
        names[quantity.number] = _free(f"hand{number}_", taken)
        made.append((names[quantity.number], quantity))
    writer = Writer(recorder, [each.quantity for each in forward] + wanted, names)
    for each in forward:
        writer.equation(each.quantity)
    found = []
    for text, quantity in made:
        pair = parameters.get(quantity.number)
        equation = writer.equation(quantity)
        found.append(
            ByHand(
                text,
                equation if len(equation) <= MOST_CHARACTERS else "",
                quantity,
                _said(quantity),
                "" if pair is None else pair.parameter.text,
                1 if pair is None else pair.sign,
            )
        )
    return found


def _wanted(
    recorder: Recorder, gradients: Iterable[Quantity], forward: Container[int]
) -> list[Quantity]:
    """What the gradients are computed from and the loss is not, in the order of computing."""
    waiting = [each for each in gradients if each.number not in forward]
    found = {each.number: each for each in waiting}
    while waiting:
        term = waiting.pop().term
        for ref in refs(term) if term is not None else ():
            if ref.quantity not in forward and ref.quantity not in found:
                found[ref.quantity] = recorder.quantities[ref.quantity]
                waiting.append(found[ref.quantity])
    return [found[number] for number in sorted(found)]


def _is_the_same(quantity: Quantity, other: Written) -> bool:
    """Whether something that has the values of a quantity of the forward pass is that: a constant,
    or what is computed there a second time.
    """
    if quantity.term is None or not other.equation:
        return quantity.term is None and not other.equation
    return quantity.size > 1 and bool(np.ptp(quantity.values))


def _key(quantity: Quantity) -> tuple[tuple[int, ...], bytes]:
    return quantity.shape, quantity.values.tobytes()


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _said(quantity: Quantity) -> tuple[str, ...]:
    """What the program's names for a quantity say that it is the derivative of."""
    found = [match for _, called, _ in quantity.names if (match := _DERIVATIVE.fullmatch(called))]
    return tuple(dict.fromkeys(next(filter(None, match.groups())) for match in found))
