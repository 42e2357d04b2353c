"""Watching a network compute: each operation of torch becomes one on traced arrays.

A dispatch mode of torch sees every operation on tensors, below autograd and with what modules and
functions are made of: `nn.LSTM` is products, sigmoids and sums there. So any forward is followed,
with its branches and loops as they go at this point.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch._decomp import decomposition_table

from bpdebug.code.tracing.array import (
    Known,
    Traced,
    depends,
    failed,
    made,
    name,
    plain,
    reason,
)
from bpdebug.code.tracing.recorder import TooLarge, UntraceableError
from bpdebug.importers.torch.cells import Steps
from bpdebug.importers.torch.doubles import Doubles
from bpdebug.importers.torch.functions import Functions
from bpdebug.importers.torch.memory import Memory, address_of, tensors
from bpdebug.importers.torch.naming import spelled
from bpdebug.importers.torch.operations import OPERATIONS
from bpdebug.importers.torch.operations.elements import MOVES, moved
from bpdebug.importers.torch.operations.merging import apart, is_merged, source_of, viewed
from bpdebug.importers.torch.places import Line, ModuleRecorder

_NOT_SAID = frozenset({"dtype", "layout", "device", "pin_memory", "memory_format", "generator"})
_IMPLIED = frozenset({"half_to_float", "scale_grad_by_freq", "sparse", "out"})
_FRESH_NAMES = (
    "zeros_like ones_like full_like empty_like rand_like randn_like new_zeros new_ones new_full "
    "new_empty new_empty_strided"
)
_FRESH = frozenset(_FRESH_NAMES.split())
"""What takes only the shape from a tensor."""

_PICKING = frozenset({"embedding", "nll_loss_forward", "nll_loss2d_forward"})


MOST_OPERATIONS = 20_000
"""Operations on what is traced, in one forward pass."""


class Watch(Doubles):
    """Follows what becomes of the tensors in a memory."""

    def __init__(
        self,
        recorder: ModuleRecorder,
        memory: Memory,
        names: Mapping[int, str],
        functions: Functions,
    ) -> None:
        super().__init__()
        self._functions = functions
        self.recorder = recorder
        self.memory = memory
        self.choices: dict[Line, str] = {}
        self.stops: list[Line] = []
        self._names = dict(names)
        self._masks: set[int] = set()
        self._kept: list[Any] = []
        self._operations = 0
        self._steps = Steps()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        for each in tensors([*args, *(kwargs or {}).values()]):
            if each.requires_grad and each.is_leaf and each not in self.memory:
                raise UntraceableError(
                    f"{self.recorder.line().place}: a tensor that requires a gradient is not a "
                    "parameter of the module; make it an nn.Parameter of it"
                )
        return super().__torch_dispatch__(func, types, args, kwargs)

    def on_operation(self, func: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        """Carry an operation out, and note what it does to what is traced."""
        called = func._schema.name.split("::")[-1]
        base = called.rstrip("_") if called not in OPERATIONS else called
        given = [*tensors(args), *tensors(dict(kwargs))]
        if base in _FRESH or not any(each in self.memory for each in given):
            if base == "bernoulli":
                self._masks.update(map(address_of, given))
            result = func(*args, **kwargs)
            self._follow_name(given, result)
            return result
        self._name_variables()
        self._count()
        mutable = _written(func, args, kwargs)
        for each in mutable:
            if each.is_floating_point():
                self.memory.begin(each)
        arrays = [self._array(each) for each in args]
        named = {key: self._array(each) for key, each in kwargs.items()}
        whole = [*_traced(arrays), *_traced([*named.values()])]
        if (
            base not in OPERATIONS
            and base not in MOVES
            and not mutable
            and depends([*map(source_of, whole)])
        ):
            with self:
                parts = decomposition_table.get(func, func.decompose)(*args, **kwargs)
            if parts is not NotImplemented:
                return parts
        result = func(*args, **kwargs)
        self._note(func, base, (arrays, named), whole, result, bool(mutable))
        return result

    def _note(
        self, func: Any, base: str, given: Any, whole: list[Traced], result: Any, writes: bool
    ) -> None:
        arrays, named = given
        results = result if isinstance(result, list | tuple) else (result,)
        floats = [each for each in results if _is_traced(each)]
        strange = [each for each in tensors(results) if each.is_complex() or each.is_sparse]
        if strange and depends([*map(source_of, whole)]):
            raise UntraceableError(
                f"{self.recorder.line().place}: torch's {base} gives complex numbers or a sparse "
                "tensor, which have no counterpart; compute with real, dense ones"
            )
        picking = base in ("index", "masked_select") and [*_traced(arrays[1:])]
        if picking and depends(picking):
            self.choices.setdefault(self.recorder.line(), "which elements are taken")
        if not floats:
            if depends([*map(source_of, whole)]):
                self.choices.setdefault(self.recorder.line(), f"torch.{base}")
            return
        if depends([*map(source_of, whole)]) and self._stops(base):
            self.stops.append(self.recorder.line())
        first = next((each for each in whole if each.known is not None and each.known.lost), None)
        found: Any = None
        problem = ""
        if first is not None:
            assert first.known is not None
            problem = first.known.lost
        else:
            try:
                with np.errstate(all="ignore"):
                    found = self._computed(func, base, arrays, named)
            except Exception as error:
                problem = self._problem(error, base)
        found = found if isinstance(found, list | tuple) else (found,)
        for place, tensor in enumerate(results):
            if not _is_traced(tensor):
                continue
            values = np.array(tensor.detach().numpy())
            traced = found[place] if place < len(found) else None
            if traced is None and not problem:
                problem = self._problem(None, base)
            if problem:
                traced = self._failed(problem, whole, values)
            self._put(tensor, self._checked(traced, values), writes)
            self._name_step(base, tensor)

    def _stops(self, base: str) -> bool:
        """Whether a gradient stops here; the forward of a function is not derived by torch."""
        if not torch.is_grad_enabled():
            return not self._functions.inside
        return base == "detach" and "detach" in self.recorder.line().text

    def _checked(self, found: Any, values: Any) -> Traced:
        """What was found, as a traced array with the numbers of torch."""
        if isinstance(found, Traced):
            traced = found
        else:
            traced = made(self.recorder, values, Known(ids=np.array(self.recorder.lifted(values))))
        if traced.known is not None and traced.known.lost:
            return traced
        if traced.shape != values.shape:
            reason_ = f"the shape {traced.shape} came out for {values.shape}"
            return made(self.recorder, values, Known(lost=reason_))
        if traced.dtype.kind == values.dtype.kind:
            np.copyto(plain(traced), values)
            source = source_of(traced)
            np.copyto(plain(source), values.reshape(source.shape))
        return traced

    def _failed(self, problem: str, whole: list[Traced], values: Any) -> Any:
        if depends([*map(source_of, whole)]):
            bools = values.dtype.kind == "b"
            return made(self.recorder, values, Known(lost=problem, bools=bools))
        return failed(self.recorder, UntraceableError(problem), "", [], values)

    def _problem(self, error: Exception | None, base: str) -> str:
        """Why an operation is not traced, where and in which module."""
        known = isinstance(error, UntraceableError) and str(error)
        told = known or (
            f"torch's {base} has no counterpart in the notation; write it with arithmetic, exp, "
            "log, sqrt, tanh, abs, maximum, sums and slices"
            if base not in OPERATIONS and base not in MOVES
            else reason(ValueError(), f"torch's {base}")
        )
        place = self.recorder.line().place
        return f"{place}: {told}" if place else told

    def _put(self, tensor: Any, traced: Traced, writes: bool) -> None:
        if writes and tensor in self.memory:
            self.memory.write(tensor, traced)
        else:
            self.memory.put(tensor, traced)

    def _computed(self, func: Any, base: str, arrays: list[Any], named: dict[str, Any]) -> Any:
        bound = {
            _spelling(each.name): value
            for each, value in zip(func._schema.arguments, arrays, strict=False)
        }
        bound |= {_spelling(key): value for key, value in named.items()}
        bound = {key: value for key, value in bound.items() if key not in _NOT_SAID | _IMPLIED}
        if base in ("view", "_unsafe_view"):
            found = viewed(self.recorder, bound["x"], bound["size"])
            if found is not None:
                return found
        if any(map(is_merged, bound.values())):
            found = apart(self.recorder, base, bound)
            if found is not None:
                return found
        if base in MOVES:
            called = [each.name for each in func._schema.arguments]
            return moved(self.recorder, base, called, arrays, named)
        if base not in OPERATIONS:
            raise NotImplementedError
        if base in _PICKING:
            bound["pick"] = self._pick
        return OPERATIONS[base](self.recorder, **bound)

    def _count(self) -> None:
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            raise TooLarge(
                f"{self.recorder.line().place}: more than {MOST_OPERATIONS:,} operations; with "
                "fewer steps it can be opened"
            )

    def _name_step(self, base: str, tensor: Any) -> None:
        """What a recurrent layer computes in a step is called as in textbooks."""
        module = self.recorder.inside[-1] if self.recorder.inside else None
        called = self._steps.name(module, base)
        if called:
            path = self.recorder.path
            self.name(tensor, f"{path}_{called}" if path else called)

    # Arguments

    def _array(self, value: Any) -> Any:
        """An argument with arrays in the place of tensors: traced ones of floats, and of what is
        traced; others of whole numbers.
        """
        if isinstance(value, torch.Tensor):
            if value.is_floating_point() or value in self.memory:
                if value not in self.memory and value.numel() > 1:
                    self._constant(value)
                return self._copy(self.memory.get(value))
            self._pick = self._names.get(address_of(value), "")
            return np.array(value.detach().numpy())
        if isinstance(value, list | tuple):
            return type(value)(self._array(each) for each in value)
        return value

    _pick = ""

    @staticmethod
    def _copy(traced: Traced) -> Traced:
        """The same with numbers of its own: those of the tensor may change."""
        found = made(traced.recorder, traced, Known(bools=traced.dtype.kind == "b"))
        found.known = traced.known
        return found

    def _constant(self, tensor: Any) -> None:
        """Take a tensor from elsewhere as a constant."""
        values = np.array(tensor.detach().numpy())
        if (values == values.flat[0]).all():
            return
        called = self._names.get(address_of(tensor), "")
        if address_of(tensor) in self._masks:
            called = f"{self.recorder.path}_mask" if self.recorder.path else "mask"
        called = called or self._variable(tensor)
        made_ = self.recorder.constant(np.squeeze(values), "constant", spelled(called))
        ids = self.recorder.ids_of(made_).reshape(values.shape)
        self.memory.put(tensor, made(self.recorder, values, Known(ids=ids)))
        self._kept.append(tensor)

    def _variable(self, tensor: Any) -> str:
        """What the forward calls a tensor."""
        frame = self.recorder.frame()
        for called, value in frame.f_locals.items() if frame is not None else ():
            if value is tensor and not called.startswith("_"):
                return str(called)
        return ""

    # Names

    def _follow_name(self, given: list[Any], result: Any) -> None:
        """Whole numbers that come of others keep their name: `labels.view(-1)`."""
        for each in tensors(result):
            for other in given:
                called = self._names.get(address_of(other))
                if called and not each.is_floating_point():
                    self._names.setdefault(address_of(each), called)
                    self._kept.append(each)

    def _name_variables(self) -> None:
        """Give what the forward has assigned the name of the variable.

        A name of an argument, which is often assigned again and again, is none; what has it gets a
        line, and is called after what is computed from it.
        """
        frame = self.recorder.frame()
        if frame is None:
            return
        code = frame.f_code
        arguments = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
        for called, value in frame.f_locals.items():
            if isinstance(value, torch.Tensor):
                own = "" if called in arguments or called.startswith("_") else called
                self.name(value, own)

    def name(self, tensor: Any, called: str) -> None:
        """Make a quantity of what a tensor is, if it has no name yet."""
        traced = self.memory.exact(tensor) if _is_traced(tensor) else None
        traced = None if traced is None else source_of(traced)
        known = traced.known if traced is not None else None
        if traced is None or known is None or known.lost or known.bools:
            return
        with suppress(UntraceableError):
            if known.term is not None:
                name(traced, spelled(called) if called else "", 0, "in")
            elif called and known.ids is not None:
                self._also(known.ids, spelled(called))

    def _also(self, ids: Any, called: str) -> None:
        """Name what has a quantity already, and no name."""
        flat = ids.ravel()
        if not flat.size or flat.min() <= 0:
            return
        owner = self.recorder.owner(int(flat[0]))
        if flat.size == owner.size and not owner.names and owner.role == "computed":
            own = self.recorder.ids_of(owner).ravel()
            if np.array_equal(np.sort(flat), own):
                owner.names.append((0, called, owner.line))


def _spelling(argument: str) -> str:
    return "x" if argument in ("self", "input") else argument


def _is_traced(tensor: Any) -> bool:
    return isinstance(tensor, torch.Tensor) and (
        tensor.is_floating_point() or tensor.dtype is torch.bool
    )


def _traced(values: Any) -> list[Traced]:
    found: list[Traced] = []
    for each in values if isinstance(values, list | tuple) else (values,):
        if isinstance(each, Traced):
            found.append(each)
        elif isinstance(each, list | tuple):
            found += _traced(each)
    return found


def _written(func: Any, args: Any, kwargs: Mapping[str, Any]) -> list[Any]:
    """The arguments that an operation changes."""
    found: list[Any] = []
    for number, each in enumerate(func._schema.arguments):
        value = args[number] if number < len(args) else kwargs.get(each.name)
        if each.alias_info is not None and each.alias_info.is_write:
            found += tensors(value)
    return found
