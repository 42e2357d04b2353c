"""The watches line: what is watched, with its values, as far as it fits."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.text.run.watches import watch_rows
from bpdebug.text.safe import safe
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Span
from bpdebug.tui.panes.picture import Picture


class WatchesPane(Bar):
    """One line with all watches; it takes no room when there are none."""

    DEFAULT_CSS = "WatchesPane { &.-none { display: none; } }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self.add_class("-none")
        self._spans: list[Span] = []

    def show(self, picture: Picture, watches: Sequence[str]) -> None:
        """Draw the values that `watches` have in `picture`."""
        self.set_class(not watches, "-none")
        self._spans = []
        for row in watch_rows(watches, picture.view, picture.digits):
            if self._spans:
                self._spans.append(Span(" │ ", "muted"))
            look = "fresh" if row.fresh else "value" if row.known else "unknown"
            self._spans += [
                Span(f"{safe(row.label)}{row.sign}"),
                Span(row.value + "◂" * row.fresh, look),
            ]
        self.put(*self._spans)

    def on_resize(self) -> None:
        self.put(*self._spans)
        super().on_resize()

    async def on_click(self) -> None:
        """Open the list."""
        await self.run_action("screen.do('watches')")
