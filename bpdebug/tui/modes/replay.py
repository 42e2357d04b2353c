"""Replaying on the screen: the recorded actions are played, one by one or by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer

from bpdebug.debugger.state import Progress
from bpdebug.debugger.verbs import action_words
from bpdebug.session.replay.divergence import find_divergence
from bpdebug.session.replay.player import Player
from bpdebug.text.run.divergence import divergence_lines
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Span
from bpdebug.tui.screens.prompts import Choice, Prompt, Question

PAUSE = 0.7
"""Seconds between two actions at the usual speed."""

_FIRST_LOOK = 2.0
"""Seconds to see where a recording begins before it plays."""

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Replay(Mode):
    """Somebody else's hands on the keys, until one does something oneself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "replay('pause')", "pause or resume", show=False, priority=True),
        Binding("enter,right", "replay('play')", "one action forward", show=False, priority=True),
        Binding("left,backspace", "replay('unplay')", "one action back", show=False, priority=True),
        Binding("plus", "replay('faster')", "faster", show=False, priority=True),
        Binding("minus", "replay('slower')", "slower", show=False, priority=True),
        Binding("g", "replay('jump')", "to an action by its number", show=False, priority=True),
        Binding("home", "replay('begin')", "to the beginning", show=False, priority=True),
        Binding("end", "replay('end')", "to the last action", show=False, priority=True),
    ]
    """What keys mean as long as it is on; they come before those of the commands."""

    def __init__(self, desk: Desk, recorded: Sequence[str]) -> None:
        self.desk = desk
        # Who watches a recording is led already, and Space pauses.
        desk.invites = False
        desk.unsaved.recording = desk.session.path
        self._player = Player(desk.session, recorded)
        self._is_on = True
        self._playing = True
        self._speed = _SPEEDS.index(1.0)
        self._timer: Timer | None = None
        self._asking = False
        self._keys: dict[str, Callable[[], object]] = {
            "pause": self._pause,
            "play": lambda: self._by_hand(self._player.played + 1),
            "unplay": lambda: self._by_hand(self._player.played - 1),
            "faster": lambda: self._change_speed(1),
            "slower": lambda: self._change_speed(-1),
            "jump": self._jump,
            "begin": lambda: self._by_hand(0),
            "end": lambda: self._by_hand(self._player.total),
        }

    def mounted(self) -> None:
        self.desk.screen.set_timer(_FIRST_LOOK, self._set_speed)
        self.desk.screen.call_after_refresh(self.say)

    def resized(self) -> None:
        self.say()

    def do(self, name: str) -> None:
        """Do what a key of the replay means."""
        self._keys[name]()

    def means(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return False if action == "replay" and not self._is_on else None

    @property
    def _bar(self) -> Bar:
        return self.desk.screen.query_one("#replay", Bar)

    # Playing

    def _set_speed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.desk.screen.set_interval(PAUSE / _SPEEDS[self._speed], self._tick)

    def _tick(self) -> None:
        if self._is_on and self._playing and self.desk.screen.is_current and not self.desk.runner:
            self._play_to(self._player.played + 1)

    def _pause(self) -> None:
        self._playing = not self._playing and not self._player.is_over
        self.say()

    def _jump(self) -> None:
        hint = f"how many actions are to be done, from 0 to {self._player.total}"
        self.desk.screen.app.push_screen(Prompt("Go to action", hint, self._jump_to_action))

    def _jump_to_action(self, text: str) -> str | None:
        if not text.isdecimal() or len(text) > 9 or int(text) > self._player.total:
            return f"write a number from 0 to {self._player.total}"
        # Not before the prompt is gone: what comes may be a question.
        self.desk.screen.call_later(self._by_hand, int(text))
        return None

    def _change_speed(self, by: int) -> None:
        self._speed = min(len(_SPEEDS) - 1, max(0, self._speed + by))
        self._set_speed()
        self.say()

    def _by_hand(self, number: int) -> None:
        self._playing = False
        if self.desk.runner is None:
            self._play_to(number)
        self.say()

    def _play_to(self, number: int) -> None:
        if not 0 <= number <= self._player.total or number == self._player.played:
            return
        # Never up to the end at once past what differs: whoever plays is asked there.
        if self._player.is_blocked(number) and self._player.played >= self._player.differs_after:
            self._ask()
            return
        self.desk.carry_out(self._player.moving_to(number))
        self.say()

    # What comes of it

    def arrived(self, errand: Errand) -> None:
        if not self._is_on:
            self._bar.display = False
        elif errand.actions:
            # What the recording has made is not the work of who goes on.
            self.desk.unsaved.written(errand.document)
            self._go_on_by_oneself()
            self.desk.show()
        else:
            self._played()

    def _played(self) -> None:
        player = self._player
        if player.problem is not None:
            self._playing = False
            self.desk.tell(player.problem, "error")
        elif player.differing is not None and player.played == player.differs_after:
            self._ask()
        elif player.is_over:
            self._playing = False
            elsewhere = player.ends_elsewhere()
            if elsewhere is not None:
                self.desk.tell(elsewhere, "error")
        self.say()

    def interrupted(self, progress: Progress | None, errand: Errand) -> bool:
        if errand.actions or not self._is_on:
            return False
        self._playing = False
        self.desk.show()
        self.desk.tell("interrupted; the replay is paused")
        self.say()
        return True

    def escape(self) -> bool:
        """Pause; what else Esc ends, it ends as well."""
        self._playing = False
        self.say()
        return False

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
        self.desk.screen.app.push_screen(Question("Replay", text, choices), self._settle)
        self.say()

    def _settle(self, key: str | None) -> None:
        from bpdebug.tui.screens.page_screen import PageScreen

        self._asking = False
        if key == "t":
            self._player.trust_this_machine()
            self.desk.tell("going on with the values of this machine")
        elif key == "d":
            found = find_divergence(self.desk.debugger, self._player.checks)
            assert found is not None
            page = PageScreen("Where the values differ", [*divergence_lines(found)])
            self.desk.screen.app.push_screen(page, lambda _: self._ask())
        elif key == "f":
            self._player.trust_file()
            self.desk.tell("the file is trusted: the replay stops here; saving keeps its digests")
        self.say()

    # Going on by oneself

    def refuses(self, action: str) -> str | None:
        """The first key only pauses it."""
        if not self._is_on or not self._playing:
            return None
        self._playing = False
        self.say()
        screen = self.desk.screen
        if screen.app.screen is not screen:
            return None
        said = "the replay is paused now; the same key again leaves the replay here"
        self.desk.tell(said)
        return said

    def _go_on_by_oneself(self) -> None:
        self._is_on = self._playing = False
        self._player.leave()
        self._bar.put(
            Span(
                f"replay left after action {self._player.played} of {self._player.total}: "
                "from here you are on your own",
                "fresh",
            )
        )

    def closed(self) -> None:
        """It is over."""
        self._is_on = self._playing = False
        self._bar.display = False

    @property
    def is_anothers_work(self) -> bool:
        return self._is_on

    # The line at the bottom

    def say(self) -> None:
        """Say in the line at the bottom how it stands."""
        if not self._is_on:
            return
        player = self._player
        head = f"replay {player.played}/{player.total}"
        if player.is_over:
            rest = f"  the recording is over ({player.total} actions); continue as you like"
            self._bar.put(Span(head, "strong"), Span(rest, "fresh"))
            return
        state = "▶" if self._playing else "paused"
        speed = f"{_SPEEDS[self._speed]:g}×"
        words = f"next: {action_words(player.recorded[player.played])}"
        keys = (
            "Space pauses"
            if self._playing
            else "Space resumes · Enter forward · Left back · g jumps"
        )
        self._bar.put(
            Span(f"{head} {state} {speed}  ", "strong"),
            Span(safe(words), "fresh"),
            Span(f"  {keys}", "muted"),
        )
