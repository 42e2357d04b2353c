"""A verb of an action: how it is written, what it does, and how one says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpdebug.debugger.action_words import (
    step_words,
)
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Move
from bpdebug.debugger.steps import StepSize


@dataclass(frozen=True, slots=True)
class Verb:
    """The first word of an action, and what it means.

    `written` are examples, the first with the verb itself. `carry_out` does it, given what stands
    behind the verb; of a `step` that is how often, a number. `words` says that as one would.

    `word` stands for a name of one letter where words are typed: `continue` for `c`.

    `moves`: it leads somewhere and makes nothing. `by_iteration`: it goes through one iteration
    after the other, so that it may be paused at any of them. `of_changes`: it takes the last
    change back, or makes it again. `step`: the size of a step, and whether it goes back.
    """

    name: str
    written: tuple[str, ...]
    help: str
    carry_out: Callable[[Debugger, str], Move]
    words: Callable[[str], str]
    moves: bool = False
    by_iteration: bool = False
    of_changes: bool = False
    step: tuple[StepSize, bool] | None = None
    word: str = ""

    @property
    def called(self) -> str:
        """The word for it: that of gdb, if it has one."""
        return self.word or self.name


def step_verb(size: StepSize, back: bool) -> Verb:
    key = size.back if back else size.key
    return Verb(
        key,
        (key, f"20{key}"),
        f"{'back: ' if back else ''}{size.help}",
        lambda debugger, count: debugger.stepping(size, int(count), back),
        lambda count: step_words(size, back, int(count)),
        moves=True,
        by_iteration=True,
        step=(size, back),
        word=f"reverse-{size.word}" if back else size.word,
    )


def run_verb(name: str, back: bool, help: str, words: str) -> Verb:
    return Verb(
        name,
        (name,),
        help,
        lambda debugger, rest: debugger.running(back),
        lambda rest: words,
        moves=True,
        by_iteration=True,
        word="reverse-continue" if back else "continue",
    )


def change_verb(
    name: str,
    written: str,
    help: str,
    make: Callable[[Debugger, str], object],
    words: Callable[[str], str],
    word: str = "",
) -> Verb:
    """A verb that takes no time."""
    return Verb(name, (written,), help, at_once(make), words, word=word)


def at_once(make: Callable[[Debugger, str], object]) -> Callable[[Debugger, str], Move]:
    def carry_out(debugger: Debugger, rest: str) -> Move:
        # A generator, if one that yields nothing.
        make(debugger, rest)
        return debugger.stop
        yield

    return carry_out
