"""Changing a part of a Python tree: what is not changed is shared, never copied."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

Statements = Sequence[ast.stmt]

Way = tuple[tuple[str, int | None], ...]
"""The way from a node to one inside it: fields, with places in those that are lists."""


def ways(root: ast.AST) -> dict[int, Way]:
    """The way to each node in a tree, by identity."""
    found: dict[int, Way] = {}
    waiting: list[tuple[ast.AST, Way]] = [(root, ())]
    while waiting:
        node, way = waiting.pop()
        found[id(node)] = way
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                waiting.append((value, (*way, (name, None))))
            elif isinstance(value, list):
                several = ((n, each) for n, each in enumerate(value) if isinstance(each, ast.AST))
                waiting += ((each, (*way, (name, n))) for n, each in several)
    return found


def put(root: ast.AST, way: Way, new: ast.AST) -> ast.AST:
    """`root` with `new` at the end of a way."""
    if not way:
        return new
    (name, place), rest = way[0], way[1:]
    value = getattr(root, name)
    if place is None:
        return _with_fields(root, {name: put(value, rest, new)})
    items = [*value[:place], put(value[place], rest, new), *value[place + 1 :]]
    return _with_fields(root, {name: items})


def replaced(root: ast.AST, old: ast.AST, new: ast.AST | Statements) -> ast.AST:
    """`root` with `new` in the place of `old`, found by identity; several statements for one."""
    if root is old:
        assert isinstance(new, ast.AST)
        return new
    changed: dict[str, object] = {}
    for name, value in ast.iter_fields(root):
        if isinstance(value, ast.AST):
            made = replaced(value, old, new)
            if made is not value:
                changed[name] = made
                break
        elif isinstance(value, list):
            items = _in_list(value, old, new)
            if items is not None:
                changed[name] = items
                break
    return _with_fields(root, changed) if changed else root


def _in_list(items: list[object], old: ast.AST, new: ast.AST | Statements) -> list[object] | None:
    for place, item in enumerate(items):
        if not isinstance(item, ast.AST):
            continue
        if item is old:
            several = [new] if isinstance(new, ast.AST) else list(new)
            return [*items[:place], *several, *items[place + 1 :]]
        made = replaced(item, old, new)
        if made is not item:
            return [*items[:place], made, *items[place + 1 :]]
    return None


def _with_fields(node: ast.AST, changed: dict[str, object]) -> ast.AST:
    fields = dict(ast.iter_fields(node)) | changed
    return ast.copy_location(type(node)(**fields), node)


def with_block(root: ast.AST, block: list[ast.stmt], new: Statements) -> ast.AST:
    """`root` with other statements in the place of a whole block, found by identity."""
    for name, value in ast.iter_fields(root):
        if value is block:
            return _with_fields(root, {name: list(new)})
        if isinstance(value, ast.AST):
            made = with_block(value, block, new)
            if made is not value:
                return _with_fields(root, {name: made})
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, ast.AST):
                    made = with_block(item, block, new)
                    if made is not item:
                        return _with_fields(
                            root, {name: [*value[:place], made, *value[place + 1 :]]}
                        )
    return root


def located(node: ast.AST, at: ast.AST) -> ast.AST:
    """Give every new node in a tree the place of an old one."""
    line, column = getattr(at, "lineno", 1), getattr(at, "col_offset", 0)
    for each in ast.walk(node):
        if isinstance(each, ast.expr | ast.stmt | ast.keyword | ast.arg) and not hasattr(
            each, "lineno"
        ):
            each.lineno = each.end_lineno = line
            each.col_offset = each.end_col_offset = column
    return node


def own_parts(node: ast.stmt) -> Iterator[ast.AST]:
    """A statement, or of a compound statement its header: what is on its own line."""
    if isinstance(node, ast.For):
        yield node.iter
    elif isinstance(node, ast.While | ast.If):
        yield node.test
    elif isinstance(node, ast.With | ast.Try | ast.FunctionDef | ast.ClassDef):
        return
    else:
        yield node


def loaded(node: ast.AST) -> Iterator[ast.expr]:
    """All expressions in a tree that are read."""
    for each in ast.walk(node):
        if isinstance(each, ast.expr) and not isinstance(
            getattr(each, "ctx", None), ast.Store | ast.Del
        ):
            yield each


def contains(root: ast.AST, wanted: ast.AST) -> bool:
    """Whether a node is in a tree."""
    return any(each is wanted for each in ast.walk(root))


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    """An expression from its text. Raises SyntaxError."""
    return ast.parse(text, mode="eval").body


def flipped(node: ast.expr) -> ast.expr:
    """The transpose of an expression; of a transpose what it is of."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())
