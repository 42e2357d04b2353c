"""Following: a visitor's screen shows what the teacher's shows, until it is let go."""

from __future__ import annotations

from bpdebug.debugger.state import Progress
from bpdebug.session.model.lesson import Lesson, LessonError, standing_of
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode
from bpdebug.tui.modes.walkthrough import Walkthrough

_OWN = ("answer",)
"""The actions that one may do while one follows: who answers looks nowhere else."""


class Following(Mode):
    """Goes where the teacher goes, in a copy of one's own.

    It is on from the beginning if there is a teacher. What has been heard last is done when
    nothing else is going on.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._session = desk.session
        self.is_on = self.is_possible
        self._heard: Lesson | None = None
        self._due = False
        self._goes = False
        if self.is_on:
            desk.invites = False

    @property
    def is_possible(self) -> bool:
        """Whether there is a teacher to follow."""
        return self.desk.home.seat.follows

    @property
    def is_anothers_work(self) -> bool:
        # What a visitor does is kept nowhere, and nobody is asked to keep it.
        return not self.desk.home.seat.has_files

    @property
    def note(self) -> str:
        """What the line above the panes says of it."""
        if not self.is_possible:
            return ""
        return " · following" if self.is_on else " · on your own"

    def turn(self) -> None:
        """Let go, or come back to where the teacher is."""
        self.is_on = not self.is_on
        desk = self.desk
        key = desk.key_of("follow")
        if not self.is_on:
            desk.tell(f"on your own: nobody sees what you do; {key} comes back to the teacher")
            desk.show()
            return
        if desk.session is not self._session:
            for mode in desk.modes:
                mode.closed()
            desk.mode(Walkthrough).came_from.clear()
            desk.put(self._session)
            self.is_on = True
        desk.tell(f"following the teacher; {key} lets go")
        desk.show()
        self._due = self._heard is not None
        self._go()

    def hear(self, lesson: Lesson) -> None:
        """Show what the teacher's screen shows, if this one follows."""
        self._heard, self._due = lesson, True
        self._go()

    def opened(self) -> None:
        # Whoever opens a copy looks at that.
        if self.desk.session is not self._session:
            self.is_on = False

    def refuses(self, action: str) -> str | None:
        if not self.is_on or action.split(" ")[0] in _OWN:
            return None
        told = f"you follow the teacher; {self.desk.key_of('follow')} lets go"
        self.desk.tell(told, "error")
        return told

    def arrived(self, errand: Errand) -> None:
        self._went()

    def interrupted(self, progress: Progress | None, errand: Errand) -> bool:
        if not self._goes:
            return False
        # Who stops on the way to the teacher wants something else.
        self._goes = self.is_on = False
        self.desk.tell(f"on your own; {self.desk.key_of('follow')} comes back to the teacher")
        self.desk.show()
        return True

    def _went(self) -> None:
        self._goes = False
        if self._due:
            self._go()

    def _go(self) -> None:
        """Go there now, or after what is going on."""
        desk, seen = self.desk, self._heard
        if not (self.is_on and self._due and seen is not None) or desk.runner is not None:
            return
        self._due = False
        if seen.session != desk.home.seat.session:
            desk.tell("the teacher has another session open, which this screen does not have")
            return
        try:
            there = standing_of(seen, desk.debugger)
        except LessonError as error:
            desk.tell(str(error), "error")
            return
        selected = seen.selected
        known = selected is None or desk.debugger.program.slot_named(selected) is not None
        desk.selected = selected if known else None
        self._goes = True
        desk.carry_out(desk.debugger.returning(there))
