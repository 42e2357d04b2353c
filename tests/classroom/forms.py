"""Forms as students send them back, filled in by a student who is asked to be wrong somewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bpdebug.checks.limit import Limit
from bpdebug.classroom.form import form_text
from bpdebug.classroom.marking import ClassMarks, marking
from bpdebug.classroom.marks import Marked
from bpdebug.classroom.sheet import Asking, Sheets, asked
from bpdebug.debugger.state import finish
from bpdebug.program.arrays import array_rest
from bpdebug.program.program import Program
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import read_session

BLOG = Asking(1, 41, 4)
"""All of the blog's first iteration, to four decimals."""


class Classroom:
    """A class of a bundled session, and a folder with its forms."""

    def __init__(self, folder: Path, session: str = "blog", asking: Asking = BLOG) -> None:
        self.folder, self.session, self.asking = folder, session, asking
        self.part = read_session(find_session(session))
        self.sheets = Sheets(self.part, session, asking)

    def values(
        self, student: str, slip: Callable[[str, float], float] = lambda _, value: value
    ) -> dict[str, float]:
        """What a student computes who makes a slip in some results, and goes on from that."""
        program = self.sheets.of("10b", student).debugger().program
        return _computed(program, self.asking, slip)

    def text(self, student: str, values: Mapping[str, float | str], group: str = "10b") -> str:
        """The form of a student with these values; numbers are rounded to the decimals asked."""
        sheet = self.sheets.of(group, student)
        program = sheet.debugger().program
        text = form_text(sheet, self.session, asked(program, self.asking))
        for name, value in values.items():
            written = value if isinstance(value, str) else f"{value:.{self.asking.decimals}f}"
            assert text.count(f"\n{name},\n") == 1, name
            text = text.replace(f"\n{name},\n", f"\n{name},{written}\n")
        return text

    def send(self, name: str, text: str, coding: str = "utf-8") -> Path:
        """Put a form into the folder."""
        path = self.folder / name
        path.write_bytes(text.encode(coding))
        return path

    def mark(self, seconds: float = 20.0, group: str | None = None) -> ClassMarks:
        """Mark what is in the folder."""
        paths = sorted(self.folder.iterdir())
        return finish(marking(self.part, self.session, paths, group, Limit(seconds)))

    def marked(self, text: str, seconds: float = 20.0) -> Marked:
        """Mark one form."""
        for path in self.folder.iterdir():
            path.unlink()
        self.send("form.csv", text)
        (found,) = self.mark(seconds).marked
        return found


def _computed(
    program: Program, asking: Asking, slip: Callable[[str, float], float]
) -> dict[str, float]:
    """An iteration statement by statement; what is slipped in is what later ones are given."""
    names = {program.slot(each.operation): each.name for each in asked(program, asking)}
    memory = program.start.copy()
    rest = array_rest(program)
    for number in range(program.operations):
        ahead = memory.copy()
        rest(ahead, number)
        slot = program.slot(number + 1)
        memory[slot] = slip(names.get(slot, ""), float(ahead[slot]))
    return {name: float(memory[slot]) for slot, name in names.items()}
