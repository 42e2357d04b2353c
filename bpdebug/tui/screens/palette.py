"""The palette: all commands that can be done now, found by words, the most used ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_name
from bpdebug.keys.ranking import ranked
from bpdebug.tui.panes.lines import Line, Span, clipped, line, width_of
from bpdebug.tui.screens.finder import Finder
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.usage import SUBCOMMANDS

_GAP = "  "
_LEAST_WORDS = 40
"""Cells that a description needs beside the name; with fewer it stands below the list."""


def theme_commands(themes: Sequence[str]) -> list[Command]:
    """A command for each theme."""
    return [
        Command(
            f"theme:{name}",
            (),
            f"Theme: {name.removeprefix('bpdebug-').capitalize()}",
            "use these colours",
            "",
            synonyms="colours colors appearance",
        )
        for name in themes
    ]


def shell_commands() -> list[Command]:
    """The subcommands, for those who look for one on the screen; choosing one tells how."""
    return [
        Command(
            f"shell:{name}",
            (),
            f"In a shell: bpdebug {name}",
            each.help,
            each.group,
            synonyms=each.synonyms,
        )
        for name, each in SUBCOMMANDS.items()
    ]


class Palette(Finder[str | None]):
    """The commands with name, description and key; gives the id of the one to do."""

    DEFAULT_CSS = """
    Palette > Box { width: 100; }
    """
    WIDTH = 100
    NAME = "Commands"
    PLACEHOLDER = "type what you want to do"
    KEYS = (("↑ ↓", "choose"), ("Enter", "do it"), ("Esc", "close"))

    def __init__(self, commands: Sequence[Command], uses: Mapping[str, int]) -> None:
        super().__init__()
        self._commands = commands
        self._uses = uses
        self._found: Sequence[Command] = ()
        self._names = max((width_of(command.name) for command in commands), default=0)
        keys = (width_of(_main_key(command)) for command in commands)
        self._keys = max(keys, default=0)

    def heading(self) -> Line:
        if not self._found:
            return line()
        order = "the most used first" if self._uses and not self.typed else ""
        count = f"{len(self._found)} {'found' if self.typed else 'can be done now'}"
        return line(Span(" · ".join(filter(None, (count, order))), "muted"))

    def items(self, typed: str, width: int) -> Sequence[Item]:
        self._found = [
            command
            for command in ranked(self._commands, typed, self._uses)
            # They only fill the list as long as nobody looks for them.
            if typed or not command.id.startswith("shell:")
        ]
        if not self._found:
            return [note("No command that is possible now matches. ? lists all keys.")]
        return [Item([self._row(command, width)]) for command in self._found]

    def told(self) -> str:
        if not self._found or self._words(self.width) >= _LEAST_WORDS:
            return ""
        return self._found[self.at].help

    def choose(self, typed: str) -> None:
        if self._found:
            self.dismiss(self._found[self.at].id)

    def _words(self, width: int) -> int:
        """The cells that there are for a description."""
        return width - self._names - self._keys - 2 * len(_GAP)

    def _row(self, command: Command, width: int) -> Line:
        """The name, the description where there is room for it, and the main key."""
        key = _main_key(command).rjust(self._keys)
        words = self._words(width)
        if words < _LEAST_WORDS:
            name = clipped([Span(command.name, "strong")], max(1, width - len(_GAP) - self._keys))
            gap = width - sum(width_of(span.text) for span in name) - self._keys
            return line(*name, " " * max(1, gap), Span(key, "fresh"))
        said = clipped([Span(command.help, "muted")], words)
        gap = words - sum(width_of(span.text) for span in said)
        name_cells = self._names - width_of(command.name)
        return line(
            Span(command.name, "strong"),
            " " * name_cells + _GAP,
            *said,
            " " * gap + _GAP,
            Span(key, "fresh"),
        )


def _main_key(command: Command) -> str:
    return key_name(command.keys[0]) if command.keys else ""
