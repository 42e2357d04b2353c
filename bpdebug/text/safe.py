"""Making text from a file harmless to a terminal."""

from __future__ import annotations

import unicodedata

_KEPT = "\n"
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories of control, formatting (bidirectional too), surrogate and private
characters, and of line and paragraph separators."""


def safe(text: str) -> str:
    """`text` with control, bidirectional and other invisible characters written as escapes."""
    return "".join(
        character
        if character in _KEPT or unicodedata.category(character) not in _HARMFUL
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
