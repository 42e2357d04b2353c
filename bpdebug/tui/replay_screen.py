"""Replaying on the screen: the recorded actions are played, one by one or by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from bpdebug.debugger.state import Progress
from bpdebug.debugger.verbs import action_words
from bpdebug.session.divergence import find_divergence
from bpdebug.session.player import Player
from bpdebug.session.session import Session
from bpdebug.text.divergence import divergence_lines
from bpdebug.text.safe import safe
from bpdebug.tui.bars import Bar
from bpdebug.tui.lines import Span
from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.page_screen import PageScreen
from bpdebug.tui.prompts import Choice, Prompt, Question
from bpdebug.tui.run_commands import Errand

_PAUSE = 0.7
"""Seconds between two actions at the usual speed."""

_FIRST_LOOK = 2.0
"""Seconds to see where a recording begins before it plays."""

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

_PLAYS = ("pause", "play", "unplay", "speed", "jump", "play_to")


class ReplayScreen(MainScreen):
    """The main screen with somebody else's hands on the keys, until one does something oneself."""

    DEFAULT_CSS = "ReplayScreen #replay { background: $surface; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause or go on", show=False, priority=True),
        Binding("enter,right", "play", "one action on", show=False, priority=True),
        Binding("left,backspace", "unplay", "one action back", show=False, priority=True),
        Binding("plus", "speed(1)", "faster", show=False, priority=True),
        Binding("minus", "speed(-1)", "slower", show=False, priority=True),
        Binding("g", "jump", "to an action by its number", show=False, priority=True),
        Binding("home", "play_to(0)", "to the beginning", show=False, priority=True),
        Binding("end", "play_to(-1)", "to the last action", show=False, priority=True),
        # What these keys mean once the replay is left; a class would replace what it inherits.
        *MainScreen.BINDINGS,
    ]

    def __init__(self, session: Session, recorded: Sequence[str]) -> None:
        super().__init__(session)
        self._player = Player(session, recorded)
        self._recording = session.path
        self._replaying = True
        self._playing = True
        self._speed = _SPEEDS.index(1.0)
        self._timer: Timer | None = None
        self._asking = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Bar(id="replay")

    def on_mount(self) -> None:
        self.set_timer(_FIRST_LOOK, self._set_speed)
        self.call_after_refresh(self._say)

    def on_resize(self, event: object) -> None:
        self.call_after_refresh(self._say)

    def _offer(self) -> None:
        # No walkthrough: who watches a recording is led already, and Space pauses.
        return

    # Playing

    def _set_speed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(_PAUSE / _SPEEDS[self._speed], self._tick)

    def _tick(self) -> None:
        if self._replaying and self._playing and self.app.screen is self and not self.runner:
            self._play_to(self._player.played + 1)

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._playing = not self._playing and not self._player.is_over
        self._say()

    def action_play(self) -> None:
        """One action on."""
        self._by_hand(self._player.played + 1)

    def action_unplay(self) -> None:
        """One action back."""
        self._by_hand(self._player.played - 1)

    def action_play_to(self, number: int) -> None:
        """To the beginning (0) or to the end (-1)."""
        self._by_hand(self._player.total if number < 0 else number)

    def action_jump(self) -> None:
        """Ask for the number of an action."""
        hint = f"how many actions are to be done, from 0 to {self._player.total}"
        self.app.push_screen(Prompt("Go to action", hint, self._jump_to_action))

    def _jump_to_action(self, text: str) -> str | None:
        if not text.isdecimal() or len(text) > 9 or int(text) > self._player.total:
            return f"write a number from 0 to {self._player.total}"
        # Not before the prompt is gone: what comes may be a question.
        self.call_later(self._by_hand, int(text))
        return None

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        self._speed = min(len(_SPEEDS) - 1, max(0, self._speed + by))
        self._set_speed()
        self._say()

    def _by_hand(self, number: int) -> None:
        self._playing = False
        if self.runner is None:
            self._play_to(number)
        self._say()

    def _play_to(self, number: int) -> None:
        if not 0 <= number <= self._player.total or number == self._player.played:
            return
        # Never up to the end at once past what differs: whoever plays is asked there.
        if self._player.is_blocked(number) and self._player.played >= self._player.differs_after:
            self._ask()
            return
        self.carry_out(self._player.moving_to(number))
        self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _PLAYS and not self._replaying:
            return False
        return super().check_action(action, parameters)

    # What comes of it

    def _arrived(self, errand: Errand) -> None:
        super()._arrived(errand)
        if not self._replaying:
            self.query_one("#replay").display = False
        elif errand.actions:
            # What the recording has made is not the work of who goes on.
            self._document_in_file = errand.document
            self._go_on_by_oneself()
            self.show()
        else:
            self._played()

    def _played(self) -> None:
        player = self._player
        if player.problem is not None:
            self._playing = False
            self.tell(player.problem, "error")
        elif player.differing is not None and player.played == player.differs_after:
            self._ask()
        elif player.is_over:
            self._playing = False
            elsewhere = player.ends_elsewhere()
            if elsewhere is not None:
                self.tell(elsewhere, "error")
        self._say()

    def _interrupted(self, progress: Progress | None, errand: Errand) -> None:
        if errand.actions or not self._replaying:
            super()._interrupted(progress, errand)
            return
        self._playing = False
        self.show()
        self.tell("interrupted; the replay is paused")
        self._say()

    def do_interrupt(self) -> None:
        """Pause, the replay and what is going."""
        self._playing = False
        super().do_interrupt()
        self._say()

    # Values that differ

    def _ask(self) -> None:
        check = self._player.differing
        if check is None or self._asking:
            return
        self._playing, self._asking = False, True
        on = f" on branch {check.branch}" if check.branch != 1 else ""
        text = (
            f"The values differ from those recorded at position {check.operation}{on}.\n\n"
            "Trusting this machine drops the recorded digests and goes on; trusting the file "
            "stops here and keeps them."
        )
        choices = [
            Choice("t", "trust this machine"),
            Choice("f", "trust the file"),
            Choice("d", "details"),
        ]
        self.app.push_screen(Question("Replay", text, choices), self._settle)
        self._say()

    def _settle(self, key: str | None) -> None:
        self._asking = False
        if key == "t":
            self._player.trust_this_machine()
            self.tell("going on with the values of this machine")
        elif key == "d":
            found = find_divergence(self.session.debugger, self._player.checks)
            assert found is not None
            page = PageScreen("Where the values differ", [*divergence_lines(found)])
            self.app.push_screen(page, lambda _: self._ask())
        elif key == "f":
            self._player.trust_file()
            self.tell("the file is trusted: the replay stops here; saving keeps its digests")
        self._say()

    # Going on by oneself

    def perform(self, action: str) -> str | None:
        if self._replaying and self._playing:
            self._playing = False
            self._say()
            if self.app.screen is self:
                said = "the replay is paused now; the same key again goes on from here by yourself"
                self.tell(said)
                return said
        return super().perform(action)

    def _go_on_by_oneself(self) -> None:
        self._replaying = self._playing = False
        self._player.leave()
        self.query_one("#replay", Bar).put(
            Span(
                f"replay left after action {self._player.played} of {self._player.total}: "
                "from here on you go on yourself",
                "fresh",
            )
        )

    def open(self, session: Session) -> None:
        self._replaying = self._playing = False
        self.query_one("#replay").display = False
        super().open(session)

    def has_unsaved_work(self) -> bool:
        """Whether anything was done but what the recording does."""
        return not self._replaying and super().has_unsaved_work()

    def _needs_name(self) -> bool:
        # A recording is not replaced by a part of itself unasked.
        return self.session.path == self._recording or super()._needs_name()

    def _save_as(self, text: str) -> str | None:
        path = Path(text).expanduser()
        if text and path.exists() and path.resolve() == self._recording.resolve():
            self.call_later(self._ask_to_replace, path)
            return None
        return super()._save_as(text)

    # The line at the bottom

    def _say(self) -> None:
        if not self._replaying:
            return
        player = self._player
        head = f"replay {player.played}/{player.total}"
        if player.is_over:
            rest = f"  the recording is over ({player.total} actions); go on as you like"
            self.query_one("#replay", Bar).put(Span(head, "strong"), Span(rest, "fresh"))
            return
        state = "▶" if self._playing else "paused"
        speed = f"{_SPEEDS[self._speed]:g}×"
        words = f"next: {action_words(player.recorded[player.played])}"
        keys = "Space pauses" if self._playing else "Space goes on · Enter on · Left back · g jumps"
        self.query_one("#replay", Bar).put(
            Span(f"{head} {state} {speed}  ", "strong"),
            Span(safe(words), "fresh"),
            Span(f"  {keys}", "muted"),
        )
