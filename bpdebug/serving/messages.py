"""What a browser may send: lists in JSON, as textual-serve's page writes them.

`["stdin", "s"]` are keys, `["resize", {"width": 80, "height": 24}]` is the size of the window in
cells, `["ping", "…"]` wants `["pong", "…"]`, `["focus"]` and `["blur"]` say whether one looks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

MOST_BYTES = 2**17
"""The size up to which a message is read: pasted figures are the longest there are."""

_COLUMNS, _ROWS = (20, 400), (5, 200)
_MOST_PING = 40


class MessageError(ValueError):
    """Something that no page of ours sends."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What was typed, as a terminal sends it."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Size:
    """The size of the window in cells, within what a screen can be."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Ping:
    """What is to be sent back."""

    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """Whether the page has the focus."""

    focused: bool


def read_message(text: str) -> Keys | Size | Ping | Look:
    """A message of a browser. Raises MessageError if it makes no sense."""
    if len(text) > MOST_BYTES:
        raise MessageError("too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError("not JSON") from error
    match found:
        case ["stdin", str(keys)]:
            return Keys(keys.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            return read_size(width, height)
        case ["ping", str(sent)] if len(sent) <= _MOST_PING:
            return Ping(sent)
        case ["focus" | "blur" as word, *_]:
            return Look(word == "focus")
    raise MessageError("not a message")


def read_size(width: object, height: object) -> Size:
    """A size as a page says it: numbers, or digits. Raises MessageError."""
    return Size(_within(width, *_COLUMNS), _within(height, *_ROWS))


def _within(number: object, least: int, most: int) -> int:
    # A window that is dragged to nothing has NaN cells, which JSON writes as null.
    text = "0" if number is None else str(number)
    if isinstance(number, bool) or not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise MessageError("not a size")
    return min(most, max(least, int(text)))
