"""Marking: right forms are right, a slip is counted once, and nothing is lost unseen."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bpdebug.classroom.marks import MarkKind, mistakes, tallies
from bpdebug.classroom.sheet import Asking

from .forms import BLOG, Classroom


@pytest.mark.parametrize(
    ("session", "asking"),
    [("blog", BLOG), ("blog", Asking(3, 29, 6)), ("xor-step", Asking(1, 20, 4))],
)
def test_right_forms_have_full_marks_and_students_have_other_numbers(
    tmp_path: Path, session: str, asking: Asking
) -> None:
    room = Classroom(tmp_path, session, asking)
    for student in ("Ada", "Jörg Müller", "李"):
        room.send(f"{student}.csv", room.text(student, room.values(student)))
    marks = room.mark()
    assert not marks.unread
    assert [each.points for each in marks.marked] == [asking.count] * 3
    kinds = {mark.kind for each in marks.marked for mark in each.marks}
    assert kinds == {MarkKind.RIGHT}
    assert len({str(room.sheets.of("10b", s).part.parameters) for s in ("Ada", "李")}) == 2


def test_a_planted_slip_is_counted_once_whatever_follows_from_it(tmp_path: Path) -> None:
    room = Classroom(tmp_path)
    for place in ("zh1", "o2", "dE/do1", "dE/dh2", "dh1/dzh1"):
        factors = {place: 1.5}
        wrong = room.values("Ada", lambda name, value: value * factors.get(name, 1.0))  # noqa: B023
        found = room.marked(room.text("Ada", wrong), seconds=0)
        assert found.points == 40
        assert found.count(MarkKind.WRONG) == 1
        assert found.first_wrong is not None
        assert found.first_wrong.name == place
        assert found.count(MarkKind.FOLLOWS) > 0
        assert found.causes or found.no_cause == "not searched for: the search was stopped early"


def test_the_cause_is_told_as_on_the_screen(tmp_path: Path) -> None:
    room = Classroom(tmp_path)
    right = room.values("Ada")

    def without_path(name: str, value: float) -> float:
        if name != "dE/db2":
            return value
        # dE/do1·do1/dzo1, the path through o1 alone.
        return right["dE/do1"] * right["do1/dzo1"]

    found = room.marked(room.text("Ada", room.values("Ada", without_path)))
    assert [each.label for each in found.causes] == ["dE/db2: the path through o2 is missing"]
    # A mistake that is made in several places is one of the catalogue.
    for student in ("Ada", "Bob"):
        bad = room.values(
            student, lambda name, value: -value if name.startswith("dE/do") else value
        )
        room.send(f"{student}.csv", room.text(student, bad))
    (tmp_path / "form.csv").unlink()
    marks = room.mark()
    ((label, who), *_) = mistakes(marks.marked)
    assert who == ["Ada", "Bob"]
    assert "wrong sign" in label
    assert {each.name for each in tallies(marks.marked)[:2]} == {"dE/do1", "dE/do2"}


def test_rounding_and_too_few_decimals_are_not_wrong(tmp_path: Path) -> None:
    room = Classroom(tmp_path)
    by_hand = room.values("Ada", lambda _, value: round(value, 4))
    found = room.marked(room.text("Ada", by_hand))
    assert found.points == 41
    right = room.values("Ada")
    few = room.marked(room.text("Ada", {**right, "o1": f"{right['o1']:.2f}"}))
    (mark,) = [each for each in few.marks if each.name == "o1"]
    assert (mark.kind, mark.note) == (MarkKind.ROUNDING, "too few decimals")
    # A spreadsheet leaves out zeros at the end.
    short = {name: f"{value:.4f}".rstrip("0").rstrip(".") for name, value in right.items()}
    assert room.marked(room.text("Ada", short)).count(MarkKind.RIGHT) == 41


def _commas(text: str) -> str:
    return re.sub(r"(?m)^([^,\n]*,-?\d+)\.(\d+)$", r"\1,\2", text)


def _semicolons(text: str) -> str:
    return re.sub(r"(?m)^([^,\n]*),(.*)$", lambda m: f"{m[1]};{m[2].replace('.', ',')}", text)


def _one_column(text: str) -> str:
    """As Excel keeps a table with commas where it wants semicolons."""
    rows = []
    for row in text.splitlines():
        name, _, value = row.partition(",")
        is_answer = re.fullmatch(r"-?\d+\.\d+", value)
        rows.append(f'"{name},";{value.replace(".", ",")}' if is_answer else f"{row};")
    return "\r\n".join(rows)


@pytest.mark.parametrize(
    ("change", "coding"),
    [
        (_commas, "utf-8"),
        (_semicolons, "cp1252"),
        (_one_column, "cp1252"),
        (lambda text: text.replace(",", "\t"), "utf-16"),
        (lambda text: "sep=;\n" + _semicolons(text.lstrip("\ufeff")), "utf-8"),
        (lambda text: text.encode().decode("cp1252"), "utf-8"),
        (lambda text: re.sub(r"(?m),(-?\d\.\d+)$", r',"=""\1"""', text), "utf-8"),
        (lambda text: re.sub(r"(?m)(\d\.\d+)$", "\\1\u00a0", text).replace("-", "−"), "utf-8"),
    ],
)
def test_forms_are_read_as_spreadsheets_leave_them(
    tmp_path: Path, change: Callable[[str], str], coding: str
) -> None:
    room = Classroom(tmp_path, "blog", Asking(1, 29, 4))
    text = room.text("Jörg Müller", room.values("Jörg Müller"))
    room.send("form.csv", change(text.lstrip("\ufeff") if coding != "utf-8" else text), coding)
    marks = room.mark()
    assert not marks.unread
    (found,) = marks.marked
    assert (found.student, found.points) == ("Jörg Müller", 29)


def test_what_cannot_be_read_is_listed_and_nobody_loses_points_unseen(tmp_path: Path) -> None:
    room = Classroom(tmp_path)
    right = room.values("Ada")
    odd = {"zh1": "about three", "h1": "04. Mrz", "zo1": "1.234.5", "o1": "", "o2": "#NUM!"}
    text = room.text("Ada", {**right, **odd})
    text = text.replace("\nE,", "\nF,").replace("\ndE/do1,", "\ndE/do1,0.1\ndE/do1,")
    room.send("ada.csv", text)
    marks = room.mark()
    (found,) = marks.marked
    unread = {mark.name for mark in found.marks if mark.kind is MarkKind.UNREAD}
    assert unread == {"zh1", "h1", "zo1", "o2", "dE/do1"}
    assert {mark.name for mark in found.marks if mark.kind is MarkKind.MISSING} == {"o1", "E"}
    assert found.count(MarkKind.WRONG) == 0
    told = [str(each) for each in marks.unread]
    assert len(told) == 6
    for line, words in (
        (10, "zh1: found 'about three', expected a number"),
        (11, "has turned a number into a date"),
        (18, "'F' is not asked for"),
        (20, "answered twice, differently"),
    ):
        assert any(f"ada.csv, line {line}:" in each and words in each for each in told), told


def test_other_files_and_other_forms_are_refused_with_a_reason(tmp_path: Path) -> None:
    room = Classroom(tmp_path, "blog", Asking(1, 9, 4))
    ada = room.text("Ada", room.values("Ada"))
    room.send("ada.csv", ada)
    room.send("bob-1.csv", room.text("Bob", {"zh1": "1"}))
    room.send("bob-2.csv", room.text("Bob", {"zh1": "2"}))
    room.send("10c.csv", room.text("Cyd", {}, "10c"))
    room.send("moved.csv", room.text("Dan", {}, "10c").replace("class,10c", "class,10b"))
    room.send("stolen.csv", ada.replace("student,Ada", "student,Eve"))
    room.send("slash.csv", ada.replace("student,Ada", "student,../Ada"))
    room.send("control.csv", ada.replace("student,Ada", "student,A\x1bda"))
    room.send("notes.txt", "hello\n")
    room.send("empty.csv", "")
    (tmp_path / "table.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "picture.csv").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "huge.csv").write_bytes(b"x" * (2**20 + 1))
    (tmp_path / "folder.csv").mkdir()
    marks = room.mark()
    assert [each.student for each in marks.marked] == ["Ada"]
    told = {each.file: each.reason for each in marks.unread}
    assert len(told) == 13
    for file, reason in (
        ("bob-1.csv", "Bob has sent bob-2.csv, too, and they differ"),
        ("10c.csv", "of the class 10c, not 10b"),
        ("moved.csv", "another student or another class"),
        ("stolen.csv", "another student or another class"),
        ("slash.csv", "slash"),
        ("control.csv", "control character"),
        ("notes.txt", "not an answer form"),
        ("picture.csv", "not a text file"),
        ("huge.csv", "larger than 1 MiB"),
        ("folder.csv", "folder"),
        ("empty.csv", "the file is empty"),
        ("table.xlsx", "save it as CSV"),
    ):
        assert reason in told[file], (file, told[file])


def test_a_large_class_shares_what_was_found(tmp_path: Path) -> None:
    """That 200 students take at most 30 s follows: each is a fraction of what one search takes."""
    room = Classroom(tmp_path)
    for number in range(8):
        student = f"Student {number}"
        bad = room.values(
            student, lambda name, value: -value if name.startswith("dE/do") else value
        )
        room.send(f"{number}.csv", room.text(student, bad))
    start = time.process_time()
    marks = room.mark()
    assert time.process_time() - start < 30 * 8 / 200 + 2
    (first,) = [label for label, who in mistakes(marks.marked) if len(who) == 8]
    assert "wrong sign" in first


def test_whatever_a_file_holds_it_is_a_form_or_refused(tmp_path: Path) -> None:
    room = Classroom(tmp_path, "blog", Asking(1, 9, 4))
    form = room.text("Ada", room.values("Ada")).encode()
    chance = random.Random(5)
    pieces = [b"\n", b",", b";", b'"', b"\t", b"\0", b"\xff", b"=", b"9" * 40, b"x" * 30_000, b"\r"]
    for number in range(150):
        content = bytearray(form)
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(3)] = chance.choice(pieces)
        (tmp_path / f"{number}.csv").write_bytes(content[: chance.choice([40, 10**6])])
    marks = room.mark(seconds=0)
    # The student's forms all differ, so each of them is listed, and none is marked.
    files = {each.file for each in marks.unread} | {each.file for each in marks.marked}
    assert len(files) == 150
    for line in map(str, marks.unread):
        assert len(line) < 6_000
