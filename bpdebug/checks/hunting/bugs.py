"""What is planted in a run: where it is, and whether somebody who names it is right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.planting import unsealed
from bpdebug.checks.hunting.differences import Difference, differences, is_same
from bpdebug.checks.hunting.meaning import meant
from bpdebug.checks.hunting.places import Places, built, effects, ways
from bpdebug.checks.mistakes.alteration import Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.debugger.hunts import HuntError, Suspect, SuspectVerdict
from bpdebug.models.model import Model
from bpdebug.program.build import build
from bpdebug.program.formula import formula
from bpdebug.program.program import Program

_MOST_CHOICES = 4
_MOST_ORDERED = 2_000
_MOST_PLACES = 3


@dataclass(frozen=True, eq=False)
class Bug:
    """A planted mistake: what was made, the programs `right` without it and `wrong` with it, and
    the elements that are different, in the order of the run.
    """

    made: Made
    right: Program
    wrong: Program
    at: Mapping[str, Difference]

    @cached_property
    def first(self) -> Difference:
        """The first in the run of what is different; what is given comes before all."""

        def operation(each: Difference) -> int:
            slot = self.wrong.slot_named(each.element)
            written = 0 if slot is None else int(self.wrong.written_at[slot])
            return 0 if each.given else written or self.wrong.operations + 1

        # Statements come in the order of their first operations.
        return min(islice(self.at.values(), _MOST_ORDERED), key=operation)


class Bugs:
    """The mistakes that are planted in a run, and the judge of who looks for them.

    `model` gives the model without them; `texts` are the sealed mistakes, and `program` is what
    runs. Nothing is computed before it is asked for.
    """

    def __init__(self, model: Callable[[], Model], texts: Sequence[str], program: Program) -> None:
        self._model = model
        self._texts = tuple(texts)
        self.program = program

    @property
    def planted(self) -> int:
        """How many mistakes."""
        return len(self._texts)

    @cached_property
    def all(self) -> tuple[Bug, ...]:
        """Each of them, in the order in which they were planted."""
        found = []
        right = build(self._model())
        for number, text in enumerate(self._texts, start=1):
            made = unsealed(text, right)
            is_last = number == len(self._texts)
            wrong = self.program if is_last else build(made.alteration.made_in(right))
            found.append(Bug(made, right, wrong, differences(right, wrong)))
            right = wrong
        return tuple(found)

    @cached_property
    def places(self) -> Places:
        """Where mistakes could be made, which says nothing of where one is."""
        return Places(self.all[0].right)

    # Judging

    def judged(self, element: str, words: str, closed: Collection[int]) -> Suspect:
        """See `Judge`."""
        mistake = self._meant(element, words)
        name = "" if mistake is None else mistake.name
        there = [n for n in range(self.planted) if n not in closed]
        here = [n for n in there if element in self.all[n].at]
        if mistake is not None:
            for number in here:
                if self._is(number, mistake):
                    return Suspect(element, name, SuspectVerdict.RIGHT, number)
        if here:
            return Suspect(element, name, SuspectVerdict.PLACE)
        if mistake is not None and any(self._is(n, mistake) for n in there):
            return Suspect(element, name, SuspectVerdict.MISTAKE)
        return Suspect(element, name, SuspectVerdict.WRONG)

    def _meant(self, element: str, words: str) -> Mistake | None:
        if not words:
            return None
        found = meant(words, CATALOGUE)
        if len(found) > 1:
            found = [each for each in found if self.places.can_be(each, element)] or found
        if not found:
            raise HuntError(
                f"no mistake is known that {words!r:.60} describes; bpdebug plant --list names them"
            )
        if len(found) > 1:
            names = [each.name for each in found[:_MOST_CHOICES]]
            more = ", …" if len(found) > _MOST_CHOICES else ""
            raise HuntError(f"this may be {', '.join(names[:-1])} or {names[-1]}{more}; say which")
        (mistake,) = found
        if not self.places.can_be(mistake, element):
            some = self.places.some(mistake, _MOST_PLACES)
            where = f"; it could be made at {', '.join(some)}" if some else " nor anywhere here"
            raise HuntError(f"{mistake.name} cannot be made at {element}{where}")
        return mistake

    def _is(self, number: int, mistake: Mistake) -> bool:
        """Whether a mistake is the planted one, or may be made so that the run is the same."""
        bug = self.all[number]
        if mistake.name == bug.made.mistake.name:
            return True
        return any(_is_as(bug, each) for each in ways(mistake, bug.right))


def _is_as(bug: Bug, alteration: Alteration) -> bool:
    """Whether an alteration makes of the right program what is wrong in it."""
    if alteration.values:
        wrong = {name: each.given[1] for name, each in bug.at.items() if each.given}
        return len(wrong) == len(bug.at) and wrong == dict(alteration.values)
    if alteration.change is not None:
        if bug.made.alteration.change is None:
            return False
        other = built(alteration, bug.right)
        return other is not None and not differences(bug.wrong, other)
    found = effects(bug.right, alteration)
    if found is None or len(found) < len(bug.at) or not set(bug.at) <= set(found):
        return False
    for element, changed in found.items():
        difference = bug.at.get(element)
        if difference is not None:
            own = difference.wrong
        else:
            slot = bug.right.slot_named(element)
            assert slot is not None
            own = formula(bug.right, int(bug.right.written_at[slot]))
        if own is None or not is_same(changed.equation.value, own.equation.value):
            return False
    return True
