"""One line that is typed, and what is answered: words for people, a record for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.breakpoints import BreakpointError
from bpdebug.debugger.conditions import ConditionError
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.verbs import read_action
from bpdebug.plain.answers import MOST_LINE, Answer, CommandError
from bpdebug.plain.commands import Command, command_named
from bpdebug.plain.interrupts import interrupts
from bpdebug.plain.keeping import leave_for_later
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.session.file.errors import SessionError
from bpdebug.text.aloud import aloud

_REFUSALS = (
    ActionError,
    BreakpointError,
    CommandError,
    ConditionError,
    PositionError,
    SessionError,
)
_NUMBER = re.compile(r"[+-−]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d{1,3})?")
_MOST_FORMULA = 400
"""Characters of a formula that are told."""

_UNHURRIED = ("recover", "discard", "help", "quit")
"""What leaves the work of the last time where it is."""


@dataclass(frozen=True)
class Replied:
    """What came of a line: an answer, or why there is none."""

    line: str
    answer: Answer
    error: str = ""

    @property
    def text(self) -> list[str]:
        """What is read, line by line."""
        lines = [self.error] if self.error else self.answer.lines
        return [_bearable(aloud(row)) for line in lines for row in line.split("\n")]

    @property
    def record(self) -> dict[str, object]:
        """The same for programs."""
        if self.error:
            return {"command": self.line, "ok": False, "error": aloud(self.error)}
        found = {"interrupted": True} if self.answer.interrupted else {}
        ok = not self.answer.found and not self.answer.interrupted
        told = {"command": self.line, "ok": ok} | found | dict(self.answer.data)
        return told | {"text": self.text}


def _bearable(row: str) -> str:
    """A formula without its end, if nobody could listen to all of it; prose is kept."""
    left = len(row) - _MOST_FORMULA
    if not row.startswith("  ") or left <= 0:
        return row
    return f"{row[:_MOST_FORMULA]}... and {left:,} more characters"


class Lines:
    """Answers one line after the other. If it `repeats`, an empty one does the last step again, or
    goes on in a lesson.
    """

    def __init__(self, debugging: LineDebugger, repeats: bool = False) -> None:
        self.debugging = debugging
        self._repeats = repeats
        self._last = ""

    def reply(self, line: str) -> Replied | None:
        """What comes of a line; None of an empty one, or a remark behind `#`."""
        line = line.strip()
        if not line and self._repeats:
            line = self._last or self._onward()
        if not line or line.startswith("#"):
            return None
        try:
            if len(line) > MOST_LINE:
                shown = f"{line[:40]}..."
                raise CommandError(
                    f"a line has at most {MOST_LINE:,} characters, found {len(line):,}: {shown}"
                )
            command, rest = self._read(line)
            return Replied(line, self._done(command, rest, line))
        except _REFUSALS as error:
            self._last = ""
            return Replied(line[:MOST_LINE], Answer(), str(error))

    def _read(self, line: str) -> tuple[Command, str]:
        """The command that a line means, and what stands after it. Raises CommandError."""
        found = read_action(line)
        if found is not None and found[0].step is not None:
            # As it is recorded: 20s.
            return command_named(found[0].name), found[1]
        if self.debugging.debugger.question is not None and _NUMBER.fullmatch(line):
            return command_named("answer"), line
        word, *rest = line.split(maxsplit=1)
        try:
            return command_named(word), rest[0] if rest else ""
        except CommandError as error:
            if self.debugging.debugger.question is None:
                raise
            raise CommandError(f"{error}; answer {line[:40]} is an answer") from error

    def _onward(self) -> str:
        """What an empty line means where there is nothing to repeat: in a lesson, its next stop."""
        reached = self.debugging.reached
        walkthrough = self.debugging.debugger.document.walkthrough
        return "stop" if reached is not None and reached < len(walkthrough) else ""

    def _done(self, command: Command, rest: str, line: str) -> Answer:
        debugging = self.debugging
        told = [] if command.name in _UNHURRIED else leave_for_later(debugging)
        if command.name != "quit":
            debugging.asked_to_leave = False
        with interrupts() as heard:
            debugging.enough = heard
            answer = command.do(debugging, rest)
        self._last = line if command.repeats else ""
        lines = (*told, *answer.lines)
        return Answer(lines, answer.data, answer.found, answer.interrupted, answer.leaves)
