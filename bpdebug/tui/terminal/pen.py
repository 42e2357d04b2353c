"""Cells as a terminal is told of them: where to go, in which colours, and the text.

Of a colour or an attribute that is in force already nothing is said again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

Place = tuple[int, int]
"""Row and column, from 0."""

Segments = tuple[Segment, ...]
"""Texts that stand beside one another, each in its look."""


class Ink(NamedTuple):
    """The codes of a style (ECMA-48, SGR): attributes as bold, text and ground; empty by default.

    `marks_blanks` says that an attribute is seen where there is no text: a line, or reversed.
    """

    attributes: str = ""
    text: str = ""
    ground: str = ""
    marks_blanks: bool = False


_RESET = "\x1b[0m"
_NO_TEXT_COLOUR, _NO_GROUND = "39", "49"


def written(pieces: Iterable[tuple[Place, Iterable[Segment]]], system: ColorSystem) -> str:
    """The pieces, each from its place, as escape sequences and texts; ends without colours."""
    parts: list[str] = []
    ink = Ink()
    for (y, x), segments in pieces:
        parts.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in segments:
            wanted = _ink(style, system) if style else Ink()
            codes = _change(ink, wanted, text)
            if codes is not None:
                parts.append(codes)
                ink = wanted
            parts.append(text)
    parts.append(_RESET)
    return "".join(parts)


def _change(now: Ink, wanted: Ink, text: str) -> str | None:
    """How to come from one style to another, None if `text` looks the same in both."""
    if now == wanted:
        return None
    if (
        text.isspace()
        and now.ground == wanted.ground
        and not now.marks_blanks | wanted.marks_blanks
    ):
        return None
    if now.attributes != wanted.attributes:
        codes = ["0", wanted.attributes, wanted.text, wanted.ground]
    else:
        codes = []
        if now.ground != wanted.ground:
            codes.append(wanted.ground or _NO_GROUND)
        if now.text != wanted.text:
            codes.append(wanted.text or _NO_TEXT_COLOUR)
    return f"\x1b[{';'.join(code for code in codes if code)}m"


@lru_cache(4096)
def _ink(style: Style, system: ColorSystem) -> Ink:
    codes = style.without_color.render("x", color_system=system).partition("x")[0]
    attributes = codes.rpartition("\x1b[")[2].removesuffix("m")
    seen = style.underline or style.underline2 or style.reverse or style.strike or style.overline
    text, ground = (
        ";".join(colour.downgrade(system).get_ansi_codes(foreground)) if colour else ""
        for colour, foreground in ((style.color, True), (style.bgcolor, False))
    )
    return Ink(attributes, text, ground, bool(seen))
