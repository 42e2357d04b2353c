"""What is told of a traced program: its equations and numbers, and what to compare them with."""

from __future__ import annotations

import ast
import base64
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from bpdebug.code.elementwise import elementwise
from bpdebug.code.finding import first_iteration
from bpdebug.code.fitting import loss_that_fits
from bpdebug.code.following import followed
from bpdebug.code.iteration import Floats, Iteration, Loss
from bpdebug.code.names import is_parameter_update
from bpdebug.code.options import Options
from bpdebug.code.places import places
from bpdebug.code.silence import silence
from bpdebug.code.source import CodeError, Source, read_source
from bpdebug.code.tracing.by_hand import ByHand, by_hand
from bpdebug.code.tracing.recorder import TooLarge, UntraceableError, base_name
from bpdebug.code.tracing.running import Trace, trace
from bpdebug.code.tracing.writing import written
from bpdebug.code.truth import Slopes, Verdict, judged

Record = dict[str, Any]

_STEP = 1e-5
_NEARBY = 1e-3
_POINTS = 2
_SEED = 7


def opening(path: str, options: Options) -> Iterator[Record]:
    """A program as equations, then the points at which to compare.

    Raises CodeError if the program cannot be traced.
    """
    source = read_source(path)
    if next(elementwise(source, options), None) is not None:
        raise CodeError(
            "cannot be opened: it updates its parameters one number at a time; "
            "bpdebug check judges such a program"
        )
    iteration = first_iteration(source, options)
    with silence():
        loss, slopes, gradients = loss_that_fits(iteration, options)
        verdicts = judged(iteration, loss, gradients, slopes)
        try:
            traced = trace(iteration, loss)
            record = _told(iteration, traced)
        except (UntraceableError, TooLarge) as error:
            raise CodeError(f"cannot be opened: {error}") from error
        names = record["parameters"]
        record["backward"] = list(_backward(iteration, record))
        record["points"] = [_here(iteration, loss, slopes, names)]
        record["gradients"] = _own(iteration, gradients, verdicts, names)
        for number in range(_POINTS):
            record["points"].append(_nearby(iteration, loss, slopes, names, number))
        # Whatever becomes of the iterations after the first: all else is known.
        yield record | {"followed": []}
        yield record | {"followed": _followed(iteration, options, names)}


def _told(iteration: Iteration, traced: Trace) -> Record:
    found = written(traced)
    hand = by_hand(traced, found, iteration)
    names = {each.quantity.number: each.name for each in found}
    source = iteration.source
    return {
        "loss": found[-1].name,
        "given": [
            {
                "name": each.name,
                "role": each.quantity.role,
                "values": packed(each.quantity.values),
            }
            for each in found
            if not each.equation
        ],
        "equations": [
            {
                "name": each.name,
                "text": each.equation,
                "line": each.quantity.line,
                "source": source.line(each.quantity.line),
                "values": packed(each.quantity.values),
            }
            for each in found
            if each.equation
        ],
        "parameters": {
            text: names[quantity.number]
            for text, quantity in traced.parameters.items()
            if quantity.number in names
        },
        "choices": sorted(
            [line, what, source.line(line)]
            for line, what in traced.recorder.choices.items()
            if line
        ),
        "rate": _rate(iteration),
        "numbers": _numbers(iteration),
        "by_hand": [_by_hand(each, traced, names, source) for each in hand],
    }


def _by_hand(each: ByHand, traced: Trace, names: Mapping[int, str], source: Source) -> Record:
    quantity = each.quantity
    parameter = traced.parameters.get(each.parameter)
    return {
        "name": each.name,
        "called": quantity.names[0][1] if quantity.names else quantity.hint,
        "text": each.equation,
        "is_given": quantity.term is None,
        "line": quantity.line,
        "source": source.line(quantity.line),
        "values": packed(quantity.values),
        "of": each.of,
        "parameter": "" if parameter is None else names.get(parameter.number, ""),
        "sign": each.sign,
    }


def packed(values: Any) -> Record:
    """An array as JSON."""
    array = np.asarray(values, dtype="<f8")
    return {"shape": list(array.shape), "float64": base64.b64encode(array.tobytes()).decode()}


def _here(
    iteration: Iteration, loss: Loss, slopes: list[Slopes], names: Mapping[str, str]
) -> Record:
    return {
        "moved": {},
        "loss": iteration.loss(loss),
        "slopes": [
            {
                "parameter": names[each.parameter.name],
                "directions": packed(each.directions[-_most(each) :]),
                "values": packed(each.values[-_most(each) :]),
                "noise": each.noise,
            }
            for each in slopes
            if each.parameter.name in names
        ],
    }


def _most(slopes: Slopes) -> int:
    """How many directions are told: the last ones, which move all elements where there are many."""
    return min(_MOST, max(2, _MOST_NUMBERS // slopes.parameter.size))


_MOST = 64
"""Directions along which a gradient is compared."""

_MOST_NUMBERS = 100_000
"""Numbers that the directions of a parameter may have together."""


def _nearby(
    iteration: Iteration, loss: Loss, slopes: list[Slopes], names: Mapping[str, str], number: int
) -> Record:
    """The same at a point nearby, along one direction for each parameter."""
    generator = np.random.default_rng(_SEED + number)
    moved: dict[str, Floats] = {}
    for each in slopes:
        scale = _NEARBY * max(1e-3, float(np.abs(_value(iteration, each)).max()))
        moved[each.parameter.name] = scale * generator.uniform(-1, 1, each.parameter.size)
    found = []
    for each in slopes:
        name = each.parameter.name
        if name not in names:
            continue
        direction = generator.choice([-1.0, 1.0], each.parameter.size)
        both = [
            (
                iteration.loss(loss, moved | {name: moved[name] + step * direction})
                - iteration.loss(loss, moved | {name: moved[name] - step * direction})
            )
            / (2 * step)
            for step in (_STEP, _STEP / 8)
        ]
        smooth = abs(both[0] - both[1]) <= 1e-4 * max(map(abs, both)) + 16 * each.noise
        found.append(
            {
                "parameter": names[name],
                "directions": packed(direction[None]),
                "values": packed([both[0] if smooth else np.nan]),
                "noise": each.noise,
            }
        )
    return {
        "moved": {names[name]: packed(by) for name, by in moved.items() if name in names},
        "loss": iteration.loss(loss, moved),
        "slopes": found,
    }


def _followed(
    iteration: Iteration, options: Options, names: Mapping[str, str]
) -> list[dict[str, Record]]:
    """The parameters at the beginning of the first iterations; none of a pass that is given."""
    if options.forward or options.backward:
        return []
    return [
        {names[name]: packed(value) for name, value in each.items() if name in names}
        for each in followed(iteration)
    ]


def _value(iteration: Iteration, slopes: Slopes) -> Floats:
    place = slopes.parameter.place
    if slopes.parameter.created >= iteration.start:
        return np.ones(slopes.parameter.shape)
    iteration.prepare()
    return np.array(place.read(iteration.world.frames), dtype=float)


def _own(
    iteration: Iteration,
    gradients: Mapping[str, Any],
    verdicts: Mapping[str, Verdict],
    names: Mapping[str, str],
) -> list[Record]:
    """The gradients that the program itself computes."""
    return [
        {
            "parameter": names[pair.parameter.text],
            "gradient": ("-" if pair.sign < 0 else "") + pair.gradient.text,
            "verdict": str(verdicts[pair.gradient.text]),
            "values": packed(gradients[pair.gradient.text])
            if verdicts[pair.gradient.text] in (Verdict.RIGHT, Verdict.WRONG)
            else None,
        }
        for pair in iteration.pairs
        if pair.parameter.text in names
    ]


def _backward(iteration: Iteration, record: Record) -> Iterator[list[Any]]:
    """For what the program computes derivatives of the last line where it does, and its text."""
    source = iteration.source
    lines: dict[str, int] = {}
    for site in source.sites:
        for target in _assigned(site.node):
            lines[target] = lines[base_name(target)] = site.line
    found: dict[str, int] = {}
    computed = {each["name"] for each in record["equations"]} - {record["loss"]}
    for name in computed:
        line = lines.get(f"d{name}") or lines.get(f"grad_{name}") or lines.get(f"{name}_grad")
        if line:
            found[name] = line
    for pair in iteration.pairs:
        name = record["parameters"].get(pair.parameter.text)
        line = lines.get(pair.gradient.text) or lines.get(base_name(pair.gradient.text))
        if name and line:
            found[name] = line
    for name, line in found.items():
        yield [name, line, source.line(line)]


def _assigned(node: ast.stmt) -> Iterator[str]:
    """What a statement assigns to, as it is written."""
    targets: list[ast.expr] = []
    match node:
        case ast.Assign(targets=several):
            targets = several
        case ast.AugAssign(target=one) | ast.AnnAssign(target=one):
            targets = [one]
    for target in targets:
        inside = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        yield from map(ast.unparse, inside)


def _numbers(iteration: Iteration) -> dict[str, float]:
    """The numbers of the program by name, such as the settings of its updates; those that are
    written in it have no name, only a place.
    """
    iteration.prepare()
    found = {
        place.base: float(value)
        for place, value in places(iteration.world.frames)
        if isinstance(value, float | int) and np.isfinite(value)
    }
    written_ = (
        (f"{node.lineno}:{node.col_offset}", node.value)
        for node in ast.walk(iteration.source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    )
    return dict(islice({**found, **dict(written_)}.items(), _MOST_NAMED))


_MOST_NAMED = 200

_RATES = ("learning_rate", "lr", "eta", "alpha", "step_size", "rate")


def _rate(iteration: Iteration) -> float | None:
    """The learning rate: what the program calls so, or the number in its first update."""
    iteration.prepare()
    for frame in reversed(iteration.world.frames):
        for name in _RATES:
            value = frame.get(name)
            if isinstance(value, float | int) and not isinstance(value, bool) and value > 0:
                return float(value)
    for site in iteration.source.sites:
        if is_parameter_update(site.node, frozenset()):
            for node in ast.walk(site.node):
                match node:
                    case ast.BinOp(ast.Constant(value), ast.Mult()) if type(value) is float:
                        return value
    return None
