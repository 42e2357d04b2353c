"""Tables of names and numbers: from a spreadsheet, a PDF, Markdown, LaTeX, or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdebug.session.data.pasted.tokens import Sign, Token
from bpdebug.session.data.pasted.values import PastedError
from bpdebug.session.data.written import Written

_ITERATION = frozenset({"iteration", "iter", "it", "epoch", "step"})
_HEADINGS = _ITERATION | {
    "name", "names", "quantity", "value", "values", "figure", "gradient", "gradients", "number",
    "parameter", "weight", "grad", "result", "output", "variable", "what", "of", "symbol",
}  # fmt: skip
_PARTING = (Sign.TAB, Sign.BAR, Sign.SEMICOLON)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its cells, each a name, a number, words (None) or empty."""

    line: int
    cells: tuple[Token | None, ...]
    are_parted: bool

    @property
    def names(self) -> list[Token]:
        """The names in it."""
        return [each for each in self.cells if each is not None and each.sign is Sign.NAME]

    @property
    def numbers(self) -> list[Token]:
        """The numbers in it."""
        return [each for each in self.cells if each is not None and each.sign is Sign.NUMBER]

    @property
    def is_of_numbers(self) -> bool:
        """Whether there is nothing else in it."""
        return bool(self.numbers) and not self.names

    @property
    def is_of_names(self) -> bool:
        """Whether there is nothing else in it."""
        return bool(self.names) and not self.numbers


def row_of(signs: Sequence[Token]) -> Row | None:
    """A line as the row of a table, None if it is prose or nothing.

    It is parted by tabs, bars or semicolons, else by commas, else by blanks. A cell of several
    words is none of a table's; a line of blanks is only one with a single name. Raises
    PastedError.
    """
    if not signs:
        return None
    line = signs[0].line
    for parting in (_PARTING, (Sign.COMMA,)):
        if any(each.sign in parting for each in signs):
            cells = _cells(signs, parting)
            while cells and not cells[-1]:
                cells.pop()
            if cells and signs[0].sign is Sign.BAR and not cells[0]:
                cells.pop(0)
            found = tuple(_cell(each) for each in cells)
            return Row(line, found, True) if any(found) else None
    if any(each.sign not in (Sign.NAME, Sign.NUMBER) for each in signs):
        return None
    names = sum(each.sign is Sign.NAME for each in signs)
    is_prose = names > 1 and names < len(signs)
    if is_prose and not _are_pairs(signs):
        return None
    return Row(line, tuple(signs), False)


def _are_pairs(signs: Sequence[Token]) -> bool:
    """`w1 0.1 w2 0.2`."""
    kinds = [each.sign for each in signs]
    return len(kinds) % 2 == 0 and kinds == [Sign.NAME, Sign.NUMBER] * (len(kinds) // 2)


def _cells(signs: Sequence[Token], parting: tuple[Sign, ...]) -> list[list[Token]]:
    cells: list[list[Token]] = [[]]
    for each in signs:
        if each.sign in parting:
            cells.append([])
        else:
            cells[-1].append(each)
    return cells


def _cell(signs: Sequence[Token]) -> Token | None:
    """The name or the number of a cell, None for words. Raises PastedError."""
    if len(signs) == 1 and signs[0].sign in (Sign.NAME, Sign.NUMBER):
        return signs[0]
    if [each.sign for each in signs] == [Sign.NUMBER, Sign.COMMA, Sign.NUMBER]:
        written = "".join(each.text for each in (signs[0], signs[1], signs[2]))
        raise PastedError(f"found {written!r:.40}; write points in all numbers, or in none")
    return None


def read_rows(rows: Sequence[Row], heading: str, iteration: int | None) -> list[Written]:
    """The numbers of rows that follow each other. `heading` is what is before them, for rows
    without names. Raises PastedError for a table that may be read in several ways.
    """
    first = rows[0]
    if first.is_of_names and len(rows) > 1:
        words = [each.text.casefold() for each in first.names]
        if all(word in _HEADINGS for word in words):
            return _long(rows[1:], any(word in _ITERATION for word in words), iteration)
        if len(words) > 1 and all(each.is_of_numbers for each in rows[1:]):
            return _wide(first, rows[1:], iteration)
        if len(words) == 1 and rows[1].is_of_numbers:
            return read_rows(rows[1:], first.names[0].text, iteration)
    if all(each.is_of_numbers for each in rows):
        return [_matrix(rows, heading, iteration)] if heading else []
    return _long(rows, False, iteration)


def _wide(first: Row, rows: Sequence[Row], iteration: int | None) -> list[Written]:
    """A name over each column, and a row for each iteration."""
    names = [each.text for each in first.names]
    lengths = {len(each.numbers) for each in rows}
    if lengths != {len(names)}:
        shown = ", ".join(map(str, sorted(lengths)))
        raise PastedError(f"there are {len(names)} headings over {shown:.40} numbers")
    counted = [n for n, name in enumerate(names) if name.casefold() in _ITERATION]
    if len(rows) > 1 and not counted:
        raise PastedError(
            "there are several rows under one heading; add a column iteration, "
            "or write a name before each row"
        )
    found = []
    for row in rows:
        numbers = [each.text for each in row.numbers]
        when = _whole(numbers[counted[0]]) if counted else iteration
        for n, (name, text) in enumerate(zip(names, numbers, strict=True)):
            if n not in counted:
                found.append(Written(name, (), (text,), f"line {row.line}", when))
    return found


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise PastedError(f"found the iteration {text!r:.40}, expected a whole number")
    return int(text)


def _matrix(rows: Sequence[Row], name: str, iteration: int | None) -> Written:
    lengths = [len(each.numbers) for each in rows]
    if len(set(lengths)) > 1:
        shown = ", ".join(map(str, dict.fromkeys(lengths)))
        raise PastedError(f"{name}: its rows are of unequal length ({shown:.60})")
    texts = tuple(each.text for row in rows for each in row.numbers)
    shape: tuple[int, ...] = (len(rows), lengths[0]) if len(rows) > 1 else (lengths[0],)
    if len(texts) == 1:
        shape = ()
    return Written(name, shape, texts, f"line {rows[0].line}", iteration)


def _long(rows: Sequence[Row], has_iterations: bool, iteration: int | None) -> list[Written]:
    """A name at the beginning of each row, or of the first of several; or pairs."""
    found: list[Written] = []
    name, block = "", list[Row]()

    def end() -> None:
        if block and name:
            one = _matrix(block, name, iteration)
            # Behind a comma a second number may say which iteration it is.
            may_be = len(block) == 1 and len(one.texts) == 2
            if has_iterations and may_be:
                value, when = one.texts
                one = Written(name, (), (value,), one.place, _whole(when))
            elif may_be and block[0].are_parted:
                one = Written(name, one.shape, one.texts, one.place, iteration, last=True)
            found.append(one)
        block.clear()

    for row in rows:
        if row.is_of_numbers:
            block.append(row)
            continue
        end()
        if len(row.names) > 1 and row.numbers:
            name = ""
            cells = [each for each in row.cells if each is not None]
            if _are_pairs(cells):
                for key, value in zip(cells[::2], cells[1::2], strict=True):
                    found.append(
                        Written(key.text, (), (value.text,), f"line {row.line}", iteration)
                    )
                continue
            raise PastedError("found several names in one row; write each number after its name")
        name = row.names[-1].text if row.names else ""
        if row.numbers:
            block.append(row)
    end()
    return found
