"""Teaching: others follow this screen in their browsers."""

from __future__ import annotations

from bpdebug.session.model.lesson import Lesson, LessonError, lesson
from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.picture import Picture


class Teaching(Mode):
    """Shows an audience, if there is one, whatever is drawn here."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._session = desk.session
        self._shown: Lesson | None = None
        self._told = ""

    @property
    def is_on(self) -> bool:
        """Whether anybody may follow."""
        return self.desk.home.seat.audience is not None

    def mounted(self) -> None:
        if self.is_on:
            self.desk.invites = False
            self.desk.screen.call_after_refresh(self.say)

    def say(self) -> None:
        """Where visitors come in, and how many there are."""
        audience = self.desk.home.seat.audience
        if audience is not None:
            count = audience.count
            they = "nobody follows" if not count else f"{count} follow{'s' if count == 1 else ''}"
            self.desk.tell(f"{they}; visitors open {audience.address}", "fresh")

    def draw(self, picture: Picture) -> None:
        desk, audience = self.desk, self.desk.home.seat.audience
        # While a run goes on there is nowhere to follow it to.
        if audience is None or desk.runner is not None:
            return
        if desk.session is self._session:
            seen = lesson(desk.home.seat.session, desk.selected, desk.debugger)
        else:
            seen = Lesson(session="")
        if seen == self._shown:
            return
        self._shown = seen
        try:
            audience.show(seen)
            self._told = ""
        except LessonError as error:
            # Once: it would hide what else is to be told.
            if str(error) != self._told:
                desk.tell(f"visitors stay where they are: {error}", "error")
            self._told = str(error)
