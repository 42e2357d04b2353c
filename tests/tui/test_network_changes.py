"""What is painted again after a step: the cells that differ, and hardly any others."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.changes import changes
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.program.program import Program
from bpdebug.text.numbers import number

from .network_examples import blog, layered, view_at

_WIDTH, _HEIGHT = 30, 4
_PUT = st.tuples(
    st.integers(0, _WIDTH),
    st.integers(0, _HEIGHT),
    st.text("ab ", max_size=6),
    st.sampled_from([CellMark.NODE, CellMark.EDGE]),
)


def _canvas(puts: list[tuple[int, int, str, CellMark]]) -> Canvas:
    canvas = Canvas(_WIDTH, _HEIGHT)
    for put in puts:
        canvas.put(*put)
    return canvas


def _cells(canvas: Canvas) -> list[list[tuple[str, CellMark]]]:
    return [[(sign, mark) for text, mark in row for sign in text] for row in canvas.rows()]


@given(st.lists(_PUT), st.lists(_PUT))
def test_painting_what_changed_is_painting_everything(
    before: list[tuple[int, int, str, CellMark]], after: list[tuple[int, int, str, CellMark]]
) -> None:
    old, new = _canvas(before), _canvas(after)
    screen, wanted = _cells(old), _cells(new)
    for x, y, length in changes(old.rows(), new.rows()):
        assert screen[y][x] != wanted[y][x]
        assert screen[y][x + length - 1] != wanted[y][x + length - 1]
        screen[y][x : x + length] = wanted[y][x : x + length]
    assert screen == wanted


def _painted(program: Program, first: int, last: int, area: tuple[int, int]) -> list[int]:
    """How many cells are painted again at each step."""
    graph = network_graph(program)
    raster = Raster(graph)
    drawings = [
        raster.draw(scene(graph, view_at(program, at), None, number), *area).rows()
        for at in range(first, last + 1)
    ]
    return [sum(length for _, _, length in changes(*pair)) for pair in pairwise(drawings)]


@pytest.mark.parametrize(
    ("program", "first", "last"),
    [
        (blog(), 1, 41),
        (layered(10, 8, 8, 4), 1, 60),
        (layered(784, 128, 10), 300, 330),
        (layered(784, 128, 10), 2000, 2030),
    ],
    ids=["blog", "layers", "big, backward", "big, weights"],
)
def test_a_step_paints_few_cells(program: Program, first: int, last: int) -> None:
    cells = _painted(program, first, last, (58, 17))
    assert sum(cells) / len(cells) < 58 * 17 / 10
    assert max(cells) < 58 * 17 / 3
