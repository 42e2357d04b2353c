"""A program's text and its statements: where each stands, and in which function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bpdebug.code.naming import with_names
from bpdebug.code.trees import Way, ways

MOST_BYTES = 300_000
"""Characters that a program may have. A backward pass written by hand has a few thousand."""

MOST_STATEMENTS = 4_000


class CodeError(Exception):
    """A program that cannot be judged; the message says why and what would do."""


@dataclass(frozen=True, eq=False)
class Site:
    """A statement of a program.

    `function` is the definition it stands in, None at module level; `block` the statements that it
    is one of.
    """

    node: ast.stmt
    function: ast.FunctionDef | None
    block: list[ast.stmt]

    @cached_property
    def ways(self) -> dict[int, Way]:
        """The way to each of its parts, by identity."""
        return ways(self.node)

    @property
    def line(self) -> int:
        """Its first line, from 1."""
        return self.node.lineno

    @property
    def last_line(self) -> int:
        """Its last line; of a compound statement that of its header."""
        body = getattr(self.node, "body", None)
        if body:
            return max(self.line, int(body[0].lineno) - 1)
        return self.node.end_lineno or self.line


@dataclass(eq=False)
class Source:
    """A program: its path, its text, its tree, its functions by qualified name."""

    path: str
    text: str
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)

    @cached_property
    def defined(self) -> frozenset[str]:
        """What its functions and methods are called by."""
        return frozenset(name.rpartition(".")[2] for name in self.functions)

    def line(self, number: int) -> str:
        """A line's text without the space around it."""
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def read_source(path: str) -> Source:
    """Read and parse a program. Raises CodeError if that cannot be done within the limits."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise CodeError(f"cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise CodeError(f"{path} has {len(data):,} bytes; at most {MOST_BYTES:,} are read")
    try:
        tree = ast.parse(data, path)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        raise CodeError(f"{where}not Python: {getattr(error, 'msg', error)}") from error
    except (RecursionError, MemoryError) as error:
        raise CodeError("the program is nested too deeply to be read") from error
    return source_of(path, data.decode("utf-8", "replace"), with_names(tree))


def source_of(path: str, text: str, tree: ast.Module) -> Source:
    """A program as it is to be read. Raises CodeError if it has too many statements."""
    source = Source(path, text, tree)
    source.sites = list(_sites(source, tree, None, ""))
    if len(source.sites) > MOST_STATEMENTS:
        raise CodeError(f"the program has more than {MOST_STATEMENTS:,} statements")
    return source


def _sites(
    source: Source, owner: ast.AST, function: ast.FunctionDef | None, qualified: str
) -> Iterator[Site]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(owner, name, None)
        if not isinstance(block, list):
            continue
        for node in block:
            if isinstance(node, ast.FunctionDef):
                source.functions[f"{qualified}{node.name}"] = node
                yield from _sites(source, node, node, f"{qualified}{node.name}.")
            elif isinstance(node, ast.ClassDef):
                yield from _sites(source, node, function, f"{qualified}{node.name}.")
            else:
                yield Site(node, function, block)
                yield from _sites(source, node, function, qualified)
