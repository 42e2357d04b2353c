"""Reads a pasted text: what is printed in it under which name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bpdebug.session.data.pasted.markup import plain
from bpdebug.session.data.pasted.rows import Row, read_rows, row_of
from bpdebug.session.data.pasted.tokens import Sign, Token, tokens
from bpdebug.session.data.pasted.values import PastedError, begins_array, read_array
from bpdebug.session.data.written import Written
from bpdebug.session.file.errors import Problem, SessionError

MOST_CHARACTERS = 4_000_000
MOST_SIGNS = 2_000_000
MOST_NAMES = 50_000
_MOST_PROBLEMS = 100

_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()\n]*\)")
_COMMA = re.compile(r"(?<![\w.,])([+-]?\d+),(\d+(?:[eE][+-]?\d+)?)(?![\w,.])")
_THOUSAND = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_POINT = re.compile(r"\d\.\d|(?<!\d)\.\d")
_SETTING = re.compile(
    r"^[ \t]*(layout|index[-_ ]from|factor)[ \t]*[:=]?[ \t]+([\w./-]{1,20})[ \t]*$", re.M
)

_OPERATORS = "*/+-^%·×@"
_PRINTED = [Sign.CALL, Sign.NAME, Sign.CLOSE]


@dataclass(slots=True)
class Pasted:
    """What a text has: numbers under names, how it is to be read if it says so, and what was
    assumed, or left out, to read it.
    """

    found: list[Written] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_text(text: str, source: str) -> Pasted:
    """The numbers of a text. Raises SessionError with all that cannot be read."""
    if len(text) > MOST_CHARACTERS:
        message = f"has more than {MOST_CHARACTERS:,} characters; save large arrays as NPZ"
        raise SessionError(source, [Problem("", message)])
    reader = _Reader(text)
    reader.read(source)
    if reader.problems:
        raise SessionError(source, reader.problems)
    return reader.pasted


class _Reader:
    def __init__(self, text: str) -> None:
        self.pasted = Pasted()
        self.problems: list[Problem] = []
        text = plain(text)
        for setting in _SETTING.finditer(text):
            self.pasted.settings[re.sub("[- ]", "_", setting[1])] = setting[2]
        text = _SETTING.sub("", text)
        self._text = self._with_points(text)
        self._heading = ""
        self._iteration: int | None = None
        self._rows: list[Row] = []
        self._prefix: list[str] = []
        self._unnamed: list[int] = []

    def _with_points(self, text: str) -> str:
        """Commas in numbers as points, where no comma can be anything else."""
        outside = _BRACKETS.sub("", text)
        commas = [each for each in _COMMA.finditer(outside) if not _THOUSAND.fullmatch(each[0])]
        if not commas or _POINT.search(outside):
            return text
        self.pasted.notes.append("commas in numbers are read as decimal points")
        return _COMMA.sub(r"\1.\2", text)

    def read(self, source: str) -> None:
        """Read line by line; an array may go on over several."""
        signs: list[Token] = []
        for sign in tokens(self._text):
            signs.append(sign)
            if len(signs) > MOST_SIGNS:
                message = f"has more than {MOST_SIGNS:,} names and numbers; save arrays as NPZ"
                raise SessionError(source, [Problem("", message)])
        at = 0
        while at < len(signs) and self._has_room:
            at = self._line(signs, at)
        self._end_rows()
        if len(self.pasted.found) > MOST_NAMES:
            self.problems = [Problem("", f"more than {MOST_NAMES:,} names are too many")]
        if self._unnamed and not self.pasted.found and not self.problems:
            self._problem(
                self._unnamed[0], "these numbers have no name; write one before them: dW1 = [[…"
            )
        elif self._unnamed:
            shown = ", ".join(map(str, self._unnamed[:5])) + (
                ", …" if len(self._unnamed) > 5 else ""
            )
            lines = "line" if len(self._unnamed) == 1 else "lines"
            self.pasted.notes.append(f"left out: numbers without a name in {lines} {shown}")

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(f"line {line}", message))

    def _line(self, signs: Sequence[Token], at: int) -> int:
        """Read what begins at the beginning of a line; gives the place after it."""
        end = at
        while end < len(signs) and signs[end].sign is not Sign.LINE:
            end += 1
        line = self._without_iteration(list(signs[at:end]))
        if line is None or not line:
            # An empty line parts one table from another.
            if at == end:
                self._end_rows()
            return end + 1
        if any(begins_array([each], 0) or each.text in "{}" for each in line) or any(
            each.sign is Sign.EQUALS for each in line
        ):
            self._end_rows()
            return self._entries(signs, at, end)
        try:
            row = row_of(line)
        except PastedError as error:
            self._problem(line[0].line, str(error))
            return end + 1
        if row is not None:
            self._rows.append(row)
        else:
            self._end_rows()
            self._finite(line)
            if [each.sign for each in line] == _PRINTED and line[0].text == "print(":
                self._heading = line[1].text
            if [each.sign for each in line] == [Sign.NUMBER, Sign.OTHER] and line[1].text in "*×·":
                self._problem(
                    line[0].line,
                    f"found the factor {line[0].text:.40} before numbers; print them without one "
                    "(format long g in MATLAB and Octave)",
                )
        return end + 1

    def _finite(self, line: Sequence[Token]) -> None:
        kinds = [each.sign for each in line]
        if kinds in ([Sign.NAME, Sign.NOT_FINITE], [Sign.NAME, Sign.COMMA, Sign.NOT_FINITE]):
            self._problem(line[0].line, f"{line[0].text} is {line[-1].text}, which is not finite")

    def _without_iteration(self, line: list[Token]) -> list[Token] | None:
        """A line without what it says of an iteration; None if it says nothing else."""
        marks = [each for each in line if each.sign in (Sign.ITERATION, Sign.AT)]
        if (
            marks
            and len(line) - len(marks) <= 1
            and not any(each.sign in (Sign.NUMBER, Sign.NAME) for each in line)
        ):
            self._end_rows()
            self._iteration = _number_in(marks[0].text)
            return None
        return line

    def _end_rows(self) -> None:
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        heading, self._heading = self._heading, ""
        # A name alone may be the heading of what follows it.
        if rows[-1].is_of_names and len(rows[-1].names) == 1:
            self._heading = rows[-1].names[0].text
            rows = rows[:-1]
        if not rows:
            return
        try:
            found = read_rows(rows, heading, self._iteration)
        except PastedError as error:
            self._problem(rows[0].line, str(error))
            return
        if not found and any(each.is_of_numbers for each in rows):
            self._unnamed.append(rows[0].line)
        for each in found:
            self.pasted.found.append(each)

    @property
    def _has_room(self) -> bool:
        return len(self.problems) < _MOST_PROBLEMS and len(self.pasted.found) <= MOST_NAMES

    # Lines with = or brackets

    def _entries(self, signs: Sequence[Token], at: int, end: int) -> int:
        """Read `name = value` and arrays, as often as a line has them; gives the place after
        the line in which the last of them ends.
        """
        name, when, has_equals = "", self._iteration, False
        words, operands, is_formula, is_negative = 0, 0, False, False
        while at < len(signs) and at < end:
            sign = signs[at]
            match sign.sign:
                case Sign.ITERATION | Sign.AT:
                    when = _number_in(sign.text)
                case Sign.EQUALS:
                    has_equals = True
                case Sign.COMMA | Sign.SEMICOLON:
                    operands, is_formula = 0, False
                case Sign.OTHER if sign.text == "-" and has_equals:
                    # A sign apart from its number: `dw1 = - 0.5`.
                    is_negative = True
                case Sign.OTHER if operands and sign.text in _OPERATORS:
                    # `w7 - α·dE/dw7 = 0.6992` says nothing of dE/dw7.
                    is_formula = True
                case Sign.OPEN if sign.text == "{":
                    self._prefix.append(name if has_equals else "")
                    name, has_equals = "", False
                case Sign.CLOSE if sign.text == "}":
                    if self._prefix:
                        self._prefix.pop()
                case _ if begins_array(signs, at):
                    at, end = self._array(signs, at, end, name or self._heading, when)
                    name, has_equals, self._heading = "", False, ""
                    continue
                case Sign.NAME:
                    if has_equals and name and not self._is_chain(signs, at, end):
                        # A line of code: `dW1 = dZ1 @ A0.T`.
                        return self._behind_line(signs, at)
                    name, has_equals = sign.text, False
                    words, operands = words + 1, operands + 1
                case Sign.NUMBER if name and has_equals and is_formula:
                    self._unnamed.append(sign.line)
                    return self._behind_line(signs, at)
                case Sign.NUMBER if name and has_equals:
                    if self._is_computed(signs, at + 1, end):
                        return self._behind_line(signs, at)
                    at = self._number(signs, at, end, name, when, is_negative)
                    name, has_equals, is_negative = "", False, False
                    continue
                case Sign.NOT_FINITE if name and has_equals:
                    self._problem(sign.line, f"{name} is {sign.text}, which is not finite")
                    name, has_equals = "", False
                case Sign.ELISION if name and has_equals:
                    self._problem(sign.line, f"{name} is left out (…); write its numbers")
                    name, has_equals = "", False
                case _:
                    pass
            at += 1
        self._heading = name if name and (has_equals or words == 1) else self._heading
        return self._behind_line(signs, at)

    @staticmethod
    def _behind_line(signs: Sequence[Token], at: int) -> int:
        while at < len(signs) and signs[at].sign is not Sign.LINE:
            at += 1
        return at + 1

    @staticmethod
    def _is_chain(signs: Sequence[Token], at: int, end: int) -> bool:
        """Whether a name is one of another value: `dE/dW1 = dW1 = …`, `a: {…`, `mine: dW1 = 1`."""
        return at + 1 < end and signs[at + 1].sign is Sign.EQUALS

    @staticmethod
    def _is_computed(signs: Sequence[Token], at: int, end: int) -> bool:
        """Whether a number is the beginning of something to compute: `2 * x`."""
        return at < end and signs[at].sign is Sign.OTHER and signs[at].text in _OPERATORS

    def _number(
        self,
        signs: Sequence[Token],
        at: int,
        end: int,
        name: str,
        when: int | None,
        is_negative: bool,
    ) -> int:
        """Read a number after a name, or several in a row."""
        first, texts = signs[at], [signs[at].text]
        if is_negative:
            texts = [f"-{first.text}"]
        at += 1
        if at < end and signs[at].sign is Sign.NAME and signs[at].start == first.end:
            self._problem(
                first.line, f"{name}: found {first.text + signs[at].text!r:.40}, expected a number"
            )
            return at + 1
        if (
            at + 1 < end
            and signs[at].sign is Sign.COMMA
            and signs[at + 1].sign is Sign.NUMBER
            and signs[at].start == signs[at - 1].end
            and signs[at + 1].start == signs[at].end
        ):
            joined = f"{first.text},{signs[at + 1].text}"
            self._problem(
                first.line,
                f"{name}: found {joined!r:.40}; write a point in a number, and brackets around "
                "several",
            )
            return at + 2
        while at < end and signs[at].sign is Sign.NUMBER:
            texts.append(signs[at].text)
            at += 1
        if at < end and signs[at].sign in (Sign.AT, Sign.ITERATION):
            when = _number_in(signs[at].text)
            at += 1
        shape = () if len(texts) == 1 else (len(texts),)
        self.pasted.found.append(
            Written(self._full(name), shape, tuple(texts), f"line {first.line}", when)
        )
        return at

    def _array(
        self, signs: Sequence[Token], at: int, end: int, name: str, when: int | None
    ) -> tuple[int, int]:
        """Read an array; gives the place after it, and where the line ends that it ends in."""
        line = signs[at].line
        try:
            reading = read_array(signs, at)
        except PastedError as error:
            self._problem(line, f"{name}: {error}" if name else str(error))
            return self._behind_array(signs, at)
        at = reading.end
        end = max(end, at)
        while end < len(signs) and signs[end].sign is not Sign.LINE:
            end += 1
        if at < end and signs[at].sign is Sign.AT:
            when = _number_in(signs[at].text)
        if not name:
            self._unnamed.append(line)
            return at, end
        several = len(reading.values) > 1
        for number, value in enumerate(reading.values):
            full = self._full(f"{name}[{number}]" if several else name)
            self.pasted.found.append(
                Written(full, value.shape, value.texts, f"line {line}", when, epsilon=value.epsilon)
            )
        return at, end

    @staticmethod
    def _behind_array(signs: Sequence[Token], at: int) -> tuple[int, int]:
        """The place after an array that cannot be read, which is said once."""
        depth = 0
        while at < len(signs):
            if signs[at].sign in (Sign.OPEN, Sign.CALL):
                depth += 1
            elif signs[at].sign is Sign.CLOSE:
                depth -= 1
            at += 1
            if depth <= 0:
                break
        end = at
        while end < len(signs) and signs[end].sign is not Sign.LINE:
            end += 1
        return at, end

    def _full(self, name: str) -> str:
        """A name with that of the dictionary it is in: `grads["W1"]`."""
        outer = next((each for each in reversed(self._prefix) if each), "")
        return f'{outer}["{name}"]' if outer else name


def _number_in(text: str) -> int:
    """The number of an iteration in `after iteration 100`, `@ it 2`, `epoch 3/10`."""
    found = re.search(r"\d{1,9}", text)
    assert found is not None
    return int(found[0])
