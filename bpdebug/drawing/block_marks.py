"""Which blocks and arrows of a drawing are marked, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from bpdebug.drawing.block_places import BlockLayout
from bpdebug.drawing.blocks import Block
from bpdebug.drawing.canvas import CellMark
from bpdebug.drawing.focus import Focus
from bpdebug.drawing.graph import Edge
from bpdebug.drawing.nodes import ACTIVE, NEXT, SELECTED
from bpdebug.drawing.scene import Scene

_MOST_EDGES = 2048
"""The most edges of an operation that are looked at for the units that it reads."""


class BlockMarks:
    """What was done, comes next and is selected, in the blocks and arrows of one scene.

    `arrows` are marked by the numbers of the blocks at their ends, `frames` by that of the block.
    `moved` are the arrows of what was just done, `read` the units that it read.
    """

    def __init__(self, scene: Scene, layout: BlockLayout) -> None:
        graph = layout.graph
        self._scene = scene
        self._layout = layout
        # The most important comes last, and stays.
        self.arrows: dict[tuple[int, int], CellMark] = {}
        self.frames: dict[int, tuple[str, CellMark]] = {}
        for focus, frame, mark, line in (
            (scene.next, NEXT, CellMark.NODE_NEXT, CellMark.EDGE_NEXT),
            (scene.active, ACTIVE, scene.phase_mark, scene.phase_mark),
            (scene.selected, SELECTED, CellMark.NODE_SELECTED, CellMark.EDGE_SELECTED),
        ):
            for edge in edges_of(focus):
                self.arrows[graph.pair(edge)] = line
            for node in focus.nodes:
                self.frames[graph.block(node).number] = frame, mark
            if not focus.nodes:
                for block in self._biased(focus.biases):
                    self.frames[block.number] = frame, mark
        self.moved = {graph.pair(edge) for edge in edges_of(scene.active)}
        self.read = {
            edge.target if scene.backward else edge.source for edge in edges_of(scene.active)
        } - scene.active.nodes

    def _biased(self, slots: Iterable[int]) -> Iterator[Block]:
        """The blocks that some parameters are added to."""
        program = self._scene.graph.program
        biases = {program.quantity_at(slot).name for slot in slots}
        for number in self._layout.blocks if biases else ():
            block = self._layout.graph.blocks[number]
            if biases & {bias.name for bias in block.biases}:
                yield block


def edges_of(focus: Focus) -> Iterator[Edge]:
    """The edges of a focus, of many only the first."""
    return islice(focus.edges, _MOST_EDGES)
