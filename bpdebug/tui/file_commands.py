"""Saving, opening and quitting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bpdebug.session.bundled import SUFFIX, bundled_sessions, find_session, is_bundled
from bpdebug.session.errors import SessionError
from bpdebug.session.session import Session, open_session
from bpdebug.tui.prompts import Choice, Prompt, Question
from bpdebug.tui.session_screen import SessionScreen


class FileCommands(SessionScreen):
    """The commands of the main screen that have to do with files."""

    def has_unsaved_work(self) -> bool:
        """Whether quitting would lose something that somebody made.

        Looking around in a bundled session makes nothing; breakpoints are work there, too.
        """
        if is_bundled(self.session.path):
            return bool(self.session.debugger.breakpoints)
        return self.session.has_changes()

    def do_save(self) -> None:
        """Save where the session came from; a bundled one under a name of its own."""
        if is_bundled(self.session.path):
            self.do_save_as()
        else:
            self._save(self.session.path)

    def do_save_as(self) -> None:
        """Ask for a file and save there."""
        proposed = f"{self.session.path.stem}{SUFFIX}"
        hint = "a file name; sessions that come with bpdebug are not changed"
        self.app.push_screen(Prompt("Save as", hint, self._save_as, proposed))

    def _save_as(self, text: str) -> str | None:
        if not text:
            return "a file name is needed"
        path = Path(text).expanduser()
        if path.is_dir():
            return f"{path} is a folder"
        if is_bundled(path):
            return "that folder holds the bundled sessions; choose another"
        if path.exists() and path.resolve() != self.session.path.resolve():
            # Not before the prompt is gone, which dismisses whatever is on top.
            self.call_later(self._ask_to_replace, path)
            return None
        return self._save(path)

    def _ask_to_replace(self, path: Path) -> None:
        def answered(key: str | None) -> None:
            if key == "r":
                self._save(path)

        question = Question("Save", f"{path} exists.", [Choice("r", "replace it")])
        self.app.push_screen(question, answered)

    def _save(self, path: Path) -> str | None:
        try:
            self.session.save(path)
        except SessionError as error:
            self.tell(str(error), "error")
            return str(error)
        self.show()
        self.tell(f"saved: {path}")
        return None

    def do_open(self) -> None:
        """Ask for a session and open it."""
        hint = f"a file, or a bundled session: {', '.join(bundled_sessions())}"
        self.app.push_screen(Prompt("Open", hint, self._open))

    def _open(self, text: str) -> str | None:
        try:
            session = open_session(find_session(text))
        except SessionError as error:
            return str(error)
        self.call_later(self._leave, lambda: self.open(session))
        return None

    def open(self, session: Session) -> None:
        """Show another session."""
        self.session, self.selected, self.pinned = session, None, None
        self.take_up()
        if self.runner is None:
            self.tell(f"opened: {session.path}")

    def do_quit(self) -> None:
        """Quit, pausing a run that is going; unsaved work is asked about."""
        self.when_still(lambda: self._leave(self.app.exit))

    def _leave(self, then: Callable[[], object]) -> None:
        if not self.has_unsaved_work():
            then()
            return

        def answered(key: str | None) -> None:
            if key == "d":
                then()
            elif key == "s":
                self._save_and(then)

        choices = [Choice("s", "save"), Choice("d", "discard")]
        self.app.push_screen(Question("Unsaved", "There is unsaved work.", choices), answered)

    def _save_and(self, then: Callable[[], object]) -> None:
        def saved(answer: str | None) -> None:
            if answer is not None and not self.has_unsaved_work():
                then()

        if is_bundled(self.session.path):
            proposed = f"{self.session.path.stem}{SUFFIX}"
            self.app.push_screen(Prompt("Save as", "a file name", self._save_as, proposed), saved)
        elif self._save(self.session.path) is None:
            then()
