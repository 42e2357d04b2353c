"""What a diagnosis says: the causes, the evidence, and how far the numbers can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpdebug.checks.diagnosis.causes import Cause, Diagnosis, Made
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, first_wrong
from bpdebug.checks.report import Against
from bpdebug.program.program import Program
from bpdebug.text.findings.looks import look_lines
from bpdebug.text.findings.told import (
    CAUSE,
    PERHAPS,
    PLANTED,
    UNSURE,
    Part,
    ToldFinding,
    place_of,
)
from bpdebug.text.safe import safe

MOST_CAUSES = 5
_MOST_ALSO = 3

_MOST_SPOILED = 6


def cause_and_evidence(
    diagnosis: Diagnosis, comparisons: Sequence[FigureComparison]
) -> Iterator[str]:
    """The causes, or what is known without any."""
    if not diagnosis.causes:
        yield from _nothing(diagnosis, comparisons)
        yield from precision_lines(diagnosis)
        return
    for number, cause in enumerate(diagnosis.causes[:MOST_CAUSES], start=1):
        yield f"{number}. {cause_text(cause)}"
        yield from (f"   {line}" for line in cause_lines(cause))
    yield from left_out(diagnosis)
    yield evidence(diagnosis, comparisons)
    yield from precision_lines(diagnosis)


def precision_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """How near figures have to come, where their digits do not say it."""
    if diagnosis.precision:
        why = ": as exact as those that agree"
        if not diagnosis.is_as_right:
            why = ", for rounding errors can be as large"
        yield f"figures are taken to be right to {diagnosis.precision:.0e}{why}"


def left_out(diagnosis: Diagnosis) -> Iterator[str]:
    """How many causes there are behind the first, if there are more."""
    if len(diagnosis.causes) > MOST_CAUSES:
        more = len(diagnosis.causes) - MOST_CAUSES
        yield f"… and {more} more cause{'s that fit' if more > 1 else ' that fits'}"


def cause_text(cause: Cause) -> str:
    """A cause on one line."""
    return _made_text(cause.made)


def cause_lines(cause: Cause) -> Iterator[str]:
    """What a cause means, what speaks against it, and what cannot be told from it."""
    yield from (made.mistake.sentence for made in cause.made)
    if cause.spoiled:
        yield f"but {_spoiled(cause.spoiled)} as printed would not come out so"
    for also in cause.also[:_MOST_ALSO]:
        yield f"the same numbers: {_made_text(also)}"
    if len(cause.also) > _MOST_ALSO:
        more = len(cause.also) - _MOST_ALSO
        yield f"… and {more} more way{'s' if more > 1 else ''} to the same numbers"


def made_text(made: Made) -> str:
    """A mistake with its place: `missing paths (dE/db1: E → o2 → h1 → b1)`."""
    return f"{made.mistake.name} ({made.alteration.where})"


def _made_text(made: Sequence[Made]) -> str:
    return " and ".join(map(made_text, made))


def evidence(diagnosis: Diagnosis, comparisons: Sequence[FigureComparison]) -> str:
    """What speaks for the causes, and how much."""
    total = len(comparisons)
    what = "the figure" if total == 1 else f"all {total} figures"
    if diagnosis.causes[0].spoiled:
        what = (
            "the wrong figure" if diagnosis.wrong == 1 else f"all {diagnosis.wrong} wrong figures"
        )
    elif diagnosis.wrong < total:
        what += f", the {'one' if diagnosis.wrong == 1 else diagnosis.wrong} that"
        what += " is wrong" if diagnosis.wrong == 1 else " are wrong"
        what += " among them"
    how = "as printed"
    if diagnosis.causes[0].rounded:
        how = "if every number is rounded before it is used"
    text = f"gives {what}, {how}; {_tried(diagnosis)}"
    if diagnosis.untried:
        text += f"; of {diagnosis.untried} late ones it was not tried"
    count = round(diagnosis.by_chance)
    if len(diagnosis.causes) > 1:
        text += f"; weak: {len(diagnosis.causes)} causes fit"
    elif diagnosis.is_weak:
        many = f"about {count} would fit by chance" if count else "it may be chance"
        text += f"; weak: with so few digits {many}"
    return text


def _spoiled(names: Sequence[str]) -> str:
    named = ", ".join(names[:_MOST_SPOILED])
    return named if len(names) <= _MOST_SPOILED else f"{named}, … ({len(names)} figures)"


def _tried(diagnosis: Diagnosis) -> str:
    pairs = diagnosis.pairs or 0
    text = f"tried {diagnosis.tried - pairs:,} slips"
    if pairs:
        text += f", and {pairs:,} more after another one"
    elif diagnosis.pairs is None and not diagnosis.ended:
        text += "; for several at once there are too few digits"
    if diagnosis.ended:
        text += ", not all of them: the search was stopped"
    if diagnosis.since > 1:
        text += f", made from iteration {diagnosis.since} on"
    return text


def _nothing(diagnosis: Diagnosis, comparisons: Sequence[FigureComparison]) -> Iterator[str]:
    if diagnosis.searching:
        yield "searching for a slip that gives these numbers"
    elif diagnosis.mistyped and diagnosis.slip is None:
        yield f"perhaps it is mistyped: with {diagnosis.mistyped} it would be right"
    elif diagnosis.tried or diagnosis.ended:
        what = "so far no slip" if diagnosis.ended else "no known slip"
        yield f"{what} gives these numbers; {_tried(diagnosis)}"
    else:
        yield "causes are not searched for: these iterations cannot be repeated as they were"
    if diagnosis.slip is not None:
        figure = diagnosis.slip.figure
        yield (
            f"all {diagnosis.wrong} wrong figures follow from {figure.name} = {figure.text}: "
            f"something went wrong in that one operation"
        )
        if diagnosis.mistyped:
            yield f"perhaps it was copied wrongly: with {diagnosis.mistyped} it would be right"
    first = first_wrong(comparisons)
    if first is not None:
        good = [c for c in comparisons if c.operation < first.operation]
        trusted = sum(c.verdict is not FigureVerdict.DISAGREEMENT for c in good)
        if trusted:
            what = "the figure" if trusted == 1 else f"the {trusted} figures"
            yield f"{what} before {first.figure.name} can be trusted"
        yield f"nothing that is computed from {first.figure.name} = {first.figure.text} can be"


@dataclass(frozen=True, slots=True)
class CausesPart(Part):
    """What may have gone wrong where the figures of a source are wrong."""

    against: Against
    diagnosis: Diagnosis
    program: Program
    is_one_of_many: bool

    @property
    def heading(self) -> str:
        return f"Diagnosis of {self.against.source.name}" if self.is_one_of_many else "Diagnosis"

    def printed(self, width: int) -> Iterator[str]:
        return cause_and_evidence(self.diagnosis, self.against.comparisons)

    def findings(self) -> Iterator[ToldFinding]:
        first = first_wrong(self.against.comparisons)
        place = element = ""
        if first is not None:
            place, element = place_of(self.program, first.figure.name, first.figure.iteration)
        if not self.diagnosis.causes:
            told = cause_and_evidence(self.diagnosis, self.against.comparisons)
            head, *rest = map(safe, (*told, *look_lines(self.diagnosis.looks)))
            yield ToldFinding(UNSURE, "no cause known", head, place, element, tuple(rest))
            return
        cause, *less_likely = self.diagnosis.causes[:MOST_CAUSES]
        details = [*cause_lines(cause), *look_lines(self.diagnosis.looks)]
        details += [f"or: {cause_text(each)}" for each in less_likely]
        details += left_out(self.diagnosis)
        name = self.against.source.name
        of = f"{name}: " if name else ""
        details.append(of + evidence(self.diagnosis, self.against.comparisons))
        details += precision_lines(self.diagnosis)
        yield ToldFinding(
            PERHAPS if self.diagnosis.is_weak else CAUSE,
            " and ".join(made.mistake.name for made in cause.made),
            safe(" and ".join(made.alteration.where for made in cause.made)),
            place,
            element,
            tuple(map(safe, details)),
        )


def planted(made: Made) -> ToldFinding:
    """What was planted, once it is revealed."""
    sentence = (made.mistake.sentence,)
    return ToldFinding(PLANTED, made.mistake.name, safe(made.alteration.where), details=sentence)
