"""What of the network an operation or a selection is about."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from bpdebug.debugger.view import View
from bpdebug.drawing.bundles import EdgesInto, bundles_into
from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.program.formula import formula
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

_MANY = 4096
"""The most edges that are looked at for one operation; a drawing shows far fewer."""


_FEW = 64
"""The most edges to a unit that are listed; of more, those that stand for a line."""


@dataclass(frozen=True)
class Focus:
    """Nodes, edges and biases (by slot), and the quantity itself that it is about.

    `slot` is None if the quantity has no place in memory, as a leaf of the chain rule.
    """

    nodes: frozenset[Node] = frozenset()
    edges: Sequence[Edge] = ()
    biases: frozenset[int] = frozenset()
    slot: int | None = None
    phase: Phase | None = None
    observation: int | None = None
    edge_set: Container[Edge] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        listed = not isinstance(self.edges, EdgesInto)
        object.__setattr__(self, "edge_set", frozenset(self.edges) if listed else self.edges)


NOTHING = Focus()


def done(graph: Graph, view: View, observation: int) -> Focus:
    """What the operation just executed is about."""
    if view.position.operation == 0:
        return NOTHING
    return _operation(graph, view.operation, observation)


def upcoming(graph: Graph, view: View, observation: int) -> Focus:
    """What the operation that comes next is about."""
    return _operation(graph, view.operation % view.program.operations + 1, observation)


def named(graph: Graph, name: str | None, observation: int) -> Focus:
    """What the element called `name` is about, whether or not it has a slot."""
    if name is None:
        return NOTHING
    program = graph.program
    slot = program.slot_named(name)
    if slot is not None:
        return _element(graph, slot, observation)
    return _derivative(graph, *ends(program, name), None, observation)


def ends(program: Program, derivative: str) -> tuple[int | None, int | None]:
    """The slots of what is derived and of what it is derived by."""
    of, _, by = derivative.partition("/")
    return program.slot_named(of.removeprefix("d")), program.slot_named(by.removeprefix("d"))


# What comes next is what has been done one step later.
@lru_cache(maxsize=8)
def _operation(graph: Graph, operation: int, observation: int) -> Focus:
    program = graph.program
    slot = program.slot(operation)
    phase = program.statement(operation).phase
    found = _element(graph, slot, observation)
    if phase in (Phase.FORWARD, Phase.LOSS):
        return _message(graph, found, slot, phase)
    if phase is Phase.UPDATE and not (found.nodes or found.edges or found.biases):
        # An optimizer's own quantity, such as a momentum: it belongs to the parameter whose
        # gradient it is computed from.
        for operand in formula(program, operation).operands.values():
            if isinstance(operand, int) and program.quantity_at(operand).kind is Kind.GRADIENT:
                found = _element(graph, operand, observation)
                break
    # A parameter that is a unit is changed where it stands: nothing moves along its edges.
    edges = () if phase is Phase.UPDATE and found.nodes else found.edges
    return Focus(found.nodes, edges, found.biases, slot, phase, found.observation)


def _message(graph: Graph, found: Focus, slot: int, phase: Phase) -> Focus:
    """A forward operation with the edges that its operands come along.

    An activation's only operand is its own node's pre-activation: it has no edges.
    """
    quantity = graph.program.quantity_at(slot)
    edges: Sequence[Edge] = ()
    biases: set[int] = set()
    seen = found.observation or 0
    for node in found.nodes:
        group = graph.group(node)
        if group.before is None or quantity is group.before:
            into = bundles_into(graph, node, seen)
            if into is None or len(into) <= _FEW:
                edges = (*edges, *islice(graph.edges_into(node, seen), _MANY))
            else:
                edges = into
            biases.update(graph.biases_of(node, seen, own=True))
            biases.update(graph.biases_of(node, seen, own=False))
    return Focus(found.nodes, edges, frozenset(biases), slot, phase, found.observation)


def _element(graph: Graph, slot: int, observation: int) -> Focus:
    program = graph.program
    quantity = program.quantity_at(slot)
    if quantity.kind in (Kind.GRADIENT, Kind.LOCAL):
        return _derivative(graph, *ends(program, program.name(slot)), slot, observation)
    at = graph.node_at(slot)
    if at is None:
        if quantity.kind is Kind.PARAMETER:
            return _parameter(graph, slot, slot, observation)
        return NOTHING
    return Focus(nodes=frozenset({at[0]}), slot=slot, observation=at[1])


def _derivative(
    graph: Graph, of: int | None, by: int | None, slot: int | None, observation: int
) -> Focus:
    """What the derivative of the element in slot `of` by the one in slot `by` is about.

    By a weight: its edges. Of the loss by a unit: the unit, with the edges that the
    derivative comes back along. Of one unit by another: the edges between them.
    """
    if of is None or by is None:
        return NOTHING
    program = graph.program
    if program.quantity_at(by).kind is Kind.PARAMETER and graph.node_at(by) is None:
        end = graph.node_at(of)
        found = _parameter(graph, by, slot, _seen(end, observation))
        if end is None or end[0] == graph.loss:
            return found
        edges = tuple(edge for edge in found.edges if edge.target == end[0])
        return Focus(found.nodes, edges, found.biases, slot, observation=end[1])
    start, end = graph.node_at(by), graph.node_at(of)
    if start is None or end is None:
        return NOTHING
    node, at = start
    seen = _seen(start, observation)
    if end[0] == graph.loss:
        group = graph.group(node)
        arrives = group.before is None or program.quantity_at(by) is group.value
        back = tuple(islice(graph.edges_from(node, seen), _MANY)) if arrives else ()
        return Focus(frozenset({node}), back, slot=slot, observation=at)
    between = tuple(e for e in islice(graph.edges_from(node, seen), _MANY) if e.target == end[0])
    nodes = frozenset() if between else frozenset({end[0]})
    return Focus(nodes, between, slot=slot, observation=at)


def _seen(found: tuple[Node, int | None] | None, observation: int) -> int:
    return observation if found is None or found[1] is None else found[1]


def _parameter(graph: Graph, parameter: int, slot: int | None, observation: int) -> Focus:
    edges = tuple(islice(graph.edges_of(parameter, observation), _MANY))
    biases = frozenset() if edges else frozenset({parameter})
    return Focus(frozenset(), edges, biases, slot)
