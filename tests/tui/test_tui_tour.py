"""The first minute: the welcome comes once, the tour when asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from textual.geometry import Offset, Region, Size

from bpdebug.keys.keymap import keymap_file
from bpdebug.keys.names import key_name
from bpdebug.keys.registry import COMMANDS
from bpdebug.session.bundled import find_session
from bpdebug.tui.modes.presenting import Presenting
from bpdebug.tui.modes.tour import Tour
from bpdebug.tui.modes.walkthrough import OFFER, Walkthrough
from bpdebug.tui.panes.lines import Line, width_of
from bpdebug.tui.panes.tour_box import TourBox
from bpdebug.tui.panes.tour_stops import TOUR, place_box, steps_towards, with_keys
from bpdebug.tui.panes.welcome import welcome_lines
from bpdebug.tui.preferences import Preferences, read_preferences, write_preferences

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_golden

SIZES = [LARGE, SMALL, (60, 18)]
WELCOME = "closes this for good"


@pytest.fixture
def first_time(state_folder: Path) -> None:
    """As for somebody who has never opened bpdebug."""
    write_preferences(Preferences())


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def position(driven: Driven) -> int:
    return driven.desk.session.debugger.position.operation


def box(driven: Driven) -> TourBox:
    return driven.screen.query_one(TourBox)


def text_of(line: Line) -> str:
    return "".join(span.text for span in line.spans)


# The welcome


@pytest.mark.usefixtures("first_time")
async def test_the_first_opening_says_what_to_press() -> None:
    async with opened() as driven:
        for size in SIZES:
            shown = await driven.resize(size)
            check_golden(shown, f"welcome-{size_name(size)}")
            assert WELCOME in shown
            assert OFFER in shown
        # It takes no key away, and the first step is a step.
        shown = await driven.press("s")
        assert position(driven) == 1
        assert WELCOME in shown


@pytest.mark.usefixtures("first_time")
async def test_escape_closes_it_for_good() -> None:
    async with opened() as driven:
        assert WELCOME not in await driven.press("escape")
        assert position(driven) == 0
    assert read_preferences().toured
    async with opened() as driven:
        assert WELCOME not in driven.frame


@pytest.mark.usefixtures("first_time")
async def test_some_steps_close_it_for_good() -> None:
    async with opened() as driven:
        assert WELCOME in await driven.press(*"ssss")
        assert not read_preferences().toured
        assert WELCOME not in await driven.press("s")
    assert read_preferences().toured


@pytest.mark.usefixtures("first_time")
async def test_who_looks_and_leaves_is_welcomed_again() -> None:
    for _ in range(2):
        async with opened() as driven:
            assert WELCOME in await driven.press("s")


@pytest.mark.parametrize("key", ["space", "a"])
@pytest.mark.usefixtures("first_time")
async def test_the_walkthrough_that_is_offered_takes_its_place(key: str) -> None:
    async with opened() as driven:
        shown = await driven.press(key)
        assert "1/19" in shown
        assert WELCOME not in shown


@pytest.mark.usefixtures("first_time")
async def test_who_watches_a_recording_is_not_welcomed() -> None:
    async with opened(recorded=["5s"]) as driven:
        assert WELCOME not in driven.frame


@pytest.mark.usefixtures("first_time")
async def test_presenting_hides_it() -> None:
    async with opened(size=SMALL) as driven:
        assert WELCOME not in await driven.press("p")
        assert WELCOME in await driven.press("p")


@pytest.mark.usefixtures("first_time")
async def test_its_keys_are_those_that_are_bound() -> None:
    remap(operation_forward="j", tour="Z")
    async with opened() as driven:
        shown = await driven.press()
        assert "j one operation" in shown
        assert "Z a short tour" in shown
        await driven.press("j")
        assert position(driven) == 1


@pytest.mark.parametrize("width", [52, 56, 76, 116])
def test_the_welcome_fits(width: int) -> None:
    lines = [text_of(line) for line in welcome_lines(COMMANDS, width)]
    assert 2 <= len(lines) <= 3 + (width < 56)
    assert all(width_of(line) <= width for line in lines)


# The tour


def remap(**keys: str) -> None:
    """Give commands other keys."""
    keymap_file().parent.mkdir(parents=True, exist_ok=True)
    keymap_file().write_text(json.dumps(keys), "utf-8")


@pytest.fixture(autouse=True)
def config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


async def do_what_is_asked(driven: Driven) -> None:
    """Take the whole tour, doing at each stop what it asks for."""
    commands = driven.desk.home.seat.keymap.commands
    keys = {command.id: command.keys[0] for command in commands if command.keys}
    for stop in TOUR:
        number = driven.desk.mode(Tour).stop
        assert number is not None
        assert TOUR[number] == stop
        for _ in range(stop.times if stop.task else 1):
            await driven.press(keys[stop.command] if stop.task else "space")
        await driven.wait_for(lambda: driven.desk.runner is None)


@pytest.mark.parametrize("size", [*SIZES, (56, 16)], ids=size_name)
async def test_doing_what_it_asks_for_leads_through_it(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        await driven.press("A")
        for number, stop in enumerate(TOUR):
            shown = await driven.press()
            assert f"{number + 1}/{len(TOUR)} · {stop.title}" in shown
            region = box(driven).region
            assert Region(0, 0, *size).contains_region(region)
            if stop.widget:
                pane = driven.screen.query_one(stop.widget)
                assert not region.overlaps(pane.region), "the box covers what it shows"
                assert pane.has_class("-toured")
            # Its words are whole.
            assert len(box(driven).plain_lines(99)) == box(driven).size.height
            if stop.widget == "#operation" and size in SIZES:
                check_golden(shown, f"tour-{size_name(size)}")
            key = next((each.keys[0] for each in COMMANDS if each.id == stop.command), "space")
            await driven.press(*[key] * stop.times)
        assert driven.desk.mode(Tour).stop is None
        assert not box(driven).display
        assert not driven.screen.query(".-toured")
        assert "the tour's steps were real ones; g 0 leads back" in driven.frame
        assert driven.desk.session.actions == ["2s", "3f", "]", "["]


@pytest.mark.parametrize("session", ["micrograd", "lstm", "adam", "attention", "two-observations"])
async def test_it_works_on_any_session(session: str) -> None:
    async with opened(session, size=SMALL) as driven:
        await driven.press("A")
        await do_what_is_asked(driven)
        assert driven.desk.mode(Tour).stop is None


async def test_it_can_be_read_without_doing_anything() -> None:
    async with opened() as driven:
        focused = driven.screen.focused
        await driven.press("A", "space", "enter", "right")
        assert driven.desk.mode(Tour).stop == 3
        await driven.press("left", "backspace")
        assert driven.desk.mode(Tour).stop == 1
        await driven.press("backspace", "backspace")
        assert driven.desk.mode(Tour).stop == 0
        await driven.press(*["space"] * len(TOUR))
        assert driven.desk.mode(Tour).stop is None
        assert position(driven) == 0
        assert driven.desk.session.actions == []
        assert driven.screen.focused is focused
        assert "the tour's steps" not in driven.frame


async def test_escape_ends_it_at_any_time() -> None:
    async with opened(size=SMALL) as driven:
        for stops in range(len(TOUR)):
            await driven.press("A", *["space"] * stops)
            assert driven.desk.mode(Tour).stop == stops
            await driven.press("escape")
            assert driven.desk.mode(Tour).stop is None
            assert not box(driven).display


async def test_another_key_does_what_it_does_and_the_tour_waits() -> None:
    async with opened() as driven:
        await driven.press("A", "n")
        assert position(driven) > 1
        assert driven.desk.mode(Tour).stop == 0
        assert "Keys (Esc closes)" in await driven.press("question_mark")
        await driven.press("escape", "tab")
        await driven.wait_for(lambda: driven.screen.focused is box(driven))
        await driven.press("s")
        assert driven.desk.mode(Tour).stop == 1


async def test_two_steps_at_once_are_two() -> None:
    async with opened() as driven:
        await driven.press("A", *["space"] * 3)
        await driven.press("f")
        assert driven.desk.mode(Tour).stop == 3
        await driven.press("f")
        assert driven.desk.mode(Tour).stop == 4
        await driven.press("backspace", "2", "f")
        assert driven.desk.mode(Tour).stop == 4


async def test_it_knows_the_keys_that_are_bound() -> None:
    remap(operation_forward="j", phase_forward="J", tour="Z")
    async with opened() as driven:
        assert "▶ Press j for one operation." in await driven.press("Z")
        await do_what_is_asked(driven)
        assert driven.desk.mode(Tour).stop is None


async def test_what_rearranges_the_panes_ends_it() -> None:
    async with opened() as driven:
        for key in "pza":
            await driven.press("A", "space", key)
            assert driven.desk.mode(Tour).stop is None, key
            assert not box(driven).display
            await driven.press(key)


async def test_it_begins_with_all_panes_in_sight() -> None:
    async with opened() as driven:
        await driven.press("a", "p", "A")
        assert not driven.desk.mode(Presenting).is_on
        assert not driven.desk.mode(Walkthrough).is_on
        await driven.press("space", "space")
        assert driven.desk.mode(Tour).stop == 2
        await driven.press("escape", "z", "A", "space")
        assert driven.desk.mode(Tour).stop == 1


async def test_in_a_recording_its_keys_are_its_own() -> None:
    async with opened(recorded=["5s", "c"]) as driven:
        await driven.press("space", "A", "space", "space", "left")
        assert driven.desk.mode(Tour).stop == 1
        assert position(driven) == 0


async def test_a_resize_moves_the_box() -> None:
    async with opened(size=LARGE) as driven:
        await driven.press("A", "space")
        await driven.pilot.resize_terminal(60, 18)
        await driven.wait_for(lambda: Region(0, 0, 60, 18).contains_region(box(driven).region))
        pane = driven.screen.query_one("#operation")
        await driven.wait_for(lambda: not box(driven).region.overlaps(pane.region))
        await driven.pilot.resize_terminal(40, 10)
        await driven.wait_for(lambda: "this is 40×10" in driven.frame)
        await driven.pilot.resize_terminal(*SMALL)
        await driven.wait_for(lambda: "2/8 · Operation" in driven.frame)


async def test_escape_pauses_a_run_before_it_ends_the_tour(tmp_path: Path) -> None:
    fields = json.loads(find_session("blog").read_text("utf-8")) | {"iterations": 10**9}
    path = tmp_path / "long.json"
    path.write_text(json.dumps(fields), "utf-8")
    async with opened(path) as driven:
        await driven.press("A", "c")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: driven.desk.runner is None)
        assert driven.desk.mode(Tour).stop == 0
        await driven.press("escape")
        assert driven.desk.mode(Tour).stop is None


async def test_another_session_ends_it() -> None:
    async with opened() as driven:
        await driven.press("A", "ctrl+o")
        await driven.type("micrograd")
        await driven.wait_for(lambda: "micrograd" in driven.frame.splitlines()[0])
        assert driven.desk.mode(Tour).stop is None


def test_every_stop_names_what_is_there() -> None:
    ids = {command.id for command in COMMANDS}
    assert {stop.command for stop in TOUR} - {""} <= ids
    for stop in TOUR:
        told = with_keys(stop.text + stop.task, COMMANDS)
        assert "{" not in told
        assert bool(stop.task) == bool(stop.command)
        if stop.command:
            command = next(each for each in COMMANDS if each.id == stop.command)
            assert re.search(rf" {re.escape(key_name(command.keys[0]))}[ .:,]", told)


def test_what_counts_as_done() -> None:
    stop = next(stop for stop in TOUR if stop.command == "phase_forward")
    done = {"f": 1, "2f": 2, "12f": 12, "F": 0, "s": 0, "b h1 if f": 0, "g dE/df": 0}
    assert {action: steps_towards(stop, action) for action in done} == done
    assert steps_towards(TOUR[-1], "s") == 0


@pytest.mark.parametrize(
    ("shown", "place"),
    [
        (Region(0, 0, 80, 1), Offset(0, 1)),
        (Region(0, 23, 80, 1), Offset(0, 17)),
        (Region(40, 12, 40, 8), Offset(30, 6)),
        (Region(0, 0, 30, 24), Offset(30, 0)),
        (Region(50, 0, 30, 24), Offset(0, 0)),
        (Region(), Offset(15, 9)),
        (Region(0, 0, 80, 24), Offset(0, 18)),
    ],
)
def test_where_the_box_goes(shown: Region, place: Offset) -> None:
    assert place_box(shown, Size(50, 6), Size(80, 24)) == place
