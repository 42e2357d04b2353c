"""The command line: `bpdebug` opens the screen, its subcommands work without one.

Data go to stdout, narration to stderr. Exit code 0 is well, 1 a finding, 2 bad usage or a
bad file. Textual is loaded for the screen only.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from bpdebug import __version__, options

if TYPE_CHECKING:
    from bpdebug.session.session import Session


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.stdout is None:  # closed before the start
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows its number instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    # A word that is no command is a session to open: `bpdebug blog`.
    if not any(word in SUBCOMMANDS or word in ("-h", "--help", "--version") for word in words[:1]):
        words.insert(0, "open")
    try:
        arguments = parser.parse_args(words)
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
    from bpdebug.headless import UsageError
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bpdebug",
        description="Step through backpropagation one operation at a time, in both directions.",
        epilog="`bpdebug SESSION` opens a session file or a bundled session on the screen, "
        "`bpdebug` alone the blog's network. Example: bpdebug blog",
    )
    parser.add_argument("--version", action="version", version=f"bpdebug {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (help_, example, fill, run) in SUBCOMMANDS.items():
        command = commands.add_parser(
            name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", epilog=example
        )
        fill(command)
        command.set_defaults(run=run)
    return parser


# What each command does; the work is imported when it is needed


def _open(arguments: argparse.Namespace) -> int:
    from bpdebug.session.bundled import find_session
    from bpdebug.session.keeping.keeping import open_kept

    path = find_session(arguments.session)
    memory = {} if arguments.memory is None else {"budget": arguments.memory * 2**20}
    session = open_kept(path, **memory)
    try:
        return _screen(lambda: _app_for(session))
    finally:
        if session.keeping is not None:
            session.keeping.close(remove=False)


def _replay(arguments: argparse.Namespace) -> int:
    if arguments.headless or arguments.text or arguments.json:
        from bpdebug.replaying import replay_command

        return replay_command(arguments)
    from bpdebug.headless import UsageError
    from bpdebug.session.bundled import find_session
    from bpdebug.session.replay.replay import open_replay

    session, recorded = open_replay(find_session(arguments.session))
    if not recorded:
        raise UsageError(
            f"no actions are recorded in {arguments.session}, so there is nothing to replay; "
            f"bpdebug open {arguments.session} opens it"
        )
    return _screen(lambda: _app_for(session, recorded))


def _screen(run: Callable[[], int]) -> int:
    from bpdebug.headless import UsageError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the screen needs a terminal; without one use show, trace, run or replay --headless"
        )
    if os.environ.get("TERM") == "dumb":
        raise UsageError(
            "the screen needs a terminal that can put text in its place, and TERM=dumb says that "
            "this one cannot; show, trace, run and replay --headless need none"
        )
    return run()


def _app_for(session: Session, recorded: Sequence[str] = ()) -> int:
    from bpdebug.session.keeping.keeping import Keeping
    from bpdebug.tui.app import BpdebugApp

    if session.keeping is None:
        session.keeping = Keeping()
    app = BpdebugApp(session, recorded)
    try:
        app.run()
    finally:
        app.let_go()
    return app.return_code or 0


def _keys(arguments: argparse.Namespace) -> int:
    from bpdebug.keys.keymap import read_keymap
    from bpdebug.keys.names import keys_table
    from bpdebug.text.run.trace import to_json
    from bpdebug.text.safe import safe

    keymap = read_keymap()
    for row in keys_table(keymap.commands):
        print(to_json(row._asdict()) if arguments.json else f"{row.keys:<12}{row.help}")
    for problem in keymap.problems:
        print(safe(problem), file=sys.stderr)
    return 2 if keymap.problems else 0


def _headless(name: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        from bpdebug import headless

        command: Callable[[argparse.Namespace], int] = getattr(headless, f"{name}_command")
        return command(arguments)

    return run


def _checking(name: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        from bpdebug import checking

        command: Callable[[argparse.Namespace], int] = getattr(checking, f"{name}_command")
        return command(arguments)

    return run


def _making(name: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        from bpdebug import making

        command: Callable[[argparse.Namespace], int] = getattr(making, f"{name}_command")
        return command(arguments)

    return run


SUBCOMMANDS = {
    "open": (
        "open a session on the screen",
        "Example: bpdebug open blog (the word open may be left out)",
        options.fill_open,
        _open,
    ),
    "list": (
        "list the bundled sessions",
        "Example: bpdebug list",
        options.fill_list,
        _headless("list"),
    ),
    "new": (
        "write a session from a few choices",
        "Example: bpdebug new lesson.json --layers 3-4-2 --activation tanh --data points.csv",
        options.fill_new,
        _making("new"),
    ),
    "show": (
        "print what a session is, or its equations",
        "Example: bpdebug show blog --equations",
        options.fill_show,
        _headless("show"),
    ),
    "trace": (
        "print operations one by one, with formulas and numbers",
        "Example: bpdebug trace blog --from 10 --to 20",
        options.fill_trace,
        _headless("trace"),
    ),
    "run": (
        "run a session to its end or to a stop, and print where that is; "
        "exit code 1 if it stops otherwise than asked",
        "Example: bpdebug run blog --break 'w7 write if w7 < 0.69'",
        options.fill_run,
        _headless("run"),
    ),
    "check": (
        "check gradients, printed figures and derivations; exit code 1 if anything is wrong",
        "Example: bpdebug check blog --figure 'dE/dw5 = 0.07614'",
        options.fill_check,
        _checking("check"),
    ),
    "plant": (
        "write a copy of a session with a mistake in it, for others to find",
        "Example: bpdebug plant blog -o bug.json",
        options.fill_plant,
        _checking("plant"),
    ),
    "replay": (
        "do the recorded actions of a session again",
        "Example: bpdebug replay lesson.json --headless",
        options.fill_replay,
        _replay,
    ),
    "export": (
        "write a session as a Python script, or one iteration of it as a handout",
        "Example: bpdebug export blog --to python -o blog.py",
        options.fill_export,
        _making("export"),
    ),
    "validate": (
        "check session files; exit code 2 if one is bad",
        "Example: bpdebug validate lesson.json",
        options.fill_validate,
        _headless("validate"),
    ),
    "schema": (
        "print the JSON Schema of session files",
        "Example: bpdebug schema > session.schema.json",
        options.fill_schema,
        _headless("schema"),
    ),
    "keys": (
        "list the keys of the screen",
        "Example: bpdebug keys",
        options.fill_keys,
        _keys,
    ),
}
