"""Looks: how a piece of text is drawn, by what it means. One table for all panes.

They are not part of Textual's style sheets: those would match every look of every pane again
whenever a pane comes, goes, or has another class.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.app import App
from textual.color import Color


class Look(NamedTuple):
    """A look: names of theme variables, and attributes such as `bold`.

    `without` are the attributes on the terminal's own background, where a theme has no
    shades of its own.
    """

    color: str = ""
    attributes: str = ""
    background: str = ""
    without: str | None = None


LOOKS = {
    "plain": Look("foreground"),
    "muted": Look("quiet", without="dim"),
    "strong": Look("foreground", "bold"),
    "value": Look("foreground", "bold"),
    "fresh": Look("accent", "bold"),
    "cursor": Look(background="panel", without="underline"),
    "selected": Look("accent", "underline"),
    "unknown": Look("faint", "italic", without="dim italic"),
    "stale": Look("quiet", "italic", without="dim italic"),
    "mark": Look("error", "bold"),
    "error": Look("error"),
    "code": Look("phase-forward"),
    "forward": Look("phase-forward"),
    "loss": Look("phase-loss"),
    "backward": Look("phase-backward"),
    "update": Look("phase-update"),
}
"""The looks of lines, by name."""


def style_of(look: Look, app: App[object]) -> Style:
    """A look in the colours of the theme."""
    variables = app.theme_variables
    is_bare = app.native_ansi_color
    color, background = (
        Color.parse(variables[name]).rich_color if name else None
        for name in (look.color, look.background)
    )
    words = look.without if is_bare and look.without is not None else look.attributes
    return Style.parse(words) + Style.from_color(color, background)
