"""What cannot be read, by file, line and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_OF_FILE = 50
"""This many problems of one file are listed."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in a file that could not be read: its line from 1, or 0 for the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.reason}"


def capped(problems: Sequence[Unread]) -> tuple[Unread, ...]:
    """The first problems of a file, and how many more there are."""
    if len(problems) <= MOST_OF_FILE:
        return tuple(problems)
    more = len(problems) - MOST_OF_FILE
    last = Unread(problems[0].file, 0, f"and {more:,} more lines that cannot be read")
    return (*problems[:MOST_OF_FILE], last)


class ClassroomError(Exception):
    """Something that sheets or marks cannot be made of: all problems, a line each."""

    def __init__(self, problems: Sequence[Unread]) -> None:
        self.problems = capped(problems)
        super().__init__("\n".join(map(str, self.problems)))
