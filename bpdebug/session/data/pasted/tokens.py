"""The signs of a pasted text: names, numbers, brackets, and what parts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What kind of sign it is."""

    NAME = "name"
    NUMBER = "number"
    NOT_FINITE = "not finite"
    ELISION = "elision"
    CALL = "call"
    OPEN = "open"
    CLOSE = "close"
    EQUALS = "equals"
    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    BAR = "bar"
    AT = "at"
    ITERATION = "iteration"
    LINE = "line"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Token:
    """A sign, its text, the line it stands in, from 1, and where it begins and ends."""

    sign: Sign
    text: str
    line: int
    start: int
    end: int


_KEY = r"""\[[ ]?(?:\d{1,9}(?:[ ]?,[ ]?\d{1,9}){0,7}|'[^'\n\[\]]{1,60}'|"[^"\n\[\]]{1,60}")[ ]?\]"""
_ATOM = rf"(?:∂[ ]?|∇[ ]?)?[^\W\d]\w*(?:\.\w+|{_KEY}|\(\d{{1,4}}\))*"
_DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_POWER = r"[ ]?[×·x*][ ]?10(?:[ ]?(?:\^|\*\*)[ ]?-?\d+|-\d+|[-⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"

_TOKEN = re.compile(
    rf"""
      (?P<line>\n)
    | (?P<space>[ ]+)
    | (?P<iteration>(?i:after[ ]+)?\b(?i:iteration|iter|epoch|step|it)[ ]?(?:[:=\#][ ]?)?
        \d{{1,9}}(?![\w.])(?:[ ]?/[ ]?\d{{1,9}})?)
    | (?P<at>@[ ]?(?:(?:it|iteration)[ ])?\d{{1,9}}(?![\w.]))
    | (?P<nonfinite>[+-]?(?:nan|inf|infinity|NaN|NAN|Inf|Infinity|INF)\b(?!\s*[\[.(=]))
    | (?P<quoted>'[^'\n]{{1,200}}'|"[^"\n]{{1,200}}")
    | (?P<call>[^\W\d][\w.]*\()
    | (?P<module>\d{{1,4}}\.[^\W\d]\w*(?:\.\w+)*)
    | (?P<name>{_ATOM}(?:/{_ATOM})?)
    | (?P<elision>\.\.\.+|…)
    | (?P<number>[+-]?{_DIGITS}(?:{_POWER})?)
    | (?P<open>[\[\{{(])
    | (?P<close>[\]\}})])
    | (?P<equals>:=|==|=|:|->|→)
    | (?P<comma>,)
    | (?P<semicolon>;)
    | (?P<tab>\t)
    | (?P<bar>\|)
    | (?P<other>.)
    """,
    re.X | re.S,
)

_SIGNS = {
    "iteration": Sign.ITERATION,
    "at": Sign.AT,
    "nonfinite": Sign.NOT_FINITE,
    "quoted": Sign.NAME,
    "call": Sign.CALL,
    "module": Sign.NAME,
    "name": Sign.NAME,
    "elision": Sign.ELISION,
    "number": Sign.NUMBER,
    "open": Sign.OPEN,
    "close": Sign.CLOSE,
    "equals": Sign.EQUALS,
    "comma": Sign.COMMA,
    "semicolon": Sign.SEMICOLON,
    "tab": Sign.TAB,
    "bar": Sign.BAR,
    "line": Sign.LINE,
    "other": Sign.OTHER,
}


def tokens(text: str) -> Iterator[Token]:
    """The signs of a text without markup, blanks left out."""
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind == "space":
            continue
        written = found[0]
        if kind == "quoted":
            written = written[1:-1]
        yield Token(_SIGNS[kind], written, line, found.start(), found.end())
        if kind == "line":
            line += 1
