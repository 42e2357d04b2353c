"""Hunting: where a mistake is planted, what is to be found and how is said in a line of its own."""

from __future__ import annotations

from bpdebug.text.run.hunt_score import goal_words, hunt_score_words
from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Span
from bpdebug.tui.panes.picture import Picture

_GAP = Span("  ")
_KEYS = (("suspect", "suspect"), ("hint", "hint"), ("checks", "check"))


class Hunting(Mode):
    """Keeps the goal and the keys in sight while a session with a mistake in it is open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def opened(self) -> None:
        if self.desk.invites and self.desk.debugger.hunting.is_on:
            # After what is said about the session that was opened.
            self.desk.screen.call_after_refresh(self._greet)

    def _greet(self) -> None:
        desk = self.desk
        if desk.runner is None and desk.debugger.hunting.is_on:
            what = goal_words(desk.debugger)
            how = f"Select a quantity; {desk.key_of('suspect')} says what is wrong there"
            desk.tell(f"{what[:1].upper()}{what[1:]}. {how}", "fresh")

    def draw(self, picture: Picture) -> None:
        debugger = self.desk.debugger
        screen = self.desk.screen
        is_new = debugger.judge is not None and not screen.has_class("-hunting")
        screen.set_class(debugger.judge is not None, "-hunting")
        if debugger.judge is None:
            return
        if is_new:
            # Only the next layout gives the line its width.
            screen.call_after_refresh(self.desk.show)
        bar = screen.query_one("#hunt", Bar)
        if not debugger.hunting.is_on:
            told = hunt_score_words(debugger.hunting.score)
            bar.put(Span("Find the bug: ", "strong"), Span(told, "fresh"))
            return
        # Loaded where something is planted only.
        from bpdebug.text.run.hunts import bar_words

        looks = debugger.hunting.score.looks
        spans = [Span(f"Find the bug: {looks} look{'s' * (looks != 1)}", "strong")]
        for id, word in _KEYS:
            spans += [_GAP, Span(self.desk.key_of(id), "fresh"), Span(f" {word}", "muted")]
        bar.put(*spans, _GAP, Span(bar_words(debugger)))
