"""The answer form: a table with the names of what is asked, to be filled in and sent back.

Above the names it says whose it is and with which numbers. What comes back has been through
spreadsheets: it may have semicolons, decimal commas, other codings, missing lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bpdebug.classroom.cells import CellError, Marks, is_blank, read_cell
from bpdebug.classroom.problems import ClassroomError, Unread
from bpdebug.classroom.sheet import AFTER_UPDATE, MOST_ASKED, Asked, Asking, Sheet
from bpdebug.classroom.students import name_problem, plain_name
from bpdebug.classroom.tables import Row, read_table
from bpdebug.notation.names import did_you_mean, spelled

FORM = "bpdebug answers"
"""The first cell of every form; the second is the version of its layout."""

_VERSION = "1"
_MOST_SUGGESTED = 10
"""A name that is not there is compared with all others, which takes its time: this many are."""

_HEADS = ("session", "class", "student", "seed", "decimals", "operations")
_RANGE = re.compile(r"([1-9]\d{0,17}) to ([1-9]\d{0,17})")
_SAME = str.maketrans("∂−–", "d--")


def form_text(sheet: Sheet, title: str, names: Iterable[Asked]) -> str:
    """An empty form."""
    asking = sheet.asking
    # Excel takes a text for UTF-8 only if it begins with a byte order mark.
    out = io.StringIO("\ufeff")
    out.seek(1)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([FORM, _VERSION])
    writer.writerow(["session", guarded(title)])
    writer.writerow(["class", guarded(sheet.group)])
    writer.writerow(["student", guarded(sheet.student)])
    writer.writerow(["seed", sheet.seed])
    writer.writerow(["decimals", asking.decimals])
    writer.writerow(["operations", f"{asking.first} to {asking.last}"])
    writer.writerow([])
    writer.writerow(["name", "value"])
    writer.writerows([each.name, ""] for each in names)
    return out.getvalue()


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form says for a name: the number as it is written, with a decimal point.

    `text` is empty where there is no answer, or one that could not be read for a `reason`. `note`
    says what was assumed.
    """

    line: int
    text: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that came back. `answers` are by the names of the form, as far as it has lines.

    `rows` are its lines of names and values, which are read when it is known what was asked.
    """

    file: str
    group: str
    student: str
    seed: str
    asking: Asking
    rows: tuple[Row, ...]

    def answers(self, asked: Sequence[Asked]) -> tuple[dict[str, Answer], tuple[Unread, ...]]:
        """The answers by the names that were asked, and what could not be read."""
        return _Answers(self, asked).read()


def read_form(path: Path) -> Form:
    """The head and the lines of a form. Raises ClassroomError if it is not one."""
    rows = read_table(path)
    name = path.name
    if not rows:
        raise ClassroomError([Unread(name, 0, "the file is empty")])
    if plain_name(rows[0][1][0].strip('"')).casefold() != FORM:
        raise ClassroomError([Unread(name, 0, f"not an answer form: it does not begin {FORM!r}")])
    heads: dict[str, tuple[int, str]] = {}
    place = 1
    for line, cells in rows[1:]:
        head = cells[0].casefold()
        if head not in _HEADS:
            break
        value = next((cell for cell in cells[1:] if cell), "")
        heads[head] = line, value if head in ("class", "student") else value.translate(_SAME)
        place += 1
    if place < len(rows) and rows[place][1][0].casefold() == "name":
        place += 1
    problems = []
    for head in ("class", "student"):
        line, text = heads.get(head, (0, ""))
        reason = name_problem(_name(text))
        if reason:
            problems.append(Unread(name, line, f"{head}: {reason}"))
    line, seed = heads.get("seed", (0, ""))
    if not re.fullmatch(r"[b-t]{6}-[b-t]{12}", seed):
        problems.append(Unread(name, line, f"seed: found {seed!r:.40}, not one of bpdebug's"))
    asking, wrong = _asking(name, heads)
    problems += wrong
    if problems or asking is None:
        raise ClassroomError(problems)
    group, student = (plain_name(_name(heads[each][1])) for each in ("class", "student"))
    return Form(name, group, student, seed, asking, tuple(rows[place:]))


def _name(text: str) -> str:
    """The name that a cell of the head holds."""
    if text[:2] in ("'=", "'+", "'-", "'@"):
        text = text[1:]
    try:
        # As it was before UTF-8 was taken for a Western coding, if it was.
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _asking(name: str, heads: dict[str, tuple[int, str]]) -> tuple[Asking | None, list[Unread]]:
    problems = []
    line, decimals = heads.get("decimals", (0, ""))
    if not re.fullmatch(r"[1-9]|1[0-7]", decimals):
        reason = f"decimals: found {decimals!r:.40}, expected a number from 1 to 17"
        problems.append(Unread(name, line, reason))
    line, operations = heads.get("operations", (0, ""))
    found = _RANGE.fullmatch(operations)
    if found is None:
        reason = f"operations: found {operations!r:.40}, expected two numbers: 1 to 41"
        problems.append(Unread(name, line, reason))
    elif not 0 <= int(found[2]) - int(found[1]) < MOST_ASKED:
        problems.append(Unread(name, line, f"operations: found {operations!r:.40}"))
    if problems or found is None:
        return None, problems
    return Asking(int(found[1]), int(found[2]), int(decimals)), []


class _Answers:
    def __init__(self, form: Form, asked: Sequence[Asked]) -> None:
        self._form = form
        self._names = {_key(each.name): each.name for each in asked}
        for each in asked:
            # The element's own name does as well, where that is asked for once.
            self._names.setdefault(_key(each.name.replace(AFTER_UPDATE, "")), each.name)
        self._found: dict[str, Answer] = {}
        self._problems: list[Unread] = []

    def read(self) -> tuple[dict[str, Answer], tuple[Unread, ...]]:
        pairs = [(line, *_pair(cells)) for line, cells in self._form.rows]
        marks = Marks.of(value for _, _, value, _ in pairs)
        for line, name, value, more in pairs:
            asked = self._names.get(_key(name))
            if asked is None:
                if not is_blank(value) or more:
                    hint = ""
                    if len(self._problems) < _MOST_SUGGESTED:
                        hint = did_you_mean(name[:60], self._names.values())
                    self._tell(line, f"{name!r:.40} is not asked for{hint}")
                continue
            self._take(asked, self._answer(line, value, more, marks))
        for name, answer in self._found.items():
            if answer.reason:
                self._tell(answer.line, f"{name}: {answer.reason}")
        self._problems.sort(key=lambda each: each.line)
        return self._found, tuple(self._problems)

    def _answer(self, line: int, value: str, more: str, marks: Marks) -> Answer:
        if more:
            return Answer(line, reason=f"found {more!r:.40} after the value")
        if is_blank(value):
            return Answer(line)
        try:
            text, note = read_cell(value, marks)
        except CellError as error:
            return Answer(line, reason=str(error))
        return Answer(line, text, note=note)

    def _take(self, name: str, answer: Answer) -> None:
        before = self._found.get(name)
        if before is None or before == Answer(before.line):
            self._found[name] = answer
        elif answer.text != before.text and (answer.text or answer.reason):
            reason = f"answered twice, differently: in line {before.line} and in line {answer.line}"
            self._found[name] = Answer(answer.line, reason=reason)

    def _tell(self, line: int, reason: str) -> None:
        self._problems.append(Unread(self._form.file, line, reason))


def _key(name: str) -> str:
    return spelled("".join(name.translate(_SAME).split()))


def _pair(cells: list[str]) -> tuple[str, str, str]:
    """The name and the value of a line, and what is there besides.

    Where commas stand between cells, a decimal comma has made two cells of a value.
    """
    name, *others = cells
    while others and not others[-1]:
        others.pop()
    if len(others) == 2 and re.fullmatch(r"[-+−]?\d{1,15}", others[0]):
        tail = re.fullmatch(r"\d{1,20}(?:[eE][-+]?\d{1,4})?", others[1])
        if tail:
            return name, f"{others[0]},{others[1]}", ""
    if len(others) > 1:
        return name, others[0], others[1]
    return name, "".join(others), ""
