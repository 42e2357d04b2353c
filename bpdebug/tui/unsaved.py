"""Whether there is work that no file holds, and where it may be saved."""

from __future__ import annotations

from pathlib import Path

from bpdebug.debugger.document import Document
from bpdebug.session.bundled import is_bundled
from bpdebug.session.session import Session


class Unsaved:
    """What is known of the file of a session.

    `recording` is a file that is not written to unasked; `unnamed` a session that no file holds
    yet; `told` is why what is done could not be recovered, as it was said last.
    """

    def __init__(self, session: Session) -> None:
        self.recording: Path | None = None
        self.unnamed = session if session.is_new else None
        self.told = ""
        self._in_file: Document = session.debugger.document

    def written(self, document: Document) -> None:
        """Breakpoints, edits, watches and bookmarks are in the file, or not anybody's work here."""
        self._in_file = document

    def is_lost(self, session: Session) -> bool:
        """Whether leaving the session would lose something that somebody made.

        Looking around in a session that is not written to makes nothing; breakpoints, edits,
        watches and bookmarks are work there, too.
        """
        if session is self.unnamed and not session.is_new:
            return True
        # What was made of a program can be made of it again.
        if self.needs_name(session):
            return session.debugger.document != self._in_file
        return session.has_changes()

    def asks_before_writing(self, session: Session, path: Path) -> bool:
        """Whether a file is another one than that of the session; raises what looking at it does.

        A recording is not replaced by a part of itself unasked.
        """
        if session is self.unnamed:
            return True
        at = path.resolve()
        return at != session.path.resolve() or (
            self.recording is not None and at == self.recording.resolve()
        )

    def needs_name(self, session: Session) -> bool:
        """Whether the session can be saved under another name only."""
        if session is self.unnamed or session.path == self.recording:
            return True
        keeping = session.keeping
        return is_bundled(session.path) or (keeping is not None and keeping.read_only)
