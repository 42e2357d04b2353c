"""Items of one or several lines, one of them under the cursor: what lists and finders show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from bpdebug.tui.panes.lines import Line, LinesPane, Span, line, width_of


class Item(NamedTuple):
    """Lines of a list that belong together; the cursor passes over what cannot be chosen."""

    lines: Sequence[Line]
    can_be_chosen: bool = True


def note(text: str) -> Item:
    """A line that is not to be chosen."""
    return Item([line(Span(text, "muted"))], can_be_chosen=False)


def key_lines(keys: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """Keys and what each does, in as many lines of at most `width` cells as they need."""
    lines: list[list[Span]] = [[]]
    used = 0
    for key, word in keys:
        length = width_of(f"{key} {word}  ")
        if used and used + length > width:
            lines.append([])
            used = 0
        lines[-1] += [Span(key, "fresh"), Span(f" {word}  ", "muted")]
        used += length
    return [line(*spans) for spans in lines]


class _Lines(LinesPane, can_focus=False):
    """Lines that are given."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: list[Line] = []

    def put(self, lines: list[Line], height: int) -> None:
        """Show `lines`, `height` of them at a time."""
        self.lines = lines
        self.styles.height = height
        self.redraw()
        self.refresh()

    def count_lines(self) -> int:
        return len(self.lines)

    def line_at(self, number: int) -> Line:
        return self.lines[number]


class ItemList(_Lines):
    """A heading that stays, and items that scroll below it."""

    HEADINGS = 1

    class Pointed(Message):
        """An item was clicked, `twice` if it was meant to be opened."""

        def __init__(self, number: int, twice: bool) -> None:
            super().__init__()
            self.number = number
            self.twice = twice

    def __init__(self) -> None:
        super().__init__()
        self._numbers: list[int | None] = []

    def show(
        self, heading: Line, items: Sequence[Item], at: int, room: int, least: int = 0
    ) -> None:
        """Show the items, number `at` of those that can be chosen under the cursor.

        They take as many lines as they need, at most `room` and at least `least`.
        """
        lines = [heading]
        self._numbers = [None]
        number = -1
        for item in items:
            number += item.can_be_chosen
            chosen = item.can_be_chosen and number == at
            for row, each in enumerate(item.lines):
                pointer = Span("▸", "selected") if chosen and row == 0 else Span(" ")
                lines.append(line(pointer, *each.spans, look="cursor" if chosen else each.look))
                self._numbers.append(number if item.can_be_chosen else None)
        self.put(lines, max(least, min(len(lines), room)))
        # Only the next layout says how high it is then.
        self.call_after_refresh(self._keep_in_sight, at)

    def _keep_in_sight(self, at: int) -> None:
        mine = [row for row, number in enumerate(self._numbers) if number == at]
        if not mine:
            return
        above, below = mine[0], mine[-1]
        while above > self.HEADINGS and self._numbers[above - 1] is None:
            above -= 1
        while below + 1 < len(self._numbers) and self._numbers[below + 1] is None:
            below += 1
        # Notes beside the chosen item are to be seen with it where there is room; the item
        # itself comes last, so that it is seen in any case.
        for row in (below, above, mine[-1], mine[0]):
            self.keep_in_sight(row)

    def on_click(self, event: events.Click) -> None:
        row = self.number_of(event.get_content_offset_capture(self).y)
        number = self._numbers[row] if 0 <= row < len(self._numbers) else None
        if number is not None:
            self.post_message(self.Pointed(number, event.chain == 2))


class Foot(_Lines):
    """What is below the items; it never scrolls."""
