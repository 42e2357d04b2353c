"""The arrows of a drawing of blocks on a canvas: lines, heads, and what is written along them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpdebug.drawing.block_marks import BlockMarks, edges_of
from bpdebug.drawing.blocks import BlockGraph
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import figure
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.wires import DOWN, LEFT, RIGHT, UP, Wire, branching, character
from bpdebug.program.quantities import Quantity

_Cells = Mapping[tuple[int, int], Mapping[tuple[int, int], int]]

_CHANGED, _BACK = "■", "◂"
"""The signs of a parameter that was changed, and whose gradient has come back, without a label."""


class WirePainter:
    """Draws the arrows of one scene."""

    def __init__(self, canvas: Canvas, scene: Scene, graph: BlockGraph, marks: BlockMarks) -> None:
        self.canvas = canvas
        self.scene = scene
        self.graph = graph
        self.program = scene.graph.program
        self._marks = marks

    def paint(self, found: Iterable[Wire]) -> None:
        """Draw the lines, then the marked ones on top, then heads and labels."""
        drawn = [*found]
        marked = [w for w in drawn if w.arrow.pair in self._marks.arrows]
        every = _cells(drawn)
        self._lines(drawn, every, {}, CellMark.EDGE)
        for mark in dict.fromkeys(self._marks.arrows.values()):
            if mark is not CellMark.EDGE_NEXT:
                chosen = [w for w in marked if self._marks.arrows[w.arrow.pair] is mark]
                self._lines(chosen, _cells(chosen), every, mark)
        for wire in [*(w for w in drawn if w not in marked), *marked]:
            self._head(wire)
            self._label(wire)

    def _lines(self, drawn: Iterable[Wire], cells: _Cells, light: _Cells, mark: CellMark) -> None:
        """Draw wires; where there are `light` ones already, heavily over them."""
        for wire in drawn:
            name = self._name(wire)
            for at in wire.cells:
                sides = _joined(cells[at])
                sign = character(sides)
                if light:
                    others = light[at].get(wire.net, 0)
                    sign = branching(sides, sides | others)
                self.canvas.put(*at, sign, mark, name)

    def _name(self, wire: Wire) -> str | None:
        factors = wire.arrow.factors
        return self.program.name(self._slot(wire, factors[0])) if factors else None

    def _slot(self, wire: Wire, factor: Quantity) -> int:
        """The element of a parameter that a label tells: what is marked, else the first."""
        pair = wire.arrow.pair
        for focus in (self.scene.selected, self.scene.active):
            if not focus.nodes:
                for edge in edges_of(focus):
                    if self.graph.pair(edge) == pair:
                        for slot in edge.weights:
                            if slot in range(factor.offset, factor.offset + factor.size):
                                return slot
        return factor.offset

    def _head(self, wire: Wire) -> None:
        pair = wire.arrow.pair
        mark = self._marks.arrows.get(pair, CellMark.EDGE)
        if pair in self._marks.moved and self.scene.active.nodes:
            at = wire.start if self.scene.backward else wire.end
            sign = "◂" if self.scene.backward or wire.back else "▸"
            self.canvas.put(*at, sign, self.scene.phase_mark, self._name(wire))
        elif wire.back:
            self.canvas.put(*wire.end, "◂", mark, self._name(wire))

    def _label(self, wire: Wire) -> None:
        if not wire.arrow.factors:
            return
        factor = wire.arrow.factors[0]
        slot = self._slot(wire, factor)
        row, name = wire.end[1], self.program.name(slot)
        sign = self.scene.breakpoints.any(
            range(factor.offset, factor.offset + factor.size) if factor.size <= 64 else (slot,)
        )
        text, mark = self._text(wire, factor, slot, len(wire.label) - len(sign))
        if text:
            x = wire.label.stop - len(text)
            if wire.back:
                x = wire.label.start
            self.canvas.put(x, row, text, mark, name)
            if sign:
                at = x + len(text) if wire.back else x - 1
                self.canvas.put(at, row, sign, CellMark.BREAKPOINT, name)
        elif sign:
            self.canvas.put(wire.end[0], row, sign, CellMark.BREAKPOINT, name)
        elif (
            wire.arrow.source,
            wire.arrow.target,
        ) in self._marks.moved and not self.scene.active.nodes:
            done = _BACK if self.scene.backward else _CHANGED
            self.canvas.put(wire.end[0], row, done, self.scene.phase_mark, name)

    def _text(self, wire: Wire, factor: Quantity, slot: int, room: int) -> tuple[str, CellMark]:
        """What an arrow says in some cells, the most telling that fits."""
        scene, view, write = self.scene, self.scene.view, self.scene.write
        pair = wire.arrow.pair
        name = self.program.name(slot)
        now = figure(view.value(slot), 7, write)
        whole = factor.name + "".join(
            f" {'×'.join(map(str, factor.shape))}" for _ in factor.shape[:1]
        )
        texts = [f"·{whole}", f"·{factor.name}"]
        if factor.size == 1:
            texts.insert(0, f"·{name} {now}")
        mark = CellMark.LABEL
        active = scene.active
        if pair in self._marks.moved and not active.nodes and active.slot is not None:
            mark = scene.phase_mark
            if active.slot == slot:
                old = figure(view.previous(slot), 7, write)
                texts = [f"{name} {old}→{now}", f"→{now}", *texts]
            elif scene.backward:
                result = figure(view.value(active.slot), 7, write)
                texts = [f"◂{self.program.name(active.slot)} {result}", f"◂∂ {result}", *texts]
        elif slot == scene.selected.slot or (
            scene.selected.slot is not None
            and self.program.gradient_slot(slot) == scene.selected.slot
        ):
            mark = CellMark.SELECTED
            texts = [f"[{name} {now}]", f"[{name}]", *texts]
        return next((text for text in texts if len(text) <= room), ""), mark


def _cells(drawn: Iterable[Wire]) -> _Cells:
    """The sides of the lines in each cell, for each net."""
    cells: dict[tuple[int, int], dict[tuple[int, int], int]] = {}
    for wire in drawn:
        for at, sides in wire.cells.items():
            nets = cells.setdefault(at, {})
            nets[wire.net] = nets.get(wire.net, 0) | sides
    return cells


def _joined(nets: Mapping[tuple[int, int], int]) -> int:
    """The sides of a cell's lines: joined where they meet, one over the other where they cross."""
    level, upright = LEFT | RIGHT, UP | DOWN
    sides = set(nets.values())
    if sides == {level, upright}:
        return level
    found = 0
    for each in nets.values():
        found |= each
    return found
