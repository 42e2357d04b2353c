"""Wrong answers: which small slip in one operation gives just this number.

Only the operation's own formula is looked at, with what it is given: a factor or a term left out,
doubled or of the other sign, a part of it taken for the whole, a quantity exchanged for another
one that is at hand, a function left out, and intermediate rounding.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import combinations, islice

from bpdebug.checks.derivations.paths import PathGraph, TooManyError
from bpdebug.debugger.view import View
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Terms,
    children,
    rebuild,
    walk,
)
from bpdebug.program.formula import Formula, evaluate, formula

MOST_WORK = 200_000
"""Parts of formulas that are worked out at most, however long a formula is."""

MOST_PATHS = 8
"""Of more paths it would be chance which of them add up to an answer."""

MOST_FOUND = 2
"""Of more ways that give the same number none is worth telling."""

_SAME = 1e-9

_VAGUE = 0.003


class SlipKind(StrEnum):
    """What went wrong; the likeliest come first."""

    ROUNDED = "rounded on the way"
    COARSE = "too few decimals"
    SIGN = "the sign"
    LEFT_OUT = "left out"
    PATH = "a path is missing"
    PART = "a part for the whole"
    EXCHANGED = "exchanged"
    DOUBLED = "doubled"
    TURNED = "turned around"
    OPERATOR = "another operator"


@dataclass(frozen=True, slots=True)
class Slip:
    """A way of going wrong that gives the answer.

    `wrong` is what was used and `right` what should have been, where there is something to name;
    `rounded` says that numbers were rounded on the way as well, `paths` which are left out.
    """

    kind: SlipKind
    wrong: Expression | None = None
    right: Expression | None = None
    rounded: bool = False
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as a number, and how far what was meant may be from it."""

    value: float
    tolerance: float


_Read = Callable[[Symbol], float]


def slips(view: View, answer: GivenAnswer, decimals: int) -> list[Slip]:
    """The slips in the operation just executed that give a wrong answer, the likeliest first.

    `decimals` are those that people see of each number. Empty where nothing, or too much, fits.
    """
    done = view.done
    if done is None or not math.isfinite(answer.value):
        return []
    right = view.result()
    read = _reader(view, done)

    def rounded(symbol: Symbol) -> float:
        return float(f"{read(symbol):.{decimals}f}")

    tree = done.equation.value
    if abs(answer.value - right) <= answer.tolerance:
        return [Slip(SlipKind.COARSE)]
    if _fits(evaluate(tree, rounded), answer) or _fits(
        _step_by_step(tree, rounded, decimals), answer
    ):
        return [Slip(SlipKind.ROUNDED)]
    most = MOST_WORK // sum(1 for _ in walk(tree))
    changed = list(islice(_ways(view, done), most))
    for reads in (read, rounded):
        found = [
            Slip(each.kind, each.wrong, each.right, reads is rounded)
            for each in changed
            if any(True for _ in symbols(each.tree))
            and _fits(evaluate(each.tree, reads), answer)
            and not _is(evaluate(each.tree, read), right)
        ]
        if answer.tolerance > _VAGUE * abs(answer.value):
            # With so few digits something else at hand gives the same by chance.
            found = [slip for slip in found if slip.kind is not SlipKind.EXCHANGED]
        order = list(SlipKind)
        found.sort(key=lambda slip: order.index(slip.kind))
        best = [slip for slip in found if slip.kind is found[0].kind]
        if best:
            return best if len(best) <= MOST_FOUND else []
    return _missing_paths(view, done, answer)


def predicted(view: View, decimals: int) -> Iterator[tuple[Slip, float]]:
    """The slips that may be made in the operation just executed, with what each of them gives, the
    likeliest first; what comes out as it should is not among them.

    `decimals` are those to which somebody rounds who rounds on the way.
    """
    done = view.done
    if done is None:
        return
    right, read, tree = view.result(), _reader(view, done), done.equation.value
    found = []
    for way in islice(_ways(view, done), MOST_WORK // sum(1 for _ in walk(tree))):
        if any(True for _ in symbols(way.tree)):
            slip = Slip(way.kind, way.wrong, way.right)
            found.append((slip, evaluate(way.tree, read)))
    for left_out, value in _without_paths(view, done):
        found.append((Slip(SlipKind.PATH, paths=left_out), value))
    rounded = _step_by_step(tree, lambda s: float(f"{read(s):.{decimals}f}"), decimals)
    found.append((Slip(SlipKind.ROUNDED), rounded))
    order = list(SlipKind)
    found.sort(key=lambda each: order.index(each[0].kind))
    yield from (each for each in found if math.isfinite(each[1]) and not _is(each[1], right))


def _missing_paths(view: View, done: Formula, answer: GivenAnswer) -> list[Slip]:
    """Which paths of a gradient the answer leaves out, where that is but one possible choice."""
    by_count: dict[int, list[Slip]] = {}
    for names, value in _without_paths(view, done):
        if _fits(value, answer):
            by_count.setdefault(len(names), []).append(Slip(SlipKind.PATH, paths=names))
    fewest = by_count[min(by_count)] if by_count else []
    return fewest if len(fewest) == 1 else []


def _without_paths(view: View, done: Formula) -> Iterator[tuple[tuple[str, ...], float]]:
    """Paths of a gradient that may be left out, one first, and what the others add up to."""
    program, target = view.program, done.equation.target
    of, by = program.slot_named(program.model.loss), None
    if isinstance(target, Derivative):
        by = program.slot_named(to_text(target.by))
    if of is None or by is None or program.gradient_slot(by) != done.slot:
        return
    try:
        paths = list(islice(PathGraph(program).between(of, by).paths(), MOST_PATHS + 1))
    except TooManyError:
        return
    if not 1 < len(paths) <= MOST_PATHS:
        return
    memory = view.memory()
    products = [path.product(memory) for path in paths]
    for count in range(1, len(paths)):
        for left_out in combinations(range(len(paths)), count):
            kept = (p for place, p in enumerate(products) if place not in left_out)
            yield tuple(str(paths[place]) for place in left_out), reduce(operator.add, kept)


def _fits(value: float, answer: GivenAnswer) -> bool:
    return abs(value - answer.value) <= answer.tolerance


def _is(value: float, right: float) -> bool:
    """Whether a change changes nothing."""
    return abs(value - right) <= _SAME * max(abs(value), abs(right))


def _reader(view: View, done: Formula) -> _Read:
    """Reads what the operation is given, and what those quantities are computed from."""
    own = view.reader(done)
    slots = {**_beside(view, done), **_slots(done)}

    def read(symbol: Symbol) -> float:
        if symbol in done.operands:
            return own(symbol)
        return view.operand(slots[symbol], view.operation)

    return read


def _slots(written: Formula) -> dict[Symbol, int]:
    return {s: slot for s, slot in written.operands.items() if isinstance(slot, int)}


def _beside(view: View, done: Formula) -> dict[Symbol, int]:
    """What is at hand besides: the quantities that the operands are computed from."""
    found: dict[Symbol, int] = {}
    for slot in _slots(done).values():
        operation = int(view.program.written_at[slot])
        if operation and operation < view.operation:
            found.update(_slots(formula(view.program, operation)))
        if len(found) > _MOST_BESIDE:
            break
    return {symbol: slot for symbol, slot in found.items() if slot != done.slot}


_MOST_BESIDE = 40


def _step_by_step(tree: Expression, read: _Read, decimals: int) -> float:
    """The value of a formula whose every intermediate result is rounded."""

    def worked(node: Expression) -> Expression:
        inner = rebuild(node, worked)
        if isinstance(inner, Number):
            return inner
        value = evaluate(inner, read)
        return Number(float(f"{value:.{decimals}f}") if math.isfinite(value) else value)

    found = worked(tree)
    assert isinstance(found, Number)
    return found.value


@dataclass(frozen=True, slots=True)
class _Way:
    """A formula with one slip in it."""

    tree: Expression
    kind: SlipKind
    wrong: Expression | None = None
    right: Expression | None = None


def _ways(view: View, done: Formula) -> Iterator[_Way]:
    tree = done.equation.value
    yield _Way(Negation(tree), SlipKind.SIGN)
    is_gradient = isinstance(done.equation.target, Derivative)
    exchangeable: Mapping[Symbol, int] = {**_slots(done), **_beside(view, done)}
    yield from _at(tree, lambda new: new, is_gradient, tuple(exchangeable))


def _at(
    node: Expression,
    put: Callable[[Expression], Expression],
    is_gradient: bool,
    others: tuple[Symbol, ...],
) -> Iterator[_Way]:
    """Slips at a node, then within it; `put` gives the whole formula with another node there."""
    for way in _here(node, is_gradient, others):
        yield _Way(put(way.tree), way.kind, way.wrong, way.right)
    inner = children(node)
    for place, child in enumerate(inner):

        def inside(new: Expression, place: int = place) -> Expression:
            fresh = iter([*inner[:place], new, *inner[place + 1 :]])
            return put(rebuild(node, lambda _: next(fresh)))

        yield from _at(child, inside, is_gradient, others)


def _here(node: Expression, is_gradient: bool, others: tuple[Symbol, ...]) -> Iterator[_Way]:
    match node:
        case Binary("+" | "-" as sign, left, right):
            left_out = SlipKind.PATH if is_gradient and _is_path(left, right) else SlipKind.LEFT_OUT
            if not (sign == "-" and isinstance(left, Number)):
                yield _Way(left, left_out, None, right)
            yield _Way(right if sign == "+" else Negation(right), left_out, None, left)
            if sign == "-":
                yield _Way(
                    Binary("-", right, left), SlipKind.TURNED, Binary("-", right, left), node
                )
                yield _Way(right, SlipKind.PART, right, node)
            other = Binary("+" if sign == "-" else "-", left, right)
            yield _Way(other, SlipKind.SIGN, other, node)
        case Binary("*", left, right):
            yield _Way(left, SlipKind.LEFT_OUT, None, right)
            yield _Way(right, SlipKind.LEFT_OUT, None, left)
            yield _Way(Binary("*", node, right), SlipKind.DOUBLED, None, right)
            yield _Way(Binary("*", left, node), SlipKind.DOUBLED, None, left)
            yield _Way(Binary("+", left, right), SlipKind.OPERATOR, Binary("+", left, right), node)
            yield _Way(Binary("/", left, right), SlipKind.OPERATOR, Binary("/", left, right), node)
        case Binary("/", left, right):
            yield _Way(left, SlipKind.LEFT_OUT, None, right)
            yield _Way(Binary("*", left, right), SlipKind.OPERATOR, Binary("*", left, right), node)
            yield _Way(Binary("/", right, left), SlipKind.TURNED, Binary("/", right, left), node)
        case Terms(terms):
            for place, term in enumerate(terms):
                rest = (*terms[:place], *terms[place + 1 :])
                fewer = Terms(rest) if len(rest) > 1 else rest[0]
                kind = SlipKind.PATH if is_gradient and _is_path(term) else SlipKind.LEFT_OUT
                yield _Way(fewer, kind, None, term)
                turned = Terms((*terms[:place], Negation(term), *terms[place + 1 :]))
                yield _Way(turned, SlipKind.SIGN, Negation(term), term)
                yield _Way(Terms((*terms, term)), SlipKind.DOUBLED, None, term)
        case Negation(operand):
            yield _Way(operand, SlipKind.SIGN, operand, node)
        case Power(base, _):
            yield _Way(base, SlipKind.PART, base, node)
            yield _Way(
                Binary("*", Number(2.0), base), SlipKind.PART, Binary("*", Number(2.0), base), node
            )
        case Call(_, (argument,)):
            yield _Way(argument, SlipKind.PART, argument, node)
        case Reference() | Derivative():
            for other_symbol in others:
                if other_symbol != node:
                    yield _Way(other_symbol, SlipKind.EXCHANGED, other_symbol, node)


def _is_path(*terms: Expression) -> bool:
    """Whether terms of a sum are products along paths."""
    return all(any(isinstance(s, Derivative) for s in symbols(term)) for term in terms)
