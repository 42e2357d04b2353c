"""The subcommands: the one table of what each is for, from which `--help`, completion, the man page
and the palette are made. Plain data; loads nothing.
"""

from __future__ import annotations

from typing import NamedTuple


class Subcommand(NamedTuple):
    """A subcommand: who looks for it, what it does, and lines of a shell that use it.

    Its module in `commands` has the rest. `synonyms` are other words that people look for it by.
    """

    group: str
    help: str
    examples: tuple[str, ...]
    synonyms: str = ""


_LOOK = "Look at a session"
_RUN = "Run it and check it"
_MAKE = "Make, share and keep sessions"
_SHELL = "In the shell"

SUBCOMMANDS = {
    "open": Subcommand(
        _LOOK,
        "open a session on the screen",
        ("bpdebug blog", "bpdebug open blog --memory 100", "bpdebug blog --plain"),
        "start screen line plain reader script",
    ),
    "list": Subcommand(
        _LOOK,
        "list the bundled sessions",
        ("bpdebug list", "bpdebug list --courses"),
        "examples courses lessons",
    ),
    "show": Subcommand(
        _LOOK,
        "describe a session, or print its equations",
        ("bpdebug show blog --equations",),
        "describe print",
    ),
    "trace": Subcommand(
        _LOOK,
        "print operations one by one, with formulas and numbers",
        ("bpdebug trace blog --from 10 --to 20",),
        "print log steps table",
    ),
    "run": Subcommand(
        _RUN,
        "run a session to its end or to a stop; exit code 1 if it stops elsewhere than asked",
        ("bpdebug run blog --break 'w7 write if w7 < 0.69'",),
        "train batch headless",
    ),
    "check": Subcommand(
        _RUN,
        "check gradients, printed figures and derivations; exit code 1 if anything is wrong",
        ("bpdebug check blog --figure 'dE/dw5 = 0.07614'", "bpdebug check net.py"),
        "verify homework grade numpy program",
    ),
    "replay": Subcommand(
        _RUN,
        "replay the recorded actions of a session",
        ("bpdebug replay lesson.json --headless",),
        "recording playback transcript",
    ),
    "new": Subcommand(
        _MAKE,
        "write a session from a few choices",
        ("bpdebug new lesson.json --layers 3-4-2 --activation tanh --data points.csv",),
        "create network layers csv",
    ),
    "plant": Subcommand(
        _MAKE,
        "write a copy of a session with a mistake in it, for others to find",
        ("bpdebug plant blog -o bug.json",),
        "exercise bug game",
    ),
    "export": Subcommand(
        _MAKE,
        "write a session as a Python script, or one iteration of it written out",
        ("bpdebug export blog --to python -o blog.py",),
        "latex markdown python moodle quiz print",
    ),
    "handout": Subcommand(
        _MAKE,
        "write a stretch of a run to hand out, or a page to step through",
        ("bpdebug handout blog --blank --until E -o forward.html",),
        "worksheet sheet print students pdf html latex",
    ),
    "mark": Subcommand(
        _MAKE,
        "mark the answer forms of a class; exit code 1 if one could not be read",
        ("bpdebug mark blog returned --to html -o marks.html",),
        "grade homework students class",
    ),
    "serve": Subcommand(
        _MAKE,
        "show a session in browsers, each visitor with a copy, or all with the teacher",
        ("bpdebug serve blog --host 0.0.0.0 --follow",),
        "browser web class students network share follow",
    ),
    "validate": Subcommand(
        _MAKE,
        "check session files; exit code 2 if one is invalid",
        ("bpdebug validate lesson.json",),
        "lint file",
    ),
    "schema": Subcommand(
        _MAKE,
        "print the JSON Schema of session files",
        ("bpdebug schema",),
        "format json editor",
    ),
    "keys": Subcommand(_SHELL, "list the keys of the screen", ("bpdebug keys",), "shortcuts"),
    "completion": Subcommand(
        _SHELL,
        "print the script that lets a shell complete the command line",
        ("bpdebug completion bash",),
        "tab bash zsh fish",
    ),
    "man": Subcommand(_SHELL, "print the man page", ("bpdebug man",), "manual documentation roff"),
}
"""By name, group by group, in the order in which people read them."""

GROUPS = {
    group: tuple(name for name, each in SUBCOMMANDS.items() if each.group == group)
    for group in (_LOOK, _RUN, _MAKE, _SHELL)
}
"""The names of each group."""
