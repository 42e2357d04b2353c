"""Curves on the screen: what is drawn, what is under the cursor, where Enter goes."""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.pilot import Pilot

from bpdebug.debugger.curves import Series
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.curves.axes import LABEL_WIDTH, Axis, interval, round_iterations
from bpdebug.tui.curves.screen import CurvesScreen
from bpdebug.tui.panes.theme import VARIABLES

from .driving import LARGE, SMALL, running
from .frames import frame

SMALLEST = (60, 18)


class Curves(App[int | None]):
    """An app that shows nothing but curves; `result` is what they were left with."""

    def __init__(self, screen: CurvesScreen) -> None:
        super().__init__()
        self.curves = screen
        self.result: list[int | None] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLES

    def on_mount(self) -> None:
        self.push_screen(self.curves, self.result.append)


class Driven:
    """Curves that a test drives."""

    def __init__(self, app: Curves, pilot: Pilot[int | None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def rows(self) -> list[str]:
        """What is to be seen, line by line."""
        return frame(self.app).splitlines()  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    async def press(self, *keys: str) -> str:
        """Press keys, and wait until all is sampled; returns what is to be seen."""
        await self.pilot.press(*keys)
        return await self.settled()

    async def settled(self) -> str:
        """What is to be seen when sampling is over."""
        await self.wait_for(lambda: not self.app.curves.sampling and bool(self.rows[-2]))
        return self.text

    async def leave(self, key: str) -> int | None:
        """Press a key that closes the curves; returns what they give."""
        await self.pilot.press(key)
        await self.wait_for(lambda: bool(self.app.result))
        return self.app.result[0]

    async def wait_for(self, happened: Callable[[], bool]) -> None:
        for _ in range(1000):
            await self.pilot.pause(0.01)
            if happened():
                return
        raise AssertionError(f"it did not happen; the screen shows:\n{self.text}")


@asynccontextmanager
async def shown(
    series: Sequence[Series],
    iterations: int,
    here: int = 0,
    hits: Callable[[int], bool] = lambda n: False,
    size: tuple[int, int] = LARGE,
) -> AsyncIterator[Driven]:
    """The screen of curves, fully sampled."""
    app = Curves(CurvesScreen(series, iterations, here, hits, "a title"))
    async with running(app, size) as pilot:
        driven = Driven(app, pilot)
        await driven.settled()
        yield driven


def of(function: Callable[[int], float | None], name: str = "q") -> Series:
    return Series(name, function)


def spike(n: int) -> float:
    return 9.0 if n == 7003 else 1.0


def row_with(driven: Driven, text: str) -> int:
    return next(number for number, row in enumerate(driven.rows) if text in row)


async def test_the_loss_of_the_blog_over_10000_iterations() -> None:
    debugger = open_session(find_session("blog")).debugger
    slot = debugger.program.slot_named("E")
    loss = of(lambda n: float(debugger.history.state(n)[slot]), "E")
    async with shown([loss], 10_000) as driven:
        for size in (LARGE, SMALL, SMALLEST):
            await driven.pilot.resize_terminal(*size)
            await driven.settled()
            assert "iterations 1–10000" in driven.rows[0]
            assert re.search(r"iterations 1–\d+ · Enter: 1 · E = 0.\d+ … 0.5932", driven.text)
        await driven.press("end")
        assert await driven.leave("enter") == 10_000


async def test_a_spike_of_one_iteration_is_seen_and_zooming_resolves_it() -> None:
    async with shown([of(spike)], 10_000) as driven:
        top = driven.rows[3]
        (place,) = [x for x, character in enumerate(top) if "⠀" < character <= "⣿"]
        plot = driven.app.curves.query_one("#plot")
        await driven.pilot.click(plot, offset=(place - plot.region.x, 5))
        assert "Enter: 7003 (greatest) · q = 1 … 9" in await driven.settled()
        await driven.press(*["plus"] * 20)
        assert "iteration 7003 · q = 9" in driven.text
        assert "it does not zoom in further" in driven.text
        assert "of 10000" in driven.rows[0]
        await driven.press("right")
        assert "iteration 7004 · q = 1" in driven.text
        await driven.press("left")
        assert await driven.leave("enter") == 7003


async def test_zooming_out_and_all_again() -> None:
    async with shown([of(spike)], 10_000, here=7003) as driven:
        await driven.press("plus", "plus", "minus")
        assert "–" in driven.rows[0]
        assert re.search(r"iterations \d+–\d+ of 10000", driven.rows[0])
        assert "Enter: 7003" in driven.text
        await driven.press("0")
        assert "iterations 1–10000" in driven.rows[0]
        assert "Enter: 7003" in driven.text
        await driven.press("minus")
        assert "all iterations are shown" in driven.text


async def test_the_cursor_moves_what_is_in_sight_along() -> None:
    async with shown([of(float)], 1000, here=500) as driven:
        await driven.press(*["plus"] * 10)
        assert "iteration 500 · q = 500" in driven.text
        seen = driven.rows[0]
        await driven.press(*["left"] * 8)
        assert "iteration 492 · q = 492" in driven.text
        assert driven.rows[0] != seen
        await driven.press("home")
        assert "iteration 1 · q = 1" in driven.text
        await driven.press("left")
        assert "iteration 1 · q = 1" in driven.text
        await driven.press("end", "right")
        assert "iteration 1000 · q = 1000" in driven.text


async def test_enter_goes_to_the_hit_of_a_breakpoint() -> None:
    async with shown([of(float)], 10_000, hits=lambda n: n == 5000) as driven:
        row = row_with(driven, "q = ") - 1
        place = driven.rows[row].index("●")
        assert driven.rows[row].split() == ["●"]
        plot = driven.app.curves.query_one("#plot")
        await driven.pilot.click(plot, offset=(place - plot.region.x, 5))
        assert "Enter: 5000 ●" in await driven.settled()
        await driven.pilot.click(plot, offset=(place - plot.region.x, 5), times=2)
        await driven.wait_for(lambda: bool(driven.app.result))
        assert driven.app.result == [5000]


@pytest.mark.parametrize(("iterations", "here"), [(10_000, 3000), (150, 77), (7, 3)])
async def test_marks_stand_below_the_columns_of_their_iterations(
    iterations: int, here: int
) -> None:
    async with shown([of(float)], iterations, here, lambda n: n == here) as driven:
        row = row_with(driven, "q = ") - 1
        top = next(row for row in driven.rows if "┏" in row)
        bottom = next(row for row in driven.rows if "┗" in row)
        assert driven.rows[row].index("●") == bottom.index("▲") == top.index("▼")


async def test_what_is_not_finite_is_marked_and_never_joined() -> None:
    def broken(n: int) -> float | None:
        return None if n < 10 else math.nan if n == 20 else math.inf if n > 25 else 1.0

    async with shown([of(broken)], 30) as driven:
        row = row_with(driven, "iteration 1 ·") - 1
        assert driven.rows[row].split() == ["!"] * 6
        assert "q: no value" in driven.text
        assert "! not finite" in driven.rows[1]
        await driven.press(*["right"] * 19)
        assert "iteration 20 · q: not finite" in driven.text
        plot = next(row for row in driven.rows if "•" in row)
        gap = driven.rows[row].index("!")
        assert plot[gap - 1 : gap + 2] == " │ "
        await driven.press("end")
        assert "iteration 30 · q: not finite" in driven.text


async def test_finite_values_beside_one_that_is_not_are_shown() -> None:
    async with shown([of(lambda n: math.nan if n == 5 else float(n))], 10_000) as driven:
        assert re.search(r"q = 1 … \d+ and not finite", driven.text)


async def test_series_together_and_one_at_a_time() -> None:
    series = [of(lambda n: n / 1e6, "small"), of(lambda n: -float(n), "[b]large")]
    async with shown(series, 1000) as driven:
        assert "1 small   2 [b]large" in driven.rows[1]
        plot = [row[11:-1] for row in driven.rows if row.endswith(("┃", "┣"))]
        assert "1" in plot[0]
        assert all("2" in "".join(rows) for rows in (plot[:10], plot[-10:]))
        assert "small = 1e−6" in driven.text
        await driven.press("tab")
        assert "▸1 small" in driven.rows[1]
        assert "large =" not in driven.text
        await driven.press("tab")
        assert "▸2 [b]large" in driven.rows[1]
        assert "small =" not in driven.text
        await driven.press("tab")
        assert "▸" not in driven.rows[1]
        await driven.press("shift+tab")
        assert "▸2 [b]large" in driven.rows[1]


async def test_a_logarithmic_axis_only_for_values_above_zero() -> None:
    series = [of(lambda n: 10.0 ** (-n / 100), "q"), of(lambda n: 1 - n, "r")]
    async with shown(series, 1000) as driven:
        await driven.press("l")
        assert "values above zero; the least here is −999" in driven.text
        await driven.press("tab", "l")
        assert "logarithmic" in driven.rows[0]
        assert "1e−10 ┫" in driven.text or "1e−9 ┫" in driven.text
        await driven.press("tab")
        assert "logarithmic" not in driven.rows[0]


async def test_escape_stops_sampling_and_keeps_what_is_there() -> None:
    read: list[int] = []
    held = True

    def slow(n: int) -> float:
        read.append(n)
        # Long enough that there is time for a key before the end.
        for _ in range(50_000 if held and n > 500 else 0):
            pass
        return float(n)

    app = Curves(CurvesScreen([of(slow)], 10_000, 0))
    async with running(app, LARGE) as pilot:
        driven = Driven(app, pilot)
        await driven.wait_for(lambda: "Esc stops" in driven.text)
        await pilot.press("escape")
        await driven.wait_for(lambda: "stopped after iteration" in driven.text)
        # What was being computed when the key came is no longer waited for.
        (told,) = re.findall(r"stopped after iteration (\d+);", driven.text)
        assert int(told) <= len(read) <= int(told) + 10
        assert len(read) < 10_000
        assert not app.result
        await pilot.press("end")
        await driven.wait_for(lambda: "not sampled yet" in driven.text)
        assert len(read) <= int(told) + 10
        held = False
        await driven.press("0")
        assert "q = " in driven.text
        assert "not sampled yet" not in driven.text
        assert await driven.leave("escape") is None


async def test_q_closes_at_any_time() -> None:
    async with shown([of(float)], 10) as driven:
        assert await driven.leave("q") is None


async def test_one_iteration_is_a_point() -> None:
    async with shown([of(lambda n: 0.25)], 1, here=1) as driven:
        assert "there is only one iteration" in driven.text
        assert "•" in driven.text
        await driven.press("left", "right", "plus", "minus", "0", "l", "end")
        assert await driven.leave("enter") == 1


@pytest.mark.parametrize("iterations", [1, 5, 1000])
async def test_without_values_it_says_so(iterations: int) -> None:
    async with shown([of(lambda n: None, "dE/dw")], iterations) as driven:
        assert f"dE/dw: no value in iterations 1–{iterations}" in driven.text


@pytest.mark.parametrize(("series", "iterations"), [([], 10), ([of(float)], 0)])
async def test_nothing_at_all_is_no_reason_to_fail(series: list[Series], iterations: int) -> None:
    async with shown(series, iterations) as driven:
        assert "there is nothing to draw" in driven.text
        await driven.pilot.press("e")
        await driven.pilot.pause()
        assert "e does nothing here; Esc closes the curves" in driven.text
        await driven.pilot.press("left", "plus", "0", "l", "tab", "home")
        assert await driven.leave("enter") is None


async def test_another_size_is_sampled_anew_and_keeps_the_cursor() -> None:
    async with shown([of(float)], 10_000, here=4321) as driven:
        for width, height in (SMALL, (25, 40), SMALLEST, (12, 5), (130, 9), LARGE):
            await driven.pilot.resize_terminal(width, height)
            await driven.pilot.pause()
        await driven.settled()
        assert "Enter: 4321" in driven.text
        top = next(row for row in driven.rows if "┏" in row)
        assert len(top) == LARGE[0]


async def test_the_wheel_zooms_where_the_mouse_is() -> None:
    async with shown([of(spike)], 10_000) as driven:
        plot = driven.app.curves.query_one("#plot")
        x, y = plot.region.x + 60, plot.region.y + 5
        turned = events.MouseScrollUp(plot, 60, 5, 0, 0, 0, False, False, False, x, y)
        plot.post_message(turned)
        await driven.pilot.pause()
        assert re.search(r"iterations \d+–\d+ of 10000", await driven.settled())


async def test_values_of_any_size() -> None:
    series = [
        of(lambda n: (-1) ** n * 1.7e308 * (n / 500), "huge"),
        of(lambda n: 5e-324 * n, "tiny"),
        of(lambda n: 0.3 + 1e-13 * n, "near"),
    ]
    async with shown(series, 500) as driven:
        assert re.search(r"1(\.0)?e308 ┫", driven.text)
        await driven.press("tab", "tab")
        assert re.search(r"\de−32\d ┫", driven.text)
        await driven.press("tab")
        assert re.search(r"values 0\.30000000\d+ \+ …", driven.rows[0])
        assert "+0 ┫" in driven.text


async def test_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown([of(float), of(spike, "r")], 500, here=100, hits=lambda n: n == 9) as driven:
        for sign in "▼▲●":
            assert sign in driven.text


VALUES = st.floats(allow_nan=False, allow_infinity=False)


@given(VALUES, VALUES, st.integers(2, 12))
def test_ticks_are_apart_and_fit(one: float, other: float, most: int) -> None:
    axis = Axis(min(one, other), max(one, other))
    ticks, _ = axis.ticks(most)
    assert ticks
    assert all(0 <= tick.at <= 1 for tick in ticks)
    assert len(ticks) <= 3 * most
    assert np.all(np.isfinite(axis.place(np.array([one, other]))))
    least, greatest = sorted((abs(one) or 1.0, abs(other) or 1.0))
    positive = Axis(least, greatest, logarithmic=True)
    assert all(0 <= tick.at <= 1 for tick in positive.ticks(most)[0])


@given(st.floats(-1e6, 1e6), st.floats(1e-12, 1e6), st.integers(2, 12))
def test_labels_tell_ticks_apart(low: float, size: float, most: int) -> None:
    ticks, _ = Axis(low, low + size).ticks(most)
    labels = [tick.label for tick in ticks]
    places = [tick.at for tick in ticks]
    assert len(set(labels)) == len(set(places))
    assert max(map(len, labels)) <= LABEL_WIDTH


@given(VALUES, VALUES)
def test_two_values_are_never_written_alike(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    first, _, second = interval(low, high).partition(" … ")
    assert (first != second) == (low != high) or not second


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 20))
def test_round_iterations_are_few_and_in_sight(first: int, more: int, most: int) -> None:
    found = round_iterations(first, first + more, most)
    assert found[0] == first
    assert all(first <= each <= first + more for each in found)
    assert found == sorted(set(found))
    assert len(found) <= max(1, most) + 2
