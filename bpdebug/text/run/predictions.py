"""Predictions in words: what is asked, what has come of an answer, and the score."""

from __future__ import annotations

from bpdebug.debugger.action_words import count_words
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.predictions import MOST_HINTS, Outcome, Prediction, Score, score
from bpdebug.notation.printing import to_text
from bpdebug.program.quantities import element_symbol
from bpdebug.text.numbers import DIGITS, number

HINTS = ("the rule", "its numbers", "the result")
"""What the hints to a question show, one after the other."""


def asked_name(debugger: Debugger, form: bool = True) -> str:
    """The quantity that is asked for here, as formulas write it or as in a program."""
    name = debugger.program.name(debugger.program.slot(debugger.view.operation))
    return to_text(element_symbol(name), "unicode") if form else name


def asked_note(debugger: Debugger) -> str:
    """What the status line says while predictions are on."""
    if not debugger.predictions.on:
        return ""
    now = score(debugger.predictions)
    return f" · predict {now.right}/{now.asked}" if now.asked else " · predict"


def next_hint(prediction: Prediction) -> str:
    """What the next hint shows."""
    return HINTS[min(prediction.hints, MOST_HINTS - 1)]


def answered_words(debugger: Debugger, prediction: Prediction, digits: int = DIGITS) -> str:
    """What has come of a question that is closed: `right: dE/dw7 = 0.0765, at the first try`."""
    value = number(debugger.view.result(), digits)
    result = f"{asked_name(debugger)} = {value}"
    if prediction.outcome is not Outcome.RIGHT:
        return result
    tries = len(prediction.answers)
    how = "at the first try" if tries == 1 else f"at try {tries}"
    if prediction.hints:
        how += f", with {count_words(prediction.hints, 'hint')}"
    return f"Right: {result}, {how}"


def score_words(now: Score) -> str:
    """`5 of 7 right, 4 at the first try; 1 shown; 3 hints`."""
    if not now.asked:
        return "nothing has been predicted yet"
    parts = [f"{now.right} of {now.asked} right"]
    if now.at_once:
        parts[0] += f", {now.at_once} at the first try without a hint"
    if now.shown:
        parts.append(f"{now.shown} shown")
    if now.hints:
        parts.append(count_words(now.hints, "hint"))
    return "; ".join(parts)
