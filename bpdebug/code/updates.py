"""Pairs of parameter and gradient that a program's own updates tell: `W -= rate * g`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from bpdebug.code.names import called, is_parameter_update
from bpdebug.code.naming import step, step_of
from bpdebug.code.pairs import Pair
from bpdebug.code.places import Place, is_real
from bpdebug.code.source import Source

Found = Sequence[tuple[Place, Any]]
_Told = tuple[str, str, int]
"""A parameter or what holds it, a gradient or what holds it, the sign."""


def pairs_of_updates(source: Source, found: Found) -> list[Pair]:
    """What the updates of a program say, as far as both are among what was found."""
    made: dict[str, Pair] = {}
    for parameter, gradient, sign in _told(source):
        for p, g in _matching(parameter, gradient, found):
            made.setdefault(p.text, Pair(p, g, sign))
    return list(made.values())


def updated_owners(source: Source) -> frozenset[str]:
    """What holds the parameters that updates change: `params` of `params[k] -= rate * g`."""
    made = (step_of(s.node) for s in source.sites if is_parameter_update(s.node, source.defined))
    changed = (each.parameter for each in made if each is not None)
    return frozenset(ast.unparse(e.value) for e in changed if isinstance(e, ast.Subscript))


def divides(source: Source) -> bool:
    """Whether an update divides by a number of observations: `W -= rate / len(batch) * dW`."""
    for node in ast.walk(ast.parse(source.text)):
        if not isinstance(node, ast.stmt) or not is_parameter_update(node, source.defined):
            continue
        for each in ast.walk(node):
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Div):
                if isinstance(each.right, ast.Name | ast.Attribute | ast.Subscript):
                    return True
                if called(each.right) == "len":
                    return True
    return False


def _told(source: Source) -> Iterator[_Told]:
    loops: dict[int, ast.For] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.For):
            loops.update({id(each): node for each in ast.walk(node) if each is not node})
    for site in source.sites:
        node = site.node
        if not is_parameter_update(node, source.defined):
            continue
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.ListComp):
            yield from _of_list(node, node.value)
        made = step_of(node)
        if made is None or not _is_plain(made.gradient):
            continue
        parameter, gradient = ast.unparse(made.parameter), ast.unparse(made.gradient)
        loop = loops.get(id(node))
        if loop is not None:
            for mine, theirs in _bound(loop.target, loop.iter, parameter, gradient):
                yield mine, theirs, made.sign
        same = _same_key(made.parameter, made.gradient)
        if same is not None:
            yield *same, made.sign
        yield parameter, gradient, made.sign


def _of_list(node: ast.Assign, value: ast.ListComp) -> Iterator[_Told]:
    """`weights = [w - rate * g for w, g in zip(weights, gradients)]`."""
    body = value.elt
    if not isinstance(body, ast.BinOp) or not isinstance(body.op, ast.Add | ast.Sub):
        return
    made = step(body.left, body.right, isinstance(body.op, ast.Add))
    if made is None or len(value.generators) != 1:
        return
    each = value.generators[0]
    names = ast.unparse(made.parameter), ast.unparse(made.gradient)
    for mine, theirs in _bound(each.target, each.iter, *names):
        if mine == ast.unparse(node.targets[0]):
            yield mine, theirs, made.sign


def _bound(
    target: ast.expr, over: ast.expr, parameter: str, gradient: str
) -> Iterator[tuple[str, str]]:
    """What two names of a loop run over: `zip(a, b)`, `enumerate(zip(a, b))`, `[(p, g), …]`."""
    if isinstance(over, ast.Call) and getattr(over.func, "id", "") in ("enumerate", "list"):
        over = over.args[0]
        if isinstance(target, ast.Tuple) and isinstance(target.elts[-1], ast.Tuple):
            target = target.elts[-1]
    if not isinstance(target, ast.Tuple):
        return
    names = [ast.unparse(each) for each in target.elts]
    if parameter not in names or gradient not in names:
        return
    mine, theirs = names.index(parameter), names.index(gradient)
    if isinstance(over, ast.Call) and getattr(over.func, "id", "") == "zip":
        if len(over.args) == len(names):
            yield from _side_by_side(over.args[mine], over.args[theirs])
    elif isinstance(over, ast.List | ast.Tuple):
        for row in over.elts:
            if isinstance(row, ast.Tuple) and len(row.elts) == len(names):
                yield ast.unparse(row.elts[mine]), ast.unparse(row.elts[theirs])


def _side_by_side(mine: ast.expr, theirs: ast.expr) -> Iterator[tuple[str, str]]:
    first, second = _elements(mine), _elements(theirs)
    if first is None and second is None:
        yield _without_call(mine), _without_call(theirs)
        return
    count = len(first or second or ())
    first = first or [f"{_without_call(mine)}[{n}]" for n in range(count)]
    second = second or [f"{_without_call(theirs)}[{n}]" for n in range(count)]
    yield from zip(first, second, strict=False)


def _elements(node: ast.expr) -> list[str] | None:
    return [*map(ast.unparse, node.elts)] if isinstance(node, ast.List | ast.Tuple) else None


def _without_call(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return ast.unparse(node.func.value)
    return ast.unparse(node)


def _same_key(mine: ast.expr, theirs: ast.expr) -> tuple[str, str] | None:
    """`p` and `g` of `p[k]` and `g[k]`."""
    if not isinstance(mine, ast.Subscript) or not isinstance(theirs, ast.Subscript):
        return None
    if ast.unparse(mine.slice) != ast.unparse(theirs.slice):
        return None
    return ast.unparse(mine.value), ast.unparse(theirs.value)


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _matching(parameter: str, gradient: str, found: Found) -> Iterator[tuple[Place, Place]]:
    """The places of both, and of what is in both under the same key."""
    theirs = {place.text: place for place, _ in found}
    for place, value in found:
        if not is_real(value):
            continue
        for mine, other in _spelled(parameter, gradient, place.text):
            if place.text == mine or place.text.startswith(mine + "["):
                match = theirs.get(other + place.text[len(mine) :])
                if match is not None and match is not place:
                    yield place, match


def _spelled(parameter: str, gradient: str, text: str) -> Iterator[tuple[str, str]]:
    """Both as they are written, and with the name of the object for `self`."""
    yield parameter, gradient
    if parameter.startswith("self."):
        owner, dot, _ = text.partition("." + parameter.removeprefix("self."))
        if dot:
            mine = owner + parameter.removeprefix("self")
            yield mine, gradient
            if gradient.startswith("self."):
                yield mine, owner + gradient.removeprefix("self")
