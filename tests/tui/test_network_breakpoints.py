"""Marks of breakpoints in the drawing: on units, weights, biases and folds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from generated import programs
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.drawing.breakpoint_marks import breakpoints
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.graph import Node
from bpdebug.drawing.places import Layout
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.program.program import Program
from bpdebug.text.marks import DISABLED, LOGS, MEANINGS, SOMETIMES, STOPS
from bpdebug.text.numbers import number

from .frames import check_golden
from .network_examples import blog, layered, view_at, xor

_MARKS = {
    "w7": STOPS,
    "dE/dw8": SOMETIMES,
    "w3": DISABLED,
    "zh1": LOGS,
    "h2": STOPS,
    "dE/do1": SOMETIMES,
    "dE/db1": STOPS,
    "E": DISABLED,
}


def _draw(
    program: Program,
    position: int,
    area: tuple[int, int],
    marks: Mapping[str, str],
    selected: str | None = None,
) -> tuple[Canvas, Raster]:
    raster = Raster(network_graph(program))
    shown = scene(raster.graph, view_at(program, position), selected, number, marks=marks)
    return raster.draw(shown, *area), raster


def _marked(canvas: Canvas) -> dict[str | None, str]:
    """What has a mark in a drawing, by the name of the element it is for."""
    return {
        canvas.name_at(x, y): character
        for y, line in enumerate(canvas.text().split("\n"))
        for x, character in enumerate(line)
        if canvas.mark(x, y) is CellMark.BREAKPOINT
    }


def test_boxes_mark_each_line_and_weights_stand_for_their_gradients() -> None:
    canvas, _ = _draw(blog(), 13, (58, 17), _MARKS)
    assert _marked(canvas) == {
        "w7": STOPS,
        "w8": SOMETIMES,
        "w3": DISABLED,
        "zh1": LOGS,
        "h2": STOPS,
        "dE/do1": SOMETIMES,
        "b1": STOPS,
        "E": DISABLED,
    }


@pytest.mark.parametrize("area", [(36, 8), (38, 9), (60, 7), (19, 6)])
def test_a_unit_on_one_line_has_the_strongest_of_its_marks(area: tuple[int, int]) -> None:
    canvas, raster = _draw(blog(), 13, area, {**_MARKS, "h1": DISABLED})
    assert raster.layout is not None
    found = _marked(canvas)
    assert (found["h1"], found["h2"], found["o1"]) == (LOGS, STOPS, SOMETIMES)
    assert (found["w7"], found["w8"], found["w3"]) == (STOPS, SOMETIMES, DISABLED)


_NAMED = ["zh1", "o2", "w1", "w7", "b1", "dE/dw9", "dE/dh1", "do1/dzo1"]


@pytest.mark.parametrize("area", [(36, 8), (58, 17)])
@pytest.mark.parametrize("name", _NAMED)
@pytest.mark.parametrize("selected", [None, "w7", "h1"])
def test_a_mark_moves_nothing(name: str, area: tuple[int, int], selected: str | None) -> None:
    for position in (0, 8, 14, 19, 36):
        plain, _ = _draw(blog(), position, area, {}, selected)
        marked, _ = _draw(blog(), position, area, {name: STOPS}, selected)
        pairs = zip(plain.text().split("\n"), marked.text().split("\n"), strict=True)
        changed = [
            (old, new)
            for one, other in pairs
            for old, new in zip(one.ljust(area[0]), other.ljust(area[0]), strict=True)
            if old != new
        ]
        assert sum(new == STOPS for _, new in changed) == 1
        # But for the sign of what was just done, the bracket of a selected bias, and edges that
        # are drawn for their marks where there is no room for all.
        assert len(changed) <= 2 or name == selected == "b1" or area == (36, 8)


def test_a_unit_that_was_just_computed_says_so_beside_its_mark() -> None:
    canvas, _ = _draw(blog(), 1, (58, 17), {"zh1": STOPS})
    assert "┃●zh1▸4.3" in canvas.text()


def test_only_the_observation_that_is_shown_has_marks() -> None:
    program = xor()
    graph = network_graph(program)
    marks = {"h2_1": STOPS, "W1[1,2]": LOGS, "b1[1]": DISABLED}
    assert {node.column for node in breakpoints(graph, marks, 1).nodes} == {1}
    first, second = (breakpoints(graph, marks, observation) for observation in (0, 1))
    assert first.node(Node(1, 0)) == DISABLED
    assert second.node(Node(1, 0)) == STOPS
    assert first.parameters == second.parameters


def test_a_fold_has_the_strongest_mark_of_its_units() -> None:
    marks = {"h90": DISABLED, "h100": SOMETIMES, "zh110": LOGS, "x1": STOPS}
    canvas, raster = _draw(layered(784, 128, 10), 3, (58, 17), marks)
    assert isinstance(raster.layout, Layout)
    (fold,) = (each for each in raster.layout.folds if each.column == 1 and each.first > 0)
    assert f"⋮{SOMETIMES}{fold.last - fold.first + 1} more" in canvas.text()
    assert canvas.text().count(SOMETIMES) == 1
    assert canvas.text().count(STOPS) == 1
    assert LOGS not in canvas.text()


def test_a_weight_of_a_big_network_is_drawn_with_its_mark() -> None:
    program = layered(784, 128, 10)
    weight = program.quantities["W1"].labels(784 * 128 - 1)
    canvas, raster = _draw(program, 3, (58, 17), {weight: STOPS})
    assert weight in [program.name(e.weights[0]) for e in raster.lines.values() if e.weights]
    assert _marked(canvas) == {weight: STOPS}


def test_a_breakpoint_on_every_weight_draws_few_edges() -> None:
    program = layered(784, 128, 10)
    quantity = program.quantities["W1"]
    marks = {quantity.labels(place): STOPS for place in range(0, quantity.size, 97)}
    _, raster = _draw(program, 3, (58, 17), marks)
    assert len(raster.lines) <= 3 * 17


def test_what_is_not_in_the_network_has_no_mark() -> None:
    for name in ("alpha", "nothing", "phase backward", "iteration 3", ""):
        canvas, _ = _draw(blog(), 5, (58, 17), {name: STOPS})
        assert not _marked(canvas)


@settings(max_examples=30)
@given(
    st.data(), st.tuples(st.integers(0, 110), st.integers(0, 45)), programs(), st.integers(0, 99)
)
def test_any_marks_on_any_model_in_any_area(
    data: st.DataObject, area: tuple[int, int], program: Program, position: int
) -> None:
    names = st.sampled_from([*program.element_names()])
    marks = data.draw(st.dictionaries(names, st.sampled_from([*MEANINGS]), max_size=6))
    plain, bare = _draw(program, position, area, {})
    canvas, raster = _draw(program, position, area, marks)
    assert all(sum(len(text) for text, _ in row) == area[0] for row in canvas.rows())
    assert set(_marked(canvas).values()) <= set(marks.values())
    if raster.layout is not None and bare.layout is not None:
        assert raster.layout.places == bare.layout.places
    if not marks:
        assert canvas.text() == plain.text()


@pytest.mark.parametrize("size", [(36, 8), (58, 17), (100, 40)])
def test_marks_in_a_drawing_that_a_reader_can_check(size: tuple[int, int]) -> None:
    canvas, _ = _draw(blog(), 14, size, _MARKS, "w9")
    check_golden(canvas.text(), f"network/blog-breakpoints-{size[0]}x{size[1]}")
