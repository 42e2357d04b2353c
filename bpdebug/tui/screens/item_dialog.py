"""A box over the screen with a list of items in it, and a cursor among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from bpdebug.tui.closing import Dialog
from bpdebug.tui.screens.item_list import Item

_Result = TypeVar("_Result")

_AROUND = 5
"""Cells of border, padding and scroll bar."""

_LEAST_WIDTH = 16
"""Cells that a line is made for; in a narrower window its end is not seen."""


class ItemDialog(Dialog[_Result]):
    """What lists and finders have in common.

    `at` is the number of the item under the cursor among those that can be chosen, from 0.
    """

    DEFAULT_CSS = """
    ItemDialog {
        align: center middle;
        & > Vertical {
            width: 84;
            max-width: 100%;
            height: auto;
            border: round $primary;
            border-title-color: $primary;
            background: $surface;
            padding: 0 0 0 1;
        }
        & ItemList, & Foot { border: none; padding: 0; background: $surface; }
        & Foot { scrollbar-size: 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
    ]

    WIDTH: ClassVar[int] = 84
    """Cells that it takes where there are this many, the same as in the style sheet."""

    NAME: ClassVar[str]

    KEYS: ClassVar[Sequence[tuple[str, str]]]
    """The keys of its own that the foot names, each with a word."""

    def __init__(self) -> None:
        super().__init__()
        self._items: Sequence[Item] = []
        self.at = 0

    def show(self) -> None:
        """Draw the items as things stand now."""
        raise NotImplementedError

    @property
    def width(self) -> int:
        """The cells between the borders."""
        return max(_LEAST_WIDTH, min(self.WIDTH, self.app.size.width) - _AROUND)

    def keep_within(self) -> None:
        """Bring the cursor back to the items that there are."""
        count = sum(item.can_be_chosen for item in self._items)
        self.at = min(max(0, self.at), max(0, count - 1))

    def on_resize(self) -> None:
        self.show()

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss()
