"""What moves along the edges, and how large weights are, told without colour."""

from __future__ import annotations

import pytest

from bpdebug.drawing.canvas import CellMark
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.scene import scene
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind
from bpdebug.text.numbers import number

from .network_examples import blog, circuit, draw, layered, scalars, view_at


@pytest.mark.parametrize("area", [(38, 9), (58, 17), (98, 28)])
@pytest.mark.parametrize("program", [blog(), scalars(), circuit()], ids=["blog", "s", "circuit"])
def test_values_go_forward_and_gradients_come_back(program: Program, area: tuple[int, int]) -> None:
    graph = network_graph(program)
    for position in range(1, program.operations + 1):
        canvas, raster = draw(program, position, *area)
        active = scene(graph, view_at(program, position), None, number).active
        rows = canvas.text().split("\n")
        for span, edge in raster.lines.items():
            ends = rows[span.y0].ljust(span.x0 + 1)[span.x0], rows[span.y1][span.x1]
            moves = edge in active.edges and bool(active.nodes)
            backward = active.phase is Phase.BACKWARD
            assert (ends[1] == "▸") == (moves and not backward)
            assert (ends[0] == "◂") == (moves and backward) or len(active.edges) == 1


@pytest.mark.parametrize("area", [(28, 6), (38, 9), (58, 17), (98, 28)])
def test_a_gradient_comes_back_to_its_edge_and_an_update_stays_there(
    area: tuple[int, int],
) -> None:
    program = blog()
    for slot in program.parameter_slots():
        gradient = program.gradient_slot(int(slot))
        assert gradient is not None
        if not program.name(int(slot)).startswith("w"):
            continue
        back, _ = draw(program, int(program.written_at[gradient]), *area)
        assert "◂" in back.text()
        assert "→" not in back.text()
        changed, _ = draw(program, int(program.written_at[slot]), *area)
        assert "→" in changed.text() or "■" in changed.text()
        assert "◂" not in changed.text()


def test_the_way_back_shows_the_activation_with_its_gradient() -> None:
    program = layered(10, 8, 8, 4)
    forward, _ = draw(program, 40, 98, 28)
    assert "o1 −0.5766→0.3597" in forward.text()
    # Behind the loss the gradients of the outputs are known, of nothing before them.
    loss = next(k for k in range(1, 99) if program.statement(k).phase is Phase.LOSS)
    backward, _ = draw(program, loss + 1, 98, 28)
    assert "o1 0.3597 ∂0.7497" in backward.text()
    assert "o2 0.1290→0.5322" in backward.text()
    assert program.quantity_at(program.slot(loss + 1)).kind is Kind.GRADIENT


def test_large_weights_stand_out_where_lines_are_too_many_to_be_heavy() -> None:
    for program, area in ((blog(), (58, 17)), (layered(2, 4, 2), (58, 17))):
        position = program.operations - 1
        graph, view = network_graph(program), view_at(program, position)
        canvas, raster = draw(program, position, *area)
        marked = scene(graph, view, None, number)
        for column in {edge.source.column for edge in raster.lines.values()}:
            sizes = {
                span: abs(view.start[edge.weights[0]])
                for span, edge in raster.lines.items()
                if edge.source.column == column and edge.weights
            }
            largest = max(sizes.values(), default=0.0)
            for span, size in sizes.items():
                edge = raster.lines[span]
                if edge in marked.active.edges or edge in marked.next.edges:
                    continue
                shown = {canvas.mark(x, y) for x, y in span.cells()}
                own = CellMark.EDGE_STRONG if size > largest / 2 else CellMark.EDGE
                assert own in shown
