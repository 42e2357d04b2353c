"""Breaking a formula into lines where people break it: before `+`, `−` and `·`."""

from __future__ import annotations

import re


def wrap_formula(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` characters, broken before operators if possible.

    A sum is broken before a product is. A piece that is too long by itself is cut.
    """
    width = max(8, width)
    if len(text) <= width:
        return [text]
    terms = re.split(r"(?= [+−] )", text)
    if all(len(term.strip()) <= width for term in terms):
        return _filled(terms, width)
    # A term that is broken stands on lines of its own.
    lines = [_filled(re.split(r"(?= · )|(?<=\))(?=\()", term), width) for term in terms]
    return [part for term in lines for line in term for part in _cut(line, width)]


def _filled(pieces: list[str], width: int) -> list[str]:
    """The pieces in as few lines as they take."""
    lines: list[str] = []
    for piece in pieces:
        joined = f"{lines[-1]}{piece}" if lines else piece.lstrip()
        if lines and len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(piece.lstrip())
    return lines


def _cut(line: str, width: int) -> list[str]:
    return [line[start : start + width] for start in range(0, len(line), width)] or [""]
