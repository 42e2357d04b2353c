"""A typed slip undone: what is changed in a statement, and what may be there."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from bpdebug.code.source import Site
from bpdebug.code.trees import located, put


@dataclass(frozen=True, eq=False)
class Edit:
    """A change of a statement. `kind` says what was wrong, `price` how unusual that is.

    `new` takes the place of `old`, an expression in the statement or the statement itself; or
    `block` takes that of all statements of its block.
    """

    site: Site
    price: float
    kind: str
    old: ast.expr | ast.stmt | None = None
    new: ast.expr | ast.stmt | None = None
    block: tuple[ast.stmt, ...] = ()

    @cached_property
    def statement(self) -> ast.stmt | None:
        """The statement with the change made in it; None if the block changes."""
        if self.old is None or self.new is None:
            return None
        # Thousands of edits are made of a statement: where its parts are is found once.
        way = self.site.ways[id(self.old)]
        made = put(self.site.node, way, located(self.new, self.old))
        assert isinstance(made, ast.stmt)
        return made


@dataclass(frozen=True)
class Scope:
    """What may be in a place: expressions for values, whole numbers, functions by name.

    `keys` are the string keys by the text of what they are keys of, `siblings` other statements of
    the block that a statement may have been copied from, `tuples` the names that stand together
    somewhere in the program, `unused` those that the function computes and does nothing with.
    """

    values: tuple[str, ...]
    sizes: tuple[str, ...]
    functions: tuple[str, ...]
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    siblings: tuple[ast.stmt, ...] = ()
    tuples: frozenset[tuple[str, ...]] = frozenset()
    unused: frozenset[str] = frozenset()
