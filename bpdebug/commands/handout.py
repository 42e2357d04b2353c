"""`bpdebug handout`: a stretch of a run to hand out, with its results or with blanks for them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from bpdebug.commands import class_folder
from bpdebug.commands.arguments import session_or_program, whole
from bpdebug.commands.console import with_progress
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import open_named
from bpdebug.commands.output import output_named, output_options, write_lines
from bpdebug.export.handout.compose import composing
from bpdebug.export.handout.document import Results
from bpdebug.export.handout.formats import HANDOUT_FORMATS, format_of_file
from bpdebug.export.handout.step import step_page
from bpdebug.export.handout.stretch import Stretch, Walk, read_stretch
from bpdebug.export.written_out import ExportError
from bpdebug.session.session import Session
from bpdebug.text.numbers import DIGITS


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `handout`."""
    add = parser.add_argument
    session_or_program(parser)
    words = "; ".join(f"{name}: {each.words}" for name, each in HANDOUT_FORMATS.items())
    add(
        "--to",
        choices=tuple(HANDOUT_FORMATS),
        help=f"{words} (default: by the ending of FILE, else html)",
    )
    results = parser.add_mutually_exclusive_group()
    results.add_argument(
        "--blank",
        dest="results",
        action="store_const",
        const=Results.BLANK,
        default=Results.AS_COVERED,
        help="leave room where results go (default: where the session covers them)",
    )
    results.add_argument(
        "--solution",
        dest="results",
        action="store_const",
        const=Results.SOLUTION,
        help="write all results, even those that the session covers",
    )
    add(
        "--from",
        dest="start",
        metavar="PLACE",
        help="the first operation, as for g on the screen: dE/dw7, 'it 3', 'it 3 dE/dw7', 14 "
        "(default: the first of the iteration)",
    )
    add(
        "--until",
        metavar="PLACE",
        help="the last operation; 'it 3' is the end of that iteration (default: the last of the "
        "iteration)",
    )
    add("--walkthrough", action="store_true", help="the stops of the session's walkthrough")
    add(
        "--step",
        action="store_true",
        help="a page to step through without bpdebug; with --blank it opens with results covered, "
        "and checks what is typed",
    )
    add(
        "--digits",
        type=whole(2, 17),
        default=DIGITS,
        metavar="N",
        help=f"decimals shown (default: {DIGITS})",
    )
    class_folder.fill(parser)
    output_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write a handout."""
    form = arguments.to or format_of_file(arguments.output or "")
    _check(arguments, form)
    output = output_named(arguments)
    session = open_named(arguments)
    try:
        if arguments.students is not None:
            return class_folder.write_class(session, arguments, form)
        lines = [*_lines(session, arguments, form)]
    except ExportError as error:
        raise UsageError(str(error)) from error
    write_lines(lines, output, arguments.force)
    return 0


def _check(arguments: argparse.Namespace, form: str) -> None:
    """Refuse options that contradict each other."""
    if arguments.walkthrough and (arguments.start or arguments.until):
        raise UsageError("--walkthrough does not go with --from and --until: it has its own stops")
    class_folder.check_options(arguments)
    if arguments.step and form != "html":
        raise UsageError(f"--step makes a page in HTML, not in {form}")
    if arguments.step and arguments.walkthrough:
        raise UsageError("--step does not go with --walkthrough: it steps through operations")


def _lines(session: Session, arguments: argparse.Namespace, form: str) -> Iterable[str]:
    stretch = _stretch(session, arguments)
    # A page that checks answers has the results in it.
    results = Results.SOLUTION if arguments.step else arguments.results
    handout = with_progress(composing(session, stretch, results, arguments.digits))
    if arguments.step:
        is_covered = arguments.results is Results.BLANK or session.debugger.predictions.on
        return step_page(handout, is_covered and arguments.results is not Results.SOLUTION)
    return HANDOUT_FORMATS[form].write([handout])


def _stretch(session: Session, arguments: argparse.Namespace) -> Stretch | Walk:
    if arguments.walkthrough:
        return Walk()
    return read_stretch(session, arguments.start, arguments.until)
