"""What a session may hold: texts, numbers and how many of each thing.

Whatever does something and whatever reads a file ask here, so what can be done can be saved, and
what is saved opens again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HARMFUL = r"\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""What may be in no text, besides the ASCII control characters: DEL, the C1 control
characters, line separators, and the characters that turn the direction of writing."""

LINE = rf"^[^\u0000-\u001f{HARMFUL}]*$"
"""A text of one line."""

MOST_LETTERS = 256
"""Characters of a condition, a message or a watched expression."""

MOST_NAME = 200
"""Characters of an element's name."""

MOST_ACTION = 10_000
"""Characters of an action: enough for a stop of a walkthrough with all that is said there."""

MOST_ANSWER = 1_000
"""Characters of an answer to a question."""

MOST_ACTIONS = 1_000_000
MOST_BREAKPOINTS = 10_000
MOST_WATCHES = 100
MOST_BOOKMARKS = 10_000
MOST_BRANCHES = 1_000
MOST_BRANCH_NAME = 60
MOST_EDITS = 10_000
"""Of one branch."""

MOST_PREDICTIONS = 10_000
MOST_ANSWERS = 20
"""To one question."""

MOST_STOPS = 200
"""Of a walkthrough."""

MOST_TITLE, MOST_TEXT, MOST_SAID = 100, 4_000, 500
"""Characters of a stop's title, of its text, and of its question or the answer to that."""

MOST_SESSION_NAME = 64
MOST_EXPRESSIONS = 1_000
"""In the texts of a walkthrough."""

MOST_DIGESTS = 100_000
MOST_RECORDED = 100
"""Parameters whose values are recorded beside the last digest."""

GREATEST_NUMBER = 10**9
"""Of a breakpoint or a branch, and the most hits that a breakpoint may pass over."""

TEXT = rf"^[^\u0000-\u0008\u000b-\u001f{HARMFUL}]*$"
"""A text that may have tabs and several lines."""

_NOT_IN_A_TEXT = re.compile(rf"[\u0000-\u0008\u000b-\u001f\ud800-\udfff{HARMFUL}]")
_NOT_IN_A_LINE = re.compile(rf"[\u0000-\u001f\ud800-\udfff{HARMFUL}]")


class LimitError(ValueError):
    """What a session cannot hold; the message says what would be right."""


def check_line(what: str, text: str, most: int) -> None:
    """Raises LimitError if `text` is not one line of at most `most` harmless characters."""
    found = _NOT_IN_A_LINE.search(text)
    if found:
        name = {"\t": "a tab", "\n": "a line break"}.get(found[0], f"U+{ord(found[0]):04X}")
        raise LimitError(f"found {name}, expected one line without control characters")
    if len(text) > most:
        raise LimitError(f"{what} has at most {most:,} characters, found {len(text):,}")


def check_text(what: str, text: str, most: int) -> None:
    """Raises LimitError if `text` has other control characters than tabs and line breaks, or more
    than `most` characters.
    """
    found = _NOT_IN_A_TEXT.search(text)
    if found:
        raise LimitError(f"found U+{ord(found[0]):04X}, expected text without control characters")
    if len(text) > most:
        raise LimitError(f"{what} has at most {most:,} characters, found {len(text):,}")


def check_count(what: str, count: int, most: int) -> None:
    """Raises LimitError if there are more than `most` of something."""
    if count > most:
        raise LimitError(f"a session has at most {most:,} {what}")


def next_number(used: Iterable[int]) -> int:
    """The number after the greatest one; where that would be too great, the least free one."""
    taken = set(used)
    number = max(taken, default=0) + 1
    if number <= GREATEST_NUMBER:
        return number
    return next(each for each in range(1, len(taken) + 2) if each not in taken)
