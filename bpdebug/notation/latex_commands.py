"""What each command of LaTeX means in the language, and what to write for others."""

from __future__ import annotations

import re

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.latex import COMMANDS

COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)?", re.DOTALL)
"""A command: letters, or one other character."""

SPACE = re.compile(
    r"(?:\s|~|\\[,;:!> ]|\\(?:quad|qquad|thinspace|displaystyle|textstyle)(?![A-Za-z]))*"
)
"""White space, and commands that make space or choose a size."""

DELIMITER = re.compile(r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])")
"""A command that only says how tall the parenthesis after it is."""

BAR = re.compile(
    r"(?P<opening>\\(?:(?:left|[bB]igg?l)\s*(?:\||\\lvert(?![A-Za-z]))|lvert(?![A-Za-z])))"
    r"|\\(?:(?:right|[bB]igg?r)\s*(?:\||\\rvert(?![A-Za-z]))|rvert(?![A-Za-z]))"
)
"""The bar before an absolute value, or the one after it."""

FONT = re.compile(r"\\(?:operatorname|(?:math|text)(?:it|rm|bf|sf|tt|normal)|text|boldsymbol)\s*\{")
"""What opens the braces around a name to say how its letters look."""

_LETTER = "|".join(map(re.escape, sorted(COMMANDS, key=len, reverse=True)))
_UPRIGHT_D = r"\\(?:mathrm|textrm|text)\s*\{\s*d\s*\}"

DIFFERENTIAL = re.compile(rf"\{{\s*(?:d|{_UPRIGHT_D}|\\partial(?![A-Za-z]))\s*")
r"""The brace and the `d` in front of a name, as in `\frac{dE}{dw}`."""

UPRIGHT_D = re.compile(
    rf"{_UPRIGHT_D}(?!(?:and|or|not)(?![A-Za-z]))(?=[^\W\d_¹²³⁰-⁹]|(?:{_LETTER})(?![A-Za-z]))"
)
r"""The `d` of `\mathrm{d}E/\mathrm{d}w`: close in front of a name."""

FRACTION = re.compile(r"\\[dtc]?frac(?![A-Za-z])")
HALF = re.compile(r"\s*([0-9])\s*([0-9])")
r"""The digits of `\frac12`, which need no braces."""

SUM = re.compile(r"\\sum\s*(?:\\(?:no)?limits\s*)?_\s*(\{?)\s*")

SIGNS = {
    r"\cdot": "*",
    r"\times": "*",
    r"\ast": "*",
    r"\div": "/",
    r"\bmod": "%",
    r"\le": "<=",
    r"\leq": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\lt": "<",
    r"\gt": ">",
    r"\ne": "!=",
    r"\neq": "!=",
    r"\land": "and",
    r"\wedge": "and",
    r"\lor": "or",
    r"\vee": "or",
    r"\lnot": "not",
    r"\neg": "not",
    r"\partial": "∂",
}
"""The sign that a command stands for."""

NAMES = {r"\sum": "sum", **{f"\\{name}": name for name in FUNCTIONS}, r"\ln": "log"}
"""The function that a command stands for."""

MATH = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
"""What may stand around a whole text: what opens it, and what closes it."""

_ACCENT = "give the quantity a name of letters, such as yhat"
_LINES = "write each equation by itself"
_PARENTHESIS = 'write "(" or ")"'
_WHOLE_TEXT = "$…$ goes around the whole text"

INSTEAD = {
    **dict.fromkeys((r"\hat", r"\widehat", r"\bar", r"\tilde", r"\vec", r"\dot"), _ACCENT),
    **dict.fromkeys((r"\begin", r"\end", "\\\\", "&"), _LINES),
    **dict.fromkeys((r"\{", r"\}", r"\lbrace", r"\rbrace"), _PARENTHESIS),
    **dict.fromkeys(("$", *MATH, *MATH.values()), _WHOLE_TEXT),
    **dict.fromkeys(("'", r"\prime"), r"write σ'(z) as \sigma(z)(1 - \sigma(z))"),
    **dict.fromkeys((r"\dots", r"\ldots", r"\cdots"), r"write a long sum as \sum_{i} x_i"),
    **dict.fromkeys((r"\odot", r"\circ"), r"write \cdot between elements, as in a_i \cdot b_i"),
    "|": r"write \left|x\right| for abs(x), \lor for or",
    r"\prod": "write its factors out",
    r"\over": r"write \frac{a}{b}",
}
"""What to write for what the language does not have."""
