"""A dialog to find something in: a line to type in, and below it what matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.closing import Dialog
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.box import Box
from bpdebug.tui.screens.item_list import Foot, Item, ItemList, key_lines

_Result = TypeVar("_Result")

_AROUND = 5
"""Cells of border, padding and scroll bar."""

_LEAST_WIDTH = 16
"""Cells that a line is made for; in a narrower window its end is not seen."""

_MOST_TYPED = 4096
"""Characters that can be typed: as many as a path may have."""

_MOST_TOLD = 4
"""Lines of what is said below the list."""

_LINES_AROUND = 5
"""Lines of border, of what is typed, and of air above and below."""


class Finder(Dialog[_Result]):
    """Shows what matches the text that is typed; subclasses say what that is.

    `at` is the number of the item under the cursor among those that can be chosen, from 0.
    """

    DEFAULT_CSS = """
    Finder {
        align: center middle;
        & > Box { width: 84; padding: 0 0 0 1; }
        & Horizontal { height: auto; }
        & ItemList, & Foot { border: none; padding: 0; background: $surface; }
        & ItemList { width: 1fr; }
        & Foot { scrollbar-size: 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
        Binding("ctrl+home", "move(-1000000)", "to the first", show=False),
        Binding("ctrl+end", "move(1000000)", "to the last", show=False),
    ]

    WIDTH: ClassVar[int] = 84
    """Cells that it takes where there are this many, the same as in the style sheet."""

    HEIGHT: ClassVar[int] = 32
    """Lines that it takes where there are this many."""

    NAME: ClassVar[str]
    PLACEHOLDER: ClassVar[str]
    KEYS: ClassVar[Sequence[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self._items: Sequence[Item] = []
        self.at = 0

    # What subclasses say

    def heading(self) -> Line:
        """The line above the list."""
        raise NotImplementedError

    def items(self, typed: str, width: int) -> Sequence[Item]:
        """What matches the text `typed`, in lines of at most `width` cells."""
        raise NotImplementedError

    def choose(self, typed: str) -> None:
        """Do the main thing with the item under the cursor; a double click does it, too."""
        raise NotImplementedError

    def beside(self) -> Iterable[Widget]:
        """What is beside the list."""
        return ()

    def told(self) -> str:
        """What is said below the list, of the item under the cursor."""
        return ""

    def pointed_at(self) -> None:
        """Hear that there is another item under the cursor."""

    # The screen

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = Content(self.NAME)
            yield Input(placeholder=self.PLACEHOLDER, compact=True, max_length=_MOST_TYPED)
            with Horizontal():
                yield ItemList()
                yield from self.beside()
            yield Foot()

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.query_one(Input).value.strip()

    @property
    def width(self) -> int:
        """The cells between the borders."""
        return max(_LEAST_WIDTH, min(self.WIDTH, self.app.size.width) - _AROUND)

    @property
    def list_width(self) -> int:
        """The cells that a line of the list may take."""
        return self.width

    @property
    def room(self) -> int:
        """The lines that there are for the list."""
        return max(1, min(self.HEIGHT, self.app.size.height) - len(self._foot()) - _LINES_AROUND)

    def _foot(self) -> list[Line]:
        told = wrap_words(self.told(), self.width)[:_MOST_TOLD] or [""]
        return [*(line(Span(row, "muted")) for row in told), *key_lines(self.KEYS, self.width)]

    def on_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Find again, and draw."""
        if not self.query(Foot):
            return  # It is closed.
        self._items = self.items(self.typed, max(1, self.list_width - len("▸")))
        self._draw()

    def _draw(self) -> None:
        count = sum(item.can_be_chosen for item in self._items)
        self.at = min(max(0, self.at), max(0, count - 1))
        foot = self._foot()
        self.query_one(Foot).put(foot, len(foot))
        # Always of one height: nothing jumps while one types.
        self.query_one(ItemList).show(self.heading(), self._items, self.at, self.room, self.room)
        self.pointed_at()

    @on(Input.Changed)
    def typed_on(self) -> None:
        """Show what matches now."""
        self.at = 0
        self.query_one(ItemList).scroll_home(animate=False)
        self.show()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Do the main thing."""
        if self.is_active:
            self.choose(self.typed)

    @on(ItemList.Pointed)
    def pointed(self, message: ItemList.Pointed) -> None:
        """Move the cursor there; a double click chooses."""
        self.at = message.number
        self._draw()
        if message.twice:
            self.submitted()

    def action_move(self, by: int) -> None:
        """Move the cursor, or the list where nothing can be chosen."""
        if any(item.can_be_chosen for item in self._items):
            self.at += by
            self._draw()
        else:
            self.query_one(ItemList).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss()
