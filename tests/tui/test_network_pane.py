"""The pane in a running app: painting, clicking, keys, themes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from bpdebug.drawing.canvas import CellMark
from bpdebug.program.program import Program
from bpdebug.tui.panes.network import NetworkPane
from bpdebug.tui.panes.theme import VARIABLES

from .driving import running
from .frames import frame
from .network_examples import blog, chain, free, layered, xor
from .network_shell import Shell


def _find(text: str, shown: str) -> tuple[int, int]:
    """The cell where `text` starts on the screen."""
    for y, row in enumerate(shown.split("\n")):
        if text in row:
            return row.index(text), y
    raise AssertionError(f"{text} is not to be seen in\n{shown}")


async def test_it_shows_the_drawing() -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        assert "h1  0.9866" in frame(app)
        assert "∂ 0.0765" in frame(app)


@pytest.mark.parametrize("target", ["h1  0.9", "zo1", "w9 0.9", "x2", "t2", "b2", "E 0.5932"])
async def test_a_click_selects_what_is_there(target: str) -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        await pilot.click(offset=_find(target, frame(app)))
        await pilot.pause()
        assert app.selected == [target.split()[0]]


async def test_a_click_on_nothing_selects_nothing() -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        for offset in ((0, 0), (61, 18), _find("inputs", frame(app))):
            await pilot.click(offset=offset)
        await pilot.pause()
        assert app.selected == []


async def _press(program: Program, keys: Iterable[str], position: int = 1) -> list[str]:
    app = Shell(program, position)
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
    return app.selected


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        ("right", "h1"),
        ("right right", "h1 w7"),
        ("right right right", "h1 w7 o1"),
        ("right down up left", "h1 h2 h1 w1"),
        ("right up right down up", "h1 b1 b2 o1 b2"),
        ("right left left right right", "h1 w1 x1 w1 h1"),
        ("right right down down down down down", "h1 w7 w8 w9 w10"),
        ("right right right right right left", "h1 w7 o1 E o1"),
    ],
)
async def test_arrow_keys_move_over_units_weights_and_biases(keys: str, selected: str) -> None:
    assert await _press(blog(), keys.split()) == selected.split()


async def test_arrow_keys_reach_units_that_are_folded() -> None:
    keys = ["left", *["down"] * 20]
    assert (await _press(layered(784, 128, 10), keys))[-1] == "h21"


async def test_arrow_keys_reach_columns_that_are_not_shown() -> None:
    names = await _press(chain(12), ["right"] * 24)
    assert names[-2:] == ["a12", "E"]


async def test_a_step_paints_only_cells_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Shell(blog(), 10)
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        painted: list[Region] = []
        monkeypatch.setattr(app.pane, "refresh", lambda *regions, **_: painted.extend(regions))
        app.go(10)
        assert painted == []
        app.go(11)
        assert {region.height for region in painted} == {1}
        assert 0 < sum(region.area for region in painted) < app.pane.size.area / 6


async def test_names_are_data_not_markup() -> None:
    program = free("o = w*x\nE = (o - t)^2", {"w": 1.5}, x=1, t=0)
    app = Shell(xor())
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        # The default names of elements contain brackets.
        assert "b1[2]" in frame(app)
        app.program = program
        app.go(1)
        await pilot.pause()
        assert "o     1.5" in frame(app)


async def test_another_program_is_drawn_anew() -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        app.program = chain(3)
        app.go(2)
        await pilot.pause()
        assert "a2" in frame(app)
        assert "h1" not in frame(app)


async def test_any_size_down_to_nothing() -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        for size in ((62, 40), (20, 6), (4, 3), (2, 2), (1, 1), (90, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "zh1" in frame(app)


async def test_before_the_first_view_it_is_blank() -> None:
    pane = NetworkPane()

    class Bare(App[None]):
        def get_theme_variable_defaults(self) -> dict[str, str]:
            return VARIABLES

        def compose(self) -> ComposeResult:
            yield pane

    app = Bare()
    async with running(app, (40, 10)) as pilot:
        pane.focus()
        await pilot.press("right")
        await pilot.click(NetworkPane)
        assert not frame(app).strip()


async def test_phases_have_the_colours_of_the_theme() -> None:
    class Themed(Shell):
        def get_theme_variable_defaults(self) -> dict[str, str]:
            return {**VARIABLES, "phase-backward": "#123456"}

    app = Themed(blog(), 14)
    async with running(app, (62, 19)) as pilot:
        await pilot.pause()
        color = app.pane._look(CellMark.BACKWARD).color
        assert color is not None
        assert color.name == "#123456"


async def test_every_theme_draws_every_mark() -> None:
    app = Shell(blog())
    async with running(app, (62, 19)) as pilot:
        for theme in app.available_themes:
            app.theme = theme
            await pilot.pause()
            assert all(app.pane._look(mark).color is not None for mark in CellMark)
