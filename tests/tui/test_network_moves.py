"""Going closer and moving about in the pane of a running app, by keyboard and mouse."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollLeft, MouseScrollRight, MouseScrollUp
from textual.pilot import Pilot

from bpdebug.drawing.window import Window
from bpdebug.program.program import Program

from .driving import running
from .frames import frame
from .network_examples import blog, layered
from .network_shell import Shell

_SIZE = (42, 11)


def _window(app: Shell) -> Window:
    assert app.pane._camera is not None
    return app.pane._camera.window


async def _wheel(
    pilot: Pilot[None],
    event: type[MouseScrollDown | MouseScrollLeft | MouseScrollRight | MouseScrollUp],
    shift: bool = False,
    ctrl: bool = False,
) -> None:
    await pilot._post_mouse_events([event], offset=(30, 6), shift=shift, control=ctrl)
    await pilot.pause()


async def test_keys_move_over_a_closer_drawing() -> None:
    app = Shell(blog(), 14)
    async with running(app, _SIZE) as pilot:
        fit = frame(app)
        await pilot.press("shift+left")
        assert frame(app) == fit
        assert app.pane.zoom(1)
        assert app.pane.zoom(1)
        await pilot.press(*["shift+left"] * 20, *["shift+up"] * 20)
        assert "inputs" in frame(app)
        assert "zoom 2 →↓" in frame(app)
        await pilot.press(*["shift+right"] * 20, *["shift+down"] * 20)
        assert "zoom 2 ←↑" in frame(app)
        assert app.selected == []
        assert app.pane.zoom(-1)
        assert app.pane.zoom(-1)
        assert not app.pane.zoom(-1)
        await pilot.pause()
        assert frame(app) == fit


async def test_the_wheel_moves_and_goes_closer() -> None:
    app = Shell(blog(), 14)
    async with running(app, _SIZE) as pilot:
        fit = frame(app)
        await _wheel(pilot, MouseScrollDown)
        assert frame(app) == fit
        await _wheel(pilot, MouseScrollUp, ctrl=True)
        await _wheel(pilot, MouseScrollUp, ctrl=True)
        assert _window(app).level == 2
        await _wheel(pilot, MouseScrollUp)
        await _wheel(pilot, MouseScrollLeft)
        start = _window(app)
        for event, shift, right, down in (
            (MouseScrollDown, False, 0, 3),
            (MouseScrollUp, False, 0, -3),
            (MouseScrollDown, True, 6, 0),
            (MouseScrollUp, True, -6, 0),
            (MouseScrollRight, False, 6, 0),
            (MouseScrollLeft, False, -6, 0),
        ):
            before = _window(app)
            await _wheel(pilot, event, shift=shift)
            assert _window(app).left - before.left == right
            assert _window(app).top - before.top == down
        assert _window(app) == start
        await _wheel(pilot, MouseScrollDown, ctrl=True)
        await _wheel(pilot, MouseScrollDown, ctrl=True)
        assert frame(app) == fit


async def test_dragging_moves_the_drawing_and_selects_nothing() -> None:
    app = Shell(blog(), 14)
    async with running(app, _SIZE) as pilot:
        app.pane.zoom(1)
        app.pane.zoom(1)
        before = _window(app)
        await pilot.mouse_down(offset=(30, 6))
        await pilot.hover(offset=(27, 8))
        await pilot.hover(offset=(26, 8))
        await pilot.mouse_up(offset=(26, 8))
        assert (_window(app).left - before.left, _window(app).top - before.top) == (4, -2)
        # Let go of, it stays.
        await pilot.hover(offset=(39, 9))
        assert (_window(app).left - before.left, _window(app).top - before.top) == (4, -2)
        assert app.selected == []


def _at(app: Shell, name: str) -> tuple[int, int]:
    """The cell where `name` starts on the screen."""
    for y, row in enumerate(frame(app).split("\n")):
        if f" {name} " in row:
            return row.index(f" {name} ") + 1, y
    raise AssertionError(f"{name} is not to be seen in\n{frame(app)}")


@pytest.mark.parametrize(
    ("closer", "names"), [(0, ["x2", "x3"]), (1, ["o1", "zo2"]), (2, ["o1", "w8"])]
)
async def test_a_click_selects_at_every_zoom(closer: int, names: list[str]) -> None:
    app = Shell(blog(), 14)
    async with running(app, _SIZE) as pilot:
        for _ in range(closer):
            assert app.pane.zoom(1)
        await pilot.pause()
        for name in names:
            await pilot.click(offset=_at(app, name))
            await pilot.pause()
            assert app.selected[-1] == name


@pytest.mark.parametrize("closer", [1, 3])
@pytest.mark.parametrize("program", [blog(), layered(4, 8, 3)], ids=["blog", "4-8-3"])
async def test_arrows_select_alike_at_every_zoom(program: Program, closer: int) -> None:
    keys = ["left", "left", "up", "right", "right", "right", "down", "down", "left", "left"]
    found = []
    for level in (0, closer):
        app = Shell(program, 1)
        async with running(app, _SIZE) as pilot:
            for _ in range(level):
                app.pane.zoom(1)
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                assert app.selected[-1] in frame(app)
            # Between weights the order is that of the drawing; the units are the same.
            found.append([name for name in app.selected if not name.startswith("w")])
    assert found[0] == found[1]


@pytest.mark.parametrize("closer", [0, 2])
async def test_what_was_painted_in_parts_is_what_is_painted_as_a_whole(closer: int) -> None:
    app = Shell(blog(), 1)
    async with running(app, _SIZE) as pilot:
        for _ in range(closer):
            app.pane.zoom(1)
        for position in range(2, 42):
            app.go(position)
            await pilot.pause()
            rows = ["".join(text for text, _ in row).rstrip() for row in app.pane._rows]
            shown = [row[2:-2].rstrip() for row in frame(app).split("\n")[1:-1]]
            assert shown == rows


async def test_another_size_keeps_the_zoom() -> None:
    app = Shell(blog(), 14)
    async with running(app, _SIZE) as pilot:
        app.pane.zoom(1)
        await pilot.resize_terminal(62, 15)
        await pilot.pause()
        assert _window(app).level == 1
        assert "dE/dw7 = 0.0765" in frame(app)
        await pilot.resize_terminal(2, 2)
        await pilot.pause()
        await pilot.resize_terminal(*_SIZE)
        await pilot.pause()
        assert _window(app).level == 0
        assert "h1 0.9866" in frame(app)
