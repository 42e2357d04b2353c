"""The command line: finds the command. `bpdebug` alone opens the screen.

Data go to stdout, narration to stderr. The exit code is 0 if all is well, 1 for a finding, 2 for
bad usage or a bad file. Only the module of the command that is called for is loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NoReturn

from bpdebug import __version__
from bpdebug.usage import GROUPS, SUBCOMMANDS


def carry_out(words: list[str]) -> int:
    """Carry out a command line; returns the exit code."""
    # What was closed before the start is None.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows its number instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if "_ARGCOMPLETE" in os.environ:
        from bpdebug.commands.completion import complete

        complete(parser_of)
    # A word that is not a command is a session to open: `bpdebug blog`.
    if not any(word in SUBCOMMANDS or word in ("-h", "--help", "--version") for word in words[:1]):
        words.insert(0, "open")
    try:
        arguments, unknown = parser_of(words).parse_known_args(words)
        if unknown:
            arguments.refuse(_unknown(unknown, arguments.option_names))
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


def _unknown(words: Sequence[str], options: Sequence[str]) -> str:
    """What is wrong with words that mean nothing to a command with these options."""
    from bpdebug.notation.names import did_you_mean

    hint = ""
    for word in words:
        if word.startswith("--"):
            hint = did_you_mean(word.partition("=")[0], options)
            break
    return f"unrecognized arguments: {' '.join(words)}{hint}"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors quote nothing raw that was given on the command line."""

    def error(self, message: str) -> NoReturn:
        from bpdebug.text.safe import safe

        super().error(safe(message))


def _module(words: Sequence[str]) -> str:
    """The module of the command that is called for: some have one for programs."""
    is_program = words[0] in ("check", "open") and any(word.endswith(".py") for word in words[1:])
    return f"{words[0]}_program" if is_program else words[0]


def _loaded(name: str) -> ModuleType:
    gc.disable()  # while hundreds of things are loaded that stay
    try:
        return importlib.import_module(name)
    finally:
        gc.enable()


class _Formatter(argparse.HelpFormatter):
    """Keeps the lines of lists apart, wrapped behind their names, and lines of a shell whole."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        from bpdebug.text.wrapping import wrap_words

        filled: list[str] = []
        for part in text.splitlines():
            if part.startswith(_SHELL_LINE):
                filled.append(part)
            else:
                behind = " " * _BEHIND_NAMES if part.startswith(" ") else ""
                filled += wrap_words(part, width, indent=behind)
        return "\n".join(filled)


_SHELL_LINE = "    "
_BEHIND_NAMES = 14
"""Cells that the names of commands take in their list."""


def parser_of(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line that begins with these words, a command first."""
    called, module_name = words[0], _module(words)
    parser = _Parser(
        prog="bpdebug",
        usage="%(prog)s [-h] [--version] COMMAND ...\n       %(prog)s [SESSION | PROGRAM.py]",
        formatter_class=_Formatter,
        description="Step through backpropagation one operation at a time, forward and backward "
        "in time.",
        epilog="`bpdebug SESSION` opens a session file or a bundled session on the screen, "
        "`bpdebug` alone the blog's network. `bpdebug net.py` runs a program in NumPy and opens "
        "its network. `bpdebug --plain` takes commands line by line. `bpdebug COMMAND --help` "
        "explains a command.\nExample:\n    bpdebug blog",
    )
    parser.add_argument("--version", action="version", version=f"bpdebug {__version__}")
    for group, names in GROUPS.items():
        lines = (f"{f'  {name}':<{_BEHIND_NAMES}}{SUBCOMMANDS[name].help}" for name in names)
        parser.add_argument_group(group, "\n".join(lines))
    commands = parser.add_subparsers(
        prog="bpdebug", metavar="COMMAND", required=True, help=argparse.SUPPRESS
    )
    # Each takes its time to be made, and a line has one.
    for name in (called,) if called in SUBCOMMANDS else SUBCOMMANDS:
        subcommand = SUBCOMMANDS[name]
        help_ = subcommand.help
        sentence = f"{help_[0].upper()}{help_[1:]}."
        command = commands.add_parser(name, description=sentence, formatter_class=_Formatter)
        if name == called:
            module = _loaded(f"bpdebug.commands.{module_name}")
            examples = subcommand.examples
            title = "Example:" if len(examples) == 1 else "Examples:"
            command.epilog = f"\n{_SHELL_LINE}".join((title, *examples))
            module.fill(command)
            options = [each for each in command._option_string_actions if each.startswith("--")]
            command.set_defaults(run=module.run, refuse=command.error, option_names=options)
    return parser
