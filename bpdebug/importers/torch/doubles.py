"""Running a network in doubles on the CPU, and leaving it as it was.

The parameters and buffers of the modules themselves get doubles for the time being: so tied weights
stay tied, and what somebody's loss knows of the network is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode

_SINGLE = (torch.float32, torch.float16, torch.bfloat16)


def as_doubles(value: Any) -> Any:
    """Arguments in which all floating-point numbers are doubles on the CPU, also those that are to
    be made.
    """
    if isinstance(value, torch.Tensor):
        if value.dtype in _SINGLE:
            return value.to("cpu", torch.float64)
        return value if value.device.type == "cpu" else value.cpu()
    if isinstance(value, torch.dtype):
        return torch.float64 if value in _SINGLE else value
    if isinstance(value, torch.device):
        return torch.device("cpu")
    if isinstance(value, list | tuple):
        return type(value)(as_doubles(each) for each in value)
    if isinstance(value, dict):
        return {key: as_doubles(each) for key, each in value.items()}
    return value


_Mode: Any = TorchDispatchMode


class Doubles(_Mode):  # type: ignore[misc]
    """Has torch compute in doubles whatever it is asked for."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return self.on_operation(func, as_doubles(tuple(args)), as_doubles(dict(kwargs or {})))

    def on_operation(self, func: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        """Carry an operation out."""
        return func(*args, **kwargs)


@contextmanager
def in_doubles(modules: Sequence[Any], change: Any = None) -> Iterator[None]:
    """For the time being, modules with parameters and buffers in doubles, `change`d if that is
    given; gradients, modes, random numbers and attributes are those from before afterwards.
    """
    tensors = {
        id(each): each for module in modules for each in (*module.parameters(), *module.buffers())
    }
    parameters = {id(each) for module in modules for each in module.parameters()}
    before = [(each, each.data, each.grad) for each in tensors.values()]
    inner = {id(each): each for module in modules for each in module.modules()}
    kept = [(each, _attributes(each)) for each in inner.values()]
    usual = torch.get_default_dtype()
    fast = torch.backends.mha.get_fastpath_enabled()
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng(devices=[]))
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(torch.autocast("cpu", enabled=False))
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        try:
            torch.set_default_dtype(torch.float64)
            torch.backends.mha.set_fastpath_enabled(False)
            for each, data, _ in before:
                each.grad = None
                if each.is_floating_point():
                    doubles = data.detach().to("cpu", torch.float64, copy=True)
                    if change is not None and id(each) in parameters:
                        doubles = change(each, doubles)
                    each.data = doubles
                else:
                    each.data = data.detach().to("cpu", copy=True)
            yield
        finally:
            for each, data, gradient in before:
                each.data = data
                each.grad = gradient
            for module, attributes in kept:
                _restore(module, attributes)
            torch.backends.mha.set_fastpath_enabled(fast)
            torch.set_default_dtype(usual)


_DICTS = ("_parameters", "_buffers", "_modules")


def _attributes(module: Any) -> dict[str, Any]:
    found: dict[str, Any] = vars(module) | {name: dict(getattr(module, name)) for name in _DICTS}
    return found


def _restore(module: Any, attributes: Mapping[str, Any]) -> None:
    """A forward may keep things in attributes, as a hidden state or a count."""
    own = vars(module)
    for name in [*own]:
        if name not in attributes:
            del own[name]
    for name, value in attributes.items():
        if name in _DICTS:
            own[name].clear()
            own[name].update(value)
        else:
            own[name] = value
