"""The backward pass: from the forward equations to the equations of the derivatives.

For each equation and each reference r on its right-hand side there is one contribution to
dE/dr: the upstream derivative times the local derivative, summed over the indices that the
equation carries and r does not. dE/dr is the sum of its contributions (the chain rule).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from bpdebug.models.budget import OpeningBudget, Work
from bpdebug.models.model import ModelError, Style
from bpdebug.notation.algebra import ONE, ZERO, add, multiply, total
from bpdebug.notation.derivatives import (
    derivatives_size,
    fresh_index,
    local_derivatives,
    unique_sums,
)
from bpdebug.notation.equation import Equation, different_symbols, symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import (
    Calculated,
    Derivative,
    Index,
    Reference,
    Symbol,
    index_letters,
    is_plain,
    match_indices,
    symbol_letters,
    with_indices,
    with_letters,
)
from bpdebug.notation.tree import (
    Expression,
    Greatest,
    Sum,
    SumWhere,
    look_ups,
    replaced,
    substitute,
)
from bpdebug.program.shapes import Ranges, Shapes, index_ranges

MOST_FACTORS = 200
MOST_WRITTEN_OUT = 100_000
"""How many factors a product may have that the expanded style writes out, and how many all of them
together. In a model that has more, such as a long chain, a derivative gets a name after every
_PIECE factors; otherwise the work would grow with the square of its length.
"""

_PIECE = 10


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
    """One way in which a quantity reaches E: a product of factors, summed over some
    indices. `ranges` says how far each letter in it runs.
    """

    reference: Reference
    product: Expression
    factors: int
    sums: tuple[str, ...]
    ranges: Ranges


def derive(
    forward: Sequence[Equation],
    loss: str,
    wanted: Iterable[str],
    shapes: Shapes,
    style: Style,
    accumulates: bool = False,
    budget: OpeningBudget | None = None,
) -> Backward:
    """The derivatives of `loss` with respect to the quantities `wanted`.

    With `accumulates` those are added to what they were in the previous iteration.
    `forward` is in an order in which each equation uses only what comes before.
    Raises ModelError if E does not depend on a wanted quantity, or if an equation uses one
    element of a quantity both directly and inside a sum.
    """
    wanted = dict.fromkeys(wanted)
    _ask(budget or OpeningBudget(), forward)
    walked = _walked(forward, loss, wanted, shapes, style, accumulates, MOST_FACTORS)
    if walked.cut:
        walked = _walked(forward, loss, wanted, shapes, style, accumulates, _PIECE)
    for name in wanted:
        if name not in walked.named:
            raise ModelError(f"{loss} does not depend on {name}, so it cannot be trained")
    return Backward(
        tuple(equation for equation, _ in walked.equations),
        tuple(walked.leaves),
        tuple(owner for _, owner in walked.equations),
        tuple(
            Equation(Derivative(walked.loss, each.reference), each.product)
            for each in walked.written_out.values()
        ),
    )


def _ask(budget: OpeningBudget, forward: Sequence[Equation]) -> None:
    """Ask for the work that the derivatives of the forward equations take.

    Raises OverBudgetError.
    """
    for equation in forward:
        size = derivatives_size(equation)
        where = f"the equation for {equation.target.family}"
        budget.check(Work.DERIVATIVE, size, where)
        budget.take(Work.DERIVATIVES, size)


def _walked(
    forward: Sequence[Equation],
    loss: str,
    wanted: Mapping[str, None],
    shapes: Shapes,
    style: Style,
    accumulates: bool,
    longest: int,
) -> _Chain:
    """The chain rule carried through all equations, from the last to the first."""
    active = set(wanted)
    remaining: Counter[str] = Counter()
    for equation in forward:
        families = {symbol.family for symbol in equation.uses}
        remaining.update(families)
        if families & active:
            active.add(equation.target.family)
    chain = _Chain(loss, shapes, style, active, longest)
    accumulated = wanted if accumulates else {}
    for equation in reversed(forward):
        if chain.cut and longest > _PIECE:
            break
        name = equation.target.family
        if name in active:
            chain.gradient(name, name, name not in wanted, name in accumulated)
            chain.through(unique_sums(equation))
        for family in dict.fromkeys(symbol.family for symbol in equation.uses):
            remaining[family] -= 1
            if family in wanted and not remaining[family]:
                chain.gradient(family, name, False, family in accumulated)
    return chain


class _Chain:
    """The chain rule at work, from E backward."""

    def __init__(
        self, loss: str, shapes: Shapes, style: Style, active: set[str], longest: int
    ) -> None:
        self.loss = Reference(loss)
        self.shapes = shapes
        self.style = style
        self.active = active
        self.longest = longest
        self.factors = 0
        self.cut = False
        self.contributions: dict[str, deque[_Contribution]] = {}
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
        is_one = len(found) == 1 and not first.sums and is_plain(first.reference)
        one_product = is_one and first.factors > 1
        general = all(_is_pattern(contribution.reference) for contribution in found)
        if self.style is Style.EXPANDED and may_be_written_out and one_product and general:
            self.factors += first.factors
            if first.factors <= self.longest and self.factors <= MOST_WRITTEN_OUT:
                self.written_out[name] = first
                return
            self.cut = True
        targets = [_pattern(found)]
        if not general:
            positions = product(*(range(1, size + 1) for size in self.shapes[name]))
            targets = [Reference(name, position) for position in positions]
        for target in targets:
            taken: Ranges = {}
            value = total(_fitted(contribution, target, taken) for contribution in found)
            symbol = Derivative(self.loss, target)
            if accumulates:
                value = add(symbol, value)
            self.equations.append((Equation(symbol, value, accumulates), owner))
        self.named.add(name)

    def through(self, equation: Equation) -> None:
        """Note how the references of `equation` reach E through its target."""
        target = equation.target
        assert isinstance(target, Reference)
        found = self._upstream(target)
        if found is None:
            return
        upstream, count = found
        ranges = index_ranges(equation, self.shapes)
        derivatives = {
            symbol: value
            for symbol, value in local_derivatives(equation, ranges).items()
            if isinstance(symbol, Reference) and symbol.name in self.active
        }
        # Two ways to the same element have no names that tell one from the other.
        unnamed = {symbol.family for symbol in derivatives if not is_plain(symbol)}
        _refuse_overlaps(equation, [s for s in derivatives if s.family not in unnamed])
        for reference, value in derivatives.items():
            assert isinstance(reference, Reference)
            if target != self.loss and reference.name not in unnamed:
                local = Derivative(target, reference)
                if any(not is_plain(symbol) for symbol in equation.uses):
                    _refuse_unbounded(equation, value, target, reference)
                self._name_local(local, value)
                value = local
            sums = tuple(
                index
                for index in target.indices
                if isinstance(index, str) and index not in symbol_letters(reference)
            )
            # Equations come last to first; a textbook adds the paths first to last.
            product = multiply(upstream, value)
            if any(not is_plain(symbol) for symbol in equation.uses):
                _refuse_unbounded(equation, product, reference)
            contribution = _Contribution(reference, product, count + 1, sums, ranges)
            self.contributions.setdefault(reference.name, deque()).appendleft(contribution)

    def _upstream(self, target: Reference) -> tuple[Expression, int] | None:
        """dE/d`target` and how many factors that is, none for E itself; None if E does not
        depend on it.
        """
        if target == self.loss:
            return ONE, 0
        contribution = self.written_out.get(target.name)
        if contribution is not None:
            change = match_indices(contribution.reference.indices, target.indices)
            assert change is not None
            return substitute(contribution.product, change), contribution.factors
        return (Derivative(self.loss, target), 1) if target.name in self.named else None

    def _name_local(self, local: Derivative, value: Expression) -> None:
        equation = Equation(local, value)
        if isinstance(value, Reference) or not any(symbols(value)):
            self.leaves.append(equation)
        else:
            self.equations.append((equation, local.of.name))


def _is_pattern(reference: Reference) -> bool:
    """Whether `reference` may stand for any element: its indices are different letters, or
    calculated.
    """
    plain = [index for index in reference.indices if not isinstance(index, Calculated)]
    return len({index for index in plain if isinstance(index, str)}) == len(plain)


_PLACES = ("p", "q", "r", "s")


def _pattern(found: Iterable[_Contribution]) -> Reference:
    """What all elements of a quantity are called, which contributions may be to."""
    references = [contribution.reference for contribution in found]
    first = min(references, key=lambda each: not is_plain(each))
    taken = set(symbol_letters(first))
    indices: list[Index] = []
    for index in first.indices:
        if isinstance(index, Calculated):
            free = (letter for letter in _PLACES if letter not in taken)
            index = next(free, None) or fresh_index("p", taken)
            taken.add(index)
        indices.append(index)
    return Reference(first.name, tuple(indices))


def _fitted(contribution: _Contribution, target: Reference, taken: Ranges) -> Expression:
    """The contribution to the derivative with respect to `target`, or 0.

    `taken` holds the letters that sums of other contributions use already, and their ranges.
    """
    pairs = [*zip(contribution.reference.indices, target.indices, strict=True)]
    plain = [pair for pair in pairs if not isinstance(pair[0], Calculated)]
    change = match_indices(tuple(mine for mine, _ in plain), tuple(to for _, to in plain))
    if change is None:
        return ZERO
    value = contribution.product
    if not contribution.ranges:
        return value  # There is no letter in it.
    bound = {*change}
    wheres = []
    for number, (index, to) in enumerate(pairs):
        if isinstance(index, Calculated):
            letters = tuple(each for each in index_letters(index) if each not in bound)
            there = with_letters(index, change)
            if isinstance(there, int) and isinstance(to, int):
                if there != to:
                    return ZERO
                continue
            bound.update(letters)
            # The place is of the target already: its letter may mean another thing in here.
            place = f"{_PLACE}{number}"
            change[place] = to
            wheres.append((letters, index, place))
    for letters, position, place in reversed(wheres):
        value = SumWhere(letters, position, place, value)
    for index in reversed(contribution.sums):
        value = Sum(index, value)
    return _with_letters(value, change, contribution.ranges, taken)


_PLACE = "#"


def _with_letters(
    tree: Expression, change: Mapping[str, Index], ranges: Ranges, taken: Ranges
) -> Expression:
    """`tree` with its free letters replaced as `change` says.

    A sum gets another letter where its own would be mistaken for one of the new ones, or
    for that of a sum elsewhere that runs over another range.
    """

    def lettered(node: Expression) -> Expression | None:
        match node:
            case Reference() | Derivative():
                return with_indices(node, change)
            case Sum(index, body) | Greatest(index, body):
                size = ranges[index]
                clashing = {letter for letter, other in taken.items() if other != size}
                clashing.update(letter for letter in change.values() if isinstance(letter, str))
                fresh = fresh_index(index, clashing)
                taken[fresh] = size
                inner = _with_letters(body, {**change, index: fresh}, ranges, taken)
                return replace(node, index=fresh, body=inner)
            case SumWhere():
                renamed: dict[str, Index] = {}
                for index in node.indices:
                    clashing = {letter for letter, other in taken.items() if other != ranges[index]}
                    clashing.update(letter for letter in change.values() if isinstance(letter, str))
                    clashing.update(
                        letter for letter in renamed.values() if isinstance(letter, str)
                    )
                    fresh = fresh_index(index, clashing)
                    taken[fresh] = ranges[index]
                    renamed[index] = fresh
                within = {**change, **renamed}
                return SumWhere(
                    tuple(map(str, renamed.values())),
                    with_letters(node.position, within),
                    with_letters(node.place, change),
                    _with_letters(node.body, within, ranges, taken),
                )
        return None

    return replaced(tree, lettered)


def _refuse_unbounded(equation: Equation, value: Expression, *around: Reference) -> None:
    """Raises ModelError if something in a derivative does not say how far it runs.

    In the equation a letter that stands in calculations only may run as far as another reference
    says, which the derivative lacks. `around` is what stands beside the derivative.
    """
    found = (*different_symbols(value), *around)
    every = (*found, *(each for symbol in found for each in look_ups(symbol)))
    direct = {index for symbol in every for index in symbol.indices if isinstance(index, str)}
    for symbol in found:
        for letter in symbol_letters(symbol):
            if letter not in direct:
                raise ModelError(
                    f"the equation for {equation.target.family} uses {to_text(symbol)}, and "
                    f"nothing in a derivative of it says how far {letter} runs; give "
                    f"{to_text(symbol)} a name in an equation of its own, and use that"
                )


def _has_letters(symbol: Symbol) -> bool:
    return any(isinstance(index, str) for index in symbol.indices)


def _refuse_overlaps(equation: Equation, references: Sequence[Symbol]) -> None:
    """d target / d r must mean one thing: no two references may be the same element."""
    by_family: dict[str, list[Symbol]] = {}
    for reference in references:
        by_family.setdefault(reference.family, []).append(reference)
    # Different positions are different elements; only a letter may stand for several.
    for first, second in (
        pair
        for alike in by_family.values()
        for pair in product(filter(_has_letters, alike), alike)
        if pair[0] is not pair[1]
    ):
        if all(
            isinstance(a, str) or isinstance(b, str) or a == b
            for a, b in zip(first.indices, second.indices, strict=True)
        ):
            raise ModelError(
                f"the equation for {equation.target.family} uses {first.family} in two ways that "
                "can be the same element; give the sum a name in an equation of its own"
            )
