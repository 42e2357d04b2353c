"""What may be missing in an expression, and what else may have been meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from bpdebug.code.activations import slopes
from bpdebug.code.edits import Scope
from bpdebug.code.trees import flipped, parsed

_Made = Iterator[tuple[float, str, ast.expr]]


def of_scope(node: ast.expr, scope: Scope) -> _Made:
    """Another quantity, number, function or key in the place of one."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for text in scope.values:
                rest = ast.BinOp(ast.Constant(1), ast.Sub(), parsed(text))
                yield 1.9, "missing term", rest
                square = ast.BinOp(parsed(text), ast.Pow(), ast.Constant(2))
                yield 2.1, "missing term", ast.BinOp(ast.Constant(1), ast.Sub(), square)
            for text in (*scope.values, *scope.sizes):
                yield 2.0 - UNUSED * (text in scope.unused), "another quantity", parsed(text)
                yield 2.4, "another quantity", parsed(f"{text}[:, None]")
            for text in scope.unused - {*scope.values, *scope.sizes}:
                yield 2.0 - UNUSED, "another quantity", parsed(text)
        case ast.Attribute():
            yield from _other_attributes(node, scope)
        case ast.Name():
            yield from _names(node, scope)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            owner = ast.unparse(node.value)
            for text, names in scope.keys:
                for name in names if text == owner else ():
                    if name != key:
                        other = ast.Subscript(node.value, ast.Constant(name), ast.Load())
                        yield 1.6, "another quantity", other


def _other_attributes(node: ast.Attribute, scope: Scope) -> _Made:
    owner = ast.unparse(node.value)
    if node.attr == "T" or owner in ("np", "numpy", "math"):
        return
    for text, names in scope.attributes:
        if text == owner:
            for name in names:
                if name != node.attr:
                    yield 2.0, "another quantity", ast.Attribute(node.value, name, ast.Load())
    if owner in dict(scope.attributes):
        for text in scope.values:
            yield 2.2, "another quantity", parsed(text)


def _names(node: ast.Name, scope: Scope) -> _Made:
    if node.id in scope.functions:
        for name in scope.functions:
            if name != node.id:
                yield 1.6, "function", ast.Name(name, ast.Load())
        return
    pool = scope.sizes if node.id in scope.sizes else (*scope.values, *scope.sizes)
    for text in pool:
        if text != node.id:
            yield 2.0 - UNUSED * (text in scope.unused), "another quantity", parsed(text)


UNUSED = 0.8
"""How much likelier something was left out that is computed and not used."""


def renamed(value: ast.expr, scope: Scope) -> Iterator[tuple[float, ast.expr]]:
    """A quantity that is there more than once, as another one everywhere: `a * (1 - a)`."""
    texts = [ast.unparse(e) for e in ast.walk(value) if isinstance(e, ast.Name | ast.Attribute)]
    pool = dict.fromkeys((*scope.unused, *scope.values))
    for text in dict.fromkeys(t for t in texts if texts.count(t) > 1 and t in pool):
        for other in pool:
            if other != text:
                made = _Renamed(text, parsed(other)).visit(
                    ast.parse(ast.unparse(value), mode="eval").body
                )
                yield 2.5 - UNUSED * (other in scope.unused), made


class _Renamed(ast.NodeTransformer):
    def __init__(self, text: str, new: ast.expr) -> None:
        self._text, self._new = text, new

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == self._text:
            return self._new
        return self.generic_visit(node)


def grown(node: ast.expr, scope: Scope) -> _Made:
    """A factor, a divisor or a term that may be missing."""
    yield 1.9, "missing term", ast.BinOp(ast.Constant(1), ast.Sub(), node)
    for number in (2, 0.5):
        yield 1.6, "missing factor", ast.BinOp(ast.Constant(number), ast.Mult(), node)
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        for function in scope.functions:
            call = ast.Call(ast.Name(function, ast.Load()), [node], [])
            yield 2.0, "missing call", call
    for size in scope.sizes:
        yield 1.5, "missing division", ast.BinOp(node, ast.Div(), parsed(size))
        yield 1.8, "missing factor", ast.BinOp(node, ast.Mult(), parsed(size))
        share = ast.BinOp(ast.Constant(2.0), ast.Div(), parsed(size))
        yield 1.8, "missing factor", ast.BinOp(share, ast.Mult(), node)
    for text in scope.values:
        shape = ast.Attribute(parsed(text), "shape", ast.Load())
        reshaped = ast.Call(ast.Attribute(node, "reshape", ast.Load()), [shape], [])
        yield 1.9, "missing reshape", reshaped
    for axis in (0, 1):
        for keep in (False, True):
            keywords = [ast.keyword("axis", ast.Constant(axis))]
            if keep:
                keywords.append(ast.keyword("keepdims", ast.Constant(True)))
            method = ast.Attribute(node, "sum", ast.Load())
            yield 1.8, "missing sum", ast.Call(method, [], keywords)
    for text in dict.fromkeys((*scope.values, *scope.unused)):
        other = parsed(text)
        less = UNUSED * (text in scope.unused)
        yield 2.0 - less, "missing factor", ast.BinOp(node, ast.Mult(), other)
        yield 2.2 - less, "missing term", ast.BinOp(node, ast.Add(), other)
        yield 2.2 - less, "missing term", ast.BinOp(node, ast.Sub(), other)
        yield 2.4 - less, "missing factor", ast.BinOp(node, ast.Div(), other)
        yield 2.4 - less, "missing factor", ast.BinOp(node, ast.MatMult(), other)
        yield 2.4 - less, "missing factor", ast.BinOp(other, ast.MatMult(), node)
        yield 2.6, "missing transposed factor", ast.BinOp(node, ast.MatMult(), flipped(other))
        yield 2.6, "missing transposed factor", ast.BinOp(flipped(other), ast.MatMult(), node)
        for slope in slopes(other):
            yield 2.6, "missing derivative", ast.BinOp(node, ast.Mult(), slope)
        for spread in _spread(text):
            yield 2.7, "missing factor", ast.BinOp(node, ast.Mult(), spread)


def _spread(text: str) -> Iterator[ast.expr]:
    """An array with an axis more, so that it is multiplied along the others."""
    for index in ("[:, None]", "[None, :]", "[:, None, :]", "[:, :, None]"):
        yield parsed(text + index)
