"""Marking: the forms of a class judged by the same check as figures on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpdebug.checks.figures.figure import Figure, FigureError, figure_at
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare
from bpdebug.checks.limit import Limit
from bpdebug.classroom.causes import Wrong, finding
from bpdebug.classroom.form import Answer, Form, read_form
from bpdebug.classroom.marks import Mark, Marked, MarkKind
from bpdebug.classroom.problems import ClassroomError, Unread, capped
from bpdebug.classroom.sheet import Asked, Asking, Sheet, Sheets, asked
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Progress
from bpdebug.program.program import Program
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import SessionPart

MOST_FORMS = 2_000
_MOST_NAMED = 4
"""Of the forms of one student this many are named."""

_VERDICTS = {
    FigureVerdict.AGREEMENT: MarkKind.RIGHT,
    FigureVerdict.ROUNDING: MarkKind.ROUNDING,
    FigureVerdict.FOLLOWS: MarkKind.FOLLOWS,
    FigureVerdict.DISAGREEMENT: MarkKind.WRONG,
}
_SLACK = 1 + 1e-9
_TOO_FEW = "too few decimals"


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """What became of the forms of a class, by name of the student, and what could not be read."""

    group: str
    asking: Asking | None
    marked: tuple[Marked, ...]
    unread: tuple[Unread, ...]


def marking(
    part: SessionPart, source: str, paths: Sequence[Path], group: str | None, limit: Limit
) -> Generator[Progress, None, ClassMarks]:
    """Mark the forms in some files; `group` is the class, or None for that of most forms.

    The limit is for the search for causes: answers are judged to the end. Raises SessionError if
    no sheets can be made of the session, ClassroomError if it is not clear which class is marked.
    """
    forms, unread = _forms(paths)
    own = _group(forms) if group is None else group
    forms, problems = _of_one_class(forms, own)
    unread += problems
    marker = _Marker(part, source, own)
    for number, form in enumerate(forms):
        yield Progress(1, number, len(forms))
        yield from marker.judge(form)
    wrong = [each.wrong for each in marker.judged if each.wrong is not None]
    yield from finding(wrong, limit)
    marked = sorted((each.marked() for each in marker.judged), key=lambda m: m.student.casefold())
    asking = forms[0].asking if forms else None
    return ClassMarks(own, asking, tuple(marked), (*unread, *marker.unread))


def _forms(paths: Sequence[Path]) -> tuple[list[Form], list[Unread]]:
    forms: list[Form] = []
    unread: list[Unread] = []
    names = Counter(path.name for path in set(paths))
    for path in dict.fromkeys(paths):
        # Files of one name lie in different folders.
        called = path.name if names[path.name] == 1 else str(path)
        if len(forms) >= MOST_FORMS:
            unread.append(Unread(path.name, 0, f"more than {MOST_FORMS:,} forms at once"))
            break
        try:
            forms.append(replace(read_form(path), file=called))
        except ClassroomError as error:
            unread += [replace(each, file=called) for each in error.problems]
    return forms, unread


def _group(forms: Sequence[Form]) -> str:
    """The class of most forms. Raises ClassroomError if two have as many."""
    counts = Counter(form.group for form in forms).most_common(2)
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        reason = f"as many forms of {counts[0][0]} as of {counts[1][0]}; say which with --class"
        raise ClassroomError([Unread("the forms", 0, reason)])
    return counts[0][0] if counts else ""


def _of_one_class(forms: Sequence[Form], group: str) -> tuple[list[Form], list[Unread]]:
    """The forms of a class, without those of which a student has two; and why not the others."""
    found: list[Form] = []
    unread: list[Unread] = []
    by_student: dict[str, list[Form]] = {}
    for form in forms:
        if form.group != group:
            unread.append(Unread(form.file, 0, f"a form of the class {form.group}, not {group}"))
        else:
            by_student.setdefault(form.student, []).append(form)
    for student, of in by_student.items():
        if len({(form.seed, tuple(map(str, form.rows))) for form in of}) > 1:
            for form in of:
                others = " and ".join(each.file for each in of[:_MOST_NAMED] if each is not form)
                more = " and others" if len(of) > _MOST_NAMED else ""
                reason = f"{student} has sent {others}{more}, too, and they differ; keep one"
                unread.append(Unread(form.file, 0, reason))
        else:
            found.append(of[0])
            unread += [Unread(each.file, 0, f"the same form as {of[0].file}") for each in of[1:]]
    return found, unread


@dataclass
class _Judged:
    """A form whose answers are compared, before causes are known."""

    form: Form
    marks: tuple[Mark, ...]
    wrong: Wrong | None

    def marked(self) -> Marked:
        causes = self.wrong.causes if self.wrong else ()
        no_cause = self.wrong.no_cause if self.wrong else ""
        return Marked(self.form.file, self.form.student, self.marks, causes, no_cause)


class _Marker:
    def __init__(self, part: SessionPart, source: str, group: str) -> None:
        self._part, self._source, self._group = part, source, group
        self._sheets: dict[Asking, Sheets] = {}
        self.judged: list[_Judged] = []
        self.unread: list[Unread] = []

    def judge(self, form: Form) -> Generator[Progress, None, None]:
        """Compare the answers of a form."""
        sheet = self._sheet(form)
        if isinstance(sheet, str):
            self.unread.append(Unread(form.file, 0, sheet))
            return
        debugger = sheet.debugger()
        if form.asking.last > debugger.end.operation:
            reason = f"operations: the session ends with operation {debugger.end.operation}"
            self.unread.append(Unread(form.file, 0, reason))
            return
        questions = list(asked(debugger.program, form.asking))
        answers, problems = form.answers(questions)
        self.unread += capped(problems)
        figures, answers = _figures(debugger.program, form, questions, answers)
        comparisons = yield from compare(debugger, figures)
        places = {(c.figure.slot, c.figure.iteration): c for c in comparisons}
        judged = _Judging(debugger, form.asking.decimals, places)
        marks = tuple(judged.mark(each, answers.get(each.name)) for each in questions)
        is_wrong = any(mark.kind is MarkKind.WRONG for mark in marks)
        wrong = Wrong(debugger, judged.judged(comparisons), form.asking.decimals)
        self.judged.append(_Judged(form, marks, wrong if is_wrong else None))

    def _sheet(self, form: Form) -> Sheet | str:
        """The sheet that a form belongs to, or why there is none."""
        if form.asking not in self._sheets:
            if len(self._sheets) > 20:
                return "does not ask for the same as the other forms"
            self._sheets[form.asking] = Sheets(self._part, self._source, form.asking)
        sheets = self._sheets[form.asking]
        if not sheets.is_of_session(form.seed):
            return f"seed: {form.seed} is of another session, or other operations or decimals"
        if form.seed != sheets.seed(form.group, form.student):
            return (
                f"seed: {form.seed} is not that of {form.student} in the class {form.group}: the "
                "form is of another student or another class, or a name in it was changed"
            )
        try:
            return sheets.of(form.group, form.student)
        except SessionError as error:
            return str(error.problems[0])


def _figures(
    program: Program, form: Form, questions: Sequence[Asked], answers: Mapping[str, Answer]
) -> tuple[list[Figure], dict[str, Answer]]:
    figures: list[Figure] = []
    found = dict(answers)
    for each in questions:
        answer = found.get(each.name)
        slot = program.slot_named(each.element)
        if answer is None or not answer.text or slot is None:
            continue
        source = f"{form.file} line {answer.line}"
        try:
            figures.append(figure_at(program, slot, answer.text, each.iteration, source))
        except FigureError as error:
            found[each.name] = Answer(answer.line, reason=str(error))
    return figures, found


class _Judging:
    """Judges what was compared by the decimals that were asked for."""

    def __init__(
        self,
        debugger: Debugger,
        decimals: int,
        compared: Mapping[tuple[int, int], FigureComparison],
    ) -> None:
        self._debugger, self._decimals, self._compared = debugger, decimals, compared

    def mark(self, question: Asked, answer: Answer | None) -> Mark:
        program, history = self._debugger.program, self._debugger.history
        slot = program.slot_named(question.element)
        assert slot is not None
        number = program.locate(question.operation)[1]
        value = history.executed(question.iteration)(number).result()
        right = f"{value:z.{self._decimals}f}"
        if answer is None or not (answer.text or answer.reason):
            return Mark(question.name, MarkKind.MISSING, "", right)
        if answer.reason:
            return Mark(question.name, MarkKind.UNREAD, "", right, answer.reason)
        compared = self._compared[slot, question.iteration]
        kind, note = self._kind(compared)
        notes = [each for each in (note, answer.note) if each]
        return Mark(question.name, kind, answer.text, right, "; ".join(notes))

    def _kind(self, compared: FigureComparison) -> tuple[MarkKind, str]:
        if self._is_right(compared):
            return MarkKind.RIGHT, ""
        kind = _VERDICTS[compared.verdict]
        if kind is MarkKind.RIGHT:
            return MarkKind.ROUNDING, _TOO_FEW
        return kind, compared.note

    def _is_right(self, compared: FigureComparison) -> bool:
        """Whether a number is right to the decimals asked for, however many it has: a spreadsheet
        leaves out zeros at the end, and others write more digits than they have.
        """
        room = 0.5 * 10.0**-self._decimals * _SLACK
        return abs(compared.figure.value - compared.value) <= room

    def judged(self, comparisons: Iterable[FigureComparison]) -> tuple[FigureComparison, ...]:
        """The comparisons without those that are wrong only in digits that nobody asked for."""
        return tuple(each for each in comparisons if not (each.is_wrong and self._is_right(each)))
