"""Mutants of right programs: one line of the backward pass changed as people get it wrong.

A mutant counts if it changes what the program prints, which is the loss after each of some
updates. The lines of the backward pass stand between `# --- backward` and `# --- end`.
"""

from __future__ import annotations

import ast
import contextlib
import io
import random
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpdebug.code.absent import stand_in
from bpdebug.code.limits import TooLong, in_time

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Mutant:
    """A program with one line changed. `also` are lines that are as good an answer."""

    program: str
    text: str
    operator: str
    line: int
    also: tuple[int, ...]
    was: str
    now: str

    @property
    def lines(self) -> set[int]:
        """The lines that are a right answer."""
        return {self.line, *self.also}


def backward_lines(text: str) -> set[int]:
    """The numbers of the lines of the backward pass, from 1."""
    found, inside = set(), False
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("# ---"):
            inside = line.strip().endswith("backward")
        elif inside:
            found.add(number)
    return found


def mutants(path: Path, most: int, seed: int = 0) -> Iterator[Mutant]:
    """This many different mutants of a program, drawn evenly among the operators."""
    text = path.read_text(encoding="utf-8")
    usual = printed(text)
    assert usual is not None
    by_operator: dict[str, list[Mutant]] = {}
    for each in _all(path.stem, text):
        by_operator.setdefault(each.operator, []).append(each)
    generator = random.Random(f"{seed} {path.stem}")
    for several in by_operator.values():
        generator.shuffle(several)
    operators = sorted(by_operator)
    generator.shuffle(operators)
    made = 0
    while made < most and any(by_operator.values()):
        for operator in operators:
            while by_operator[operator] and made < most:
                mutant = by_operator[operator].pop()
                found = printed(mutant.text)
                if found is not None and _differs(found, usual):
                    made += 1
                    yield mutant
                    break


def printed(text: str) -> str | None:
    """What a program prints; None if it ends with an error."""
    stand_in()
    out = io.StringIO()
    words, sys.argv = sys.argv, ["net.py"]
    np.random.seed(0)
    random.seed(0)
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            in_time(5),
        ):
            warnings.simplefilter("ignore")
            exec(compile(text, "net.py", "exec"), {"__name__": "__main__"})
    except (Exception, TooLong):
        return None
    finally:
        sys.argv = words
    return out.getvalue()


def _differs(found: str, usual: str) -> bool:
    mine, theirs = (re.findall(r"[-+]?\d*\.\d+(?:e[-+]?\d+)?|nan|inf", t) for t in (found, usual))
    if len(mine) != len(theirs):
        return True
    return not np.allclose([float(n) for n in mine], [float(n) for n in theirs], 1e-6, 1e-7)


def _all(name: str, text: str) -> Iterator[Mutant]:
    lines = text.splitlines()
    tree = ast.parse(text)
    wanted = backward_lines(text)
    seen = {text}
    for block in _blocks(tree):
        for place, node in enumerate(block):
            if node.lineno not in wanted or isinstance(node, ast.For | ast.If | ast.FunctionDef):
                continue
            last = node.end_lineno or node.lineno
            indent = " " * node.col_offset
            for operator, changed in _changed(node, block, place):
                made = [indent + part for each in changed for part in ast.unparse(each).split("\n")]
                end = last
                if len(changed) == 2:  # Two statements, exchanged.
                    end = block[place + 1].end_lineno or last
                after = "\n".join(
                    [*lines[: node.lineno - 1], *_padded(made, node, end), *lines[end:]]
                )
                if after in seen or not _is_python(after):
                    continue
                seen.add(after)
                also = tuple(range(node.lineno + 1, end + 1))
                now = "; ".join(part.strip() for part in made)
                yield Mutant(
                    name, after + "\n", operator, node.lineno, also, ast.unparse(node), now
                )


def _padded(made: list[str], node: ast.stmt, end: int) -> list[str]:
    """As many lines as there were, so that numbers stay the same."""
    return made + [""] * (end - node.lineno + 1 - len(made))


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


_Changed = Iterator[tuple[str, list[ast.stmt]]]


def _changed(node: ast.stmt, block: list[ast.stmt], place: int) -> _Changed:
    text = ast.unparse(node)
    for number, each in enumerate(ast.walk(node)):
        if isinstance(each, ast.expr):
            for operator, change in _expressions(each, node):
                copy = (
                    ast.parse(text).body[0] if not isinstance(node, ast.Return) else _return(text)
                )
                found = list(ast.walk(copy))[number]
                with contextlib.suppress(Exception):
                    new = change(found)  # type: ignore[arg-type]
                    made = _Replace(found, new).visit(copy)
                    assert isinstance(made, ast.stmt)
                    yield operator, [made]
    if isinstance(node, ast.AugAssign):
        yield "augassign", [ast.Assign([node.target], node.value, lineno=1)]
        flipped = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield "sign", [ast.AugAssign(node.target, flipped, node.value)]
    if place + 1 < len(block) and isinstance(block[place + 1], ast.Assign | ast.AugAssign):
        yield "order", [block[place + 1], node]


def _return(text: str) -> ast.stmt:
    function = ast.parse(f"def f():\n    {text}").body[0]
    assert isinstance(function, ast.FunctionDef)
    return function.body[0]


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Put the new node in the place of the old one."""
        return self.new if node is self.old else super().generic_visit(node)


_Change = Callable[[ast.expr], ast.expr]
_SWAPS = {"sum": "mean", "mean": "sum", "maximum": "minimum", "zeros_like": "ones_like"}


def _expressions(node: ast.expr, statement: ast.stmt) -> Iterator[tuple[str, _Change]]:
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return
    is_whole = node is getattr(statement, "value", None)
    match node:
        case ast.BinOp(op=ast.Mult() | ast.MatMult()):
            yield "factor_drop", lambda n: n.left  # type: ignore[attr-defined]
            yield "factor_drop", lambda n: n.right  # type: ignore[attr-defined]
            if isinstance(node.op, ast.Mult):
                yield "factor_dup", lambda n: ast.BinOp(n, ast.Mult(), n.right)  # type: ignore[attr-defined]
                yield "op_swap", lambda n: ast.BinOp(n.left, ast.Add(), n.right)  # type: ignore[attr-defined]
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield "term_drop", lambda n: n.left  # type: ignore[attr-defined]
            yield "term_drop", lambda n: n.right  # type: ignore[attr-defined]
            other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield "sign", lambda n: ast.BinOp(n.left, other, n.right)  # type: ignore[attr-defined]
        case ast.BinOp(op=ast.Div()):
            yield "drop_m", lambda n: n.left  # type: ignore[attr-defined]
            yield "op_swap", lambda n: ast.BinOp(n.left, ast.Mult(), n.right)  # type: ignore[attr-defined]
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            yield "const", lambda n: ast.Constant(value + 1)
            if value:
                yield "const", lambda n: ast.Constant(value * 2)
        case ast.Attribute(attr="T"):
            yield "transpose", lambda n: n.value  # type: ignore[attr-defined]
        case ast.Call(func=ast.Attribute(attr=name)):
            if name in _SWAPS:
                yield "func_swap", lambda n: _called(n, _SWAPS[name])
            if any(k.arg == "axis" for k in node.keywords):
                yield "axis", lambda n: _keyword(n, "axis", ast.Constant(None))
                yield "axis", lambda n: _keyword(n, "axis", ast.Constant(0))
                yield "axis", lambda n: _keyword(n, "axis", ast.Constant(1))
            if any(k.arg == "keepdims" for k in node.keywords):
                yield "keepdims", lambda n: _keyword(n, "keepdims", ast.Constant(False))
            if name in ("dot", "outer", "matmul") and len(node.args) == 2:
                yield "order", lambda n: ast.Call(n.func, n.args[::-1], [])  # type: ignore[attr-defined]
        case ast.Name(id=name) if isinstance(node.ctx, ast.Load) and name not in ("np", "self"):
            near = _near(name)
            if near:
                yield "var_replace", lambda n: ast.Name(near, ast.Load())
        case ast.Subscript(slice=ast.BinOp(op=ast.Add() | ast.Sub())):
            yield "index", lambda n: ast.Subscript(n.value, n.slice.left, ast.Load())  # type: ignore[attr-defined]
        case ast.Subscript(slice=ast.Name()):
            yield "index", _before
    if is_whole and isinstance(node, ast.BinOp | ast.Call | ast.Name):
        yield "sign", lambda n: ast.UnaryOp(ast.USub(), n)


def _before(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.Subscript)
    assert isinstance(node.slice, ast.expr)
    index = ast.BinOp(node.slice, ast.Sub(), ast.Constant(1))
    return ast.Subscript(node.value, index, ast.Load())


def _near(name: str) -> str:
    """A name that one takes for another: with another number or letter at its end."""
    pairs = {
        "1": "2",
        "2": "1",
        "z": "r",
        "r": "z",
        "i": "f",
        "f": "i",
        "W": "b",
        "q": "k",
        "k": "q",
    }
    return name[:-1] + pairs[name[-1]] if name[-1] in pairs else ""


def _called(node: ast.expr, name: str) -> ast.expr:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    return ast.Call(ast.Attribute(node.func.value, name, ast.Load()), node.args, node.keywords)


def _keyword(node: ast.expr, name: str, value: ast.expr) -> ast.expr:
    assert isinstance(node, ast.Call)
    changed = [ast.keyword(k.arg, value if k.arg == name else k.value) for k in node.keywords]
    return ast.Call(node.func, node.args, changed)
