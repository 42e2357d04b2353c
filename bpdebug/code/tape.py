"""What an iteration computes, value by value, and how the loss would change with each.

Every assignment and every return of the program is written down as it happens. One of these values
can be moved a little: the loss then says what the derivative by it is, along that direction. So a
value of the backward pass can be compared with derivatives of all values of the forward pass,
without anybody having to say which belongs to which.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from bpdebug.code.edits import Edit
from bpdebug.code.iteration import Floats, Iteration, Loss
from bpdebug.code.places import Place
from bpdebug.code.repair import definitions_of, function_code
from bpdebug.code.source import Site

MOST_EVENTS = 3_000
_MOST_NUMBERS = 20_000
_STEP = 1e-5


@dataclass(frozen=True)
class Event:
    """A value that was computed: by which statement, in which call of its function (counted from
    0), under which name, and a copy of it. Whole numbers are not `is_real`.
    """

    site: Site
    call: int
    name: str
    value: Floats
    is_real: bool = True


class Tape:
    """Writes values down; moves one of them, if told so."""

    def __init__(self, sites: list[Site]) -> None:
        self.sites = sites
        self.events: list[Event] = []
        self.count = 0
        self.records = True
        self.moved: tuple[int, Floats] | None = None
        self.shaken: int | None = None
        self._calls: dict[int, tuple[int, FrameType]] = {}

    def begin(self, records: bool, moved: tuple[int, Floats] | None = None) -> None:
        """Begin a run."""
        self.count, self.records, self.moved = 0, records, moved
        self._calls = {}
        if records:
            self.events = []

    def at(self, number: int, names: tuple[str, ...], value: Any) -> Any:
        """A value that is about to be assigned or returned."""
        if isinstance(value, tuple) and len(value) == len(names) > 1:
            return tuple(
                self._one(number, name, part) for name, part in zip(names, value, strict=True)
            )
        return self._one(number, names[0] if names else "", value)

    def after(self, number: int, name: str, value: Any) -> None:
        """A value that was changed in place."""
        if not _is_numeric(value) or self.count >= MOST_EVENTS:
            return
        if self.moved is not None and self.moved[0] == self.count and isinstance(value, np.ndarray):
            value += self.moved[1].reshape(value.shape)
        if number == self.shaken and isinstance(value, np.ndarray) and _is_real(value):
            value += _shake(value)
        self._note(number, name, value)

    def _one(self, number: int, name: str, value: Any) -> Any:
        if not _is_numeric(value) or self.count >= MOST_EVENTS:
            return value
        if self.moved is not None and self.moved[0] == self.count:
            value = value + self.moved[1].reshape(np.shape(value))
        if number == self.shaken and _is_real(value):
            value = _shaken(value, self.sites[number])
        self._note(number, name, value)
        return value

    def _note(self, number: int, name: str, value: Any) -> None:
        self.count += 1
        if self.records:
            copy = np.array(value, dtype=float)
            event = Event(self.sites[number], self._call(), name, copy, _is_real(value))
            self.events.append(event)

    def _call(self) -> int:
        """The number of the call that the program is in. A frame is kept, so that no other has
        its identity.
        """
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        assert frame is not None
        return self._calls.setdefault(id(frame), (len(self._calls), frame))[0]


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiub" and 0 < value.size <= _MOST_NUMBERS
    return isinstance(value, float | np.floating)


def _is_real(value: Any) -> bool:
    return not isinstance(value, np.ndarray) or value.dtype.kind == "f"


def _shake(value: Any) -> Any:
    array = np.asarray(value, dtype=float)
    size = np.abs(array[np.isfinite(array)]).max(initial=0) or 1.0
    return 1e-3 * size * (1 + np.arange(array.size).reshape(array.shape) % 7)


def _shaken(value: Any, site: Site) -> Any:
    """Another value: in place, so that what shares it still does; of what is only taken from
    somewhere a copy, so that it stays there as it is.
    """
    taken = getattr(site.node, "value", None)
    is_taken = isinstance(taken, ast.Name | ast.Attribute | ast.Subscript | ast.Tuple)
    if isinstance(value, np.ndarray) and not is_taken and value.flags.writeable:
        value += _shake(value)
        return value
    return value + _shake(value)


class Taped:
    """An iteration whose statements tell a tape what they compute."""

    def __init__(self, iteration: Iteration) -> None:
        self.iteration = iteration
        sites = iteration.source.sites
        self.tape = Tape(sites)
        self._numbers = {id(site.node): n for n, site in enumerate(sites)}
        self.edit: Edit | None = None
        self.inner = False

    @contextmanager
    def running(self) -> Iterator[Tape]:
        """The program as it tells what it computes, for as long as a block takes."""
        iteration = self.iteration
        planned = list(iteration.planned)
        codes: list[tuple[FunctionType, CodeType]] = []
        path = iteration.source.path
        try:
            for n in range(iteration.start, len(planned)):
                each = planned[n]
                if each.enter is None:
                    made = self._statements(each.node)
                    code = compile(ast.Module(made, []), path, "exec")
                    iteration.planned[n] = replace(each, code=code)
            for definition, functions in definitions_of(iteration):
                code = function_code(self._inside(definition), path)
                for each_function in functions:
                    if len(each_function.__code__.co_freevars) == len(code.co_freevars):
                        codes.append((each_function, each_function.__code__))
                        each_function.__code__ = code
            hooks = {"__tape_at__": self.tape.at, "__tape_after__": self.tape.after}
            iteration.world.share(hooks)
            yield self.tape
        finally:
            iteration.planned[:] = planned
            for each_function, code in codes:
                each_function.__code__ = code

    # Writing the calls of the tape into statements

    def _statements(self, node: ast.stmt) -> list[ast.stmt]:
        number = self._numbers.get(id(node))
        if self.edit is not None and node is self.edit.site.node and self.edit.statement:
            node = self.edit.statement
        if isinstance(node, ast.FunctionDef | ast.ClassDef) or number is None:
            return [self._inside(node)]
        match node:
            case ast.Assign(targets=[target], value=value) if not isinstance(value, ast.Lambda):
                names = tuple(_names(target))
                made = ast.Assign([target], self._at(number, names, value))
                return [*_placed([made], node), *self._changed(number, target, node)]
            case ast.AugAssign(target=target):
                return [node, *self._after(number, target, node)]
            case ast.Return(value=value) if value is not None:
                names = tuple(_returned(value))
                return _placed([ast.Return(self._at(number, names, value))], node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="at"), args=[first, *_])):
                return [node, *self._after(number, first, node)]
        return [self._inside(node)]

    def _at(self, number: int, names: tuple[str, ...], value: ast.expr) -> ast.expr:
        if self.inner:
            value = _Inner(number).visit(ast.parse(ast.unparse(value), mode="eval").body)
        words = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return ast.Call(
            ast.Name("__tape_at__", ast.Load()), [ast.Constant(number), words, value], []
        )

    def _changed(self, number: int, target: ast.expr, node: ast.stmt) -> list[ast.stmt]:
        """After `x[mask] = 0` the whole of x; nothing after `hs[t] = …` of a dictionary."""
        if not isinstance(target, ast.Subscript):
            return []
        return self._after(number, target.value, node)

    def _after(self, number: int, target: ast.expr, node: ast.stmt) -> list[ast.stmt]:
        base = target
        while isinstance(base, ast.Subscript):
            key = base.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                break
            base = base.value
        if not isinstance(base, ast.Name | ast.Attribute | ast.Subscript):
            return []
        read = ast.parse(ast.unparse(base), mode="eval").body
        call = ast.Call(
            ast.Name("__tape_after__", ast.Load()),
            [ast.Constant(number), ast.Constant(ast.unparse(base)), read],
            [],
        )
        return _placed([ast.Expr(call)], node)

    def _inside(self, node: ast.AST) -> Any:
        """A compound statement or a definition with its blocks told about."""
        changed: dict[str, Any] = {}
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list) and statements and isinstance(statements[0], ast.stmt):
                if self.edit is not None and statements is self.edit.site.block:
                    statements = list(self.edit.block) or statements
                changed[block] = [made for each in statements for made in self._statements(each)]
        if not changed:
            return node
        fields = dict(ast.iter_fields(node)) | changed
        return ast.copy_location(type(node)(**fields), node)


class _Inner(ast.NodeTransformer):
    """Tells of what is computed inside an expression, too, and handed to a function or multiplied:
    the sum in `sigmoid(x @ W + b)`, the product in `(r * h) @ U`.
    """

    def __init__(self, number: int) -> None:
        self._number = number

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if len(node.args) <= _FEW:
            node.args = [self._told(each) for each in node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.MatMult):
            node.left, node.right = self._told(node.left), self._told(node.right)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def _told(self, node: ast.expr) -> ast.expr:
        if not isinstance(node, ast.BinOp):
            return node
        at = ast.Name("__tape_at__", ast.Load())
        return ast.Call(at, [ast.Constant(self._number), ast.Tuple([], ast.Load()), node], [])


_FEW = 2


def _placed(statements: list[ast.stmt], at: ast.stmt) -> list[ast.stmt]:
    for each in statements:
        ast.copy_location(each, at)
        ast.fix_missing_locations(each)
    return statements


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield ast.unparse(each)
    else:
        yield ast.unparse(target)


def _returned(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Tuple):
        for each in value.elts:
            yield ast.unparse(each) if isinstance(each, ast.Name | ast.Attribute) else "return"
    else:
        yield ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else "return"


@dataclass(frozen=True)
class Adjoint:
    """The derivative of the loss by a value of the forward pass, along two directions.

    `site` is the statement that computes the value, None for one that is given.
    """

    value: Floats
    site: Site | None
    directions: Floats
    slopes: Floats


def adjoints(taped: Taped, loss: Loss, goes_on: Callable[[], bool]) -> list[Adjoint]:
    """The derivatives by all values that the loss depends on, until `goes_on` says no."""
    iteration, found = taped.iteration, []
    for place, value in iteration.given():
        if not goes_on() or value.size > _MOST_NUMBERS:
            break

        def beside(by: Floats, at: Place = place) -> float:
            return iteration.loss_beside(loss, at, by)

        found.append(_adjoint(value, None, beside))
    taped.inner = True
    with taped.running() as tape:
        taped.inner = False
        tape.begin(records=True)
        iteration.loss(loss)
        for number, event in enumerate(_taken(tape)):
            if not goes_on():
                break
            if not event.is_real:
                continue

            def moved(by: Floats, number: int = number) -> float:
                tape.begin(records=False, moved=(number, by))
                return iteration.loss(loss)

            found.append(_adjoint(event.value, event.site, moved))
    return [each for each in found if np.abs(each.slopes).max() > 0]


def _adjoint(value: Floats, site: Site | None, loss: Callable[[Floats], float]) -> Adjoint:
    generator = np.random.default_rng(value.size)
    size = value.size
    directions = generator.choice([-1.0, 1.0], (2, size)) * generator.uniform(0.5, 1.5, (2, size))
    slopes = []
    for each in directions:
        try:
            slopes.append((loss(_STEP * each) - loss(-_STEP * each)) / (2 * _STEP))
        except Exception:
            slopes.append(0.0)
    return Adjoint(value, site, directions, np.nan_to_num(np.array(slopes), posinf=0, neginf=0))


def reached(taped: Taped, nodes: Collection[int]) -> dict[int, frozenset[str]]:
    """The gradients that become others if what a statement computes were another number, by the
    identity of its node, of those in `nodes`.
    """
    found: dict[int, frozenset[str]] = {}
    with taped.running() as tape:
        tape.begin(records=False)
        usual = taped.iteration.gradients()
        for number, site in enumerate(tape.sites):
            if id(site.node) not in nodes:
                continue
            tape.begin(records=False)
            tape.shaken = number
            try:
                shaken = taped.iteration.gradients()
            except Exception:
                continue
            finally:
                tape.shaken = None
            found[id(site.node)] = frozenset(
                name
                for name, value in usual.items()
                if value is not None
                and shaken[name] is not None
                and not np.array_equal(value, shaken[name], equal_nan=True)
            )
    return found


def events(taped: Taped, edit: Edit | None = None) -> list[Event]:
    """All values of the iteration, in the order in which they are computed; with an edit made
    those that would be computed then.
    """
    taped.edit = edit
    try:
        with taped.running() as tape:
            tape.begin(records=True)
            taped.iteration.gradients()
            return _taken(tape)
    finally:
        taped.edit = None


def _taken(tape: Tape) -> list[Event]:
    found = tape.events
    tape.begin(records=True)
    return found
