"""The ways of arrows between blocks: level and upright lines with room for a label at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bpdebug.drawing.block_places import BlockLayout, BlockPlace
from bpdebug.drawing.blocks import Arrow

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
"""The sides of a cell that a line goes to, as bits."""

_CHARACTERS = {
    LEFT | RIGHT: "─━",
    UP | DOWN: "│┃",
    RIGHT | DOWN: "╭┏",
    LEFT | DOWN: "╮┓",
    RIGHT | UP: "╰┗",
    LEFT | UP: "╯┛",
    RIGHT | UP | DOWN: "├┣",
    LEFT | UP | DOWN: "┤┫",
    LEFT | RIGHT | DOWN: "┬┳",
    LEFT | RIGHT | UP: "┴┻",
    LEFT | RIGHT | UP | DOWN: "┼╋",
    LEFT: "─━",
    RIGHT: "─━",
    UP: "│┃",
    DOWN: "│┃",
}
_Point = tuple[int, int]


_BRANCHES = {
    (UP | DOWN, RIGHT): "┠",
    (UP | DOWN, LEFT): "┨",
    (LEFT | RIGHT, DOWN): "┯",
    (LEFT | RIGHT, UP): "┷",
}


def branching(heavy: int, sides: int) -> str:
    """The character of a heavy line from which a light one of the same net branches off."""
    return _BRANCHES.get((heavy, sides & ~heavy), character(heavy, heavy=True))


def character(sides: int, heavy: bool = False) -> str:
    """The character of a line that goes to some sides of a cell."""
    return _CHARACTERS[sides][heavy]


@dataclass(frozen=True, eq=False)
class Wire:
    """An arrow as it is drawn.

    `corners` are where it turns, with its first and last cell; `cells` are its cells with the sides
    that it goes to. Wires of one `net` are joined where they meet. `label` are the cells of its
    last level part. `back` says whether it arrives from the right.
    """

    arrow: Arrow
    net: tuple[int, int]
    corners: tuple[_Point, ...]
    cells: dict[_Point, int]
    label: range
    back: bool

    @property
    def start(self) -> _Point:
        """Its first cell."""
        return self.corners[0]

    @property
    def end(self) -> _Point:
        """Its last cell."""
        return self.corners[-1]


def wires(layout: BlockLayout) -> list[Wire]:
    """The ways of all arrows between blocks that are shown."""
    return list(_Router(layout).wires())


class _Router:
    def __init__(self, layout: BlockLayout) -> None:
        self._layout = layout
        self._graph = layout.graph
        self._channels: dict[int, dict[int, int]] = {}
        self._passing: list[tuple[int, int, range]] = []
        self._taken = [
            set[int]().union(
                *(
                    range(place.y, place.y + place.height)
                    for place in layout.blocks.values()
                    if place.block.column == column
                )
            )
            for column in range(len(self._graph.columns))
        ]

    def wires(self) -> Iterator[Wire]:
        shown = self._layout.blocks
        for column in self._layout.columns:
            yield from self._rails(column)
            for arrow in sorted(self._graph.arriving(column), key=self._order):
                source, target = shown.get(arrow.source), shown.get(arrow.target)
                if source is not None and target is not None:
                    yield self._across(arrow, source, target)

    def _order(self, arrow: Arrow) -> tuple[bool, int]:
        """Straight ones first, then the nearest: what turns last has to cross the fewest."""
        source, target = self._graph.blocks[arrow.source], self._graph.blocks[arrow.target]
        return target.column - source.column > 1, -source.number

    def _rails(self, column: int) -> Iterator[Wire]:
        """Arrows within a column, behind it."""
        layout = self._layout
        x = layout.ends[column]
        if not layout.rails[column]:
            return
        spans: dict[tuple[bool, int], list[int]] = {}
        drawn = []
        for arrow in self._graph.inside(column):
            source, target = layout.blocks.get(arrow.source), layout.blocks.get(arrow.target)
            if source is None or target is None:
                continue
            drawn.append((arrow, source.port, target.port))
            spans.setdefault(self._graph.rails[arrow], []).extend((source.port, target.port))
        count = len({self._graph.rails[each] for each in self._graph.inside(column)})
        first = x + layout.rails[column] - min(3, count)
        lanes = _lanes({net: (min(rows), max(rows)) for net, rows in spans.items()})
        for arrow, start, end in drawn:
            net = self._graph.rails[arrow]
            at = min(first + lanes[net], x + layout.rails[column] - 1)
            way = (x, start), (at, start), (at, end), (x, end)
            yield Wire(arrow, (int(net[0]), net[1]), way, _path(way), range(x + 1, at), True)

    def _across(self, arrow: Arrow, source: BlockPlace, target: BlockPlace) -> Wire:
        start, end = source.block.column, target.block.column
        first = source.x + source.width, source.port
        last = target.x - 1, target.port
        points = [first]
        if end - start > 1 and end - 1 in self._layout.ends:
            row = self._free_row(range(start + 1, end), arrow.source, source.port, target.port)
            at, turn = self._channel(start, arrow.source), self._channel(end - 1, arrow.source)
            points += [(at, source.port), (at, row), (turn, row), (turn, target.port)]
        else:
            turn = self._channel(start, arrow.source)
            if source.port != target.port:
                points += [(turn, source.port), (turn, target.port)]
        points.append(last)
        alone = len(points) == 2 and turn not in self._turns(start, arrow)
        label = range((first[0] if alone else turn) + 1, last[0])
        way = tuple(points)
        return Wire(arrow, (1, arrow.source), way, _path(way), label, False)

    def _turns(self, column: int, arrow: Arrow) -> list[int]:
        """Where other arrows from the same block turn."""
        beside = (each for each in self._graph.arriving(column + 1) if each is not arrow)
        return [
            self._channel(column, each.source) for each in beside if each.source == arrow.source
        ]

    def _channel(self, column: int, source: int) -> int:
        """The column of cells in which the lines of a source turn, behind a column of blocks."""
        begin = self._layout.ends[column] + self._layout.rails[column] + 1
        after = self._layout.starts.get(column + 1, begin + 3)
        found = self._channels.setdefault(column, {})
        number = found.setdefault(source, len(found))
        names = max((len(each.name) for each in self._graph.arriving(column + 1)), default=0)
        return max(begin - 1, min(begin + number, after - 2 - names * self._layout.form.names))

    def _free_row(self, columns: range, net: int, start: int, end: int) -> int:
        """A row without blocks in some columns, and without others' lines if there is one; behind
        the blocks if there is none.
        """
        layout = self._layout
        taken = set[int]().union(*(self._taken[column] for column in columns))
        used = {
            row
            for row, other, passed in self._passing
            if other != net and passed.start < columns.stop and columns.start < passed.stop
        }
        free = [row for row in range(layout.top, layout.bottom) if row not in taken]
        found = min(
            free, key=lambda row: (row in used, abs(row - start) + abs(row - end)), default=end
        )
        self._passing.append((found, net, columns))
        return found


def _lanes(spans: dict[tuple[bool, int], tuple[int, int]]) -> dict[tuple[bool, int], int]:
    """A lane for each span of rows, so that no two in one meet."""
    lanes: list[int] = []
    found: dict[tuple[bool, int], int] = {}
    for net, (top, bottom) in sorted(spans.items(), key=lambda item: item[1]):
        for number, until in enumerate(lanes):
            if until < top:
                found[net], lanes[number] = number, bottom
                break
        else:
            found[net] = len(lanes)
            lanes.append(bottom)
    return found


def _path(points: Sequence[_Point]) -> dict[_Point, int]:
    """The cells along level and upright parts from point to point."""
    cells: dict[_Point, int] = {}
    for (x, y), (to_x, to_y) in pairwise(points):
        step_x, step_y = (to_x > x) - (to_x < x), (to_y > y) - (to_y < y)
        out = RIGHT if step_x > 0 else LEFT if step_x < 0 else DOWN if step_y > 0 else UP
        into = {RIGHT: LEFT, LEFT: RIGHT, DOWN: UP, UP: DOWN}[out]
        while (x, y) != (to_x, to_y):
            cells[x, y] = cells.get((x, y), 0) | out
            x, y = x + step_x, y + step_y
            cells[x, y] = cells.get((x, y), 0) | into
    # The ends go on into the blocks.
    (x, y), (u, v) = points[0], points[-1]
    back = u <= x
    cells[x, y] = cells.get((x, y), 0) | LEFT
    cells[u, v] = cells.get((u, v), 0) | (LEFT if back else RIGHT)
    return cells
