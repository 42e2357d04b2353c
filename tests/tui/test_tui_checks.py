"""The list of checks: what it finds, where it leads, what can be added, planted and used."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

import pytest
from textual import events
from textual.widgets import TextArea

from bpdebug.checks import report
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.debugger.state import Progress
from bpdebug.session.file.read import read_session
from bpdebug.session.session import Session
from bpdebug.tui.commands.saving import save_under
from bpdebug.tui.screens import checks as checks_screen
from bpdebug.tui.screens.checks import ChecksScreen
from bpdebug.tui.screens.plant import PlantScreen, mistake_items
from bpdebug.tui.screens.prompts import Prompt
from bpdebug.tui.screens.v_plot import StepSizesScreen

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_golden


async def checks(driven: Driven) -> ChecksScreen:
    """The list, when all is checked."""
    await driven.press("v")
    screen = driven.app.screen
    assert isinstance(screen, ChecksScreen)
    await ready(driven)
    return screen


async def ready(driven: Driven) -> str:
    """What is to be seen when all is checked."""

    def is_ready() -> bool:
        screen = driven.app.screen
        return not (isinstance(screen, ChecksScreen | PlantScreen) and screen.is_working)

    await driven.wait_for(is_ready)
    return await driven.press()


async def answer(driven: Driven, text: str) -> str:
    """Answer the prompt that is open."""
    await driven.press("ctrl+u")
    await driven.type(text)
    return await ready(driven)


async def choose(driven: Driven, screen: ChecksScreen, subject: str) -> None:
    """Put the cursor on the first finding of that subject."""
    await driven.press("home")
    for _ in range(100):
        chosen = screen._chosen()
        assert chosen is not None
        if chosen.subject.startswith(subject):
            return
        await driven.press("down")
    raise AssertionError(f"no finding {subject}:\n{driven.frame}")


async def plant(driven: Driven, name: str) -> None:
    """Choose a mistake in the list of them."""
    place = [mistake.name for mistake in CATALOGUE].index(name) + 1
    pages, rest = divmod(place, 10)
    await driven.press("home", *["pagedown"] * pages, *["down"] * rest, "enter")


async def test_the_blog_is_found_out_and_enter_goes_to_the_operation() -> None:
    async with opened(size=LARGE) as driven:
        screen = await checks(driven)
        assert "not all of them were" in driven.frame
        # How many ways were tried is no matter of this list.
        check_golden(await driven.press("left"), "checks-120x40")
        for text in ("dE/db1 = 0.0008", "it is 0.002388", "two of four paths are missing"):
            assert text in driven.frame
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause(0.1)
        check_golden(await driven.press(), "checks-80x24")
        await driven.press("f")
        shown = await answer(driven, "dE/dw5 = 0.07614")
        assert "binary cross-entropy" in shown
        assert "dE/db1 = 0.0008" not in shown, "that was not asked"
        await choose(driven, screen, "dE/dw5 = 0.07614")
        await driven.press("x")
        await ready(driven)
        await choose(driven, screen, "dE/db1 = 0.0008")
        await driven.press("enter")
        assert driven.app.screen is driven.screen
        assert driven.desk.selected == "dE/db1"
        assert driven.desk.session.debugger.position.operation == 29
        await driven.press("v")
        assert "missing paths" in driven.frame, "what was found is known"


async def test_what_is_gathered_opens_and_closes_and_leads_to_step_sizes() -> None:
    async with opened("neuron", size=SMALL) as driven:
        screen = await checks(driven)
        assert "nothing is wrong: 7 figures, 5 gradients" in driven.frame
        await choose(driven, screen, "5 gradients")
        closed = driven.frame
        assert "choose the gradient" in await driven.press("p")
        assert "do/dw1  " in await driven.press("right")
        await choose(driven, screen, "do/dw1")
        await driven.press("p")
        shown: object = driven.app.screen
        assert isinstance(shown, StepSizesScreen)
        await driven.press("escape")
        assert driven.app.screen is screen
        await driven.press("left", "left")
        assert await driven.press() == closed
        assert "do/dw1  " in await driven.press("enter")


async def test_figures_that_are_typed_in_are_checked_kept_and_removed() -> None:
    async with opened("two-paths", size=SMALL) as driven:
        screen = await checks(driven)
        await driven.press("f")
        assert "expected a number" in await answer(driven, "df/da = tiny")
        assert "there is no iteration 0" in await answer(driven, "f = 1 @ 0")
        assert isinstance(driven.app.screen, Prompt), "it stays open until the answer is right"
        await answer(driven, "df/da = 1")
        assert "df/da = 1" in driven.frame
        await driven.press("f")
        shown = await answer(driven, "df/da = 3")
        assert "df/da = 1" not in shown, "the last one counts"
        assert "wrong sign" in shown
        await driven.press("escape")
        again = await checks(driven)
        assert screen is not again
        await choose(driven, again, "df/da = 3")
        await driven.press("x")
        shown = await ready(driven)
        assert "df/da = 3: no longer checked" in shown
        assert "nothing is wrong" in shown
        assert "only what was typed in or loaded" in await driven.press("x")


async def test_a_typed_figure_is_of_the_iteration_on_the_screen_unless_it_says_so() -> None:
    async with opened("backward-twice", size=SMALL) as driven:
        driven.desk.perform("g it 2 e")
        await checks(driven)
        for text in ("c = 4", "e = 5 @ 1", "it 1 de/dd = 5"):
            await driven.press("f")
            await answer(driven, text)
        typed = driven.desk.checklist.typed
        assert [figure.iteration for figure in typed] == [2, 1, 1]
        assert "2 figures of what wa" in driven.frame
        assert "c = 4 @ 2" in driven.frame


async def test_figures_of_a_file_are_checked_and_what_is_wrong_with_it_is_told(
    tmp_path: Path,
) -> None:
    good, bad = tmp_path / "mine.csv", tmp_path / "bad.csv"
    good.write_text("df/da,-3\ndf/db,8\n", encoding="utf-8")
    bad.write_text("df/dq,1\n", encoding="utf-8")
    async with opened("two-paths", size=SMALL) as driven:
        screen = await checks(driven)
        await driven.press("l")
        assert "line 1" in await answer(driven, str(bad))
        assert "a file name is needed" in await answer(driven, "")
        shown = await answer(driven, str(good))
        assert "df/db = 8" in shown
        assert "wrong sign" in shown
        await choose(driven, screen, "df/db")
        await driven.press("x")
        assert "the figures of mine.csv: no longer checked" in await ready(driven)


async def test_figures_are_pasted_into_the_list_or_into_a_field_of_its_own() -> None:
    async with opened("xor-step", SMALL) as driven:
        screen = await checks(driven)
        name = next(each for each in driven.desk.debugger.program.element_names() if each[0] == "d")
        screen.post_message(events.Paste(f"{name} = 12345\nlr = 0.1\n"))
        await driven.wait_for(lambda: "12345" in driven.frame)
        shown = await ready(driven)
        assert f"✗ wrong    {name} = 12345" in shown
        await driven.press("t")
        field = driven.app.focused
        assert isinstance(field, TextArea)
        field.text = "hello"
        assert "found no figure" in await driven.press("ctrl+d")
        assert driven.app.focused is field, "what was pasted is not lost"
        await driven.press("escape")
        assert driven.app.screen is screen


async def test_checking_can_be_stopped_and_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> Generator[Progress, None, None]:
        while True:
            time.sleep(0.01)
            yield Progress(1, 3, 9)

    async with opened("two-paths", size=SMALL) as driven:
        with monkeypatch.context() as patched:
            patched.setattr(checks_screen, "checking", endless)
            await driven.press("v")
            screen = driven.app.screen
            assert isinstance(screen, ChecksScreen)
            await driven.wait_for(lambda: "checking, 3 of 9…  Esc stops" in driven.frame)
            assert "not checked; Enter checks" in await driven.press("escape")
            assert not screen.is_working
        await driven.press("enter")
        assert "nothing is wrong" in await ready(driven)
        await driven.press("escape")
        assert driven.app.screen is driven.screen


async def test_what_was_compared_stays_when_the_search_for_a_cause_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And it is to be seen while the search goes on."""

    def endless(
        _: object, __: object, limit: Limit, ___: object
    ) -> Generator[Progress, None, None]:
        while not limit.is_over:
            time.sleep(0.01)
            yield Progress(1, 5, 9)

    monkeypatch.setattr(report, "diagnosing", endless)
    async with opened(size=SMALL) as driven:
        await driven.press("v")
        await driven.wait_for(lambda: "checking, 5 of 9" in driven.frame)
        assert "it is 0.002388" in driven.frame
        assert "no longer searching for causes" in await driven.press("escape")
        shown = await ready(driven)
        assert "not all checked" in shown
        assert "dE/db1 = 0.0008" in shown
        assert "it is 0.002388" in shown
        assert "missing paths" not in shown


async def test_an_error_nobody_has_thought_of_is_told_and_the_app_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> Generator[Progress, None, None]:
        yield Progress(1, 1, 2)
        raise ZeroDivisionError("division \x1b by zero")

    async with opened("two-paths", size=SMALL) as driven:
        with monkeypatch.context() as patched:
            patched.setattr(checks_screen, "checking", broken)
            await driven.press("v")
            shown = await ready(driven)
            assert "this could not be computed: ZeroDivisionError: division" in shown
            screen = driven.app.screen
            assert isinstance(screen, ChecksScreen)
            assert screen._said.look == "error"
            assert "not checked; Enter checks" in shown
        await driven.press("enter")
        assert "nothing is wrong" in await ready(driven)


async def test_a_typed_derivation_is_checked_and_used_in_a_copy_that_has_to_be_named(
    tmp_path: Path,
) -> None:
    async with opened("two-paths", size=SMALL) as driven:
        screen = await checks(driven)
        assert "choose a derivation by hand" in await driven.press("u")
        await driven.press("d")
        assert "dq" in await answer(driven, "df/da = df/dd*dq")
        assert isinstance(driven.app.screen, Prompt)
        assert "one of two paths is missing" in await answer(driven, "df/da = df/dd*dd/da")
        await choose(driven, screen, "df/da by hand")
        await driven.press("x")
        assert "df/da by hand" not in await ready(driven)
        await driven.press("d")
        await answer(driven, "df/da = df/dd*dd/da")
        await choose(driven, screen, "df/da by hand")
        shown = await driven.press("u")
        assert "· altered" in shown
        assert "a copy that is not saved yet" in shown
        assert driven.desk.is_unsaved
        driven.desk.perform("g df/da")
        assert driven.desk.session.debugger.view.result() == 3
        taken, path = tmp_path / "taken.json", tmp_path / "altered.json"
        taken.write_text("mine", encoding="utf-8")
        assert save_under(driven.desk, str(taken)) is None
        await driven.wait_for(lambda: "exists" in driven.frame)
        await driven.press("escape")
        assert taken.read_text(encoding="utf-8") == "mine"
        assert save_under(driven.desk, str(path)) is None
        assert "df/da" in read_session(path).derivations
        assert not driven.desk.is_unsaved
        again = await checks(driven)
        await choose(driven, again, "df/da by hand")
        assert "uses a derivation for df/da already" in await driven.press("u")


async def test_where_a_mistake_is_planted_the_figures_of_the_session_differ() -> None:
    async with opened(size=LARGE) as driven:
        await driven.press("P")
        await plant(driven, "wrong sign")
        await driven.wait_for(lambda: driven.app.screen is driven.screen)
        await checks(driven)
        assert "comes out as" in driven.frame
        assert "perhaps" not in driven.frame, "the causes would give it away"


@pytest.mark.parametrize("width", [50, 74, 114])
def test_mistakes_to_plant_are_described_in_full(width: int) -> None:
    items = mistake_items(width)
    assert len(items) == len(CATALOGUE) + 1
    for mistake, item in zip(CATALOGUE, items[1:], strict=True):
        rows = ["".join(span.text for span in row.spans) for row in item.lines]
        assert all(len(row) <= width for row in rows)
        assert " ".join(" ".join(rows).split()) == f"{mistake.name} {mistake.sentence}"


async def test_a_mistake_is_planted_hidden_and_revealed() -> None:
    async with opened("two-paths", size=SMALL) as driven:
        await checks(driven)
        assert "no mistake is planted" in await driven.press("a")
        await driven.press("escape", "P")
        assert "surprise me" in driven.frame
        await plant(driven, "no bias correction")
        shown = await ready(driven)
        assert "'no bias correction' cannot be made and seen in this" in shown, "it has no moments"
        await plant(driven, "wrong sign")
        await driven.wait_for(lambda: driven.app.screen is driven.screen)
        shown = await driven.press()
        assert "· find the bug" in shown
        assert "wrong sign" not in shown
        part = driven.desk.session.part
        assert len(part.planted) == 1
        assert Session(part, Path("copy.json")).debugger.program.model.replaced
        assert "a mistake is planted already" in await driven.press("P")
        await checks(driven)
        assert "wrong sign" not in driven.frame
        await driven.press("a", "escape")
        assert "✗ planted" not in driven.frame
        assert "✗ planted  wrong sign" in await driven.press("a", "r")
