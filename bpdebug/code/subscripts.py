"""Elements of lists that a statement may have left out: `x[j]` beside `delta[j]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

MOST = 16


def elements(node: ast.stmt, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Elements of lists and vectors of floats, among some names and in attributes of the objects
    that a statement names, with the subscripts that the statement has.
    """
    keys = dict.fromkeys(
        ast.unparse(each.slice)
        for each in ast.walk(node)
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Name)
    )
    named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    lists = list(_lists(named, names))
    return tuple(f"{text}[{key}]" for key in keys for text in lists)[:MOST]


def _lists(named: set[str], names: Mapping[str, Any]) -> Iterator[str]:
    for name in named:
        value = names.get(name)
        if getattr(type(value), "__module__", "") == "__main__" and hasattr(value, "__dict__"):
            for attribute, inner in vars(value).items():
                if _is_list(inner):
                    yield f"{name}.{attribute}"
    for name, value in names.items():
        if _is_list(value) and not name.startswith("__"):
            yield name


def _is_list(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 1 and value.dtype.kind == "f"
    return isinstance(value, list) and bool(value) and isinstance(value[0], float)
