"""How things look: digits, subscripts, colours; and taking what is seen elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.tui.commands.writing import HINT, write_new
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import LinesPane
from bpdebug.tui.panes.network import NetworkPane
from bpdebug.tui.panes.theme import THEMES
from bpdebug.tui.screens.prompts import Choice, Prompt, Question

_MOST_COPIED = 10_000
"""Lines of a pane that are copied at most; a terminal takes no book."""


def subscripts(desk: Desk) -> None:
    """The digits of names below the line, or on it."""
    desk.subscripts = not desk.subscripts
    desk.prefer(subscripts=desk.subscripts)
    desk.tell("w₇" if desk.subscripts else "w7")
    for pane in (
        desk.screen,
        *desk.screen.query("#panes > *, #presenting, #walkthrough, #watches"),
    ):
        pane.refresh()


def mathematics(desk: Desk) -> None:
    """Formulas set with fractions and sums, or in plain lines."""
    desk.mathematics = not desk.mathematics
    desk.prefer(mathematics=desk.mathematics)
    how = "set like mathematics" if desk.mathematics else "in plain lines"
    desk.tell(f"formulas are {how}")
    desk.show()


def more_digits(desk: Desk) -> None:
    """One more decimal."""
    _set_digits(desk, desk.digits + 1)


def fewer_digits(desk: Desk) -> None:
    """One decimal less."""
    _set_digits(desk, desk.digits - 1)


def _set_digits(desk: Desk, digits: int) -> None:
    desk.digits = min(17, max(2, digits))
    desk.tell(f"{desk.digits} decimals")
    desk.show()


def theme(desk: Desk) -> None:
    """The next theme."""
    if desk.screen.app.no_color:
        desk.tell("NO_COLOR is set: there are no colours to choose")
        return
    names = [theme.name for theme in THEMES]
    name = names[(names.index(desk.screen.app.theme) + 1) % len(names)]
    desk.screen.app.theme = name
    desk.tell(name.removeprefix("bpdebug-").capitalize() + " theme")


def copy(desk: Desk) -> None:
    """Ask where the text of the focused pane should go."""
    pane = desk.screen.focused
    if not isinstance(pane, LinesPane | NetworkPane):
        desk.tell("Tab goes to a pane; its text can be copied then", "error")
        return
    copy_lines(desk, pane.plain_lines(_MOST_COPIED), "as the pane has them", "pane.txt")


def copy_lines(desk: Desk, found: Sequence[str], kind: str, name: str) -> None:
    """Ask where lines of text of a `kind` should go; `name` is proposed for a file."""
    lines = found[:_MOST_COPIED]
    text = "\n".join(lines) + "\n"
    told = f"{len(lines):,} line{'s' if len(lines) != 1 else ''} of text, {kind}"
    if len(lines) == _MOST_COPIED:
        told = f"the first {told}"

    has_files = desk.home.seat.has_files

    def answered(key: str | None) -> None:
        if key == "c":
            desk.screen.app.copy_to_clipboard(text)
            told = f"sent {len(lines):,} lines to the terminal"
            if has_files:
                told += (
                    "; if they are not in the clipboard, the terminal does not accept them "
                    "(OSC 52): f writes a file"
                )
            desk.tell(told)
        elif key == "f":
            accept = lambda name: write_new(desk, name, text)  # noqa: E731
            hint = f"a file name; {HINT}"
            desk.screen.app.push_screen(Prompt("Write to", hint, accept, name))

    choices = [Choice("c", "to the terminal's clipboard")]
    if has_files:
        choices.append(Choice("f", "to a file"))
    desk.screen.app.push_screen(Question("Copy", told, choices), answered)
