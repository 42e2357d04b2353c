"""Findings about figures: which are wrong, and what may be the cause."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, first_wrong
from bpdebug.checks.report import Against
from bpdebug.program.program import Program
from bpdebug.text.findings.diagnosis import (
    MOST_CAUSES,
    cause_lines,
    cause_text,
    diagnosis_lines,
    evidence,
)
from bpdebug.text.findings.lines import (
    ASSUMED,
    CAUSE,
    DIFFERS,
    FOLLOWS,
    MOST_ALONE,
    PERHAPS,
    PLANTED,
    RIGHT,
    ROUNDING,
    UNSURE,
    WRONG,
    FindingLine,
    FindingMark,
    gathered,
    parameter_of,
    place_of,
)
from bpdebug.text.findings.printed import figure_row
from bpdebug.text.safe import safe

_OF_FIGURE = {
    FigureVerdict.AGREEMENT: RIGHT,
    FigureVerdict.ROUNDING: ROUNDING,
    FigureVerdict.FOLLOWS: FOLLOWS,
    FigureVerdict.DISAGREEMENT: WRONG,
}


# Causes


def cause(against: Against, program: Program) -> Iterator[FindingLine]:
    """What may be the cause, if a figure is wrong."""
    diagnosis = against.diagnosis
    if diagnosis is None:
        return
    first = first_wrong(against.comparisons)
    place, element = _where(program, first) if first else ("", "")
    if not diagnosis.causes:
        head, *rest = map(safe, diagnosis_lines(diagnosis, against.comparisons))
        yield FindingLine(UNSURE, "no cause known", head, place, element, tuple(rest))
        return
    cause, *less_likely = diagnosis.causes
    names = " and ".join(made.mistake.name for made in cause.made)
    where = " and ".join(made.alteration.where for made in cause.made)
    details = list(cause_lines(cause))
    details += [f"or: {cause_text(each)}" for each in less_likely[: MOST_CAUSES - 1]]
    if len(diagnosis.causes) > MOST_CAUSES:
        details.append(f"… and {len(diagnosis.causes) - MOST_CAUSES} more causes that fit")
    name = against.source.name
    of = f"{name}: " if name else ""
    details.append(of + evidence(diagnosis, against.comparisons))
    mark = PERHAPS if diagnosis.is_weak else CAUSE
    yield FindingLine(mark, names, safe(where), place, element, tuple(map(safe, details)))


# Figures


def figures(against: Against, program: Program) -> list[FindingLine]:
    """What each figure is: a line for each that is wrong, one for all of another kind."""
    by_mark: dict[FindingMark, list[FindingLine]] = {}
    for compared in against.comparisons:
        line = _figure(compared, program, against.source.explains)
        by_mark.setdefault(line.mark, []).append(line)
    name = against.source.name
    of = f" of {safe(name)}" if name else ""
    worst = WRONG if against.source.explains else DIFFERS
    wrong = by_mark.pop(worst, [])
    found = wrong[:MOST_ALONE]
    found += gathered(wrong[MOST_ALONE:], worst, f"figure{of}", "disagree, too")
    for mark, words in _WORDS.items():
        found += gathered(by_mark.get(mark, []), mark, f"figure{of}", words)
    for note in against.source.notes:
        # A sentence begins with what it is about: `dW1, dW2: read as …`.
        subject, colon, words = note.rpartition(": ")
        found.append(FindingLine(ASSUMED, safe(subject) if colon else "figures", safe(words)))
    return found


_WORDS = {
    FOLLOWS: "follow from wrong ones",
    ROUNDING: "are off by rounding on the way",
    RIGHT: "agree to all their digits",
}


def _figure(compared: FigureComparison, program: Program, explains: bool) -> FindingLine:
    row = figure_row(compared)
    place, element = _where(program, compared)
    note = f"; {row.note}" if row.note else ""
    details = [safe(compared.figure.source)]
    if place:
        slot = program.slot_named(compared.figure.name)
        operation = 0 if slot is None else program.written_at[slot]
        details[0] += f"; operation {operation} of iteration {compared.figure.iteration}"
    mark, found = _OF_FIGURE[compared.verdict], f"it is {row.value}{note}"
    if not explains and comes_out_otherwise(compared):
        mark, found = DIFFERS, f"comes out as {row.value}"
    return FindingLine(
        mark,
        figure_text(compared),
        found,
        place,
        element,
        tuple(details),
        parameter=parameter_of(program, compared.figure.name),
        figure=compared.figure,
    )


def comes_out_otherwise(compared: FigureComparison) -> bool:
    """Whether a figure that is right is not what the run gives."""
    return compared.verdict in (FigureVerdict.DISAGREEMENT, FigureVerdict.FOLLOWS)


def figure_text(compared: FigureComparison) -> str:
    """`E = 0.291 @ 2`: the iteration behind the figure, as it is typed."""
    row = figure_row(compared)
    name, at, when = row.name.partition(" @ ")
    return f"{name} = {row.figure}{at}{when}"


def _where(program: Program, compared: FigureComparison) -> tuple[str, str]:
    """Where the element of a figure is computed, and its name."""
    return place_of(program, compared.figure.name, compared.figure.iteration)


def planted_line(made: Made) -> FindingLine:
    """What was planted, once it is revealed."""
    return FindingLine(
        PLANTED, made.mistake.name, safe(made.alteration.where), details=(made.mistake.sentence,)
    )
