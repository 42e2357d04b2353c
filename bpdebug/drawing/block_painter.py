"""Blocks and arrows on a canvas, with what was done and what is selected marked in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from bpdebug.debugger.view import Status
from bpdebug.drawing.block_places import BlockLayout, BlockPlace, Panel
from bpdebug.drawing.blocks import Block
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import figure, short, state
from bpdebug.drawing.focus import Focus
from bpdebug.drawing.forms import NodeLine, gradient_slot
from bpdebug.drawing.graph import Node
from bpdebug.drawing.nodes import ACTIVE, GRADIENT, NEXT, PLAIN, SELECTED, STATUS_MARKS
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.wires import DOWN, LEFT, RIGHT, UP, Wire, branching, character, wires
from bpdebug.program.quantities import Kind, Quantity

_MOST_EDGES = 2048
"""At most so many edges of an operation are looked at for the units that it reads."""

_Cells = Mapping[tuple[int, int], Mapping[tuple[int, int], int]]

_READ, _DONE = "•", "▸"
"""The signs of a unit that was read, and of one that was written."""

_CHANGED, _BACK = "■", "◂"
"""The signs of a parameter that was changed, and whose gradient has come back, without a label."""


class BlockPainter:
    """Draws scenes on one layout. The ways of arrows are found once."""

    def __init__(self, layout: BlockLayout) -> None:
        self.layout = layout

    @cached_property
    def _wires(self) -> list[Wire]:
        return wires(self.layout)

    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Draw arrows, then blocks, as far as the canvas shows them."""
        painter = _ScenePainter(canvas, scene, self.layout)
        painter.wires(self._wires)
        for place in self.layout.blocks.values():
            if canvas.sees(place.x, place.y, place.width, place.height):
                painter.block(place)
        for tag in self.layout.tags:
            canvas.put(tag.x, tag.y, tag.text, CellMark.HEADING)


class _ScenePainter:
    def __init__(self, canvas: Canvas, scene: Scene, layout: BlockLayout) -> None:
        self.canvas = canvas
        self.scene = scene
        self.layout = layout
        self.graph = layout.graph
        self.program = scene.graph.program
        # The most important comes last, and stays.
        self.arrows: dict[tuple[int, int], CellMark] = {}
        self.blocks: dict[int, tuple[str, CellMark]] = {}
        for focus, frame, mark, line in (
            (scene.next, NEXT, CellMark.NODE_NEXT, CellMark.EDGE_NEXT),
            (scene.active, ACTIVE, scene.phase_mark, scene.phase_mark),
            (scene.selected, SELECTED, CellMark.NODE_SELECTED, CellMark.EDGE_SELECTED),
        ):
            for edge in islice(focus.edges, _MOST_EDGES):
                self.arrows[self.graph.pair(edge)] = line
            for node in focus.nodes:
                self.blocks[self.graph.block(node).number] = frame, mark
            if not focus.nodes:
                for block in self._biased(focus.biases):
                    self.blocks[block.number] = frame, mark
        self.moved = {self.graph.pair(edge) for edge in islice(scene.active.edges, _MOST_EDGES)}
        self.read = {
            edge.target if scene.backward else edge.source
            for edge in islice(scene.active.edges, _MOST_EDGES)
        } - scene.active.nodes

    def _biased(self, slots: Iterable[int]) -> Iterator[Block]:
        """The blocks that some parameters are added to."""
        biases = {self.program.quantity_at(slot).name for slot in slots}
        for number in self.layout.blocks if biases else ():
            block = self.graph.blocks[number]
            if biases & {bias.name for bias in block.biases}:
                yield block

    # Arrows.

    def wires(self, found: Iterable[Wire]) -> None:
        """Draw the lines, then the marked ones on top, then heads and labels."""
        drawn = [*found]
        marked = [w for w in drawn if (w.arrow.source, w.arrow.target) in self.arrows]
        every = _cells(drawn)
        self._lines(drawn, every, {}, CellMark.EDGE)
        for mark in dict.fromkeys(self.arrows.values()):
            if mark is not CellMark.EDGE_NEXT:
                chosen = [w for w in marked if self.arrows[w.arrow.source, w.arrow.target] is mark]
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
        pair = wire.arrow.source, wire.arrow.target
        for focus, edges in (
            (self.scene.selected, self.scene.selected.edges),
            (self.scene.active, self.scene.active.edges),
        ):
            if not focus.nodes:
                for edge in islice(edges, _MOST_EDGES):
                    if self.graph.pair(edge) == pair:
                        for slot in edge.weights:
                            if slot in range(factor.offset, factor.offset + factor.size):
                                return slot
        return factor.offset

    def _head(self, wire: Wire) -> None:
        pair = wire.arrow.source, wire.arrow.target
        mark = self.arrows.get(pair, CellMark.EDGE)
        if pair in self.moved and self.scene.active.nodes:
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
        elif (wire.arrow.source, wire.arrow.target) in self.moved and not self.scene.active.nodes:
            done = _BACK if self.scene.backward else _CHANGED
            self.canvas.put(wire.end[0], row, done, self.scene.phase_mark, name)

    def _text(self, wire: Wire, factor: Quantity, slot: int, room: int) -> tuple[str, CellMark]:
        """What an arrow says in some cells, the most telling that fits."""
        scene, view, write = self.scene, self.scene.view, self.scene.write
        pair = wire.arrow.source, wire.arrow.target
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
        if pair in self.moved and not active.nodes and active.slot is not None:
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

    # Blocks.

    def block(self, place: BlockPlace) -> None:
        """A block with its frame and its numbers."""
        block = place.block
        frame, mark = self.blocks.get(block.number, (PLAIN, CellMark.NODE))
        first = self.program.name(
            self.scene.graph.value_slot(block.node(0), self.scene.observation)
        )
        left, right = self._ports(block)
        for row in range(place.height):
            y = place.y + row
            self.canvas.put(place.x, y, " " * place.width, CellMark.BLANK, first)
            sides = [frame[5], frame[5]]
            if place.height > 1 and row in (0, place.height - 1):
                sides = [frame[0], frame[1]] if row == 0 else [frame[2], frame[3]]
            elif place.height == 1:
                sides = [" ", " "]
            if y == place.port:
                sides = [frame[6] if left else sides[0], frame[7] if right else sides[1]]
            self.canvas.put(place.x, y, sides[0], mark, first)
            self.canvas.put(place.x + place.width - 1, y, sides[1], mark, first)
        y = place.y
        for panel in place.panels:
            self._panel(place, panel, y, first)
            y += panel.height

    def _ports(self, block: Block) -> tuple[bool, bool]:
        shown = self.layout.columns
        left = block.column != shown[0] and bool(self.graph.arriving(block.column))
        right = block.column != shown[-1] or bool(self.graph.inside(block.column))
        return left, right

    def _panel(self, place: BlockPlace, panel: Panel, y: int, first: str) -> None:
        block, scene = place.block, self.scene
        room = place.width - 2 if panel.titled else place.label
        mark = CellMark.NAME
        if any(self.graph.block(node) is block for node in scene.active.nodes):
            mark = scene.phase_mark
        if any(self.graph.block(node) is block for node in scene.selected.nodes):
            mark = CellMark.SELECTED
        label = panel.label
        if panel.line is NodeLine.VALUE and not panel.titled:
            before = block.group.before
            if before is not None and block.size == 1 and self._instead(block.node(0)) is not None:
                label = self.program.name(
                    self.scene.graph.slot(block.node(0), before, self.scene.observation)
                )
        self.canvas.put(place.x + 1, y, short(label, room), mark, first)
        for row in panel.rows:
            for column in panel.columns:
                at = place.cell(panel, row, column)
                node = block.node(row * block.columns + column)
                self._unit(at, panel, node, place.x + place.width - 1)

    def _instead(self, node: Node) -> int | None:
        """The pre-activation of a unit or the gradient by it, where that is what was just done or
        is selected and has no place of its own.
        """
        graph, group = self.scene.graph, self.scene.graph.group(node)
        if group.before is None or NodeLine.BEFORE in self.layout.form.lines:
            return None
        slot = graph.slot(node, group.before, self.scene.observation)
        gradient = self.program.gradient_slot(slot)
        for focus in (self.scene.active, self.scene.selected):
            if focus.slot is not None and focus.slot in (slot, gradient):
                return focus.slot
        return None

    def _shown(self, panel: Panel, node: Node) -> tuple[int | None, str]:
        """The slot that a unit shows in a panel, and the sign before its number."""
        scene, graph = self.scene, self.scene.graph
        group, seen = graph.group(node), scene.observation
        if panel.line is NodeLine.BEFORE and group.before is not None:
            return graph.slot(node, group.before, seen), ""
        if panel.line is NodeLine.ANSWER and group.answer is not None:
            return graph.slot(node, group.answer, seen), ""
        gradient = gradient_slot(graph, group, node, seen)
        if panel.line is NodeLine.GRADIENT:
            return gradient, ""
        instead = self._instead(node)
        if instead is not None:
            is_gradient = self.program.quantity_at(instead).kind is Kind.GRADIENT
            return instead, GRADIENT if is_gradient else ""
        if (
            scene.backward
            and NodeLine.GRADIENT not in self.layout.form.lines
            and gradient is not None
            and scene.view.status(gradient) is Status.CURRENT
        ):
            return gradient, GRADIENT
        return graph.value_slot(node, seen), ""

    def _unit(self, at: tuple[int, int], panel: Panel, node: Node, end: int) -> None:
        """A number with the sign before it; `end` is the cell of the frame on the right."""
        x, y = at
        if not self.canvas.sees(x, y, panel.number + 2, 1):
            return
        scene = self.scene
        slot, prefix = self._shown(panel, node)
        if slot is None:
            return
        name = self.program.name(slot)
        status = scene.view.status(slot)
        mark, before, after = STATUS_MARKS[status], "", ""
        value = panel.line is NodeLine.VALUE
        text = state(scene.view, slot, panel.number, scene.write)
        if value and node in self.read:
            before = _READ
            mark = CellMark.EDGE_NEXT if mark is CellMark.UNKNOWN else mark
        if slot == scene.selected.slot or self._is_about(scene.selected, node, panel):
            mark, before, after = CellMark.SELECTED, "[", "]"
        if slot == scene.active.slot or self._is_about(scene.active, node, panel):
            mark, before = scene.phase_mark, _DONE if not before or before == _READ else before
        if before and len(text) < panel.number:
            text = prefix + text
        self.canvas.put(x, y, (before or prefix or " ") + text, mark, name)
        if after and (panel.number > len(text) or x + len(text) + 1 < end):
            self.canvas.put(x + 1 + len(text), y, after, mark, name)
        marks = scene.breakpoints.nodes.get(node, {}) if scene.breakpoints.nodes else {}
        sign = marks.get(slot, "") if slot in marks or not value else scene.breakpoints.node(node)
        self.canvas.put(x, y, sign, CellMark.BREAKPOINT, name)

    def _is_about(self, focus: Focus, node: Node, panel: Panel) -> bool:
        """Whether a focus is about a unit by something that has no place of its own.

        A derivative is told with the other derivatives, anything else with the value.
        """
        if node not in focus.nodes:
            return False
        lines = self.layout.form.lines
        derivative = (
            focus.slot is not None
            and self.program.quantity_at(focus.slot).kind in (Kind.GRADIENT, Kind.LOCAL)
            and NodeLine.GRADIENT in lines
        )
        if panel.line is not (NodeLine.GRADIENT if derivative else NodeLine.VALUE):
            return False
        group, graph, seen = self.scene.graph.group(node), self.scene.graph, self.scene.observation
        own: set[int | None] = set()
        for line, quantity in ((NodeLine.BEFORE, group.before), (NodeLine.ANSWER, group.answer)):
            if quantity is not None and line in lines:
                own.add(graph.slot(node, quantity, seen))
        return focus.slot not in own


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
