"""Pictures of the screen: colours and attributes, which frames of text do not have.

`pytest --snapshot-update` makes them anew; look at them, for instance in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp
from bpdebug.tui.panes.theme import THEMES

Compare = Callable[..., bool]


class Pictured(BpdebugApp):
    """The app, with pictures that fetch no fonts from anywhere."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        svg = super().export_screenshot(title=title, simplify=simplify)
        return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def _app() -> BpdebugApp:
    return Pictured(open_session(find_session("blog")))


async def _at_a_derivative(pilot: Pilot[None]) -> None:
    """A gradient has just been computed; something is selected and has a breakpoint."""
    await pilot.press(*"14s", "j", "p", "down", "down", "b")
    await pilot.pause()


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_themes(snap_compare: Compare, theme: str) -> None:
    async def run(pilot: Pilot[None]) -> None:
        pilot.app.theme = theme
        await _at_a_derivative(pilot)

    assert snap_compare(_app(), terminal_size=(100, 30), run_before=run)


def test_presenting(snap_compare: Compare) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await pilot.press("p", *"14s")
        # The mark of what is new goes after a second.
        await pilot.pause(1.2)

    assert snap_compare(_app(), terminal_size=(80, 24), run_before=run)
