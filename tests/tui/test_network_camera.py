"""Closer drawings and windows on them: what holds wherever one looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from generated import programs
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.drawing.camera import Camera
from bpdebug.drawing.canvas import Canvas
from bpdebug.drawing.places import Area, Layout
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import Scene, scene
from bpdebug.drawing.window import CLOSEST, Window, area, beyond, showing, within
from bpdebug.program.program import Program
from bpdebug.text.numbers import number

from .network_examples import blog, circuit, graph_of, layered, softmax, view_at

_PANE = (58, 17)


def _scene(program: Program, position: int, selected: str | None = None) -> Scene:
    return scene(graph_of(program), view_at(program, position), selected, number)


def _cells(canvas: Canvas, y: int, start: int, stop: int) -> list[tuple[object, ...]]:
    cells = [(sign, mark) for text, mark in canvas.row(y) for sign in text]
    return [(*cells[x], canvas.name_at(x, y)) for x in range(start, stop)]


@given(
    st.data(),
    programs(),
    st.tuples(st.integers(20, 60), st.integers(6, 20)),
    st.integers(1, 3),
    st.integers(-5, 80),
    st.integers(-5, 40),
)
def test_a_window_shows_the_cells_of_the_whole_drawing(
    data: st.DataObject,
    program: Program,
    pane: tuple[int, int],
    level: int,
    left: int,
    top: int,
) -> None:
    seen = _scene(program, data.draw(st.integers(0, program.operations)))
    raster = Raster(seen.graph)
    canvas = raster.draw(seen, *pane, Window(level, left, top))
    if raster.layout is None:
        return
    wide, high = area(pane[0], pane[1] - 1, level)
    whole = Canvas(wide, high)
    raster.paint(whole, seen)
    first, last = max(0, left), min(left + pane[0], wide)
    for y in range(max(0, -top), min(pane[1] - 1, high - top)):
        if first < last:
            expected = _cells(whole, y + top, first, last)
            assert _cells(canvas, y, first - left, last - left) == expected


@pytest.mark.parametrize("pane", [(28, 6), _PANE, (98, 28)])
@pytest.mark.parametrize("sizes", [(3, 2, 2), (4, 8, 3), (784, 128, 10)])
def test_what_is_done_is_in_sight_however_close(
    sizes: tuple[int, ...], pane: tuple[int, int]
) -> None:
    program = blog() if sizes == (3, 2, 2) else layered(*sizes)
    # A drawing takes its time, one of many units more; it has few that differ.
    step = 3 if program.operations < 1000 else 17
    camera = Camera(Raster(graph_of(program)))
    camera.draw(_scene(program, 0), *pane, follow=True)
    for _ in range(CLOSEST):
        camera.zoom(_scene(program, 0), *pane, 1)
        for position in [*range(1, 60, step), program.operations - 1]:
            seen = _scene(program, position)
            camera.draw(seen, *pane, follow=True)
            assert isinstance(camera.raster.layout, Layout)
            places = camera.raster.layout.places
            # Not every drawing has room for the loss, whose value is then in the caption.
            about = [node for node in seen.wanted if node in places or node != seen.graph.loss]
            for node in about[:1]:
                place = places[node]
                x, y = place.x - camera.window.left, place.y - camera.window.top
                assert x >= 0
                assert x + min(place.width, pane[0]) <= pane[0]
                assert y >= 0
                assert y + min(place.height, pane[1] - 1) <= pane[1] - 1


def test_a_selection_that_is_out_of_sight_is_brought_back() -> None:
    program = layered(10, 8, 8, 4)
    camera = Camera(Raster(graph_of(program)))
    for _ in range(3):
        camera.zoom(_scene(program, 3), *_PANE, 1)
    for name in ("x10", "o4", "h1", "g8"):
        canvas = camera.draw(_scene(program, 3, name), *_PANE, follow=True)
        assert f" {name} " in canvas.text().rpartition("\n")[0]
        camera.pan(_scene(program, 3, name), *_PANE, 500, 500)
        camera.draw(_scene(program, 3, name), *_PANE, follow=False)


def test_away_from_the_drawing_one_comes_back_to_the_same_fit() -> None:
    for program in (blog(), layered(4, 8, 3), layered(784, 128, 10), softmax()):
        seen = _scene(program, 4)
        camera = Camera(Raster(seen.graph))
        fit = camera.draw(seen, *_PANE, follow=True).rows()
        closer = 0
        while camera.zoom(seen, *_PANE, 1):
            closer += 1
            assert camera.draw(seen, *_PANE, follow=False).rows() != fit
        assert 0 < closer <= CLOSEST
        for _ in range(closer):
            assert camera.zoom(seen, *_PANE, -1)
        assert not camera.zoom(seen, *_PANE, -1)
        assert camera.draw(seen, *_PANE, follow=False).rows() == fit


def test_what_is_told_already_is_not_told_larger() -> None:
    seen = _scene(circuit(), 4)
    camera = Camera(Raster(seen.graph))
    assert "dE/dx ·" in camera.draw(seen, *_PANE, follow=True).text()
    assert not camera.zoom(seen, *_PANE, 1)


@pytest.mark.parametrize("pane", [(28, 6), (38, 9), _PANE])
def test_from_close_by_everything_is_told(pane: tuple[int, int]) -> None:
    seen = _scene(blog(), 14)
    camera = Camera(Raster(seen.graph))
    while camera.zoom(seen, *pane, 1):
        camera.draw(seen, *pane, follow=True)
    whole = Canvas(*area(pane[0], pane[1] - 1, camera.window.level))
    camera.raster.paint(whole, seen)
    text = whole.text()
    for part in ("zh1    4.3", "h1     0.9866", "dE/do1 0.7896", "0.0765", "w10 0.1", "E 0.5"):
        assert part in text


def test_a_big_network_stays_folded_close_by() -> None:
    seen = _scene(layered(784, 128, 10), 20)
    camera = Camera(Raster(seen.graph))
    while camera.zoom(seen, *_PANE, 1):
        layout = camera.raster.layout
        assert isinstance(layout, Layout)
        assert layout.form.boxed
        assert layout.folds
        assert len(layout.places) < 100


def test_one_sees_where_there_is_more() -> None:
    seen = _scene(blog(), 14)
    camera = Camera(Raster(seen.graph))
    for _ in range(2):
        camera.zoom(seen, *_PANE, 1)
    arrows = {}
    for way, (right, down) in {"↖": (-500, -500), "↘": (500, 500)}.items():
        camera.pan(seen, *_PANE, right, down)
        arrows[way] = camera.draw(seen, *_PANE, follow=False).text().split("\n")[-1].split()[-1]
    assert arrows == {"↖": "→↓", "↘": "←↑"}


def test_the_unit_that_is_pointed_at_stays_where_it_is() -> None:
    seen = _scene(layered(10, 8, 8, 4), 12)
    camera = Camera(Raster(seen.graph))
    camera.draw(seen, *_PANE, follow=True)
    layout = camera.raster.layout
    assert layout is not None
    place = layout.nearest(18, 8)
    camera.zoom(seen, *_PANE, 1, place.box.middle)
    closer = camera.raster.layout
    assert closer is not None
    assert closer is not layout
    x, y = closer.places[place.node].box.middle
    assert (x - camera.window.left, y - camera.window.top) == place.box.middle


def test_a_pane_that_has_become_too_small_shows_the_whole() -> None:
    seen = _scene(blog(), 14)
    camera = Camera(Raster(seen.graph))
    camera.zoom(seen, *_PANE, 1)
    assert "network" in camera.draw(seen, 9, 3, follow=True).text()
    assert camera.window == Window()


_LENGTH = st.integers(1, 60)


@given(
    st.builds(Window, st.just(1), st.integers(-99, 99), st.integers(-99, 99)),
    st.builds(Area, st.integers(-9, 9), st.integers(-9, 9), _LENGTH, _LENGTH),
    _LENGTH,
    _LENGTH,
)
def test_a_window_shows_no_more_emptiness_than_it_has_to(
    window: Window, whole: Area, width: int, height: int
) -> None:
    found = within(window, whole, width, height)
    assert within(found, whole, width, height) == found
    if whole.width >= width:
        assert whole.x <= found.left <= whole.x + whole.width - width
    else:
        assert found.left <= whole.x
        assert whole.x + whole.width <= found.left + width
    more = beyond(found, whole, width, height)
    assert ("←" in more or "→" in more) == (whole.width > width)
    assert ("↑" in more or "↓" in more) == (whole.height > height)


@given(
    st.builds(Window, st.just(1), st.integers(-99, 99), st.integers(-99, 99)),
    st.builds(Area, st.integers(-9, 9), st.integers(-9, 9), _LENGTH, _LENGTH),
    _LENGTH,
    _LENGTH,
)
def test_a_window_moves_as_little_as_it_takes(
    window: Window, part: Area, width: int, height: int
) -> None:
    found = showing(window, part, width, height)
    assert showing(found, part, width, height) == found
    if part.height <= height:
        assert found.top <= part.y
        assert part.y + part.height <= found.top + height
    else:
        assert found.top == part.y
    if window.top <= part.y and part.y + part.height <= window.top + height:
        assert replace(found, left=0) == replace(window, left=0)
