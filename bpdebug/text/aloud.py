"""Text that reads well aloud: no sign in it that a screen reader passes over or spells out."""

from __future__ import annotations

import re

from bpdebug.notation.names import GREEK
from bpdebug.text.numbers import COVER, MINUS
from bpdebug.text.safe import safe

_SAID = {
    COVER: "covered",
    "∞": "infinity",
    "Σ(": "sum(",
    "√": "sqrt",
    "…": "...",
    " · ": " * ",
    "·": "*",
    " → ": " to ",
    " ⋯ ": " ... ",
    "×": " by ",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "²": "^2",
    "³": "^3",
    "✓": "right",
    "✗": "wrong",
    "≈": "about",
    MINUS: "-",
    "–": "-",
}
"""What is written for a sign, the longest ones first."""

_OF_A_WORD = r"[\u0370-\u03ff\u1f00-\u1fff]"
_ALONE = re.compile(rf"(?<!{_OF_A_WORD})[{''.join(GREEK)}](?!{_OF_A_WORD})")
"""A Greek letter that is not part of a Greek word."""


def aloud(text: str) -> str:
    """`text` in letters, digits and the signs of a keyboard, and Greek letters by their names, as
    they are typed; but for words in another alphabet.

    What would do something to a terminal stands in it as an escape.
    """
    for sign, words in _SAID.items():
        text = text.replace(sign, words)
    return safe(_ALONE.sub(lambda letter: GREEK[letter[0]], text))


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def in_prose(text: str) -> str:
    """A title or a sentence, in which a dot in the middle of the line multiplies nothing."""
    return text.replace(" · ", ", ")
