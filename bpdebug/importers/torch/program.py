"""From a file that defines a network of PyTorch to a session.

**This runs the file, with all its effects**, in a process of its own with limits of time and
memory: `python -P -m bpdebug.importers.torch.program PATH`. It runs as if it were imported, so what
stands under `if __name__ == "__main__"` is left out.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bpdebug.importers.torch.session import session_from
from bpdebug.session.file.errors import Problem, SessionError

MOST_BYTES = 300_000
SECONDS = 60
"""Of processor time; the other process may take three times as long on a busy machine."""

_MEMORY = 16 * 2**30
"""Bytes of address space; the libraries of torch alone take several gigabytes of it."""

_INPUTS = ("inputs", "input", "x", "X", "xs", "data", "batch", "tokens", "images", "features")
_TARGETS = ("targets", "target", "y", "Y", "ys", "t", "labels", "label")
_LOSSES = ("loss_fn", "criterion", "loss_function", "loss_func", "loss")
_MODELS = ("model", "net", "network", "module")


def uses_torch(path: str | Path) -> bool:
    """Whether a file imports torch, as far as its text says; it is not run for that."""
    try:
        data = Path(path).read_bytes()
        tree = ast.parse(data) if len(data) <= MOST_BYTES else None
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in tree.body if tree is not None else ():
        match node:
            case ast.Import(names):
                if any(each.name.partition(".")[0] == "torch" for each in names):
                    return True
            case ast.ImportFrom(module=str(module)):
                if module.partition(".")[0] == "torch":
                    return True
    return False


def session_from_program(path: str | Path) -> tuple[dict[str, Any], str]:
    """A session of the module that a file has, and in a line what was assumed.

    Module, inputs, targets, loss and optimizer are what the file has under the usual names, or the
    only ones of their kind. Raises SessionError.
    """
    source = str(path)
    command = [sys.executable, "-P", "-m", "bpdebug.importers.torch.program", source]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        out, _ = process.communicate(timeout=3 * SECONDS)
    except subprocess.TimeoutExpired:
        raise _refused(source, "the program did not finish in time and was stopped") from None
    finally:
        _end(process)
    try:
        told = json.loads(out)
        if "refused" in told:
            raise SessionError(source, [Problem(*map(str, each)) for each in told["refused"]])
        return dict(told["fields"]), str(told["assumed"])
    except (ValueError, KeyError, TypeError):
        message = f"the program ended its process, with exit code {process.returncode}"
        if process.returncode == -getattr(signal, "SIGXCPU", 0):
            message = f"the program did not finish within {SECONDS} seconds"
        raise _refused(source, message) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and those that the program started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _refused(source: str, message: str) -> SessionError:
    return SessionError(source, [Problem("", message)])


# In the process of the program


def _answer(path: Path) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(path.read_bytes(), str(path), "exec"), names)
    return session_of_names(
        {name: each for name, each in names.items() if not name.startswith("_")}
    )


def session_of_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a session of what a program has under its names, and what was assumed.

    Raises SessionError.
    """
    import torch
    from torch.nn.modules.loss import _Loss

    def is_network(value: Any) -> bool:
        return isinstance(value, torch.nn.Module) and not isinstance(value, _Loss)

    networks = {name: each for name, each in names.items() if is_network(each)}
    inner = {id(part) for each in networks.values() for part in each.modules() if part is not each}
    outer = {name: each for name, each in networks.items() if id(each) not in inner}
    model = _named(outer, _MODELS, "a torch.nn.Module")
    inputs = _named(_tensors(names, _INPUTS), _INPUTS, "inputs of the module")
    targets = _named(_tensors(names, _TARGETS), _TARGETS, "")
    losses = {
        name: each
        for name, each in names.items()
        if isinstance(each, _Loss) or (name in _LOSSES and callable(each))
    }
    loss = _named(losses, _LOSSES, "") if targets else ""
    kinds = torch.optim.Optimizer
    optimizers = {name: each for name, each in names.items() if isinstance(each, kinds)}
    optimizer = _named(optimizers, ("optimizer", "opt", "optim"), "")
    usual, words = _usual(names, targets)
    fields = session_from(
        names[model],
        names[inputs],
        names[targets] if targets else None,
        names[loss] if loss else usual,
        optimizer=names[optimizer] if optimizer else None,
    )
    assumed = [f"module {model}", f"inputs {inputs}"]
    assumed.append(f"targets {targets}" if targets else "what comes out is the loss")
    assumed += [f"loss {loss or words}"] * bool(targets)
    assumed.append(f"optimizer {optimizer}" if optimizer else "gradient descent with the rate 0.01")
    told = ", ".join(assumed)
    notes = f"Assumed: {told}.\n{fields['notes']}"
    if _is_trained(names[model], names.get(optimizer)):
        # What matters most comes first: a message line may be short.
        told, notes = f"{told}; {_TRAINED}", f"{_TRAINED[0].upper()}{_TRAINED[1:]}.\n{notes}"
    fields["notes"] = notes[:10_000]
    return {"fields": fields, "assumed": told}


_TRAINED = 'the file has trained it; a loop under if __name__ == "__main__" is left out'


def _is_trained(module: Any, optimizer: Any) -> bool:
    """Whether the file has gone backward through the module, as far as that leaves traces."""
    gradients = (each.grad for each in module.parameters())
    return bool(optimizer and optimizer.state) or any(each is not None for each in gradients)


def _tensors(names: Mapping[str, Any], usual: Iterable[str]) -> dict[str, Any]:
    import torch

    return {name: names[name] for name in usual if isinstance(names.get(name), torch.Tensor)}


def _named(found: Mapping[str, Any], usual: tuple[str, ...], needed: str) -> str:
    """The name that is meant: the only one, or the first of the usual ones."""
    for name in usual:
        if name in found:
            return name
    different = {id(each): name for name, each in found.items()}
    if len(different) == 1:
        return next(iter(found))
    if not needed:
        return ""
    there = f"several: {', '.join(found)}" if found else "none"
    raise SessionError(
        "",
        [
            Problem(
                "",
                f"found {there}, expected {needed} under a name such as {', '.join(usual[:4])}, "
                "outside functions and classes",
            )
        ],
    )


def _usual(names: Mapping[str, Any], targets: str) -> tuple[str | Callable[..., Any], str]:
    """The loss where the file has none; without targets it is what comes out."""
    import torch

    if not targets:
        return "mean squared error", ""
    if not names[targets].is_floating_point():
        return torch.nn.CrossEntropyLoss(), "CrossEntropyLoss()"
    return torch.nn.MSELoss(), "MSELoss()"


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def main() -> None:
    """Open the program named on the command line; what it prints goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    path = Path(sys.argv[1])
    sys.argv[:] = [str(path)]
    sys.path.insert(0, str(path.resolve().parent))
    _limit()
    try:
        told = _answer(path)
    except SessionError as error:
        told = {"refused": [[each.path, each.message] for each in error.problems]}
    except MemoryError:
        told = {"refused": [["", "the program uses more memory than is allowed"]]}
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())
        told = {"refused": [["", f"the program fails: {words}"[:500]]]}
    out.write(json.dumps(told))
    out.flush()
    # What the program left behind, such as threads, is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
