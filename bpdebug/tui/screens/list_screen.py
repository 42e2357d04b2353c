"""A dialog with a list: items of one or several lines, one of them chosen, and a foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.text.safe import safe
from bpdebug.tui.closing import Dialog
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, clipped, line
from bpdebug.tui.screens.box import Box
from bpdebug.tui.screens.item_list import Foot, Item, ItemList, key_lines
from bpdebug.tui.terminal.bindings import without_meaning

Action = Callable[[str], str | None]
"""Carries out an action of the session; says why it cannot be done."""

_Result = TypeVar("_Result")

_AROUND = 5
"""Cells of border, padding and scroll bar."""

_LEAST_WIDTH = 16
"""Cells that a line is made for; in a narrower window its end is not seen."""

_LEAST_ITEMS = 4
"""Lines that the list has at least, whatever is below it."""


class ListScreen(Dialog[_Result]):
    """Shows a list over the screen; subclasses say what is there and what its keys do.

    `at` is the number of the chosen item among those that can be chosen, from 0.
    """

    DEFAULT_CSS = """
    ListScreen {
        align: center middle;
        & > Box { width: 84; padding: 0 0 0 1; }
        & LinesPane { border: none; padding: 0; background: $surface; }
        & Foot { scrollbar-size: 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", show=False),
        Binding("escape,q", "leave", "close", show=False),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
        Binding("home", "move(-1000000)", "to the first", show=False),
        Binding("end", "move(1000000)", "to the last", show=False),
        Binding("u", "undo", "undo", show=False),
        Binding("U", "redo", "redo", show=False),
    ]

    WIDTH: ClassVar[int] = 84
    """Cells that it takes where there are this many, the same as in the style sheet."""

    NAME: ClassVar[str]
    KEYS: ClassVar[Sequence[tuple[str, str]]]
    """The keys of its own that the foot names, each with a word."""

    LAST_KEYS: ClassVar[Sequence[tuple[str, str]]] = (("u", "undo"), ("Esc", "close"))
    """Those that come after them, the same in most lists."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._debugger = desk.debugger
        self._items: Sequence[Item] = []
        self._said = Span("")
        self._makes_way = False
        self.at = 0

    # What subclasses say

    def heading(self, width: int) -> Line:
        """The line above the list, at most `width` cells wide."""
        raise NotImplementedError

    def items(self, width: int) -> Sequence[Item]:
        """What is in the list, in lines of at most `width` cells."""
        raise NotImplementedError

    def foot(self, width: int) -> list[Line]:
        """What is below the list."""
        return []

    def action_open(self) -> None:
        """Do the main thing with the chosen item; a double click does it, too."""
        raise NotImplementedError

    # The screen

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = self.NAME
            yield ItemList()
            yield Foot()

    def on_screen_resume(self) -> None:
        if self._makes_way:
            self.action_leave()
        else:
            self.show()

    def on_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Draw the list as things stand now."""
        self._items = self.items(self._width - len("▸"))
        self._draw()

    @property
    def _width(self) -> int:
        return max(_LEAST_WIDTH, min(self.WIDTH, self.app.size.width) - _AROUND)

    def _draw(self) -> None:
        """Draw what is known; moving the cursor is not a reason to recompute it."""
        if not self.query(Foot):
            return  # What was computed comes before the list is there, or when it is closed.
        width = self._width
        count = sum(item.can_be_chosen for item in self._items)
        self.at = min(max(0, self.at), max(0, count - 1))
        # The line of what is said is always there: nothing may move under the mouse.
        said = Line(clipped([self._said], width))
        foot = [*self.foot(width), said, *key_lines((*self.KEYS, *self.LAST_KEYS), width)]
        room = max(_LEAST_ITEMS, self.app.size.height - len(foot) - 2)
        self.query_one(Foot).put(foot, len(foot))
        heading = line(" ", *self.heading(width - len("▸")).spans)
        self.query_one(ItemList).show(heading, self._items, self.at, room)

    def say(self, text: str, look: str = "muted") -> None:
        """Say something below the list, until the cursor moves."""
        self._said = Span(safe(text).replace("\n", "  "), look)
        self.show()

    def on_key(self, event: events.Key) -> None:
        """A key without a meaning is told of; commands of the main screen are done there."""
        key = without_meaning(self, event) if self.is_active else None
        if key is not None:
            self.say(f"{key} does nothing in this list; Esc closes it")

    # Actions of the session

    def perform(self, action: str) -> str | None:
        """Do an action; returns why it cannot be done.

        If that takes long the list closes, so that the run can be paused.
        """
        if self._desk.runner is not None:
            return "a run is in progress; close the list, then Esc pauses it"
        error = self._desk.perform(action)
        if self._desk.runner is not None:
            # Under a prompt only when that has closed.
            self._makes_way = True
            if self.is_active:
                self.action_leave()
        return error

    def do(self, action: str, done: str = "") -> None:
        """Do an action and say what came of it."""
        self.tell(self.perform(action), done)

    def tell(self, error: str | None, done: str) -> None:
        """Say why something could not be done, or what was done."""
        self.say(error or done, "error" if error else "muted")

    def action_undo(self) -> None:
        """Undo the last change, whatever it was."""
        error = self.perform("undo")
        self.tell(error, f"undone: {self._debugger.last_change(undone=True)}; U redoes it")

    def action_redo(self) -> None:
        """Make it again."""
        error = self.perform("redo")
        self.tell(error, f"redone: {self._debugger.last_change()}")

    # The cursor

    def action_move(self, by: int) -> None:
        """Choose another item."""
        self.at = max(0, self.at + by)
        self._said = Span("")
        self._draw()

    @on(ItemList.Pointed)
    def pointed(self, message: ItemList.Pointed) -> None:
        """Choose the item there; a double click opens it."""
        self.at = message.number
        self.action_move(0)
        if message.twice:
            self.action_open()

    def action_leave(self) -> None:
        """Close the list."""
        self.dismiss()
