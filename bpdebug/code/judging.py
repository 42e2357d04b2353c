"""Judging a program: which gradients are wrong, and which line is the first that is.

In stages, each of which is told as soon as it is known: what was found in the program, the verdict
on each gradient, the line.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bpdebug.code.early import KIND, too_early
from bpdebug.code.edits import Edit
from bpdebug.code.elementwise import elementwise, has_loops_through_elements
from bpdebug.code.finding import first_iteration
from bpdebug.code.fitting import Fit, best_fitting, half_of, loss_that_fits
from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.names import identifiers, is_loss
from bpdebug.code.noting import NOTED, as_written
from bpdebug.code.options import Options
from bpdebug.code.pairs import Pair
from bpdebug.code.search import Search, search
from bpdebug.code.silence import silence
from bpdebug.code.source import CodeError, Site, Source, read_source
from bpdebug.code.suspicion import Known, Reach, Suspicion
from bpdebug.code.tape import Adjoint, Event, Taped, adjoints, events, reached
from bpdebug.code.truth import Slopes, Verdict, judged, slopes_of

Record = dict[str, Any]

MOST_FINDINGS = 5
_MOST_SHOWN = 6
"""Numbers of an array that are shown."""


def judging(path: str, options: Options) -> Iterator[Record]:
    """The stages of a verdict, each as a record that says all that is known so far.

    Raises CodeError if the program cannot be judged.
    """
    source = read_source(path)
    found = best_fitting(elementwise(source, options), options)
    if found is not None:
        with silence():
            yield from _judged_by_element(*found, options)
        return
    iteration = first_iteration(source, options)
    has_arrays = any(each.shape for each in iteration.parameters)
    if not (has_arrays or options.gradients) and has_loops_through_elements(source):
        raise CodeError(
            "parameters are updated one number at a time, in a way that is not recognized; "
            "write it as W[i][j] -= rate * gradient"
        )
    with silence():
        yield from _judged(iteration, loss_that_fits(iteration, options), options)


def _judged_by_element(iteration: Iteration, fit: Fit, options: Options) -> Iterator[Record]:
    """The stages for a program whose loss may be another than it prints. Where no gradient is right
    and no change makes them so, nothing says that the loss is meant, nor if a change makes them
    gradients of what is not called a loss: then none is told.
    """
    held_back: Record | None = None
    is_named = any(map(is_loss, identifiers(ast.parse(fit[0].text))))
    less = replace(options, seconds=options.seconds / 2)
    for each, mine in ((fit, options), (half_of(iteration, fit), less)):
        for record in _judged(iteration, each, mine):
            rows = record["gradients"]
            if any(row["verdict"] == Verdict.RIGHT for row in rows) or record["ok"] or options.loss:
                held_back = None
                yield record
            elif is_named and any(finding["certain"] for finding in record["findings"]):
                yield record
                return
            else:
                held_back = record
        if held_back is None:
            return
    raise CodeError(
        f"no gradient is one of {fit[0].text}, and no change of a line makes all of them so; "
        "if another loss is meant, give it with --loss 'EXPRESSION'"
    )


def _judged(iteration: Iteration, fit: Fit, options: Options) -> Iterator[Record]:
    loss, slopes, gradients = fit
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
            "gradient": told_gradient(pair),
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


def told_gradient(pair: Pair) -> str:
    """What a gradient is called: what is only noted has no name."""
    if pair.gradient.text.startswith(NOTED):
        return f"updates of {pair.parameter.text}"
    return ("-" if pair.sign < 0 else "") + pair.gradient.text


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
    early = too_early(iteration, loss, slopes)
    for site in early:
        text = iteration.source.line(site.line)
        yield {"line": site.line, "text": text, "kind": KIND, "certain": True}
    if early:
        return
    deadline = time.process_time() + options.seconds
    iteration = iteration.trimmed(loss)
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
            after = events(told_of, repair.edit)
            yield _repaired(iteration.source, repair.edit, before, after, iteration.pairs[0].sign)
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
    if iteration.applies:
        found += _by_element(slopes)
    return Known(found, slopes, frozenset(sizes), sign, floats)


def _by_element(slopes: Sequence[Slopes]) -> Iterator[Adjoint]:
    """The derivatives by each element of the parameters."""
    directions = np.array([1.0, -0.7])
    for each in slopes:
        for value in each.whole.ravel() if each.whole is not None else ():
            if np.isfinite(value) and value:
                yield Adjoint(np.array(value), None, directions[:, None], directions * value)


def _first(suspicion: Suspicion, found: Search) -> list[Site]:
    """The statements whose values are the first that nothing speaks for."""
    return [site for site in found.suspects if id(site.node) in suspicion.rank] or found.suspects


def _repaired(
    source: Source, edit: Edit, before: Sequence[Event], after: Sequence[Event], sign: int
) -> Record:
    site = edit.site
    record: Record = {
        "line": site.line,
        "text": source.line(site.line),
        "kind": edit.kind,
        "certain": True,
    }
    if edit.statement is not None:
        record["should_be"] = _header(as_written(edit.statement, sign))
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
