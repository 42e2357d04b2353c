"""Presenting: one pane for a projector instead of four for a desk."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.session.session import Session
from bpdebug.tui.looks_commands import LooksCommands
from bpdebug.tui.picture import Picture
from bpdebug.tui.presenting import PresentingPane


class PresentingCommands(LooksCommands):
    """The command of the main screen that presents, and what of others is about that."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.presenting = False
        self._focused_before: Widget | None = None

    def do_present(self) -> None:
        """The operation large and alone, or all panes again."""
        pane = self.query_one(PresentingPane)
        self.presenting = not self.presenting
        self.set_class(self.presenting, "-presenting")
        if self.presenting:
            self._focused_before = self.focused
            pane.forget()
        # Hidden or shown only after the next refresh; until then nothing can have the focus.
        self.call_after_refresh(self._give_focus, pane)
        self.show()

    def _give_focus(self, pane: PresentingPane) -> None:
        target = pane if self.presenting else self._focused_before
        if target is not None:
            target.focus(scroll_visible=False)
        self.show()

    def show_presenting(self, picture: Picture) -> None:
        """Draw the operation, if it is presented."""
        if self.presenting:
            self.query_one(PresentingPane).show(picture)

    def do_subscripts(self) -> None:
        super().do_subscripts()
        self.show_presenting(self.picture())
