"""Judging a program: which gradients are wrong, and which line is the first that is.

In stages, each of which is told as soon as it is known: what was found in the program, the verdict
on each gradient, the line.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bpdebug.code.edits import Edit
from bpdebug.code.finding import first_iteration
from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.losses import candidates, given, times_sizes
from bpdebug.code.names import NAMED
from bpdebug.code.options import Options
from bpdebug.code.pairs import Pair
from bpdebug.code.search import Search, search
from bpdebug.code.silence import silence
from bpdebug.code.source import CodeError, Site, Source, read_source
from bpdebug.code.suspicion import Known, Reach, Suspicion, equals
from bpdebug.code.tape import Event, Taped, adjoints, events, reached
from bpdebug.code.truth import Slopes, Verdict, judged, slopes_of
from bpdebug.code.updates import divides

Record = dict[str, Any]

MOST_FINDINGS = 5
_MOST_SHOWN = 6
"""Numbers of an array that are shown."""


def judging(path: str, options: Options) -> Iterator[Record]:
    """The stages of a verdict, each as a record that says all that is known so far.

    Raises CodeError if the program cannot be judged.
    """
    source = read_source(path)
    iteration = first_iteration(source, options)
    with silence():
        yield from _judged(iteration, options)


def _judged(iteration: Iteration, options: Options) -> Iterator[Record]:
    loss, slopes, gradients = loss_that_fits(iteration, options)
    verdicts = judged(iteration, loss, gradients, slopes)
    # A slip may not show where the program begins, with a scale of 1 and biases of 0, or look like
    # another one there.
    elsewhere = iteration.moved()
    other = elsewhere.gradients()
    there = [
        slopes_of(elsewhere, loss, each, few=_is_ok(verdicts)) for each in elsewhere.parameters
    ]
    again = judged(elsewhere, loss, other, there)
    if _is_ok(verdicts) and not _is_ok(again):
        there = [slopes_of(elsewhere, loss, each) for each in elsewhere.parameters]
        if not _is_ok(again := judged(elsewhere, loss, other, there)):
            iteration, slopes, gradients, verdicts = elsewhere, there, other, again
    elif _is_ok(again):
        elsewhere, there = iteration, slopes
    record = _found(iteration, loss, slopes, gradients, verdicts)
    yield record
    if not record["ok"]:
        record["findings"] = list(_findings(iteration, elsewhere, loss, there, options))
        yield record


def loss_that_fits(
    iteration: Iteration, options: Options
) -> tuple[Loss, list[Slopes], dict[str, Any]]:
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
        verdicts = judged(iteration, loss, gradients, few)
        right = _right(iteration.pairs, verdicts)
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


def _right(pairs: Sequence[Pair], verdicts: Mapping[str, Verdict]) -> int:
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
    more = _right(named, verdicts) > _right(both, verdicts)
    found = []
    for each in told:
        other = by_name.get(each.parameter.text)
        if other is not None:
            nameless = each.gradient.base.startswith(NAMED)
            is_right = verdicts[each.gradient.text] is Verdict.RIGHT
            other_is_right = verdicts[other.gradient.text] is Verdict.RIGHT
            # Of two that are alike the one with a name of the program is told.
            if (nameless or more) if other_is_right == is_right else other_is_right:
                each = other
        found.append(each)
    return found


def _found(
    iteration: Iteration,
    loss: Loss,
    slopes: Sequence[Slopes],
    gradients: dict[str, Any],
    verdicts: dict[str, Verdict],
) -> Record:
    by_name = {each.parameter.name: each for each in slopes}
    rows = []
    for pair in iteration.pairs:
        truth = by_name[pair.parameter.text]
        verdict = verdicts[pair.gradient.text]
        value = gradients[pair.gradient.text]
        row: Record = {
            "parameter": pair.parameter.text,
            "gradient": ("-" if pair.sign < 0 else "") + pair.gradient.text,
            "verdict": str(verdict),
            "shape": list(truth.parameter.shape),
        }
        if verdict is Verdict.SHAPE:
            row["found_shape"] = list(np.shape(value))
        if verdict is Verdict.WRONG:
            row |= _compared(value, truth.whole) | {"factor": _factor(truth, value)}
        rows.append(row)
    return {
        "ok": _is_ok(verdicts),
        "loss": loss.text,
        "value": iteration.loss(loss),
        "gradients": rows,
        "findings": [],
    }


def _is_ok(verdicts: Mapping[str, Verdict]) -> bool:
    return all(each in (Verdict.RIGHT, Verdict.UNSURE) for each in verdicts.values())


def _factor(truth: Slopes, value: Any) -> float | None:
    """The one number by which all of a gradient is off, if it is one."""
    if value is None or np.size(value) != truth.parameter.size or truth.parameter.size < 2:
        return None
    found = truth.directions @ np.asarray(value, dtype=float).ravel()
    known = np.isfinite(truth.values) & (np.abs(truth.values) > 1e-3 * np.abs(truth.values).max())
    if not known.any():
        return None
    ratios = found[known] / truth.values[known]
    if np.ptp(ratios) > 1e-4 * np.abs(ratios).max() or not np.abs(ratios).max():
        return None
    return float(np.median(ratios))


def _compared(value: Any, should_be: Any) -> Record:
    """The first numbers of an array; beside those that it should have, from the first on that
    differs, and how many do.
    """
    found = np.asarray(value, dtype=float)
    if should_be is None or np.shape(should_be) != found.shape:
        return {"value": _shown(found), "should_be": _shown(should_be)}
    right = np.asarray(should_be, dtype=float)
    room = 1e-9 * max(1e-30, float(np.abs(right).max(initial=0.0)))
    off = np.flatnonzero(~np.isclose(found, right, 1e-6, room))
    start = int(off[0]) if off.size else 0
    return {
        "value": _shown(found, start),
        "should_be": _shown(right, start),
        "first": [int(each) for each in np.unravel_index(start, found.shape)],
        "different": int(off.size),
    }


def _shown(value: Any, start: int = 0) -> list[float] | None:
    if value is None:
        return None
    flat = np.asarray(value, dtype=float).ravel()
    return [float(each) for each in flat[start : start + _MOST_SHOWN]]


def _findings(
    shown_in: Iteration,
    iteration: Iteration,
    loss: Loss,
    slopes: Sequence[Slopes],
    options: Options,
) -> Iterator[Record]:
    """The lines that may be wrong, the likeliest first: found in one iteration, and told with the
    values of another.
    """
    deadline = time.process_time() + options.seconds
    taped = Taped(iteration)
    known = _known(iteration, loss, slopes, taped, deadline)
    before = events(taped)
    nodes = {id(each.site.node) for each in before if each.is_real}
    verdicts = judged(iteration, loss, iteration.gradients(), slopes)
    wrong = {name for name, each in verdicts.items() if each in _WRONG}
    right = {name for name, each in verdicts.items() if each is Verdict.RIGHT}
    reach = Reach(reached(taped, nodes), frozenset(wrong), frozenset(right))
    suspicion = Suspicion(before, known, reach)
    found = search(
        iteration,
        loss,
        slopes,
        suspicion,
        known,
        lambda edit: Suspicion(events(taped, edit), known).right,
        max(deadline - time.process_time(), 0.1),
    )
    told: set[int] = set()
    told_of = Taped(shown_in)
    before = events(told_of)
    for repair in found.repairs:
        if len(told) < MOST_FINDINGS and repair.edit.site.line not in told:
            told.add(repair.edit.site.line)
            yield _repaired(iteration.source, repair.edit, before, events(told_of, repair.edit))
    if not told:
        for site in _first(suspicion, found)[:3]:
            yield _suspected(iteration.source, site, before)


_WRONG = (Verdict.WRONG, Verdict.SHAPE, Verdict.MISSING)


def _known(
    iteration: Iteration, loss: Loss, slopes: Sequence[Slopes], taped: Taped, deadline: float
) -> Known:
    half = time.process_time() + (deadline - time.process_time()) / 3
    found = adjoints(taped, loss, lambda: time.process_time() < half)
    sizes = {size for each in found for size in each.value.shape if size > 1}
    sign = iteration.pairs[0].sign
    iteration.prepare()
    frames = iteration.world.frames
    held = [p.place.read(frames) for p in iteration.parameters if p.created < iteration.start]
    others = [value for _, value in iteration.given()]
    floats = [np.array(each, dtype=float) for each in (*held, *others)]
    return Known(found, slopes, frozenset(sizes), sign, floats)


def _first(suspicion: Suspicion, found: Search) -> list[Site]:
    """The statements whose values are the first that nothing speaks for."""
    return [site for site in found.suspects if id(site.node) in suspicion.rank] or found.suspects


def _repaired(
    source: Source, edit: Edit, before: Sequence[Event], after: Sequence[Event]
) -> Record:
    site = edit.site
    record: Record = {
        "line": site.line,
        "text": source.line(site.line),
        "kind": edit.kind,
        "certain": True,
    }
    if edit.statement is not None:
        record["should_be"] = _header(edit.statement)
        if isinstance(edit.old, ast.expr) and isinstance(edit.new, ast.expr):
            record |= {"old": ast.unparse(edit.old), "new": ast.unparse(edit.new)}
    mine = [each for each in before if each.site is site]
    theirs = [each for each in after if each.site is site]
    for old, new in zip(mine, theirs, strict=False):
        if old.value.shape != new.value.shape or not np.allclose(old.value, new.value, 1e-9, 0):
            # `dW[k] = g` computes a row, `dW[k] += g` the whole.
            other = new.value if new.name == old.name else None
            told = _compared(old.value, other) | {"shape": list(old.value.shape)}
            if other is not None:
                told["shape_should_be"] = list(other.shape)
            record["values"] = {"name": old.name, "is": told.pop("value"), **told}
            break
    return record


def _header(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def _suspected(source: Source, site: Site, before: Sequence[Event]) -> Record:
    record: Record = {
        "line": site.line,
        "text": source.line(site.line),
        "kind": "first that is not right",
        "certain": False,
    }
    mine = [each for each in before if each.site is site]
    if mine:
        record["values"] = {"name": mine[0].name, "is": _shown(mine[0].value)}
    return record
