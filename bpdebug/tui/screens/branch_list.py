"""The list of branches: switch, name, compare, delete."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from bpdebug.text.run.branches import branch_lines
from bpdebug.text.safe import safe
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import ListScreen
from bpdebug.tui.screens.prompts import Choice, Prompt, Question

_ONLY = (
    "The only branch. An edit (e) where the run has been before begins another one; "
    "this one keeps its future."
)


class BranchWish(NamedTuple):
    """What is to be done with a branch when the list is closed."""

    number: int
    compare: bool = False


class BranchScreen(ListScreen[BranchWish | None]):
    """The branches; gives the one to switch to or to compare with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "leave", "close", show=False),
        Binding("r", "rename", "rename", show=False),
        Binding("d,delete", "delete", "delete", show=False),
        Binding("c,equals_sign", "compare", "compare", show=False),
    ]
    NAME = "Branches"
    KEYS = (("Enter", "go"), ("r", "name"), ("d", "delete"), ("c", "compare"))

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.at = list(self._debugger.document.branches).index(self._debugger.branch)

    def heading(self, width: int) -> Line:
        return line(Span("  Num Branch", "muted"))

    def items(self, width: int) -> list[Item]:
        found = []
        for texts in branch_lines(self._debugger, width, self._desk.digits).values():
            head, *details = (safe(text) for text in texts)
            found.append(Item([line(Span(head, "strong")), *map(line, details)]))
        if len(found) == 1:
            found += [note(row) for row in wrap_words(_ONLY, width)]
        return found

    def _number(self) -> int:
        return list(self._debugger.document.branches)[self.at]

    def action_open(self) -> None:
        """Close the list and switch."""
        self.dismiss(BranchWish(self._number()))

    def action_compare(self) -> None:
        """Close the list and compare with the current branch."""
        if self._number() == self._debugger.branch:
            self.say("that is the current branch (*); choose another to compare with it", "error")
        else:
            self.dismiss(BranchWish(self._number(), compare=True))

    def action_rename(self) -> None:
        """Ask for another name."""
        number = self._number()
        name = self._debugger.document.branches[number].name
        hint = "a name for the branch"
        accept = lambda text: self.perform(f"name {number} {text}")  # noqa: E731

        def named(name: str | None) -> None:
            self.say("" if name is None else f"branch {number} named {name}")

        self.app.push_screen(Prompt(f"Name branch {number}", hint, accept, name), named)

    def action_delete(self) -> None:
        """Delete the branch after a question."""
        number = self._number()
        branches = self._debugger.document.branches
        if len(branches) == 1:
            self.say("the only branch cannot be deleted", "error")
            return
        branch = branches[number]
        default = branch.name == f"branch {number}"
        name = branch.name if default else f"branch {number}, {safe(branch.name)},"
        text = f"Delete {name} with its edits ({len(branch.edits)})?"

        def answered(key: str | None) -> None:
            if key == "d":
                self.do(f"branch delete {number}", f"branch {number} deleted")

        self.app.push_screen(Question("Delete", text, [Choice("d", "delete")]), answered)
