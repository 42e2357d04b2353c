"""Which loop of a program whose updates are noted goes through iterations.

As no update is made, a whole round of it can be carried out: what it computes after updates
belongs to the parameters before them.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from bpdebug.code.elements import Elements, statements
from bpdebug.code.noting import changed_by
from bpdebug.code.source import Source

_DEPTH = 4


class Rounds:
    """The loops that train; those in `left_out` count as if they did not.

    `later` says of one loop which round is carried out, from 0; of the others it is the first.
    """

    def __init__(
        self,
        source: Source,
        left_out: Collection[ast.stmt] = (),
        later: tuple[ast.stmt, int] | None = None,
    ) -> None:
        self._later = later
        self._left_out = {id(each) for each in left_out}
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        for qualified, function in source.functions.items():
            self._functions.setdefault(qualified.rpartition(".")[2], []).append(function)
        self._elements = Elements(changed_by, self._functions)
        loops = (each for each in ast.walk(source.tree) if isinstance(each, ast.For | ast.While))
        self.goes_through_elements = any(self._elements.goes_through(each) for each in loops)

    def is_update(self, node: ast.stmt) -> bool:
        """Nothing is updated."""
        return False

    def later(self, loop: ast.For) -> int:
        """Which round of a loop is carried out."""
        return self._later[1] if self._later is not None and self._later[0] is loop else 0

    def only_updates(self, node: ast.stmt) -> bool:
        """Nothing is updated."""
        return False

    def trains(self, loop: ast.For | ast.While) -> bool:
        """Whether a loop goes through iterations."""
        if id(loop) in self._left_out or self._elements.goes_through(loop):
            return False
        return self._elements.changes(loop.body)

    def is_in(self, node: ast.stmt) -> bool:
        """Whether there is a loop that trains inside a statement, or a call that leads to one."""
        return self._has_loop([node], _DEPTH)

    def is_led_to_by(self, call: ast.Call) -> bool:
        """Whether a call leads to a loop that trains."""
        return self._leads(call, _DEPTH)

    def _leads(self, call: ast.Call, depth: int) -> bool:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        functions = self._functions.get(name, ()) if depth else ()
        return any(self._has_loop(each.body, depth - 1) for each in functions)

    def _has_loop(self, body: Iterable[ast.stmt], depth: int) -> bool:
        for node in statements(list(body)):
            if isinstance(node, ast.For | ast.While) and self.trains(node):
                return True
            match node:
                case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
                    if self._leads(call, depth):
                        return True
        return False
