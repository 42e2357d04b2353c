"""An equation, and what an expression uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Number,
    Over,
    Power,
    SumWhere,
    Terms,
    children,
    rebuild,
    walk,
)

_SYMBOLS = (Reference, Derivative)


@dataclass(frozen=True, slots=True)
class Equation:
    """`target = value`, or `target := value` when `assigns`: the old value is replaced."""

    target: Symbol
    value: Expression
    assigns: bool = False
    _uses: tuple[Symbol, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _reductions: tuple[Over | SumWhere, ...] = field(
        default=(), init=False, repr=False, compare=False
    )
    _steps: int | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def uses(self) -> tuple[Symbol, ...]:
        """Every quantity on the right once, in the order in which they come first."""
        return self._uses if self._uses is not None else self._looked_through()

    @property
    def reductions(self) -> tuple[Over | SumWhere, ...]:
        """The different sums and greatest elements on the right, each before those inside it."""
        if self._uses is None:
            self._looked_through()
        return self._reductions

    @property
    def steps(self) -> int | None:
        """How many of `+ - * /` and function calls the right takes; None if it has sums or parts
        that are shared, which have to be counted as they are written out.
        """
        if self._uses is None:
            self._looked_through()
        return self._steps

    def renamed(self, change: Callable[[Symbol], Symbol]) -> Equation:
        """The same equation of other quantities. For rules of bpdebug, which are short."""

        def changed(tree: Expression) -> Expression:
            return change(tree) if isinstance(tree, _SYMBOLS) else rebuild(tree, changed)

        found = Equation(change(self.target), changed(self.value), self.assigns)
        if self.steps is not None:
            # Thousands of parameters may have the same rule: only that is looked through.
            object.__setattr__(found, "_uses", tuple(dict.fromkeys(map(change, self.uses))))
            object.__setattr__(found, "_steps", self._steps)
        return found

    def _looked_through(self) -> tuple[Symbol, ...]:
        # A model is gone through many times before it is a program, and most trees never change.
        found, reductions, steps = _looked_through(self.value)
        uses = tuple(found)
        object.__setattr__(self, "_uses", uses)
        object.__setattr__(self, "_reductions", tuple(reductions))
        object.__setattr__(self, "_steps", steps)
        return uses


def symbols(tree: Expression) -> Iterator[Symbol]:
    """Every reference in `tree`, from left to right, repetitions included."""
    for node in walk(tree):
        if isinstance(node, Reference | Derivative):
            yield node


def different_symbols(tree: Expression) -> dict[Symbol, None]:
    """Every reference in `tree` once, in the order in which they come first."""
    return _looked_through(tree)[0]


def _looked_through(
    tree: Expression,
) -> tuple[dict[Symbol, None], list[Over | SumWhere], int | None]:
    """The symbols of `tree` in order, its reductions, and its steps (see `Equation.steps`)."""
    found: dict[Symbol, None] = {}
    reductions: list[Over | SumWhere] = []
    steps, is_shared = 0, False
    opened: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SYMBOLS):
            found[node] = None
        elif isinstance(node, Number):
            pass
        elif id(node) in opened:
            is_shared = True
        else:
            opened.add(id(node))
            if isinstance(node, Binary):
                steps += 1
                waiting += (node.right, node.left)
                continue
            waiting += children(node)[::-1]
            match node:
                case Over() | SumWhere():
                    reductions.append(node)
                case Terms(terms):
                    steps += len(terms) - 1
                case Power(_, exponent):
                    steps += exponent - 1
                case Call():
                    steps += 1
    return found, reductions, None if reductions or is_shared else steps
