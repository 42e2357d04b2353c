"""From LaTeX to tokens: what the printer writes, and what people write much like it."""

from __future__ import annotations

import math
import re

from bpdebug.notation.errors import NotationError, shown
from bpdebug.notation.latex_commands import (
    BAR,
    COMMAND,
    DELIMITER,
    DIFFERENTIAL,
    FRACTION,
    HALF,
    INSTEAD,
    MATH,
    NAMES,
    SIGNS,
    SUM,
    UPRIGHT_D,
)
from bpdebug.notation.latex_names import NameReader
from bpdebug.notation.tokens import Source, Token, scan

_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)\s*\\times\s*10\s*\^\s*\{\s*([+-]?[0-9]+)\s*\}")
_EXPONENT = re.compile(r"\^\s*\{\s*([-−]?[0-9]+)\s*\}")
_OPENING = re.compile(r"\s*(\$\$?|\\[(\[])")
_PART = r"(?:[^,:={}]|\{(?:[^{}]|\{[^{}]*\})*\})"
_CALCULATION = re.compile(rf"(?={_PART}*?(?:(?<!\\)_|[-+−*]|\\cdot)){_PART}*=")
"""A calculated index and `=`, as in `\\sum_{y_{n}=p}`; `i=1` would be a bound."""

_OPERAND_ENDS = ("name", "number", "superscript", ")", "]", "}")


def tokenize_latex(text: str) -> list[Token]:
    r"""The tokens of `text`, the last of kind `end`.

    A sum with its index below is a token of kind `\sum` and the name of the index. Raises
    NotationError where a command or a character is unknown or a number too large.
    """
    return _Reader(Source(text)).tokens()


class _Reader(NameReader):
    """Reads whole texts."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._closing: list[str] = []
        if found := _OPENING.match(source.text):
            self._between(found)

    def _between(self, opening: re.Match[str]) -> None:
        """Go behind `$` or the like, and leave out what closes it."""
        closing = MATH[opening[1]]
        text = self._text.rstrip()
        if not text.endswith(closing) or len(text) < opening.end() + len(closing):
            expected = f"{shown(closing)} at the end"
            raise self._source.error(len(text), f"expected {expected}", expected)
        self._at = opening.end()
        self._text = text[: -len(closing)]

    def tokens(self) -> list[Token]:
        """All tokens of the text."""
        self._skip()
        while self._at < len(self._text):
            self._read()
            self._skip()
        stop = len(self._text.rstrip())
        return [*self._tokens, self._source.token("end", stop, stop)]

    def _read(self) -> None:
        text, at = self._text, self._at
        character = text[at]
        if found := _NUMBER.match(text, at):
            value = f"{found[1]}e{found[2]}"
            if not math.isfinite(float(value)):
                raise self._source.error(at, f"the number {shown(found[0])} is too large")
            self._emit("number", found.end(), value)
        elif found := _EXPONENT.match(text, at):
            self._emit("^", at + 1)
            self._at = found.start(1)
            self._emit("number", found.end(1), found[1].replace("−", "-"))
            self._at = found.end()
        elif found := UPRIGHT_D.match(text, at):
            self._emit("∂", found.end())
        elif found := SUM.match(text, at):
            self._sum(found)
        elif found := FRACTION.match(text, at):
            self._fraction(found.end())
        elif self._name():
            self._below()
        elif character == "\\":
            self._command()
        elif character == "{":
            self._closing.append("}")
            self._emit("{", at + 1)
        elif character == "}":
            self._emit(self._closing.pop() if self._closing else "}", at + 1)
        elif character == "_" and self._tokens and self._tokens[-1].kind in _OPERAND_ENDS:
            message = 'expected an operator, found "_"; only a name has a subscript, and only one'
            raise self._source.error(at, message, "an operator")
        elif character in INSTEAD:
            raise self._unknown(character, "sign")
        else:
            token, self._at = scan(self._source, at)
            self._tokens.append(token)

    def _unknown(self, written: str, kind: str) -> NotationError:
        instead = INSTEAD.get(written, "")
        hint = f"; {instead}" if instead else ""
        message = f"{shown(written)} is not a {kind} of the language{hint}"
        return self._source.error(self._at, message)

    def _sum(self, found: re.Match[str]) -> None:
        """Read `\\sum_{i}`, up to what is added."""
        self._emit("\\sum", self._at + len(r"\sum"))
        self._at = found.end()
        if found[1] and _CALCULATION.match(self._text, self._at):
            self._where()
            self._expect("}")
        else:
            self._name_required()
            self._skip()
            if self._text.startswith("=", self._at):
                raise self._bounds()
            if found[1]:
                self._indices_and_where()
                self._expect("}")
        self._skip()
        if self._text.startswith("^", self._at):
            raise self._bounds()

    def _indices_and_where(self) -> None:
        """Read what may stand behind the first index: `,k: i+k=p`."""
        comma = self._at
        while self._text.startswith(",", self._at):
            self._emit(",", self._at + 1)
            self._skip()
            self._name_required()
            self._skip()
        if self._text.startswith(":", self._at):
            self._emit(":", self._at + 1)
            self._where()
        elif self._text.startswith(",", comma):
            message = r"a sum has one index; write \sum_{i} \sum_{j}"
            raise self._source.error(comma, message, '"}"')

    def _where(self) -> None:
        """Read where the terms of a sum are: `i+k=p`."""
        self._skip()
        self._index()
        self._skip()
        if not self._text.startswith("=", self._at):
            raise self._source.error(self._at, 'expected "=" as in i+k=p', '"="')
        self._emit("=", self._at + 1)
        self._skip()
        self._index()
        self._skip()
        self._emit(":", self._at)

    def _bounds(self) -> NotationError:
        message = r"a sum goes over the whole range of its index; write \sum_{i} without bounds"
        return self._source.error(self._at, message)

    def _fraction(self, behind: int) -> None:
        """Read a fraction, whose command ends at `behind`."""
        digits = HALF.match(self._text, behind)
        if not digits:
            if not self._derivative(behind):
                self._emit("frac", behind)
            return
        self._emit("frac", behind)
        for number in (1, 2):
            self._at = digits.start(number)
            self._emit("{", self._at)
            self._emit("number", digits.end(number))
            self._emit("}", self._at)

    def _derivative(self, at: int) -> bool:
        r"""Read `\frac{dE}{dw}`, if it is that, as `∂E/∂w`."""
        before = self._at, len(self._tokens)
        self._at = at
        for separator in ("/", ""):
            self._skip()
            found = DIFFERENTIAL.match(self._text, self._at)
            if found:
                self._emit("∂", found.end())
                self._skip()
            if not found or not self._name():
                break
            self._below()
            self._skip()
            if not self._text.startswith("}", self._at):
                break
            self._at += 1
            if separator:
                self._emit(separator, self._at)
        else:
            return True
        self._at = before[0]
        del self._tokens[before[1] :]
        return False

    def _command(self) -> None:
        """Read a command that is not a letter, number, sum, fraction or font."""
        if found := BAR.match(self._text, self._at):
            if found["opening"]:
                self._emit("name", self._at, "abs")
            self._emit("(" if found["opening"] else ")", found.end())
            return
        if found := DELIMITER.match(self._text, self._at):
            self._at = found.end()
            return
        found = COMMAND.match(self._text, self._at)
        command = found[0] if found else "\\"
        stop = self._at + len(command)
        if command == r"\sqrt":
            self._emit("name", stop, "sqrt")
            self._skip()
            if self._text.startswith("{", self._at):
                self._closing.append(")")
                self._emit("(", self._at + 1)
        elif command in SIGNS:
            self._emit(SIGNS[command], stop)
        elif command in NAMES:
            self._emit("name", stop, NAMES[command])
        else:
            raise self._unknown(command, "command")
