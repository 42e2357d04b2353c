"""What of the network an operation or a selection is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.focus import NOTHING, Focus, done, named
from bpdebug.drawing.graph import Graph, Node
from bpdebug.drawing.scene import scene
from bpdebug.models.model import Declaration, Role, values_of
from bpdebug.notation.parser import parse_equation
from bpdebug.program.build import build
from bpdebug.program.program import Phase, Program
from bpdebug.text.numbers import number

from .network_examples import blog, free, scalars, view_at, xor


def _said(graph: Graph, focus: Focus) -> str:
    """The nodes, the weights on the edges, and the biases, as one line."""
    program = graph.program
    seen = focus.observation or 0
    nodes = [program.name(graph.value_slot(node, seen)) for node in sorted(focus.nodes)]
    weights = [program.name(edge.weights[0]) if edge.weights else "-" for edge in focus.edges]
    biases = [program.name(slot) for slot in sorted(focus.biases)]
    return "; ".join(" ".join(part) for part in (nodes, weights, biases))


@pytest.mark.parametrize(
    ("position", "said", "phase"),
    [
        (1, "h1; w1 w3 w5; b1", Phase.FORWARD),
        (2, "h1; ; ", Phase.FORWARD),
        (9, "E; - -; ", Phase.LOSS),
        (10, "o1; -; ", Phase.BACKWARD),
        (12, "o1; ; ", Phase.BACKWARD),
        (14, "; w7; ", Phase.BACKWARD),
        (18, "; ; b2", Phase.BACKWARD),
        (19, "h1; w7 w8; ", Phase.BACKWARD),
        (36, "; w7; ", Phase.UPDATE),
        (40, "; ; b1", Phase.UPDATE),
        (42, "h1; w1 w3 w5; b1", Phase.FORWARD),
    ],
)
def test_operations_of_the_blog(position: int, said: str, phase: Phase) -> None:
    graph = network_graph(blog())
    focus = done(graph, view_at(blog(), position), 0)
    assert _said(graph, focus) == said
    assert focus.phase is phase


def test_before_the_first_operation_nothing_is_done() -> None:
    assert done(network_graph(blog()), view_at(blog(), 0), 0) is NOTHING


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("h1", "h1; ; "),
        ("zh1", "h1; ; "),
        ("t2", "o2; ; "),
        ("w7", "; w7; "),
        ("b1", "; ; b1"),
        ("dE/dw7", "; w7; "),
        ("dE/db1", "; ; b1"),
        ("dE/dh1", "h1; w7 w8; "),
        ("do1/dzo1", "o1; ; "),
        ("dzo1/dw7", "; w7; "),
        ("dzo1/dh1", "; w7; "),
        ("E", "E; ; "),
        ("alpha", "; ; "),
        ("nothing", "; ; "),
        ("dnothing/dw7", "; ; "),
        ("d/d", "; ; "),
        ("[click]", "; ; "),
    ],
)
def test_names(name: str, said: str) -> None:
    graph = network_graph(blog())
    assert _said(graph, named(graph, name, 0)) == said


def test_no_selection() -> None:
    assert named(network_graph(blog()), None, 0) is NOTHING


def test_a_momentum_belongs_to_its_weight() -> None:
    program = _with_momentum()
    graph = network_graph(program)
    said = set()
    for operation in range(1, program.operations + 1):
        if program.statement(operation).phase is Phase.UPDATE:
            said.add(_said(graph, done(graph, view_at(program, operation), 0)))
    assert said == {"; w; "}


def _with_momentum() -> Program:
    model = free("o = w*x\nE = (o - t)^2", {"w": 1}, x=1, t=0).model
    rules = tuple(map(parse_equation, ("m := 0.9*m + dE/dw", "w := w - alpha*m")))
    declarations = [
        replace(each, updates=rules[1:]) if each.name == "w" else each
        for each in model.declarations
    ]
    memory = Declaration("m", Role.CONSTANT, values_of(0.0), updates=rules[:1])
    return build(replace(model, declarations=(*declarations[:-1], memory, declarations[-1])))


def test_the_observation_follows_what_was_done() -> None:
    program = xor()
    graph = network_graph(program)
    shown = [
        scene(graph, view_at(program, position), None, number).observation
        for position in range(1, 9)
    ]
    assert shown == [0, 0, 1, 1, 2, 2, 3, 3]


def test_the_observation_stays_where_an_operation_is_about_none() -> None:
    program = xor()
    graph = network_graph(program)
    assert scene(graph, view_at(program, program.operations - 1), None, number, 2).observation == 2


def test_a_selection_leads_until_a_step_is_taken() -> None:
    program = scalars()
    graph = network_graph(program)
    view = view_at(program, 1)
    assert scene(graph, view, "o", number).wanted[0] == Node(2, 0)
    assert scene(graph, view, "o", number, selection_leads=False).wanted[0] == Node(1, 0)
