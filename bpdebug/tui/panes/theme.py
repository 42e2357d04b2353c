"""Colours: the themes and the variables that the panes draw with.

Phases have colours that stay apart for people who do not see red and green apart (after
Okabe & Ito, "Color Universal Design", 2008). No state is shown by colour alone.
"""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

_DARK = {
    "quiet": "#98a3b0",
    "faint": "#76818e",
    "frame": "#3b4654",
    "edge": "#5c6774",
    "phase-forward": "#56b4e9",
    "phase-loss": "#f0e442",
    "phase-backward": "#e69f00",
    "phase-update": "#2fbf95",
}

_LIGHT = {
    "quiet": "#55606b",
    "faint": "#6f7983",
    "frame": "#b9b6ac",
    "edge": "#9a9da0",
    "phase-forward": "#005f99",
    "phase-loss": "#7d6e00",
    "phase-backward": "#853000",
    "phase-update": "#00694d",
}

_CONTRAST = {
    "quiet": "#e0e0e0",
    "faint": "#c8c8c8",
    "frame": "#a0a0a0",
    "edge": "#a0a0a0",
    "phase-forward": "#7fd0ff",
    "phase-loss": "#fff36b",
    "phase-backward": "#ffb84d",
    "phase-update": "#4df0c0",
}

_TERMINAL = {
    "quiet": "ansi_default",
    "faint": "ansi_default",
    "frame": "ansi_default",
    "edge": "ansi_default",
    "phase-forward": "ansi_cyan",
    "phase-loss": "ansi_red",
    "phase-backward": "ansi_magenta",
    "phase-update": "ansi_green",
}

VARIABLES = _DARK
"""What themes that do not have these variables draw with."""

ANSI = Theme(
    name="bpdebug-terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_default",
    accent="ansi_magenta",
    warning="ansi_magenta",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={**BUILTIN_THEMES["ansi-dark"].variables, **_TERMINAL},
)
"""The terminal's own sixteen colours, on its own background."""

THEMES = (
    Theme(
        name="bpdebug-dark",
        primary="#56b4e9",
        secondary="#7f9fb8",
        accent="#f0c674",
        warning="#e69f00",
        error="#e5707e",
        success="#2fbf95",
        foreground="#d8dee6",
        background="#11151a",
        surface="#161b22",
        panel="#222a34",
        dark=True,
        variables=_DARK,
    ),
    Theme(
        name="bpdebug-light",
        primary="#005f99",
        secondary="#4d6b80",
        accent="#8a4b00",
        warning="#a34700",
        error="#a8203a",
        success="#00694d",
        foreground="#1c2128",
        background="#fbfaf7",
        surface="#ffffff",
        panel="#e8e6df",
        dark=False,
        variables=_LIGHT,
    ),
    Theme(
        name="bpdebug-contrast",
        primary="#7fd0ff",
        secondary="#ffffff",
        accent="#ffe680",
        warning="#ffb84d",
        error="#ff8a95",
        success="#4df0c0",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#333333",
        dark=True,
        variables=_CONTRAST,
    ),
    ANSI,
)
