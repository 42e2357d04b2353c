"""The debugger line by line, for the commands that open a session."""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bpdebug.commands.console import check_arithmetic, print_json, print_rows, say
from bpdebug.commands.errors import UsageError
from bpdebug.commands.screen import has_terminal, is_dumb
from bpdebug.debugger.state import Progress
from bpdebug.session.session import Session
from bpdebug.text.aloud import aloud

_SECONDS = 3.0
"""Between two lines that say how far a long run has got: each is read out."""


def plain_options(parser: argparse.ArgumentParser) -> None:
    """What chooses lines instead of the screen."""
    add = parser.add_argument
    add("--plain", action="store_true", help="line by line, for screen readers and pipes")
    add(
        "-x",
        "--execute",
        dest="scripts",
        action="append",
        default=[],
        metavar="FILE",
        help="carry out the lines of a file (-: the standard input) and exit; may be repeated; "
        "exit code 1 if a line cannot be carried out or a check finds something",
    )
    add("--json", action="store_true", help="with --plain or -x, a line of JSON for each answer")


def is_plain(arguments: argparse.Namespace) -> bool:
    """Whether lines are wanted, or all that the terminal has.

    Without a terminal they have to be asked for: a screen that was wanted is not replaced by
    something that waits for lines. Raises UsageError for what only lines have.
    """
    if arguments.plain or arguments.scripts:
        return True
    if arguments.json:
        raise UsageError("--json needs --plain or -x; the screen does not answer in JSON")
    if is_dumb() and has_terminal():
        say("TERM=dumb: this terminal has lines only, so bpdebug --plain opens")
        return True
    return False


def is_scripted(arguments: argparse.Namespace) -> bool:
    """Whether nobody is there to be asked."""
    # A stream that was closed before the start is None.
    is_pipe = sys.stdin is None or not sys.stdin.isatty()
    return bool(arguments.scripts or arguments.json or is_pipe)


def show_plain(session: Session, arguments: argparse.Namespace) -> int:
    """Work on a session line by line until it is left; the exit code."""
    from bpdebug.plain.conversation import converse
    from bpdebug.plain.line_debugger import LineDebugger
    from bpdebug.plain.lines import Lines, Replied
    from bpdebug.plain.scripts import carry_out, script_lines

    scripts = [each for each in arguments.scripts if each != "-"]
    read = {each: script_lines(Path(each)) for each in scripts}
    check_arithmetic()
    debugging = LineDebugger(session, see=_Teller().see)
    if not is_scripted(arguments):
        return converse(Lines(debugging, repeats=True), _show)

    def tell(replied: Replied) -> None:
        if arguments.json:
            print_json(replied.record)
        elif not replied.error:
            print_rows(replied.text)
        sys.stdout.flush()

    code = 0
    for each in arguments.scripts or ["-"]:
        lines = _standard_input() if each == "-" else read[each]
        source = "standard input" if each == "-" else each
        ended, problem = carry_out(Lines(debugging), lines, source, tell)
        code = ended or code
        if problem:
            say(aloud(problem))
            return code
    return code


def _standard_input() -> Iterator[str]:
    """Its lines; what is not text in them is told as what it is not."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="backslashreplace")
    from bpdebug.plain.scripts import piped_lines

    return piped_lines(sys.stdin or io.StringIO())


def _show(rows: list[str]) -> None:
    print_rows(rows)
    sys.stdout.flush()


class _Teller:
    """Says on a terminal now and then how far a run has got, each time on a line of its own."""

    def __init__(self) -> None:
        self._told = 0.0
        self._seen = 0.0

    def see(self, progress: Progress) -> None:
        """Hear how far it has got."""
        now = time.monotonic()
        if now - self._seen > _SECONDS:
            # Nothing was going on before this.
            self._told = now
        self._seen = now
        if sys.stderr.isatty() and now - self._told > _SECONDS:
            self._told = now
            percent = 100 * progress.done // max(1, progress.total)
            print(f"iteration {progress.iteration}, {percent} percent", file=sys.stderr)
