"""From a text to tokens."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.notation.errors import NotationError, shown
from bpdebug.notation.names import composed, continues_name, is_letter, spelled


class Token(NamedTuple):
    """One word or sign.

    `kind` is `number`, `name`, `superscript`, `end`, or for anything else the sign itself
    in its ASCII spelling (`*` also for `·`). `text` is as it was written, `value` as it is
    meant: a name in its one spelling, digits for a superscript. `spaced` says whether white
    space stands before it.
    """

    kind: str
    text: str
    value: str
    line: int
    column: int
    spaced: bool = False


_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+−-]?[0-9]+)?")
_ASCII_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?![^\x00-\x7f])")
_WORDS = ("and", "or", "not")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_SUPERSCRIPT = re.compile(f"[{_SUPERSCRIPTS}]+")
_RAISED = str.maketrans(_SUPERSCRIPTS, "0123456789+-")
_SIGNS = re.compile(r":=|\*\*|<=|>=|==|!=|[-+*/%^()\[\],:<>=∂·⋅×∗−÷≤≥≠∧∨¬∑√]")
_ASCII = {
    "**": "^",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "∗": "*",
    "−": "-",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∧": "and",
    "∨": "or",
    "¬": "not",
}
_NAMES_BY_SIGN = {"∑": "sum", "√": "sqrt"}
_INSTEAD = {"&": '"and"', "|": '"or"', "!": '"not"', ";": '","'}


@dataclass(frozen=True, slots=True)
class Source:
    """A text in which positions can be named."""

    text: str

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`, both from 1."""
        text = self.text
        return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

    def error(self, offset: int, message: str, expected: str = "") -> NotationError:
        """An error at `offset`."""
        return NotationError(message, *self.place(offset), expected, "\n" in self.text)

    def token(self, kind: str, start: int, stop: int, value: str | None = None) -> Token:
        """The token that is written from `start` to `stop`."""
        written = self.text[start:stop]
        line, column = self.place(start)
        spaced = start > 0 and self.text[start - 1].isspace()
        return Token(kind, written, written if value is None else value, line, column, spaced)


def skip_space(text: str, offset: int) -> int:
    """The offset of the first character from `offset` on that is not white space."""
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset


def name_token(source: Source, start: int, stop: int, written: str) -> Token:
    """A name written as `written` between two offsets.

    Raises NotationError where letters stand for something that no name can hold.
    """
    name = spelled(written)
    if composed(written) == "Σ":
        name = "sum"
    if not (is_letter(name[0]) or name[0] == "_") or not all(map(continues_name, name)):
        raise source.error(start, f"{shown(written)} cannot be a name", "a name")
    kind = name if name in _WORDS else "name"
    return source.token(kind, start, stop, name)._replace(text=written)


def scan(source: Source, start: int) -> tuple[Token, int]:
    """The token at `start`, where no white space is, and the offset after it.

    Raises NotationError for a character the language does not know and for a number
    that no double can hold.
    """
    text = source.text
    if found := _ASCII_NAME.match(text, start):
        # Most tokens by far: a name that has one spelling only.
        name = found[0]
        return source.token(name if name in _WORDS else "name", start, found.end()), found.end()
    if found := _NUMBER.match(text, start):
        value = found[0].replace("−", "-")
        if not math.isfinite(float(value)):
            raise source.error(start, f"the number {shown(found[0])} is too large")
        return source.token("number", start, found.end(), value), found.end()
    if found := _SUPERSCRIPT.match(text, start):
        value = found[0].translate(_RAISED)
        return source.token("superscript", start, found.end(), value), found.end()
    if is_letter(text[start]) or text[start] == "_":
        stop = start + 1
        while stop < len(text) and continues_name(text[stop]):
            stop += 1
        return name_token(source, start, stop, text[start:stop]), stop
    if found := _SIGNS.match(text, start):
        sign = found[0]
        if sign in _NAMES_BY_SIGN:
            return source.token("name", start, found.end(), _NAMES_BY_SIGN[sign]), found.end()
        return source.token(_ASCII.get(sign, sign), start, found.end()), found.end()
    instead = _INSTEAD.get(text[start], "")
    hint = f"; write {instead}" if instead else ""
    raise source.error(start, f"{shown(text[start])} is not a sign of the language{hint}", instead)


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, the last of kind `end`.

    Raises NotationError where a character is unknown or a number too large.
    """
    source = Source(text)
    tokens = []
    offset = skip_space(text, 0)
    while offset < len(text):
        token, offset = scan(source, offset)
        tokens.append(token)
        offset = skip_space(text, offset)
    # Right behind the last sign, so that the column is where one would go on typing.
    stop = len(text.rstrip())
    return [*tokens, source.token("end", stop, stop)]
