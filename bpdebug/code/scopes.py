"""What names may stand in a statement: those of its function, and what they hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.code.coverage import Covered
from bpdebug.code.edits import Edit, Scope
from bpdebug.code.iteration import Iteration
from bpdebug.code.source import Site
from bpdebug.code.subscripts import elements
from bpdebug.code.trees import located
from bpdebug.code.world import is_data

_MOST = 28
_MOST_SIZES, _MOST_SHAPES = 14, 8


def scope_of(site: Site, iteration: Iteration, covered: Covered) -> Scope:
    """The names that a statement may use."""
    names, used = _names(site, iteration, covered)
    values = [n for n, v in names.items() if _is_value(v) and n in used]
    sizes = [n for n, v in names.items() if isinstance(v, int) and not isinstance(v, bool)]
    turning = _loop_variables(site)
    sizes = sorted((n for n in sizes if n in used), key=lambda name: name not in turning)
    attributes: dict[str, tuple[str, ...]] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for name, value in names.items():
        if isinstance(value, dict):
            mine = tuple(k for k in value if isinstance(k, str))
            if mine and len(mine) <= _MOST:
                keys[name] = mine
        elif _is_object(value):
            mine = tuple(n for n, v in vars(value).items() if _is_value(v))
            attributes[name] = mine
            values += [f"{name}.{each}" for each in mine]
            sizes += [f"{name}.{n}" for n, v in vars(value).items() if type(v) is int]
            for inner, each in vars(value).items():
                if isinstance(each, dict):
                    keys[f"{name}.{inner}"] = tuple(k for k in each if isinstance(k, str))
                    values += [f"{name}.{inner}[{k!r}]" for k, v in each.items() if _is_value(v)]
    values += elements(site.node, names) if iteration.noted is not None else ()
    own = {ast.unparse(e) for e in ast.walk(site.node) if isinstance(e, ast.Name | ast.Attribute)}
    nearest = sorted(values, key=lambda name: name not in own)
    shapes = [f"{n}.shape[{axis}]" for n in nearest for axis in (0, 1)][:_MOST_SHAPES]
    sizes = [*sizes[: _MOST_SIZES - len(shapes) // 2], *shapes]
    functions = [
        name
        for name, value in iteration.world.frames[0].items()
        if callable(value) and not isinstance(value, type) and name in iteration.source.functions
    ]
    return Scope(
        tuple(values[:_MOST]),
        tuple(sizes[:_MOST_SIZES]),
        tuple(functions),
        tuple(attributes.items()),
        tuple(keys.items()),
        siblings_of(site, iteration),
        _tuples(iteration),
        _unused(site),
    )


def _loop_variables(site: Site) -> set[str]:
    """What the loops around a statement, or beside it, run through."""
    if site.function is None:
        return set()
    loops = (each for each in ast.walk(site.function) if isinstance(each, ast.For))
    return {n.id for each in loops for n in ast.walk(each.target) if isinstance(n, ast.Name)}


def _unused(site: Site) -> frozenset[str]:
    """What a function assigns, on its own, and never reads: something may have been left out."""
    if site.function is None:
        return frozenset()
    read: set[str] = set()
    assigned: set[str] = set()
    for each in ast.walk(site.function):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            read.add(each.id)
        elif isinstance(each, ast.Assign):
            assigned |= {target.id for target in each.targets if isinstance(target, ast.Name)}
    return frozenset(assigned - read)


def _names(
    site: Site, iteration: Iteration, covered: Covered
) -> tuple[Mapping[str, Any], set[str]]:
    """The names in force at a statement with what they hold, and those that its text uses."""
    frames = iteration.world.frames
    outer = {n: v for frame in frames for n, v in frame.items() if is_data(n, v)}
    if site.function is None:
        return outer, set(outer)
    function = site.function
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    own = covered.locals.get((function.name, first), {})
    used = {each.id for each in ast.walk(function) if isinstance(each, ast.Name)} | {*own}
    others = {
        each.id
        for definition in iteration.source.functions.values()
        for each in ast.walk(definition)
        if isinstance(each, ast.Name)
    }
    if not own:
        return outer, set(outer)
    return {**own, **{n: v for n, v in outer.items() if n not in own}}, used | (others & {*outer})


def siblings_of(site: Site, iteration: Iteration) -> tuple[ast.stmt, ...]:
    """The other statements of the same function, or of the module."""
    return tuple(
        each.node
        for each in iteration.source.sites
        if each.function is site.function and each.node is not site.node
    )


def _tuples(iteration: Iteration) -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(map(ast.unparse, each.elts))
        for each in ast.walk(iteration.source.tree)
        if isinstance(each, ast.Tuple) and len(each.elts) > 1
    )


def _is_value(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fb"
    return isinstance(value, float | np.floating)


def _is_object(value: Any) -> bool:
    return getattr(type(value), "__module__", "") == "__main__" and hasattr(value, "__dict__")


class Fit:
    """Whether an expression can stand in the place of another, by what the names hold.

    A change that fails, or that gives an array of another shape where something was to be
    added, need not be tried in a whole iteration.
    """

    def __init__(self, site: Site, iteration: Iteration, covered: Covered) -> None:
        names, _ = _names(site, iteration, covered)
        self._names = {**iteration.world.frames[0], **names}
        self._old: dict[int, Any] = {}

    def __call__(self, edit: Edit) -> bool:
        """Whether an edit is worth trying."""
        if not isinstance(edit.old, ast.expr) or not isinstance(edit.new, ast.expr):
            return True
        key = id(edit.old)
        if key not in self._old:
            self._old[key] = self._value(edit.old)
        old = self._old[key]
        if old is _FAILS or not edit.kind.startswith(_GROWN):
            return old is _FAILS or self._value(edit.new) is not _FAILS
        new = self._value(edit.new)
        return new is not _FAILS and _shape(old) in ((), _shape(new))

    def _value(self, node: ast.expr) -> Any:
        try:
            with np.errstate(all="ignore"):
                located(node, node)
                code = compile(ast.Expression(node), "<fit>", "eval")
                return eval(code, dict(self._names))
        except Exception:
            return _FAILS


def _shape(value: Any) -> tuple[int, ...] | None:
    return value.shape if isinstance(value, np.ndarray) else () if np.isscalar(value) else None


_FAILS = object()
_GROWN = ("missing factor", "missing term", "missing derivative", "missing division", "missing tr")
