"""Typed slips undone: the small changes of a statement that may be what was meant.

Each has a price: how unusual the slip is that it undoes. A factor left out, a sign, a transpose, an
axis, a name for another are what people get wrong; the prices order the search and, of two repairs
that give the same numbers, say which is told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain

from bpdebug.code.additions import UNUSED, grown, of_scope, renamed
from bpdebug.code.edits import Edit, Scope
from bpdebug.code.slips import of_expression, signed, transposed
from bpdebug.code.source import Site
from bpdebug.code.statements import factors_of, like_siblings, moves, of_statement, products_of
from bpdebug.code.trees import loaded, own_parts, parsed

CHEAPEST, CHEAPEST_GROWN = 0.6, 1.2
"""The least price of a plain edit, and of one that adds something."""


def plain_edits(site: Site, scope: Scope) -> Iterator[Edit]:
    """Changes of one statement that take something away, or put something else in its place."""
    node = site.node
    for part in own_parts(node):
        for each in loaded(part):
            for price, kind, new in of_expression(each):
                yield Edit(site, price, kind, each, new)
            if isinstance(each, _GROWING):
                for price, kind, new in signed(each):
                    yield Edit(site, price, kind, each, new)
    for price, kind, statement in of_statement(node, scope):
        yield Edit(site, price, kind, node, statement)
    if not isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Return):
        for block in moves(site.block, site.block.index(node)):
            yield Edit(site, 1.4, "order", block=tuple(block))


def grown_edits(site: Site, scope: Scope) -> Iterator[Edit]:
    """Changes of one statement that add what may be missing, or name something else."""
    node = site.node
    for part in own_parts(node):
        for each in loaded(part):
            for price, kind, new in of_scope(each, scope):
                yield Edit(site, price, kind, each, new)
            if isinstance(each, _GROWING) and not _is_index(each, part):
                for price, kind, new in chain(grown(each, scope), transposed(each)):
                    yield Edit(site, price, kind, each, new)
    if isinstance(node, ast.Return | ast.AugAssign) and node.value is not None:
        for price, new in renamed(node.value, scope):
            yield Edit(site, price, "another quantity", node.value, new)
    if isinstance(node, ast.Assign):
        if not isinstance(node.value, ast.Name | ast.Tuple):
            for text in dict.fromkeys((*scope.unused, *scope.values)):
                price = 2.4 - UNUSED * (text in scope.unused)
                yield Edit(site, price, "another quantity", node.value, parsed(text))
        for price, new in renamed(node.value, scope):
            yield Edit(site, price, "another quantity", node.value, new)
        for factor in factors_of(scope.siblings):
            for by in (ast.Mult(), ast.Div()):
                new = ast.BinOp(node.value, by, factor)
                yield Edit(site, 2.2, "missing factor", node.value, new)
        for price, kind, statement in like_siblings(node, scope):
            yield Edit(site, price, kind, node, statement)
        if len(scope.values) <= _MOST_IN_PRODUCTS and not isinstance(node.targets[0], ast.Tuple):
            for product in products_of(scope.values):
                for total in _sums(node.value):
                    for operator in (ast.Add(), ast.Sub()):
                        new = ast.BinOp(total, operator, product)
                        yield Edit(site, 2.9, "missing term", total, new)


def _sums(value: ast.expr) -> Iterator[ast.expr]:
    """An expression, and the first sum inside it, to which a term may be missing."""
    yield value
    for each in ast.walk(value):
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add | ast.Sub):
            if each is not value:
                yield each
            return


_GROWING = (ast.Name, ast.Attribute, ast.Call, ast.BinOp, ast.Subscript)
_MOST_IN_PRODUCTS = 40


def _is_index(node: ast.expr, part: ast.AST) -> bool:
    """Whether an expression is in the index of another, or is a function that is called."""
    for each in ast.walk(part):
        if isinstance(each, ast.Subscript) and any(n is node for n in ast.walk(each.slice)):
            return True
        if isinstance(each, ast.Call) and each.func is node:
            return True
    return False
