"""Saving, opening and quitting, so that nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from bpdebug.debugger.document import Document
from bpdebug.session.bundled import SUFFIX, bundled_sessions, find_session, is_bundled
from bpdebug.session.errors import FileChangedError, SessionError
from bpdebug.session.format import SessionPart
from bpdebug.session.keeping import Keeping, open_kept, who_has_open
from bpdebug.session.lock import Holder
from bpdebug.session.read import read_session
from bpdebug.session.recovery import Recovery
from bpdebug.session.session import Session, open_session
from bpdebug.text.file_differences import differences
from bpdebug.text.safe import safe
from bpdebug.tui.page_screen import PageScreen
from bpdebug.tui.prompts import Choice, Leaving, Prompt, Question
from bpdebug.tui.recovery import Answer, RecoveryScreen
from bpdebug.tui.session_screen import SessionScreen

_SYNC = 1.0
"""Seconds after which what was done is on disk at the latest."""


class FileCommands(SessionScreen):
    """The commands of the main screen that have to do with files."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._document_in_file: Document = session.debugger.document
        self._problem_told = ""
        self._unnamed: Session | None = None

    def on_mount(self) -> None:
        self.set_interval(_SYNC, self._keep)
        self.call_after_refresh(self._greet)

    def _keep(self) -> None:
        """Make durable what was done in the last second; say so if it cannot be recovered."""
        keeping = self.session.keeping
        if keeping is None:
            return
        sync = keeping.take_sync()
        if sync is not None:
            # A slow disk must not hold up the keys.
            self.run_worker(sync, thread=True, group="journal")
        if keeping.problem and keeping.problem != self._problem_told:
            self.tell(
                f"what you do now cannot be recovered after a crash: {keeping.problem}; save often",
                "error",
            )
        self._problem_told = keeping.problem

    def has_unsaved_work(self) -> bool:
        """Whether quitting would lose something that somebody made.

        Looking around in a session that is not written to makes nothing; breakpoints, edits,
        watches and bookmarks are work there, too.
        """
        if self.session is self._unnamed:
            return True
        if self._needs_name():
            return self.session.debugger.document != self._document_in_file
        return self.session.has_changes()

    def _needs_name(self) -> bool:
        """Whether the session can be saved under another name only."""
        if self.session is self._unnamed:
            return True
        keeping = self.session.keeping
        return is_bundled(self.session.path) or (keeping is not None and keeping.read_only)

    def do_save(self) -> None:
        """Save where the session came from; what is not written to under a name of its own."""
        if self._needs_name():
            self.do_save_as()
        else:
            self._save(self.session.path)

    def do_save_as(self) -> None:
        """Ask for a file and save there."""
        self._ask_for_name(None)

    def _ask_for_name(self, then: Callable[[str | None], None] | None) -> None:
        stem = self.session.path.stem
        # What the terminal cannot show, nobody could check or change.
        proposed = f"{stem if safe(stem) == stem and len(stem) <= 100 else 'session'}{SUFFIX}"
        keeping = self.session.keeping
        if keeping is not None and keeping.read_only:
            hint = "another file name; this session is read-only here"
        elif self.session is self._unnamed:
            hint = "a file name; no file holds this session yet"
        elif is_bundled(self.session.path):
            hint = "a file name; sessions that come with bpdebug are not changed"
        else:
            hint = "another file name"
        self.app.push_screen(Prompt("Save as", hint, self._save_as, proposed), then)

    def _save_as(self, text: str) -> str | None:
        if not text:
            return "a file name is needed"
        try:
            path = Path(text).expanduser()
            if path.is_dir():
                return safe(f"{path} is a folder")
            is_mine = (
                self.session is not self._unnamed and path.resolve() == self.session.path.resolve()
            )
            is_other = path.exists() and not is_mine
        except (OSError, RuntimeError, ValueError) as error:
            return safe(f"{text}: {getattr(error, 'strerror', None) or error}")
        if is_bundled(path):
            return "that folder holds the bundled sessions; choose another"
        if is_other:
            # Not before the prompt is gone, which dismisses whatever is on top.
            self.call_later(self._ask_to_replace, path)
            return None
        return self._save(path)

    def _ask_to_replace(self, path: Path) -> None:
        def answered(key: str | None) -> None:
            if key == "r":
                self._save(path)

        question = Question("Save", safe(f"{path} exists."), [Choice("r", "replace it")])
        self.app.push_screen(question, answered)

    def _save(
        self, path: Path, then: Callable[[], object] | None = None, force: bool = False
    ) -> str | None:
        """Save, and then do something; says why not, or asks if somebody else wrote there."""
        try:
            self.session.save(path, force)
        except FileChangedError as error:
            # Not before the prompt is gone, which dismisses whatever is on top.
            self.call_later(self._ask_to_overwrite, path, error.deleted, then)
            return None
        except SessionError as error:
            self.tell(str(error), "error")
            return safe(str(error))
        self._document_in_file = self.session.debugger.document
        self._unnamed = None
        self.show()
        self.tell(f"saved: {path}")
        if then is not None:
            then()
        return None

    def _ask_to_overwrite(
        self, path: Path, deleted: bool, then: Callable[[], object] | None
    ) -> None:
        """The file is not what was opened: what is in it is not lost unasked."""

        def answered(key: str | None) -> None:
            if key == "o":
                self._save(path, then, force=True)
            elif key == "n":
                self._ask_for_name(None if then is None else self._when_saved(then))
            elif key == "c":
                page = PageScreen("What differs", _differing(self.session, path))
                self.app.push_screen(
                    page, lambda _: self._ask_to_overwrite(path, not path.exists(), then)
                )
            else:
                self.tell(f"not saved: {path}")

        if deleted:
            text = f"{path} was deleted since it was opened here."
            choices = [Choice("o", "make it again")]
        else:
            text = f"{path} was changed since it was opened here."
            choices = [Choice("o", "overwrite it"), Choice("c", "compare what differs")]
        choices.append(Choice("n", "another name"))
        self.app.push_screen(Question("Save", safe(text), choices), answered)

    def do_open(self) -> None:
        """Ask for a session and open it."""
        hint = f"a file, or a bundled session: {', '.join(bundled_sessions())}"
        self.app.push_screen(Prompt("Open", hint, self._open))

    def _open(self, text: str) -> str | None:
        try:
            path = find_session(text)
            # Whether it can be opened at all is said where the name was typed.
            open_session(path)
        except SessionError as error:
            return safe(str(error))
        self.call_later(self._ask_to_open, path)
        return None

    def _ask_to_open(self, path: Path) -> None:
        def go_on() -> None:
            self._leave(lambda: self._change_to(path))

        def answered(key: str | None) -> None:
            if key == "r":
                go_on()

        is_mine = os.path.realpath(path) == os.path.realpath(self.session.path)
        holder = None if is_mine or self.session.keeping is None else who_has_open(path)
        if holder is None:
            go_on()
        else:
            self.app.push_screen(_elsewhere(path, holder, "open it read-only"), answered)

    def _change_to(self, path: Path) -> None:
        before = self.session.keeping
        try:
            if before is None:
                session = open_session(path)
            elif os.path.realpath(path) == os.path.realpath(self.session.path):
                before.close(remove=True)
                self.session.keeping = Keeping()
                session = open_kept(path)
            else:
                session = open_kept(path)
                before.close(remove=True)
        except SessionError as error:
            self.tell(str(error), "error")
            return
        self.open(session)
        self._offer_recovery()

    def open(self, session: Session) -> None:
        """Show another session."""
        self._document_in_file = session.debugger.document
        self._put(session)
        if self.runner is None:
            self.tell(f"opened: {session.path}")

    def open_unnamed(self, part: SessionPart, path: Path) -> None:
        """Leave the session for one that no file holds yet; `path` is proposed when it is saved."""

        def go_on() -> None:
            try:
                session = Session(part, path)
            except SessionError as error:
                self.tell(str(error), "error")
                return
            if self.session.keeping is not None:
                self.session.keeping.close(remove=True)
                session.keeping = Keeping()
            self._unnamed = session
            self.open(session)
            self.tell(f"a copy that is not saved yet; {self.key_of('save')} saves it")

        self._leave(go_on)

    def _put(self, session: Session) -> None:
        if self.runner is not None:
            # Only the way to where the former session was left can be going on.
            self.runner.interrupt()
            self.runner = None
        self.session, self.selected, self.pinned = session, None, None
        self.take_up()

    # What opening asks

    def _greet(self) -> None:
        """Say who else has the session open, or offer what was not saved the last time."""
        keeping = self.session.keeping
        if keeping is None or keeping.holder is None:
            self._offer_recovery()
            return

        def answered(key: str | None) -> None:
            if key != "r":
                self.app.exit()

        question = _elsewhere(self.session.path, keeping.holder, "open it read-only here")
        self.app.push_screen(question, answered)

    def _offer_recovery(self) -> None:
        keeping = self.session.keeping
        if keeping is None or keeping.left is None:
            return

        def answered(answer: Recovery | Answer | None) -> None:
            match answer:
                case Recovery():
                    self._put(answer.adopt(keeping))
                    count = len(answer.done)
                    self.tell(
                        f"recovered: {count} action{'' if count == 1 else 's'}; not saved yet"
                    )
                case Answer.DISCARD:
                    keeping.discard()
                    self.tell("discarded what was not saved")
                case Answer.QUIT:
                    self.app.exit()
                case _:
                    keeping.later()
                    self.show()
                    self.tell("read-only; what was not saved is offered again the next time")

        self.app.push_screen(RecoveryScreen(self.session, keeping.left), answered)

    # Leaving

    def do_quit(self) -> None:
        """Quit, pausing a run that is going; unsaved work is asked about."""
        self.when_still(lambda: self._leave(self._quit))

    def _quit(self) -> None:
        if self.session.keeping is not None:
            self.session.keeping.close(remove=True)
        self.app.exit()

    def _leave(self, then: Callable[[], object]) -> None:
        if not self.has_unsaved_work():
            then()
            return

        def answered(key: str | None) -> None:
            if key == "d":
                then()
            elif key == "s":
                self._save_and(then)

        self.app.push_screen(Leaving(), answered)

    def _save_and(self, then: Callable[[], object]) -> None:
        if self._needs_name():
            self._ask_for_name(self._when_saved(then))
        else:
            self._save(self.session.path, then)

    def _when_saved(self, then: Callable[[], object]) -> Callable[[str | None], None]:
        """What comes after asking for a name."""

        def answered(answer: str | None) -> None:
            if answer is not None and not self.has_unsaved_work():
                then()

        return answered


def _differing(session: Session, path: Path) -> list[str]:
    """What differs between a session and a file, in lines."""
    try:
        return [*differences(session.snapshot(), read_session(path))]
    except SessionError as error:
        return ["It cannot be opened:", *str(error).splitlines()]


def _elsewhere(path: Path, holder: Holder, words: str) -> Question:
    text = (
        f"{path} is open in another window: {holder}.\n\n"
        "Read-only it can be looked at and tried out here, and saved under another name."
    )
    return Question("Open elsewhere", safe(text), [Choice("r", words)])
