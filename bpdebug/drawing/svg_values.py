"""What a drawing as SVG tells of slots: values as text, and lines by the sign of a weight."""

from __future__ import annotations

from typing import NamedTuple

from bpdebug.debugger.view import View

POSITIVE, NEGATIVE = "#3d7fc4", "#c2601f"
"""The colours of lines by the sign of their weight; both can be seen on white and on black."""


class Line(NamedTuple):
    """The colour and the width of a line."""

    colour: str
    width: str


class Drawn(NamedTuple):
    """What is drawn of one slot: its value as text, and the line of a weight, None without one."""

    text: str
    line: Line | None


PLAIN = Line("currentColor", "1.0")


def line_of(view: View, slot: int) -> Line:
    """The line of a weight: its colour tells the sign, its width the size."""
    weight = view.value(slot)
    width = 1 + 2 * min(1.0, abs(weight)) if weight == weight else 1.0
    return Line(NEGATIVE if weight < 0 else POSITIVE, f"{width:.1f}")
