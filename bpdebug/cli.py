"""The command line: finds the command. `bpdebug` alone opens the screen.

Data go to stdout, narration to stderr. The exit code is 0 if all is well, 1 for a finding, 2 for
bad usage or a bad file. Only the module of the command that is called for is loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from bpdebug import __version__

COMMANDS = {
    "open": "open a session on the screen",
    "list": "list the bundled sessions",
    "new": "write a session from a few choices",
    "show": "print what a session is, or its equations",
    "trace": "print operations one by one, with formulas and numbers",
    "run": "run a session to its end or to a stop; exit code 1 if it stops otherwise than asked",
    "check": "check gradients, printed figures and derivations; exit code 1 if anything is wrong",
    "plant": "write a copy of a session with a mistake in it, for others to find",
    "serve": "show a session in browsers, each visitor with a copy, or all with the teacher",
    "replay": "do the recorded actions of a session again",
    "export": "write a session as a Python script, or one iteration of it written out",
    "handout": "write a stretch of a run to hand out, or a page to step through",
    "mark": "mark the answer forms of a class; exit code 1 if one could not be read",
    "validate": "check session files; exit code 2 if one is bad",
    "schema": "print the JSON Schema of session files",
    "keys": "list the keys of the screen",
}
"""A line of help for each command; its module in `commands` has the rest."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.stdout is None:  # closed before the start
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows its number instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # A word that is not a command is a session to open: `bpdebug blog`.
    if not any(word in COMMANDS or word in ("-h", "--help", "--version") for word in words[:1]):
        words.insert(0, "open")
    try:
        arguments = _parser(words[0], _module(words)).parse_args(words)
        run: Callable[[argparse.Namespace], int] = arguments.run
        return _guarded(run, arguments)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            # The line may have progress on it.
            print("\r" + " " * 40, end="\r", file=sys.stderr)
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        _discard_output()
        print(f"bpdebug: cannot write the output: {error.strerror}", file=sys.stderr)
        return 2


_CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def _discard_output() -> None:
    """Nobody takes the output; what is still buffered must not fail again at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    from bpdebug.commands.errors import UsageError
    from bpdebug.session.file.errors import SessionError
    from bpdebug.text.safe import safe

    try:
        status = run(arguments)
        sys.stdout.flush()
        return status
    except SessionError as error:
        print(safe(str(error)), file=sys.stderr)
        return 2
    except UsageError as error:
        print(f"bpdebug: {safe(str(error))}", file=sys.stderr)
        return 2


class _Parser(argparse.ArgumentParser):
    """A parser whose errors quote nothing raw that was given on the command line."""

    def error(self, message: str) -> NoReturn:
        from bpdebug.text.safe import safe

        super().error(safe(message))


def _module(words: Sequence[str]) -> str:
    """The module of the command that is called for: some have one for programs."""
    is_program = words[0] in ("check", "open") and any(word.endswith(".py") for word in words[1:])
    return f"{words[0]}_program" if is_program else words[0]


def _parser(called: str, module_name: str) -> argparse.ArgumentParser:
    """The parser of a command line that begins with the word `called`."""
    parser = _Parser(
        prog="bpdebug",
        description="Step through backpropagation one operation at a time, in both directions.",
        epilog="`bpdebug SESSION` opens a session file or a bundled session on the screen, "
        "`bpdebug` alone the blog's network. `bpdebug net.py` runs a program in NumPy and opens "
        "its network. Example: bpdebug blog",
    )
    parser.add_argument("--version", action="version", version=f"bpdebug {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, help_ in COMMANDS.items():
        sentence = f"{help_[0].upper()}{help_[1:]}."
        command = commands.add_parser(name, help=help_, description=sentence)
        if name == called:
            module = importlib.import_module(f"bpdebug.commands.{module_name}")
            command.epilog = module.EXAMPLE
            module.fill(command)
            command.set_defaults(run=module.run)
    return parser
