"""Opening what is named on a command line: a session, or a program, which becomes one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.commands.arguments import PROGRAM_OPTIONS, budget
from bpdebug.commands.console import say
from bpdebug.commands.errors import UsageError
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import SUFFIX, find_session
from bpdebug.session.file.errors import MOST_TOLD, Problem, SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.file.text_file import check_file
from bpdebug.session.session import Session, open_session
from bpdebug.text.safe import safe

if TYPE_CHECKING:
    from bpdebug.importers.same_as_numpy import Agreement


_MOST_NAMED = 5
"""Of the parameters of a program this many are named."""


def open_named(arguments: argparse.Namespace) -> Session:
    """The session that is named, with a word about breakpoints that stop nothing."""
    session = session_named(arguments)
    tell_of_unusable(session.debugger, arguments.session)
    return session


def session_named(arguments: argparse.Namespace) -> Session:
    """The session that is named. Raises SessionError with everything that is wrong with it."""
    if _is_program(arguments.session):
        return session_of_program(arguments)
    _refuse_program_options(arguments)
    return _opened(arguments.session)


def open_file(name: str) -> Session:
    """The session of a file or a bundled session, with a word about breakpoints that stop nothing.

    Raises SessionError.
    """
    file_named(name)
    session = _opened(name)
    tell_of_unusable(session.debugger, name)
    return session


def file_named(name: str) -> Path:
    """The session file that is meant, for what has no use for programs. Raises SessionError."""
    if _is_program(name):
        message = "is a program, not a session; bpdebug open net.py -o net.json makes a session"
        raise SessionError(name, [Problem("", message)])
    return find_session(name)


def _opened(name: str) -> Session:
    try:
        return open_session(find_session(name))
    except MemoryError as error:
        raise SessionError(name, [Problem("", "too large for this machine")]) from error


def part_named(arguments: argparse.Namespace) -> tuple[SessionPart, Path]:
    """The fields of the session that is named, and the path that errors tell."""
    if _is_program(arguments.session):
        return _traced(arguments), Path(arguments.session)
    _refuse_program_options(arguments)
    path = find_session(arguments.session)
    return read_session(path), path


def session_of_program(arguments: argparse.Namespace) -> Session:
    """A session of a program in NumPy, which is run; what is assumed is told."""
    path = Path(Path(arguments.session).stem).with_suffix(SUFFIX)
    session = Session(_traced(arguments), path, budget(arguments))
    session.is_new = True
    # A program is run out of sight: the first line of the notes says what was assumed.
    session.told = session.part.notes.partition("\n")[0]
    return session


def _is_program(name: str) -> bool:
    return name.endswith(".py")


def _traced(arguments: argparse.Namespace) -> SessionPart:
    """The fields of the session of a program, which is run."""
    say_running(arguments.session)
    # Only who names a program waits for what runs one.
    from bpdebug.importers.torch.program import session_from_program, uses_torch

    if uses_torch(arguments.session):
        if any(getattr(arguments, name) for name in PROGRAM_OPTIONS.values()):
            raise UsageError(
                f"{', '.join(PROGRAM_OPTIONS)} are for programs in NumPy; in a file with a module "
                "of PyTorch names say what is meant (docs/how-to/code.md)"
            )
        fields, assumed = session_from_program(arguments.session)
        print(safe(f"assumed: {assumed}"), file=sys.stderr)
        return parse_session(json.dumps(fields), arguments.session)
    return _of_numpy(arguments)


def say_running(program: str) -> None:
    """Say on a terminal that a program is run, which takes seconds. Raises SessionError for what is
    not a file.
    """
    check_file(Path(program))
    if sys.stderr.isatty():
        say(safe(f"running {program}; Ctrl+C stops it"))


def _of_numpy(arguments: argparse.Namespace) -> SessionPart:
    from bpdebug.code.options import Options
    from bpdebug.importers.numpy import SECONDS, session_and_agreement

    options = Options(
        arguments.loss,
        arguments.forward,
        arguments.backward,
        gradients=tuple(arguments.gradients),
        seconds=SECONDS,
    )
    fields, agreement = session_and_agreement(arguments.session, options)
    print(safe(agreement.updates), file=sys.stderr)
    print(_told(agreement), file=sys.stderr)
    return parse_session(json.dumps(fields), arguments.session)


def _told(agreement: Agreement) -> str:
    own, wrong = agreement.own or {}, agreement.wrong
    words = f"compared with the program: {agreement.values:,} values, {agreement.slopes:,} slopes"
    if own:
        of = f" of {_listed(own)}" if wrong else ""
        most = f"{max(own.values()):.1g}"
        words += f"; gradients{of} differ from its own by at most {most}, relatively"
    if wrong:
        are = "gradient of {} is" if len(wrong) == 1 else "gradients of {} are"
        words += f"; its own {are.format(_listed(wrong))} wrong: bpdebug check says where"
    return words


def _listed(names: Collection[str]) -> str:
    return ", ".join(islice(names, _MOST_NAMED)) + (", …" if len(names) > _MOST_NAMED else "")


def _refuse_program_options(arguments: argparse.Namespace) -> None:
    for option, name in PROGRAM_OPTIONS.items():
        if getattr(arguments, name):
            raise UsageError(f"{option} is for programs, and {arguments.session} is a session")


def tell_of_unusable(debugger: Debugger, name: str) -> None:
    """Say which breakpoints a session has that stop nothing, and why."""
    unusable = [each for each in debugger.breakpoints.values() if each.problem]
    for each in unusable[:MOST_TOLD]:
        message = f"{name}: warning: breakpoint {each.number} cannot be used: {each.problem}"
        print(safe(message), file=sys.stderr)
    if len(unusable) > MOST_TOLD:
        more = f"{name}: warning: … and {len(unusable) - MOST_TOLD:,} more breakpoints"
        print(safe(more), file=sys.stderr)
