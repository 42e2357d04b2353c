"""Colours: the themes and the variables that the panes draw with.

Phases have colours that stay apart for people who do not see red and green apart (after
Okabe & Ito, "Color Universal Design", 2008). No state is shown by colour alone.
"""

from __future__ import annotations

from textual.theme import Theme

_DARK = {
    "quiet": "#98a3b0",
    "faint": "#76818e",
    "frame": "#3b4654",
    "phase-forward": "#56b4e9",
    "phase-loss": "#f0e442",
    "phase-backward": "#e69f00",
    "phase-update": "#2fbf95",
}

_LIGHT = {
    "quiet": "#55606b",
    "faint": "#6f7983",
    "frame": "#b9b6ac",
    "phase-forward": "#005f99",
    "phase-loss": "#7a6a00",
    "phase-backward": "#a34700",
    "phase-update": "#00694d",
}

VARIABLES = _DARK
"""What themes that do not have these variables draw with."""

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
)
