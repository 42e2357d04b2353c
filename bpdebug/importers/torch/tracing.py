"""Carrying a network out once, and noting what becomes of its tensors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.modules import module as hooks

from bpdebug.code.tracing.array import Known, Traced, known_of, made, name, named
from bpdebug.code.tracing.methods import install
from bpdebug.code.tracing.recorder import Ids, Quantity, TooLarge, UntraceableError
from bpdebug.code.tracing.running import Trace
from bpdebug.importers.torch.doubles import in_doubles
from bpdebug.importers.torch.functions import Functions
from bpdebug.importers.torch.memory import Memory, address_of, tensors
from bpdebug.importers.torch.naming import spelled
from bpdebug.importers.torch.network import SOURCE, Network, computed, copied
from bpdebug.importers.torch.places import Line, ModuleRecorder
from bpdebug.importers.torch.watching import Watch
from bpdebug.session.file.errors import Problem, SessionError


@dataclass(frozen=True)
class Followed:
    """A network that was followed: what was noted, its parameters by their paths, which quantities
    are targets, the identities of what comes out, what was decided by values, and where gradients
    stop, at a detach() or under no_grad.
    """

    trace: Trace
    recorder: ModuleRecorder
    targets: frozenset[int]
    outputs: Ids
    output_values: Any
    choices: dict[Line, str]
    stops: list[Line]


def follow(network: Network, state: Any) -> Followed:
    """Trace the loss of a network. Raises SessionError if it cannot be written as equations."""
    try:
        return _carried_out(network, state)
    except (UntraceableError, TooLarge) as error:
        told = str(error).removeprefix("line 0: ")
        raise SessionError(SOURCE, [Problem("", f"cannot be opened: {told}")]) from error


def _carried_out(network: Network, state: Any) -> Followed:
    install()
    paths = network.module_paths()
    recorder = ModuleRecorder(paths, _carried_out.__code__)
    memory = Memory(recorder)
    with in_doubles(network.modules):
        torch.set_rng_state(state)
        given = _Given(recorder, memory)
        parameters = {
            path: given.take(path, each, "parameter") for path, each in network.parameters()
        }
        for path, each in network.buffers():
            given.take(path, each, "constant")
        arguments, keywords, targets = copied(
            (network.arguments, network.keywords, network.targets)
        )
        own = Network(
            network.module, arguments, keywords, targets, network.criterion, network.reduction
        )
        for called, each in own.given():
            given.take(called, each, "given")
        wanted = {given.take("t", each, "given") for each in tensors(targets)} - {None}
        functions = Functions(derived=True)
        watch = Watch(recorder, memory, given.names, functions)
        with functions.watched(), _watched_modules(watch), watch:
            outputs, loss = computed(own, arguments, keywords, targets)
        found = [memory.get(each) for each in tensors(outputs) if each.is_floating_point()]
        quantity = _loss(recorder, memory, loss)
        ids, values = _elements(recorder, found)
    trace = Trace(recorder, quantity, {k: v for k, v in parameters.items() if v is not None}, {})
    return Followed(
        trace,
        recorder,
        frozenset(each.number for each in wanted if each),
        ids,
        values,
        watch.choices,
        watch.stops,
    )


class _Given:
    """Makes quantities of what a network begins with."""

    def __init__(self, recorder: ModuleRecorder, memory: Memory) -> None:
        self._recorder = recorder
        self._memory = memory
        self.names: dict[int, str] = {}

    def take(self, path: str, tensor: Any, role: str) -> Quantity | None:
        """A quantity of a tensor; None for whole numbers, whose name is kept."""
        called = spelled(path)
        self.names[address_of(tensor)] = called
        if not tensor.is_floating_point() or not tensor.numel():
            return None
        values = np.array(tensor.detach().numpy())
        if role == "constant" and values.size == 1:
            return None
        quantity = self._recorder.add(np.squeeze(values), role, called)
        ids = self._recorder.ids_of(quantity).reshape(values.shape)
        self._memory.put(tensor, made(self._recorder, values, Known(ids=ids)))
        return quantity


@contextmanager
def _watched_modules(watch: Watch) -> Iterator[None]:
    """Keep the module that computes, and call what comes out of a module like it."""
    recorder = watch.recorder

    def enter(module: Any, _: Any) -> None:
        recorder.inside.append(module)

    def leave(module: Any, _: Any, result: Any) -> None:
        path = recorder.path
        if recorder.inside:
            recorder.inside.pop()
        if result is None:
            return
        for number, each in enumerate(tensors(result)):
            if number == 0:
                watch.name(each, path or "output")

    handles = [
        hooks.register_module_forward_pre_hook(enter),
        hooks.register_module_forward_hook(leave, always_call=True),
    ]
    try:
        yield
    finally:
        for each in handles:
            each.remove()


def _loss(recorder: ModuleRecorder, memory: Memory, tensor: Any) -> Quantity:
    """The quantity that the loss is. Raises UntraceableError."""
    if tensor not in memory:
        raise UntraceableError("no parameter and no input goes into the loss")
    value = memory.get(tensor)
    known = known_of(value)
    if known.lost:
        raise UntraceableError(known.lost)
    if known.term is not None:
        name(value, "loss", 0)
    found = _owner(recorder, value)
    if found is None:
        value = made(recorder, value, Known(ids=value.known.ids if value.known else None))
        named(recorder, value, "loss")
        found = _owner(recorder, value)
    assert found is not None
    return found


def _owner(recorder: ModuleRecorder, value: Traced) -> Quantity | None:
    ids = known_of(value).ids
    assert ids is not None
    found = recorder.owner(int(ids.ravel()[0])) if int(ids.ravel()[0]) > 0 else None
    return found if found is not None and found.shape == () and found.term is not None else None


def _elements(recorder: ModuleRecorder, outputs: list[Traced]) -> tuple[Ids, Any]:
    """The identities of all elements that come out and have any, with their values."""
    ids: list[Any] = [np.zeros(0, dtype=np.int64)]
    values: list[Any] = [np.zeros(0)]
    for each in outputs:
        known = each.known
        if known is not None and known.ids is not None and not known.lost:
            ids.append(known.ids.ravel())
            values.append(np.array(each, dtype=float).ravel())
    return np.concatenate(ids), np.concatenate(values)
