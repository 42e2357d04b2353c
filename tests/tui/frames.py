"""Frames: what a running app shows, as lines of text, and goldens to compare them with.

The one place that looks into the compositor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from bpdebug.tui.terminal.repaint import SparingCompositor

GOLDENS = Path(__file__).parent / "goldens"


@contextmanager
def drawn_when_looked_at() -> Iterator[None]:
    """Frames are made for those who look at them, and not each time that something changes: what
    would go to a terminal goes nowhere in an app without one, and takes a third of all its time.
    """

    def leave(
        compositor: Compositor,
        full: bool = False,
        screen_stack: list[Screen[object]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        if full:
            return whole(compositor, full, screen_stack, simplify)
        compositor._dirty_regions.clear()
        return None

    whole = Compositor.render_update
    with (
        patch.object(Compositor, "render_update", leave),
        patch.object(SparingCompositor, "render_update", leave),
    ):
        yield


def strips(app: App[None]) -> list[Strip]:
    """The rows of the screen, with what is seen of the screens below it."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def frame(app: App[None]) -> str:
    """The screen as lines of text without trailing blanks."""
    width, height = app.size
    lines = ["".join(segment.text for segment in strip) for strip in strips(app)[:height]]
    assert all(len(text) >= 0 for text in lines)
    return "\n".join(text[:width].rstrip() for text in lines)


def reversed_texts(app: App[None]) -> list[str]:
    """The pieces of the screen that stand in reverse, which is to be seen without colours, too."""
    pieces = [segment for strip in strips(app) for segment in strip]
    return [each.text for each in pieces if each.style is not None and each.style.reverse]


def check_golden(text: str, name: str) -> None:
    """Compare `text` with the golden `name`; BPDEBUG_UPDATE_GOLDENS=1 rewrites it."""
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("BPDEBUG_UPDATE_GOLDENS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.exists(), f"no golden {path.name}; make it with BPDEBUG_UPDATE_GOLDENS=1"
    assert text + "\n" == path.read_text(encoding="utf-8"), f"the frame differs from {path.name}"


def check_goldens(texts: Mapping[str, str], size: str) -> None:
    """Compare frames of one size with their goldens; says which of them differ, all at once."""
    different = []
    for name, text in texts.items():
        try:
            check_golden(text, f"{name}-{size}")
        except AssertionError as error:
            different.append(f"{error}\n{text}")
    assert not different, "\n\n".join(different)
