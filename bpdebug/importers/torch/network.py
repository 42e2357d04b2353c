"""A module with what it is run on: its arguments, the targets, the loss."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from bpdebug.code.tracing.recorder import UntraceableError
from bpdebug.importers.same_as_torch import named_loss
from bpdebug.importers.torch.doubles import Doubles, in_doubles
from bpdebug.importers.torch.functions import Call, Functions
from bpdebug.importers.torch.naming import path_in_words, spelled
from bpdebug.session.file.errors import Problem, SessionError

SOURCE = "torch.nn.Module"


@dataclass
class Point:
    """What torch computes at a point, in doubles: the loss, what comes out, and the gradients of
    the parameters by their paths; `calls` are those of `autograd.Function`s of somebody's own.
    """

    loss: Any
    outputs: Any
    gradients: dict[str, Any]
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True)
class Network:
    """A module, its arguments and targets, and a loss: a name, or what takes outputs and targets.

    Without targets what comes out is the loss, or a loss that is called takes it alone.
    """

    module: Any
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    targets: Any
    criterion: str | Callable[..., Any]
    reduction: str

    @property
    def modules(self) -> list[Any]:
        """The module, and the loss if that is one."""
        loss = self.criterion
        return [self.module, *([loss] if isinstance(loss, torch.nn.Module) else [])]

    def parameters(self) -> list[tuple[str, Any]]:
        """The parameters by their paths; a tied one has the first of its paths."""
        found: dict[int, tuple[str, Any]] = {}
        for prefix, module in zip(("", "loss."), self.modules, strict=False):
            kinds = _kinds(module)
            for path, each in module.named_parameters():
                words = prefix + path_in_words(path, kinds)
                found.setdefault(id(each), (words, each))
        return [*found.values()]

    def buffers(self) -> list[tuple[str, Any]]:
        """What modules keep besides parameters, such as running means."""
        return [
            (prefix + path_in_words(path, _kinds(module)), each)
            for prefix, module in zip(("", "loss."), self.modules, strict=False)
            for path, each in module.named_buffers()
        ]

    def module_paths(self) -> dict[int, str]:
        """The path of each module by its identity."""
        found: dict[int, str] = {}
        for prefix, module in zip(("", "loss"), self.modules, strict=False):
            kinds = _kinds(module)
            for path, each in module.named_modules():
                words = ".".join(filter(None, (prefix, path_in_words(path, kinds))))
                found.setdefault(id(each), words)
        return found

    def module_paths_and_modules(self) -> list[tuple[str, Any]]:
        """The modules inside with their paths."""
        paths = self.module_paths()
        inner = [each for module in self.modules for each in module.modules()]
        return [(paths[id(each)], each) for each in inner]

    def given(self) -> list[tuple[str, Any]]:
        """The tensors of the arguments, by what the forward calls them."""
        return _named(self._arguments_by_name())

    def _arguments_by_name(self) -> dict[str, Any]:
        names = _parameters_of(self.module.forward)
        found: dict[str, Any] = {}
        for number, value in enumerate(self.arguments):
            called = names[number] if number < len(names) else f"x{number + 1}"
            found[_INPUTS.get(called, called)] = value
        return found | dict(self.keywords)

    def loss_of(self, outputs: Any, targets: Any) -> Any:
        """The loss of what comes out."""
        if not isinstance(self.criterion, str):
            return self.criterion(outputs) if targets is None else self.criterion(outputs, targets)
        if targets is None:
            return outputs
        if not isinstance(outputs, torch.Tensor):
            raise SessionError(
                SOURCE,
                [
                    Problem(
                        "loss",
                        f"what comes out is a {type(outputs).__name__}, and "
                        f"{self.criterion!r} is of a tensor; give a function of both",
                    )
                ],
            )
        return named_loss(self.criterion, self.reduction, outputs, targets)

    def at(
        self,
        change: Callable[[Any, Any], Any] | None = None,
        state: Any = None,
        own_gradients: bool = False,
    ) -> Point:
        """What torch computes with parameters that are `change`d, from the same random numbers.

        The forward of an `autograd.Function` is derived, unless `own_gradients` are wanted.
        """
        with in_doubles(self.modules, change):
            if state is not None:
                torch.set_rng_state(state)
            arguments, keywords, targets = copied((self.arguments, self.keywords, self.targets))
            functions = Functions(derived=not own_gradients)
            with Doubles(), functions.watched():
                outputs, loss = computed(self, arguments, keywords, targets)
                named = [(path, each) for path, each in self.parameters() if each.requires_grad]
                gradients: Sequence[Any] = []
                if named and loss.requires_grad:
                    try:
                        gradients = torch.autograd.grad(
                            loss, [each for _, each in named], allow_unused=True
                        )
                    except Exception as error:
                        raise failed(error, "the backward pass") from error
                found = {
                    path: each.detach().numpy().copy()
                    for (path, _), each in zip(named, gradients, strict=False)
                    if each is not None
                }
            return Point(float(loss.detach()), outputs, found, functions.calls)


def computed(network: Network, arguments: Any, keywords: Any, targets: Any) -> tuple[Any, Any]:
    """What comes out of a network, and its loss, a single number. Raises SessionError."""
    try:
        outputs = network.module(*arguments, **keywords)
        loss = network.loss_of(outputs, targets)
    except (SessionError, UntraceableError):
        raise
    except Exception as error:
        raise failed(error, "the forward pass") from error
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1 or not loss.is_floating_point():
        kind = type(loss).__name__
        if isinstance(loss, torch.Tensor):
            kind = f"tensor of {loss.dtype} with the shape {tuple(loss.shape)}"
        message = f"found a {kind}, expected a single number"
        if targets is None:
            message += "; without targets what comes out is the loss: name them targets or y"
        raise SessionError(SOURCE, [Problem("loss", message)])
    return outputs, loss.reshape(())


def failed(error: Exception, what: str) -> SessionError:
    """An error in somebody's code, with the line where it is."""
    own = str(Path(torch.__file__).parent), str(Path(__file__).parents[2])
    lines = [
        each
        for each in traceback.extract_tb(error.__traceback__)
        if not each.filename.startswith(own)
    ]
    at = f"{Path(lines[-1].filename).name}:{lines[-1].lineno}: " if lines else ""
    message = f"{at}{what} fails: {type(error).__name__}: {' '.join(str(error).split())}"
    return SessionError(SOURCE, [Problem("", message[:500])])


_INPUTS = {"input": "x", "inputs": "x"}
"""What a Sequential and other modules of torch call what a session calls x."""


def _kinds(module: Any) -> dict[str, str]:
    return {path: type(each).__name__ for path, each in module.named_children()}


def _parameters_of(function: Any) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in kinds]


def _named(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for called, value in values.items():
        if isinstance(value, torch.Tensor):
            found.append((spelled(called), value))
        elif isinstance(value, list | tuple):
            found += _named({f"{called}_{n}": each for n, each in enumerate(value, start=1)})
        elif isinstance(value, dict):
            found += _named({f"{called}_{key}": each for key, each in value.items()})
    return found


def as_tensors(name: str, value: Any) -> Any:
    """Somebody's numbers as tensors: floating-point ones as doubles, whole ones as they are; lists
    of numbers are doubles. Raises SessionError.
    """
    if isinstance(value, torch.Tensor):
        if value.is_complex():
            raise SessionError(SOURCE, [Problem(name, f"expected real numbers: {value.dtype}")])
        found = value.detach().cpu()
        return found.double() if found.is_floating_point() else found
    if isinstance(value, tuple):
        return tuple(as_tensors(f"{name}[{n}]", each) for n, each in enumerate(value))
    if isinstance(value, dict):
        return {key: as_tensors(f"{name}[{key!r}]", each) for key, each in value.items()}
    if value is None or isinstance(value, str | bool):
        return value
    try:
        if hasattr(value, "dtype"):
            return as_tensors(name, torch.as_tensor(value))
        return torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        message = f"expected tensors, arrays or lists of numbers: {error}"
        raise SessionError(SOURCE, [Problem(name, message)]) from error


def copied(value: Any) -> Any:
    """Tensors of their own: a forward may change them in place."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, list | tuple):
        return type(value)(copied(each) for each in value)
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return value
