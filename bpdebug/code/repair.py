"""Trying an edit: the iteration carried out with a statement changed, and what comes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from bpdebug.code.edits import Edit
from bpdebug.code.iteration import Iteration
from bpdebug.code.limits import TooLong, in_time
from bpdebug.code.source import Source
from bpdebug.code.trees import contains, replaced, with_block

_LONGEST = 1.0
"""Seconds that an iteration with a changed statement may take."""


class Repairs:
    """Carries an iteration out with a statement changed, and changes it back."""

    def __init__(self, iteration: Iteration) -> None:
        self.iteration = iteration
        self._functions = dict(_functions(iteration))
        self._outermost = _outermost(iteration.source)
        self._holders: dict[int, list[int]] = {}

    def gradients(self, edit: Edit) -> dict[str, Any] | None:
        """The gradients with an edit made; None if the program then fails."""
        try:
            with self.made(edit), in_time(_LONGEST):
                return self.iteration.gradients()
        except (Exception, SystemExit, TooLong):
            return None

    @contextmanager
    def made(self, edit: Edit) -> Iterator[None]:
        """An edit made for as long as a block takes. Raises SyntaxError if it is not Python."""
        iteration = self.iteration
        planned = list(iteration.planned)
        old_codes: list[tuple[FunctionType, CodeType]] = []
        try:
            if edit.statement is None:
                self._reorder(edit)
            for number in self._in_plan(edit):
                root = _changed(planned[number].node, edit)
                if root is not planned[number].node:
                    code = _compiled([root], iteration.source.path)
                    iteration.planned[number] = replace(planned[number], code=code)
            function = edit.site.function
            if function is not None:
                outer = self._outermost[id(function)]
                code = function_code(_changed(outer, edit), iteration.source.path)
                for each in self._functions.get(id(outer), ()):
                    if len(each.__code__.co_freevars) == len(code.co_freevars):
                        old_codes.append((each, each.__code__))
                        each.__code__ = code
            yield
        finally:
            iteration.planned[:] = planned
            for each, code in old_codes:
                each.__code__ = code

    def _reorder(self, edit: Edit) -> None:
        """Put statements of a block that are carried out one by one into another order."""
        planned = self.iteration.planned
        first = self.iteration.start
        places = {id(each): n for n, each in enumerate(edit.block)}
        numbers = [n for n in range(first, len(planned)) if id(planned[n].node) in places]
        moved = sorted((planned[n] for n in numbers), key=lambda each: places[id(each.node)])
        for n, each in zip(numbers, moved, strict=True):
            planned[n] = each

    def _in_plan(self, edit: Edit) -> list[int]:
        """The numbers of the planned statements in which the edited one stands."""
        key = id(edit.site.node)
        if key not in self._holders:
            self._holders[key] = [
                n
                for n, each in enumerate(self.iteration.planned)
                if n >= self.iteration.start
                and each.enter is None
                and contains(each.node, edit.site.node)
            ]
        return self._holders[key]

    def reaches(self, edit: Edit) -> bool:
        """Whether an edit changes anything that the iteration carries out."""
        function = edit.site.function
        if function is not None and self._functions.get(id(self._outermost[id(function)])):
            return True
        return bool(self._in_plan(edit))


def _changed(root: ast.AST, edit: Edit) -> ast.AST:
    """A tree with an edit made in it."""
    if edit.statement is not None:
        return replaced(root, edit.site.node, edit.statement)
    return with_block(root, edit.site.block, edit.block)


def _compiled(statements: list[ast.AST], path: str) -> CodeType:
    return compile(ast.Module(statements, []), path, "exec")  # type: ignore[arg-type]


def function_code(function: ast.AST, path: str) -> CodeType:
    """The code of a definition, without its decorators."""
    assert isinstance(function, ast.FunctionDef)
    plain = ast.copy_location(
        ast.FunctionDef(
            name=function.name,
            args=function.args,
            body=function.body,
            decorator_list=[],
            returns=None,
            type_comment=None,
        ),
        function,
    )
    module = _compiled([plain], path)
    return next(
        each
        for each in module.co_consts
        if isinstance(each, CodeType) and each.co_name == function.name
    )


def _functions(iteration: Iteration) -> Iterator[tuple[int, list[FunctionType]]]:
    """The function objects of each definition, by the identity of that."""
    by_place: dict[tuple[str, int], list[FunctionType]] = {}
    seen: set[int] = set()

    def note(value: object) -> None:
        value = getattr(value, "__func__", value)
        value = getattr(value, "fget", value)
        if isinstance(value, FunctionType) and id(value) not in seen:
            seen.add(id(value))
            if value.__code__.co_filename == iteration.source.path:
                key = (value.__name__, value.__code__.co_firstlineno)
                by_place.setdefault(key, []).append(value)

    for frame in iteration.world.frames:
        for value in frame.values():
            note(value)
            if isinstance(value, type) and value.__module__ == "__main__":
                for each in vars(value).values():
                    note(each)
    for definition in iteration.source.functions.values():
        first = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
        found = by_place.get((definition.name, first), [])
        yield id(definition), found


def _outermost(source: Source) -> dict[int, ast.FunctionDef]:
    """For each definition the outermost one that it stands in."""
    found: dict[int, ast.FunctionDef] = {}
    for definition in source.functions.values():
        for each in ast.walk(definition):
            if isinstance(each, ast.FunctionDef):
                found.setdefault(id(each), definition)
    return found


def definitions_of(
    iteration: Iteration,
) -> Iterator[tuple[ast.FunctionDef, list[FunctionType]]]:
    """The outermost definitions of a program with their function objects."""
    found = dict(_functions(iteration))
    outermost = {id(each): each for each in _outermost(iteration.source).values()}
    for key, definition in outermost.items():
        yield definition, found.get(key, [])
