"""A screen that is drawn once for all that happens between two frames."""

from __future__ import annotations

from bpdebug.tui.terminal.garbage import Tidying
from bpdebug.tui.terminal.repaint import SparingScreen


class Surface(SparingScreen):
    """A screen that draws itself as things stand; whoever changes something calls `show`."""

    def __init__(self) -> None:
        super().__init__()
        self._is_due = False
        self._tidying = Tidying()

    def show(self) -> None:
        """Draw everything as it stands when the frame before has been drawn.

        Keys that have come till then are carried out first: of what came of them, however
        many they are, the last state is drawn.
        """
        if not self._is_due:
            self._is_due = True
            self.when_drawn(self._draw_once)

    @property
    def is_due(self) -> bool:
        """Whether something has happened that is not drawn yet."""
        return self._is_due

    def _draw_once(self) -> None:
        self._is_due = False
        if self.is_attached:
            self.draw()
            self._tidying.later()

    def draw(self) -> None:
        """Draw everything as it stands now."""
        raise NotImplementedError
