"""A dialog to find something in: a line to type in, and below it what matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.item_dialog import ItemDialog
from bpdebug.tui.screens.item_list import Foot, Item, ItemList, key_lines

_Result = TypeVar("_Result")

_MOST_TYPED = 4096
"""Characters that can be typed: as many as a path may have."""

_MOST_TOLD = 4
"""Lines of what is said below the list."""

_LINES_AROUND = 5
"""Lines of border, of what is typed, and of air above and below."""


class Finder(ItemDialog[_Result]):
    """Shows what matches the text that is typed; subclasses say what that is."""

    DEFAULT_CSS = """
    Finder {
        & Horizontal { height: auto; }
        & Input { background: $surface; }
        & ItemList { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "move(-1000000)", "to the first", show=False),
        Binding("ctrl+end", "move(1000000)", "to the last", show=False),
    ]

    HEIGHT: ClassVar[int] = 32
    """Lines that it takes where there are this many."""

    PLACEHOLDER: ClassVar[str]

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
        with Vertical() as box:
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

    def show(self) -> None:
        """Find again, and draw."""
        if not self.query(Foot):
            return  # It is closed.
        self._items = self.items(self.typed, max(1, self.list_width - len("▸")))
        self._draw()

    def _draw(self) -> None:
        self.keep_within()
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
