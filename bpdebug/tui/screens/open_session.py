"""Opening a session: all there are, found by words, with a preview; or a path that is typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from bpdebug.session.bundled import SUFFIX
from bpdebug.session.catalogue import HERE, RECENT, Entry, completions
from bpdebug.text.matching import Field, matching
from bpdebug.text.safe import safe
from bpdebug.tui.panes.lines import Line, Span, clipped, line, width_of
from bpdebug.tui.screens.finder import Finder
from bpdebug.tui.screens.item_list import Foot, Item, note
from bpdebug.tui.screens.session_preview import preview

_NAME, _TITLE, _GROUP, _WORDS, _SOURCE = 1.0, 0.9, 0.7, 0.5, 0.5

_PAUSE = 0.05
"""Seconds for which the cursor rests before a preview is made."""

_SIDE_BY_SIDE = 100
"""Cells from which on titles stand beside the names."""

_NARROW = 60
"""Cells from which on there is a preview."""


class OpenScreen(Finder[None]):
    """The sessions; `accept` opens what is chosen and returns why it cannot, or None."""

    DEFAULT_CSS = """
    OpenScreen {
        & > Box { width: 118; }
        & #preview { padding: 0 0 0 1; border-left: solid $frame; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete the path", show=False, priority=True)
    ]
    WIDTH = 118
    HEIGHT = 36
    NAME = "Open"
    PLACEHOLDER = "type to search, or the path of a file"
    KEYS = (("↑ ↓", "choose"), ("Enter", "open"), ("Tab", "complete a path"), ("Esc", "close"))

    class Previewed(Message):
        """The preview of an entry is made."""

        def __init__(self, entry: Entry, lines: list[Line]) -> None:
            super().__init__()
            self.entry = entry
            self.lines = lines

    def __init__(self, entries: Sequence[Entry], accept: Callable[[str], str | None]) -> None:
        super().__init__()
        self._entries = entries
        self._accept = accept
        self._found: Sequence[Entry] = entries
        self._error = ""
        self._shown: Entry | None = None
        self._waiting: Timer | None = None

    # What is found

    def heading(self) -> Line:
        if is_path(self.typed):
            return line(Span("Files and folders", "muted"))
        count = f"{len(self._found)} of " if self.typed else ""
        return line(Span(f"{count}{len(self._entries)} sessions", "muted"))

    def items(self, typed: str, width: int) -> Sequence[Item]:
        self._error = ""
        if is_path(typed):
            self._found = [_file(path) for path in completions(typed)]
            none = [note("Nothing begins like that.")]
            return [Item([_row(entry, width, 0)]) for entry in self._found] or none
        if not typed:
            self._found = self._entries
            return self._grouped(width)
        found = matching(typed, self._entries, _fields)
        self._found = [entry for _, entry in sorted(found, key=lambda each: -each[0])]
        if not self._found:
            return [note("No session matches. A path has a / in it.")]
        return [Item([self._line(entry, width)]) for entry in self._found]

    def _grouped(self, width: int) -> list[Item]:
        items: list[Item] = []
        for group, entries in groupby(self._entries, key=lambda entry: entry.group):
            above = [line()] if items else []
            items.append(Item([*above, line(Span(group, "fresh"))], can_be_chosen=False))
            items += [Item([self._line(entry, width)]) for entry in entries]
        return items

    def _line(self, entry: Entry, width: int) -> Line:
        longest = max(width_of(_name(entry)) for entry in self._entries)
        return _row(entry, width, min(longest, width // 2) if self._titles else 0)

    def told(self) -> str:
        entry = self._found[self.at] if self._found else None
        is_file = entry is not None and entry.group in (RECENT, HERE)
        return self._error or (safe(str(entry.path)) if entry is not None and is_file else "")

    # The preview

    def beside(self) -> Iterable[Widget]:
        yield Foot(id="preview")

    @property
    def _titles(self) -> bool:
        return self.app.size.width >= _SIDE_BY_SIDE

    @property
    def _preview_width(self) -> int:
        """The cells of the preview with what parts it from the list."""
        if self.app.size.width < _NARROW:
            return 0
        return self.width // 2 - 4 if self._titles else self.width * 3 // 5

    @property
    def list_width(self) -> int:
        return self.width - self._preview_width

    def pointed_at(self) -> None:
        pane = self.query_one("#preview", Foot)
        pane.display = self._preview_width > 0
        pane.styles.width = self._preview_width
        entry = self._found[self.at] if self._found else None
        if self._waiting is not None:
            self._waiting.stop()
        if entry is None or not pane.display or not entry.path.is_file():
            self._show_preview(None, [])
        elif entry == self._shown:
            pane.put(pane.lines, self.room)
        else:
            self._waiting = self.set_timer(_PAUSE, partial(self._make_preview, entry))

    def _make_preview(self, entry: Entry) -> None:
        width, height = max(1, self._preview_width - 3), self.room

        def make() -> None:
            # If the screen is closed by then, nobody hears it.
            self.post_message(self.Previewed(entry, preview(entry, width, height)))

        self.run_worker(make, thread=True, exclusive=True, group="preview")

    @on(Previewed)
    def previewed(self, message: Previewed) -> None:
        """Show it, if the cursor is still where it was made for."""
        if self._found and self._found[self.at] == message.entry:
            self._show_preview(message.entry, message.lines)

    def _show_preview(self, entry: Entry | None, lines: list[Line]) -> None:
        if self.query("#preview"):
            self._shown = entry
            self.query_one("#preview", Foot).put(lines, self.room)

    # What is chosen

    def choose(self, typed: str) -> None:
        """Open what is typed if that is a file, else what is under the cursor."""
        chosen = os.path.expanduser(typed)
        if self._found and not (is_path(typed) and _is_file(chosen)):
            entry = self._found[self.at]
            if entry.path.is_dir():
                self.action_complete()
                return
            chosen = str(entry.path)
        error = self._accept(chosen)
        if error is None:
            self.dismiss()
        else:
            self._error = error.replace("\n", "  ")
            self._draw()

    def action_complete(self) -> None:
        """Put the path under the cursor into the line."""
        if is_path(self.typed) and self._found:
            path = self._found[self.at].path
            field = self.query_one(Input)
            field.value = f"{path}{os.sep}" if path.is_dir() else str(path)
            field.cursor_position = len(field.value)


def is_path(typed: str) -> bool:
    """Whether what is typed is a path, and not words to search for."""
    marks = (os.sep, "/", "~")
    return any(mark in typed for mark in marks) or typed.endswith(SUFFIX) or _is_file(typed)


def _is_file(typed: str) -> bool:
    try:
        return bool(typed) and Path(typed).is_file()
    except (OSError, ValueError):
        return False


def _file(path: Path) -> Entry:
    name = f"{path.name}{os.sep}" if path.is_dir() else path.name
    return Entry(HERE, name, path)


def _name(entry: Entry) -> str:
    """What stands for a session in the list: of a file the end of its path."""
    return safe(Path(entry.name).name if os.sep in entry.name.rstrip(os.sep) else entry.name)


def _row(entry: Entry, width: int, names: int) -> Line:
    """The name, and from column `names` on the title, if that is not 0; how many stops it has."""
    stops = f" {entry.stops} stops" if entry.stops else ""
    name = clipped([Span(_name(entry), "strong")], names or max(1, width - width_of(stops)))
    spans = [*name]
    if names:
        gap = names - sum(width_of(span.text) for span in name) + 2
        title = clipped([Span(safe(entry.title))], max(0, width - names - 2 - width_of(stops)))
        spans += [Span(" " * gap), *title]
    room = width - sum(width_of(span.text) for span in spans) - width_of(stops)
    return line(*spans, Span(" " * max(0, room)), Span(stops, "fresh"))


def _fields(entry: Entry) -> list[Field]:
    led = "walkthrough" if entry.stops else ""
    return [
        Field(entry.name, _NAME),
        Field(entry.title, _TITLE),
        Field(f"{entry.group} {led}", _GROUP),
        Field(entry.notes, _WORDS),
        Field(entry.source, _SOURCE),
    ]
