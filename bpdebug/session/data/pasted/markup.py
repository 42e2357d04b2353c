"""A text without its markup: LaTeX, Markdown, HTML and prompts become the plain signs they show.

Line breaks stay where they are, so that a line of the result is that line of the text. Each pass
takes time in proportion to the text: no expression here repeats a repetition.
"""

from __future__ import annotations

import re

_SIGNS = str.maketrans(
    {
        "\r": "\n", "\u2028": "\n", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\ufeff": " ",
        "−": "-", "–": "-", "′": "'", "’": "'", "‘": "'", "“": '"', "”": '"',
        "≈": "=", "≃": "=", "⋯": "…", "⋮": "…",
        "⎡": "[", "⎢": " ", "⎣": " ", "⎤": " ", "⎥": " ", "⎦": "]",
    }
)  # fmt: skip

_PROMPT = re.compile(r"^[ ]{0,8}(?:>>>|\.\.\.(?=[ ]\S)|In ?\[\d*\]:|Out ?\[\d*\]:|>(?!=))", re.M)
_FENCE = re.compile(r"^[ ]{0,3}(?:```|~~~)[^\n]{0,40}$", re.M)
_CELL = re.compile(r"</?t[dh](?:\s[^<>]{0,200})?>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,12}(?:\s[^<>]{0,200})?/?>")
_RULE = re.compile(r"^[ \t|:+=-]*[-=]{2}[ \t|:+=-]*$", re.M)

_BEGIN = re.compile(
    r"\\begin\{([a-zA-Z]{1,20}\*?)\}(?:\[[a-z]{1,3}\])?(?:\{[lcrSpXm|@{}. \d]{0,80}\})?"
)
_END = re.compile(r"\\end\{([a-zA-Z]{1,20}\*?)\}")
_MATRIX = re.compile(r"(?:[bpvBV]|small)?matrix\*?|array")
_FRACTION = re.compile(r"\\[dt]?frac[ ]?\{([^{}\n]{1,100})\}[ ]?\{([^{}\n]{1,100})\}")
_TEN = re.compile(r"[ ]{0,3}\\(?:times|cdot)[ ]{0,3}10\^\{?[ ]?([+-]?\d{1,4})[ ]?\}?")
_FONT = re.compile(
    r"\\(?:mathbf|mathrm|mathit|mathsf|mathcal|boldsymbol|bm|text|textbf|texttt|textrm|emph"
    r"|operatorname|hat|widehat|vec)[ ]?\{([^{}\n]{0,100})\}"
)
_DROPPED = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^{}\n]{0,20}\}|left|right|quad|qquad|displaystyle"
    r"|big|Big|[,;:!> ])"
)
_ROW_END = re.compile(r"\\\\(?:\[[^\]\n]{0,12}\])?")
_MATHS = re.compile(r"\\[\[\]()]")
_COMMAND = re.compile(r"\\([a-zA-Z]{1,20})[ ]?")
_UPPER = r"\^[ ]?(?:\{[ ]?)?[(\[][ ]?(\d{1,4})[ ]?[)\]](?:[ ]?\})?"
_LOWER = r"_[ ]?(?:\{[ ]?(\d{1,4}(?:[ ]?,?[ ]?\d{1,4}){0,3})[ ]?\}|(\d{1,4}))"
_LAYER_LAST = re.compile(rf"([^\W\d_]){_LOWER}{_UPPER}")
_LAYER = re.compile(rf"([^\W\d_]){_UPPER}")
_LOWERED = re.compile(rf"(?<=[\w\])]){_LOWER}")


def plain(text: str) -> str:
    """The text without markup, as many lines long."""
    text = text.replace("\r\n", "\n").translate(_SIGNS)
    if "<" in text:
        text = _TAG.sub(" ", _CELL.sub(" | ", text))
    if "\\" in text:
        text = _without_latex(text)
    text = _LAYER_LAST.sub(lambda m: f"{m[1]}{m[4]}{_indices(m[2] or m[3])}", text)
    text = _LAYER.sub(r"\1\2", text)
    text = _LOWERED.sub(lambda m: _indices(m[1] or m[2]), text)
    text = _FENCE.sub("", text)
    text = _PROMPT.sub(" ", text)
    text = _RULE.sub("", text)
    text = text.replace("Parameter containing:", "")
    return text.replace("**", "  ").replace("`", " ").replace("$", " ")


def _indices(written: str) -> str:
    """`1,2` and `12` after a name, below the line."""
    numbers = re.split(r"[ ,]+", written)
    return "_" + "_".join(numbers)


def _without_latex(text: str) -> str:
    text = _MATHS.sub(" ", _ROW_END.sub(" ; ", text))
    text = text.replace("\\left[", " ").replace("\\right]", " ")
    text = text.replace("\\left(", " ").replace("\\right)", " ")
    text = _TEN.sub(r"e\1", text)
    text = _BEGIN.sub(lambda m: "[" if _MATRIX.fullmatch(m[1]) else " ", text)
    text = _END.sub(lambda m: "]" if _MATRIX.fullmatch(m[1]) else " ", text)
    text = re.sub(r"\\(?:ldots|cdots|vdots|ddots|dots)(?![a-zA-Z])", "…", text)
    text = _FONT.sub(r"\1", text)
    text = _DROPPED.sub(" ", text)
    text = re.sub(r"\\partial[ ]{0,3}", "∂", text)
    text = _LAYER_LAST.sub(lambda m: f"{m[1]}{m[4]}{_indices(m[2] or m[3])}", text)
    text = _LAYER.sub(r"\1\2", text)
    text = _LOWERED.sub(lambda m: _indices(m[1] or m[2]), text)
    text = _FRACTION.sub(lambda m: f"{m[1].strip()}/{m[2].strip()}", text)
    text = re.sub(r"&[ ]?=", " = ", text).replace("&", "\t")
    return _COMMAND.sub(r"\1", text).replace("{", " ").replace("}", " ")
