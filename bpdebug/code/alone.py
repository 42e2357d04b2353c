"""Trying an edit on its statement alone, with what its names held when it was carried out.

The value that comes out is compared with the derivatives that are known. That takes a hundredth of
the time of a whole iteration, and nearly always tells which edits are worth one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import numpy as np

from bpdebug.code.coverage import Trace, traced
from bpdebug.code.edits import Edit
from bpdebug.code.iteration import Floats
from bpdebug.code.source import Site
from bpdebug.code.suspicion import Known

_RELATIVE = 2e-5
_MOST_TIMES = 4
_FRAME = "__frame__"


class Alone:
    """What the names held before each of some statements, the first time that its value was not
    right, and what values should be.

    `turned` are those, by the identity of the node, whose value was right before in
    the same call: in a loop over time, not in a function for layer after layer.
    """

    def __init__(
        self, sites: Sequence[Site], path: str, run: Callable[[], object], known: Known
    ) -> None:
        self._sign = known.sign
        self._wanted = _by_size(known)
        self._before: dict[int, dict[str, Any]] = {}
        self._old: dict[int, list[Any]] = {}
        by_key = {id(site.node): site for site in sites}
        self.turned: set[int] = set()
        for key, several in _noted(sites, path, run).items():
            for number, before in enumerate(several):
                values = _values(by_key[key].node, before)
                if values and not number:
                    # A derivative, too, may be passed on where another one is meant.
                    self._before[key], self._old[key] = before, values
                if values and not any(map(self._fits, values)):
                    self._before[key], self._old[key] = before, values
                    if number and several[number - 1][_FRAME] is before[_FRAME]:
                        self.turned.add(key)
                    break

    def knows(self, site: Site) -> bool:
        """Whether edits of a statement can be judged at all."""
        return id(site.node) in self._before

    def is_right(self, edit: Edit) -> bool:
        """Whether the statement, changed so, computes another value, and a known derivative."""
        before = self._before.get(id(edit.site.node))
        statement = edit.statement
        if before is None or statement is None:
            return False
        new = _values(statement, before)
        old = self._old[id(edit.site.node)]
        return any(self._fits(value) and not _is_among(value, old) for value in new)

    def _fits(self, value: Any) -> bool:
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            return False
        wanted = self._wanted.get(array.shape)
        if wanted is None or not np.isfinite(array).all():
            return False
        directions, slopes, size = wanted
        found = (directions @ (self._sign * array.ravel())).reshape(-1, size)
        scale = np.maximum(np.abs(found).max(axis=1), np.abs(slopes).max(axis=1))
        apart = np.abs(found - slopes).max(axis=1)
        return bool(((scale > 0) & (apart <= _RELATIVE * scale)).any())


def _is_among(value: Any, others: Sequence[Any]) -> bool:
    """Whether an array is one of some values, of which not all are arrays."""
    numbers = (each for each in others if isinstance(each, np.ndarray | float | np.floating))
    return any(np.array_equal(value, other) for other in numbers)


_Wanted = dict[tuple[int, ...], tuple[Floats, Floats, int]]


def _by_size(known: Known) -> _Wanted:
    """By shape the directions of all derivatives, one below the other, and the slopes."""
    rows: dict[tuple[int, ...], list[tuple[Floats, Floats]]] = {}
    for each in known.adjoints:
        if each.site is not None and np.abs(each.slopes).max() > 0:
            rows.setdefault(each.value.shape, []).append((each.directions, each.slopes))
    for slopes in known.slopes:
        values = np.nan_to_num(slopes.values)
        if np.abs(values).max(initial=0) > 0:
            two = _two(slopes.directions, values)
            rows.setdefault(slopes.parameter.shape, []).append(two)
    return {
        shape: (np.vstack([d for d, _ in several]), np.vstack([s for _, s in several]), 2)
        for shape, several in rows.items()
    }


def _two(directions: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Many directions as two that are sums of them."""
    weights = np.random.default_rng(len(values)).uniform(0.5, 1.5, (2, len(values)))
    return weights @ directions, weights @ values


def _noted(
    sites: Sequence[Site], path: str, run: Callable[[], object]
) -> dict[int, list[dict[str, Any]]]:
    """The names in force, with copies of their arrays, each of the first times that a statement is
    reached.
    """
    by_line = {site.line: site for site in reversed(sites)}
    found: dict[int, list[dict[str, Any]]] = {}

    def inside(frame: FrameType, event: str, argument: Any) -> Trace:
        site = by_line.get(frame.f_lineno)
        several = [] if site is None else found.setdefault(id(site.node), [])
        if event == "line" and site is not None and len(several) < _MOST_TIMES:
            names = {**frame.f_globals, **frame.f_locals}
            read = {each.id for each in ast.walk(site.node) if isinstance(each, ast.Name)}
            copied = {
                name: value.copy() if name in read and isinstance(value, np.ndarray) else value
                for name, value in names.items()
            }
            # The frame itself: of one that has ended another has the identity.
            several.append(copied | {_FRAME: frame})
        return inside

    traced(path, inside, run)
    return found


def _values(statement: ast.stmt, before: dict[str, Any]) -> list[Any]:
    """What a statement computes; nothing if it fails, or is one that changes more than names."""
    value: ast.expr | None
    match statement:
        case ast.Assign(value=value) | ast.Return(value=value) if value is not None:
            pass
        case ast.AugAssign(target=target, op=operator, value=right):
            left = ast.parse(ast.unparse(target), mode="eval").body
            value = ast.BinOp(left, operator, right)
        case _:
            return []
    assert value is not None
    made = ast.fix_missing_locations(ast.Expression(value))
    try:
        with np.errstate(all="ignore"):
            found = eval(compile(made, "<alone>", "eval"), dict(before))
    except Exception:
        return []
    return list(found) if isinstance(found, tuple) else [found]
