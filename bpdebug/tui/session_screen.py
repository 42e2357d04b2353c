"""What the parts of the main screen share: the session, what is selected, how to speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, runtime_checkable

from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.gradients.remembered import RememberedChecks, is_cheap
from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.state import Move, finish
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.view import View
from bpdebug.session.session import Session
from bpdebug.text.marks import BOOKMARK, EDITED, sign
from bpdebug.text.numbers import DIGITS
from bpdebug.text.parameter_order import TableLook
from bpdebug.text.safe import safe
from bpdebug.tui.bars import Bar
from bpdebug.tui.breakpoint_marks import BreakpointMarks
from bpdebug.tui.garbage import Tidying
from bpdebug.tui.key_names import key_of
from bpdebug.tui.keymap import Keymap
from bpdebug.tui.lines import Span
from bpdebug.tui.picture import Picture
from bpdebug.tui.preferences import Preferences, Remembered
from bpdebug.tui.repaint import SparingScreen
from bpdebug.tui.runner import Runner

_HISTORY = 8
"""Iterations that a sparkline looks back."""

_SMALL = 20_000
"""Up to so many slots the last iterations are cheap enough to have at hand."""


@runtime_checkable
class Home(Protocol):
    """What an app keeps for all screens: the keys, and what is remembered of the screen."""

    keymap: Keymap
    remembered: Remembered


class SessionScreen(SparingScreen):
    """A screen on a session. Commands change the session and call `show`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.selected: str | None = None
        self.digits = DIGITS
        self.subscripts = self.preferences.subscripts
        self.mathematics = self.preferences.mathematics
        self.pinned: int | None = None
        self.table = TableLook()
        self.checked = RememberedChecks()
        self.runner: Runner[Stop] | None = None
        self._marks = BreakpointMarks()
        self._is_due = False
        self._tidying = Tidying()

    @property
    def home(self) -> Home:
        """What the app keeps for its screens."""
        assert isinstance(self.app, Home)
        return self.app

    @property
    def preferences(self) -> Preferences:
        """How the screen is liked."""
        return self.home.remembered.preferences

    def prefer(self, **changes: object) -> None:
        """Remember other preferences from now on."""
        self.home.remembered.change(**changes)

    def key_of(self, id: str) -> str:
        """The key of the command `id` here, as people write it; without one its place."""
        return key_of(self.home.keymap.commands, id) or "the palette"

    def show(self) -> None:
        """Draw everything as it stands when the frame before has been drawn.

        Keys that have come till then are carried out first: of what came of them, however
        many they are, the last state is drawn.
        """
        if not self._is_due:
            self._is_due = True
            self.when_drawn(self._draw_once)

    @property
    def is_due(self) -> bool:
        """Whether something has happened that is not drawn yet."""
        return self._is_due

    def _draw_once(self) -> None:
        self._is_due = False
        if self.is_attached:
            self.draw()
            self._tidying.later()

    def draw(self) -> None:
        """Draw everything as it stands now."""
        raise NotImplementedError

    def tell(self, text: str, look: str = "plain") -> None:
        """Put a sentence in the message line."""
        self.query_one("#message", Bar).put(Span(safe(text).replace("\n", "  "), look))

    def carry_out(self, move: Move, action: str = "") -> None:
        """Carry a move on to its end, record `action` if there is one, and show the result.

        Raises ActionError if it proves impossible at once.
        """
        raise NotImplementedError

    def take_up(self) -> None:
        """Go to where the session was left."""
        raise NotImplementedError

    def when_still(self, then: Callable[[], object]) -> None:
        """Do something at once, or after interrupting the run that is going."""
        raise NotImplementedError

    def perform(self, action: str) -> str | None:
        """Do an action of the session and show what comes of it; says why it cannot be done.

        What takes long is done in the background.
        """
        try:
            self.carry_out(self.session.begin(action), action)
        except ActionError as error:
            self.tell(str(error), "error")
            return str(error)
        return None

    def picture(self) -> Picture:
        """What is to be seen now."""
        debugger = self.session.debugger
        self._marks.update(debugger)
        return Picture(
            view=debugger.view,
            selected=self.selected,
            digits=self.digits,
            marks=self._marks.elements,
            operation_marks=self._marks.operations,
            run_marks=self._run_marks(),
            end=debugger.end.operation,
            pinned=self.pinned,
            history=self._history,
            at_end=debugger.position == debugger.end,
            mathematics=self.mathematics,
            has_history=self._is_small,
            table=self.table,
            checks=partial(self._checks, debugger.view),
        )

    def _run_marks(self) -> list[tuple[int, str]]:
        """The edits, bookmarks and iterations with breakpoints of this branch, with positions."""
        debugger = self.session.debugger
        length = debugger.program.operations
        marks = [(edit.operation, EDITED) for edit in debugger.here.edits]
        marks += [
            (each.position.operation, BOOKMARK)
            for each in debugger.document.bookmarks.values()
            if each.branch == debugger.branch
        ]
        for each in debugger.breakpoints.values():
            iteration = None if each.problem else debugger.trigger(each).iteration
            if iteration is not None and iteration <= debugger.iterations:
                marks.append(((iteration - 1) * length + 1, sign(each)))
        return marks

    @property
    def _is_small(self) -> bool:
        return len(self.session.debugger.program.start) <= _SMALL

    def _checks(self, view: View) -> Mapping[int, GradientCheck]:
        """The gradient checks of the iteration that a view is in: made at once where that takes
        no time, else those that have been asked for.
        """
        if self.runner is None and is_cheap(view.program):
            finish(self.checked.checking(view))
        return self.checked.by_slot(view)

    def _history(self, slot: int) -> list[float]:
        """The last values of a parameter, one an iteration."""
        debugger = self.session.debugger
        if self.runner is not None or not self._is_small:
            return []
        view = debugger.view
        first = max(0, view.iteration - _HISTORY)
        states = [float(debugger.history.state(n)[slot]) for n in range(first, view.iteration)]
        if 0 < debugger.program.written_at[slot] <= view.operation:
            states.append(view.value(slot))
        return states
