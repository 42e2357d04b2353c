"""Updates in words: how a parameter moves, and what an optimizer keeps."""

from __future__ import annotations

import math

from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Expression, Number
from bpdebug.text.formula.phrases import factors_of, phrase, spelled
from bpdebug.text.words.telling import InWords, Telling


def update_words(telling: Telling) -> InWords:
    """An operation of the update phase."""
    equation = telling.written.equation
    target, tree = telling.target, telling.tree
    assert isinstance(equation.target, Reference)
    step = _step(equation.target, tree)
    if step is not None and telling.is_parameter(equation.target):
        return _moved(telling, step)
    mixed = _mixed(equation.target, tree)
    if mixed is not None:
        rate, new = mixed
        words = (
            f"{target} becomes a running mean: {to_text(rate, 'unicode')} of what it was, "
            f"the rest of {to_text(new, 'unicode')}"
        )
        pieces: tuple[Expression, ...] = (equation.target, rate, new)
    else:
        verb = "becomes" if equation.assigns else "is"
        words, pieces = phrase(tree, lambda symbol: False)
        words = f"{target} {verb} {words}"
    return telling.told(f"{words}.", pieces)


def _step(target: Reference, tree: Expression) -> Expression | None:
    """What is taken from a parameter: `α · dE/dw7` in `w7 − α · dE/dw7`."""
    match tree:
        case Binary("-", left, right) if left == target:
            return right
        case _:
            return None


def _moved(telling: Telling, step: Expression) -> InWords:
    """A parameter that loses something; plainly, a rate times its own gradient."""
    target = telling.written.equation.target
    before, change = telling.evaluate(target), telling.evaluate(step)
    gradients = [s for s in symbols(step) if isinstance(s, Derivative) and s.by == target]
    is_plain = len(gradients) == 1 and all(
        isinstance(factor, Reference | Derivative | Number) for factor in factors_of(step)
    )
    how = ""
    if is_plain and change:
        slope = telling.evaluate(gradients[0])
        how = " against its gradient," if change * slope > 0 else " along its gradient,"
    if math.isnan(before) or math.isnan(change):
        words = f"{telling.target} loses {spelled(step)}"
    elif change == 0:
        words = f"{telling.target} stays at {telling.number(before)}: the step is 0"
    else:
        way = "down" if change > 0 else "up"
        words = f"{telling.target} moves{how} {way} by {telling.number(abs(change))}"
    pieces = factors_of(step) if is_plain else [step]
    parts = [telling.part(target)]
    parts += [telling.part(piece, _what(piece, gradients)) for piece in pieces]
    return telling.told(f"{words}.", parts)


def _what(piece: Expression, gradients: list[Derivative]) -> str:
    """What a factor of a step is."""
    text = to_text(piece, "unicode")
    return f"{text}, its gradient" if piece in gradients else text


def _mixed(target: Reference, tree: Expression) -> tuple[Expression, Expression] | None:
    """The share of the old and what is new in `β·m + (1 − β)·g`."""
    match tree:
        case Binary(
            "+",
            Binary("*", rate, old),
            Binary("*", Binary("-", Number(1.0), other), new),
        ) if rate == other and old == target:
            return rate, new
        case _:
            return None
