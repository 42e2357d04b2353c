"""A person at a terminal that has lines only: a prompt, a line, an answer, and so on."""

from __future__ import annotations

from collections.abc import Callable

from bpdebug.plain.answers import MOST_LINE
from bpdebug.plain.history import use_readline
from bpdebug.plain.keeping import is_unsaved, left_lines
from bpdebug.plain.lines import Lines
from bpdebug.text.aloud import aloud, in_prose
from bpdebug.text.run.hunt_score import goal_words
from bpdebug.text.run.transcript import place_words

PROMPT = "(bpdebug) "
_GREETING = "help lists the commands, step goes on, quit leaves."
_LED = "It has a walkthrough: stop begins it."
_HUNTED = "say where and what with suspect, such as suspect dE/dw7 wrong sign; hint helps."


def greeting(lines: Lines) -> list[str]:
    """What is said first."""
    debugging = lines.debugging
    said = [
        f"{in_prose(debugging.session.title)}.",
        place_words(debugging.debugger),
        *debugging.watched(),
    ]
    said += [_LED] if debugging.debugger.document.walkthrough else []
    if debugging.debugger.hunting.is_on:
        said.append(f"Find the bug: {goal_words(debugging.debugger)}; {_HUNTED}")
    return [aloud(line) for line in (*said, *left_lines(debugging), _GREETING)]


def converse(lines: Lines, show: Callable[[list[str]], object]) -> int:
    """Answer lines until the person leaves, by `quit` or Ctrl+D; the exit code.

    Ctrl+C at the prompt begins the line again.
    """
    debugging = lines.debugging
    debugging.asks = True
    use_readline(lambda: debugging.debugger)
    show(greeting(lines))
    while True:
        try:
            line = input(PROMPT)
        except KeyboardInterrupt:
            show(["", "quit leaves."])
            continue
        except EOFError:
            show([""])
            unsaved = is_unsaved(debugging)
            keeping = debugging.session.keeping
            if keeping is not None:
                keeping.close(remove=not unsaved)
            if unsaved:
                show(["Not saved; opening it again offers what was done."])
            return 0
        except UnicodeDecodeError:
            show(["that line is not text in the terminal's encoding"])
            continue
        replied = lines.reply(line[: MOST_LINE + 1])
        if replied is None:
            continue
        # A terminal shows ^C where the cursor is.
        show(["", *replied.text] if replied.answer.interrupted else replied.text)
        _keep(lines)
        if replied.answer.leaves:
            if debugging.session.keeping is not None:
                debugging.session.keeping.close(remove=True)
            return 0


def _keep(lines: Lines) -> None:
    """Make durable what was done."""
    keeping = lines.debugging.session.keeping
    sync = keeping.take_sync() if keeping is not None else None
    if sync is not None:
        sync()
