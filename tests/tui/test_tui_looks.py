"""How things look: themes, what the palette offers, copying."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.color import Color, Lab, rgb_to_lab
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.theme import Theme

from bpdebug.tui.closing import Dialog
from bpdebug.tui.panes.theme import ANSI, THEMES
from bpdebug.tui.preferences import read_preferences

from .driving import Driven, opened
from .frames import reversed_texts, strips

COLOURED = [theme for theme in THEMES if theme is not ANSI]
PHASES = ("phase-forward", "phase-loss", "phase-backward", "phase-update")

# Machado, Oliveira & Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", 2009: full protanopia and deuteranopia, for linear RGB.
SIGHTS = (
    (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
)


def linear(part: int) -> float:
    """A part of a colour as light."""
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(color: Color) -> float:
    """Relative luminance after WCAG 2."""
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio after WCAG 2, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def seen(color: Color, sight: tuple[tuple[float, ...], ...]) -> Lab:
    """A colour as somebody sees it who lacks one kind of cones."""
    light = [linear(part) for part in color.rgb]
    parts = [sum(a * b for a, b in zip(row, light, strict=True)) for row in sight]
    parts = [min(1.0, max(0.0, part)) for part in parts]
    back = [12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in parts]
    red, green, blue = (round(255 * part) for part in back)
    return rgb_to_lab(Color(red, green, blue))


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_everything_can_be_read(theme: Theme) -> None:
    texts = [theme.foreground, theme.primary, theme.accent, theme.error]
    texts += [theme.variables[name] for name in ("quiet", *PHASES)]
    least = 7.0 if theme.name == "bpdebug-contrast" else 4.5
    for text in texts:
        assert contrast(Color.parse(text), Color.parse(theme.background)) >= least, text
    # Lines are no text: they need less.
    edge, behind = Color.parse(theme.variables["edge"]), Color.parse(theme.background)
    assert contrast(edge, behind) >= 2.5


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_phases_stay_apart_without_red_or_green(theme: Theme) -> None:
    colors = [Color.parse(theme.variables[name]) for name in PHASES]
    for sight in SIGHTS:
        for one, other in combinations(colors, 2):
            a, b = seen(one, sight), seen(other, sight)
            difference = ((a.L - b.L) ** 2 + (a.a - b.a) ** 2 + (a.b - b.b) ** 2) ** 0.5
            assert difference > 10, (one, other)


async def test_the_next_theme_is_remembered() -> None:
    async with opened() as driven:
        names = [theme.name for theme in THEMES]
        assert driven.app.theme == names[0]
        for name in [*names[1:], names[0], names[1]]:
            shown = await driven.press("h")
            assert driven.app.theme == name
            assert f"{name.removeprefix('bpdebug-').capitalize()} theme" in shown
    assert read_preferences().theme == names[1]
    async with opened() as driven:
        assert driven.app.theme == names[1]


async def test_without_colours_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as driven:
        assert driven.app.theme == ANSI.name
        assert "NO_COLOR" in await driven.press("h")
        filters = [each for each in driven.app._filters if each.enabled]
        for strip in strips(driven.app):
            for each in filters:
                strip = strip.apply_filter(each, Color(0, 0, 0))
            for segment in strip:
                if segment.style is not None:
                    for color in (segment.style.color, segment.style.bgcolor):
                        assert color is None or color.is_default
    assert read_preferences().theme != ANSI.name


async def test_the_focus_is_seen_without_colours() -> None:
    async with opened() as driven:
        panes = driven.screen.query_one("#panes").children
        for theme in THEMES:
            driven.app.theme = theme.name
            for _ in panes:
                await driven.press("tab")
                shown = reversed_texts(driven.app)
                titles = {str(pane.border_title): pane.has_focus for pane in panes}
                assert {title: any(title in each for each in shown) for title in titles} == titles
                assert any(titles.values())


async def test_a_dialog_dims_what_is_below_it_as_textual_would() -> None:
    async with opened() as driven:
        await driven.press("s", "B", "n")
        for theme in (THEMES[0], ANSI):
            driven.app.theme = theme.name
            await driven.press()
            dimmed = dimmed_rows(driven)
            with patch.object(Dialog, "render", ModalScreen.render):
                assert dimmed_rows(driven) == dimmed
        assert "Derivative tree" in driven.frame, "the main screen, below two dialogs"


def dimmed_rows(driven: Driven) -> list[Strip]:
    """The rows of the screen, with all that is below it dimmed again."""
    for screen in driven.app.screen_stack:
        screen._layout_cache.clear()
        screen._styles_cache.clear()
        screen._set_dirty()
    return [strip.simplify() for strip in strips(driven.app)]


def offered(driven: Driven) -> set[str]:
    """The ids of what the command palette offers."""
    return {command.id for command in driven.app.offered()}


async def test_the_palette_offers_what_applies() -> None:
    async with opened() as driven:
        assert all(": " in command.name for command in driven.app.offered())
        assert not {"undo", "redo", "back", "edit", "run_to", "origins"} & offered(driven)
        await driven.press("end")
        await driven.wait_for(lambda: driven.screen.desk.runner is None)
        await driven.press("b")
        assert {"undo", "back", "edit"} <= offered(driven)
        assert "redo" not in offered(driven)
        await driven.press("u")
        assert "redo" in offered(driven)
        assert "undo" not in offered(driven)
        assert "answer" not in offered(driven)
        await driven.press("a")
        assert "answer" in offered(driven)


async def test_copying_says_what_it_did(tmp_path: Path) -> None:
    async with opened() as driven:
        await driven.press("end", "j", "d")
        shown = await driven.press("Y")
        assert "lines of text" in shown
        shown = await driven.press("c")
        assert "sent" in shown
        assert "OSC 52" in shown
        text = driven.app.clipboard
        assert text.count("\n") > 1
        assert all(line.strip() in driven.frame for line in text.splitlines())
        path = tmp_path / "tree.txt"
        await driven.press("Y", "f", "ctrl+u")
        await driven.type(str(path))
        assert path.read_text(encoding="utf-8") == text
        await driven.press("Y", "f", "ctrl+u")
        await driven.type(str(path))
        assert "exists already" in driven.frame
        await driven.press("escape")
        shown = await driven.press("D")
        assert "# g end: go to the end" in shown
        assert 'run.go("end")' in shown
        assert "of text, a Python script" in await driven.press("c")
        await driven.press("c")
        assert driven.app.clipboard.startswith(
            'from bpdebug import api\n\nrun = api.open("blog")\n'
        )
