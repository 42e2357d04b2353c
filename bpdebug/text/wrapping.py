"""Breaking words into lines, and formulas where people break them; long names in few cells."""

from __future__ import annotations

import re
from textwrap import wrap

_SUM = re.compile(r"(?= [+−] )")
_PRODUCT = re.compile(r"(?= [·/] )|(?<=\))(?=\()")
_OPERATORS = (_SUM, _PRODUCT)
_TIGHT = (re.compile(r"(?=[·/])"), re.compile(r"(?<=_)"))
"""Where what is still too long is broken: before operators without blanks, then within names."""


def wrap_words(text: str, width: int, *, indent: str = "") -> list[str]:
    """`text` in lines of at most `width` characters, the later ones behind `indent`.

    In a window where there is no room at all, a line has one character.
    """
    return wrap(text, max(len(indent) + 1, width), subsequent_indent=indent)


def wrap_formula(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` characters, broken before operators if possible.

    A sum is broken before a product is, and either before what is in parentheses. A name that is
    too long by itself is broken after `_`, or cut.
    """
    width = max(8, width)
    deepest = max(_depths(text), default=0)
    levels = [(depth, operator) for depth in range(deepest + 1) for operator in _OPERATORS]
    return _wrapped(text, width, levels)


def wrap_marked(
    text: str, width: int, marked: tuple[int, int] | None
) -> list[tuple[str, tuple[int, int] | None]]:
    """The same, and which characters of each line are among the `marked` ones of `text`."""
    lines: list[tuple[str, tuple[int, int] | None]] = []
    at = 0
    for line in wrap_formula(text, width):
        at = text.index(line, at)
        start, end = (max(each - at, 0) for each in marked or (0, 0))
        end = min(end, len(line))
        lines.append((line, (start, end) if start < end else None))
        at += len(line)
    return lines


def shortened(name: str, width: int) -> str:
    """`name` in at most `width` cells, with `…` for its middle: its end has the indices."""
    if len(name) <= width:
        return name
    if width <= _LEAST:
        return name[: max(0, width - 1)] + "…"[:width]
    indices = len(name) - len(name.rstrip("0123456789_,[]"))
    end = min(max(indices, (width - 1) // 2), width - 2)
    return f"{name[: width - 1 - end]}…{name[len(name) - end :]}"


_LEAST = 4
"""Cells in which the beginning of a name says more than its end."""


def _wrapped(text: str, width: int, levels: list[tuple[int, re.Pattern[str]]]) -> list[str]:
    if len(text) <= width:
        return [text]
    if not levels:
        return _wrapped_tightly(text, width)
    (depth, operator), *deeper = levels
    lines: list[str] = []
    whole = False
    for piece in _pieces(text, depth, operator):
        if whole and len(lines[-1]) + len(piece) <= width:
            lines[-1] += piece
            continue
        # A piece that is broken stands on lines of its own.
        whole = len(piece.lstrip()) <= width
        lines += _wrapped(piece.lstrip(), width, deeper)
    return lines


def _wrapped_tightly(text: str, width: int) -> list[str]:
    pieces = [text]
    for breaks in _TIGHT:
        pieces = [
            part
            for piece in pieces
            for part in ([piece] if len(piece) <= width else breaks.split(piece))
        ]
    lines = [""]
    for piece in pieces:
        if len(lines[-1]) + len(piece) <= width:
            lines[-1] += piece
        else:
            lines += [piece[start : start + width] for start in range(0, len(piece), width)]
    return [each for each in lines if each]


def _pieces(text: str, depth: int, operator: re.Pattern[str]) -> list[str]:
    """`text` broken before every such operator that stands within `depth` parentheses."""
    depths = _depths(text)
    breaks = [
        at for at in (match.start() for match in operator.finditer(text)) if depths[at] == depth
    ]
    return [text[start:end] for start, end in zip([0, *breaks], [*breaks, len(text)], strict=True)]


def _depths(text: str) -> list[int]:
    """In how many parentheses each character stands; an opening one stands outside."""
    depths, depth = [], 0
    for character in text:
        depths.append(depth)
        depth += (character == "(") - (character == ")")
    return depths
