"""Reading names in LaTeX, with what is below them: `w_7`, `\\mathrm{net}_{i,j}`."""

from __future__ import annotations

import re

from bpdebug.notation.errors import shown
from bpdebug.notation.latex import COMMANDS
from bpdebug.notation.latex_commands import COMMAND, FONT, SPACE
from bpdebug.notation.names import continues_name, is_letter
from bpdebug.notation.tokens import Source, Token, name_token

_DIGITS = re.compile(r"[0-9]+")
_DIGITS_ONLY = re.compile(r"[0-9]+(?=\s*[\[}])")


_INDEX_SIGNS = {"+": "+", "-": "-", "−": "-", r"\cdot": "*", "*": "*"}


class NameReader:
    """A place in a text and the tokens before it. Its methods raise NotationError."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._text = source.text
        self._tokens: list[Token] = []
        self._in_look_up = False

    def _skip(self) -> None:
        if found := SPACE.match(self._text, self._at):
            self._at = found.end()

    def _emit(self, kind: str, stop: int, value: str | None = None) -> None:
        """A token from here to `stop`, and go on there."""
        self._tokens.append(self._source.token(kind, self._at, stop, value))
        self._at = stop

    def _expect(self, sign: str) -> None:
        if not self._text.startswith(sign, self._at):
            raise self._source.error(self._at, f"expected {shown(sign)}", shown(sign))
        self._at += len(sign)

    def _name(self) -> bool:
        """Read a name here, if there is one, perhaps in a font of its own."""
        found = FONT.match(self._text, self._at)
        if found is None:
            return self._letters()
        self._at = found.end()
        self._skip()
        if not self._letters():
            raise self._source.error(self._at, "expected a name", "a name")
        self._skip()
        self._expect("}")
        return True

    def _letters(self) -> bool:
        """Read a name here, if there is one: letters, Greek commands, digits, `\\_`."""
        text, start = self._text, self._at
        stop, written = start, ""
        while stop < len(text):
            character = text[stop]
            if is_letter(character) or (written and continues_name(character) and character != "_"):
                written += character
                stop += 1
                continue
            command = COMMAND.match(text, stop)
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
        self._skip()
        if not text.startswith("_", self._at):
            return
        self._at += 1
        self._skip()
        if not text.startswith("{", self._at):
            digits = _DIGITS.match(text, self._at)
            if digits is None:
                self._emit("[", self._at)
                self._name_required()
                self._emit("]", self._at)
            elif len(digits[0]) == 1:
                self._lengthen(digits.end())
            else:
                braces = f"_{{{digits[0]}}}"
                message = f"without braces only one digit is a subscript; write {shown(braces)}"
                raise self._source.error(self._at, message, shown(braces))
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
        self._tokens.append(longer._replace(line=name.line, column=name.column))
        self._at = stop

    def _index(self) -> None:
        """Read an index, which may be calculated: `2 \\cdot i+k`, `c_{n}`."""
        self._index_sign("-")
        while True:
            self._skip()
            if digits := _DIGITS.match(self._text, self._at):
                self._emit("number", digits.end())
            else:
                self._name_required()
                self._look_up()
            self._skip()
            if not any(map(self._index_sign, _INDEX_SIGNS)):
                return

    def _index_sign(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._emit(_INDEX_SIGNS.get(sign, sign), self._at + len(sign))
        return True

    def _look_up(self) -> None:
        """Read the indices of a constant in which a position is looked up: as those of any name."""
        if self._in_look_up:
            # There may be thousands of them, one inside another.
            if self._text.startswith("_", self._at):
                message = "a position is looked up at index letters and numbers"
                raise self._source.error(self._at, message, "index letters and numbers")
            return
        self._in_look_up = True
        self._below()
        self._in_look_up = False

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
        if not self._text.startswith(closing, self._at):
            expected = f'"," or {shown(closing)}'
            raise self._source.error(self._at, f"expected {expected}", expected)
        self._emit("]", self._at + 1)
