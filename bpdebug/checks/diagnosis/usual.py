"""The usual slips of a line: a factor or a term lost, doubled or scaled, another slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from bpdebug.checks.diagnosis.forms import (
    FORMS,
    based,
    both_sides,
    exchanged,
    filled,
    is_choice,
    node_changes,
    other_sides,
    other_signs,
    without_brackets,
)
from bpdebug.checks.diagnosis.line import Line
from bpdebug.checks.diagnosis.products import ONE, Product, product
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.values import LastWhere
from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Number,
    Sum,
    SumWhere,
    replaced,
    substitute,
)
from bpdebug.program.quantities import Kind


def usual(line: Line) -> Iterator[Slip]:
    """What people do again and again."""
    yield Slip("wrong factor", "", 1.0, tree=line.value, is_scaled=True)
    for number, term in enumerate(line.terms):
        text, rest = to_text(term), line.others(number)
        if rest is not None:
            yield Slip("term off by a factor", text, 1.0, term, rest, is_scaled=True, term=text)
        made = product(term)
        yield from _parts_lost(line, made, rest, text)
        yield from _sums(line, made, rest, text)
    if line.is_slope:
        yield from _slopes(line)
    yield from _in_forms(line, line.value)
    for axis, letter in enumerate(line.statement.indices):
        if line.ranges[letter] > 1:
            words = f"the first {letter} used for all"
            turn = partial(np.take, indices=[0], axis=axis)
            yield Slip("wrong index", words, 1.35, turn=turn, may_be_scaled=False)
    last = replaced(line.value, _last_of_each)
    if line.is_gradient and last is not line.value:
        words = "assigned instead of added: of several terms for one element only the last is left"
        yield Slip("overwritten", words, 1.0, last, may_be_scaled=False)
    if len(line.terms) > 1 and line.is_gradient:
        for which, term in (("last", line.terms[-1]), ("first", line.terms[0])):
            words = f"assigned instead of added: the {which} of its {len(line.terms)} paths alone"
            yield Slip("overwritten", words, 1.5, term, may_be_scaled=False)


def _last_of_each(node: Expression) -> Expression | None:
    if type(node) is SumWhere and node.indices:
        return LastWhere(node.indices, node.position, node.place, node.body)
    return None


def _parts_lost(line: Line, made: Product, rest: Expression | None, text: str) -> Iterator[Slip]:
    parts, count = made.parts, len(made.factors)
    of = f" of {text}" if len(line.terms) > 1 else ""
    yield from _one_less(line, made, rest, text)
    for at, part in enumerate(parts):
        if part == ONE:
            continue
        name = to_text(part)
        lost, doubled, cost = "factor left out", "factor doubled", 1.0
        if line.is_elementwise(part):
            lost, doubled, cost = (
                "activation derivative missing",
                "activation derivative doubled",
                0.5,
            )
        elif isinstance(part, Derivative) and line.is_gradient:
            lost = "upstream derivative missing"
        if len(parts) > 1 or line.is_gradient:
            without = made.without(at).tree
            yield Slip(lost, f"{name} left out{of}", cost, without, rest, term=text)
        word = "multiplied by" if at < count else "divided by"
        twice = (*made.factors, part) if at < count else made.factors
        more = (*made.divisors, part) if at >= count else made.divisors
        again = Product(made.is_negative, made.sums, twice, more).tree
        yield Slip(
            doubled,
            f"{word} {name} twice{of and ' in'}{of[3:]}",
            cost + 0.5,
            again,
            rest,
            term=text,
        )
        inverted = made.without(at)
        if at < count:
            inverted = Product(
                made.is_negative, made.sums, inverted.factors, (*inverted.divisors, part)
            )
        else:
            inverted = Product(
                made.is_negative, made.sums, (*inverted.factors, part), inverted.divisors
            )
        done = "divided by" if at < count else "multiplied by"
        wrong = "division instead of multiplication"
        yield Slip(wrong, f"{done} {name}", cost + 0.7, inverted.tree, rest, term=text)


def _one_less(line: Line, made: Product, rest: Expression | None, text: str) -> Iterator[Slip]:
    """n − 1 for n in a mean over n, or the reverse."""
    sizes = {size for q in line.program.quantities.values() for size in q.shape if size > 1}
    for at, part in enumerate(made.divisors):
        match part:
            case Binary("-", whole, Number(1.0)):
                other = whole
            case Reference() | Number():
                if part == Number(2.0) or line.constant(part) not in sizes:
                    continue
                other = Binary("-", part, ONE)
            case _:
                continue
        divisors = (*made.divisors[:at], other, *made.divisors[at + 1 :])
        tree = replace(made, divisors=divisors).tree
        words = f"divided by {to_text(other)} in place of {to_text(part)}"
        yield Slip("n − 1 for n", words, 0.8, tree, rest, may_be_scaled=False, term=text)


def _sums(line: Line, made: Product, rest: Expression | None, text: str) -> Iterator[Slip]:
    """A sum over one element, or over more indices than it should."""
    for letter in made.sums:
        count = line.ranges[letter]
        left = tuple(each for each in made.sums if each != letter)
        for which, place in (("last", count), ("first", 1)):
            if count < 2:
                continue
            body = Product(made.is_negative, left, made.factors, made.divisors).tree
            words = f"the {which} {letter} alone, not the sum over {letter}"
            yield Slip(
                "observations", words, 1.2, substitute(body, {letter: place}), rest, term=text
            )
    letters = [each for each in line.statement.indices if line.ranges[each] > 1]
    free = free_indices(made.tree)
    several: list[tuple[str, ...]] = [(each,) for each in letters if each in free]
    if len(several) > 1:
        several.append(tuple(each for (each,) in several))
    for summed in several:
        change = {letter: line.fresh(letter) for letter in summed}
        inside = substitute(made.tree, change)
        for letter in change.values():
            inside = Sum(letter, inside)
        over = " and ".join(summed)
        name = "bias shared" if line.is_bias() and not line.is_forward else "wrong axis"
        yield Slip(name, f"summed over {over} as well", 1.5, inside, rest, term=text)


def _slopes(line: Line) -> Iterator[Slip]:
    """The derivative of an activation: at another argument, of another, its value."""
    target = line.statement.equation.target
    assert isinstance(target, Derivative)
    own, argument = target.of, target.by
    rule = line.rules.get(own.name)
    function = rule.function if isinstance(rule, Call) else ""
    if not all(each in line.statement.indices for each in (*own.indices, *argument.indices)):
        return
    for old, new in ((own, argument), (argument, own)):
        tree = exchanged(line.value, old, new)
        if tree is not line.value:
            words = f"{to_text(new)} in place of {to_text(old)}"
            yield Slip("derivative at the wrong argument", words, 0.8, tree)
    if rule is not None and function and len(getattr(rule, "arguments", ())) == 1:
        again = Call(function, (own,))
        tree = exchanged(line.value, own, again)
        if tree is not line.value:
            words = f"taken at {to_text(own)}, as if it were {to_text(argument)}"
            yield Slip("derivative at the wrong argument", words, 0.8, tree)
    if isinstance(rule, Call) and rule.arguments == (argument,):
        yield from _elsewhere(line, own, argument, rule.function)
    for of in (own, argument):
        for text, form in FORMS.items():
            tree = filled(form, of)
            name, cost = "derivative of another activation", 1.5
            if text == "q" and of == own:
                name, cost = "value for slope", 0.9
            elif text == "q" or (function and text == f"{function}(q)"):
                name, cost = "value for slope", 1.2
            words = f"{to_text(tree)} for the derivative"
            yield Slip(name, words, cost, tree)


def _elsewhere(line: Line, own: Reference, argument: Reference, function: str) -> Iterator[Slip]:
    """The right derivative, of another layer's or time step's pre-activation."""
    letters = line.pool.letters_of(argument)
    fewer = [each for each in line.pool.within(letters, line.ranges) if each.is_meant]
    same = line.pool.same(letters, line.ranges, line.pool.meaning(argument))
    for each in (*same, *(e for e in fewer if len(line.pool.letters_of(e.symbol)) < len(letters))):
        other = each.symbol
        if each.quantity.kind is not Kind.COMPUTED or other in (own, argument):
            continue
        # The argument first: the function of the other one has no need of it.
        tree = exchanged(exchanged(line.value, argument, other), own, Call(function, (other,)))
        if tree is not line.value:
            words = f"taken at {to_text(other)} in place of {to_text(argument)}"
            yield Slip("derivative at the wrong argument", words, 1.2, tree)


def _in_forms(line: Line, value: Expression) -> Iterator[Slip]:
    """Changes inside what is not a product: functions, powers, signs, constants."""
    for base, tree in based(value):
        yield Slip("another base", f"{base}, not e", 0.9, tree, may_be_scaled=False)
    turned = other_sides(value)
    if turned is not value:
        words = "the slopes on the two sides of the kink exchanged"
        yield Slip("wrong side of a kink", words, 0.9, turned, may_be_scaled=False)
    if is_choice(value):
        words = "each of the two given the whole gradient, not the chosen one alone"
        yield Slip("kink", words, 0.9, both_sides(value))
    for tree in other_signs(value):
        yield Slip("wrong sign", f"{to_text(tree)} instead", 1.2, tree, may_be_scaled=False)
    for tree in without_brackets(value):
        words = f"{to_text(tree)} instead"
        yield Slip("brackets overlooked", words, 1.2, tree, may_be_scaled=False)
    for tree in node_changes(value):
        yield Slip("wrong function", f"{to_text(tree)} instead", 1.6, tree, may_be_scaled=False)
