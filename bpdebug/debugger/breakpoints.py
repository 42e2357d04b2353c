"""Breakpoints as people write them: what they are on, and when they stop a run.

`w7 write if w7 < 0.69`, `phase backward`, `iteration hit % 100`, `E write log "E = {E}"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bpdebug.debugger.limits import (
    GREATEST_NUMBER,
    MOST_LETTERS,
    MOST_NAME,
    LimitError,
    check_line,
)
from bpdebug.program.program import Phase


class Access(StrEnum):
    """What can happen to a quantity."""

    WRITE = "write"
    CHANGE = "change"
    READ = "read"
    GRADIENT = "gradient"


class BreakpointError(ValueError):
    """A breakpoint that cannot be set; the message says what would be right."""


HELP = (
    f"QUANTITY [{'|'.join(Access)}], phase NAME, iteration [N] or operation N; then "
    '[once] [hit >|>=|==|% N] [ignore N] [if CONDITION] [log "TEXT {w7}"]'
)
"""What a breakpoint may be, for prompts and errors."""

_HIT: Mapping[str, Callable[[int, int], bool]] = {
    ">": lambda hit, number: hit > number,
    ">=": lambda hit, number: hit >= number,
    "==": lambda hit, number: hit == number,
    "%": lambda hit, number: hit % number == 0,
}


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A breakpoint as people see it.

    `number` is its name for people. `on` is what it is on: an element such as `w7` or
    `dE/dw7`, `phase backward`, `iteration`, `iteration 300`, or `operation 14` of an
    iteration. `access` counts for an element only. `condition` is a text in the equation
    language. A hit is an operation at which all this holds; hits are numbered from the start of
    the run, whichever way it is travelled. Of them `hit` (`% 10`) and `ignore` leave out some.
    With a `log` it writes that message and does not stop; `temporary` ones are deleted when
    they have stopped a run. `problem` says why it cannot be used; then it is disabled.

    >>> run.break_("w7 write if w7 < 0.69").condition
    'w7 < 0.69'
    """

    number: int
    on: str
    access: Access = Access.WRITE
    condition: str | None = None
    hit: str | None = None
    ignore: int = 0
    temporary: bool = False
    log: str | None = None
    enabled: bool = True
    problem: str = ""

    @property
    def is_on_place(self) -> bool:
        """Whether it is on a phase, an iteration or an operation, not on a quantity."""
        return _PLACE.fullmatch(self.on) is not None

    @property
    def is_choosy(self) -> bool:
        """Whether it passes over some of its operations, or of its hits."""
        return bool(self.condition) or self.is_counting

    @property
    def is_counting(self) -> bool:
        """Whether it depends on the number of a hit."""
        return self.hit is not None or self.ignore > 0

    def wants(self, hit: int) -> bool:
        """Whether hit number `hit`, from 1, is one that it acts on."""
        if hit <= self.ignore:
            return False
        if self.hit is None:
            return True
        sign, _, number = self.hit.partition(" ")
        return _HIT[sign](hit, int(number))

    def __repr__(self) -> str:
        return f"<Breakpoint {self.number}: {self}{'' if self.enabled else ', disabled'}>"

    def __str__(self) -> str:
        parts = [self.on if self.is_on_place else f"{self.on} {self.access}"]
        parts += ["once"] * self.temporary
        parts += [f"hit {self.hit}"] if self.hit else []
        parts += [f"ignore {self.ignore}"] if self.ignore else []
        parts += [f"if {self.condition}"] if self.condition else []
        parts += [f'log "{self.log}"'] if self.log is not None else []
        return " ".join(parts)


_COUNT = r"[1-9]\d{0,8}"
_PLACE = re.compile(rf"phase ({'|'.join(Phase)})|iteration( {_COUNT})?|operation {_COUNT}")
_COMPARISON = re.compile(r"(?<!\bhit )(?<![<>=!])(?:[<>]|[=!]=)")
_LOG = re.compile(r'(.*?)\slog\s+"([^"]*)"\s*', re.DOTALL)


def parse_breakpoint(text: str) -> Breakpoint:
    """The breakpoint that `text` describes, as number 0. Raises BreakpointError."""
    logged = _LOG.fullmatch(text)
    rest, log = (logged[1], logged[2]) if logged else (text, None)
    head, found, condition = f"{rest} ".partition(" if ")
    if found and not condition.strip():
        raise BreakpointError(f"{text.strip()}: a condition is missing after if")
    if not found and _COMPARISON.search(head):
        raise BreakpointError(f"a condition comes after if: write iteration if {head.strip()}")
    on, words = _on(head.split())
    breakpoint_ = Breakpoint(0, on, condition=condition.strip() or None, log=log)
    while words:
        word, *words = words
        if word in set(Access) and not breakpoint_.is_on_place:
            breakpoint_ = replace(breakpoint_, access=Access(word))
        elif word == "once":
            breakpoint_ = replace(breakpoint_, temporary=True)
        elif word == "hit":
            breakpoint_ = replace(breakpoint_, hit=" ".join(words[:2]))
            words = words[2:]
        elif word == "ignore" and words and re.fullmatch(r"\d{1,10}", words[0]):
            breakpoint_ = replace(breakpoint_, ignore=int(words.pop(0)))
        elif words or head.split()[-1] != word or len(head.split()) > 2:
            raise BreakpointError(f"{text.strip()}: {word} is not understood; write {HELP}")
        else:
            raise BreakpointError(f"there is no access {word}; there are {', '.join(Access)}")
    check_parts(breakpoint_)
    return breakpoint_


def _on(words: list[str]) -> tuple[str, list[str]]:
    """What a breakpoint is on, and the words after that."""
    for count in (2, 1):
        if _PLACE.fullmatch(" ".join(words[:count])):
            return " ".join(words[:count]), words[count:]
    if not words:
        raise BreakpointError(f"a breakpoint is missing; write {HELP}")
    if words[0] == "phase":
        raise BreakpointError(f"the phases are {', '.join(Phase)}: write phase backward")
    if words[0] == "operation":
        raise BreakpointError("operations are numbered from 1: write operation 14")
    return words[0], words[1:]


def check_parts(breakpoint_: Breakpoint) -> None:
    """Raises BreakpointError if the parts make no sense, whatever the program is."""
    try:
        check_line("what a breakpoint is on", breakpoint_.on, MOST_NAME)
        check_line("a condition", breakpoint_.condition or "", MOST_LETTERS)
        check_line("a log message", breakpoint_.log or "", MOST_LETTERS)
    except LimitError as error:
        raise BreakpointError(str(error)) from error
    if breakpoint_.ignore > GREATEST_NUMBER:
        raise BreakpointError(
            f"a breakpoint skips at most {GREATEST_NUMBER:,} hits, found {breakpoint_.ignore:,}"
        )
    if breakpoint_.hit is not None:
        sign, _, number = breakpoint_.hit.partition(" ")
        if sign not in _HIT or not re.fullmatch(_COUNT, number):
            signs = " ".join(_HIT)
            raise BreakpointError(
                f"hit {breakpoint_.hit}: write one of {signs} and a number from 1: hit % 10"
            )
    log = breakpoint_.log
    if log is None:
        return
    if breakpoint_.temporary:
        raise BreakpointError("a log message does not stop a run: leave out once, or use hit == 1")
    if '"' in log or not log.isprintable():
        raise BreakpointError('a log message has printable characters only, and no " among them')
