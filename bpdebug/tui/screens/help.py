"""The help screen: the keys that are really bound, and what the marks mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_name, keys_table
from bpdebug.text.marks import MEANINGS
from bpdebug.text.matching import Field, matching
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.finder import Finder
from bpdebug.tui.screens.item_list import Item, note

_MARKS = (
    ("·  not yet", "a quantity that is not computed yet; that is not zero"),
    ("~0.0765", "stale: the value from the previous iteration"),
    *MEANINGS.items(),
    ("▸  ◂", "selected; just written"),
    ("▶  ▌", "a result that has just changed, while presenting"),
    ("━  ─  ┄  edges", "a weight above half the largest; a smaller one; a negative one has gaps"),
    ("▸  ◂  on edges", "a value goes forward; a gradient comes back"),
    ("E → o1 → h1", "a path of the chain rule; E ⋯ h1 gathers several"),
    ("Shift+drag", "selects text with the mouse in most terminals"),
)

_KEYS_WIDTH = 16
"""Cells of the keys, in front of what they do."""

_HEADING, _KEY, _HELP, _SYNONYM = 0.6, 1.0, 0.9, 0.7


class FocusedPane(NamedTuple):
    """The pane in focus: its id, its title, and its own keys with what each does."""

    id: str
    title: str
    keys: Sequence[tuple[str, str]]


def focused_pane(screen: Screen[Any]) -> FocusedPane | None:
    """The pane that has the focus on a screen, with the keys that only it hears."""
    pane = screen.focused
    if pane is None or pane.id is None:
        return None
    own: dict[str, list[str]] = {}
    for node, binding, *_ in screen.active_bindings.values():
        if node is pane:
            own.setdefault(binding.description, []).append(key_name(binding.key))
    keys = [(" ".join(names), words) for words, names in own.items()]
    return FocusedPane(pane.id, str(pane.border_title or pane.id), keys)


class _Row(NamedTuple):
    heading: str
    keys: str
    help: str
    synonyms: str = ""


class HelpScreen(Finder[None]):
    """Every key and every mark, those of the pane in focus first."""

    DEFAULT_CSS = """
    HelpScreen > Box { width: 88; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "leave", "close", show=False),
        Binding("pageup", "move(-10)", "a page up", show=False),
        Binding("pagedown", "move(10)", "a page down", show=False),
    ]
    WIDTH = 88
    HEIGHT = 200
    NAME = "Keys (Esc closes)"
    PLACEHOLDER = "type to search: a word, or a key"
    KEYS = (("↑ ↓ PageUp PageDown", "scroll"), ("Esc", "close"))

    def __init__(self, commands: Sequence[Command], pane: FocusedPane | None = None) -> None:
        super().__init__()
        self._rows = [*_rows(commands, pane)]
        self._count = 0

    def heading(self) -> Line:
        if not self.typed or not self._count:
            return line()
        return line(Span(f"{self._count} of {len(self._rows)}", "muted"))

    def items(self, typed: str, width: int) -> Sequence[Item]:
        found = [row for _, row in matching(typed, self._rows, _fields)]
        self._count = len(found)
        if not found:
            return [note("No key or mark matches. ^p finds commands by name.")]
        items: list[Item] = []
        for heading, rows in groupby(found, key=lambda row: row.heading):
            above = [line()] if items else []
            items.append(Item([*above, line(Span(heading, "fresh"))], can_be_chosen=False))
            items += [Item(_lines(row, width), can_be_chosen=False) for row in rows]
        return items

    def choose(self, typed: str) -> None:
        """There is nothing to choose."""

    @on(Input.Changed)
    def closed_by_its_key(self, event: Input.Changed) -> None:
        """The key that opens the help closes it, too."""
        if event.value == "?":
            self.action_leave()


def _rows(commands: Sequence[Command], pane: FocusedPane | None) -> Iterable[_Row]:
    """The keys of the pane in focus, all keys by what one wants to do, and the marks."""
    synonyms = {command.id: command.synonyms for command in commands}
    if pane is not None:
        heading = f"In this pane: {pane.title}"
        for keys, words in pane.keys:
            yield _Row(heading, keys, words)
        for command in commands:
            if command.pane == pane.id:
                keys = " ".join(map(key_name, command.keys))
                yield _Row(heading, keys, command.help, command.synonyms)
    for row in keys_table(commands):
        yield _Row(row.group, row.keys, row.help, synonyms.get(row.id, ""))
    for mark, meaning in _MARKS:
        yield _Row("Marks", mark, meaning)


def _fields(row: _Row) -> list[Field]:
    keys = [Field(key, _KEY) for key in row.keys.split()]
    return [
        Field(row.help, _HELP),
        Field(row.synonyms, _SYNONYM),
        Field(row.heading, _HEADING),
        *keys,
    ]


def _lines(row: _Row, width: int) -> list[Line]:
    """The keys, and after them what they do, in as many lines as it takes."""
    room = max(1, width - _KEYS_WIDTH - 2)
    first, *others = wrap_words(row.help, room) or [""]
    return [
        line(Span(f"  {row.keys:<{_KEYS_WIDTH}}", "strong"), first),
        *(line(" " * (_KEYS_WIDTH + 2) + each) for each in others),
    ]
