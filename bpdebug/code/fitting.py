"""Which number of a program is the loss that its gradients are gradients of.

And, where a round of one loop or another may be the iteration, in which of them that is so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bpdebug.code.elementwise import Candidate
from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.losses import candidates, given, times_sizes
from bpdebug.code.multiples import likely_factor, shared_factor, times
from bpdebug.code.names import NAMED
from bpdebug.code.options import Options
from bpdebug.code.pairs import Pair
from bpdebug.code.silence import silence
from bpdebug.code.source import CodeError
from bpdebug.code.suspicion import equals
from bpdebug.code.tape import Taped, adjoints, events
from bpdebug.code.truth import Slopes, Verdict, judged, jumps, slopes_of
from bpdebug.code.updates import divides

Fit = tuple[Loss, list[Slopes], dict[str, Any]]
"""A loss, its slopes, and the gradients."""


def best_fitting(several: Iterator[Candidate], options: Options) -> tuple[Iteration, Fit] | None:
    """The iteration, of several that may be meant, of whose gradients the most fit a loss; None if
    there is none. Raises CodeError if no loss is found in any.
    """
    best: tuple[float, Iteration, Fit] | None = None
    failure: CodeError | None = None
    for candidate in several:
        try:
            found = _fullest(candidate, options)
        except CodeError as error:
            failure = failure or error
            continue
        if found is None:
            continue
        iteration, fit = found
        loss, slopes, gradients = fit
        verdicts = judged(iteration, loss, gradients, slopes)
        right = count_right(iteration.pairs, verdicts) / len(iteration.parameters)
        if best is None or right > best[0]:
            best = right, iteration, fit
        if right == 1:
            break
    if best is None and failure is not None:
        raise failure
    return None if best is None else best[1:]


_MOST_ROUNDS = 4


def _fullest(candidate: Candidate, options: Options) -> tuple[Iteration, Fit] | None:
    """Of the first rounds that in which the fewest derivatives are 0: where an input is 0, what is
    multiplied by it does not show.
    """
    best: tuple[int, Iteration, Fit] | None = None
    for number in range(_MOST_ROUNDS):
        iteration = candidate.round(number)
        if iteration is None:
            break
        with silence():
            fit = _or_a_multiple(iteration, loss_that_fits(iteration, options), options)
        zeros = sum(int((each.values == 0).sum()) for each in fit[1])
        if best is None or zeros < best[0]:
            best = zeros, iteration, fit
        if not zeros:
            break
    return None if best is None else best[1:]


def _or_a_multiple(iteration: Iteration, fit: Fit, options: Options) -> Fit:
    """The loss, or what it is a likely multiple of, if all gradients are gradients of that."""
    loss, slopes, gradients = fit
    factor = None if options.loss else shared_factor(iteration, slopes, gradients)
    likely = None if factor is None else likely_factor(iteration, factor)
    if likely is None:
        return fit
    return times(iteration, loss, likely), [each.times(likely) for each in slopes], gradients


def half_of(iteration: Iteration, fit: Fit) -> Fit:
    """As if half of the loss were descended: what many programs do that print a sum of squares."""
    loss, slopes, gradients = fit
    return times(iteration, loss, 0.5), [each.times(0.5) for each in slopes], gradients


def loss_that_fits(iteration: Iteration, options: Options) -> Fit:
    """The loss that most gradients are gradients of, its slopes, and the gradients.

    Where none is right all the way the likeliest name decides.
    """
    told = iteration.pairs
    iteration.pairs = [*told, *iteration.others]
    gradients = iteration.gradients()
    losses = [given(iteration, options.loss)] if options.loss else candidates(iteration)
    best: tuple[int, Loss, dict[str, Verdict]] | None = None

    def tried() -> Iterator[Loss]:
        yield from losses
        if not options.loss and divides(iteration.source):
            yield from times_sizes(iteration, losses)

    for loss in tried():
        few = [slopes_of(iteration, loss, each, few=True) for each in iteration.parameters]
        if not any(np.abs(each.values[np.isfinite(each.values)]).max(initial=0) for each in few):
            continue
        if iteration.noted is not None and jumps(iteration, loss):
            continue
        if iteration.noted is not None and not options.loss:
            loss, few, _ = _or_a_multiple(iteration, (loss, few, gradients), options)
        verdicts = judged(iteration, loss, gradients, few)
        right = count_right(iteration.pairs, verdicts)
        if best is None or right > best[0]:
            best = right, loss, verdicts
        if right == len(iteration.parameters):
            break
    if best is None:
        raise CodeError(
            "no loss was found: no number that depends on the parameters has a name such "
            "as loss or cost; give it with --loss 'EXPRESSION'"
        )
    right, loss, verdicts = best
    iteration.pairs = _meant(told, iteration.others, verdicts)
    if not right and not options.loss and divides(iteration.source):
        loss = likeliest_size(iteration, loss)
    return loss, [slopes_of(iteration, loss, each) for each in iteration.parameters], gradients


def likeliest_size(iteration: Iteration, loss: Loss) -> Loss:
    """Of a loss and its multiples that which fits most values of the backward pass."""
    taped = Taped(iteration)
    until = time.process_time() + _LONGEST
    found = adjoints(taped, loss, lambda: time.process_time() < until)
    values = [each.value for each in events(taped) if each.is_real and each.value.size > 1]
    level = iteration.loss(loss)

    def fitting(other: Loss) -> int:
        factor = iteration.loss(other) / level
        return sum(any(equals(value, each, factor) for each in found) for value in values)

    return max([loss, *times_sizes(iteration, [loss])], key=fitting) if level else loss


_LONGEST = 1.0
"""Seconds of processor time to find out which multiple of a loss is meant."""


def count_right(pairs: Sequence[Pair], verdicts: Mapping[str, Verdict]) -> int:
    """For how many parameters a gradient is right."""
    right = (each for each in pairs if verdicts[each.gradient.text] is Verdict.RIGHT)
    return len({each.parameter.text for each in right})


def _meant(
    told: Sequence[Pair], others: Sequence[Pair], verdicts: Mapping[str, Verdict]
) -> list[Pair]:
    """What is judged as the gradient of each parameter: what its update uses, or what is called so.

    A step with momentum, or one that is scaled, is not a gradient, though a parameter is updated by
    it. What is right is meant; where neither is, what is right for more of the others.
    """
    by_name = {each.parameter.text: each for each in others}
    both = [each for each in told if each.parameter.text in by_name]
    named = [by_name[each.parameter.text] for each in both]
    more = count_right(named, verdicts) > count_right(both, verdicts)
    found = []
    for each in told:
        other = by_name.get(each.parameter.text)
        # An update by something of another shape is wrong, whatever else is there.
        if other is not None and verdicts[each.gradient.text] is not Verdict.SHAPE:
            nameless = each.gradient.base.startswith(NAMED)
            is_right = verdicts[each.gradient.text] is Verdict.RIGHT
            other_is_right = verdicts[other.gradient.text] is Verdict.RIGHT
            # Of two that are alike the one with a name of the program is told.
            if (nameless or more) if other_is_right == is_right else other_is_right:
                each = other
        found.append(each)
    return found
