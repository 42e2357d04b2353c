"""The way through a walkthrough on the screen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.tui.modes.walkthrough import OFFER, RESUME
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.panes.walkthrough import WalkthroughPane

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_golden

STOPS: list[dict[str, Any]] = [
    {"where": "start", "title": "One", "text": "Now w7 is **{w7}**."},
    {
        "where": "it 1 dE/dw7",
        "title": "Two",
        "text": "A gradient of {dE/dw7}.",
        "focus": "w7",
        "question": {"ask": "Of what?", "answer": "Of E, {E}."},
    },
    {"where": "it 2 E", "title": "Three", "text": "E is {E}."},
]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """The blog's network with a short walkthrough."""
    return write(tmp_path / "led.json")


def write(path: Path, **changes: object) -> Path:
    fields = json.loads(find_session("blog").read_text("utf-8"))
    path.write_text(json.dumps(fields | {"walkthrough": STOPS} | changes), "utf-8")
    return path


def position(driven: Driven) -> int:
    return driven.desk.session.debugger.position.operation


def told(driven: Driven) -> str:
    """The message line."""
    return driven.frame.splitlines()[-2].strip()


async def test_space_and_backspace_lead_from_stop_to_stop(session: Path) -> None:
    async with opened(session) as driven:
        assert told(driven) == OFFER
        shown = await driven.press("space")
        assert "1/3 · One" in shown
        assert "Now w7 is 0.7." in shown
        shown = await driven.press("space")
        assert "2/3 · Two" in shown
        assert "A gradient of 0.0765." in shown
        assert position(driven) == 14
        assert driven.desk.selected == "w7"
        shown = await driven.press("space")
        assert "Of E, 0.5932." in shown
        shown = await driven.press("space")
        assert "3/3 · Three" in shown
        assert "the last stop" in shown
        assert position(driven) == 50
        assert "that was the last stop" in await driven.press("space")
        assert "2/3 · Two" in await driven.press("backspace")
        assert position(driven) == 14
        assert "1/3 · One" in await driven.press("backspace")
        assert "this is the first stop" in await driven.press("backspace")
        actions = driven.desk.session.actions
    assert actions == ["g it 1 dE/dw7", "g it 2 E", "g it 1 dE/dw7", "g start"]


async def test_a_question_waits_for_its_answer(session: Path) -> None:
    async with opened(session) as driven:
        shown = await driven.press("space", "space")
        assert "Of what?" in shown
        assert "Of E" not in shown
        assert "Space: the answer" in shown
        shown = await driven.press("enter")
        assert "Of E, 0.5932." in shown
        assert "Space: the next stop" in shown
        # The next class does not know it.
        shown = await driven.press("backspace", "space")
        assert "2/3 · Two" in shown
        assert "Of E, 0.5932." not in shown


async def test_steps_in_between_and_the_way_back(session: Path) -> None:
    async with opened(session) as driven:
        shown = await driven.press("space", "space", "3", "s")
        assert position(driven) == 17
        assert "Space: back to this stop" in shown
        assert "A gradient of 0.0765." in shown
        shown = await driven.press("space")
        assert position(driven) == 14
        assert "Space: the answer" in shown


async def test_values_are_those_at_the_stop_however_they_are_shown(session: Path) -> None:
    async with opened(session) as driven:
        await driven.press("space", "space", "s", "right_square_bracket")
        assert "A gradient of 0.07654." in await driven.press("plus")
        await driven.press("g")
        await driven.type("it 1 zh1")
        driven.desk.perform("e w7 0.9")
        shown = await driven.press("space")
        assert position(driven) == 14
        assert "A gradient of 0.07654." not in shown


async def test_it_is_left_and_taken_up_again(session: Path) -> None:
    async with opened(session) as driven:
        pane = driven.screen.query_one(WalkthroughPane)
        await driven.press("space", "space")
        assert pane.display
        await driven.press("escape")
        assert not pane.display
        await driven.press("s")
        shown = await driven.press("space")
        assert "2/3 · Two" in shown
        assert "Space: back to this stop" in shown
        assert position(driven) == 15
        await driven.press("a")
        assert not pane.display
        assert "2/3 · Two" in await driven.press("a")


async def test_escape_first_forgets_a_number_and_unpins_the_tree(session: Path) -> None:
    async with opened(session) as driven:
        pane = driven.screen.query_one(WalkthroughPane)
        await driven.press("space", "space", "5", "escape")
        assert pane.display
        await driven.press("d", "escape")
        assert driven.desk.pinned is None
        assert pane.display
        await driven.press("escape")
        assert not pane.display


@pytest.mark.parametrize("key", ["tab", "s", "down", "5", "escape", "x"])
async def test_any_other_key_dismisses_the_offer_but_not_the_walkthrough(
    session: Path, key: str
) -> None:
    async with opened(session) as driven:
        assert told(driven) == OFFER
        await driven.press(key)
        assert OFFER not in driven.frame
        await driven.press("escape")
        assert "1/3 · One" in await driven.press("space")


async def test_space_means_the_walkthrough_wherever_one_is(session: Path) -> None:
    async with opened(session) as driven:
        for pane in ("network", "tree", "operation", "parameters", "presenting"):
            if pane == "presenting":
                await driven.press("p")
            driven.screen.query_one(f"#{pane}").focus()
            assert "1/3 · One" in await driven.press("s", "space"), pane
            await driven.press("escape")


async def test_it_is_offered_only_to_whom_it_is_of_use(tmp_path: Path) -> None:
    async with opened("two-two-two") as driven:
        assert OFFER not in driven.frame
        assert "this session has no walkthrough" in await driven.press("a")
        assert position(driven) == 0
        await driven.press("space", "space")
        assert position(driven) == 2
    begun = write(tmp_path / "begun.json", actions=["5s"], cursor={"operation": 5})
    async with opened(begun) as driven:
        assert OFFER not in driven.frame
        assert "1/3 · One" in await driven.press("a")
    async with opened(write(tmp_path / "replayed.json"), recorded=["5s"]) as driven:
        assert OFFER not in driven.frame


async def test_a_session_opened_later_offers_its_own(session: Path) -> None:
    async with opened("two-two-two") as driven:
        await driven.press("ctrl+o")
        await driven.type(str(session))
        await driven.wait_for(lambda: told(driven) == OFFER)
        assert "1/3 · One" in await driven.press("space")
        await driven.press("ctrl+o")
        await driven.type("blog")
        if "unsaved" in driven.frame:
            await driven.press("d")
        await driven.wait_for(lambda: told(driven) == OFFER)
        assert not driven.screen.query_one(WalkthroughPane).display


async def test_space_opens_rows_of_the_tree_where_there_is_no_walkthrough(session: Path) -> None:
    async with opened("two-two-two") as driven:
        driven.screen.query_one(TreePane).focus()
        before = await driven.press("1", "9", "s")
        assert await driven.press("space") != before
    async with opened(session) as driven:
        tree = driven.screen.query_one(TreePane)
        tree.focus()
        await driven.press("1", "9", "s")
        assert "1/3 · One" in await driven.press("space")
        assert "2/3 · Two" in await driven.press("space")
        assert driven.screen.focused is tree


async def test_a_long_text_is_read_page_by_page(tmp_path: Path) -> None:
    stops = [
        {"where": "start", "title": "Long", "text": "\n\n".join(f"Line {n}." for n in range(12))},
        {"where": "it 1 E", "title": "Short"},
    ]
    async with opened(write(tmp_path / "long.json", walkthrough=stops), size=(60, 18)) as driven:
        shown = await driven.press("space")
        assert "Line 0." in shown
        assert "Space: read on" in shown
        seen = shown
        for _ in range(10):
            if "Space: read on" not in shown:
                break
            shown = await driven.press("space")
            seen += shown
        assert all(f"Line {n}." in seen for n in range(12))
        assert "2/2 · Short" in await driven.press("space")
        shown = await driven.press("backspace")
        assert "Line 0." in shown


async def test_going_far_takes_its_time_and_may_be_given_up(tmp_path: Path) -> None:
    stops = [STOPS[0], {"where": "it 900000000 E", "title": "Far", "text": "E is {E}."}]
    far = write(tmp_path / "far.json", walkthrough=stops, iterations=10**9)
    async with opened(far) as driven:
        shown = await driven.press("space", "space")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        assert "E is …." in shown
        await driven.press("escape")
        await driven.wait_for(lambda: "nothing has moved" in driven.frame)
        assert position(driven) == 0
        assert "1/2 · One" in await driven.press("backspace")


async def test_a_bookmark_that_is_gone_is_told_of(tmp_path: Path) -> None:
    stops = [STOPS[0], {"where": "here", "title": "Marked"}]
    bookmarks = {"here": {"operation": 20}}
    path = write(tmp_path / "marked.json", walkthrough=stops, bookmarks=bookmarks)
    async with opened(path) as driven:
        await driven.press("space", "space")
        assert position(driven) == 20
        await driven.press("backspace")
        driven.desk.perform("unmark here")
        shown = await driven.press("space")
        assert "1/2 · One" in shown
        assert "there is no quantity here" in shown


async def test_what_a_file_says_is_never_markup(tmp_path: Path) -> None:
    text = "[@click=app.quit]here[/] [bold red]no[/] <b>so</b> {w7}"
    stops = [{"where": "start", "title": "[@click=app.quit]x[/]", "text": text}]
    async with opened(write(tmp_path / "hostile.json", walkthrough=stops)) as driven:
        shown = await driven.press("space")
        assert "[@click=app.quit]x[/]" in shown
        assert "[@click=app.quit]here[/]" in shown
        await driven.pilot.click(WalkthroughPane, offset=(4, 1))
        await driven.pilot.click(WalkthroughPane, offset=(6, 0))
        assert driven.app.is_running


async def test_a_pane_can_be_alone_beside_it(session: Path) -> None:
    async with opened(session) as driven:
        await driven.press("space", "space", "z")
        assert driven.screen.query_one(ParametersPane).display
        shown = await driven.press()
        assert "Network" not in shown
        assert "2/3 · Two" in shown
        assert "Network" in await driven.press("z")


_BRAILLE = re.compile("[\u2801-\u28ff]")


@pytest.mark.parametrize("size", [SMALL, (80, 20)], ids=str)
async def test_panes_that_a_stop_is_about_are_seen_and_others_named(size: tuple[int, int]) -> None:
    needed = {2: "parameters", 3: "operation", 8: "tree", 10: "tree", 15: "parameters", 18: "tree"}
    async with opened(size=size) as driven:
        pane = driven.screen.query_one(WalkthroughPane)
        before = driven.screen.focused
        await driven.press("space")
        for number, name in needed.items():
            while not str(pane.border_title).startswith(f"{number}/"):
                shown = await driven.press("space")
            shown = driven.frame
            network = [row[:40] for row in shown.splitlines()[1:] if row[:40].rstrip()][:8]
            assert _BRAILLE.search("".join(network)), shown
            for each in ("tree", "operation", "parameters"):
                region = driven.screen.query_one(f"#{each}").region
                assert (region.height >= 7) if each == name else not region.area
            assert f"{number}/19" in shown
        assert "Which paths lead from b1 to E?" in shown or "Space: read on" in shown
        await driven.press("escape")
        assert all(driven.screen.query_one(f"#{each}").region.area for each in needed.values())
        assert driven.screen.focused is before
        assert "no room for the operation and the parameters" in await driven.press("space")


@pytest.mark.parametrize("size", [LARGE, SMALL, (60, 18)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_frames_of_the_blog_s_walkthrough(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        frame = f"{size[0]}x{size[1]}"
        check_golden(await driven.press("space"), f"walkthrough-start-{frame}")
        while "11/19" not in driven.frame:
            await driven.press("space")
        check_golden(await driven.press(), f"walkthrough-dE-dh1-{frame}")


async def test_the_list_of_stops_leads_to_any_of_them(session: Path) -> None:
    async with opened(session, SMALL) as driven:
        shown = await driven.press("O")
        assert "Two  it 1 dE/dw7  ?" in shown
        shown = await driven.press("down", "down", "enter")
        assert "3/3 · Three" in shown
        await driven.press("g")
        await driven.type("stop 2")
        assert "2/3 · Two" in driven.frame
        await driven.press("g")
        await driven.type("stop 4")
        assert "there is no stop 4 (stops 1 to 3)" in driven.frame


async def test_a_stop_has_its_result_predicted_each_time(tmp_path: Path) -> None:
    stops = [STOPS[0], STOPS[1] | {"predict": True}, STOPS[2]]
    async with opened(write(tmp_path / "led.json", walkthrough=stops)) as driven:
        shown = await driven.press("space", "space")
        assert "A gradient of ▒▒▒▒." in shown
        assert "0.0765" not in shown
        await driven.press("colon")
        await driven.type("0.0765")
        assert "A gradient of 0.0765." in driven.frame
        await driven.press("backspace")
        assert "A gradient of ▒▒▒▒." in await driven.press("space")
        # Covering all results and then no longer leaves what the stop asks for.
        assert "What is dE/dw7?" in await driven.press("Q")
        assert "but for dE/dw7, which the lesson asks for" in await driven.press("Q")
        # Space does not pass it over: it asks, and then shows.
        shown = await driven.press("space")
        assert "Space again uncovers it" in shown
        assert "A gradient of ▒▒▒▒." in shown
        assert "A gradient of 0.0765." in await driven.press("space")
        assert position(driven) == 14
        # The next class is asked again, wherever it stands.
        assert "A gradient of ▒▒▒▒." in await driven.press("E")
        assert "Space again uncovers it" in await driven.press("space")


async def test_a_walkthrough_is_resumed_where_it_was_left(session: Path) -> None:
    async with opened(session) as driven:
        await driven.press("space", "space", "ctrl+s")
    async with opened(session) as driven:
        assert RESUME in driven.frame
        assert "2/3 · Two" in await driven.press("space")
        assert position(driven) == 14
        assert "3/3 · Three" in await driven.press("space", "space")


async def test_a_walkthrough_is_written_on_the_screen_and_saved(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.json", walkthrough=[])
    async with opened(path, SMALL) as driven:
        assert "None. Press n" in await driven.press("O")
        shown = await driven.press("n")
        assert "New stop 1" in shown
        await driven.type("Begin")
        assert "1  Begin  start" in driven.frame
        await driven.press("escape")
        driven.desk.perform("g it 1 dE/dw7")
        await driven.press("O", "n")
        assert "it 1 dE/dw7" in driven.frame
        await driven.press("G", "tab", "tab", *"so", "enter", *"{dE/dw7}{q}")
        assert "q: there is no quantity q" in await driven.press("ctrl+s")
        await driven.press(*["backspace"] * 3)
        shown = await driven.press("f2")
        assert "2/2 · G" in shown
        assert "so 0.0765" in shown
        await driven.press("escape", "ctrl+s")
        shown = await driven.press("less_than_sign")
        assert "1  G  it 1 dE/dw7" in shown
        assert "2  Begin  start" in shown
        assert "this is stop 1 now" in shown
        assert "undone: stop 2 moved to 1" in await driven.press("u")
        await driven.press("d")
        assert [stop.title for stop in driven.desk.debugger.document.walkthrough] == ["G"]
        await driven.press("u", "escape", "ctrl+s")
        assert not driven.desk.is_unsaved
        shown = await driven.press("space", "space")
        assert "2/2 · G" in shown
        assert "so 0.0765" in shown
    found = json.loads(path.read_text("utf-8"))["walkthrough"]
    assert found[0] == {"where": "start", "title": "Begin"}
    assert found[1] == {"where": "it 1 dE/dw7", "title": "G", "text": "so\n{dE/dw7}"}


async def test_what_is_written_is_not_dropped_by_one_key(session: Path) -> None:
    async with opened(session, SMALL) as driven:
        await driven.press("O", "e", "tab", "tab", "x")
        assert "Esc again drops" in await driven.press("escape")
        await driven.press("escape")
        assert driven.desk.debugger.document.walkthrough[0].text == STOPS[0]["text"]
        # A form in which nothing was written closes at once.
        assert "Number, title, place" in await driven.press("e", "escape")


async def test_a_stop_runs_and_opens_another_session_with_a_way_back(tmp_path: Path) -> None:
    stops = [
        STOPS[0] | {"run": "next time w7 < 0.69", "open": "softmax"},
        STOPS[2],
    ]
    path = write(tmp_path / "led.json", walkthrough=stops)
    async with opened(path, SMALL) as driven:
        shown = await driven.press("space")
        assert "Space: run to next time w7 < 0.69" in shown
        shown = await driven.press("space")
        reached = position(driven)
        assert reached > 41
        assert "Now w7 is 0.7." in shown
        assert "Space: open softmax" in shown
        shown = await driven.press("space")
        assert driven.desk.session.path == find_session("softmax")
        assert "leads back to led" in shown
        assert "Backspace: led" in shown
        await driven.press("s", "s")
        shown = await driven.press("backspace")
        assert driven.desk.session.path == path
        assert position(driven) == reached
        assert "Now w7 is 0.7." in shown
        assert "Space: the next stop" in shown
        assert "2/2 · Three" in await driven.press("space")
        await driven.press("backspace", "space", "space")
        # What was made in the session that was opened is not lost unasked.
        driven.desk.perform("watch x1")
        assert "There is unsaved work" in await driven.press("space")
        await driven.press("d")
        assert driven.desk.session.path == path
        assert driven.desk.is_unsaved
        await driven.press("space", "backspace", "space", "space")
        assert driven.desk.session.path == find_session("softmax")
        # Nor is what was done in the walkthrough, when one quits from there.
        assert "There is unsaved work" in await driven.press("q")
        assert driven.desk.session.path == path
        await driven.press("escape")
