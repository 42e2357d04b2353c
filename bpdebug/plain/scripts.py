"""Scripts: the lines of a file or a pipe, carried out up to the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from bpdebug.plain.answers import MOST_LINE
from bpdebug.plain.lines import Lines, Replied
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.text_file import read_text

MOST_SCRIPT = 2**20
"""Characters of a script."""

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes."""


def script_lines(path: Path) -> list[str]:
    """The lines of a script. Raises SessionError if it cannot be read, or is too long."""
    text = read_text(path, mark=True)
    if len(text) > MOST_SCRIPT:
        message = f"a script has at most {MOST_SCRIPT:,} characters, found {len(text):,}"
        raise SessionError(str(path), [Problem("", message)])
    return text.splitlines()


def piped_lines(stream: TextIO) -> Iterator[str]:
    """The lines of a stream; of one that is too long as much as it takes to say so.

    A byte order mark, which some shells send first, is not part of the first one.
    """
    first = True
    while line := stream.readline(MOST_LINE + 2):
        cut = line
        while cut and not cut.endswith("\n"):
            cut = stream.readline(MOST_LINE)
        yield line.removeprefix("\ufeff") if first else line
        first = False


def carry_out(
    lines: Lines, script: Iterable[str], source: str, tell: Callable[[Replied], object]
) -> tuple[int, str]:
    """Carry out a script; the exit code, and where and why it ended before its end.

    It goes on after a check that finds something wrong, and gives `FAILED` for it.
    """
    code = DONE
    for number, line in enumerate(script, 1):
        replied = lines.reply(line)
        if replied is None:
            continue
        tell(replied)
        if replied.error:
            return FAILED, f"{source}, line {number}: {replied.error}"
        if replied.answer.interrupted:
            return INTERRUPTED, f"{source}, line {number}: interrupted"
        if replied.answer.found:
            code = FAILED
        if replied.answer.leaves:
            break
    return code, ""
