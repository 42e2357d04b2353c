"""Numerical questions for Moodle, in its XML format: one for each result of an iteration.

Every question comes in variants with other numbers, in a category of its own, from which a quiz
takes one at random for each student. Wrong answers that can be foreseen have their feedback: slips
in the operation itself, and mistakes of the catalogue made on the way. Moodle takes the first
answer whose tolerance the number is within, so no two may overlap.

The format is described at docs.moodle.org, "Moodle XML format", and defined by Moodle's
`question/format/xml/format.php`; how a number is matched by `question/type/numerical`.
"""

from __future__ import annotations

import hashlib
import html
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bpdebug.checks.answers import Slip, SlipKind, predicted
from bpdebug.checks.diagnosis.predicting import MistakenRun, mistaken_runs
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position, View
from bpdebug.export.given import given_numbers
from bpdebug.export.written_out import ExportError, model_equations
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.file.errors import SessionError
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.variant import Variants, numbers_of
from bpdebug.session.session import Session
from bpdebug.text.aloud import sentence
from bpdebug.text.formula.operation import done_text
from bpdebug.text.numbers import exact
from bpdebug.text.run.wrong_answers import slip_words
from bpdebug.text.safe import safe

MOST_OPERATIONS = 200
"""At most this many results become questions: a longer iteration is nothing for a quiz."""

_MOST_SLIPS, _MOST_MISTAKES = 8, 5
"""This many wrong answers of a question have feedback of their own: slips in the operation itself,
then mistakes made on the way to it."""

_HALF_OF_POINTS = 50
_MOST_DECIMALS = 12
_APART = 2
"""This many units of the last decimal answers have to be apart to be told apart."""

_MOST_PATHS = 2
"""Whoever leaves out more paths than that has understood something else."""

_MOST_OF_MISTAKE = 2
_UNTOLD = frozenset({SlipKind.EXCHANGED, SlipKind.OPERATOR})
"""Slips of which there are too many, or that nobody makes on paper."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer: its value in units of the last decimal, its share of the points, its feedback."""

    units: int
    percent: int
    feedback: str


def moodle_quiz(session: Session, digits: int, variants: int, seed: int) -> Iterator[str]:
    """The lines of a file of questions, as many variants of each as asked for.

    Raises ExportError if the iteration is too long, or if no other numbers are found.
    """
    program = session.debugger.program
    if program.operations > MOST_OPERATIONS:
        raise ExportError(
            f"an iteration has {program.operations:,} operations; up to {MOST_OPERATIONS} become "
            "questions"
        )
    title = session.part.title or session.path.stem
    runs = [_Variant(each, digits) for each in _debuggers(session, digits, variants, seed)]
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<quiz>"
    for operation in range(1, program.operations + 1):
        name = _name(program, operation)
        yield from _category(title, operation, name)
        for number, run in enumerate(runs, start=1):
            yield from run.question(operation, f"{title}: {name} ({number})")
    yield "</quiz>"


def _debuggers(session: Session, digits: int, variants: int, seed: int) -> Iterator[Debugger]:
    source = str(session.path)
    part = session.part.model_copy(update={"iterations": 1})
    key = hashlib.sha256(part.model_dump_json(exclude_unset=True).encode()).hexdigest()
    seen: set[str] = set()
    try:
        drawn = Variants(part, source, digits)
        for number in range(4 * variants):
            found = drawn.of(f"{key}-{seed}-{number}")
            numbers = numbers_of(found)
            if numbers not in seen:
                seen.add(numbers)
                yield make_debugger(found, source)
            if len(seen) == variants:
                return
    except SessionError as error:
        raise ExportError(f"no questions: {error.problems[0]}") from error


def _name(program: Program, operation: int) -> str:
    slot = program.slot(operation)
    kind = " after the update" if program.quantity_at(slot).kind is Kind.PARAMETER else ""
    return f"{program.name(slot)}{kind}"


def _category(title: str, operation: int, name: str) -> Iterator[str]:
    # A slash parts categories; two of them are one in a name.
    path = "/".join(each.replace("/", "//") for each in (title, f"{operation:03} {name}"))
    yield '  <question type="category">'
    yield f"    <category><text>{_xml(f'$course$/top/{path}')}</text></category>"
    yield "  </question>"


class _Variant:
    """The questions about the first iteration of a run with its own numbers."""

    def __init__(self, debugger: Debugger, digits: int) -> None:
        self._debugger, self._digits = debugger, digits
        self._program = debugger.program
        self._mistaken: Sequence[MistakenRun] = list(mistaken_runs(self._program))
        self._given = "".join(self._given_rows())

    def question(self, operation: int, name: str) -> Iterator[str]:
        """A numerical question for the result of an operation."""
        view = self._debugger.history.view(Position(operation))
        value = view.result()
        decimals = self._decimals(value)
        unit = Decimal(1).scaleb(-decimals)
        what = _name(self._program, operation)
        asked = f"<p>Compute <b>{html.escape(what)}</b> to {decimals} decimals.</p>"
        worked = done_text(view, max(self._digits, decimals))
        assert worked is not None
        solution = "\n".join(worked.lines(max(self._digits, decimals)))
        yield '  <question type="numerical">'
        yield f"    <name><text>{_xml(name)}</text></name>"
        yield f'    <questiontext format="html"><text>{_cdata(self._given + asked)}</text>'
        yield "    </questiontext>"
        yield f'    <generalfeedback format="html"><text>{_cdata(_pre(solution))}</text>'
        yield "    </generalfeedback>"
        yield "    <defaultgrade>1</defaultgrade>"
        yield "    <penalty>0.3333333</penalty>"
        yield "    <hidden>0</hidden>"
        for answer in self._answers(view, value, decimals):
            text = f"{answer.units * unit:.{decimals}f}"
            yield f'    <answer fraction="{answer.percent}" format="moodle_auto_format">'
            yield f"      <text>{text}</text>"
            yield f'      <feedback format="html"><text>{_xml(answer.feedback)}</text></feedback>'
            yield f"      <tolerance>{unit / 2:f}</tolerance>"
            yield "    </answer>"
        yield "    <unitgradingtype>0</unitgradingtype>"
        yield "    <unitpenalty>0.1</unitpenalty>"
        yield "    <showunits>3</showunits>"
        yield "    <unitsleft>0</unitsleft>"
        yield "  </question>"

    def _decimals(self, value: float) -> int:
        """As many as were asked for, or as it takes to see two digits."""
        if not value:
            return self._digits
        needed = 1 - math.floor(math.log10(abs(value)))
        return max(self._digits, min(needed, _MOST_DECIMALS))

    def _given_rows(self) -> Iterator[str]:
        program = self._program
        yield _pre("\n".join(to_text(each, "unicode") for each in model_equations(program)))
        for heading, values, left_out in given_numbers(self._debugger.view_at(Position(0)), 1):
            named = [f"{html.escape(name)}&nbsp;=&nbsp;{exact(value)}" for name, value in values]
            if left_out:
                named.append(f"… and {left_out:,} more")
            yield f"<p>{html.escape(heading)}: {', '.join(named)}.</p>"

    def _answers(self, view: View, value: float, decimals: int) -> Iterator[_Answer]:
        """The right answer, then wrong ones that can be told from it and from each other."""
        right = _units(value, decimals)
        yield _Answer(right, 100, "")
        taken = [right]
        slips, mistakes = self._slips(view, decimals), self._mistakes(view, value, decimals)
        for foreseen, most in ((slips, _MOST_SLIPS), (mistakes, _MOST_MISTAKES)):
            count = 0
            for answer in foreseen:
                if count < most and all(abs(answer.units - each) >= _APART for each in taken):
                    taken.append(answer.units)
                    count += 1
                    yield answer

    def _slips(self, view: View, decimals: int) -> Iterator[_Answer]:
        """What goes wrong in the operation itself."""
        found = [each for each in predicted(view, self._digits) if _is_sane(each[1])]
        for slip, wrong in sorted(found, key=lambda each: _order(each[0])):
            if slip.kind is SlipKind.ROUNDED:
                said = "you rounded too early; keep more decimals"
                yield _Answer(_units(wrong, decimals), _HALF_OF_POINTS, sentence(said))
            elif slip.kind not in _UNTOLD and len(slip.paths) <= _MOST_PATHS:
                yield _Answer(_units(wrong, decimals), 0, sentence(slip_words(slip, decimals)))

    def _mistakes(self, view: View, value: float, decimals: int) -> Iterator[_Answer]:
        """What goes wrong on the way to it."""
        name = self._program.name(self._program.slot(view.operation))
        told: Counter[str] = Counter()
        for run in self._mistaken:
            wrong = run.value(name)
            if wrong is not None and wrong != value and _is_sane(wrong):
                made = run.made
                told[made.mistake.name] += 1
                if told[made.mistake.name] > _MOST_OF_MISTAKE:
                    continue
                said = f"perhaps {made.mistake.sentence} ({made.alteration.where})"
                yield _Answer(_units(wrong, decimals), 0, sentence(said))


def _order(slip: Slip) -> int:
    """A sign of a part is less usual than anything else in it; a path is what is taught."""
    if slip.kind is SlipKind.SIGN and slip.right is not None:
        return len(SlipKind)
    return -1 if slip.kind is SlipKind.PATH else list(SlipKind).index(slip.kind)


def _is_sane(value: float) -> bool:
    return math.isfinite(value) and abs(value) < 1e9


def _units(value: float, decimals: int) -> int:
    """A number in units of its last decimal, rounded as it is printed."""
    return int(Decimal(f"{value:.{decimals}f}").scaleb(decimals))


def _pre(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"


def _xml(text: str) -> str:
    return html.escape(safe(text))


def _cdata(markup: str) -> str:
    return f"<![CDATA[{safe(markup).replace(']]>', ']]&gt;')}]]>"
