"""A tiny part of Markdown: paragraphs, lists, bold and code. All else is plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from bpdebug.text.safe import safe

Style = Literal["plain", "bold", "code"]

_BULLET = "• "
_NO_BREAK = "\u00a0"
_BLANKS = re.compile(rf"[^\S{_NO_BREAK}]+")
_MARKED = re.compile(r"`([^`]+)`|\*\*(?=\S)([^`]+?)(?<=\S)\*\*")
_ENDLESS = 10**9
_BETWEEN = r"\n[^\S\n]*\n"
_ITEM = re.compile(r"\s*- (?=.*\S)")


class Words(NamedTuple):
    """A piece of a line and how it is set."""

    text: str
    style: Style = "plain"


RichLine = tuple[Words, ...]

_Word = list[Words]
"""What is between two blanks; its pieces may be set differently."""


def rich_lines(text: str, width: int, width_of: Callable[[str], int] = len) -> list[RichLine]:
    """`text` in lines of at most `width` cells, an empty one between paragraphs.

    What a terminal could take for a command is written as an escape. A word that is longer
    than a line is cut.
    """
    lines: list[RichLine] = []
    for paragraph in re.split(_BETWEEN, text):
        blocks = list(_blocks(paragraph))
        if lines and blocks:
            lines.append(())
        for bullet, content in blocks:
            indent = len(bullet)
            rows = _wrapped(_words(content), max(4, width - indent), width_of)
            for number, row in enumerate(rows):
                head = Words(bullet if number == 0 else " " * indent)
                lines.append((head, *row) if bullet else row)
    return lines


class RichBlock(NamedTuple):
    """An item of a list, or text between lists."""

    is_item: bool
    pieces: RichLine


def rich_paragraphs(text: str) -> list[list[RichBlock]]:
    """The same for pages, which break lines themselves: blocks by paragraphs."""
    found = [
        [
            RichBlock(bool(bullet), row)
            for bullet, content in _blocks(paragraph)
            for row in _wrapped(_words(content), _ENDLESS, len)
        ]
        for paragraph in re.split(_BETWEEN, text)
    ]
    return [blocks for blocks in found if blocks]


def _blocks(paragraph: str) -> Iterator[tuple[str, str]]:
    """The items of lists and the text between them, with the sign that they begin with."""
    bullet, rows = "", list[str]()
    for row in paragraph.split("\n"):
        item = _ITEM.match(row)
        if item and rows:
            yield bullet, " ".join(rows)
            rows = []
        if item:
            bullet, row = _BULLET, row[item.end() :]
        if row.strip():
            rows.append(row)
    if rows:
        yield bullet, " ".join(rows)


def _words(text: str) -> list[_Word]:
    words: list[_Word] = [[]]
    for piece, style in _pieces(text):
        for number, part in enumerate(_BLANKS.split(piece)):
            if number:
                words.append([])
            if part:
                words[-1].append(Words(safe(part.replace(_NO_BREAK, " ")), style))
    return [word for word in words if word]


def _pieces(text: str) -> Iterator[Words]:
    end = 0
    for match in _MARKED.finditer(text):
        yield Words(text[end : match.start()])
        code, bold = match.groups()
        yield Words(bold, "bold") if code is None else Words(code, "code")
        end = match.end()
    yield Words(text[end:])


def _wrapped(words: list[_Word], width: int, width_of: Callable[[str], int]) -> list[RichLine]:
    rows: list[list[Words]] = [[]]
    room = width
    for word in words:
        length = sum(width_of(part.text) for part in word)
        if rows[-1] and length + 1 <= room:
            _append(rows[-1], Words(" ", _between(rows[-1][-1], word[0])))
            room -= 1
        elif rows[-1]:
            rows.append([])
            room = width
        for part in word:
            for piece in _cut(part.text, width, width_of) if length > width else (part.text,):
                if width_of(piece) > room:
                    rows.append([])
                    room = width
                _append(rows[-1], Words(piece, part.style))
                room -= width_of(piece)
    return [tuple(row) for row in rows if row]


def _between(before: Words, after: Words) -> Style:
    """How the blank between two words is set: as both of them are."""
    return before.style if before.style == after.style else "plain"


def _append(row: list[Words], words: Words) -> None:
    """Add to a line; what is set alike becomes one piece."""
    if row and row[-1].style == words.style:
        row[-1] = Words(row[-1].text + words.text, words.style)
    else:
        row.append(words)


def _cut(text: str, width: int, width_of: Callable[[str], int]) -> Iterator[str]:
    """A word in pieces that fit."""
    piece = ""
    for character in text:
        if piece and width_of(piece + character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
