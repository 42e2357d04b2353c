"""What a command answers: lines to be read, and the same for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_LINE = 2_000
"""Characters of a line that is typed: more than any action has."""


class CommandError(ValueError):
    """A command that cannot be carried out; it has changed nothing."""


@dataclass(frozen=True)
class Answer:
    """What has come of a command.

    `data` is what programs are told besides. `found` says that something is wrong with what was
    checked, `interrupted` that the person has ended it before its end, `leaves` that it is the
    last one.
    """

    lines: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    found: bool = False
    interrupted: bool = False
    leaves: bool = False


def answer(lines: Iterable[str], **data: object) -> Answer:
    """An answer of some lines."""
    return Answer(tuple(lines), data)
