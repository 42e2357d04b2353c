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
    lines: list[str] = []
    for piece in _pieces(text, width):
        joined = f"{lines[-1]}{piece}" if lines else piece
        if lines and len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(piece.lstrip())
    return [part for line in lines for part in _cut(line, width)]


def _pieces(text: str, width: int) -> list[str]:
    """The terms of a sum, each broken further only if it is too long for a line."""
    terms = re.split(r"(?= [+−] )", text)
    pieces: list[str] = []
    for term in terms:
        if len(term) <= width:
            pieces.append(term)
        else:
            pieces.extend(re.split(r"(?= · )|(?<=\))(?=\()", term))
    return pieces


def _cut(line: str, width: int) -> list[str]:
    return [line[start : start + width] for start in range(0, len(line), width)] or [""]
