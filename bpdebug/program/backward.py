"""The backward pass: from the forward equations to the equations of the derivatives.

For each equation and each reference r on its right-hand side there is one contribution to
dE/dr: the upstream derivative times the local derivative, summed over the indices that the
equation carries and r does not. dE/dr is the sum of its contributions (the chain rule).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product

from bpdebug.models.model import ModelError, Style
from bpdebug.notation.algebra import ONE, ZERO, add, multiply
from bpdebug.notation.derivatives import fresh_index, local_derivatives, unique_sums
from bpdebug.notation.tree import (
    Derivative,
    Equation,
    Expression,
    Index,
    Reference,
    Sum,
    Symbol,
    match_indices,
    rebuild,
    substitute,
    symbols,
    with_indices,
)
from bpdebug.program.shapes import Ranges, Shapes, index_ranges


@dataclass(frozen=True, slots=True)
class Backward:
    """The equations of the backward pass.

    `equations` are in an order in which each uses only what comes before. `leaves` are the
    local derivatives that need no operation, because they are just a constant or another
    quantity (`dzo[k]/dV[j,k] = h[j]`). `layer_of` names, for each equation, the forward
    quantity whose layer it belongs to. `written_out` has the derivatives of the loss that have no
    equation among those, because their product stands wherever they are needed.
    """

    equations: tuple[Equation, ...]
    leaves: tuple[Equation, ...]
    layer_of: tuple[str, ...]
    written_out: tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class _Contribution:
    """One way in which a quantity reaches E: a product, summed over some indices.

    `ranges` says how far each letter in it runs.
    """

    reference: Reference
    factors: tuple[Expression, ...]
    sums: tuple[str, ...]
    ranges: Ranges


def derive(
    forward: Sequence[Equation],
    loss: str,
    wanted: Iterable[str],
    shapes: Shapes,
    style: Style,
    accumulates: bool = False,
) -> Backward:
    """The derivatives of `loss` with respect to the quantities `wanted`.

    With `accumulates` those are added to what they were in the iteration before.
    `forward` is in an order in which each equation uses only what comes before.
    Raises ModelError if E does not depend on a wanted quantity, or if an equation uses one
    element of a quantity both directly and inside a sum.
    """
    wanted = dict.fromkeys(wanted)
    active = set(wanted)
    remaining: Counter[str] = Counter()
    for equation in forward:
        families = {symbol.family for symbol in symbols(equation.value)}
        remaining.update(families)
        if families & active:
            active.add(equation.target.family)
    chain = _Chain(loss, shapes, style, active)
    accumulated = wanted if accumulates else {}
    for equation in reversed(forward):
        name = equation.target.family
        if name in active:
            chain.gradient(name, name, name not in wanted, name in accumulated)
            chain.through(unique_sums(equation))
        for family in dict.fromkeys(symbol.family for symbol in symbols(equation.value)):
            remaining[family] -= 1
            if family in wanted and not remaining[family]:
                chain.gradient(family, name, False, family in accumulated)
    for name in wanted:
        if name not in chain.named:
            raise ModelError(f"{loss} does not depend on {name}, so it cannot be trained")
    return Backward(
        tuple(equation for equation, _ in chain.equations),
        tuple(chain.leaves),
        tuple(owner for _, owner in chain.equations),
        tuple(
            Equation(Derivative(chain.loss, each.reference), reduce(multiply, each.factors))
            for each in chain.written_out.values()
        ),
    )


class _Chain:
    """The chain rule at work, from E backward."""

    def __init__(self, loss: str, shapes: Shapes, style: Style, active: set[str]) -> None:
        self.loss = Reference(loss)
        self.shapes = shapes
        self.style = style
        self.active = active
        self.contributions: dict[str, list[_Contribution]] = {}
        self.named: set[str] = set()
        self.written_out: dict[str, _Contribution] = {}
        self.equations: list[tuple[Equation, str]] = []
        self.leaves: list[Equation] = []

    def gradient(self, name: str, owner: str, may_be_written_out: bool, accumulates: bool) -> None:
        """Settle how dE/d`name` is written, all its contributions being known."""
        found = self.contributions.get(name)
        if not found or name in self.named:
            return
        first = found[0]
        one_product = len(found) == 1 and not first.sums and len(first.factors) > 1
        general = all(_is_pattern(contribution.reference) for contribution in found)
        if self.style is Style.EXPANDED and may_be_written_out and one_product and general:
            self.written_out[name] = first
            return
        targets = [first.reference]
        if not general:
            positions = product(*(range(1, size + 1) for size in self.shapes[name]))
            targets = [Reference(name, position) for position in positions]
        for target in targets:
            value: Expression = ZERO
            taken: Ranges = {}
            for contribution in found:
                value = add(value, _fitted(contribution, target, taken))
            symbol = Derivative(self.loss, target)
            if accumulates:
                value = add(symbol, value)
            self.equations.append((Equation(symbol, value, accumulates), owner))
        self.named.add(name)

    def through(self, equation: Equation) -> None:
        """Note how the references of `equation` reach E through its target."""
        target = equation.target
        assert isinstance(target, Reference)
        upstream = self._upstream(target)
        if upstream is None:
            return
        ranges = index_ranges(equation, self.shapes)
        derivatives = {
            symbol: value
            for symbol, value in local_derivatives(equation, ranges).items()
            if isinstance(symbol, Reference) and symbol.name in self.active
        }
        _refuse_overlaps(equation, list(derivatives))
        for reference, value in derivatives.items():
            assert isinstance(reference, Reference)
            if target == self.loss:
                factors: tuple[Expression, ...] = (value,)
            else:
                local = Derivative(target, reference)
                self._name_local(local, value)
                factors = (*upstream, local)
            sums = tuple(
                index
                for index in target.indices
                if isinstance(index, str) and index not in reference.indices
            )
            # Equations come last to first; a textbook adds the paths first to last.
            contribution = _Contribution(reference, factors, sums, ranges)
            self.contributions.setdefault(reference.name, []).insert(0, contribution)

    def _upstream(self, target: Reference) -> tuple[Expression, ...] | None:
        """The factors of dE/d`target`, none for E itself; None if E does not depend on it."""
        if target == self.loss:
            return ()
        contribution = self.written_out.get(target.name)
        if contribution is not None:
            change = match_indices(contribution.reference.indices, target.indices)
            assert change is not None
            return tuple(substitute(factor, change) for factor in contribution.factors)
        return (Derivative(self.loss, target),) if target.name in self.named else None

    def _name_local(self, local: Derivative, value: Expression) -> None:
        equation = Equation(local, value)
        if isinstance(value, Reference) or not any(symbols(value)):
            self.leaves.append(equation)
        else:
            self.equations.append((equation, local.of.name))


def _is_pattern(reference: Reference) -> bool:
    """Whether `reference` stands for any element: all its indices are different letters."""
    letters = {index for index in reference.indices if isinstance(index, str)}
    return len(letters) == len(reference.indices)


def _fitted(contribution: _Contribution, target: Reference, taken: Ranges) -> Expression:
    """The contribution to the derivative with respect to `target`, or 0.

    `taken` holds the letters that sums of other contributions use already, and their ranges.
    """
    change = match_indices(contribution.reference.indices, target.indices)
    if change is None:
        return ZERO
    value: Expression = ONE
    for factor in contribution.factors:
        value = multiply(value, factor)
    for index in reversed(contribution.sums):
        value = Sum(index, value)
    return _with_letters(value, change, contribution.ranges, taken)


def _with_letters(
    tree: Expression, change: Mapping[str, Index], ranges: Ranges, taken: Ranges
) -> Expression:
    """`tree` with its free letters replaced as `change` says.

    A sum gets another letter where its own would be mistaken for one of the new ones, or
    for that of a sum elsewhere that runs over another range.
    """
    match tree:
        case Reference() | Derivative():
            return with_indices(tree, change)
        case Sum(index, body):
            size = ranges[index]
            clashing = {letter for letter, other in taken.items() if other != size}
            clashing.update(letter for letter in change.values() if isinstance(letter, str))
            fresh = fresh_index(index, clashing)
            taken[fresh] = size
            return Sum(fresh, _with_letters(body, {**change, index: fresh}, ranges, taken))
        case _:
            return rebuild(tree, lambda child: _with_letters(child, change, ranges, taken))


def _refuse_overlaps(equation: Equation, references: Sequence[Symbol]) -> None:
    """d target / d r must mean one thing: no two references may be the same element."""
    for first, second in combinations(references, 2):
        if first.family == second.family and all(
            isinstance(a, str) or isinstance(b, str) or a == b
            for a, b in zip(first.indices, second.indices, strict=True)
        ):
            raise ModelError(
                f"the equation for {equation.target.family} uses {first.family} in two ways that "
                "can be the same element; give the sum a name in an equation of its own"
            )
