"""The box of a dialog."""

from __future__ import annotations

from textual.containers import Vertical


class Box(Vertical):
    """As high as what is in it; the dialog says how wide."""

    DEFAULT_CSS = """
    Box {
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $primary;
        border-title-color: $primary;
        border-subtitle-color: $quiet;
        background: $surface;
        padding: 0 1;
        & Input { background: $surface; }
    }
    """
