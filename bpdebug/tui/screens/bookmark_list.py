"""The list of bookmarks: go to one, make one here, delete one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.text.run.branches import bookmark_lines
from bpdebug.text.safe import safe
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import Action, ListScreen
from bpdebug.tui.screens.prompts import Prompt


def bookmark_prompt(perform: Action) -> Prompt:
    """Asks for a name for the position."""
    hint = "letters, digits, _ and -; g and the name lead back here"
    return Prompt("Bookmark this position", hint, lambda name: perform(f"mark {name}"))


class BookmarkScreen(ListScreen[str | None]):
    """The bookmarks; gives the name of the one to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,m", "add", "new", show=False),
        Binding("d,delete", "delete", "delete", show=False),
    ]
    NAME = "Bookmarks"
    KEYS = (("Enter", "go"), ("n", "new"), ("d", "delete"))

    def heading(self, width: int) -> Line:
        return line(Span("Name, branch and place", "muted"))

    def items(self, width: int) -> list[Item]:
        found = []
        for head, *rows in bookmark_lines(self._debugger, width).values():
            details = (line(safe(row)) for row in rows)
            found.append(Item([line(Span(safe(head), "strong")), *details]))
        return found or [note("None. Press n to give this position a name.")]

    def _chosen(self) -> str | None:
        names = list(self._debugger.document.bookmarks)
        return names[self.at] if names else None

    def action_open(self) -> None:
        """Close the list and go there."""
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(chosen)

    def action_add(self) -> None:
        """Ask for a name for the position."""

        def added(name: str | None) -> None:
            names = list(self._debugger.document.bookmarks)
            if name in names:
                self.at = names.index(name)
            self.say("" if name is None else f"{name} is here")

        self.app.push_screen(bookmark_prompt(self.perform), added)

    def action_delete(self) -> None:
        """Forget the chosen bookmark."""
        chosen = self._chosen()
        if chosen is not None:
            self.do(f"unmark {chosen}", f"{chosen} deleted")
