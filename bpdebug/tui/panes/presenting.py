"""The presenting pane: one operation, large, instead of all other panes."""

from __future__ import annotations

from textual.timer import Timer

from bpdebug.text.run.status import phase_of
from bpdebug.text.words.slide import Role, SlideRow, slide
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped
from bpdebug.tui.panes.picture import Picture

MARKED = 1.0
"""Seconds for which a result that is new is marked."""

_LOOKS: dict[Role, tuple[str, str]] = {
    "blank": ("plain", "plain"),
    "heading": ("plain", "plain"),
    "formula": ("strong", "plain"),
    "result": ("plain", "value"),
    "sentence": ("plain", "strong"),
    "part": ("value", "plain"),
    "quiet": ("plain", "muted"),
}
"""How a line's head and its text look."""

_MARK, _MARK_BESIDE = "▶", "▌"
"""What is new: on the line of the sign, and on the other lines of its digits."""


class PresentingPane(LinesPane):
    """The operation for a projector; what has just changed is marked for a moment."""

    DEFAULT_CSS = """
    PresentingPane {
        border: none;
        padding: 1 2 0 2;
        &:focus { border: none; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id)
        self._picture: Picture | None = None
        self._rows: list[SlideRow] = []
        self._is_new = False
        self._changes = 0
        self._calming: Timer | None = None

    def show(self, picture: Picture) -> None:
        """Draw from `picture`; a result that it brings is marked for a moment."""
        before, self._picture = self._picture, picture
        if before is not None and before.view.position != picture.view.position:
            self._mark()
            self.scroll_to(y=0, animate=False)
        self._lay_out()

    def forget(self) -> None:
        """What is shown next is not news."""
        self._picture = None
        self._is_new = False

    def _mark(self) -> None:
        """Mark what is new. However many changes come, there is one timer at most."""
        self._is_new = True
        self._changes += 1
        if self._calming is None:
            self._calming = self.set_timer(MARKED, lambda seen=self._changes: self._calm(seen))

    def _calm(self, seen: int) -> None:
        """The mark goes, unless more has changed since `seen` changes."""
        self._calming = None
        if self._changes != seen:
            seen = self._changes
            self._calming = self.set_timer(MARKED, lambda: self._calm(seen))
            return
        self._is_new = False
        self.redraw()

    def _lay_out(self) -> None:
        picture = self._picture
        region = self.scrollable_content_region
        if picture is None or not region.width:
            return
        self._rows = slide(
            picture.view,
            region.width,
            region.height,
            picture.digits,
            pinned=picture.pinned,
            at_end=picture.at_end,
            mathematics=picture.mathematics,
        )
        self.redraw()

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._rows)

    def line_at(self, number: int) -> Line:
        row = self._rows[number]
        head_look, look = _LOOKS[row.role]
        head = row.head
        if row.role == "heading":
            look = self._phase()
        elif row.role == "result" and self._is_new:
            # Not in reverse: digits made of blocks could not be read.
            head_look = look = "fresh"
            head = self._marked(head)
        spans = (Span(head, head_look), Span(row.text, look))
        return Line(clipped(spans, self.scrollable_content_region.width))

    def _phase(self) -> str:
        picture = self._picture
        phase = phase_of(picture.view) if picture is not None else None
        return str(phase) if phase else "muted"

    def _marked(self, head: str) -> str:
        """What is before a line of the result, with the mark before the sign's column."""
        sign = next(row.head for row in self._rows if row.role == "result" and row.head.strip())
        at = max(0, len(sign.rstrip()) - len(sign.split()[-1]) - 2)
        mark = _MARK if head.strip() else _MARK_BESIDE
        return head[:at] + mark + head[at + 1 :]
