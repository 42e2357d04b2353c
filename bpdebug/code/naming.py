"""Names for gradients that a program computes and gives none.

`W += rate * x.T.dot(delta)` and `for name, g in gradient(x).items()` compute gradients that nothing
holds. The program is read as if they had been assigned first, on the same line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpdebug.code.names import (
    NAMED,
    called,
    identifiers,
    is_call_of_gradients,
    is_like_a_gradient,
    is_loss,
    is_parameter_update,
    is_rate,
    is_update,
    last_identifier,
)

_TRAINS = re.compile(r"train|fit|main|run|sgd|optimi|descent|learn", re.I)
_RATE = 0.01
"""What an update is by whose gradient has got a name: its size says nothing."""

_CONTAINERS = ("grads", "gradients", "dparams", "nablas")


@dataclass(frozen=True)
class Step:
    """An update: what is changed, by which gradient, -1 if the gradient is added; and the rate."""

    parameter: ast.expr
    gradient: ast.expr
    sign: int
    rate: ast.expr | None = None


def step_of(node: ast.stmt, is_rate_of: Callable[[ast.expr], bool] | None = None) -> Step | None:
    """The update that a statement makes, None if it makes none that can be read; what a rate is may
    be told.
    """
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return step(node.target, node.value, isinstance(node.op, ast.Add), is_rate_of)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        value = node.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):
            target = node.targets[0]
            if ast.unparse(value.left) == ast.unparse(target):
                return step(target, value.right, isinstance(value.op, ast.Add), is_rate_of)
    return None


def step(
    parameter: ast.expr,
    value: ast.expr,
    added: bool,
    is_rate_of: Callable[[ast.expr], bool] | None = None,
) -> Step | None:
    """The update of `parameter` by `value`, which has the rate in it."""
    core, sign, rate = _without_rate(value, is_rate_of or _is_rate)
    used = list(identifiers(core))
    if any(is_rate(each) for each in used):
        return None
    return Step(parameter, core, -sign if added else sign, rate)


def _without_rate(
    value: ast.expr, is_rate_of: Callable[[ast.expr], bool]
) -> tuple[ast.expr, int, ast.expr | None]:
    match value:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            core, sign, found = _without_rate(operand, is_rate_of)
            return core, -sign, found
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for rate, rest in ((left, right), (right, left)):
                if is_rate_of(rate):
                    core, sign, found = _without_rate(rest, is_rate_of)
                    negative = isinstance(rate, ast.UnaryOp) and isinstance(rate.op, ast.USub)
                    if negative:
                        assert isinstance(rate, ast.UnaryOp)
                        rate = rate.operand
                    if found is not None:
                        rate = ast.copy_location(ast.BinOp(rate, ast.Mult(), found), value)
                    return core, -sign if negative else sign, rate
            core, sign, found = _without_rate(left, is_rate_of)
            if core is not left:
                made = ast.copy_location(ast.BinOp(core, ast.Mult(), right), value)
                return made, sign, found
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            core, sign, found = _without_rate(left, is_rate_of)
            if core is not left:
                made = ast.copy_location(ast.BinOp(core, ast.Div(), right), value)
                return made, sign, found
    return value, 1, None


def _is_rate(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _is_rate(node.operand)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
        # `0.1 / len(batch)`
        sizes = isinstance(node.right, ast.Name) or called(node.right) == "len"
        return _is_rate(node.left) and sizes and not any(map(is_like_a_gradient, identifiers(node)))
    used = list(identifiers(node))
    return any(map(is_rate, used)) and not any(map(is_like_a_gradient, used))


def is_rate_alone(node: ast.expr) -> bool:
    """Whether an expression is a rate alone: not `rate * error` of `rate * error * x`, nor a number
    beside a rate.
    """
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return is_rate_alone(operand)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            used = list(identifiers(right))
            return is_rate_alone(left) and not any(is_like_a_gradient(e) for e in used)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return is_rate_alone(left) and is_rate_alone(right)
    return is_rate(last_identifier(node))


class _Namer(ast.NodeTransformer):
    def __init__(self, tree: ast.Module) -> None:
        names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
        self._taken = names
        self._container = next((c for c in _CONTAINERS if c not in names), "grads_")
        everything = list(ast.walk(tree))
        definitions = [each for each in everything if isinstance(each, ast.FunctionDef)]
        self._defined = frozenset(each.name for each in definitions)
        statements = [each for each in everything if isinstance(each, ast.stmt)]
        self._has_updates = any(is_parameter_update(each, self._defined) for each in statements)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, [made for each in block for made in self._named(each)])
        return node

    def _named(self, node: ast.stmt) -> Iterator[ast.stmt]:
        training = self._call_that_trains(node)
        if training is not None:
            yield self._assigned(self._free("results"), training, node)
            return
        call = self._call_to_keep(node)
        if call is not None:
            yield self._assigned(self._container, call, node)
            if isinstance(node, ast.Expr) and node.value is call:
                return
            name = ast.copy_location(ast.Name(self._container, ast.Load()), call)
            changed = _Put(call, name).visit(node)
            assert isinstance(changed, ast.stmt)
            node = changed
        elif self._is_update(node):
            made = step_of(node)
            if made is not None and isinstance(made.gradient, ast.BinOp | ast.Call):
                name_ = self._free(NAMED + re.sub(r"\W+", "_", ast.unparse(made.parameter)))
                yield self._assigned(name_, made.gradient, node)
                operator = ast.Sub() if made.sign > 0 else ast.Add()
                rate = ast.BinOp(ast.Constant(_RATE), ast.Mult(), ast.Name(name_, ast.Load()))
                update = ast.AugAssign(_stored(made.parameter), operator, rate)
                yield ast.fix_missing_locations(ast.copy_location(update, node))
                return
        yield node

    def _free(self, name: str) -> str:
        name = name.strip("_")
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def _assigned(self, name: str, value: ast.expr, at: ast.stmt) -> ast.stmt:
        made = ast.Assign([ast.Name(name, ast.Store())], value)
        return ast.fix_missing_locations(ast.copy_location(made, at))

    def _is_update(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.AugAssign | ast.Assign):
            if is_parameter_update(node, self._defined):
                return True
            return not self._has_updates and _is_step_without_rate(node)
        return False

    def _call_that_trains(self, node: ast.stmt) -> ast.Call | None:
        """The call in `for loss in train(x)` or `plot(train(x))`; nothing after it is needed."""
        match node:
            case ast.For(iter=ast.Call() as call):
                inside: ast.AST = call
            case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
                if called(call) in self._defined:
                    return None
                inside = call
            case ast.Raise(exc=ast.Call() as call):
                inside = call
            case _:
                return None
        return self._call(inside, lambda name: bool(_TRAINS.search(name)))

    def _call(self, inside: ast.AST, fits: Callable[[str], bool]) -> ast.Call | None:
        """The first call in a tree of a function of the program whose name fits."""
        for each in ast.walk(inside):
            name = called(each)
            if isinstance(each, ast.Call) and name in self._defined and fits(name):
                return each
        return None

    def _call_to_keep(self, node: ast.stmt) -> ast.Call | None:
        """A call whose results are gradients that the statement does not keep."""
        if isinstance(node, ast.For):
            inside: ast.AST = node.iter
        elif isinstance(node, ast.Expr) or (
            isinstance(node, ast.Assign) and is_update(called(node.value))
        ):
            inside = node.value
        else:
            return None
        return self._call(inside, is_call_of_gradients)


def _is_step_without_rate(node: ast.stmt) -> bool:
    """`syn1 += l1.T.dot(l2_delta)`."""
    if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    name = last_identifier(node.target)
    if not name or is_like_a_gradient(name) or is_loss(name) or name.startswith(("d", "g")):
        return False
    return called(node.value) in ("dot", "matmul", "outer") and any(
        map(is_like_a_gradient, identifiers(node.value))
    )


def _stored(node: ast.expr) -> ast.Name | ast.Attribute | ast.Subscript:
    assert isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
    return node


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def with_names(tree: ast.Module) -> ast.Module:
    """A program in which all gradients that are computed have a name."""
    named = _Namer(tree).visit(tree)
    assert isinstance(named, ast.Module)
    return named
