"""A stop of a walkthrough as it will be shown, whether or not the session is there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.covering import Cover
from bpdebug.debugger.view import Position, View
from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import find_stop, parts_of
from bpdebug.text.run.status import value_text
from bpdebug.text.run.stop_words import NOT_YET_SEEN, said
from bpdebug.tui.closing import Dialog
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.walkthrough import Page, WalkthroughPane

_MOST_COMPUTED = 2_000
"""Iterations that are computed at once for the values of a stop; further away they are left out."""


class StopPreview(Dialog[None]):
    """Shows the words of a stop, and its answer."""

    DEFAULT_CSS = """
    StopPreview {
        align: center middle;
        & > WalkthroughPane { width: 40; max-width: 100%; height: 20; max-height: 95%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "on", "read on", show=False, priority=True),
        Binding("escape,q,enter,f2,p", "leave", "close", show=False),
    ]

    def __init__(self, desk: Desk, stop: WalkStop, number: int, total: int) -> None:
        super().__init__()
        self._page = page_of(desk, stop, number, total)

    def compose(self) -> ComposeResult:
        yield WalkthroughPane()

    def on_mount(self) -> None:
        pane = self.query_one(WalkthroughPane)
        pane.show(self._page)
        pane.focus()

    def action_on(self) -> None:
        """Read on, or close the preview."""
        if not self.query_one(WalkthroughPane).read_on():
            self.dismiss()

    def action_leave(self) -> None:
        """Close the preview."""
        self.dismiss()


def page_of(desk: Desk, stop: WalkStop, number: int, total: int) -> Page:
    """A stop that makes sense, with its answer, and the values that it has at its place."""
    view = _view(desk, stop)

    def value(part: Watch) -> str:
        return NOT_YET_SEEN if view is None else value_text(part.value(view), desk.digits)

    def shown(text: str) -> str:
        return said(parts_of(text, desk.debugger.program), value)

    return Page(
        number,
        total,
        stop.title,
        shown(stop.text),
        shown(stop.ask or ""),
        shown(stop.answer) if stop.answer else None,
        "Space or Esc: close",
    )


def _view(desk: Desk, stop: WalkStop) -> View | None:
    """The state at a stop as it is seen when one comes there; None if it is too far away."""
    debugger = desk.debugger
    branch, position = find_stop(debugger, stop.where)
    history = debugger.history
    if branch != debugger.branch:
        history = history.with_edits(debugger.document.branches[branch].edits)
    iteration = -(-position.operation // debugger.program.operations)
    if iteration - history.nearest(iteration) > _MOST_COMPUTED:
        return None
    if not stop.predict or position.arithmetic or position == Position():
        return debugger.predicting.shown_at(position, history)
    view = history.view(position)
    slot = debugger.program.slot(view.operation)
    return view.covered([Cover(position.operation, slot)])
