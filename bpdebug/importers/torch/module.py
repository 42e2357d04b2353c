"""A session of equations from a module, whatever its forward is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count, islice
from typing import Any

import numpy as np
import torch

from bpdebug.code.tracing.recorder import UntraceableError
from bpdebug.code.tracing.writing import Written, written
from bpdebug.importers.torch.comparing import Comparison
from bpdebug.importers.torch.functions import slips
from bpdebug.importers.torch.layers import overlap
from bpdebug.importers.torch.network import SOURCE, Network, Point, as_tensors
from bpdebug.importers.torch.places import Line
from bpdebug.importers.torch.tracing import Followed, follow
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Program
from bpdebug.session.file.arrays import compact
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger

_RATES = ("learning_rate", "lr", "alpha", "eta")
_MOST_TOLD = 20
_MOST_FIGURES = 1_000

OptimizerFields = Callable[..., dict[str, Any]]


def fields_of_module(
    module: Any,
    inputs: Any,
    targets: Any,
    loss: str | Callable[..., Any],
    reduction: str,
    optimizer: OptimizerFields,
    iterations: int,
) -> dict[str, Any]:
    """The fields of a session.

    Raises SessionError with what has no counterpart, by module and line, or with the first number
    that differs.
    """
    given = as_tensors("inputs", inputs)
    keywords = given if isinstance(given, dict) else {}
    arguments = () if isinstance(given, dict) else given if isinstance(given, tuple) else (given,)
    network = Network(module, arguments, keywords, as_tensors("targets", targets), loss, reduction)
    _check(network)
    state = torch.get_rng_state()
    followed = follow(network, state)
    try:
        found = written(followed.trace)
    except UntraceableError as error:
        raise SessionError(SOURCE, [Problem("", f"cannot be opened: {error}")]) from error
    fields = _fields(network, followed, found, optimizer, iterations)
    program = make_debugger(parse_session(json.dumps(fields), SOURCE), SOURCE).program
    comparison = Comparison(program, network, followed, found, state)
    here = network.at(state=state)
    difference = comparison.first_difference(here)
    if difference:
        raise SessionError(SOURCE, [Problem("", f"cannot be opened: {difference}")])
    notes = list(_notes(network, followed, comparison.names))
    if here.calls:
        notes += [f"Not the derivative of its forward: {each}" for each in slips(here.calls)]
        own = network.at(state=state, own_gradients=True)
        loss_name = fields["model"]["loss"]
        fields["printed"] = list(
            islice(_figures(program, own, comparison.names, loss_name), _MOST_FIGURES)
        )
    fields["notes"] = "\n".join(notes)[:10_000]
    return fields


def _check(network: Network) -> None:
    """What could not be compared. Raises SessionError."""
    for path, each in network.module_paths_and_modules():
        if isinstance(each, torch.jit.ScriptModule):
            message = "is compiled by TorchScript; give the module it was compiled from"
            raise SessionError(SOURCE, [Problem(path, message)])
    buffers = {id(each) for _, each in network.buffers()}
    for path, each in (*network.parameters(), *network.buffers(), *network.given()):
        if torch.nn.parameter.is_lazy(each) or each.is_meta:
            message = "has no values yet; run the module once"
        elif each.is_complex():
            message = f"is {each.dtype}, expected real numbers"
        elif id(each) in buffers or not each.is_floating_point():
            # A mask may well be infinite.
            continue
        elif not bool(torch.isfinite(each.detach()).all()):
            message = "a value is not finite, so nothing can be compared"
        else:
            continue
        raise SessionError(SOURCE, [Problem(path, message)])
    parameters = network.parameters()
    for number, (path, each) in enumerate(parameters):
        for other, earlier in parameters[:number]:
            if overlap(each, earlier):
                message = f"shares memory with {other}, and a session would train them separately"
                raise SessionError(SOURCE, [Problem(path, f"{message}; give it a copy")])


def _fields(
    network: Network,
    followed: Followed,
    found: list[Written],
    optimizer: OptimizerFields,
    iterations: int,
) -> dict[str, Any]:
    parts: dict[str, dict[str, Any]] = {
        "inputs": {},
        "targets": {},
        "constants": {},
        "parameters": {},
    }
    for each in found:
        if not each.equation:
            parts[_part(each, followed)][each.name] = compact(each.quantity.values.tolist())
    names = {each.quantity.number: each.name for each in found}
    parameters = {
        path: names[quantity.number]
        for path, quantity in followed.trace.parameters.items()
        if quantity.number in names
    }
    known = dict(network.parameters())
    frozen = [name for path, name in parameters.items() if not known[path].requires_grad]
    taken = set(names.values())
    rate = next(
        each for each in chain(_RATES, (f"rate_{n}" for n in count(1))) if each not in taken
    )
    named = {id(known[path]): name for path, name in parameters.items()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": f"{type(network.module).__name__} from PyTorch"[:200],
        "model": {
            "equations": [_equation(each) for each in found if each.equation],
            "loss": names[followed.trace.loss.number],
            "origins": {
                each.name: each.quantity.line.origin
                for each in found
                if each.equation
                and isinstance(each.quantity.line, Line)
                and each.quantity.line.origin
            },
        },
        **parts,
        "frozen": frozen,
        **optimizer(named, frozen, rate, squeezed=True),
        "iterations": iterations,
        "style": "delta",
    }


def _part(each: Written, followed: Followed) -> str:
    """Which field of a session a quantity stands in."""
    quantity = each.quantity
    if quantity.role == "parameter":
        return "parameters"
    if quantity.number in followed.targets or each.name.startswith("t_one_hot"):
        return "targets"
    return "inputs" if quantity.role == "given" else "constants"


def _equation(each: Written) -> str:
    """An equation as it is usually written. Raises SessionError if it is none."""
    try:
        return to_text(parse_equation(each.equation))
    except NotationError as error:
        line = each.quantity.line
        where = f"{line.place}: " if isinstance(line, Line) else ""
        message = f"{where}cannot be written as an equation: {error}"
        raise SessionError(SOURCE, [Problem("", message)]) from error


def _figures(
    program: Program, own: Point, names: Mapping[str, str], loss: str
) -> Iterator[dict[str, str]]:
    """The gradients that torch computes with backwards of somebody's own, as figures to check."""
    for path, gradient in own.gradients.items():
        quantity = program.quantities.get(f"d{loss}/d{names.get(path, '')}")
        if quantity is None:
            continue
        for place, value in enumerate(np.asarray(gradient).ravel().tolist()):
            if np.isfinite(value):
                yield {"of": quantity.labels(place), "figure": f"{value:.14e}"}


def _notes(network: Network, followed: Followed, names: Mapping[str, str]) -> Iterator[str]:
    """What was assumed, and what things are called."""
    yield f"From the module {type(network.module).__name__} of PyTorch."
    for path, each in network.module_paths_and_modules():
        if isinstance(each, torch.nn.modules.batchnorm._NormBase):
            batch = each.training or each.running_mean is None
            told = "of the batch (train)" if batch else "kept from training (eval)"
            yield f"{path or 'It'} ({type(each).__name__}) takes mean and variance {told}."
        elif isinstance(each, torch.nn.modules.dropout._DropoutNd) and each.p:
            told = "drops nothing (eval)"
            if each.training:
                told = "keeps the mask that torch draws next (train)"
            yield f"{path or 'It'} ({type(each).__name__}) {told}."
    mapped = [f"{name} = {path}" for path, name in names.items() if name != path]
    if mapped:
        yield "Parameters: " + ", ".join(mapped)
    unused = [path for path, _ in network.parameters() if path not in names]
    if unused:
        yield "Not in the loss: " + ", ".join(unused[:_MOST_TOLD])
    if followed.choices:
        yield "What the forward decides by values stays as it is at the start:"
        for line, what in islice(followed.choices.items(), _MOST_TOLD):
            yield f"  {what} in {line.place}  {line.text}"[:150]
