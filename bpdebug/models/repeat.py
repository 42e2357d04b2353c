"""Repetition over time steps: equations written once for several steps.

`a{t} = tanh(u*a{t-1} + w*x{t})` with t from 1 to 3 becomes three equations, of `a1`, `a2` and
`a3`. `sum{t: (a{t} - y{t})^2}` becomes the sum written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bpdebug.models.budget import OpeningBudget, Work
from bpdebug.models.model import ModelError

MOST_EQUATIONS = 10_000
"""How many equations a repetition may make."""

MOST_TERMS = 100
"""How many terms a sum over time steps may have."""

MOST_CHARACTERS = 10_000
"""How long an equation with its sums written out may be, as long as any equation."""

Ranges = Mapping[str, Sequence[int]]
"""For each letter its first and its last step."""

_PLACE = re.compile(r"\{\s*([a-z])\s*(?:([+-])\s*(\d{1,6})\s*)?\}")
_SUM = re.compile(r"sum\{\s*([a-z])\s*:")


def repeated(
    equations: Sequence[str], ranges: Ranges, budget: OpeningBudget | None = None
) -> list[str]:
    """The equations with every `{t}` written out, t running as `ranges` says.

    Equations in a row that carry the same letter are repeated together: all of them for the
    first step, then all of them for the second.
    Raises ModelError for a letter without a range, and if there would be too many equations or
    more text than the budget allows.
    """
    budget = budget or OpeningBudget()
    found: list[str] = []
    block: list[str] = []
    letter = ""
    for text in [*(_without_sums(equation, ranges, budget) for equation in equations), ""]:
        own = _letter(text)
        if own != letter or not own:
            found += _steps(block, letter, ranges, budget)
            block, letter = [], own
        if own:
            block.append(text)
        elif text:
            budget.take(Work.EQUATIONS, len(text))
            found.append(text)
        if len(found) > MOST_EQUATIONS:
            raise ModelError(f"the repetition makes more than {MOST_EQUATIONS} equations")
    return found


def _steps(block: list[str], letter: str, ranges: Ranges, budget: OpeningBudget) -> list[str]:
    if not block:
        return []
    first, last = _range(letter, ranges)
    if (last - first + 1) * len(block) > MOST_EQUATIONS:
        raise ModelError(f"the repetition makes more than {MOST_EQUATIONS} equations")
    budget.take(Work.EQUATIONS, (last - first + 1) * len("".join(block)))
    return [_at(text, letter, step) for step in range(first, last + 1) for text in block]


def _letter(text: str) -> str:
    """The letter that an equation is repeated over, if any."""
    letters = sorted({match[1] for match in _PLACE.finditer(text)})
    if len(letters) > 1:
        raise ModelError(f"{text:.80}: an equation is repeated over one letter, not over {letters}")
    return letters[0] if letters else ""


def _range(letter: str, ranges: Ranges) -> tuple[int, int]:
    if letter not in ranges:
        raise ModelError(f"{{{letter}}}: nothing says how far {letter} runs; give it in repeat")
    first, last = ranges[letter]
    if last < first:
        raise ModelError(f"{letter} runs from {first} to {last}; the first step comes first")
    return first, last


def _at(text: str, letter: str, step: int) -> str:
    """`text` for one step."""

    def place(match: re.Match[str]) -> str:
        if match[1] != letter:
            return match[0]
        offset = int(match[3] or 0)
        number = step - offset if match[2] == "-" else step + offset
        if number < 0 and re.search(r"\w$", text[: match.start()]):
            # It would be read as a subtraction.
            raise ModelError(f"{text:.80}: with {letter} = {step} a name would end in {number}")
        return str(number)

    return _PLACE.sub(place, text)


def _without_sums(text: str, ranges: Ranges, budget: OpeningBudget) -> str:
    """`text` with every `sum{t: …}` written out."""
    while match := _SUM.search(text):
        letter, depth, end = match[1], 1, match.end()
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        if depth:
            raise ModelError(f"{text:.80}: a closing brace is missing")
        body = text[match.end() : end - 1].strip()
        budget.take(Work.EQUATIONS, len(body) // 10)
        first, last = _range(letter, ranges)
        if last - first >= MOST_TERMS:
            raise ModelError(f"{text:.80}: a sum over time steps has at most {MOST_TERMS} terms")
        terms = " + ".join(_at(body, letter, step) for step in range(first, last + 1))
        if len(text) + len(terms) > MOST_CHARACTERS:
            raise ModelError(
                f"{text:.80}: a sum written out makes the equation longer than "
                f"{MOST_CHARACTERS:,} characters"
            )
        text = f"{text[: match.start()]}({terms}){text[end:]}"
    return text
