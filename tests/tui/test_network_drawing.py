"""What holds for every drawing: nothing clipped, nothing on top of another, nothing left out."""

from __future__ import annotations

import math
import re
from functools import partial
from itertools import combinations

import pytest
from generated import programs
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.drawing.block_places import BlockLayout
from bpdebug.drawing.braille import line
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import ELLIPSIS, figure
from bpdebug.drawing.graph import Node
from bpdebug.drawing.labels import EdgeSpan, spots
from bpdebug.drawing.places import Layout
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.drawing.sheets import UnitSheet
from bpdebug.drawing.strokes import ALL_EDGES
from bpdebug.program.program import Program
from bpdebug.text.numbers import number

from .network_examples import blog, draw, layered, view_at

_AREAS = [(36, 8), (38, 9), (58, 17), (58, 20), (80, 24), (100, 40)]
_SIZES = [(3, 2, 2), (4, 8, 3), (10, 8, 8, 4), (2, 2, 2, 2, 2, 2), (784, 128, 10)]

_AREA = st.tuples(st.integers(0, 110), st.integers(0, 45))


def _check(canvas: Canvas, raster: Raster) -> None:
    layout = raster.layout
    if layout is None:
        return
    if isinstance(layout, BlockLayout):
        check_blocks(canvas, layout)
        return
    _check_boxes(canvas, layout)
    _check_nothing_is_missing(raster, layout)
    _check_lines(canvas, raster, layout)


def _check_boxes(canvas: Canvas, layout: Layout) -> None:
    """Everything with a place is on the canvas, and nothing overlaps."""
    boxes = [(p.x, p.y, p.width, p.height) for p in layout.places.values()]
    boxes += [(fold.x, fold.y, fold.width, 1) for fold in layout.folds]
    _check_apart(canvas, layout, boxes)


def check_blocks(canvas: Canvas, layout: BlockLayout) -> None:
    """The same for a drawing of arrays; a unit that is shown is in its block."""
    blocks = [(p.x, p.y, p.width, p.height) for p in layout.blocks.values()]
    _check_apart(canvas, layout, blocks)
    for node, place in layout.places.items():
        around, box = layout.blocks[layout.graph.block(node).number], place.box
        assert around.x < box.x
        assert box.x + box.width < around.x + around.width
        assert around.y <= box.y < around.y + around.height


def _check_apart(
    canvas: Canvas, layout: Layout | BlockLayout, parts: list[tuple[int, int, int, int]]
) -> None:
    boxes = parts + [(tag.x, tag.y, tag.width, 1) for tag in layout.tags]
    if layout.caption is not None:
        boxes.append((0, layout.caption, canvas.width, 1))
    for x, y, width, height in boxes:
        assert x >= 0
        assert y >= 0
        assert x + width <= canvas.width
        assert y + height <= canvas.height
    for (x, y, width, height), (u, v, wide, high) in combinations(boxes, 2):
        assert x + width <= u or u + wide <= x or y + height <= v or v + high <= y


def _check_nothing_is_missing(raster: Raster, layout: Layout) -> None:
    """Each unit of a column that is shown has a place or is in exactly one fold."""
    for column in layout.columns:
        shown = [node.row for node in layout.places if node.column == column]
        for fold in layout.folds:
            if fold.column == column:
                shown += range(fold.first, fold.last + 1)
                assert str(fold.last - fold.first + 1) in fold.text
        assert sorted(shown) == [*range(raster.graph.columns[column].size)]


def _check_lines(canvas: Canvas, raster: Raster, layout: Layout) -> None:
    """Each line starts right of its source and ends left of its target, and is seen there."""
    for span, edge in raster.lines.items():
        source, target = _box(layout, edge.source), _box(layout, edge.target)
        assert (span.x0, span.y0) == (source[1], source[2])
        assert (span.x1, span.y1) == (target[0] - 1, target[2])
        assert canvas.mark(span.x0, span.y0) is not CellMark.BLANK
        assert canvas.mark(span.x1, span.y1) is not CellMark.BLANK


def _box(layout: Layout, node: Node) -> tuple[int, int, int]:
    """The first cell of a node or its fold, the cell behind it, and the row of its port."""
    place = layout.places.get(node)
    if place is not None:
        return place.x, place.x + place.width, place.port
    fold = layout.fold_of(node)
    assert fold is not None
    return fold.x, fold.x + fold.width, fold.y


@pytest.mark.parametrize("area", _AREAS)
@pytest.mark.parametrize("sizes", _SIZES)
def test_layers_in_the_sizes_of_the_screen(sizes: tuple[int, ...], area: tuple[int, int]) -> None:
    program = layered(*sizes)
    for position in (0, 1, 5, program.operations // 2, program.operations + 3):
        canvas, raster = draw(program, position, *area)
        assert raster.layout is not None
        _check(canvas, raster)


@settings(max_examples=30)
@given(st.data(), _AREA, programs())
def test_any_model_in_any_area(
    data: st.DataObject, area: tuple[int, int], program: Program
) -> None:
    position = data.draw(st.integers(0, 2 * program.operations))
    selected = data.draw(st.none() | st.sampled_from([*program.element_names()]))
    digits = data.draw(st.integers(2, 17))
    canvas, raster = draw(program, position, *area, selected, digits)
    _check(canvas, raster)
    assert len(canvas.rows()) == area[1]
    assert all(sum(len(text) for text, _ in row) == area[0] for row in canvas.rows())


@pytest.mark.parametrize("area", [(0, 0), (1, 1), (15, 10), (40, 2), (0, 9), (9, 0)])
def test_too_small_an_area_says_so(area: tuple[int, int]) -> None:
    canvas, raster = draw(blog(), 1, *area)
    assert raster.layout is None
    assert canvas.text().replace("\n", "")[:7] in ("network", "networ…", "…", "")


def test_an_area_just_large_enough_shows_something() -> None:
    canvas, raster = draw(layered(10, 8, 8, 4), 1, 24, 5)
    assert isinstance(raster.layout, Layout)
    assert "columns" in canvas.text() or raster.layout.complete or raster.layout.folds


@pytest.mark.parametrize("position", [0, 5, 200, 400, 5000, 101_000])
def test_a_big_network_draws_few_edges(position: int) -> None:
    program = layered(784, 128, 10)
    for area in _AREAS:
        canvas, raster = draw(program, position, *area, "h100")
        assert raster.layout is not None
        assert len(raster.lines) <= 3 * canvas.height
        assert "⋮" in canvas.text()


def test_few_edges_are_all_drawn_many_only_where_marked() -> None:
    _, small = draw(blog(), 1, 58, 17)
    assert len(small.lines) == 10
    _, large = draw(layered(10, 8, 8, 4), 1, 100, 40)
    assert large.graph.edge_count > ALL_EDGES
    assert len(large.lines) == 10


def test_what_is_marked_is_in_the_picture_of_a_folded_column() -> None:
    _, raster = draw(layered(784, 128, 10), 100, 58, 17)
    assert raster.layout is not None
    assert Node(1, 99) in raster.layout.places
    _, raster = draw(layered(784, 128, 10), 100, 58, 17, "x700")
    assert raster.layout is not None
    assert Node(0, 699) in raster.layout.places


def test_a_step_reuses_the_layout_and_the_lines() -> None:
    _, raster = draw(blog(), 1, 58, 17)
    sheet = raster._sheet
    assert isinstance(sheet, UnitSheet)
    layout, strokes = raster.layout, sheet._strokes
    graph = raster.graph
    for position in range(2, 45):
        raster.draw(scene(graph, view_at(blog(), position), None, number), 58, 17)
    assert raster.layout is layout
    assert sheet._strokes is strokes


_COORDINATE = st.integers(0, 40)


@given(_COORDINATE, _COORDINATE, st.integers(1, 40), _COORDINATE, st.booleans(), st.booleans())
def test_lines_reach_both_ends(
    x: int, y: int, length: int, to: int, heavy: bool, dashed: bool
) -> None:
    cells = {(u, v): dots for u, v, dots in line(x, y, x + length, to, heavy, dashed)}
    assert (x, y) in cells
    assert (x + length, to) in cells
    assert all(0 < dots < 256 for dots in cells.values())
    assert all(x <= u <= x + length and min(y, to) <= v <= max(y, to) for u, v in cells)


def test_a_negative_weight_is_told_without_colour() -> None:
    for length in range(3, 20):
        solid = sum(dots.bit_count() for *_, dots in line(0, 0, length, 0, False, False))
        dashed = sum(dots.bit_count() for *_, dots in line(0, 0, length, 0, False, True))
        assert dashed < solid


def test_a_heavy_line_has_more_dots() -> None:
    for to in range(8):
        light = sum(dots.bit_count() for *_, dots in line(0, 0, 9, to, False, False))
        heavy = sum(dots.bit_count() for *_, dots in line(0, 0, 9, to, True, False))
        assert heavy > 1.5 * light


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    st.integers(3, 30),
    st.integers(1, 12),
)
def test_labels_do_not_touch(starts: list[int], ends: list[int], gap: int, width: int) -> None:
    spans = [EdgeSpan(5, start, 5 + gap - 1, end) for start in starts for end in ends]
    found = spots(tuple(spans), width)
    if found is None:
        return
    for span, spot in zip(spans, found, strict=True):
        assert span.x0 < spot.x
        assert spot.x + spot.width <= span.x1
        assert spot.cells() & span.cells()
    for one, other in combinations(found, 2):
        assert not one.with_margin() & other.cells()


@given(
    st.floats(-1e300, 1e300) | st.floats(-9, 9) | st.sampled_from([float("nan"), float("inf")]),
    st.integers(0, 22),
    st.integers(2, 17),
)
def test_a_figure_is_never_cut(value: float, width: int, digits: int) -> None:
    text = figure(value, width, partial(number, digits=digits))
    assert len(text) <= width
    if text and text != ELLIPSIS and math.isfinite(value):
        read = float(text.replace("−", "-"))
        assert abs(read - value) <= max(0.5000001 * abs(value), 0.5)


@pytest.mark.parametrize("size", [(36, 6), (38, 8), (54, 5), (78, 6), (54, 18)], ids=str)
def test_a_small_network_never_stands_there_without_edges(size: tuple[int, int]) -> None:
    program = blog()
    for position in range(program.operations + 1):
        for selected in (None, "b1", "dE/db1", "E"):
            text = draw(program, position, *size, selected)[0].text()
            assert re.search("[\u2801-\u28ff]", text), f"at {position}, {selected}:\n{text}"
