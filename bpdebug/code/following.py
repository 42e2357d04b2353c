"""What a program's own updates make of its parameters, over its first iterations."""

from __future__ import annotations

import ast
import random
import sys
from contextlib import suppress
from typing import Any

import numpy as np

from bpdebug.code.driver import Namespace
from bpdebug.code.iteration import SEED, Floats, Iteration

MOST_UPDATES = 3

_PROBE = "__bpdebug_probe__"


class _Enough(BaseException):
    """All that is wanted has been seen. No handler of the program catches it."""


def followed(iteration: Iteration) -> list[dict[str, Floats]]:
    """The parameters by name before each of the first iterations, and after the last of them.

    The program is carried out as it is, and ended after this many iterations, at the latest behind
    its loop. Empty if it has no loop, or if its parameters do not begin as they should.
    """
    if not iteration.loops:
        return []
    probe = _Probe(iteration)
    tree = _with_probes(iteration)
    globals_: Namespace = {
        "__name__": "__main__",
        "__file__": iteration.source.path,
        "__doc__": None,
        _PROBE: probe,
    }
    np.random.seed(SEED)
    random.seed(SEED)
    with suppress(Exception, SystemExit, _Enough), np.errstate(all="ignore"):
        exec(compile(tree, iteration.source.path, "exec"), globals_)
    return probe.seen


class _Probe:
    """Notes the parameters wherever the program calls it."""

    def __init__(self, iteration: Iteration) -> None:
        self._path = iteration.source.path
        self._parameters = iteration.parameters
        self.seen: list[dict[str, Floats]] = []

    def __call__(self, reads: bool, ends: bool) -> None:
        if reads:
            frames = self._frames()
            here = {
                each.name: np.array(each.place.read(frames), dtype=float)
                for each in self._parameters
            }
            if not self.seen or any((here[n] != old).any() for n, old in self.seen[-1].items()):
                self.seen.append(here)
        if ends or len(self.seen) > MOST_UPDATES:
            raise _Enough

    def _frames(self) -> list[Namespace]:
        """The namespaces of the program, the module's first."""
        found: list[Namespace] = []
        frame: Any = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._path:
                found.insert(0, {**frame.f_globals, **frame.f_locals})
            frame = frame.f_back
        return found


def _with_probes(iteration: Iteration) -> ast.Module:
    """The program with a call at the beginning of each iteration and behind its loops."""
    tree = ast.parse(iteration.source.text)
    first, last = iteration.loops[0], iteration.loops[-1]
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            for place, each in reversed(list(enumerate(block))):
                if _is_at(each, last):
                    each.body.insert(0, _call(each.body[0], reads=True, ends=False))
                if _is_at(each, last) or _is_at(each, first):
                    behind = _call(each, reads=_is_at(each, last), ends=_is_at(each, first))
                    block.insert(place + 1, behind)
    return tree


def _is_at(node: ast.AST, loop: ast.stmt) -> bool:
    return (
        type(node) is type(loop)
        and isinstance(node, ast.For | ast.While)
        and (node.lineno, node.col_offset) == (loop.lineno, loop.col_offset)
    )


def _call(beside: ast.stmt, reads: bool, ends: bool) -> ast.stmt:
    call = ast.Call(ast.Name(_PROBE, ast.Load()), [ast.Constant(reads), ast.Constant(ends)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), beside))
