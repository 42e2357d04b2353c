"""The graph of a model: units, columns, edges with their weights, biases."""

from __future__ import annotations

import pytest
from generated import programs
from hypothesis import given

from bpdebug.drawing.bundles import bundles_into
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.focus import done
from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.notation.equation import symbols
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

from .network_examples import (
    blog,
    chain,
    circuit,
    decayed,
    draw,
    free,
    layered,
    scalars,
    softmax,
    view_at,
    xor,
)

_DRAWN = (Phase.FORWARD, Phase.LOSS)


def _columns(graph: Graph) -> list[list[str]]:
    return [
        [graph.program.name(graph.value_slot(Node(number, row), 0)) for row in range(column.size)]
        for number, column in enumerate(graph.columns)
    ]


def _written(graph: Graph, edge: Edge, observation: int = 0) -> str:
    program = graph.program
    ends = (edge.source, edge.target)
    start, end = (program.name(graph.value_slot(node, observation)) for node in ends)
    return " ".join([f"{start}→{end}", *map(program.name, edge.weights)])


def _edges(graph: Graph) -> set[str]:
    return {_written(graph, edge) for edge in graph.edges(0)}


def test_blog_has_inputs_units_and_loss() -> None:
    graph = network_graph(blog())
    assert _columns(graph) == [["x1", "x2", "x3"], ["h1", "h2"], ["o1", "o2"], ["E"]]
    assert [column.heading for column in graph.columns] == ["inputs", "layer 1", "layer 2", "loss"]


def test_blog_has_its_numbered_weights_on_its_edges() -> None:
    assert _edges(network_graph(blog())) == {
        "x1→h1 w1",
        "x1→h2 w2",
        "x2→h1 w3",
        "x2→h2 w4",
        "x3→h1 w5",
        "x3→h2 w6",
        "h1→o1 w7",
        "h1→o2 w8",
        "h2→o1 w9",
        "h2→o2 w10",
        "o1→E",
        "o2→E",
    }


def test_a_unit_has_its_pre_activation_and_an_output_its_target() -> None:
    graph = network_graph(blog())
    hidden, output = graph.group(Node(1, 0)), graph.group(Node(2, 0))
    assert hidden.before is not None
    assert hidden.before.name == "zh"
    assert hidden.answer is None
    assert output.answer is not None
    assert output.answer.name == "t"


def test_a_shared_bias_belongs_to_its_column() -> None:
    graph = network_graph(blog())
    names = [[blog().name(slot) for slot in graph.shared_biases(n)] for n in range(4)]
    assert names == [[], ["b1"], ["b2"], []]
    assert not list(graph.biases_of(Node(1, 0), 0, own=True))


def test_scalar_equations_give_the_same_shape() -> None:
    program = scalars()
    graph = network_graph(program)
    assert _columns(graph) == [["x1", "x2"], ["h1", "h2"], ["o"], ["E"]]
    assert _edges(graph) >= {"x1→h1 w1", "x2→h2 w4", "h2→o w6", "o→E"}
    # b1 is added to both hidden units, b2 to one unit only.
    assert [program.name(slot) for slot in graph.shared_biases(1)] == ["b1"]
    assert [program.name(slot) for slot in graph.biases_of(Node(2, 0), 0, own=True)] == ["b2"]


def test_each_unit_has_its_own_bias_where_the_bias_is_indexed() -> None:
    program = xor()
    graph = network_graph(program)
    own = [program.name(slot) for slot in graph.biases_of(Node(1, 1), 2, own=True)]
    slot = program.slot_named("b1[2]")
    assert own == ["b1[2]"]
    assert slot is not None
    assert list(graph.nodes_biased_by(slot, 0)) == [Node(1, 1)]


def test_one_observation_is_one_network() -> None:
    program = xor()
    graph = network_graph(program)
    assert graph.observations == 4
    assert [column.size for column in graph.columns] == [2, 2, 1, 1]
    into = {_written(graph, edge, 2) for edge in graph.edges_into(Node(1, 0), 2)}
    assert into == {"x3_1→h3_1 W1[1,1]", "x3_2→h3_1 W1[2,1]"}
    slot = program.slot_named("h3_2")
    assert slot is not None
    assert graph.node_at(slot) == (Node(1, 1), 2)


def test_a_softmax_is_not_taken_for_an_activation() -> None:
    graph = network_graph(softmax())
    assert _columns(graph) == [["x1", "x2"], ["z1", "z2", "z3"], ["s"], ["p1", "p2", "p3"], ["E"]]
    assert "s→p1" in _edges(graph)
    assert "z1→p1" in _edges(graph)


def test_an_activation_with_a_parameter_is_a_unit_of_its_own() -> None:
    program = free("z = w*x\nh = a*tanh(z)\nE = (h - t)^2", {"w": 1, "a": 2}, x=1, t=0)
    assert _edges(network_graph(program)) == {"x→z w", "z→h a", "h→E"}


def test_a_pre_activation_used_elsewhere_is_a_unit_of_its_own() -> None:
    program = free("z = w*x\nh = tanh(z)\no = h + v*z\nE = (o - t)^2", {"w": 1, "v": 2}, x=1, t=0)
    assert _edges(network_graph(program)) == {"x→z w", "z→h", "h→o", "z→o v", "o→E"}


def test_a_weight_can_be_on_several_edges() -> None:
    program = free("y = w*x\no = w*y\nE = (o - t)^2", {"w": 1}, x=1, t=0)
    graph = network_graph(program)
    slot = program.slot_named("w")
    assert slot is not None
    assert {_written(graph, edge) for edge in graph.edges_of(slot, 0)} == {"x→y w", "y→o w"}


def test_every_edge_leads_to_a_later_column() -> None:
    for program in (blog(), scalars(), xor(), softmax(), chain(5), layered(4, 8, 3), circuit()):
        graph = network_graph(program)
        assert all(edge.source.column < edge.target.column for edge in graph.edges(0))


def _parameters_seen(program: Program) -> set[str]:
    graph = network_graph(program)
    slots = (
        graph.value_slot(Node(n, row), 0)
        for n, c in enumerate(graph.columns)
        for row in range(c.size)
    )
    units = {program.name(slot) for slot in slots}
    seen = {program.name(slot) for edge in graph.edges(0) for slot in edge.weights}
    for number, column in enumerate(graph.columns):
        seen |= {program.name(slot) for slot in graph.shared_biases(number)}
        for row in range(column.size):
            own = graph.biases_of(Node(number, row), 0, own=True)
            seen |= {program.name(slot) for slot in own}
    return seen | units & {program.name(int(slot)) for slot in program.parameter_slots()}


@pytest.mark.parametrize(
    "program",
    [blog(), scalars(), xor(), softmax(), chain(4), circuit(), decayed()],
    ids=["blog", "scalars", "xor", "softmax", "chain", "circuit", "decayed"],
)
def test_every_parameter_is_on_an_edge_or_a_bias(program: Program) -> None:
    assert _parameters_seen(program) == {program.name(int(s)) for s in program.parameter_slots()}


def test_parameters_with_nothing_before_them_are_units() -> None:
    graph = network_graph(circuit())
    # z stands just before what it is used in.
    assert _columns(graph) == [["x", "y"], ["z", "q"], ["E"]]
    assert _edges(graph) == {"x→q", "y→q", "q→E", "z→E"}
    assert [column.heading for column in graph.columns] == ["parameters", "", "loss"]


def test_a_parameter_of_the_loss_alone_is_a_unit() -> None:
    program = decayed()
    graph = network_graph(program)
    assert _columns(graph) == [["x1", "x2"], ["c", "o1", "o2"], ["E"]]
    assert "c→E" in _edges(graph)
    assert "x1→o2 w1_2" in _edges(graph)
    assert [quantity.name for quantity in graph.direct] == ["w"]
    assert not network_graph(blog()).direct


def test_what_happens_to_a_parameter_that_is_a_unit_happens_to_its_node() -> None:
    program = circuit()
    graph = network_graph(program)
    seen = {}
    for operation in range(1, program.operations + 1):
        focus = done(graph, view_at(program, operation), 0)
        names = sorted(program.name(graph.value_slot(node, 0)) for node in focus.nodes)
        edges = sorted(_written(graph, edge) for edge in focus.edges)
        assert focus.slot is not None
        seen[program.name(focus.slot)] = (names, edges)
    assert seen["q"] == (["q"], ["x→q", "y→q"])
    assert seen["dE/dx"] == (["x"], ["x→q"])
    assert seen["x"] == (["x"], [])


def test_a_big_network_is_counted_not_enumerated(monkeypatch: pytest.MonkeyPatch) -> None:
    program = layered(784, 128, 10)
    graph = network_graph(program)
    with monkeypatch.context() as patch:
        patch.setattr(Graph, "_unfold", None)
        assert [column.size for column in graph.columns] == [784, 128, 10, 1]
        assert graph.edge_count == 784 * 128 + 128 * 10 + 10
    assert len(list(graph.edges_into(Node(1, 17), 0))) == 784
    assert len(list(graph.edges_from(Node(0, 300), 0))) == 128


@given(programs())
def test_every_parameter_of_any_model_is_somewhere(program: Program) -> None:
    graph = network_graph(program)
    values = [s.equation.value for s in program.statements if s.phase in _DRAWN]
    used = {symbol.family for value in values for symbol in symbols(value)}
    units = {group.value.name for column in graph.columns for group in column.groups}
    weights = {factor.quantity.name for link in graph.links for factor in link.factors}
    biases = {bias.pattern.quantity.name for bias in graph.biases}
    direct = {quantity.name for quantity in graph.direct}
    parameters = {quantity.name for quantity in program.of_kind(Kind.PARAMETER)}
    assert parameters & used <= units | weights | biases | direct
    assert not units & (weights | biases | direct)


def test_a_bias_that_is_summed_is_a_unit() -> None:
    program = free("h = w*x + sum(i: c[i])\nE = (h - t)^2", {"w": 1, "c": [2, 3]}, x=1, t=0)
    assert _edges(network_graph(program)) == {"x→h w", "c1→h", "c2→h", "h→E"}


@given(programs())
def test_edges_in_bundles_are_those_that_are_listed(program: Program) -> None:
    graph = network_graph(program)
    everything = list(graph.edges(0))
    for column, units in enumerate(graph.columns):
        for row in range(units.size):
            node = Node(column, row)
            found, listed = bundles_into(graph, node, 0), list(graph.edges_into(node, 0))
            if found is not None:
                assert list(found) == listed
                assert len(found) == len(listed)
                assert [edge in found for edge in everything] == [e in listed for e in everything]


_DRAWINGS = (
    (layered(784, 128, 10), (5, 150), (None, "h3", "w200")),
    (xor(), (3, 9, 0), (None, "h1_2", "W1_1_2")),
)


@pytest.mark.parametrize(("program", "positions", "selections"), _DRAWINGS)
def test_edges_that_are_not_listed_are_drawn_as_if_they_were(
    program: Program, positions: tuple[int, ...], selections: tuple[str | None, ...]
) -> None:
    def drawn() -> list[tuple[object, object]]:
        canvases = [
            draw(program, position, 58, height, selected)
            for position in positions
            for selected in selections
            for height in (9, 17)
        ]
        return [(canvas.rows(), raster.lines) for canvas, raster in canvases]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpdebug.drawing.strokes.ALL_EDGES", 0)
        patch.setattr("bpdebug.drawing.focus._FEW", 0)
        bundled = drawn()
        patch.setattr("bpdebug.drawing.focus.bundles_into", lambda *_: None)
        assert drawn() == bundled
