"""Hunting: naming suspects, asking for hints and for the answer where a mistake is planted."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.hunts import (
    MOST_CLUES,
    MOST_LOOKED_AT,
    MOST_SUSPECTS,
    Hunt,
    HuntError,
    HuntScore,
    Judge,
)
from bpdebug.debugger.state import DebuggerState

_NOTHING_PLANTED = "no mistake is planted in this session"
_OVER = "there is nothing left to find"


class Hunting:
    """Looks for what is planted in a debugger's run."""

    def __init__(self, debugger: DebuggerState) -> None:
        self._debugger = debugger

    @property
    def hunt(self) -> Hunt:
        """What was named and asked for so far."""
        return self._debugger.document.hunt

    @property
    def is_on(self) -> bool:
        """Whether something is planted that is neither found nor told."""
        return self.open_bug is not None

    @property
    def open_bug(self) -> int | None:
        """The number of the first planted mistake that is neither found nor told."""
        judge = self._debugger.judge
        numbers = range(judge.planted if judge is not None else 0)
        return next((each for each in numbers if not self.hunt.is_closed(each)), None)

    @property
    def clues(self) -> int:
        """How many hints were given to that one."""
        bug = self.open_bug
        return 0 if bug is None else self.hunt.hints.count(bug)

    def suspect(self, text: str) -> None:
        """Name a suspect: an element, and behind it a mistake by its name or in words, or nothing.

        Raises HuntError, and counts nothing, if that cannot be judged.
        """
        judge, hunt = self._open_judge(), self.hunt
        name, _, words = text.strip().partition(" ")
        if not name:
            raise HuntError("name a quantity and what is wrong: suspect dE/dw7 wrong sign")
        try:
            program = self._debugger.program
            element = program.name(find_slot(program, name))
        except ConditionError as error:
            raise HuntError(str(error)) from error
        closed = {each for each in range(judge.planted) if hunt.is_closed(each)}
        suspect = judge.judged(element, words.strip(" :"), closed)
        if suspect in hunt.suspects:
            what = f": {suspect.mistake}" if suspect.mistake else ""
            raise HuntError(f"{element}{what} has been named already")
        looks = self._debugger.looks
        if len(hunt.suspects) >= MOST_SUSPECTS:
            raise HuntError(f"a session holds at most {MOST_SUSPECTS:,} suspects; undo removes one")
        what = f"suspect {element}{f': {suspect.mistake}' if suspect.mistake else ''}"
        self._put(what, replace(hunt, suspects=(*hunt.suspects, suspect)))
        self._debugger.looks = replace(looks, suspects=looks.suspects + 1)

    def hint(self) -> None:
        """Ask for a hint: the phase, the layer and the array, the quantity, then what it is."""
        self._open_judge()
        bug, looks = self.open_bug, self._debugger.looks
        assert bug is not None
        hunt = replace(self.hunt, hints=(*self.hunt.hints, bug))
        self._put(f"hint {hunt.hints.count(bug)} of {MOST_CLUES}", hunt)
        self._debugger.looks = replace(looks, hints=looks.hints + 1)

    def reveal(self) -> None:
        """Ask for the answer."""
        self._open_judge()
        self._put("the answer is revealed", replace(self.hunt, revealed=True))

    def _open_judge(self) -> Judge:
        judge = self._debugger.judge
        if judge is None:
            raise HuntError(_NOTHING_PLANTED)
        if not self.is_on:
            raise HuntError(_OVER)
        return judge

    def _put(self, what: str, hunt: Hunt) -> None:
        debugger = self._debugger
        debugger.change(what, replace(debugger.document, hunt=hunt))

    def came_to(self, operation: int) -> None:
        """Count an operation of an iteration as looked at, as long as something is to be found."""
        looks = self._debugger.looks
        room = len(looks.operations) < MOST_LOOKED_AT
        if operation and operation not in looks.operations and room and self.is_on:
            self._debugger.looks = replace(looks, operations=looks.operations | {operation})

    @property
    def score(self) -> HuntScore:
        """How far it has got, and what that has cost."""
        judge, hunt, looks = self._debugger.judge, self.hunt, self._debugger.looks
        planted = judge.planted if judge is not None else 0
        found = len([each for each in hunt.found if each < planted])
        closed = sum(1 for each in range(planted) if hunt.is_closed(each))
        return HuntScore(
            planted,
            found,
            closed - found,
            len(looks.operations) + looks.suspects,
            len(looks.operations),
            looks.suspects,
            looks.hints,
        )
