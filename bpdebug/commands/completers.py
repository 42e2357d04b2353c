"""What can be at a place of the command line, for completion in a shell.

Each completer is given what is typed of a word so far, and the arguments that were read before.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

Completer = Callable[..., Iterable[str]]

MOST = 500
"""Words that are proposed."""

_LARGE = 2**20
"""Bytes from which on a session is not opened for the names of its quantities."""


def complete_with(action: argparse.Action, completer: Completer) -> None:
    """Let the values of an argument be completed."""
    # argcomplete looks there for it.
    setattr(action, "completer", completer)  # noqa: B010


def sessions(prefix: str, **_: object) -> list[str]:
    """The names of bundled sessions, and session files and folders at the path typed so far."""
    from bpdebug.session.bundled import bundled_sessions, course_sessions

    names = [] if os.sep in prefix else [*bundled_sessions(), *course_sessions()]
    return [name for name in names if name.startswith(prefix)] + files(prefix, (".json",))


def programs(prefix: str, **_: object) -> list[str]:
    """The same, and Python programs."""
    return [*sessions(prefix), *files(prefix, (".py",), folders=False)]


def files(prefix: str, suffixes: tuple[str, ...], folders: bool = True) -> list[str]:
    """The files with one of these suffixes, and the folders, that begin with a path."""
    folder, name = os.path.split(prefix)
    found = []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in islice(entries, 10 * MOST):
                if not entry.name.startswith(name) or entry.name.startswith(".") > bool(name):
                    continue
                if entry.is_dir():
                    found += [os.path.join(folder, entry.name) + os.sep] * folders
                elif entry.name.endswith(suffixes):
                    found.append(os.path.join(folder, entry.name))
    except OSError:
        return []
    return sorted(found)[:MOST]


def quantities(
    prefix: str, parsed_args: argparse.Namespace | None = None, **_: object
) -> list[str]:
    """The names of the elements of the session that was named before, MOST at most."""
    from bpdebug.session.bundled import find_session
    from bpdebug.session.file.errors import SessionError
    from bpdebug.session.session import open_session

    named = getattr(parsed_args, "session", None)
    if not isinstance(named, str):
        return []
    try:
        path: Path = find_session(named)
        if path.stat().st_size > _LARGE:
            return []
        program = open_session(path).debugger.program
    except (OSError, SessionError):
        return []
    slots = range(len(program.start))
    names = (name for name in map(program.name, slots) if name.startswith(prefix))
    return [*islice(dict.fromkeys(names), MOST)]


def activations(**_: object) -> Iterable[str]:
    """The names of activations."""
    from bpdebug.models.activations import ACTIVATIONS

    return ACTIVATIONS


def losses(**_: object) -> Iterable[str]:
    """The names of losses."""
    from bpdebug.models.losses import LOSSES

    return LOSSES


def optimizers(**_: object) -> Iterable[str]:
    """The names of optimizers."""
    from bpdebug.models.optimizers import OPTIMIZERS

    return OPTIMIZERS


def mistakes(**_: object) -> list[str]:
    """The names of mistakes."""
    from bpdebug.checks.mistakes.catalogue import CATALOGUE

    return [mistake.name for mistake in CATALOGUE]
