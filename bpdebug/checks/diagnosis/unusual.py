"""Slips that are less usual: extra factors and terms, other axes, another order, short cuts."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.checks.diagnosis.forms import (
    FORMS,
    filled,
    turns,
)
from bpdebug.checks.diagnosis.line import Line
from bpdebug.checks.diagnosis.pool import FORWARD, Candidate
from bpdebug.checks.diagnosis.products import ONE, Product, product
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.notation.equation import symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Binary, Call, Expression, Power, Sum, substitute
from bpdebug.program.program import Phase
from bpdebug.program.quantities import Kind


def unusual(line: Line) -> Iterator[Slip]:
    """Extra factors and terms, other axes, another order, short cuts."""
    yield from _extra_factors(line)
    yield from _extra_terms(line)
    yield from _orders(line)
    if line.is_gradient or line.is_slope:
        yield from _others_for_all(line)
    elif line.is_forward and line.statement.indices:
        yield from _other_activations(line)


def _extra_factors(line: Line) -> Iterator[Slip]:
    for number, term in enumerate(line.terms):
        rest, text = line.others(number), to_text(term)
        made = product(term)
        letters = (*line.statement.indices, *made.sums)
        if line.is_forward and line.statement.phase is Phase.LOSS:
            continue
        extra: list[Expression] = [
            each.symbol
            for each in line.pool.within(letters, line.ranges)
            if line.pool.letters_of(each.symbol)
        ]
        if line.is_gradient:
            extra += line.pool.row_sums(letters, line.ranges)
        for factor in extra:
            name = to_text(factor)
            cost = 2.0 + 0.3 * isinstance(factor, Sum)
            more = Product(made.is_negative, made.sums, (*made.factors, factor), made.divisors)
            yield Slip(
                "extra factor",
                f"multiplied by {name} as well",
                cost,
                more.tree,
                rest,
                term=text,
            )
            if not isinstance(factor, Sum):
                less = Product(made.is_negative, made.sums, made.factors, (*made.divisors, factor))
                words = f"divided by {name} as well"
                yield Slip("extra factor", words, cost + 0.5, less.tree, rest, term=text)


def _added(line: Line, tree: Expression, cost: float) -> Slip:
    words = "1" if tree == ONE else to_text(tree)
    return Slip("extra term", words, cost, tree, line.value, is_scaled=True, is_added=True)


def _extra_terms(line: Line) -> Iterator[Slip]:
    letters = line.statement.indices
    if line.is_forward and not letters:
        return
    yield _added(line, ONE, 2.0)
    for each in line.pool.same(letters, line.ranges, {}):
        if each.quantity.kind in (Kind.PARAMETER, Kind.COMPUTED, Kind.INPUT):
            yield _added(line, each.symbol, 2.0)
        if each.quantity.kind is Kind.PARAMETER:
            whole: Expression = Power(each.symbol, 2)
            yield _added(line, whole, 2.2)
            for letter in letters:
                fresh = line.fresh(letter)
                whole = Sum(fresh, substitute(whole, {letter: fresh}))
            yield _added(line, whole, 2.2)


def _orders(line: Line) -> Iterator[Slip]:
    shape = tuple(line.ranges[each] for each in line.statement.indices)
    if not shape or len(shape) > 3:
        return
    for words, turn in turns(shape, line.statement.indices):
        yield Slip("wrong order", words, 2.0, turn=turn)


def _others_for_all(line: Line) -> Iterator[Slip]:
    """Something else in place of the whole: another gradient, a slope alone, their product."""
    letters = line.statement.indices
    if not letters:
        return
    pool = line.pool.same(letters, line.ranges, {})
    own = line.target
    gradients = [e.symbol for e in pool if e.quantity.kind is Kind.GRADIENT and e.symbol != own]
    values = [e for e in pool if e.quantity.kind in FORWARD and e.is_meant]
    if line.is_gradient:
        for other in gradients:
            words = f"{to_text(other)} in place of all of it"
            yield Slip("wrong quantity", words, 1.8, other)
        for cut in line.pool.cut(letters, line.ranges):
            words = f"a part of {cut.family} in place of {line.target.family}"
            yield Slip("wrong quantity", words, 2.0, cut)
        targets = [e.symbol for e in values if e.quantity.kind is Kind.TARGET]
        for output in values:
            for aim in targets if output.quantity.kind is Kind.COMPUTED else ():
                less = Binary("-", output.symbol, aim)
                yield Slip("short cut", f"{to_text(less)} in place of all of it", 1.5, less)
                for name in ("q*(1 - q)", "1 - q^2", "q"):
                    tree = Binary("*", less, filled(FORMS[name], output.symbol))
                    words = f"{to_text(tree)} in place of all of it"
                    yield Slip("short cut", words, 2.0, tree)
    if line.is_gradient:
        yield from _jacobians(line, gradients, values)
    for each in values:
        for form in FORMS.values():
            slope = filled(form, each.symbol)
            if line.is_slope:
                words = f"{to_text(slope)} for the derivative"
                yield Slip("derivative of another activation", words, 2.0, slope)
                continue
            for other in gradients:
                tree = Binary("*", other, slope)
                words = f"{to_text(tree)} in place of all of it"
                yield Slip("short cut", words, 2.4, tree)
            words = f"{to_text(slope)} in place of all of it"
            yield Slip("upstream derivative missing", words, 2.2, slope)


def _jacobians(line: Line, gradients: list[Symbol], values: list[Candidate]) -> Iterator[Slip]:
    """The gradient behind a softmax, put together in another way than its Jacobian says."""
    for upstream in gradients:
        assert isinstance(upstream, Derivative)
        for each in values:
            own = each.symbol
            if each.quantity.kind is not Kind.COMPUTED or upstream.by != own:
                continue
            slope = filled(FORMS["q*(1 - q)"], own)
            words = "the diagonal of the Jacobian alone"
            yield Slip("short cut", words, 1.4, Binary("*", upstream, slope))
            met: Expression = Binary("*", upstream, own)
            for letter in line.statement.indices:
                fresh = line.fresh(letter)
                for inside in (met, upstream, own):
                    whole = Sum(fresh, substitute(inside, {letter: fresh}))
                    for sign in "-+":
                        tree = Binary("*", own, Binary(sign, upstream, whole))
                        words = f"{to_text(tree)} in place of all of it"
                        yield Slip("short cut", words, 1.8, tree)


def _other_activations(line: Line) -> Iterator[Slip]:
    """Another function of what a forward statement is computed from."""
    letters = line.statement.indices
    constants = [q.name for q in line.program.of_kind(Kind.CONSTANT) if not q.shape]
    for symbol in dict.fromkeys(symbols(line.value)):
        if set(line.pool.letters_of(symbol)) != set(letters):
            continue
        for function in FUNCTIONS:
            if FUNCTIONS[function].arity == 1 and function not in ("sign", "round"):
                tree = Call(function, (symbol,))
                yield Slip("another activation", f"{to_text(tree)} instead", 1.8, tree)
                for constant in constants:
                    more = Binary("*", Reference(constant), tree)
                    yield Slip("another activation", f"{to_text(more)} instead", 2.2, more)
