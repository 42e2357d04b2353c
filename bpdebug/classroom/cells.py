"""Numbers as students write them into a table, and as a spreadsheet leaves them there.

Decimal commas and points, thousands in groups, `="0.0765"`, a unit after the number, `4.3·10⁻²`.
What may be two numbers is none: nobody loses a point for what is guessed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bpdebug.checks.figures.figure import FigureError, read_number

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f\ufeff\u200b]+")
_GROUPED_BLANKS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_LEAD = re.compile(r"^(?:=|'|≈|~|≃|approx\.?|ca\.?|about)\s*", re.I)
_NAMED = re.compile(r"^[^=\d][^=]{0,60}=\s*(?=[-+−–.,\d])")
_SHAPE = re.compile(
    r"(?P<sign>[-+−–]?)\s?(?P<number>\d[\d.,]*|[.,]\d+)"
    r"(?P<power>\s?[eE]\s?[-+−–]?\d{1,5}|\s?[x×·*]\s?10\s?(?:\^|\*\*)?\s?[-+−–⁻]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,5})?"
    r"(?:\s?(?P<unit>[^\W\d_]{1,8}))?"
)
_MONTHS = r"jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
_DATE = re.compile(
    rf"\d{{1,2}}[.\-/ ]+(?:{_MONTHS})\w*[.\-/ ]*\d*|(?:{_MONTHS})\w*[.\-/ ]+\d{{1,4}}"
    r"|\d{1,2}[.\-/]\d{1,2}[.\-/]\d{2,4}|\d{4}-\d\d-\d\d.*",
    re.I,
)
_GROUPS = {sign: re.compile(rf"[1-9]\d{{0,2}}(?:\{sign}\d{{3}})+") for sign in ",."}


class CellError(ValueError):
    """A cell that is not a number, with what would be right."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Which decimal marks a form has where there is no doubt."""

    comma: bool = False
    point: bool = False

    @classmethod
    def of(cls, cells: Iterable[str]) -> Marks:
        """What the cells of a form show."""
        numbers = [found["number"] for cell in cells if (found := _SHAPE.fullmatch(_plain(cell)))]
        return cls(
            any(_is_plainly(number, ",") for number in numbers),
            any(_is_plainly(number, ".") for number in numbers),
        )


def _is_plainly(number: str, mark: str) -> bool:
    other = "." if mark == "," else ","
    if number.count(mark) != 1 or _GROUPS[mark].fullmatch(number):
        return False
    return other not in number or number.rindex(mark) > number.rindex(other)


def _plain(cell: str) -> str:
    """A cell without what surrounds its number."""
    text = _BLANKS.sub(" ", cell).strip()
    for _ in range(4):
        shorter = _LEAD.sub("", text).strip()
        if len(shorter) > 1 and shorter[0] == shorter[-1] == '"':
            shorter = shorter[1:-1].strip()
        if shorter == text:
            break
        text = shorter
    return _GROUPED_BLANKS.sub("", _NAMED.sub("", text))


def is_blank(cell: str) -> bool:
    """Whether a cell says that there is no answer."""
    return _plain(cell) in ("", "-", "–", "—", "?", "…", "...", "_")


def read_cell(cell: str, marks: Marks) -> tuple[str, str]:
    """The number in a cell, with a decimal point, and what was assumed to read it.

    Raises CellError.
    """
    text = _plain(cell)
    shown = f"found {cell.strip()!r:.40}"
    if text.startswith("#"):
        raise CellError(f"{shown}, which a spreadsheet shows for an error or a narrow column")
    if _DATE.fullmatch(text):
        raise CellError(
            f"{shown}: a spreadsheet has turned a number into a date; format the column as text"
        )
    if "%" in text:
        raise CellError(f"{shown}, expected a number without %")
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise CellError(f"{shown}, expected a number")
    number = _with_point(found["number"], marks, shown)
    power = _BLANKS.sub("", found["power"] or "")
    sign = "" if found["sign"] == "+" else found["sign"]
    written = f"{sign}{number}{power}"
    try:
        read_number(written)
    except FigureError as error:
        raise CellError(str(error)) from error
    note = f"{found['unit']} after the number is ignored" if found["unit"] else ""
    return written, note


def _with_point(number: str, marks: Marks, shown: str) -> str:
    """A number whose decimal mark is a point. Raises CellError if it may be two numbers."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        mark = "," if number.rindex(",") > number.rindex(".") else "."
        group = "." if mark == "," else ","
        whole, _, decimals = number.rpartition(mark)
        if mark in whole or not _GROUPS[group].fullmatch(whole):
            raise CellError(f"{shown}, which is not a number")
        return f"{whole.replace(group, '')}.{decimals}"
    for mark, count in ((",", commas), (".", points)):
        if count > 1:
            if not _GROUPS[mark].fullmatch(number):
                raise CellError(f"{shown}, which is not a number")
            return number.replace(mark, "")
        if count and _GROUPS[mark].fullmatch(number):
            is_decimal = marks.comma if mark == "," else marks.point
            other = marks.point if mark == "," else marks.comma
            if other:
                whole = number.replace(mark, "")
                pointed = number.replace(mark, ".")
                if not is_decimal and mark == ",":
                    return whole
                raise CellError(f"{shown}, which may be {pointed} or {whole}")
    return number.replace(",", ".")
