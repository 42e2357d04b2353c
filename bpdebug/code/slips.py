"""Slips in an expression: a sign, an axis, an operator, an order, something too much."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from bpdebug.code.activations import other_slopes
from bpdebug.code.trees import flipped

_Made = Iterator[tuple[float, str, ast.expr]]
_Product = Callable[[ast.expr, ast.expr], ast.expr]

_SWAPS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_TWINS = {
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "max": ("sum", "min"),
    "min": ("max",),
    "exp": ("log",),
    "log": ("exp",),
    "sqrt": ("square",),
    "square": ("sqrt",),
    "dot": ("multiply",),
    "multiply": ("dot",),
    "matmul": ("multiply",),
    "outer": ("dot",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tanh": ("exp",),
    "repeat": ("tile",),
    "tile": ("repeat",),
    "abs": ("sign",),
    "sign": ("abs",),
}
_PRODUCTS = ("dot", "matmul", "outer", "multiply")
_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var")


def of_expression(node: ast.expr) -> _Made:
    match node:
        case ast.Constant(value=bool() as value):
            yield 1.0, "switch", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from _numbers(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield 0.8, "sign", operand
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield 1.0, "negation", operand
        case ast.BinOp():
            yield from _operations(node)
        case ast.Compare(ops=[operator]):
            for other in _COMPARISONS:
                if not isinstance(operator, other):
                    yield 1.2, "comparison", ast.Compare(node.left, [other()], node.comparators)
        case ast.Attribute():
            yield from _attributes(node)
        case ast.Call():
            yield from _calls(node)
        case ast.Subscript():
            yield from _subscripts(node)
        case ast.Tuple(elts=elements) if 1 < len(elements) <= 8:
            yield from tuples(elements)
        case ast.List(elts=elements) if 1 < len(elements) <= 8:
            for price, kind, swapped in tuples(elements):
                assert isinstance(swapped, ast.Tuple)
                yield price, kind, ast.List(swapped.elts, ast.Load())


def _numbers(value: float) -> _Made:
    near = [value + 1, value - 1, 0, 1, 2, 0.5, 3, -1, 4, 2 * value, value / 2, -value]
    seen = {value}
    for number in near:
        if number in seen:
            continue
        seen.add(number)
        whole = int(number) if float(number).is_integer() and isinstance(value, int) else number
        yield 1.3, "constant", _number(whole)


def _number(value: float) -> ast.expr:
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _operations(node: ast.BinOp) -> _Made:
    left, right = node.left, node.right
    for other in _SWAPS.get(type(node.op), ()):
        yield 1.2, "operator", ast.BinOp(left, other(), right)
    if isinstance(node.op, ast.Mult | ast.Div | ast.Add | ast.Sub | ast.MatMult | ast.Pow):
        is_term = isinstance(node.op, ast.Add | ast.Sub)
        kind = "extra term" if is_term else "extra factor"
        yield 1.0, kind, left
        if not isinstance(node.op, ast.Pow):
            yield 1.0, kind, right
        if isinstance(node.op, ast.Sub):
            yield 1.4, kind, ast.UnaryOp(ast.USub(), right)
        if isinstance(node.op, ast.Div):
            yield 1.4, kind, ast.BinOp(ast.Constant(1), ast.Div(), right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        yield 1.2, "order of operands", ast.BinOp(right, node.op, left)
    if isinstance(node.op, ast.MatMult):
        yield from _transposed_product(left, right, lambda a, b: ast.BinOp(a, ast.MatMult(), b))
    for slope in other_slopes(node):
        yield 1.4, "derivative of another function", slope


def _transposed_product(left: ast.expr, right: ast.expr, product: _Product) -> _Made:
    for first, second in (
        (flipped(right), left),
        (right, flipped(left)),
        (flipped(right), flipped(left)),
        (flipped(left), flipped(right)),
    ):
        yield 1.5, "transposition", product(first, second)


def _attributes(node: ast.Attribute) -> _Made:
    if node.attr == "T":
        yield 0.9, "transposition", node.value
    for twin in _TWINS.get(node.attr, ()):
        yield 1.2, "function", ast.Attribute(node.value, twin, ast.Load())


def _calls(node: ast.Call) -> _Made:
    function, arguments = node.func, node.args
    name = function.attr if isinstance(function, ast.Attribute) else ""
    simple = function.id if isinstance(function, ast.Name) else ""
    if name in _PRODUCTS and isinstance(function, ast.Attribute):
        yield from _products(node, function)
    if name in _REDUCTIONS:
        yield from _reductions(node)
    if name == "transpose" and len(arguments) in _PERMUTATIONS:
        for order in _PERMUTATIONS[len(arguments)]:
            axes: list[ast.expr] = [ast.Constant(each) for each in order]
            yield 1.2, "axes", ast.Call(function, axes, node.keywords)
    if name == "einsum" and arguments and isinstance(arguments[0], ast.Constant):
        for text in _subscripted(str(arguments[0].value)):
            others: list[ast.expr] = [ast.Constant(text), *arguments[1:]]
            yield 1.4, "axes", ast.Call(function, others, node.keywords)
    is_plain = name in ("copy", "abs", "sqrt", "exp", "tanh", "sum", "mean") or simple
    if is_plain and len(arguments) == 1:
        yield _COPY if name == "copy" else 1.4, "extra call", arguments[0]
    if name in ("copy", "sum", "mean") and not arguments and isinstance(function, ast.Attribute):
        yield _COPY if name == "copy" else 1.4, "extra call", function.value
    if simple == "range" or (simple and simple == "enumerate"):
        yield 1.2, "order", ast.Call(ast.Name("reversed", ast.Load()), [node], [])
    if simple == "reversed" and arguments:
        yield 1.2, "order", arguments[0]
    if len(arguments) > 1:
        for first in range(len(arguments) - 1):
            swapped = list(arguments)
            swapped[first], swapped[first + 1] = swapped[first + 1], swapped[first]
            yield 1.4, "order of arguments", ast.Call(function, swapped, node.keywords)
    for place in range(len(node.keywords)):
        without = [*node.keywords[:place], *node.keywords[place + 1 :]]
        yield 1.3, "argument", ast.Call(function, arguments, without)


def _subscripted(text: str) -> Iterator[str]:
    """Subscripts of an einsum with two letters of one part in each other's place, or two parts."""
    inputs, arrow, output = text.replace(" ", "").partition("->")
    parts = [*inputs.split(","), *([output] if arrow else [])]

    def joined(several: list[str]) -> str:
        return ",".join(several[:-1]) + arrow + several[-1] if arrow else ",".join(several)

    for n, part in enumerate(parts):
        for first in range(len(part)):
            for second in range(first + 1, len(part)):
                letters = list(part)
                letters[first], letters[second] = letters[second], letters[first]
                yield joined([*parts[:n], "".join(letters), *parts[n + 1 :]])
    for first in range(len(parts)):
        for second in range(first + 1, len(parts)):
            swapped = list(parts)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            yield joined(swapped)
    # A letter too much on one side, or another one for it.
    letters_used = sorted(set("".join(parts)))
    for n, part in enumerate(parts):
        for place, letter in enumerate(part):
            for other in letters_used:
                if other != letter and other not in part:
                    changed = part[:place] + other + part[place + 1 :]
                    yield joined([*parts[:n], changed, *parts[n + 1 :]])
    if arrow and len(output) > 1:
        # Both inputs and the output with the same two letters changed: another axis summed over.
        for letter in output:
            for other in letters_used:
                if other not in output:
                    yield joined([*parts[:-1], output.replace(letter, other)])


_COPY = 2.4
"""Price of a copy that should be none: hardly ever a slip, but much comes right by it."""


def _products(node: ast.Call, function: ast.Attribute) -> _Made:
    if len(node.args) == 2:
        left, right = node.args

        def product(a: ast.expr, b: ast.expr) -> ast.expr:
            return ast.Call(function, [a, b], node.keywords)

    elif len(node.args) == 1:
        left, right = function.value, node.args[0]

        def product(a: ast.expr, b: ast.expr) -> ast.expr:
            return ast.Call(ast.Attribute(a, function.attr, ast.Load()), [b], node.keywords)

    else:
        return
    yield 1.0, "order of operands", product(right, left)
    yield 1.2, "product", ast.BinOp(left, ast.Mult(), right)
    yield 1.5, "extra factor", left
    yield 1.5, "extra factor", right
    if function.attr in ("dot", "matmul"):
        yield from _transposed_product(left, right, product)


def _reductions(node: ast.Call) -> _Made:
    keywords: dict[str | None, ast.expr | None] = {k.arg: k.value for k in node.keywords}
    positional = list(node.args)
    is_method = not (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("np", "numpy")
    )
    place = 0 if is_method else 1
    inner = node.func.value if is_method and isinstance(node.func, ast.Attribute) else None
    if inner is None and positional:
        inner = positional[0]
    if inner is not None:
        yield 1.3, "extra call", inner

    def with_keywords(**changed: ast.expr | None) -> ast.expr:
        merged = keywords | changed
        kept = [ast.keyword(k, v) for k, v in merged.items() if v is not None]
        return ast.Call(node.func, positional, kept)

    keep = keywords.get("keepdims")
    if keep is None:
        yield 0.9, "keepdims", with_keywords(keepdims=ast.Constant(True))
    else:
        yield 0.9, "keepdims", with_keywords(keepdims=None)
    axes: list[ast.expr] = [ast.Constant(0), ast.Constant(1), ast.Constant(-1)]
    if len(positional) > place:
        for axis in axes:
            rest = [*positional[:place], axis, *positional[place + 1 :]]
            yield 1.0, "axis", ast.Call(node.func, rest, node.keywords)
        yield 1.0, "axis", ast.Call(node.func, positional[:place], node.keywords)
        return
    for axis in axes:
        yield 1.0, "axis", with_keywords(axis=axis)
        yield 1.2, "axis", with_keywords(axis=axis, keepdims=ast.Constant(True))
    for pair in ((0, 1), (0, 2), (1, 2), (0, 2, 3), (0, 1, 2)):
        both = ast.Tuple([ast.Constant(n) for n in pair], ast.Load())
        yield 1.4, "axis", with_keywords(axis=both)
    if "axis" in keywords:
        yield 1.0, "axis", with_keywords(axis=None)


def _subscripts(node: ast.Subscript) -> _Made:
    index = node.slice
    if isinstance(index, ast.Constant) and isinstance(index.value, str):
        return
    yield 1.8, "index", node.value
    if isinstance(index, ast.Name):
        for step in (ast.Sub(), ast.Add()):
            moved = ast.BinOp(index, step, ast.Constant(1))
            yield 1.2, "index", ast.Subscript(node.value, moved, ast.Load())
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        flipped = ast.Tuple([index.elts[1], index.elts[0]], ast.Load())
        yield 1.4, "index", ast.Subscript(node.value, flipped, ast.Load())


_PERMUTATIONS = {
    3: ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)),
    4: ((0, 2, 3, 1), (0, 3, 1, 2), (0, 2, 1, 3), (0, 1, 3, 2), (1, 0, 2, 3), (1, 2, 3, 0)),
}


def transposed(node: ast.expr) -> _Made:
    """An order of axes that may be missing."""
    for several in _PERMUTATIONS.values():
        for order in several:
            axes: list[ast.expr] = [ast.Constant(each) for each in order]
            method = ast.Attribute(node, "transpose", ast.Load())
            yield 1.7, "transposition", ast.Call(method, axes, [])


def tuples(elements: list[ast.expr]) -> _Made:
    for first in range(len(elements)):
        for second in range(first + 1, len(elements)):
            swapped = list(elements)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            yield 1.4, "order", ast.Tuple(swapped, ast.Load())


def signed(node: ast.expr) -> _Made:
    """A sign or a transpose that may be missing."""
    yield 1.1, "sign", ast.UnaryOp(ast.USub(), node)
    if isinstance(node, ast.Name | ast.Attribute):
        yield 1.3, "negation", ast.UnaryOp(ast.Invert(), node)
    if not isinstance(node, ast.Attribute) or node.attr != "T":
        yield 1.2, "transposition", ast.Attribute(node, "T", ast.Load())
