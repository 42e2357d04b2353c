"""What a command of the screen is. Loads no Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Need = Literal[
    "quantity",
    "undo",
    "redo",
    "trail",
    "trail ahead",
    "walkthrough",
    "walking",
    "question",
    "hint",
    "bug",
    "class",
]
"""What a command may need: a selected or active quantity, something to undo or to make again,
jumps to follow back or forward, a walkthrough in the session, or one that is open, a result that
is covered, something that a hint can be given to, a planted mistake that is not found yet, a
teacher's screen that others follow.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name in code, its keys (the first is the main one), its name for people,
    and what it does.

    The name says what it is about, then what is done: "Network: Zoom in". `group` is what somebody
    who looks for it wants to do. `hint` is a word for the footer, empty if the footer leaves it
    out. `action` is what is recorded when it is done, for the commands that move the debugger.
    `before_panes` says that its keys mean it whatever the focused pane does with them. `needs`
    says what there has to be for it to apply. `synonyms` are other words that people look for it
    by, `pane` is the id of the pane that it is about, if it is about one. One that `reaches_out`
    reads or writes files or leaves for the shell: visitors in a browser lack it.
    """

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    group: str
    hint: str = ""
    action: str = ""
    before_panes: bool = False
    needs: Need | None = None
    synonyms: str = ""
    pane: str = ""
    reaches_out: bool = False
