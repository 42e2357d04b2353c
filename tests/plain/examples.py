"""Sessions that are worked on line by line in tests."""

from __future__ import annotations

from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.plain.lines import Lines, Replied
from bpdebug.session.bundled import find_session
from bpdebug.session.session import Session, open_session


def session() -> Session:
    """The blog's session, of one's own."""
    return open_session(find_session("blog"))


def lines(*done: str) -> Lines:
    """The blog's session after some lines, each of which can be carried out."""
    found = Lines(LineDebugger(session()), repeats=True)
    for line in done:
        reply(found, line)
    return found


def reply(lines: Lines, line: str) -> Replied:
    """What comes of a line that can be carried out."""
    replied = lines.reply(line)
    assert replied is not None
    assert not replied.error, replied.error
    return replied


def said(lines: Lines, line: str) -> str:
    """What is read after such a line."""
    return "\n".join(reply(lines, line).text)


def refused(lines: Lines, line: str) -> str:
    """Why a line cannot be carried out."""
    replied = lines.reply(line)
    assert replied is not None
    assert replied.error
    assert replied.record["ok"] is False
    return replied.error
