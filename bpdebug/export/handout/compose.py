"""From a session and a stretch of its run to the document model of a handout."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple, TypeAlias, TypeVar

from bpdebug.debugger.action_words import count_words
from bpdebug.debugger.conditions import find_slot
from bpdebug.debugger.covering import HINTS_FOR_NUMBERS, HINTS_FOR_RULE, Cover
from bpdebug.debugger.curves import Curve, Series, sample
from bpdebug.debugger.history import History
from bpdebug.debugger.state import PositionError, Progress
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.stops import Stop as StopReached
from bpdebug.debugger.view import Position, View
from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import covers_of, find_stop, parts_of
from bpdebug.export.given import given_numbers
from bpdebug.export.handout.document import Given, Handout, Operation, Part, Results, Section, Stop
from bpdebug.export.handout.stretch import Stretch, Walk
from bpdebug.export.written_out import HEADINGS, ExportError, model_equations, told_of
from bpdebug.program.formula import Formula
from bpdebug.program.program import Phase
from bpdebug.session.session import Session
from bpdebug.text.formula.worked import done_worked
from bpdebug.text.numbers import DIGITS
from bpdebug.text.run.status import value_text
from bpdebug.text.words.in_words import done_in_words

MOST_EQUATIONS = 200
"""Of a model with more equations only the first are written."""

_MOST_COLUMNS = 300
MOST_FOR_CURVE = 4_000_000
"""Operations that are computed for the curve at most: of a longer run it has the first part."""


_Result = TypeVar("_Result")
Composing: TypeAlias = Generator[Progress, None, _Result]
"""Work that yields how far it has got."""


def composing(
    session: Session,
    stretch: Stretch | Walk,
    results: Results = Results.AS_COVERED,
    digits: int = DIGITS,
    label: str = "",
) -> Composing[Handout]:
    """The document of a stretch, as work that yields its progress: a long run has to be computed
    first. Changes nothing in the session.

    Raises ExportError for a walkthrough where there is none, or whose stops are not to be found.
    """
    writer = _Writer(session, results, digits)
    if isinstance(stretch, Walk):
        return (yield from writer.walk(label))
    return (yield from writer.stretch(stretch, label))


class _Place(NamedTuple):
    """A position, and the history of the branch that it is on."""

    history: History
    branch: int
    position: Position


class _Writer:
    def __init__(self, session: Session, results: Results, digits: int) -> None:
        self._session = session
        self._debugger = session.debugger
        self._program = session.debugger.program
        self._results = results
        self._digits = digits
        self._covers: dict[int, tuple[Cover, ...]] = {}
        self._blank: dict[int, Cover] = {}

    # A stretch

    def stretch(self, stretch: Stretch, label: str) -> Composing[Handout]:
        length = self._program.operations
        numbers = range(stretch.first, stretch.last + 1)
        if self._results is Results.BLANK:
            for number in numbers:
                slot = self._program.slot((number - 1) % length + 1)
                self._blank[number] = Cover(number, slot, HINTS_FOR_RULE)
        yield from self._computing(self._at(stretch.last))
        here: list[Operation] = []
        for number in numbers:
            here.append(self._operation(self._at(number)))
            yield Progress(here[-1].iteration, len(here), len(numbers))
        first, last = here[0], here[-1]
        several = first.iteration != last.iteration
        sections = []
        for (iteration, phase), parts in groupby(here, lambda each: (each.iteration, each.phase)):
            of = f"Iteration {iteration}: " if several else ""
            heading = f"{of}{HEADINGS[phase].lower() if several else HEADINGS[phase]}"
            sections.append(Section(heading, tuple(parts)))
        extent = self._extent(first, last)
        return (yield from self._document(label, extent, first.position - 1, sections))

    def _extent(self, first: Operation, last: Operation) -> str:
        """Which operations these are: `Operations 1 to 41 of iteration 1`."""
        length = self._program.operations
        start, end = ((each.position - 1) % length + 1 for each in (first, last))
        if first.iteration != last.iteration:
            return (
                f"From operation {start} of iteration {first.iteration} to operation {end} of "
                f"iteration {last.iteration}"
            )
        which = f"Operations {start} to {end}" if start != end else f"Operation {start}"
        return f"{which} of iteration {first.iteration}"

    # A walkthrough

    def walk(self, label: str) -> Composing[Handout]:
        stops = self._debugger.document.walkthrough
        if not stops:
            raise ExportError("this session has no walkthrough; leave out --walkthrough")
        places = [self._find(stop) for stop in stops]
        if self._results is Results.BLANK:
            for stop, place in zip(stops, places, strict=True):
                number = place.position.operation
                if stop.predict and number:
                    slot = self._program.slot((number - 1) % self._program.operations + 1)
                    self._blank[number] = Cover(number, slot, HINTS_FOR_RULE)
        for place in places:
            yield from self._computing(place)
        parts: list[Part] = []
        shown: set[tuple[int, Position]] = set()
        for stop, place in zip(stops, places, strict=True):
            is_new = (place.branch, place.position) not in shown
            shown.add((place.branch, place.position))
            parts.append(self._stop(stop, place, is_new))
        first = places[0].position.operation
        start = first - first % self._program.operations
        extent = f"A walkthrough of {count_words(len(stops), 'stop')}"
        sections = [Section("Stops", tuple(parts))]
        return (yield from self._document(label, extent, start, sections))

    def _find(self, stop: WalkStop) -> _Place:
        try:
            branch, position = find_stop(self._debugger, stop.where)
            self._debugger.check(position)
        except PositionError as error:
            raise ExportError(f"the stop {stop.title!r}: {error}") from error
        history = self._debugger.history
        if branch != self._debugger.branch:
            history = history.with_edits(self._debugger.branch_numbered(branch).edits)
        return _Place(history, branch, position)

    def _stop(self, stop: WalkStop, place: _Place, is_new: bool) -> Stop:
        view = self._view(place)
        question, answer = "", None
        if stop.ask and stop.answer:
            question = self._said(stop.ask, view)
            if self._results is not Results.BLANK:
                answer = self._said(stop.answer, view)
        done = is_new and place.position.operation > 0 and not place.position.arithmetic
        operation = self._operation(place) if done else None
        return Stop(stop.title, self._said(stop.text, view), question, answer, operation)

    def _said(self, text: str, view: View) -> str:
        """A text with its values as they are at the stop."""
        return "".join(
            part if isinstance(part, str) else value_text(part.value(view), self._digits)
            for part in parts_of(text, self._program)
        )

    # What both have

    def _computing(self, place: _Place) -> Composing[None]:
        """Compute all that is to be seen at a place."""
        stop = StopReached(Reason.GO_TO, place.position)
        yield from self._debugger.approach(stop, place.history)

    def _at(self, operation: int) -> _Place:
        return _Place(self._debugger.history, self._debugger.branch, Position(operation))

    def _view(self, place: _Place) -> View:
        """What is to be seen at a place in this handout."""
        view = place.history.view(place.position)
        if self._results is Results.SOLUTION:
            return view
        covers = {each.operation: each for each in self._covered(place.branch, view.iteration)}
        last = place.position.operation
        first = last - self._program.operations
        covers |= {n: each for n, each in self._blank.items() if first < n <= last}
        return view.covered(covers.values())

    def _covered(self, branch: int, iteration: int) -> Sequence[Cover]:
        """What the session covers in an iteration and in the one before."""
        if branch != self._debugger.branch:
            return ()
        found: list[Cover] = []
        for number in range(max(1, iteration - 1), iteration + 1):
            if number not in self._covers:
                covers = covers_of(self._debugger, number)
                if self._results is Results.BLANK:
                    # On a sheet the rule is part of the question.
                    covers = tuple(
                        replace(each, hints=max(each.hints, HINTS_FOR_RULE)) for each in covers
                    )
                self._covers[number] = covers
            found += self._covers[number]
        return found

    def _operation(self, place: _Place) -> Operation:
        view = self._view(place)
        done = view.done
        worked, words = done_worked(view, self._digits), done_in_words(view, self._digits)
        assert done is not None
        assert worked is not None
        assert words is not None
        return Operation(
            place.position.operation,
            view.iteration,
            self._program.statement(view.operation).phase,
            self._program.name(done.slot),
            worked,
            words.sentence,
            view,
            view.hides(done.slot, HINTS_FOR_NUMBERS + 1),
            view.edited(done.slot),
        )

    def _document(
        self, label: str, extent: str, before: int, sections: Sequence[Section]
    ) -> Composing[Handout]:
        """A document whose operations begin after this many."""
        network = self._view(self._at(self._drawn_at(before, sections)))
        return Handout(
            title=self._session.title,
            label=label,
            paragraphs=tuple(self._paragraphs(extent)),
            equations=tuple(model_equations(self._program)[:MOST_EQUATIONS]),
            given=tuple(self._given(before, sections)),
            sections=tuple(sections),
            network=network,
            curve=(yield from self._sampling()),
            results=self._results,
            digits=self._digits,
        )

    def _drawn_at(self, before: int, sections: Sequence[Section]) -> int:
        """Where the drawing stands: with all results, or their blanks, before parameters change."""
        operations = [part for each in sections for part in each.parts]
        found = before
        for each in operations:
            if not isinstance(each, Operation) or each.phase is Phase.UPDATE:
                break
            found = each.position
        return found

    def _paragraphs(self, extent: str) -> Iterator[str]:
        # Notes may say results, as those of the blog do.
        yield from told_of(self._session, self._results is not Results.BLANK)
        yield f"{extent}, {self._session.part.optimizer.method}."

    def _given(self, before: int, sections: Sequence[Section]) -> Iterator[Given]:
        """What there is when the stretch begins, after this many operations."""
        length = self._program.operations
        view = self._view(self._at(before))
        for heading, values, left_out in given_numbers(view, before // length + 1):
            yield Given(heading, tuple(values), left_out)
        done = before % length
        if not done:
            return
        written, found = set[int](), dict[str, float]()
        for section in sections:
            for part in section.parts:
                if isinstance(part, Operation) and part.position - before <= length:
                    formula = self._formula(part)
                    for slot in formula.operands.values():
                        if not isinstance(slot, int) or slot in written:
                            continue
                        if 0 < self._program.written_at[slot] <= done:
                            found[self._program.name(slot)] = view.value(slot)
                    written.add(formula.slot)
        if found:
            yield Given("Computed before", tuple(found.items()))

    def _formula(self, operation: Operation) -> Formula:
        found = self._debugger.history.view(Position(operation.position)).done
        assert found is not None
        return found

    def _sampling(self) -> Composing[Curve | None]:
        """The loss over the iterations, None where there are fewer than two."""
        loss, history = self._program.model.loss, self._debugger.history
        last = min(self._debugger.iterations, MOST_FOR_CURVE // self._program.operations)
        if self._results is Results.BLANK or last < 2:
            return None
        slot = find_slot(self._program, loss)

        def read(iteration: int) -> float | None:
            """What is covered here is as if it were not known."""
            if any(each.slot == slot for each in self._covers.get(iteration, ())):
                return None
            return float(history.state(iteration)[slot])

        (curve,) = yield from sample([Series(loss, read)], 1, last, _MOST_COLUMNS)
        return curve
