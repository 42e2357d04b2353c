"""What was typed before, and completing what is being typed, where this Python can do that."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Sequence
from types import ModuleType

from bpdebug.debugger.debugger import Debugger
from bpdebug.plain.commands import COMMANDS
from bpdebug.plain.topics import TOPICS

_MOST_NAMES = 5_000
_BREAKS = " \t="


def completions(debugger: Debugger, line: str, word: str) -> list[str]:
    """The words that one may go on to, where `word` is the end of what is typed in `line`."""
    if line.lstrip() == word:
        return [each.name for each in COMMANDS if each.name.startswith(word)]
    program = debugger.program
    known: list[str] = list(TOPICS) if line.split()[0] == "info" else []
    known += program.quantities
    for each in program.quantities.values():
        if len(known) > _MOST_NAMES:
            break
        known += [each.labels(place) for place in range(min(each.size, _MOST_NAMES))]
    return [name for name in dict.fromkeys(known) if name.startswith(word)]


def use_readline(debugger: Callable[[], Debugger]) -> bool:
    """Let lines be edited, called back and completed; whether this Python has what that takes.

    On Windows it mostly has not: the console then does the first two itself.
    """
    readline = _readline()
    if readline is None:
        return False
    found: Sequence[str] = ()

    def complete(word: str, state: int) -> str | None:
        nonlocal found
        if state == 0:
            begun = readline.get_line_buffer()[: readline.get_endidx()]
            found = completions(debugger(), begun, word)
        return found[state] if state < len(found) else None

    # A name may have a slash in it, which is usually where a word ends.
    readline.set_completer_delims(_BREAKS)
    readline.set_completer(complete)
    is_libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
    return True


def _readline() -> ModuleType | None:
    with contextlib.suppress(ImportError):
        return importlib.import_module("readline")
    return None
