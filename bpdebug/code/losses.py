"""Which number of a program is its loss, and which of its statements that depends on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np

from bpdebug.code.iteration import Iteration, Loss, number
from bpdebug.code.names import called, identifiers, is_backward, is_loss, is_update, last_identifier
from bpdebug.code.noting import changed_by
from bpdebug.code.source import CodeError
from bpdebug.code.world import is_data

MOST_CANDIDATES = 24


def candidates(iteration: Iteration) -> list[Loss]:
    """What may be the loss, likeliest first: what gives a number and depends on parameters."""
    found: dict[tuple[str, tuple[int, ...]], Loss] = {}
    for loss in _tried(iteration):
        if len(found) >= MOST_CANDIDATES:
            break
        found.setdefault((loss.text, loss.needed), loss)
    return list(found.values())


def given(iteration: Iteration, text: str) -> Loss:
    """A loss that somebody names, to be computed at the end. Raises CodeError."""
    for after in range(len(iteration.planned), iteration.start - 1, -1):
        loss = _loss(iteration, text, after)
        if loss is not None:
            return loss
    raise CodeError(f"--loss: {text} does not give a number at the end of the first iteration")


def times_sizes(iteration: Iteration, losses: Sequence[Loss]) -> Iterator[Loss]:
    """Losses times how many observations there are: a program may compute the gradient of a sum,
    and divide by the number of observations where it updates.
    """
    sizes: dict[int, None] = {}
    for frame in reversed(iteration.world.frames):
        for name, value in reversed(list(frame.items())):
            if is_data(name, value) and isinstance(value, list | np.ndarray):
                shape = np.shape(value)[:2] if isinstance(value, np.ndarray) else (len(value),)
                sizes.update(dict.fromkeys(n for n in shape if n > 1))
    for size, loss in product(list(sizes)[:_MOST_SIZES], losses):
        text = f"{size} * ({loss.text})"
        yield replace(loss, text=text, code=compile(text, iteration.source.path, "eval"))


_MOST_SIZES = 4


def _tried(iteration: Iteration) -> Iterator[Loss]:
    for text, after in _texts(iteration):
        loss = _loss(iteration, text, after)
        if loss is not None:
            yield loss


def _texts(iteration: Iteration) -> Iterator[tuple[str, int]]:
    """Expressions that are called like a loss, with the statement after which they stand."""
    end = len(iteration.planned)
    numbers = range(iteration.start, end)
    for n in numbers:
        node = iteration.planned[n].node
        for target in _assigned(node):
            if is_loss(target.rpartition(".")[2]) and not _is_passed_on(iteration, target):
                yield target, n + 1
                if iteration.noted is not None:
                    yield from ((f"{target}.{name}", n + 1) for name in _NUMBERS)
    for n in numbers:
        for call in _calls(iteration.planned[n].node):
            if is_loss(called(call)) and not is_backward(called(call)):
                yield ast.unparse(call), n
                yield f"({ast.unparse(call)})[0]", n
    functions = iteration.source.functions.items()
    for qualified, function in functions:
        if is_loss(function.name) and not is_backward(function.name):
            for text in _applied(iteration, qualified, function):
                yield text, end
                yield f"({text})[0]", end
    for n in numbers:
        for call in _calls(iteration.planned[n].node):
            name = called(call)
            if name in {q.rpartition(".")[2] for q, _ in functions} and not is_update(name):
                yield ast.unparse(call), n
                yield f"({ast.unparse(call)})[0]", n
                yield f"({ast.unparse(call)})[-1]", n
    for n in numbers:
        for target in _assigned(iteration.planned[n].node):
            if not _is_passed_on(iteration, target):
                yield target, n + 1


_NUMBERS = ("data", "value", "val")
"""What a class of numbers with gradients calls the number."""


def _is_passed_on(iteration: Iteration, name: str) -> bool:
    """Whether a program that updates by element computes other things from what has this name, as
    from `error = out - target`: then it is no loss. Of a loss sums and other losses are made.
    """
    if iteration.noted is None:
        return False
    for node in (site.node for site in iteration.source.sites):
        match node:
            case ast.Assign(targets=[target], value=value):
                is_sum = ast.unparse(target) in {ast.unparse(e) for e in ast.walk(value)}
            case ast.AugAssign(target=target, value=value):
                is_sum = isinstance(node.op, ast.Add) and changed_by(node) is None
            case _:
                continue
        if is_backward(called(value)):
            # `loss.backward()`
            continue
        reads = any(
            isinstance(each, ast.Name | ast.Attribute) and ast.unparse(each) == name
            for each in ast.walk(value)
        )
        if reads and not is_sum and not is_loss(last_identifier(target)):
            return True
    return False


def _applied(iteration: Iteration, qualified: str, function: ast.FunctionDef) -> Iterator[str]:
    """Calls of a function or method, with arguments of its names, then with other data."""
    # The latest data come first: of a batch and of what it was taken from the batch is meant.
    frame: dict[str, object] = {}
    for each in reversed(iteration.world.frames):
        frame = {**frame, **{name: each[name] for name in reversed(each) if name not in frame}}
    names = [a.arg for a in function.args.args]
    names = names[: len(names) - len(function.args.defaults)]
    owners = [""]
    if "." in qualified:
        names, kind = names[1:], qualified.rpartition(".")[0]
        owners = [f"{n}." for n, v in frame.items() if _is_of(type(v), kind)]
    data = [n for n, v in frame.items() if is_data(n, v) and isinstance(v, np.ndarray | list)]
    for owner in owners:
        yield f"{owner}{function.name}({', '.join(names)})"
        pool = [[name, *data] if name in frame else data for name in names]
        for choice in islice(product(*pool), _MOST_CHOICES):
            yield f"{owner}{function.name}({', '.join(choice)})"


_MOST_CHOICES = 16


def _is_of(kind: type, name: str) -> bool:
    return any(each.__name__ == name for each in kind.__mro__) and kind.__module__ == "__main__"


def _assigned(node: ast.stmt) -> Iterator[str]:
    targets: Sequence[ast.expr] = ()
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.For | ast.While | ast.If | ast.With):
        for inner in node.body:
            yield from _assigned(inner)
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        for part in parts:
            if isinstance(part, ast.Name | ast.Attribute):
                yield ast.unparse(part)


def _calls(node: ast.stmt) -> Iterator[ast.Call]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            yield each


def _loss(iteration: Iteration, text: str, after: int) -> Loss | None:
    """An expression as a loss, None if it gives no number there."""
    frame = len(iteration.world.frames) - 1
    if after > iteration.start:
        frame = max(p.frame for p in iteration.planned[iteration.start : after])
    tree = ast.parse(text, mode="eval")
    code = compile(tree, iteration.source.path, "eval")
    needed = _needed(iteration, tree, after)
    loss = Loss(text, code, frame, needed)
    try:
        value = iteration.loss(loss)
        if value != value or isinstance(value, bool) or iteration.loss(loss) != value:
            # What is another number each time is a clock.
            return None
        iteration.prepare()
        iteration.carry_out(loss.needed)
        number(eval(code, iteration.world.frames[frame]))
    except Exception:
        return None
    return loss


def _needed(iteration: Iteration, tree: ast.AST, after: int) -> tuple[int, ...]:
    """The statements of the iteration, up to number `after`, that an expression depends on."""
    wanted = set(identifiers(tree))
    kept: list[int] = []
    gradients = {pair.gradient.text for pair in iteration.pairs}
    for n in reversed(range(iteration.start, after)):
        planned = iteration.planned[n]
        node = planned.node
        if planned.enter is not None or _has_to_be_done(node, wanted, gradients):
            kept.append(n)
            wanted |= set(identifiers(node))
    return tuple(reversed(kept))


def _has_to_be_done(node: ast.stmt, wanted: set[str], gradients: set[str]) -> bool:
    if isinstance(node, ast.Expr):
        name = called(node.value)
        return name != "print" and not (is_backward(name) and not is_loss(name))
    written = {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    if written and written <= gradients:
        return False
    touched = {
        each.id
        for target in _targets(node)
        for each in ast.walk(target)
        if isinstance(each, ast.Name)
    }
    return bool((written | touched) & wanted) or not (written | touched)


def _targets(node: ast.stmt) -> Iterator[ast.AST]:
    for each in ast.walk(node):
        if isinstance(each, ast.Assign):
            yield from each.targets
        elif isinstance(each, ast.AugAssign | ast.AnnAssign):
            yield each.target
