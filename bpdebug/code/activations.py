"""Derivatives of activations, as people write them."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def other_slopes(node: ast.BinOp) -> Iterator[ast.expr]:
    """For the slope of an activation, written in its value, that of another."""
    value = _slope_in(node)
    if value is not None:
        same = ast.unparse(node)
        for slope in slopes(value):
            if ast.unparse(slope) != same:
                yield slope


def _slope_in(node: ast.BinOp) -> ast.expr | None:
    """`a` in `1 - a`, `1 - a**2`, `1 - a*a` and `a*(1 - a)`."""
    match node:
        case ast.BinOp(ast.Constant(value=1), ast.Sub(), ast.BinOp(a, ast.Pow(), ast.Constant())):
            return a
        case ast.BinOp(
            ast.Constant(value=1),
            ast.Sub(),
            ast.Call(func=ast.Attribute(attr="power" | "square"), args=[a, *_]),
        ):
            return a
        case ast.BinOp(ast.Constant(value=1), ast.Sub(), ast.BinOp(a, ast.Mult(), b)):
            return a if ast.unparse(a) == ast.unparse(b) else None
        case ast.BinOp(ast.Constant(value=1), ast.Sub(), a):
            return a
        case ast.BinOp(a, ast.Mult(), ast.BinOp(ast.Constant(value=1), ast.Sub(), b)):
            return a if ast.unparse(a) == ast.unparse(b) else None
    return None


def slopes(value: ast.expr) -> Iterator[ast.expr]:
    """Derivatives of activations, in the activation or in what it is of."""
    one = ast.Constant(1)
    rest = ast.BinOp(one, ast.Sub(), value)
    square = ast.BinOp(value, ast.Pow(), ast.Constant(2))
    yield rest
    yield ast.BinOp(value, ast.Mult(), rest)
    yield ast.BinOp(one, ast.Sub(), square)
    yield ast.Compare(value, [ast.Gt()], [ast.Constant(0)])
    yield ast.BinOp(ast.Constant(2), ast.Mult(), value)
    yield square
