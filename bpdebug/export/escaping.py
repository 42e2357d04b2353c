"""Texts of people in Markdown and in LaTeX, where nothing in them may have a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, starmap

from bpdebug.notation.names import LETTERS
from bpdebug.text.safe import safe


def markdown_text(text: str) -> str:
    """A text as one line of Markdown; spaces and line breaks become single spaces."""
    line = _MARKUP.sub(r"\\\g<0>", safe(_one_line(text)))
    return _START.sub(r"\g<1>\\\g<2>", line)


_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$^&@]")
"""What begins emphasis, code, links, tags, entities, tables, formulas or mentions."""

_START = re.compile(r"^([0-9]*)([-+=:!%.)])")
"""What begins a list, a rule or a box, if a line begins with it."""


def fenced(rows: Sequence[str]) -> Iterator[str]:
    """Rows of plain text as a code block of Markdown; none of them ends it."""
    longest = max((len(run) for row in rows for run in re.findall("`+", row)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from rows
    yield fence


def latex_text(text: str) -> str:
    """A text as one line of LaTeX; what its usual fonts lack is given by its number."""
    return "".join(starmap(_in_latex, pairwise(_one_line(text) + " ")))


def _in_latex(sign: str, following: str) -> str:
    written = _SPECIAL.get(sign) or (sign if _usual(sign) else f"[U+{ord(sign):04X}]")
    # Fonts make one sign of two: a dash of two hyphens, a quotation mark of two commas.
    return written + "{}" if sign in _JOINING and following in _JOINED else written


_JOINING = "-'`,?!"
_JOINED = "-'`,"

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "×": r"$\times$",
    "−": "$-$",
    "²": "$^2$",
    "…": r"\dots{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    **{letter: f"$\\{name}$" for name, letter in LETTERS.items()},
}

_LACKING = "ĦħĸĿŀŉŦŧſ"
"""Letters between others that the usual fonts have."""


def _usual(sign: str) -> bool:
    if sign in _LACKING or not sign.isprintable():
        return False
    return " " <= sign < "\x7f" or "\xa1" <= sign < "\u0180" or sign in "‘’“”–—"


def _one_line(text: str) -> str:
    return " ".join(text.split())
