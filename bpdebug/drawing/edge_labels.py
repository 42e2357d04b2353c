"""What edges say: their weight, and its derivative or update at the moment it is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from bpdebug.drawing.braille import cell_at
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.figures import figure
from bpdebug.drawing.graph import Edge
from bpdebug.drawing.labels import SHARES, Cell, EdgeSpan, Spot, flush, room, spots
from bpdebug.drawing.marking import edge_mark, edge_name, is_marked, rank
from bpdebug.drawing.scene import Scene
from bpdebug.program.program import Program

_LABELLED = 12
"""The most marked edges that get a label."""

_SHORTEST = 5
"""How wide the number on an edge is at least."""

_SELECTED, _DONE, _BACK = "□", "■", "◂"
"""The signs of an edge that there is no room for a label on: selected; just written; its
gradient has just come back to it.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Places for labels, none if there is no room, and whether names fit beside numbers.

    `weighted` says whether there is anything to label.
    """

    spots: Mapping[EdgeSpan, Spot]
    names: bool
    weighted: bool


class EdgeLabels:
    """The labels of a drawing.

    Where there is room for one on every edge of `everywhere` between two columns, each has
    its own place for good. Elsewhere only the marked edges have labels.
    """

    def __init__(
        self,
        program: Program,
        columns: Iterable[int],
        everywhere: Mapping[Edge, EdgeSpan],
        longest: int,
    ) -> None:
        """`longest` is how wide a number on an edge is at most."""
        self._program = program
        self._longest = longest
        self._kept: dict[int, Kept] = {}
        for column in columns:
            edges = [e for e in everywhere if e.weights and e.source.column == column]
            self._kept[column] = self._keep({everywhere[edge]: edge for edge in edges})

    @property
    def named(self) -> bool:
        """Whether every weight has its place with its name."""
        return all(kept.names or not kept.weighted for kept in self._kept.values())

    def draw(self, canvas: Canvas, scene: Scene, lines: Mapping[EdgeSpan, Edge]) -> None:
        """Draw the labels of the edges that are drawn as `lines`."""
        for column, kept in self._kept.items():
            here = {s: e for s, e in lines.items() if e.weights and e.source.column == column}
            if kept.spots:
                labels = self._put_all(canvas, scene, here, kept)
            else:
                marked = [s for s, e in here.items() if is_marked(e, scene)]
                marked.sort(key=lambda span: -rank(here[span], scene))
                chosen = {span: here[span] for span in islice(marked, _LABELLED)}
                labels = self._put_marked(canvas, scene, chosen)
            _put_breakpoints(canvas, scene, here, labels)

    def _keep(self, lines: Mapping[EdgeSpan, Edge]) -> Kept:
        """Places for labels on all `lines`, the widest for which there is room."""
        spans: Collection[EdgeSpan] = lines.keys()
        name = max((len(self._name(edge)) for edge in lines.values()), default=0)
        least = min(map(room, spans), default=0)
        for names in (True, False):
            for number in range(self._longest, _SHORTEST - 1, -1):
                width = number + (name + 1 if names else 0)
                found = spots(tuple(spans), width) if width <= least else None
                if found is not None:
                    return Kept(dict(zip(spans, found, strict=True)), names, True)
        return Kept({}, False, bool(lines))

    def _name(self, edge: Edge) -> str:
        return self._program.name(edge.weights[0])

    def _put_all(
        self, canvas: Canvas, scene: Scene, lines: Mapping[EdgeSpan, Edge], kept: Kept
    ) -> dict[EdgeSpan, Spot]:
        """Label every edge; what is marked may say more, and goes before its neighbours."""
        labels: dict[EdgeSpan, Spot] = {}
        used: set[Cell] = set()
        for span, edge in sorted(lines.items(), key=lambda item: -rank(item[1], scene)):
            width = room(span) if is_marked(edge, scene) else kept.spots[span].width
            for text in self._texts(scene, edge, width, kept):
                spot = flush(kept.spots[span], span, len(text))
                if not used & spot.with_margin():
                    _put(canvas, scene, edge, spot, text)
                    used |= spot.cells()
                    labels[span] = spot
                    break
        return labels

    def _put_marked(
        self, canvas: Canvas, scene: Scene, lines: Mapping[EdgeSpan, Edge]
    ) -> dict[EdgeSpan, Spot]:
        """Label what is marked, if there is room for all of it.

        Else a sign: but a message along whole edges has its arrow heads already.
        """
        kept = self._keep(lines)
        labels: dict[EdgeSpan, Spot] = {}
        for span, edge in lines.items():
            if span in kept.spots:
                alone = len(lines) == 1
                width = room(span) if alone else kept.spots[span].width
                text = self._texts(scene, edge, width, kept)[0]
                labels[span] = flush(kept.spots[span], span, len(text))
            elif edge in scene.selected.edge_set or not scene.active.nodes:
                text = _BACK if scene.backward else _DONE
                if edge in scene.selected.edge_set:
                    text = _SELECTED
                labels[span] = Spot(*cell_at(span.x0, span.y0, span.x1, span.y1, 0.5), 1)
            else:
                continue
            _put(canvas, scene, edge, labels[span], text)
        return labels

    def _texts(self, scene: Scene, edge: Edge, width: int, kept: Kept) -> list[str]:
        """What an edge can say in `width` cells, the most telling first."""
        view, write, program = scene.view, scene.write, self._program
        slot, name = edge.weights[0], self._name(edge)
        now = figure(view.value(slot), self._longest, write)
        texts: list[str] = []
        active = scene.active
        if edge in active.edge_set and not active.nodes and active.slot is not None:
            if active.slot == slot:
                old = figure(view.previous(slot), self._longest, write)
                least = figure(view.value(slot), max(_SHORTEST, width - 1), write)
                texts += [f"{name} {old}→{now}", f"{old}→{now}", f"→{now}", f"→{least}"]
            elif scene.backward:
                result = figure(view.value(active.slot), self._longest, write)
                derivative = program.name(active.slot)
                least = figure(view.value(active.slot), max(_SHORTEST, width - 3), write)
                texts += [f"{_BACK}{derivative} {result}", f"{_BACK}∂ {result}"]
                texts += [f"{_BACK}∂ {least}", f"{_BACK}{least}"]
        elif edge in scene.selected.edge_set:
            texts += [f"[{name} {now}]", f"[{now}]"]
        number = width - len(name) - 1
        if kept.names and number >= _SHORTEST:
            texts.append(f"{name} {figure(view.value(slot), number, write)}")
        texts.append(figure(view.value(slot), min(width, self._longest), write))
        return [text for text in texts if len(text) <= width]


def _put(canvas: Canvas, scene: Scene, edge: Edge, spot: Spot, text: str) -> None:
    mark = edge_mark(edge, scene) if is_marked(edge, scene) else CellMark.LABEL
    if edge in scene.selected.edge_set:
        mark = CellMark.SELECTED
    canvas.put(spot.x, spot.y, text, mark, edge_name(edge, scene))


def _put_breakpoints(
    canvas: Canvas, scene: Scene, lines: Mapping[EdgeSpan, Edge], labels: Mapping[EdgeSpan, Spot]
) -> None:
    """The marks of breakpoints: before labels, elsewhere where they hide the least."""
    signs = {span: sign for span, edge in lines.items() if (sign := scene.breakpoints.edge(edge))}
    if not signs:
        return
    passing = Counter(cell for span in lines for cell in span.cells())
    used = {cell for spot in labels.values() for cell in spot.with_margin()}
    for span, sign in signs.items():
        if span in labels:
            cell = labels[span].x - 1, labels[span].y
        else:
            ways = [cell_at(span.x0, span.y0, span.x1, span.y1, share) for share in SHARES]
            cell = min(ways, key=lambda at: (at in used, passing[at]))
            used.add(cell)
        canvas.put(*cell, sign, CellMark.BREAKPOINT, edge_name(lines[span], scene))
