"""Slips that are the statement's: accumulated or not, its place, its likeness to others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from bpdebug.code.edits import Scope
from bpdebug.code.noting import changed_by
from bpdebug.code.slips import tuples
from bpdebug.code.trees import parsed


def of_statement(node: ast.stmt, scope: Scope) -> Iterator[tuple[float, str, ast.stmt]]:
    match node:
        case ast.AugAssign(target=target, op=operator, value=value) if changed_by(node):
            turned = ast.Sub() if isinstance(operator, ast.Add) else ast.Add()
            yield 0.9, "operator", ast.AugAssign(target, turned, value)
            yield 1.6, "extra statement", ast.Pass()
        case ast.AugAssign(target=target, op=operator, value=value):
            for other in (ast.Add, ast.Sub, ast.Mult, ast.Div):
                if not isinstance(operator, other):
                    yield 1.0, "operator", ast.AugAssign(target, other(), value)
            yield 0.9, "accumulation", ast.Assign([target], value)
            if (
                isinstance(target, ast.Subscript)
                and isinstance(operator, ast.Add)
                and not any(isinstance(each, ast.Slice) for each in ast.walk(target.slice))
            ):
                # `dW[words] += dout` adds only once what is there twice.
                method = ast.parse("np.add.at", mode="eval").body
                index = ast.parse(ast.unparse(target.slice), mode="eval").body
                each = ast.Call(method, [_loaded(target.value), index, value], [])
                yield 1.0, "accumulation", ast.Expr(each)
            yield 1.6, "extra statement", ast.Pass()
        case ast.Assign(targets=[target], value=value):
            if isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
                yield 0.9, "accumulation", ast.AugAssign(target, ast.Add(), value)
                yield 1.5, "accumulation", ast.AugAssign(target, ast.Sub(), value)
                yield 1.5, "accumulation", ast.AugAssign(target, ast.Mult(), value)
            if isinstance(target, ast.Tuple) and len(target.elts) <= 8:
                for _, kind, swapped in tuples(target.elts):
                    assert isinstance(swapped, ast.Tuple)
                    stored = ast.Tuple(swapped.elts, ast.Store())
                    together = tuple(map(ast.unparse, swapped.elts)) in scope.tuples
                    yield 0.6 if together else 1.3, kind, ast.Assign([stored], value)
        case ast.Expr():
            yield 1.8, "extra statement", ast.Pass()


def _loaded(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def factors_of(siblings: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """What other statements multiply or divide by: `np.exp(s)`, and not what has a name already."""
    seen: set[str] = set()
    for sibling in siblings:
        for each in ast.walk(sibling):
            if not isinstance(each, ast.BinOp) or not isinstance(each.op, ast.Mult | ast.Div):
                continue
            for side in (each.left, each.right):
                text = ast.unparse(side)
                if isinstance(side, ast.Call | ast.Subscript) and text not in seen:
                    seen.add(text)
                    if len(seen) > _MOST_FACTORS:
                        return
                    yield parsed(text)


_MOST_FACTORS = 12


def products_of(values: Sequence[str]) -> Iterator[ast.expr]:
    """All products of two quantities, as a term that was left out may be."""
    for place, first in enumerate(values):
        for second in values[place:]:
            yield ast.BinOp(parsed(first), ast.Mult(), parsed(second))


def like_siblings(node: ast.Assign, scope: Scope) -> Iterator[tuple[float, str, ast.stmt]]:
    """What another statement has on its right, with the numbers in its names as they are here."""
    mine = ast.unparse(node.targets[0])
    for sibling in scope.siblings:
        if not isinstance(sibling, ast.Assign) or sibling is node or len(sibling.targets) != 1:
            continue
        theirs = ast.unparse(sibling.targets[0])
        text = ast.unparse(sibling.value)
        for changed in _renamed(text, theirs, mine):
            try:
                value = parsed(changed)
            except SyntaxError:
                continue
            yield 2.0, "unlike its siblings", ast.Assign(node.targets, value)
            for sign, term in _terms(value):
                more = ast.BinOp(node.value, sign, term)
                yield 2.1, "missing term", ast.Assign(node.targets, more)


def _terms(value: ast.expr) -> Iterator[tuple[ast.operator, ast.expr]]:
    """The terms that are added to others or taken from them."""
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):
        yield value.op, value.right
        value = value.left


def _renamed(text: str, theirs: str, mine: str) -> Iterator[str]:
    """A text with names changed as a target's name is: `dW1` to `dW2` makes `dZ1` into `dZ2`."""
    old = re.findall(r"\d+", theirs)
    new = re.findall(r"\d+", mine)
    if old and len(old) == len(new) and old != new:
        change = dict(zip(old, new, strict=True))
        for shift in (0, int(new[0]) - int(old[0])):

            def moved(match: re.Match[str], shift: int = shift) -> str:
                digits = match.group(2)
                if digits in change:
                    return f"{match[1]}{change[digits]}"
                return f"{match[1]}{int(digits) + shift}"

            yield re.sub(r"([A-Za-z_])(\d+)", moved, text)


def moves(block: Sequence[ast.stmt], place: int) -> Iterator[list[ast.stmt]]:
    """A block with the statement at a place moved up or down, up to three others."""
    for by in (-1, 1, -2, 2, -3, 3):
        to = place + by
        if 0 <= to < len(block):
            rest = [each for n, each in enumerate(block) if n != place]
            yield [*rest[:to], block[place], *rest[to:]]
