"""What Esc does, whatever is on: every combination, pressed until nothing is left to end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import compress, product

import pytest
from textual import events

from bpdebug.debugger.state import Move, Progress
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.tour_box import TourBox

from .driving import Driven, opened
from .frames import check_golden


def forever() -> Move:
    """A move that comes to no end."""
    while True:
        time.sleep(0.002)
        yield Progress(iteration=1, done=0, total=1)


def combinations(*names: str) -> Iterator[tuple[str, ...]]:
    for chosen in product((False, True), repeat=len(names)):
        yield tuple(compress(names, chosen))


def line_of(driven: Driven, id: str) -> str:
    bar = driven.screen.query_one(id, Bar)
    return "".join(span.text for span in bar.line_at(0).spans)


class Table:
    """Puts the screen into states, presses Esc, and notes what is on after each."""

    def __init__(self, driven: Driven) -> None:
        self.driven = driven
        self.rows: list[str] = []

    async def settle(self) -> None:
        """Until nothing is left to be done; a run, which never comes to that, goes on."""
        pause = self.driven.pilot.pause
        await (pause() if self.driven.desk.runner is None else pause(0.05))
        await self.driven.wait_for(lambda: not self.driven.screen.is_due)

    def on(self) -> list[str]:
        """What is on, the uppermost first."""
        screen = self.driven.screen
        over = [type(each).__name__ for each in self.driven.app.screen_stack[:0:-1]]
        flags = {
            "tour": screen.query_one(TourBox).display,
            "welcome": screen.has_class("-greeting"),
            "walkthrough": screen.has_class("-walking"),
            "presenting": screen.has_class("-presenting"),
            "run": self.driven.desk.runner is not None,
            "pinned": self.driven.desk.picture().pinned is not None,
            "playing": "▶" in self.replay(),
        }
        return over + [name for name, is_on in flags.items() if is_on]

    def replay(self) -> str:
        return line_of(self.driven, "#replay") if self.driven.screen.query("#replay") else ""

    def told(self) -> str:
        return line_of(self.driven, "#message").strip()

    async def put(self, states: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the screen into a state, from one in which nothing is on."""
        screen = self.driven.screen
        self.driven.desk.tell("something was said")
        for name in states:
            match name:
                case "tour" | "walkthrough":
                    screen.action_do(name)
                case "presenting":
                    screen.action_do("present")
                case "pinned":
                    screen.action_do("derivative")
                case "welcome":
                    screen.add_class("-greeting")
                case "playing":
                    await self.driven.pilot.press("space")
                case "count":
                    screen.action_count("3")
                case "run":
                    with monkeypatch.context() as patched:
                        patched.setattr("bpdebug.tui.desk.AT_ONCE", 0.0)
                        # What a replay does is no action of one's own.
                        self.driven.desk.carry_out(forever(), "" if self.replay() else "c")
            await self.settle()
        assert {*states} - {"count"} == {*self.on()}

    async def press_until_nothing_changes(self, states: Sequence[str]) -> None:
        before, steps = None, [", ".join(states) or "nothing"]
        while (now := (self.on(), self.told())) != before and len(steps) < 9:
            before = now
            running = self.driven.desk.runner
            self.driven.app.post_message(events.Key("escape", None))
            await self.settle()
            if running is not None:
                await self.driven.wait_for(lambda: self.driven.desk.runner is None)
                await self.settle()
            steps.append(f"{', '.join(self.on()) or '-'} | {self.told()}")
        self.rows.append("\n    ".join(steps[:-1] if len(steps) > 2 else steps))


async def test_what_escape_ends_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row a combination, one line an Esc: what is on after it, and the message line."""
    async with opened() as driven:
        table = Table(driven)
        driven.desk.perform("20s")
        driven.desk.select("w7")
        toured = [("tour", *states) for states in combinations("pinned", "count", "run")]
        presented = [("presenting", *states) for states in combinations("walkthrough", "run")]
        at_a_desk = combinations("walkthrough", "pinned", "welcome", "count", "run")
        for states in (*at_a_desk, *toured, *presented):
            await table.put(states, monkeypatch)
            await table.press_until_nothing_changes(states)
            if "presenting" in states:
                driven.screen.action_do("present")
            # The tour leaves pinned what was.
            driven.screen.action_do("interrupt")
            await table.settle()
            assert table.on() == []
        check_golden("\n".join(table.rows), "escape")


async def test_what_escape_ends_first_in_a_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpdebug.tui.modes.replay.PAUSE", 10_000.0)
    async with opened(recorded=["20s", "b w7"]) as driven:
        table = Table(driven)
        driven.desk.select("w7")
        await driven.press("space")
        assert "paused" in table.replay()
        for states in combinations("walkthrough", "pinned", "count", "playing", "run"):
            await table.put(states, monkeypatch)
            await table.press_until_nothing_changes(states)
            assert table.on() == []
        assert "replay 0/2 paused" in table.replay()
        check_golden("\n".join(table.rows), "escape-replay")
