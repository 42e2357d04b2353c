"""What is said of a wrong answer: how it came about, if that can be told, never the result."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.checks.answers import GivenAnswer, Slip, SlipKind, slips
from bpdebug.checks.thorough import SECONDS, slip_behind
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.predictions import Answer, read_answer
from bpdebug.debugger.view import Position
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative
from bpdebug.notation.tree import Expression
from bpdebug.text.numbers import DIGITS, number

WRONG = "Not right"


def wrong_answer(
    debugger: Debugger, text: str, digits: int = DIGITS, seconds: float = SECONDS
) -> str:
    """A sentence about an answer that is not right; what it comes of is looked for so long."""
    if debugger.hunting.is_on:
        # How the right formula differs from that of the run would be the answer.
        return f"{WRONG}: {text}"
    from bpdebug.text.findings.diagnosis import cause_text

    view = debugger.view
    slot = view.program.slot(view.operation)
    before = debugger.view_at(Position(view.position.operation - 1))
    answer = read_answer(text, before, slot)
    given = GivenAnswer(answer.value, _tolerance(text, answer))
    found = slips(view, given, digits)
    if not found:
        number_ = f"{answer.value:.17g}" if answer.is_formula else text
        cause = slip_behind(debugger, number_, seconds)
        words = "" if cause is None else cause_text(cause)
        if words and not gives_away(words, view.result(), digits):
            return f"{WRONG}: this number comes from: {words}"
        return f"{WRONG}: {text}"
    said = " or ".join(dict.fromkeys(slip_words(slip, digits) for slip in found))
    return f"{WRONG}: {said}"


_NUMBER = re.compile(r"(?<![\w.])\d[\d.]*(?:e[-+]?\d+)?", re.ASCII)


def gives_away(words: str, right: float, digits: int = DIGITS) -> bool:
    """Whether words about a wrong answer have the right one in them, or a number by which that
    could be worked out from the wrong one.
    """
    shown = number(abs(right), digits)
    for found in _NUMBER.findall(words):
        figures = re.sub(r"e.*|\D", "", found).strip("0")
        if found == shown or len(figures) > _PLAIN:
            return True
    return False


_PLAIN = 2
"""Digits of a number that somebody may have in mind, such as 2 or 0.5."""


def _tolerance(text: str, answer: Answer) -> float:
    """Half a unit of the last digit that was written."""
    if answer.is_formula:
        return 1e-9 * abs(answer.value)
    mantissa, _, exponent = text.lower().replace(",", ".").partition("e")
    decimals = len(mantissa.partition(".")[2])
    power = int(exponent) if re.fullmatch(r"[+-]?\d{1,3}", exponent) else 0
    return 0.500001 * 10.0 ** (power - decimals)


def slip_words(slip: Slip, digits: int = DIGITS) -> str:
    """`you used o1 for 1 − o1`."""
    wrong = "" if slip.wrong is None else _text(slip.wrong)
    right = "" if slip.right is None else _text(slip.right)
    tail = ", and rounded on the way" if slip.rounded else ""
    match slip.kind:
        case SlipKind.ROUNDED:
            said = "you rounded too early; use more digits than are shown (+), or a formula"
        case SlipKind.COARSE:
            said = f"too few decimals; give {digits}"
        case SlipKind.SIGN if not right:
            said = "the sign is wrong"
        case SlipKind.LEFT_OUT:
            said = f"you left out {right}"
        case SlipKind.PATH:
            ways = slip.paths or ([_way(slip.right)] if slip.right is not None else [])
            many = len(ways) > 1
            said = f"the path{'s' * many} {' and '.join(ways)} {'are' if many else 'is'} missing"
        case SlipKind.DOUBLED:
            said = f"you used {right} twice"
        case _:
            said = f"you used {wrong} for {right}"
    return said + tail


def _text(tree: Expression) -> str:
    return to_text(tree, "unicode")


def _way(term: Expression) -> str:
    """`through o2`: what tells a path from others is its first derivative."""
    found: Sequence[Derivative] = [s for s in symbols(term) if isinstance(s, Derivative)]
    return f"through {_text(found[0].by)}"
