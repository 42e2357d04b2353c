"""What is to be drawn: a position's values, what has just been done, and the selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpdebug.debugger.view import View
from bpdebug.drawing.breakpoint_marks import NOWHERE, NetworkMarks, breakpoints
from bpdebug.drawing.canvas import CellMark
from bpdebug.drawing.figures import Format
from bpdebug.drawing.focus import Focus, done, named, upcoming
from bpdebug.drawing.graph import Graph, Node
from bpdebug.program.program import Phase

_PHASE_MARKS: Mapping[Phase, CellMark] = {
    Phase.FORWARD: CellMark.FORWARD,
    Phase.LOSS: CellMark.LOSS,
    Phase.BACKWARD: CellMark.BACKWARD,
    Phase.UPDATE: CellMark.UPDATE,
}

_NO_MARKS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Scene:
    """A view of a graph: the observation shown, what was just done, what is next, the selection.

    `breakpoints` are the marks of breakpoints in it. `selection_leads` says whether a part of
    a big network is shown around the selection, or around what was just done.
    """

    graph: Graph
    view: View
    observation: int
    active: Focus
    next: Focus
    selected: Focus
    write: Format
    selection_leads: bool = True
    breakpoints: NetworkMarks = NOWHERE

    @property
    def phase_mark(self) -> CellMark:
        """The mark of what has just been done."""
        return _PHASE_MARKS[self.active.phase] if self.active.phase else CellMark.VALUE

    @property
    def backward(self) -> bool:
        """Whether what has just been done goes from the loss towards the inputs."""
        return self.active.phase is Phase.BACKWARD

    @property
    def wanted(self) -> tuple[Node, ...]:
        """The nodes that should be in the picture, the most important first."""
        found: dict[Node, None] = {}
        order = (self.selected, self.active, self.next)
        if not self.selection_leads:
            order = (self.active, self.selected, self.next)
        for focus in order:
            found |= dict.fromkeys(sorted(focus.nodes))
            if len(focus.edges) == 1:
                found |= dict.fromkeys((focus.edges[0].target, focus.edges[0].source))
        return tuple(found)


def scene(
    graph: Graph,
    view: View,
    selected: str | None,
    write: Format,
    shown: int = 0,
    selection_leads: bool = True,
    marks: Mapping[str, str] = _NO_MARKS,
) -> Scene:
    """The scene of a view; `marks` are those of elements, by name.

    `shown` is the observation shown before (from 0): it stays unless what leads, or else
    the other of selection and operation, is about another one.
    """
    choice = named(graph, selected, shown)
    active = done(graph, view, shown)
    following = upcoming(graph, view, shown)
    for focus in (choice, active, following) if selection_leads else (active, choice, following):
        if focus.observation is not None:
            if focus.observation != shown:
                seen = focus.observation
                return scene(graph, view, selected, write, seen, selection_leads, marks)
            break
    found = breakpoints(graph, marks, shown)
    return Scene(graph, view, shown, active, following, choice, write, selection_leads, found)
