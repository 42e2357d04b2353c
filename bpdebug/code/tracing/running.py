"""Carrying a program out once, with arrays that note what becomes of them: the forward pass, then,
as far as that goes, the rest of its iteration.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.places import Place, is_real, places
from bpdebug.code.tape import Tape, Taped
from bpdebug.code.tracing.array import (
    Known,
    Traced,
    known_of,
    made,
    name,
    named,
    plain,
)
from bpdebug.code.tracing.gathering import gathered
from bpdebug.code.tracing.methods import install
from bpdebug.code.tracing.patches import patch
from bpdebug.code.tracing.recorder import (
    Quantity,
    Recorder,
    TooLarge,
    UntraceableError,
    base_name,
)
from bpdebug.code.tracing.terms import Ref


@dataclass(frozen=True)
class Trace:
    """What was noted: the recorder, the loss, and the parameters by the program's names; also the
    gradients that the program computes, by its names, as far as they could be traced.
    """

    recorder: Recorder
    loss: Quantity
    parameters: dict[str, Quantity]
    gradients: dict[str, Quantity]


def trace(iteration: Iteration, loss: Loss) -> Trace:
    """Trace a loss. Raises UntraceableError if it cannot be written as equations."""
    install()
    recorder = Recorder(iteration.source)
    taped = Taped(iteration)
    taped.tape = _Naming(recorder, taped.tape)
    found: dict[str, Quantity] = {}
    with taped.running():
        iteration.prepare()
        frames = iteration.world.frames
        wrap = _Wrapper(recorder, frames)
        for each in iteration.parameters:
            if each.created < iteration.start:
                found[each.name] = wrap.parameter(each.place)
        wrap.given()
        if any(not each.shape and isinstance(each.value, float) for each in wrap.wrapped):
            wrap.numbers()
        late = {p.created: p for p in iteration.parameters if p.created >= iteration.start}
        patch(recorder, frames)
        with np.errstate(all="ignore"):
            for n in loss.needed:
                iteration.world.run([iteration.planned[n]])
                if n in late:
                    found[late[n].name] = wrap.parameter(late[n].place)
            value = eval(loss.code, frames[loss.frame])
        quantity, choices = _loss(recorder, value, loss.text), dict(recorder.choices)
        gradients = _gradients(iteration, loss, recorder)
        recorder.choices = choices
        return Trace(recorder, quantity, found, gradients)


def _loss(recorder: Recorder, value: Any, text: str) -> Quantity:
    """The quantity that the loss is."""
    if not isinstance(value, Traced):
        raise UntraceableError(
            "the loss is not traced: somewhere it becomes a plain number, as "
            "with int() or a function of another package"
        )
    if value.size != 1:
        raise UntraceableError(f"the loss has {value.size} numbers")
    called = base_name(text) or "loss"
    known = known_of(value)
    if known.term is not None:
        name(value, called, 0)
    value = value.reshape(())
    known = known_of(value)
    assert known.ids is not None
    found = recorder.owner(int(known.ids)) if int(known.ids) > 0 else None
    if found is None or found.shape != () or found.role != "computed":
        named(recorder, value, "loss")
        assert value.known is not None
        assert value.known.ids is not None
        found = recorder.owner(int(value.known.ids))
    return found


def _gradients(iteration: Iteration, loss: Loss, recorder: Recorder) -> dict[str, Quantity]:
    """Carry out what the loss does not need, and give what is then found where gradients are, by
    the text of their place; what is not traced is left out.
    """
    left = [n for n in range(iteration.start, len(iteration.planned)) if n not in loss.needed]
    # A backward pass that fails, or is too large, is not a reason to refuse the forward pass.
    with suppress(Exception, TooLarge), np.errstate(all="ignore"):
        iteration.world.run([iteration.planned[n] for n in left])
    found: dict[str, Quantity] = {}
    for pair in iteration.pairs:
        with suppress(Exception, TooLarge):
            quantity = _quantity(recorder, pair.gradient.read(iteration.world.frames))
            if quantity is not None:
                found[pair.gradient.text] = quantity
    return found


def _quantity(recorder: Recorder, value: Any) -> Quantity | None:
    """The quantity that a traced array is; one that is put together becomes one."""
    if not isinstance(value, Traced):
        return None
    known = known_of(value)
    if known.term is not None:
        name(value, "", 0)
    assert known.ids is not None
    term = gathered(recorder, known.ids)
    if isinstance(term, Ref):
        quantity = recorder.quantities[term.quantity]
        if term == recorder.reference(quantity) and quantity.size == value.size:
            return quantity
    values = np.array(plain(value), dtype=float)
    ids = recorder.computed(term, values, "", 0)
    made = recorder.owner(int(ids.flat[0]))
    return made if made.size == value.size else None


@dataclass(frozen=True)
class _Wrapped:
    shape: tuple[int, ...]
    value: Any


class _Wrapper:
    """Puts traced arrays in the place of a program's own."""

    def __init__(self, recorder: Recorder, frames: list[dict[str, Any]]) -> None:
        self.recorder = recorder
        self.frames = frames
        self.wrapped: list[_Wrapped] = []
        self._traced: dict[int, tuple[Any, Traced]] = {}

    def parameter(self, place: Place) -> Quantity:
        """Trace a parameter, wherever the program has it."""
        value = place.read(self.frames)
        self.wrapped.append(_Wrapped(np.shape(value), value))
        traced, quantity = self._wrap(value, "parameter", place)
        if isinstance(value, np.ndarray):
            self._everywhere(value, traced)
        else:
            place.write(self.frames, traced)
        return quantity

    def given(self) -> None:
        """Trace the arrays that the program begins with."""
        for place, value in list(places(self.frames)):
            if isinstance(value, Traced) or not isinstance(value, np.ndarray):
                continue
            if is_real(value) and id(value) not in self._traced:
                self._wrap(value, "given", place)
            if id(value) in self._traced:
                self._put(place, self._traced[id(value)][1])

    def numbers(self) -> None:
        """Trace the numbers that a program without arrays begins with."""
        for place, value in list(places(self.frames)):
            if type(value) is float and place.text.isidentifier():
                self._put(place, self._wrap(value, "given", place)[0])

    def _wrap(self, value: Any, role: str, place: Place) -> tuple[Traced, Quantity]:
        called = place.base
        if place.keys:
            called += ("_" if called[-1:].isdigit() else "") + "_".join(
                str(key + 1) for key in place.keys
            )
        values = np.squeeze(np.array(value, dtype=float))
        quantity = self.recorder.add(values, role, called)
        ids = self.recorder.ids_of(quantity).reshape(np.shape(value))
        traced = made(self.recorder, value, Known(ids=ids))
        self._traced[id(value)] = (value, traced)
        return traced, quantity

    def _everywhere(self, value: Any, traced: Traced) -> None:
        for place, other in list(places(self.frames)):
            if other is value:
                self._put(place, traced)

    def _put(self, place: Place, traced: Traced) -> None:
        try:
            place.write(self.frames, traced)
        except (TypeError, AttributeError, SyntaxError):
            # In a tuple nothing can be put; it is taken as a constant where it is used.
            return


class _Naming(Tape):
    """Gives what is assigned the name of what it is assigned to."""

    def __init__(self, recorder: Recorder, tape: Tape) -> None:
        super().__init__(tape.sites)
        self.recorder = recorder

    def at(self, number: int, names: tuple[str, ...], value: Any) -> Any:
        """A value that is about to be assigned or returned."""
        if isinstance(value, tuple) and len(value) == len(names) > 1:
            for called, part in zip(names, value, strict=True):
                self._name(number, called, part)
        else:
            self._name(number, names[0] if names else "", value)
        return value

    def after(self, number: int, name: str, value: Any) -> None:
        """A value that was changed in place."""
        known = value.known if isinstance(value, Traced) else None
        if known is not None and known.term is not None:
            self._name(number, name, value)

    def _name(self, number: int, text: str, value: Any) -> None:
        if not isinstance(value, Traced) or value.dtype.kind == "b":
            return
        known = value.known
        if known is None or known.lost or text in ("", "return"):
            return
        called = base_name(text)
        depth = self.recorder.depth()
        if isinstance(self.sites[number].node, ast.Return):
            depth += 1
        if known.term is not None:
            with suppress(UntraceableError):
                name(value, called, depth)
            return
        assert known.ids is not None
        ids = known.ids.ravel()
        if ids.size and ids.max() <= 0:
            known.pick = called
        elif ids.size and ids[0] > 0:
            owner = self.recorder.owner(int(ids[0]))
            whole = ids.size == owner.size and (np.sort(ids) == self.recorder.ids_of(owner).ravel())
            if np.all(whole) and owner.role == "computed":
                owner.names.append((depth, called, self.recorder.line()))
