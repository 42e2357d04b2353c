"""Hunts in words: what a suspect is and why, and hints."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.checks.hunting.bugs import Bug, Bugs
from bpdebug.checks.hunting.differences import Difference
from bpdebug.checks.hunting.evidence import Evidence, evidence
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import MOST_CLUES, Suspect, SuspectVerdict
from bpdebug.debugger.view import View
from bpdebug.notation.printing import Form
from bpdebug.program.quantities import Kind
from bpdebug.text.formula.operation import done_text
from bpdebug.text.numbers import DIGITS
from bpdebug.text.numbers import number as figure
from bpdebug.text.run.hunt_score import goal_words, hunt_score_words

_MOST_NAMED = 4


def bugs_of(debugger: Debugger) -> Bugs | None:
    """What is planted in a debugger's run, None if nothing is."""
    return debugger.judge if isinstance(debugger.judge, Bugs) else None


def bar_words(debugger: Debugger) -> str:
    """The goal in few words; the last hint, once there is one to what is still to be found."""
    hunting = debugger.hunting
    bug, bugs = hunting.open_bug, bugs_of(debugger)
    if bug is not None and bugs is not None and hunting.clues:
        said = clue_words(bugs.all[bug], hunting.clues).rstrip(".")
        return f"{said[:1].lower()}{said[1:]}"
    return goal_words(debugger)


# Hints


def clue_lines(debugger: Debugger) -> list[str]:
    """The hints that were given, of each planted mistake."""
    bugs, hunt = bugs_of(debugger), debugger.document.hunt
    found = []
    for number, bug in enumerate(bugs.all if bugs is not None else ()):
        which = f"Mistake {number + 1}: " if len(bugs.all if bugs else ()) > 1 else ""
        given = min(hunt.hints.count(number), MOST_CLUES)
        found += [f"{which}{clue_words(bug, each)}" for each in range(1, given + 1)]
    return found


def clue_words(bug: Bug, number: int) -> str:
    """A hint, from 1 to `MOST_CLUES`."""
    first = bug.first
    slot = bug.wrong.slot_named(first.element)
    program = bug.wrong if slot is not None else bug.right
    slot = program.slot_named(first.element)
    assert slot is not None
    quantity, written = program.quantity_at(slot), int(program.written_at[slot])
    match number:
        case 1 if first.given:
            return "It is in what is given: no formula is wrong, a number is."
        case 1:
            return f"It is in the {program.statement(written).phase} phase."
        case 2:
            layer = f"layer {quantity.layer}" if quantity.layer else "the input"
            alone = quantity.kind is Kind.CONSTANT or quantity.name == program.model.loss
            where = "" if alone else f"{layer}, "
            return f"It is in {where}{quantity.name}."
        case 3:
            others = [name for name in bug.at if name != first.element]
            return f"It is in {_listed([first.element, *others])}."
        case _:
            made = bug.made
            return f"It is {made.mistake.name} ({made.alteration.where}): {made.mistake.sentence}."


# Verdicts


def verdict_words(suspect: Suspect) -> str:
    """A verdict in a sentence."""
    named = f"{suspect.element}, {suspect.mistake}" if suspect.mistake else suspect.element
    match suspect.verdict:
        case SuspectVerdict.RIGHT:
            return f"Found: {named}."
        case SuspectVerdict.PLACE if suspect.mistake:
            return f"The place is right, but the mistake is another one: {named}."
        case SuspectVerdict.PLACE:
            return f"The place is right: {named}. Now say what is wrong there."
        case SuspectVerdict.MISTAKE:
            return f"Such a mistake has been made, but not there: {named}."
    return f"The mistake is not there: {named}."


@dataclass(frozen=True, slots=True)
class _Written:
    """How formulas and numbers are written; without numbers if results are `covered`."""

    digits: int
    form: Form
    covered: bool

    def rule(self, view: View) -> list[str]:
        """The operation just executed: its rule, its numbers, its result."""
        text = done_text(view, self.digits, self.form)
        assert text is not None
        return text.lines(self.digits)[: 1 if self.covered else None]

    def number(self, value: float) -> str:
        """A value with its decimals."""
        return figure(value, self.digits)


def _is_covered(debugger: Debugger) -> bool:
    return debugger.cover is not None or debugger.predictions.on


class ToldVerdict(NamedTuple):
    """A verdict in words, with the evidence for it; `place` is where the operation of the suspect
    is, as `g` takes it, empty if none computes it.
    """

    lines: list[str]
    place: str


def told_verdict(
    debugger: Debugger, suspect: Suspect, digits: int = DIGITS, form: Form = "unicode"
) -> ToldVerdict:
    """What is said of a suspect; without numbers while results are covered."""
    written = _Written(digits, form, _is_covered(debugger))
    bugs = bugs_of(debugger)
    assert bugs is not None
    lines = [verdict_words(suspect), ""]
    found = evidence(bugs, suspect, debugger.iterations)
    if suspect.verdict is SuspectVerdict.RIGHT:
        assert suspect.bug is not None
        bug = bugs.all[suspect.bug]
        lines.append(_sentence(f"{bug.made.mistake.sentence} ({bug.made.alteration.where})."))
        lines += right_lines(bug, suspect.element, found, written)
        lines += ["", f"{_sentence(hunt_score_words(debugger.hunting.score))}."]
    elif written.covered:
        lines.append("Why is not told as long as results are covered.")
    elif suspect.verdict is SuspectVerdict.PLACE:
        lines += _another(suspect, found, written)
    else:
        lines += _not_here(found, written)
    place = f"it {found.iteration} {suspect.element}" if found.run is not None else ""
    return ToldVerdict(lines, place)


def told_lines(debugger: Debugger, digits: int = DIGITS, form: Form = "unicode") -> list[str]:
    """All that is planted, once it is found or told."""
    written = _Written(digits, form, _is_covered(debugger))
    bugs, hunt = bugs_of(debugger), debugger.document.hunt
    found = []
    for number, bug in enumerate(bugs.all if bugs is not None else ()):
        if bugs is not None and hunt.is_closed(number):
            name = bug.first.element
            shown = Suspect(name, bug.made.mistake.name, SuspectVerdict.RIGHT, number)
            seen = evidence(bugs, shown, debugger.iterations)
            found += [clue_words(bug, MOST_CLUES), *right_lines(bug, name, seen, written)]
    return found


def told_place(bug: Bug) -> str:
    """Where the first operation is at which something is wrong; empty if none is."""
    name = bug.first.element
    slot = bug.wrong.slot_named(name)
    return f"it 1 {name}" if slot is not None and bug.wrong.written_at[slot] else ""


def right_lines(bug: Bug, element: str, found: Evidence, written: _Written) -> Iterator[str]:
    """What was found: the formula as planted beside the right one, the numbers of both."""
    difference = bug.at[element]
    if difference.given is not None:
        right, wrong = difference.given
        yield f"Given is {element} = {written.number(wrong)}; right is {written.number(right)}."
    yield from _beside("as planted", found.run, difference, written)
    yield from _beside("right", found.meant, difference, written)
    if difference.reads_early:
        yield f"It reads {difference.reads_early}, which has its new value already."
    if found.run is None and difference.given is None:
        yield f"As planted, no operation computes {element}."
    if found.meant is None and difference.given is None:
        yield f"In the right run there is no operation for {element}."
    others = [name for name in bug.at if name != element]
    if others:
        yield f"The same mistake is in {_listed(others)}."
    numbers = not written.covered and not math.isnan(found.before) and not math.isnan(found.after)
    if numbers and found.is_off:
        before, after = written.number(found.before), written.number(found.after)
        yield f"In iteration {found.iteration} that makes {before} into {after}."


def _listed(names: list[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _beside(
    what: str, view: View | None, difference: Difference, written: _Written
) -> Iterator[str]:
    """A formula with its numbers; none for what is merely given."""
    if view is None or (difference.wrong is None and difference.given is not None):
        return
    yield f"{what}:"
    yield from (f"  {row}" for row in written.rule(view))


def _another(suspect: Suspect, found: Evidence, written: _Written) -> Iterator[str]:
    """What speaks against a mistake at the right place."""
    if found.run is not None:
        yield f"In iteration {found.iteration} the run has it so:"
        yield from (f"  {row}" for row in written.rule(found.run))
    if found.instead is not None and not math.isnan(found.after):
        if found.run is not None and not found.is_off:
            return
        there = written.number(found.after)
        yield (
            f"With right inputs, {suspect.mistake} would make it "
            f"{written.number(found.instead)}; it is {there}."
        )


def _not_here(found: Evidence, written: _Written) -> Iterator[str]:
    """Why nothing is wrong at a place itself."""
    if found.run is None:
        yield f"{found.element} is given, and it is the right number."
        return
    rows = written.rule(found.run)
    if found.is_off:
        when = f"iteration {found.iteration}"
        yield f"Its formula is right; what goes wrong comes before it ({when}):"
    else:
        yield f"It follows from its own inputs, and is right in iteration {found.iteration}:"
    yield from (f"  {row}" for row in rows)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
