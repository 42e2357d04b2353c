"""Where in a network breakpoints are, with the marks that tell what they do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bpdebug.drawing.focus import ends
from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.drawing.places import Fold
from bpdebug.program.quantities import Kind
from bpdebug.text.marks import gathered, strongest


@dataclass(frozen=True)
class NetworkMarks:
    """The marks of one observation's network.

    `nodes` has those of a node's elements by slot: of its value, pre-activation and target,
    of derivatives by them, and of its own biases. `parameters` has those of weights and
    biases, by slot; there and in `nodes` a parameter stands for its gradient, too.
    """

    nodes: Mapping[Node, Mapping[int, str]] = field(default_factory=dict)
    parameters: Mapping[int, str] = field(default_factory=dict)

    def lines(self, node: Node, slots: Collection[int], value: int) -> dict[int, str]:
        """The marks of a node's lines by their slots.

        What has no line of its own is marked on the line of `value`.
        """
        marks = self.nodes.get(node, {})
        return gathered((at if at in slots else value, sign) for at, sign in marks.items())

    def node(self, node: Node) -> str:
        """The most insistent mark of a node, empty without one."""
        return strongest(self.nodes.get(node, {}).values())

    def fold(self, fold: Fold) -> str:
        """The most insistent mark of the units that a fold stands for."""
        hidden = (
            node
            for node in self.nodes
            if node.column == fold.column and fold.first <= node.row <= fold.last
        )
        return strongest(map(self.node, hidden))

    def edge(self, edge: Edge) -> str:
        """The most insistent mark of an edge's weights."""
        return self.any(edge.weights)

    def any(self, parameters: Iterable[int]) -> str:
        """The most insistent mark of some parameters."""
        return strongest(self.parameters[at] for at in parameters if at in self.parameters)


NOWHERE = NetworkMarks()


def breakpoints(graph: Graph, marks: Mapping[str, str], observation: int) -> NetworkMarks:
    """Where the elements with `marks` are drawn; what is not in the network is left out."""
    program = graph.program
    parameters: list[tuple[int, str]] = []
    units: list[tuple[tuple[Node, int], str]] = []
    for name, sign in marks.items():
        slot = about = program.slot_named(name)
        if slot is not None and program.quantity_at(slot).kind in (Kind.GRADIENT, Kind.LOCAL):
            about = ends(program, name)[1]
        if slot is None or about is None:
            continue
        at = graph.node_at(about)
        if at is None and program.quantity_at(about).kind is Kind.PARAMETER:
            parameters.append((about, sign))
            owners = graph.nodes_biased_by(about, observation)
            units += [((node, about), sign) for node in owners]
            continue
        if at is not None and at[1] in (None, observation):
            units.append(((at[0], slot), sign))
    nodes: dict[Node, dict[int, str]] = {}
    for (node, slot), sign in gathered(units).items():
        nodes.setdefault(node, {})[slot] = sign
    return NetworkMarks(nodes, gathered(parameters))
