"""What checks have found, one line a finding: what it is, of what, in a few words, where to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.checks import gradients, printed
from bpdebug.checks.derivation_findings import DerivationCheck
from bpdebug.checks.diagnosis import Diagnosis, Made
from bpdebug.checks.figures import Figure
from bpdebug.checks.gradients import GradientCheck
from bpdebug.checks.printed import Comparison, first_wrong
from bpdebug.checks.report import Report
from bpdebug.checks.sampling import DirectionCheck, GradientChecks
from bpdebug.notation.names import with_greek
from bpdebug.program.program import Program
from bpdebug.text.diagnosis import (
    MOST_ALSO,
    MOST_CAUSES,
    WEAK,
    cause_text,
    diagnosis_lines,
    evidence,
    made_text,
)
from bpdebug.text.gradient_checks import check_row, error_text
from bpdebug.text.hand_derivations import lines as path_lines
from bpdebug.text.hand_derivations import summary as derivation_summary
from bpdebug.text.printed_figures import figure_row
from bpdebug.text.safe import safe

_MOST_ALONE = 20
"""Of more findings of a kind only the first are lines of their own, the others are gathered."""

MOST_CHILDREN = 200
"""Findings that are shown of those that are gathered in a line."""

_MOST_NAMED = 3


class Mark(NamedTuple):
    """What a finding is: a sign, and a word for it."""

    glyph: str
    word: str

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


RIGHT = Mark("✓", "right")
ROUNDING = Mark("≈", "rounding")
WRONG = Mark("✗", "wrong")
FOLLOWS = Mark("↳", "follows")
UNSURE = Mark("?", "unsure")
CAUSE = Mark("∴", "cause")
PERHAPS = Mark("∴", "perhaps")
PLANTED = Mark("✗", "planted")

_OF_FIGURE = {
    printed.Verdict.AGREEMENT: RIGHT,
    printed.Verdict.ROUNDING: ROUNDING,
    printed.Verdict.FOLLOWS: FOLLOWS,
    printed.Verdict.DISAGREEMENT: WRONG,
}
_OF_GRADIENT = {
    gradients.Verdict.AGREES: RIGHT,
    gradients.Verdict.UNSURE: UNSURE,
    gradients.Verdict.WRONG: WRONG,
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in one line: what it is, what it is of, what was found in a few words.

    `place` is where to go, as people write it, and `element` what to select there; empty where no
    operation computes it. `details` and `children` are shown when the line is opened. `parameter`
    is the slot of the parameter whose derivative it is about. `figure` is the figure it is about,
    and `derivation` the number of the hand derivation, counted from 0.
    """

    mark: Mark
    subject: str
    found: str
    place: str = ""
    element: str = ""
    details: tuple[str, ...] = ()
    children: tuple[FindingLine, ...] = ()
    parameter: int | None = None
    figure: Figure | None = None
    derivation: int | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """Figures of another source than the session, compared and diagnosed by themselves."""

    source: str
    comparisons: tuple[Comparison, ...]
    diagnosis: Diagnosis | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A derivation that cannot be checked: its number among those asked for, and why."""

    number: int
    text: str
    reason: str


def summary(report: Report, others: Sequence[Against] = (), unread: Sequence[Unread] = ()) -> str:
    """How many findings there are and of what, or what was checked if nothing is wrong."""
    comparisons = [*report.comparisons, *(c for each in others for c in each.comparisons)]
    wrong = [_figure_text(c) for c in comparisons if c.verdict is printed.Verdict.DISAGREEMENT]
    wrong += [f"{safe(check.name)} by hand" for check in report.derivations if not check.ok]
    wrong += [_named(each) for each in report.gradients.wrong]
    wrong += [f"direction {each.number}" for each in report.gradients.directions if not each.ok]
    tail = ""
    unsure = sum(each.verdict is gradients.Verdict.UNSURE for each in report.gradients.checks)
    if unsure + len(unread):
        tail = f"; of {unsure + len(unread)} there is no telling"
    if not wrong:
        counts = [
            _gradient_count(report.gradients),
            _counted(len(comparisons), "figure"),
            _counted(len(report.derivations), "hand derivation"),
        ]
        return f"nothing is wrong: {', '.join(filter(None, counts)) or 'nothing to check'}{tail}"
    named = ", ".join(wrong[:_MOST_NAMED]) + (", …" if len(wrong) > _MOST_NAMED else "")
    return f"{_counted(len(wrong), 'finding')}: {named}{tail}"


def findings(
    report: Report,
    program: Program,
    others: Sequence[Against] = (),
    unread: Sequence[Unread] = (),
) -> list[FindingLine]:
    """A line for each finding: likely causes first, then what is wrong, then what is right.

    `others` are figures of other sources, `unread` the derivations that are not in the report.
    """
    loss = program.model.loss
    first = Against("", report.comparisons, report.diagnosis)
    sources = [each for each in (first, *others) if each.comparisons]
    causes = [line for each in sources for line in _cause(each, program)]
    found = [line for each in sources for line in _figures(each, program)]
    found += _derivations(report, program, unread)
    found += _gradients(report, program, loss)
    order = [WRONG, FOLLOWS, UNSURE, ROUNDING, RIGHT]
    return [*causes, *sorted(found, key=lambda line: order.index(line.mark))]


def planted_line(made: Made) -> FindingLine:
    """What was planted, once it is revealed."""
    return FindingLine(
        PLANTED, made.mistake.name, safe(made.alteration.where), details=(made.mistake.sentence,)
    )


# Causes


def _cause(against: Against, program: Program) -> Iterator[FindingLine]:
    diagnosis = against.diagnosis
    if diagnosis is None:
        return
    first = first_wrong(against.comparisons)
    place, element = _place_of(program, first) if first else ("", "")
    if not diagnosis.causes:
        head, *rest = map(safe, diagnosis_lines(diagnosis, against.comparisons))
        yield FindingLine(UNSURE, "no cause known", head, place, element, tuple(rest))
        return
    cause, *less_likely = diagnosis.causes
    names = " and ".join(made.mistake.name for made in cause.made)
    where = " and ".join(made.alteration.where for made in cause.made)
    details = [made.mistake.sentence for made in cause.made]
    details += [f"the same numbers: {' and '.join(map(made_text, m))}" for m in cause.also]
    if len(cause.also) > MOST_ALSO:
        more = len(cause.also) - MOST_ALSO
        details[len(cause.made) + MOST_ALSO :] = [f"… and {more} more ways to the same numbers"]
    details += [f"or: {cause_text(each)}" for each in less_likely[: MOST_CAUSES - 1]]
    if len(diagnosis.causes) > MOST_CAUSES:
        details.append(f"… and {len(diagnosis.causes) - MOST_CAUSES} more causes that fit")
    of = f"{against.source}: " if against.source else ""
    details.append(of + evidence(diagnosis, against.comparisons))
    mark = PERHAPS if diagnosis.by_chance > WEAK else CAUSE
    yield FindingLine(mark, names, safe(where), place, element, tuple(map(safe, details)))


# Figures


def _figures(against: Against, program: Program) -> list[FindingLine]:
    by_mark: dict[Mark, list[FindingLine]] = {}
    for compared in against.comparisons:
        line = _figure(compared, program)
        by_mark.setdefault(line.mark, []).append(line)
    of = f" of {safe(against.source)}" if against.source else ""
    wrong = by_mark.pop(WRONG, [])
    found = wrong[:_MOST_ALONE]
    found += _gathered(wrong[_MOST_ALONE:], WRONG, f"figure{of}", "disagree, too")
    for mark, words in _WORDS.items():
        found += _gathered(by_mark.get(mark, []), mark, f"figure{of}", words)
    return found


_WORDS = {
    FOLLOWS: "follow from wrong ones",
    ROUNDING: "are off by rounding on the way",
    RIGHT: "agree to all their digits",
}


def _figure(compared: Comparison, program: Program) -> FindingLine:
    row = figure_row(compared)
    place, element = _place_of(program, compared)
    note = f"; {row.note}" if row.note else ""
    details = [safe(compared.figure.source)]
    if place:
        operation = program.written_at[compared.figure.slot]
        details[0] += f"; operation {operation} of iteration {compared.figure.iteration}"
    return FindingLine(
        _OF_FIGURE[compared.verdict],
        _figure_text(compared),
        f"it is {row.value}{note}",
        place,
        element,
        tuple(details),
        parameter=_parameter(program, compared.figure.slot),
        figure=compared.figure,
    )


def _figure_text(compared: Comparison) -> str:
    row = figure_row(compared)
    name, at, when = row.name.partition(" @ ")
    return f"{name} = {row.figure}{at}{when}"


def _place_of(program: Program, compared: Comparison) -> tuple[str, str]:
    """Where the element of a figure is computed, and its name."""
    return _place(program, compared.figure.slot, compared.figure.iteration)


def _place(program: Program, slot: int, iteration: int) -> tuple[str, str]:
    name = program.name(slot)
    return (f"it {iteration} {name}" if program.written_at[slot] else ""), name


def _parameter(program: Program, slot: int) -> int | None:
    """The parameter whose gradient a slot is."""
    quantity = program.quantity_at(slot)
    prefix = f"d{program.model.loss}/d"
    of = program.quantities.get(quantity.name.removeprefix(prefix))
    if not quantity.name.startswith(prefix) or of is None:
        return None
    parameter = of.offset + slot - quantity.offset
    is_one = parameter in program.parameter_slots()
    return parameter if is_one and program.gradient_slot(parameter) == slot else None


# Derivations


def _derivations(
    report: Report, program: Program, unread: Sequence[Unread]
) -> Iterator[FindingLine]:
    taken = {each.number for each in unread}
    numbers = (n for n in range(len(report.derivations) + len(unread)) if n not in taken)
    for number, check in zip(numbers, report.derivations, strict=True):
        yield _derivation(check, number, report.iteration, program)
    for each in unread:
        name = safe(each.text.partition("=")[0].strip())
        yield FindingLine(
            UNSURE, f"{name} by hand", f"cannot be checked: {safe(each.reason)}",
            derivation=each.number,
        )  # fmt: skip


def _derivation(
    check: DerivationCheck, number: int, iteration: int, program: Program
) -> FindingLine:
    slot = program.slot_named(check.name)
    place, element = _place(program, slot, iteration) if slot is not None else ("", "")
    return FindingLine(
        RIGHT if check.ok else WRONG,
        f"{safe(check.name)} by hand",
        safe(derivation_summary(check).removeprefix(f"{check.name}: ")),
        place,
        element,
        tuple(map(safe, path_lines(check))) if check.findings else (),
        parameter=None if slot is None else _parameter(program, slot),
        derivation=number,
    )


# Gradients


def _gradients(report: Report, program: Program, loss: str) -> list[FindingLine]:
    checks = report.gradients
    every: list[GradientCheck | DirectionCheck] = [*checks.checks, *checks.directions]
    by_mark: dict[Mark, list[FindingLine]] = {}
    for each in every:
        line = _gradient(each, report.iteration, program, loss)
        by_mark.setdefault(line.mark, []).append(line)
    wrong, right = by_mark.get(WRONG, []), by_mark.get(RIGHT, [])
    found = wrong[:_MOST_ALONE]
    found += _gathered(wrong[_MOST_ALONE:], WRONG, "gradient", "are wrong, too")
    found += _gathered(by_mark.get(UNSURE, []), UNSURE, "gradient", "cannot be trusted", most=3)
    if right:
        errors = [each.error for each in checks.checks if _is_right(each)]
        words = "agree with the complex step"
        if errors:
            words += f" to {error_text(max(errors))}"
        if checks.is_sample:
            words += f"; a sample of {checks.total:,}, and random directions"
        found += _gathered(right, RIGHT, "gradient", words)
    return found


def _is_right(check: GradientCheck) -> bool:
    return check.verdict is gradients.Verdict.AGREES


def _gradient(
    check: GradientCheck | DirectionCheck, iteration: int, program: Program, loss: str
) -> FindingLine:
    row = check_row(check)
    both = f"backprop {row.backprop}, complex step {row.complex_step}"
    if isinstance(check, DirectionCheck):
        mark = RIGHT if check.ok else WRONG
        return FindingLine(mark, row.name, f"{both}, relative error {row.error}")
    mark = _OF_GRADIENT[check.verdict]
    gradient = program.gradient_slot(check.slot)
    place, element = _place(program, gradient, iteration) if gradient is not None else ("", "")
    details = [f"central difference {row.central}"]
    found = f"{both}, relative error {row.error}"
    if mark is RIGHT:
        found = f"{row.backprop}, relative error {row.error}"
        details.insert(0, f"complex step {row.complex_step}")
    elif mark is UNSURE:
        found = f"{row.reason}: {found}"
    elif element in program.model.derivations:
        details.append("the session puts a formula of its own in the place of this derivative")
    if row.reason and mark is not UNSURE:
        details.append(row.reason)
    subject = f"d{loss}/d{row.name}"
    return FindingLine(mark, subject, found, place, element, tuple(details), parameter=check.slot)


def _named(check: GradientCheck) -> str:
    return f"the gradient of {with_greek(safe(check.name))}"


# All


def _gathered(
    lines: Sequence[FindingLine], mark: Mark, noun: str, words: str, most: int = 1
) -> list[FindingLine]:
    """One line for many; each by itself if there are no more than `most`."""
    if len(lines) <= most:
        return list(lines)
    first, _, rest = noun.partition(" ")
    subject = f"{len(lines):,} {first}s{f' {rest}' if rest else ''}"
    return [FindingLine(mark, subject, words, children=tuple(lines))]


def _gradient_count(checks: GradientChecks) -> str:
    count = len(checks.checks)
    if checks.is_sample:
        return f"a sample of {count:,} of {checks.total:,} gradients"
    return _counted(count, "gradient")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else ""
