"""Which loop of a program trains: it computes gradients and updates parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain

from bpdebug.code.names import (
    called,
    is_backward,
    is_call_of_gradients,
    is_parameter_update,
    is_scaled_step,
    is_step_by,
    scalars,
    velocities,
)
from bpdebug.code.source import Source

MOST_INLINED = 4
"""How many functions, one called by the other, may lie between the program and its loop."""

_PRODUCTS = {"dot", "matmul", "outer", "einsum", "tensordot", "multiply"}


class Training:
    """What of a program trains."""

    def __init__(self, source: Source) -> None:
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        for qualified, function in source.functions.items():
            self._functions.setdefault(qualified.rpartition(".")[2], []).append(function)
        self._asked: set[int] = set()
        everything = [site.node for site in source.sites]
        updating = frozenset(self._functions) - self._computing()
        self._updates = {id(n) for n in everything if is_parameter_update(n, updating)}
        held = velocities(n for n in everything if id(n) not in self._updates)
        self._updates |= {id(n) for n in everything if is_step_by(n, held)}
        if not self._updates:
            scales = scalars(source.tree)
            looped = {
                id(each)
                for loop in ast.walk(source.tree)
                if isinstance(loop, ast.For | ast.While)
                for each in ast.walk(loop)
            }
            self._updates = {
                id(n) for n in everything if id(n) in looped and is_scaled_step(n, scales)
            }

    def is_update(self, node: ast.stmt) -> bool:
        """Whether a statement changes a parameter."""
        return id(node) in self._updates

    def only_updates(self, node: ast.stmt) -> bool:
        """Whether a loop inside the loop that trains goes through parameters, to change them."""
        if not isinstance(node, ast.For):
            return False
        inner = list(_statements(node.body))
        if not any(id(each) in self._updates for each in inner):
            return False
        calls = _calls(inner)
        multiplies = any(
            isinstance(each, ast.MatMult) for statement in inner for each in ast.walk(statement)
        )
        return not multiplies and not calls & (self._functions.keys() | _PRODUCTS)

    def trains(self, loop: ast.For | ast.While) -> bool:
        """Whether a loop goes through iterations, rather than through layers or time steps."""
        inner = list(_statements(loop.body))
        if self._updates:
            has_one = any(id(node) in self._updates for node in inner)
            if has_one and self._computes_gradients(inner):
                return True
            return self._calls_training(inner)
        return any(is_backward(each) for each in self._functions.keys() & _calls(inner))

    def is_in(self, node: ast.stmt) -> bool:
        """Whether there is an update, a loop that trains or a call that leads to one inside."""
        inner = list(_statements([node]))[1:]
        return any(
            id(each) in self._updates
            or (isinstance(each, ast.For | ast.While) and self.trains(each))
            or any(self.is_led_to_by(c) for c in _direct_calls(each))
            for each in inner
        )

    def _calls_training(self, statements: list[ast.stmt]) -> bool:
        """Whether one of the functions that are called trains."""
        return any(self._leads_to_training(each, 1) for each in self._called_by(statements))

    def _called_by(self, nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef]:
        return chain.from_iterable(self._functions.get(each, ()) for each in _calls(nodes))

    def _computes_gradients(self, statements: list[ast.stmt]) -> bool:
        """Whether there is more in a loop than updates of one parameter after the other."""
        others = [
            node
            for node in statements
            if id(node) not in self._updates and not isinstance(node, ast.If | ast.For | ast.While)
        ]
        return any(_does_something(node) for node in others)

    def is_led_to_by(self, call: ast.Call) -> bool:
        """Whether a call leads to the loop that trains."""
        name = called(call)
        if is_call_of_gradients(name) and not self._updates:
            # Its loops go through layers.
            return False
        return any(self._leads_to_training(each, 0) for each in self._functions.get(name, ()))

    def _leads_to_training(self, function: ast.FunctionDef, depth: int) -> bool:
        """Whether a function has the loop, calls one that has it, or computes and updates."""
        if depth >= MOST_INLINED or id(function) in self._asked:
            return False
        self._asked.add(id(function))
        try:
            return self._goes_on_to_train(function, depth)
        finally:
            self._asked.discard(id(function))

    def _goes_on_to_train(self, function: ast.FunctionDef, depth: int) -> bool:
        inner = list(_statements(function.body))
        for node in inner:
            if isinstance(node, ast.For | ast.While) and self.trains(node):
                return True
        direct = any(id(node) in self._updates for node in function.body)
        if direct and self._computes_gradients(inner):
            return True
        return any(
            self._leads_to_training(each, depth + 1)
            for each in self._called_by(inner)
            if each is not function
        )

    def _computing(self) -> set[str]:
        """The functions that compute gradients, whatever else they do."""
        calls = {
            name: self._functions.keys() & _calls(functions)
            for name, functions in self._functions.items()
        }
        found: set[str] = set()
        while True:
            more = {
                name
                for name, inside in calls.items()
                if any(is_call_of_gradients(each) or each in found for each in inside)
            }
            if more <= found:
                return found
            found |= more


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a block, those inside others too, but no definitions."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        yield node
        for block in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, block, None) or [])


def _direct_calls(node: ast.stmt) -> list[ast.Call]:
    """The call that is a statement, or whose result it assigns."""
    if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
        return [node.value]
    return []


def _does_something(node: ast.stmt) -> bool:
    """Whether a statement may be part of a forward or backward pass."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call) and called(node.value) != "print"
    if isinstance(node, ast.Assign | ast.AugAssign):
        return any(isinstance(each, ast.Call | ast.BinOp) for each in ast.walk(node.value))
    return False


def _calls(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of what is called in some nodes."""
    return {called(each) for node in nodes for each in ast.walk(node)}
