"""What people call things: losses, learning rates, gradients, and what a gradient is of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

_LOSS = re.compile(r"(?:^|_)(?:loss|cost|objective|criterion|nll|energy|mse|elbo|error)", re.I)
_LOSS_EXACT = {"L", "J", "E", "C", "l", "loss", "cost", "error", "total_error", "err"}
_RATE = re.compile(
    r"^(?:lr|lr_?\w?|alpha|eta|(?:l_?)?rate|learn(?:ing)?_?rate|step_?size|epsilon_lr|gamma_lr)$",
    re.I,
)
_BACKWARD = re.compile(r"back|grad|bprop|train|fit|step|loss_fun|fprop|_bwd|bwd", re.I)
_UPDATE = re.compile(r"^(?:update|apply|sgd|adam|rmsprop|descend|optimi[sz]e|step)", re.I)

_PREFIXES = (
    r"d(?:E|L|J|C|loss|cost)_?/?_?d_?",
    r"grads?_(?:of_)?",
    r"gradients?_",
    r"nabla_",
    r"delta_",
    r"del_",
    r"g_",
    r"d_",
    r"grad",
    r"g(?=[A-Z])",
    r"d",
)
_SUFFIXES = (r"_grads?", r"_gradients?", r"\.grad", r"_?grad", r"_bar", r"_g", r"_d", r"_delta")
_UPDATES = (r"_update", r"_updates", r"_adjust(?:ment)?", r"_change", r"_step", r"_adj")
_GRADIENT_CONTAINERS = re.compile(
    r"^(?:grads?|gradients?|dparams?|d_params?|g|gs|nablas?|derivatives|d|deltas?|dtheta|dp)$", re.I
)
_SINGLE = {"g", "grad", "gradient", "dparam", "dp", "dw", "db", "gradients", "grads", "delta"}


def is_loss(name: str) -> bool:
    """Whether a function or a variable is called like a loss."""
    return name in _LOSS_EXACT or bool(_LOSS.search(name))


def is_rate(name: str) -> bool:
    """Whether a name is one of a learning rate."""
    return bool(_RATE.match(name))


def is_backward(name: str) -> bool:
    """Whether a function's name speaks of a backward pass or of training."""
    return bool(_BACKWARD.search(name))


def is_call_of_gradients(name: str) -> bool:
    """Whether a function is called like a backward pass, and not like a whole training."""
    return bool(re.search(r"grad(?!_?desc)|backw|backp|bprop|bwd", name, re.I))


def is_update(name: str) -> bool:
    """Whether a function's name speaks of updating parameters."""
    return bool(_UPDATE.match(name))


def is_container_of_gradients(name: str) -> bool:
    """Whether a dictionary or list of that name holds gradients."""
    return bool(_GRADIENT_CONTAINERS.match(name))


def parameters_of(gradient: str) -> Iterator[tuple[str, int]]:
    """The names of the quantity that `gradient` may be the gradient of, likeliest first, each
    with the sign: -1 for an update that is to be added.
    """
    for prefix in _PREFIXES:
        match = re.match(prefix, gradient)
        if match and match.end() < len(gradient):
            yield gradient[match.end() :], 1
    for suffix in _SUFFIXES:
        match = re.search(rf"(?:{suffix})$", gradient)
        if match and match.start():
            yield gradient[: match.start()], 1
    for suffix in _UPDATES:
        match = re.search(rf"(?:{suffix})$", gradient)
        if match and match.start():
            yield gradient[: match.start()], -1


def is_gradient_of(gradient: str, parameter: str) -> bool:
    """Whether a gradient's name says that it is one of `parameter`."""
    return any(name == parameter for name, _ in parameters_of(gradient))


def is_like_a_gradient(name: str) -> bool:
    """Whether a name, alone, looks like one of a gradient."""
    return (
        name in _SINGLE
        or is_container_of_gradients(name)
        or bool(re.match(r"(?:d[A-Z_]|grad|nabla|d(?:w|b|u|v|x|theta|param)\w*$|delta)", name))
        or bool(re.search(r"(?:_grads?|_gradients?|_updates?|_deltas?|Grads?)$", name))
    )


def identifiers(tree: ast.AST) -> Iterator[str]:
    """All names, attributes and string keys in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def last_identifier(tree: ast.AST) -> str:
    """The name that says most about a target: `W` of `self.layers[0].W`, `W1` of `p["W1"]`."""
    if isinstance(tree, ast.Subscript):
        key = tree.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        return last_identifier(tree.value)
    if isinstance(tree, ast.Attribute):
        return tree.attr
    return tree.id if isinstance(tree, ast.Name) else ""


def called(node: ast.AST) -> str:
    """The name of the function that a call calls, empty for anything else."""
    return last_identifier(node.func) if isinstance(node, ast.Call) else ""


def is_parameter_update(node: ast.stmt, defined: frozenset[str]) -> bool:
    """Whether a statement changes a parameter by its gradient.

    `defined` are the functions and methods that the program defines.
    """
    if isinstance(node, ast.Expr | ast.Assign):
        name = called(node.value)
        if name in defined and is_update(name):
            # `loss, dW = step(x)` is a step of another kind.
            targets = node.targets if isinstance(node, ast.Assign) else []
            return not any(is_like_a_gradient(e) for each in targets for e in identifiers(each))
    if isinstance(node, ast.Expr) and called(node.value) == "setattr":
        return _is_set_from_itself(node.value)
    target: ast.expr
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.ListComp):
        each = node.value.elt
        if len(node.targets) != 1 or not isinstance(each, ast.BinOp):
            return False
        changed = ast.BinOp(node.targets[0], each.op, each.right)
        return is_parameter_update(ast.Assign(node.targets, changed), frozenset())
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        target, value = node.target, node.value
        subtracts = isinstance(node.op, ast.Sub)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
            return False
        if ast.unparse(value.left) != ast.unparse(target):
            return False
        subtracts, value = isinstance(value.op, ast.Sub), value.right
    else:
        return False
    name = last_identifier(target)
    if not name or is_like_a_gradient(name) or is_loss(name):
        return False
    used = list(identifiers(value))
    if any(is_rate(each) or each.startswith(NAMED) for each in used):
        return True
    if any(is_gradient_of(each, name) for each in used):
        return True
    scaled = subtracts or any(
        isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.USub) for each in ast.walk(value)
    )
    return scaled and any(is_like_a_gradient(each) for each in used)


def _is_set_from_itself(call: ast.expr) -> bool:
    """`setattr(layer, name, getattr(layer, name) - step)`."""
    match call:
        case ast.Call(args=[owner, name, ast.BinOp(old, ast.Add() | ast.Sub())]):
            wanted = f"getattr({ast.unparse(owner)}, {ast.unparse(name)})"
            return ast.unparse(old) == wanted
    return False


def velocities(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """What holds a step or a mean of gradients: `v = mu * v - rate * dW`, `m *= beta`.

    That is what goes on from its own last value and has a gradient in it.
    """
    found = set()
    for node in statements:
        match node:
            case ast.Assign(targets=[target], value=value):
                name = last_identifier(target)
                goes_on = name in identifiers(value)
            case ast.AugAssign(target=target, value=value):
                name = last_identifier(target)
                goes_on = True
            case _:
                continue
        used = set(identifiers(value)) - {name}
        if not name or not goes_on or is_like_a_gradient(name) or is_loss(name):
            continue
        # A letter alone may be a gate, unless there is a rate.
        numbers = (e for e in ast.walk(value) if isinstance(e, ast.Constant))
        scaled = any(isinstance(each.value, float) for each in numbers)
        least = 1 if scaled or any(map(is_rate, used)) else 2
        gradients = [each for each in used if len(each) >= least and is_like_a_gradient(each)]
        if gradients and not any(is_gradient_of(each, name) for each in gradients):
            found.add(name)
    return frozenset(found)


def is_step_by(node: ast.stmt, held: frozenset[str]) -> bool:
    """Whether a statement adds to something what is `held` as a step: `W += v`."""
    match node:
        case ast.AugAssign(target=target, op=ast.Add() | ast.Sub(), value=value):
            pass
        case ast.Assign(targets=[target], value=ast.BinOp(left, ast.Add() | ast.Sub(), value)):
            if ast.unparse(left) != ast.unparse(target):
                return False
        case _:
            return False
    name = last_identifier(target)
    if not name or name in held or is_like_a_gradient(name) or is_loss(name):
        return False
    return bool(held.intersection(identifiers(value)))


def scalars(tree: ast.AST) -> frozenset[str]:
    """The names that a program gives nothing but numbers written out: `step = 0.3`, `rate=0.1` in
    the arguments of a function.
    """
    given: dict[str, bool] = {}

    def note(name: str, value: ast.expr | None) -> None:
        is_one = isinstance(value, ast.Constant) and isinstance(value.value, float)
        given[name] = given.get(name, True) and is_one

    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
                note(name, value)
            case ast.FunctionDef(args=arguments):
                several = arguments.args[len(arguments.args) - len(arguments.defaults) :]
                for each, default in zip(several, arguments.defaults, strict=True):
                    note(each.arg, default)
    return frozenset(name for name, is_one in given.items() if is_one)


def is_scaled_step(node: ast.stmt, scales: frozenset[str]) -> bool:
    """Whether a statement takes from something a product with a number or a name of one."""
    match node:
        case ast.AugAssign(target=target, op=ast.Sub(), value=value):
            pass
        case ast.Assign(targets=[target], value=ast.BinOp(left, ast.Sub(), value)):
            if ast.unparse(left) != ast.unparse(target):
                return False
        case _:
            return False
    name = last_identifier(target)
    if not name or is_like_a_gradient(name) or is_loss(name):
        return False
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div):
        for side in (value.left, value.right):
            if isinstance(side, ast.Constant) and isinstance(side.value, float):
                return True
            if isinstance(side, ast.Name | ast.Attribute) and last_identifier(side) in scales:
                return True
        value = value.left
    return False


NAMED = "gradient_of_"
"""What the names begin with that gradients get which have none."""


def is_named_gradient(node: ast.stmt) -> bool:
    """Whether a statement gives a gradient the name that it did not have."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.startswith(NAMED)
    )
