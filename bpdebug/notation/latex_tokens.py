"""From LaTeX to tokens: what the printer writes, and what people write much like it."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from bpdebug.notation.errors import shown
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.latex import COMMANDS
from bpdebug.notation.names import continues_name, is_letter
from bpdebug.notation.tokens import Source, Token, name_token, scan, skip_space

_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)?", re.DOTALL)
_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)\s*\\times\s*10\s*\^\s*\{\s*([+-]?[0-9]+)\s*\}")
_EXPONENT = re.compile(r"\^\s*\{\s*([0-9]+)\s*\}")
_NAMED = re.compile(r"\\(?:operatorname|mathit|mathrm|text)\s*\{")
_SUM = re.compile(r"\\sum\s*_\s*(\{?)\s*")
_BAR = re.compile(r"\\(left|right)\s*\|")
_DIGITS = re.compile(r"[0-9]+")
_DIGITS_ONLY = re.compile(r"[0-9]+(?=\s*[\[}])")
_DIFFERENTIAL = re.compile(r"\{\s*(?:d|\\mathrm\{d\}|\\partial(?![A-Za-z]))\s*")

_SPACES = {r"\left", r"\right", r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\displaystyle"}
_SIGNS = {
    r"\cdot": "*",
    r"\times": "*",
    r"\div": "/",
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
    r"\frac": "frac",
    r"\partial": "∂",
}
_NAMES = {r"\sum": "sum", **{f"\\{name}": name for name in FUNCTIONS}, r"\ln": "log"}


def is_latex(text: str) -> bool:
    """Whether `text` is written in LaTeX: no other form uses a backslash or braces."""
    return any(sign in text for sign in "\\{}")


def tokenize_latex(text: str) -> list[Token]:
    """The tokens of `text`, the last of kind `end`.

    Raises NotationError where a command or a character is unknown or a number too large.
    """
    return _Reader(Source(text)).tokens()


class _Reader:
    """A place in a text and the tokens before it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._tokens: list[Token] = []
        self._closing: list[str] = []

    def tokens(self) -> list[Token]:
        """All tokens of the text."""
        self._skip()
        while self._at < len(self._text):
            self._read()
            self._skip()
        stop = len(self._text.rstrip())
        return [*self._tokens, self._source.token("end", stop, stop)]

    def _skip(self) -> None:
        self._at = skip_space(self._text, self._at)

    def _emit(self, kind: str, stop: int, value: str | None = None) -> None:
        """A token from here to `stop`, and go on there."""
        self._tokens.append(self._source.token(kind, self._at, stop, value))
        self._at = stop

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
            self._emit("number", found.end(1))
            self._at = found.end()
        elif found := _NAMED.match(text, at):
            self._at = found.end()
            self._skip()
            self._name_required()
            self._skip()
            self._expect("}")
            self._below()
        elif found := _SUM.match(text, at):
            self._sum(found)
        elif text.startswith(r"\frac", at) and self._derivative(at + len(r"\frac")):
            pass
        elif self._name():
            self._below()
        elif character == "\\":
            self._command()
        elif character == "{":
            self._closing.append("}")
            self._emit("{", at + 1)
        elif character == "}":
            self._emit(self._closing.pop() if self._closing else "}", at + 1)
        else:
            token, self._at = scan(self._source, at)
            self._tokens.append(token)

    def _expect(self, sign: str) -> None:
        if not self._text.startswith(sign, self._at):
            raise self._source.error(self._at, f"expected {shown(sign)}", shown(sign))
        self._at += len(sign)

    # Names

    def _name(self) -> bool:
        """Read a name here, if there is one: letters, Greek commands, digits, `\\_`."""
        text, start = self._text, self._at
        stop, written = start, ""
        while stop < len(text):
            character = text[stop]
            if is_letter(character) or (written and continues_name(character) and character != "_"):
                written += character
                stop += 1
                continue
            command = _COMMAND.match(text, stop)
            if command is None or not (command[0] == r"\_" or command[0] in COMMANDS):
                break
            written += COMMANDS.get(command[0], "_")
            stop = command.end()
        if not written:
            return False
        self._tokens.append(name_token(self._source, start, stop, written))
        self._at = stop
        return True

    def _name_required(self) -> None:
        if not self._name():
            raise self._source.error(self._at, "expected a name", "a name")

    def _below(self) -> None:
        """Read the subscript of the name just read, if there is one."""
        text = self._text
        if not text.startswith("_", self._at):
            return
        self._at += 1
        if not text.startswith("{", self._at):
            stop = self._at + 1
            if _DIGITS.fullmatch(text, self._at, stop):
                self._lengthen(stop)
            else:
                self._emit("[", self._at)
                self._name_required()
                self._emit("]", self._at)
            return
        self._at += 1
        self._skip()
        digits = _DIGITS_ONLY.match(text, self._at)
        if digits:
            self._lengthen(digits.end())
            self._skip()
        if text.startswith("[", self._at):
            self._at += 1
            self._indices("]")
            self._skip()
        elif not digits:
            self._indices("}")
            return
        self._expect("}")

    def _lengthen(self, stop: int) -> None:
        """Put the digits from here to `stop` behind the name just read."""
        name = self._tokens.pop()
        digits = self._text[self._at : stop]
        start = self._at - 1
        longer = name_token(self._source, start, stop, name.text + digits)
        self._tokens.append(replace(longer, line=name.line, column=name.column))
        self._at = stop

    def _index(self) -> None:
        if digits := _DIGITS.match(self._text, self._at):
            self._emit("number", digits.end())
        else:
            self._name_required()

    def _indices(self, closing: str) -> None:
        """Read indices up to the sign `closing`."""
        self._emit("[", self._at)
        while True:
            self._skip()
            self._index()
            self._skip()
            if not self._text.startswith(",", self._at):
                break
            self._emit(",", self._at + 1)
        self._expect(closing)
        self._emit("]", self._at)

    # Structures

    def _sum(self, found: re.Match[str]) -> None:
        """Read `\\sum_{i}\\left(`, which is `sum(i:`."""
        self._emit("name", self._at + len(r"\sum"), "sum")
        self._emit("(", found.end())
        self._name_required()
        self._skip()
        if found[1]:
            self._expect("}")
        self._skip()
        if self._text.startswith(r"\left", self._at):
            self._at += len(r"\left")
        self._skip()
        self._expect("(")
        self._emit(":", self._at)

    def _derivative(self, at: int) -> bool:
        r"""Read `\frac{dE}{dw}`, if it is that, as `∂E/∂w`."""
        before = self._at, len(self._tokens)
        self._at = at
        for separator in ("/", ""):
            self._skip()
            found = _DIFFERENTIAL.match(self._text, self._at)
            if found:
                self._emit("∂", found.end())
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
        """Read a command that is no letter, number, sum or derivative."""
        if found := _BAR.match(self._text, self._at):
            if found[1] == "left":
                self._emit("name", self._at, "abs")
            self._emit("(" if found[1] == "left" else ")", found.end())
            return
        found = _COMMAND.match(self._text, self._at)
        command = found[0] if found else "\\"
        stop = self._at + len(command)
        if command == r"\sqrt":
            self._emit("name", stop, "sqrt")
            self._skip()
            if self._text.startswith("{", self._at):
                self._closing.append(")")
                self._emit("(", self._at + 1)
        elif command in _SPACES:
            self._at = stop
        elif command in _SIGNS:
            self._emit(_SIGNS[command], stop)
        elif command in _NAMES:
            self._emit("name", stop, _NAMES[command])
        else:
            raise self._source.error(self._at, f"{shown(command)} is not a command of the language")
