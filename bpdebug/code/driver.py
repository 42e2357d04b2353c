"""What a program does up to its first update, as a flat list of statements.

A script trains in a loop, a file with functions calls them below `if __name__ == "__main__"`, a
`train` function has the loop inside. Whichever it is: the statements of one iteration, forward and
backward, are found by carrying the program out, taking the first round of each loop that trains,
and stopping where a parameter is about to be changed.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import CodeType
from typing import Any

from bpdebug.code.names import is_named_gradient
from bpdebug.code.rounds import Rounds
from bpdebug.code.source import CodeError, Site, Source
from bpdebug.code.training import MOST_INLINED, Training

Namespace = dict[str, Any]


class Stop(BaseException):
    """The end of the first iteration. No handler of the program catches it."""


@dataclass(frozen=True, eq=False)
class Planned:
    """A statement to be carried out: in which namespace, and where it stands in the program.

    With `enter` it is the call of a function that is gone into: its arguments make a namespace.
    """

    code: CodeType
    frame: int
    node: ast.stmt
    site: Site | None = None
    enter: Callable[[list[Namespace]], Namespace] | None = None

    def run(self, frames: list[Namespace]) -> None:
        """Carry it out."""
        if self.enter is not None:
            frames[self.frame + 1 :] = [self.enter(frames)]
        else:
            exec(self.code, frames[self.frame])


class Driver:
    """Carries a program out for the first time, noting what it does.

    `rest` is what would follow in the first round of the loop: it updates the parameters.
    `began` says, for each loop, after how many statements its first round begins.
    """

    def __init__(
        self, source: Source, globals_: Namespace, training: Training | Rounds | None = None
    ) -> None:
        self.source = source
        self.frames = [globals_]
        self.planned: list[Planned] = []
        self.rest: list[Planned] = []
        self.failure: CodeError | None = None
        self.loops: list[ast.stmt] = []
        self.began: list[int] = []
        self._ended = False
        self._training = training or Training(source)
        self._sites = {id(site.node): site for site in source.sites}

    def run(self, *texts: str) -> None:
        """Up to the first update, or to the end; with `texts`, all but what the program does as a
        script, and then these statements. Raises what the program raises.
        """
        body = self.source.tree.body
        try:
            if not any(texts):
                self._block(_opened(body), 0)
                return
            self._block((node for node in body if not _is_main(node)), 0)
        except Stop:
            pass
        for text in texts:
            for node in _parsed(text):
                self._do(node, 0)

    def _block(self, statements: Iterable[ast.stmt], frame: int) -> None:
        several = list(statements)
        for place, node in enumerate(several):
            if self._training.is_update(node) or (self.loops and self._training.only_updates(node)):
                for other in several[place + 1 :]:
                    if is_named_gradient(other):
                        self._do(other, frame)
                self._put_off((n for n in several[place:] if not is_named_gradient(n)), frame)
                raise Stop
            try:
                self._step(node, frame)
            except Stop:
                self._put_off(several[place + 1 :], frame)
                raise

    def _step(self, node: ast.stmt, frame: int) -> None:
        """Carry a statement out, or go into it where there is training inside."""
        if isinstance(node, ast.For | ast.While) and self._training.trains(node):
            self._round(node, frame)
        elif isinstance(node, ast.Return):
            raise Stop
        elif (inside := self._branch_to_enter(node, frame)) is not None:
            self._block(inside, frame)
        elif (call := self._call_to_enter(node, frame)) is not None:
            self._enter(call, node, frame)
        else:
            self._do(node, frame)

    def _put_off(self, statements: Iterable[ast.stmt], frame: int) -> None:
        if not self._ended:
            self.rest += [
                Planned(_compiled([node], self.source.path), frame, node)
                for node in statements
                if not _leaves(node)
            ]

    def _do(self, node: ast.stmt, frame: int) -> None:
        self._carry_out(
            Planned(_compiled([node], self.source.path), frame, node, self._sites.get(id(node)))
        )

    def _carry_out(self, planned: Planned) -> None:
        self.planned.append(planned)
        planned.run(self.frames)

    # Loops

    def _round(self, loop: ast.For | ast.While, frame: int) -> None:
        """The first round of a loop."""
        self.loops.append(loop)
        self.began.append(len(self.planned))
        if isinstance(loop, ast.For):
            first = ast.copy_location(
                ast.Assign(
                    [loop.target],
                    self._taken(loop),
                ),
                loop,
            )
            self._do(ast.fix_missing_locations(first), frame)
        try:
            self._block(loop.body, frame)
        finally:
            self._ended = True
        raise Stop

    def _taken(self, loop: ast.For) -> ast.expr:
        """What the variable of a loop is in the round that is carried out."""
        later = self._training.later(loop)
        if later:
            number = ast.Constant(later)
            return ast.Call(ast.Name(NTH, ast.Load()), [loop.iter, number], [])
        over = ast.Call(ast.Name("iter", ast.Load()), [loop.iter], [])
        return ast.Call(ast.Name("next", ast.Load()), [over], [])

    def _branch_to_enter(self, node: ast.stmt, frame: int) -> list[ast.stmt] | None:
        """The branch that is taken of an `if` with training inside, the body of a `with`."""
        if not isinstance(node, ast.If | ast.With | ast.Try) or not self._training.is_in(node):
            return None
        if not isinstance(node, ast.If):
            return node.body if isinstance(node, ast.Try) else None
        holds = eval(_expression(node.test, self.source.path), self.frames[frame])
        return node.body if holds else node.orelse

    # Functions

    def _call_to_enter(self, node: ast.stmt, frame: int) -> ast.Call | None:
        """The call in a statement that leads to the training loop, if there is one."""
        if frame >= MOST_INLINED or not isinstance(node, ast.Expr | ast.Assign):
            return None
        call = node.value
        if not isinstance(call, ast.Call):
            return None
        return call if self._training.is_led_to_by(call) else None

    def _enter(self, call: ast.Call, node: ast.stmt, frame: int) -> None:
        """Go on inside a function that is called."""
        function = eval(_expression(call.func, self.source.path), self.frames[frame])
        definition = self._definition(function)
        if definition is None:
            self._do(node, frame)
            return
        bound = ast.copy_location(
            ast.Call(ast.Name("__bound__", ast.Load()), [call.func, *call.args], call.keywords),
            call,
        )
        arguments = _expression(ast.fix_missing_locations(bound), self.source.path)

        def enter(frames: list[Namespace]) -> Namespace:
            outer = frames[frame]
            found: Namespace = eval(arguments, {**outer, "__bound__": _bound})
            return {**frames[0], **found}

        self._carry_out(Planned(arguments, frame, node, self._sites.get(id(node)), enter))
        self._block(definition.body, frame + 1)
        raise Stop

    def _definition(self, function: object) -> ast.FunctionDef | None:
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is None or code.co_filename != self.source.path:
            return None
        for definition in self.source.functions.values():
            lines = (definition.lineno, *(d.lineno for d in definition.decorator_list))
            if definition.name == code.co_name and code.co_firstlineno in lines:
                return definition
        return None


def _bound(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Namespace:
    """The arguments of a call by the names that the function has for them."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    found = dict(bound.arguments)
    owner = getattr(function, "__self__", None)
    if owner is not None:
        names = getattr(function, "__code__", None)
        if names is not None:
            found[names.co_varnames[0]] = owner
    return found


def _opened(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those below `if __name__ == "__main__"` among them."""
    for node in body:
        if _is_main(node):
            assert isinstance(node, ast.If)
            yield from node.body
        else:
            yield node


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test)
    )


def _leaves(node: ast.stmt) -> bool:
    """Whether a statement cannot be carried out outside its loop or function."""
    return any(
        isinstance(each, ast.Return | ast.Break | ast.Continue | ast.Yield)
        for each in ast.walk(node)
        if not isinstance(each, ast.FunctionDef | ast.ClassDef)
    )


def _parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except SyntaxError as error:
        raise CodeError(f"{text!r} is not Python: {error.msg}") from error


def _compiled(statements: list[ast.stmt], path: str) -> CodeType:
    return compile(ast.Module(statements, []), path, "exec")


def _expression(node: ast.expr, path: str) -> CodeType:
    return compile(ast.Expression(node), path, "eval")


def load(source: Source) -> tuple[Driver, Namespace]:
    """A driver for a program that has not been started, and its namespace."""
    globals_ = namespace(source)
    return Driver(source, globals_), globals_


def namespace(source: Source) -> Namespace:
    """The namespace of a program that has not been started."""
    return {"__name__": "__main__", "__file__": source.path, "__doc__": None, NTH: _nth}


NTH = "__nth__"


def _nth(several: Iterable[Any], number: int) -> Any:
    """The item with this number, from 0. Raises StopIteration if there are fewer."""
    return next(islice(several, number, None))


def told(error: BaseException, path: str) -> CodeError:
    """An error of the program as one that says in which of its lines it happened."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"line {line}: " if line else ""
    return CodeError(f"{where}the program ends with {type(error).__name__}: {error}")
