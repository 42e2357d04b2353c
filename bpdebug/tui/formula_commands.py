"""How formulas are written."""

from __future__ import annotations

from bpdebug.tui.session_screen import SessionScreen


class FormulaCommands(SessionScreen):
    """The commands of the main screen that change how formulas are written."""

    def do_mathematics(self) -> None:
        """Formulas set with fractions and sums, or in plain lines."""
        self.mathematics = not self.mathematics
        self.prefer(mathematics=self.mathematics)
        how = "set like mathematics" if self.mathematics else "in plain lines"
        self.tell(f"formulas are {how}")
        self.show()
