"""How things look: digits, subscripts, colours; and taking what is seen elsewhere."""

from __future__ import annotations

from pathlib import Path

from bpdebug.session.errors import SessionError
from bpdebug.session.saving import save_file
from bpdebug.text.safe import safe
from bpdebug.tui.lines import LinesPane
from bpdebug.tui.network.pane import NetworkPane
from bpdebug.tui.prompts import Choice, Prompt, Question
from bpdebug.tui.session_screen import SessionScreen
from bpdebug.tui.theme import THEMES

_MOST_COPIED = 10_000
"""Lines of a pane that are copied at most; a terminal takes no book."""


class LooksCommands(SessionScreen):
    """The commands of the main screen that change how things look, not what they are."""

    def do_subscripts(self) -> None:
        """The digits of names below the line, or on it."""
        self.subscripts = not self.subscripts
        self.prefer(subscripts=self.subscripts)
        self.tell("w₇" if self.subscripts else "w7")
        for pane in (self, *self.query("#panes > *, #walkthrough, #watches")):
            pane.refresh()

    def do_more_digits(self) -> None:
        """One more decimal."""
        self._set_digits(self.digits + 1)

    def do_fewer_digits(self) -> None:
        """One decimal less."""
        self._set_digits(self.digits - 1)

    def _set_digits(self, digits: int) -> None:
        self.digits = min(17, max(2, digits))
        self.tell(f"{self.digits} decimals")
        self.show()

    def do_theme(self) -> None:
        """The next theme."""
        if self.app.no_color:
            self.tell("NO_COLOR is set: there are no colours to choose")
            return
        names = [theme.name for theme in THEMES]
        name = names[(names.index(self.app.theme) + 1) % len(names)]
        self.app.theme = name
        self.tell(name.removeprefix("bpdebug-").capitalize() + " theme")

    def do_copy(self) -> None:
        """Ask where the text of the focused pane should go."""
        pane = self.focused
        if not isinstance(pane, LinesPane | NetworkPane):
            self.tell("Tab goes to a pane; its text can be copied then", "error")
            return
        lines = pane.plain_lines(_MOST_COPIED)
        text = "\n".join(lines) + "\n"
        told = f"{len(lines):,} line{'s' if len(lines) != 1 else ''} of text, as the pane has them"
        if len(lines) == _MOST_COPIED:
            told = f"the first {told}"

        def answered(key: str | None) -> None:
            if key == "c":
                self.app.copy_to_clipboard(text)
                self.tell(
                    f"sent {len(lines):,} lines to the terminal; if they are not in the clipboard, "
                    f"it does not take them (OSC 52): {self.key_of('copy')} f writes a file"
                )
            elif key == "f":
                accept = lambda name: self._write(name, text)  # noqa: E731
                hint = "a file name; a file that exists is not overwritten"
                self.app.push_screen(Prompt("Write to", hint, accept, "pane.txt"))

        choices = (Choice("c", "to the terminal's clipboard"), Choice("f", "to a file"))
        self.app.push_screen(Question("Copy", told, choices), answered)

    def _write(self, name: str, text: str) -> str | None:
        if not name:
            return "a file name is needed"
        try:
            path = Path(name).expanduser()
            if path.exists():
                return safe(f"{path} exists already")
            save_file(text, path)
        except (SessionError, OSError, RuntimeError, ValueError) as error:
            return safe(str(error))
        self.tell(f"written: {path}")
        return None
