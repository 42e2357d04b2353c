"""Updates of single elements that are noted instead of made.

`W[i][j] -= rate * g` in line 7 is read as `__noted__(W[i], rate, "[]", "7")[j] += g`. Where the
program runs, what is noted for the elements of W adds up to an array of its shape: the gradient
that it uses. As no parameter changes, a loss that is computed after the updates is one of the
parameters before them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.code.names import identifiers, is_parameter_update, is_rate
from bpdebug.code.naming import Step, is_rate_alone, step_of

NOTED = "__noted__"
"""What the object is called in the program that notes updates."""

ITEM, ATTRIBUTE, NAME = "[]", ".", ""
"""What changes: an element, an attribute, or what a name stands for."""


class Noted:
    """What is noted in a run of the program, by the object that holds the elements.

    `applies`: whether updates are made as well as noted, as the program does it, but for those of
    the lines in `left_out`. `most` is how
    often an element was updated; `by_element` whether any was that is a number, not an array.
    """

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.applies = False
        self.left_out: frozenset[str] = frozenset()
        self.clear()

    def clear(self) -> None:
        """Begin a run."""
        self.most = 0
        self.by_element = False
        self.arrays: dict[int, tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = {}
        self.items: dict[tuple[int, str], tuple[Any, dict[Any, Any]]] = {}
        self.names: dict[str, Any] = {}
        self._times: dict[tuple[int, str, Any], int] = {}

    def __call__(self, holder: Any, rate: Any, kind: str, line: str) -> _Elements:
        return _Elements(self, holder, rate, kind, self.applies and line not in self.left_out)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """A block in which updates are made, too: a weight that is used after its update shows."""
        self.applies = True
        try:
            yield
        finally:
            self.applies = False

    def is_empty(self) -> bool:
        """Whether nothing has been noted."""
        return not (self.arrays or self.items or self.names)

    def has(self, value: Any) -> bool:
        """Whether anything is noted for an element of an array or a list."""
        if isinstance(value, np.ndarray):
            root = _root(value)
            return id(root) in self.arrays and bool(self.shadow(value)[1].any())
        if (id(value), ITEM) in self.items:
            return True
        return any(self.has(each) for each in value if isinstance(each, list))

    # What is read at the end

    def of(self, value: Any) -> Any:
        """What is noted for all elements of an array or a list."""
        if isinstance(value, np.ndarray):
            return self.shadow(value)[0]
        _, found = self.items.get((id(value), ITEM), (None, {}))
        return [
            self.of(each) if isinstance(each, list | np.ndarray) else found.get(n, 0.0)
            for n, each in enumerate(value)
        ]

    def at(self, holder: Any, key: Any, kind: str) -> Any:
        """What is noted for one element or attribute."""
        _, found = self.items.get((id(holder), kind), (None, {}))
        return found.get(key, 0.0)

    def named(self, name: str) -> Any:
        """What is noted for a number that a name stands for."""
        return self.names.get(name, 0.0)

    # What is noted

    def shadow(self, array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The part of what is noted that belongs to an array or a view of one; and how often."""
        root = _root(array)
        if id(root) not in self.arrays:
            noted, times = (np.zeros_like(root, dtype=float) for _ in range(2))
            self.arrays[id(root)] = root, noted, times
        _, noted, times = self.arrays[id(root)]
        if array is root:
            return noted, times
        scale = noted.itemsize // root.itemsize or 1
        start = array.__array_interface__["data"][0] - root.__array_interface__["data"][0]
        strides = tuple(each * scale for each in array.strides)

        def view(of: NDArray[Any]) -> NDArray[Any]:
            return np.ndarray(array.shape, float, of.ravel("K").data, start * scale, strides)

        return view(noted), view(times)

    def count(self, holder: Any, key: Any, kind: str) -> None:
        """Remember that something was noted once more."""
        place = id(holder), kind, key
        self._times[place] = self._times.get(place, 0) + 1
        self.most = max(self.most, self._times[place])


def _root(array: NDArray[Any]) -> NDArray[Any]:
    """What an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


class _Elements:
    """The elements of one holder, as what is noted for them."""

    def __init__(self, noted: Noted, holder: Any, rate: Any, kind: str, applies: bool) -> None:
        self._noted, self._holder, self._rate, self._kind = noted, holder, rate, kind
        self._applies = applies

    def __getitem__(self, key: Any) -> Any:
        array = self._array(key)
        if array is not None:
            noted, _ = self._noted.shadow(array)
            return np.array(noted[self._index(key)])
        if self._kind == NAME:
            return self._noted.names.get(key, 0.0)
        return self._found().get(self._plain(key), 0.0)

    def __setitem__(self, key: Any, value: Any) -> None:
        by = self._rate * self._noted.sign * (value - self[key])
        array = self._array(key)
        if array is not None:
            noted, times = self._noted.shadow(array)
            index = self._index(key)
            noted[index] = value
            times[index] += 1
            self._noted.most = max(self._noted.most, int(np.max(times[index])))
            self._noted.by_element |= index is not ...
            if self._applies:
                array[index] -= by
        elif self._kind == NAME:
            self._noted.names[key] = value
            self._noted.count(None, key, NAME)
        else:
            key = self._plain(key)
            self._found()[key] = value
            self._noted.by_element = True
            self._noted.count(self._holder, key, self._kind)
            if self._applies and self._kind == ITEM:
                self._holder[key] -= by
            elif self._applies:
                setattr(self._holder, key, getattr(self._holder, key) - by)

    def _array(self, key: Any) -> NDArray[Any] | None:
        """The array that an element is of, or is."""
        if isinstance(self._holder, np.ndarray):
            return self._holder
        if self._kind == NAME:
            return None
        value = self._holder[key] if self._kind == ITEM else getattr(self._holder, key)
        return value if isinstance(value, np.ndarray) else None

    def _index(self, key: Any) -> Any:
        is_item = isinstance(self._holder, np.ndarray) and self._kind == ITEM
        return key if is_item else ...

    def _found(self) -> dict[Any, Any]:
        key = id(self._holder), self._kind
        return self._noted.items.setdefault(key, (self._holder, {}))[1]

    def _plain(self, key: Any) -> Any:
        if isinstance(self._holder, list) and key < 0:
            return key + len(self._holder)
        return key


@dataclass(frozen=True)
class Noting:
    """A program whose updates are noted; the sign that most of them have; whether one of them is by
    a gradient that has no name.
    """

    tree: ast.Module
    sign: int
    has_nameless: bool


def with_notes(tree: ast.Module) -> Noting | None:
    """A program with its updates noted; None if there are none, or if one of them cannot be."""
    steps: dict[int, Step] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or not is_parameter_update(node, frozenset()):
            continue
        has_rate = any(map(is_rate, identifiers(node)))
        made = step_of(node, is_rate_alone if has_rate else None)
        if made is None:
            return None
        steps[id(node)] = made
    if not steps:
        return None
    sign = 1 if sum(each.sign for each in steps.values()) >= 0 else -1
    nameless = any(isinstance(each.gradient, ast.BinOp) for each in steps.values())
    changed = _Notes(steps, sign).visit(tree)
    assert isinstance(changed, ast.Module)
    return Noting(changed, sign, nameless)


class _Notes(ast.NodeTransformer):
    def __init__(self, steps: dict[int, Step], sign: int) -> None:
        self._steps, self._sign = steps, sign

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        return self._noted(node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        return self._noted(node)

    def _noted(self, node: ast.stmt) -> ast.stmt:
        made = self._steps.get(id(node))
        if made is None:
            return node
        holder: ast.expr
        key: ast.expr
        match made.parameter:
            case ast.Subscript(value=holder, slice=key):
                kind = ITEM
            case ast.Attribute(value=holder, attr=name):
                kind, key = ATTRIBUTE, ast.Constant(name)
            case ast.Name(id=name):
                kind, holder, key = NAME, ast.Name(name, ast.Load()), ast.Constant(name)
            case _:
                return node
        words = [ast.Constant(kind), ast.Constant(str(node.lineno))]
        arguments = [holder, made.rate or ast.Constant(1.0), *words]
        target = ast.Subscript(
            ast.Call(ast.Name(NOTED, ast.Load()), arguments, []), key, ast.Store()
        )
        operator = ast.Add() if made.sign == self._sign else ast.Sub()
        noted = ast.AugAssign(target, operator, made.gradient)
        return ast.fix_missing_locations(ast.copy_location(noted, node))


def changed_by(node: ast.stmt) -> ast.expr | None:
    """What a statement that notes an update would change; None for any other."""
    read = _read(node)
    return None if read is None else read[0]


def as_written(node: ast.stmt, sign: int) -> ast.stmt:
    """A statement as a person would write it: what notes an update as that update."""
    read = _read(node)
    if read is None:
        return node
    changed, is_added, rate, value = read
    if not (isinstance(rate, ast.Constant) and rate.value == 1.0):
        value = ast.BinOp(rate, ast.Mult(), value)
    operator = ast.Sub() if is_added == (sign > 0) else ast.Add()
    return ast.fix_missing_locations(ast.AugAssign(changed, operator, value))


_Read = tuple[ast.Name | ast.Attribute | ast.Subscript, bool, ast.expr, ast.expr]


def _read(node: ast.stmt) -> _Read | None:
    """Of a statement that notes an update: what changes, whether what is noted is added, the rate,
    what is noted.
    """
    match node:
        case ast.AugAssign(
            target=ast.Subscript(
                value=ast.Call(
                    func=ast.Name(id="__noted__"),
                    args=[holder, rate, ast.Constant(value=kind), ast.Constant()],
                ),
                slice=key,
            ),
            op=ast.Add() | ast.Sub() as operator,
            value=value,
        ):
            is_added = isinstance(operator, ast.Add)
            if kind == NAME and isinstance(holder, ast.Name):
                return ast.Name(holder.id, ast.Store()), is_added, rate, value
            if kind == ATTRIBUTE and isinstance(key, ast.Constant):
                changed = ast.Attribute(holder, str(key.value), ast.Store())
                return changed, is_added, rate, value
            return ast.Subscript(holder, key, ast.Store()), is_added, rate, value
    return None


def has_notes(node: ast.AST) -> bool:
    """Whether a tree has a statement that notes an update."""
    return any(isinstance(each, ast.Name) and each.id == NOTED for each in ast.walk(node))
