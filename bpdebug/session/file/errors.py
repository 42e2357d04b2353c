"""What is wrong with a session file, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def step(path: str, name: str) -> str:
    """The path of what is called `name` at a place; a name that is too long for that is cut."""
    shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    return f"{path}.{shown}" if path else shown


_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a JSON path such as `parameters.w1`) and what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


MOST_TOLD = 20
"""This many problems with a file are told one by one; of the others how many there are."""

MOST_COMPARED = 5_000
"""Names that one is compared with for a suggestion."""

MOST_SUGGESTED = 10
"""A name that is not there is compared with all others, which takes its time: this many are."""


class SessionError(Exception):
    """A session that cannot be opened, saved or replayed.

    `problems` are the first ones that were found; `more` says how many there are besides.

    >>> api.open("zz.json")
    Traceback (most recent call last):
    bpdebug.session.file.errors.SessionError: zz.json: there is no such file
    """

    def __init__(self, source: str, problems: Sequence[Problem], more: int = 0) -> None:
        self.source = source
        self.problems = tuple(problems[:MOST_TOLD])
        self.more = more + len(problems) - len(self.problems)
        lines = [f"{source}: {problem}" for problem in self.problems]
        if self.more:
            lines.append(f"{source}: … and {self.more:,} more")
        super().__init__("\n".join(lines))


class FileChangedError(SessionError):
    """A file that is not saved to, as it was changed or deleted since it was opened.

    `deleted` if it is not there any more.
    """

    def __init__(self, source: str, deleted: bool) -> None:
        self.deleted = deleted
        what = "deleted" if deleted else "changed"
        super().__init__(source, [Problem("", f"not saved: it was {what} since it was opened")])
