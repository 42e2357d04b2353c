"""Blocks and arrows on a canvas, with what was done and what is selected marked in them."""

from __future__ import annotations

from functools import cached_property

from bpdebug.debugger.view import Status
from bpdebug.drawing.block_marks import BlockMarks
from bpdebug.drawing.block_places import BlockLayout, BlockPlace, Panel
from bpdebug.drawing.blocks import Block
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import state
from bpdebug.drawing.focus import Focus
from bpdebug.drawing.forms import NodeLine, gradient_slot
from bpdebug.drawing.graph import Node
from bpdebug.drawing.nodes import GRADIENT, PLAIN, STATUS_MARKS
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.wire_painter import WirePainter
from bpdebug.drawing.wires import Wire, wires
from bpdebug.program.quantities import Kind
from bpdebug.text.wrapping import shortened

_READ, _DONE = "•", "▸"
"""The signs of a unit that was read, and of one that was written."""


class BlockPainter:
    """Draws scenes on one layout. The ways of arrows are found once."""

    def __init__(self, layout: BlockLayout) -> None:
        self.layout = layout

    @cached_property
    def _wires(self) -> list[Wire]:
        return wires(self.layout)

    def paint(self, canvas: Canvas, scene: Scene) -> None:
        """Draw arrows, then blocks, as far as the canvas shows them."""
        marks = BlockMarks(scene, self.layout)
        WirePainter(canvas, scene, self.layout.graph, marks).paint(self._wires)
        painter = _UnitPainter(canvas, scene, self.layout, marks)
        for place in self.layout.blocks.values():
            if canvas.sees(place.x, place.y, place.width, place.height):
                painter.paint(place)
        for tag in self.layout.tags:
            canvas.put(tag.x, tag.y, tag.text, CellMark.HEADING)


class _UnitPainter:
    """Draws the blocks of one scene."""

    def __init__(
        self, canvas: Canvas, scene: Scene, layout: BlockLayout, marks: BlockMarks
    ) -> None:
        self.canvas = canvas
        self.scene = scene
        self.layout = layout
        self.graph = layout.graph
        self.program = scene.graph.program
        self._marks = marks

    def paint(self, place: BlockPlace) -> None:
        """A block with its frame and its numbers."""
        block = place.block
        frame, mark = self._marks.frames.get(block.number, (PLAIN, CellMark.NODE))
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
            graph, seen, before = scene.graph, scene.observation, block.group.before
            if before is not None and block.size == 1 and self._instead(block.node(0)) is not None:
                label = self.program.name(graph.slot(block.node(0), before, seen))
            elif not block.shape:
                # A number by itself is called what it is called in this observation.
                label = self.program.name(graph.value_slot(block.node(0), seen))
        self.canvas.put(place.x + 1, y, shortened(label, room), mark, first)
        end = place.x + place.width - 1
        brackets = [self._unit(at, panel, node, end) for node, at in place.units(panel)]
        # Where numbers are close, the bracket takes the cell before the next one.
        for x, y, name in filter(None, brackets):
            if self.canvas.is_blank(x, y):
                self.canvas.put(x, y, "]", CellMark.SELECTED, name)

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

    def _unit(
        self, at: tuple[int, int], panel: Panel, node: Node, end: int
    ) -> tuple[int, int, str] | None:
        """A number with the sign before it; `end` is the cell of the frame on the right.

        Returns where the bracket behind a selected one goes, and its name.
        """
        x, y = at
        if not self.canvas.sees(x, y, panel.number + 2, 1):
            return None
        scene = self.scene
        slot, prefix = self._shown(panel, node)
        if slot is None:
            return None
        name = self.program.name(slot)
        status = scene.view.status(slot)
        mark, before, after = STATUS_MARKS[status], "", False
        value = panel.line is NodeLine.VALUE
        text = state(scene.view, slot, panel.number, scene.write)
        if value and node in self._marks.read:
            before = _READ
            mark = CellMark.EDGE_NEXT if mark is CellMark.UNKNOWN else mark
        if slot == scene.selected.slot or self._is_about(scene.selected, node, panel):
            mark, before, after = CellMark.SELECTED, "[", True
        if slot == scene.active.slot or self._is_about(scene.active, node, panel):
            mark, before = scene.phase_mark, _DONE if not before or before == _READ else before
        if before and len(text) < panel.number:
            text = prefix + text
        self.canvas.put(x, y, (before or prefix or " ") + text, mark, name)
        marks = scene.breakpoints.nodes.get(node, {}) if scene.breakpoints.nodes else {}
        sign = marks.get(slot, "") if slot in marks or not value else scene.breakpoints.node(node)
        self.canvas.put(x, y, sign, CellMark.BREAKPOINT, name)
        return (x + 1 + len(text), y, name) if after and x + len(text) + 1 < end else None

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
