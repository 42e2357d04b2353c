"""Drawings of arrays and of time steps: which models have them, and what holds for all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from xml.etree import ElementTree

import pytest

from bpdebug.debugger.covering import COVERED
from bpdebug.debugger.edits import Segment
from bpdebug.debugger.view import View
from bpdebug.drawing.block_derive import block_graph
from bpdebug.drawing.block_places import BlockLayout
from bpdebug.drawing.blocks import BlockGraph
from bpdebug.drawing.camera import Camera
from bpdebug.drawing.canvas import Canvas
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.focus import done
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.drawing.spatial import Way
from bpdebug.drawing.steps import steps
from bpdebug.drawing.svg import drawn_values, network_svg
from bpdebug.drawing.window import Window, area
from bpdebug.drawing.wires import wires
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.text.numbers import number

from .frames import check_golden
from .network_examples import blog, chain, draw, free, layered, scalars, softmax, view_at, xor
from .test_network_drawing import check_blocks


@lru_cache
def bundled(name: str) -> Program:
    """The program of a bundled session."""
    return open_session(find_session(name)).debugger.program


@lru_cache
def unnumbered() -> Program:
    """Three steps whose names do not tell that they are; the first has no state to read."""
    return free(
        """zu = w*p + b
           start = tanh(zu)
           middle = tanh(u*start + w*q + b)
           close = tanh(u*middle + w*r + b)
           last = tanh(u*close + w*s + b)
           E = (last - t)^2""",
        {"w": 0.5, "u": -0.4, "b": 0.1},
        p=1,
        q=2,
        r=0.5,
        s=-1,
        t=0.3,
    )


def _blocks(program: Program) -> BlockGraph:
    found = block_graph(network_graph(program))
    assert found is not None
    return found


def test_steps_are_found_in_the_form_of_equations() -> None:
    found = steps(unnumbered())
    assert found is not None
    assert found.count == 4
    assert found.of == {"zu": 0, "start": 0, "middle": 1, "close": 2, "last": 3}
    for name, count, initial in (
        ("lstm", 2, frozenset({"out0", "state0"})),
        ("recurrent", 3, frozenset({"h0"})),
    ):
        found = steps(bundled(name))
        assert found is not None
        assert found.count == count
        assert found.initial == initial


@pytest.mark.parametrize(
    "equations",
    [
        # Side by side; one after the other with weights of their own; copies; a sum of losses.
        "a1 = w*x1\na2 = w*x2\nE = (a1 - t)^2 + (u*a2 - t)^2",
        "a1 = w*x1\na2 = u*a1\nE = (a2 - x2*t)^2",
        "a = w*x1\nb = a\nc = b\nE = (c - x2*t)^2*u",
        "a = w*x1\nk = (a - t)^2\nb = w*x2\nl = (b - t)^2\nc = w*x1\nm = (c - t)^2\n"
        "E = u*(k + l + m)",
    ],
)
def test_what_only_looks_like_steps_is_none(equations: str) -> None:
    assert steps(free(equations, {"w": 0.5, "u": 0.3}, x1=1, x2=2, t=0.5)) is None


def test_layers_and_small_models_stay_units() -> None:
    programs = (blog(), layered(784, 128, 10), xor(), scalars(), softmax(), chain(10))
    assert [block_graph(network_graph(program)) for program in programs] == [None] * 6
    assert block_graph(network_graph(bundled("layer-norm"))) is None


def test_what_is_pointed_at_stays_where_it_is_and_the_rest_is_moved_to() -> None:
    program = bundled("attention")
    seen = scene(network_graph(program), view_at(program, 5), None, number)
    camera = Camera(Raster(seen.graph))
    fit = camera.draw(seen, 58, 17, follow=True)
    at = next((x, y) for y in range(17) for x in range(58) if fit.name_at(x, y) == "e1_1")
    chosen = scene(seen.graph, seen.view, "e1_1", number)
    kept = camera.draw(chosen, 58, 17, follow=False, keep=True)
    assert kept.name_at(*at) == "e1_1"
    assert "[e1_1" in kept.text()
    assert "columns 1–3 of 6" in kept.text()
    # Chosen with a key, it comes with what is around it.
    other = scene(seen.graph, seen.view, "e1_2", number)
    assert "columns 2–4 of 6" in camera.draw(other, 58, 17, follow=True).text()
    # What leaves columns out is left for one that can be moved over.
    assert not camera.whole
    assert camera.pan(chosen, 58, 17, 500, 0)
    assert "zoom 1 ←" in camera.draw(chosen, 58, 17, follow=False).text()
    small = scene(network_graph(blog()), view_at(blog(), 5), None, number)
    camera = Camera(Raster(small.graph))
    camera.draw(small, 58, 17, follow=True)
    assert camera.whole
    assert not camera.pan(small, 58, 17, 500, 0)


@pytest.mark.parametrize("name", ["lstm", "attention", "recurrent"])
def test_each_unit_is_in_one_block_and_each_parameter_on_an_arrow_or_a_block(name: str) -> None:
    blocks = _blocks(bundled(name))
    units = [block.node(place) for block in blocks.blocks for place in range(block.size)]
    assert len(units) == len({*units}) == sum(column.size for column in blocks.graph.columns)
    assert all(blocks.block(unit).node(blocks.block(unit).place(unit)) == unit for unit in units)
    parameters = {each.name for arrow in blocks.arrows for each in arrow.factors}
    parameters |= {each.name for block in blocks.blocks for each in block.biases}
    assert parameters == {each.name for each in bundled(name).of_kind(Kind.PARAMETER)}


def test_an_lstm_reads_from_left_to_right() -> None:
    blocks = _blocks(bundled("lstm"))
    titles = {column.heading: [b.title for b in column.blocks] for column in blocks.columns}
    assert titles["start"] == ["out0", "state0"]
    assert titles["step 1"] == ["x1", "a1", "i1", "f1", "o1", "state1", "c1", "out1"]
    assert titles["step 2"] == ["x2", "a2", "i2", "f2", "o2", "state2", "c2", "out2"]
    named = {block.title: block.number for block in blocks.blocks}
    arrows = {(arrow.source, arrow.target): arrow.name for arrow in blocks.arrows}
    assert arrows[named["out1"], named["f2"]] == "·uf"
    assert arrows[named["state1"], named["state2"]] == ""


def test_a_number_has_its_name_in_the_observation_that_is_shown() -> None:
    program = bundled("makemore-hidden")
    slot = program.slot_named("counts_sum3")
    position = next(n for n in range(1, program.operations) if program.slot(n) == slot)
    # A drawing with one column alone does not stay so where there is room for two.
    raster = Raster(network_graph(program))
    for at in (1, position):
        seen = scene(raster.graph, view_at(program, at), None, number)
        text = raster.draw(seen, 44, 12).text()
    assert "counts_sum3" in text.rpartition("\n")[0]
    assert "counts_sum1" not in text
    assert isinstance(raster.layout, BlockLayout)
    assert len(raster.layout.columns) == 2
    assert "4–5 of 6" in text.rpartition("\n")[2]


_AREAS = [(16, 3), (24, 6), (36, 8), (58, 17), (98, 26), (150, 40)]


@pytest.mark.parametrize("name", ["lstm", "attention", "recurrent"])
def test_what_was_done_is_in_the_drawing_and_lines_hide_nothing(name: str) -> None:
    program = bundled(name)
    for size in _AREAS:
        for position in range(0, program.operations, 29):
            canvas, raster = draw(program, position, *size)
            layout = raster.layout
            assert isinstance(layout, BlockLayout)
            check_blocks(canvas, layout)
            cells = {
                (x, y)
                for place in layout.blocks.values()
                for x in range(place.x, place.x + place.width)
                for y in range(place.y, place.y + place.height)
            }
            ways = wires(layout)
            assert all(each.arrow.name or not each.arrow.factors for each in ways)
            if size[1] > 20:
                assert not any(cells & wire.cells.keys() for wire in ways)
            about = done(raster.graph, view_at(program, position), 0).nodes
            for node in about - {raster.graph.loss}:
                assert node in layout.places


def test_the_step_is_marked_inside_its_matrix() -> None:
    canvas, _ = draw(bundled("attention"), 20, 98, 26)
    text = canvas.text()
    assert "▸−0.3" in text
    # The row of q and the row of k that it is computed from, and no other unit.
    assert text.count("•") == 4
    assert "┏e 3×3" in text
    canvas, _ = draw(bundled("attention"), 5, 58, 17, "Q2_1")
    assert "┏[Q2_1]▸" in canvas.text()


def test_a_covered_value_is_not_in_the_drawing() -> None:
    program = bundled("attention")
    view = view_at(program, 20)
    (segment,) = view.segments
    after = segment.after.copy()
    after[program.slot(20)] = COVERED
    hidden = View(program, view.position, 1, 20, (Segment(0, segment.before, after),))
    graph = network_graph(program)
    text = Raster(graph).draw(scene(graph, hidden, None, number), 98, 26).text()
    assert "0.31" not in text
    assert f"▸{number(COVERED)}" in text


@pytest.mark.parametrize("name", ["lstm", "attention"])
def test_arrow_keys_reach_every_unit_and_go_along_parameters(name: str) -> None:
    program = bundled(name)
    graph = network_graph(program)
    raster, view = Raster(graph), view_at(program, 1)
    raster.draw(scene(graph, view, None, number), 58, 17)
    first = program.name(graph.value_slot(graph.loss, 0))
    found, waiting = {first}, [first]
    while waiting:
        seen = scene(graph, view, waiting.pop(), number)
        for way in Way:
            other = raster.step(seen, way)
            if other is not None and other not in found:
                found.add(other)
                waiting.append(other)
    for block in _blocks(program).blocks:
        for place in range(block.size):
            assert program.name(graph.value_slot(block.node(place), 0)) in found
    weights = {each for arrow in _blocks(program).arrows for each in arrow.factors}
    assert any(each.element(each.offset) in found for each in weights)


def test_breakpoints_are_marked_on_numbers_and_on_parameters() -> None:
    program = bundled("attention")
    graph = network_graph(program)
    marks: Mapping[str, str] = {"q1_2": "●", "K1_1": "○"}
    seen = scene(graph, view_at(program, 9), None, number, marks=marks)
    text = Raster(graph).draw(seen, 58, 17).text()
    assert "●−0.2" in text
    assert "○·K" in text


def test_a_window_shows_the_cells_of_the_whole_drawing() -> None:
    program = bundled("lstm")
    graph = network_graph(program)
    seen = scene(graph, view_at(program, 30), "f2", number)
    raster, pane = Raster(graph), (58, 17)
    canvas = raster.draw(seen, *pane, Window(2, 11, 4))
    whole = Canvas(*area(pane[0], pane[1] - 1, 2))
    raster.paint(whole, seen)
    lines = whole.text().split("\n")
    shown = [line.ljust(whole.width)[11 : 11 + pane[0]].rstrip() for line in lines[4:20]]
    assert canvas.text().split("\n")[: len(shown)] == shown
    camera = Camera(Raster(graph))
    camera.draw(seen, *pane, follow=True)
    assert camera.zoom(seen, *pane, 1)
    assert "f2" in camera.draw(seen, *pane, follow=True).text()


@pytest.mark.parametrize("name", ["lstm", "attention"])
def test_as_svg_every_number_is_there_with_its_slot(name: str) -> None:
    program = bundled(name)
    view = view_at(program, 20)
    svg = ElementTree.fromstring(network_svg(view))
    told = {
        int(each.attrib["data-value"]): each.text
        for each in svg.iter()
        if "data-value" in each.attrib
    }
    assert told == {slot: drawn.text for slot, drawn in drawn_values(view).items()}
    blocks = _blocks(program)
    units = {
        blocks.graph.value_slot(block.node(place), 0)
        for block in blocks.blocks
        for place in range(block.size)
    }
    assert units <= told.keys()
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    for each in svg.iter():
        assert 0 <= float(each.attrib.get("x", 0)) <= width
        assert 0 <= float(each.attrib.get("y", 0)) <= height


@pytest.mark.parametrize("size", [(36, 8), (58, 17), (98, 26)])
@pytest.mark.parametrize(
    ("name", "position", "selected"),
    [("lstm", 9, None), ("lstm", 60, "uf"), ("attention", 20, "k2_1"), ("attention", 100, None)],
)
def test_drawings(name: str, position: int, selected: str | None, size: tuple[int, int]) -> None:
    canvas, _ = draw(bundled(name), position, *size, selected)
    lines = canvas.text().split("\n")
    framed = "\n".join(f"{line.ljust(canvas.width)}|" for line in lines)
    check_golden(framed, f"network/{name}-at-{position}-{size[0]}x{size[1]}")
