"""Writing a session only if it opens again and has all of it."""

from __future__ import annotations

from pathlib import Path

from bpdebug.program.program import Program
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.saving import save_file
from bpdebug.session.file.text_file import check_size
from bpdebug.session.file.write import FIELDS_OF_A_RUN, session_text
from bpdebug.session.model.assemble import debugger_of, make_debugger


def write_session(part: SessionPart, path: Path) -> None:
    """Write a session file. The old file stays whole if that fails, with a SessionError."""
    save_file(verified_text(part, str(path)), path)


def verified_text(part: SessionPart, source: str, program: Program | None = None) -> str:
    """`session_text`, read back as if it were opened: what is written opens, and has it all.

    Where the `program` of the session is at hand, it is not built again. Raises SessionError.
    """
    text = session_text(part)
    try:
        check_size(len(text.encode(errors="surrogatepass")), source)
        again = parse_session(text, source)
        if program is None:
            make_debugger(again, source)
        else:
            debugger_of(program, again, source)
        kept = ("walkthrough", *FIELDS_OF_A_RUN)
        lost = [name for name in kept if getattr(again, name) != getattr(part, name)]
        if lost:
            raise SessionError(source, [Problem(name, "would not be kept") for name in lost])
    except SessionError as error:
        head = Problem("", "cannot be saved, it would not open again:")
        raise SessionError(source, [head, *error.problems]) from error
    return text
