"""Derivatives in words: along which path, or as the sum of which paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from bpdebug.notation.equation import symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Call, Expression, Negation, Number
from bpdebug.program.formula import formula
from bpdebug.program.quantities import element_symbol
from bpdebug.text.formula.gathered import carried
from bpdebug.text.formula.phrases import Summand, counted, phrase, rounding, terms_of
from bpdebug.text.words.telling import InWords, NumberInWords, Telling

_LONG_RULE = 24
"""A rule of more characters is not written beside a factor."""


def derivative_words(telling: Telling, loss: str) -> InWords:
    """An operation that computes a derivative. `loss` is how the loss is called."""
    target = telling.written.equation.target
    assert isinstance(target, Derivative)
    name = to_text(target.of, "unicode")
    subject = _change(target, loss if name == telling.view.program.model.loss else name)
    head = f"{subject[0].upper()}{subject[1:]}"
    if to_text(target) in telling.view.program.model.derivations:
        words, pieces = phrase(telling.tree, telling.is_parameter)
        return telling.told(f"{head}, by the session's own formula: {words}.", pieces)
    if isinstance(telling.tree, Call) and telling.tree.function == "round":
        return _rounded(telling, telling.tree, loss)
    everything = terms_of(telling.tree)
    terms = [term for term in everything if term.body != target]
    is_added = len(terms) < len(everything)
    added = ", added to what was there before" if is_added else ""
    before = [telling.part(target)] if is_added else []
    if not any(map(_is_chain, terms)):
        tree = _signed(terms[0]) if is_added and len(terms) == 1 else telling.tree
        words, pieces = phrase(tree, telling.is_parameter)
        just = "just " if isinstance(tree, Number | Reference) else ""
        slope = _slope(telling, target)
        return telling.told(f"{head}{slope}: {just}{words}{added}.", [*before, *pieces])
    if len(terms) == 1:
        factors = list(dict.fromkeys(symbols(terms[0].body)))
        of = f"a product of {counted(len(factors))} factors, along the path "
        parts = [_factor(telling, factor) for factor in factors]
        way = path_of(telling, terms[0])
        return telling.told(f"{head}: {of}{way}{added}.", before + parts)
    most = _most(telling, terms)
    gathered = carried(telling.view.program, telling.written, len(terms))
    words = f"the sum of {gathered or f'{counted(len(terms))} paths'}{added}{most}"
    parts = [telling.part(_signed(term), path_of(telling, term)) for term in terms]
    return telling.told(f"{head}: {words}.", before + parts)


def _rounded(telling: Telling, call: Call, loss: str) -> InWords:
    """A derivative of which only some decimals are kept."""
    value, decimals = call.arguments
    written = telling.written
    unrounded = replace(written, equation=replace(written.equation, value=value))
    told = derivative_words(replace(telling, written=unrounded), loss)
    return told._replace(sentence=f"{told.sentence} The result is {rounding(decimals)}.")


def path_of(telling: Telling, term: Summand) -> str:
    """The way a path takes: `E → o1 → zo1 → h1`; `E ⋯ h1` if what comes first is gathered."""
    target = telling.written.equation.target
    assert isinstance(target, Derivative)
    factors = [symbol for symbol in symbols(term.body) if isinstance(symbol, Derivative)]
    if not factors:
        return f"{to_text(target.of, 'unicode')} → {to_text(target.by, 'unicode')} directly"
    rule = telling.rule_of(factors[0])
    gathered = rule is not None and any(
        isinstance(symbol, Derivative) for symbol in symbols(rule.equation.value)
    )
    start = to_text(factors[0].of, "unicode") + (" ⋯ " if gathered else " → ")
    return start + " → ".join(to_text(factor.by, "unicode") for factor in factors)


def _change(derivative: Derivative, of: str) -> str:
    return f"how {of} changes with {to_text(derivative.by, 'unicode')}"


def _is_chain(term: Summand) -> bool:
    return any(isinstance(symbol, Derivative) for symbol in symbols(term.body))


def _signed(term: Summand) -> Expression:
    return term.body if term.sign == "+" else Negation(term.body)


def _factor(telling: Telling, symbol: Symbol) -> NumberInWords:
    """A factor of a path: what it says, and where it comes from."""
    if not isinstance(symbol, Derivative):
        return telling.part(symbol)
    words = _change(symbol, to_text(symbol.of, "unicode"))
    operand = telling.written.operands[symbol]
    if not isinstance(operand, int):
        return telling.part(symbol, f"{words}, always the same")
    name = telling.view.program.name(operand)
    if name != to_text(symbol):
        # A leaf: the derivative is just another quantity.
        return telling.part(symbol, f"{words}: {to_text(element_symbol(name), 'unicode')}")
    rule = telling.rule_of(symbol)
    if rule is None:
        return telling.part(symbol, words)
    tree = rule.equation.value
    text = to_text(tree, "unicode")
    if len(text) <= _LONG_RULE and not any(isinstance(s, Derivative) for s in symbols(tree)):
        return telling.part(symbol, f"{words}: {text}")
    operation = int(telling.view.program.written_at[operand])
    return telling.part(symbol, f"{words}, operation {operation}")


def _slope(telling: Telling, target: Derivative) -> str:
    """`, the slope of the sigmoid`, if it is that of a function of just this quantity."""
    program = telling.view.program
    slot = program.slot_named(to_text(target.of))
    operation = 0 if slot is None else int(program.written_at[slot])
    value = formula(program, operation).equation.value if operation else None
    if isinstance(value, Call) and value.arguments == (target.by,):
        return f", the slope of {FUNCTIONS[value.function].slope_of}"
    return ""


def _most(telling: Telling, terms: Sequence[Summand]) -> str:
    """By which path most of a sum comes, or that paths cancel; empty if neither can be said."""
    values = [telling.evaluate(_signed(term)) for term in terms]
    total = math.fsum(map(abs, values))
    if not math.isfinite(total) or total == 0:
        return ""
    if min(values) < 0 < max(values):
        return "; they have different signs and cancel in part"
    greatest = max(range(len(values)), key=lambda index: abs(values[index]))
    share = 100 * abs(values[greatest]) / total
    if share <= 50:
        return ""
    return f"; most of it ({share:.0f} %) comes by {path_of(telling, terms[greatest])}"
