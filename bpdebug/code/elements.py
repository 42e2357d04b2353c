"""Which loops go through the elements of parameters, rather than through iterations.

`for j in range(3): W[i][j] -= rate * delta[i] * x[j]` changes one number after the other of what it
goes through: no round of it is an iteration. A loop does that if all updates in it change something
that its own variable leads to, as an index or as what holds the number.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

_DEPTH = 4
"""How many functions, one called by the other, are looked into for updates."""

Target = Callable[[ast.stmt], ast.expr | None]


class Elements:
    """The updates of a program by what they change.

    `target` gives what a statement changes if it is an update, else None; `functions` are the
    definitions of the program by their names.
    """

    def __init__(self, target: Target, functions: Mapping[str, Sequence[ast.FunctionDef]]) -> None:
        self._target, self._functions = target, functions
        self._arguments: dict[tuple[int, int], list[frozenset[str]]] = {}

    def goes_through(self, loop: ast.For | ast.While) -> bool:
        """Whether a loop goes through elements of parameters."""
        own = _variables(loop)
        origins = list(self._origins(loop.body, _DEPTH))
        return bool(own and origins) and all(own & each for each in origins)

    def changes(self, body: Sequence[ast.stmt]) -> bool:
        """Whether there is an update in a block, or in a function that it calls."""
        return next(self._origins(body, _DEPTH), None) is not None

    def _origins(self, body: Sequence[ast.stmt], depth: int) -> Iterator[frozenset[str]]:
        """For each update the names in a block that lead to what it changes."""
        inside = list(statements(body))
        led = _Leads(inside)
        for node in inside:
            target = self._target(node)
            if target is not None:
                yield led.to(target)
            for call in _own_calls(node) if depth else ():
                yield from self._of_call(call, led, depth - 1)

    def _of_call(self, call: ast.Call, led: _Leads, depth: int) -> Iterator[frozenset[str]]:
        """The names that lead to what a call changes: of its owner, or of arguments."""
        name, owner = _called(call)
        for function in self._functions.get(name, ()):
            names = [each.arg for each in function.args.args]
            given: dict[str, ast.expr] = {}
            if owner is not None and names and names[0] == "self":
                given["self"] = owner
                names = names[1:]
            given |= dict(zip(names, call.args, strict=False))
            given |= {each.arg: each.value for each in call.keywords if each.arg}
            for origin in self._of_function(function, depth):
                several = [led.to(given[each]) for each in origin if each in given]
                yield frozenset[str]().union(*several)

    def _of_function(self, function: ast.FunctionDef, depth: int) -> list[frozenset[str]]:
        key = id(function), depth
        if key not in self._arguments:
            self._arguments[key] = []
            self._arguments[key] = list(self._origins(function.body, depth))
        return self._arguments[key]


class _Leads:
    """Which names of a block lead to an expression: those in it, and what they stand for."""

    def __init__(self, inside: Sequence[ast.stmt]) -> None:
        self._stands_for: dict[str, list[ast.expr]] = {}
        for node in inside:
            match node:
                case ast.For(target=target, iter=over):
                    for name, what in _gone_through(target, over):
                        self._stands_for.setdefault(name, []).append(what)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_plain(value):
                    self._stands_for.setdefault(name, []).append(value)

    def to(self, target: ast.expr) -> frozenset[str]:
        """An index leads to an element by itself, what it stands for does not."""
        found: set[str] = set()
        waiting: list[ast.expr] = [target]
        while waiting:
            node = waiting.pop()
            while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred | ast.Call):
                if isinstance(node, ast.Call):
                    node = node.func
                    continue
                if isinstance(node, ast.Subscript):
                    names = (e.id for e in ast.walk(node.slice) if isinstance(e, ast.Name))
                    found.update(names)
                node = node.value
            if isinstance(node, ast.Name) and node.id not in found:
                found.add(node.id)
                waiting += self._stands_for.get(node.id, ())
        return frozenset(found)


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a block, those inside others too, but no definitions."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        yield node
        for block in ("body", "orelse", "finalbody"):
            yield from statements(getattr(node, block, None) or [])


def _variables(loop: ast.For | ast.While) -> set[str]:
    """The names that a loop gives another value each round."""
    if isinstance(loop, ast.For):
        return {each.id for each in ast.walk(loop.target) if isinstance(each, ast.Name)}
    tested = {each.id for each in ast.walk(loop.test) if isinstance(each, ast.Name)}
    counted = (each.target for each in loop.body if isinstance(each, ast.AugAssign))
    return tested & {each.id for each in counted if isinstance(each, ast.Name)}


def _gone_through(target: ast.expr, over: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What each variable of a loop is taken from; a number of `range` from nothing."""
    match over:
        case ast.Call(func=ast.Name(id="range")):
            return
        case ast.Call(func=ast.Name(id="reversed" | "list" | "tuple"), args=[inner]):
            yield from _gone_through(target, inner)
            return
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
            if isinstance(target, ast.Tuple) and len(target.elts) == 2:
                yield from _gone_through(target.elts[1], inner)
            return
        case ast.Call(func=ast.Name(id="zip"), args=several):
            if isinstance(target, ast.Tuple):
                for each, inner in zip(target.elts, several, strict=False):
                    yield from _gone_through(each, inner)
                return
    for part in ast.walk(target):
        if isinstance(part, ast.Name):
            yield part.id, over


def _is_plain(value: ast.expr) -> bool:
    while isinstance(value, ast.Subscript | ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name)


def _own_calls(node: ast.stmt) -> Iterator[ast.Call]:
    """The calls in a statement, of one with a block those in its header."""
    blocks = {"body", "orelse", "finalbody", "handlers"}
    for name, value in ast.iter_fields(node):
        for part in value if isinstance(value, list) else [value]:
            if name not in blocks and isinstance(part, ast.AST):
                yield from (each for each in ast.walk(part) if isinstance(each, ast.Call))


def _called(call: ast.Call) -> tuple[str, ast.expr | None]:
    """The name of what is called, and of a method the expression of its owner."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr, call.func.value
    return (call.func.id if isinstance(call.func, ast.Name) else ""), None
