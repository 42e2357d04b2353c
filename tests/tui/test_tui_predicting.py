"""Predict before you look: what is covered is nowhere to be seen, and what the keys do about it."""

from __future__ import annotations

import random
import re

import pytest
from textual import events

from bpdebug.text.numbers import COVER, exact, number

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_golden

SESSIONS = ("blog", "adam", "recurrent")
MOVES = ("s", "S", "s", "f", "F", "n", "N", "right_square_bracket", "left_square_bracket", "I")


def digits_of(value: float, digits: int) -> set[str]:
    """The digits of a number as they are shown, where they are enough to tell it by."""
    found = set()
    for text in (number(value, digits), exact(value)):
        plain = re.sub(r"^[−-]?0?\.?0*|e.*$", "", text)
        if len(plain.replace(".", "")) >= 4:
            found.add(plain)
    return found


def others(driven: Driven, slot: int) -> str:
    """Every other number that the screen may show, so that it may have the same digits."""
    debugger = driven.desk.debugger
    view, digits = debugger.view, driven.desk.digits
    values = [*view.memory(), *view.segments[0].before]
    shown = [v for at, v in enumerate(values) if at not in (slot, slot + len(view.memory()))]
    shown += [view.previous(slot)] if view.has_previous(slot) else []
    return " ".join(f"{number(v, digits)} {exact(v)}" for v in map(float, shown))


@pytest.mark.parametrize(
    ("session", "size"), [(s, (LARGE, SMALL)[i % 2]) for i, s in enumerate(SESSIONS)]
)
async def test_no_digit_of_what_is_covered_is_anywhere_to_be_seen(
    session: str, size: tuple[int, int]
) -> None:
    rng = random.Random(session)
    checked = 0
    async with opened(session, size) as driven:
        debugger = driven.desk.debugger
        program = debugger.program
        driven.desk.perform(f"watch {program.model.loss}*1")
        driven.desk.perform(f"g {rng.randrange(4 * program.operations)}")
        await driven.press("escape", "Q")
        for turn in range(8):
            await driven.press(rng.choice(MOVES))
            cover = debugger.cover
            if cover is None:
                continue
            wanted = digits_of(debugger.view.result(), driven.desk.digits)
            same = others(driven, cover.slot)
            wanted = {each for each in wanted if each not in same}
            name = program.name(cover.slot)
            driven.desk.select(name)
            # What takes longer is looked at in turns.
            match turn % 4:
                case 0:
                    looks = [await driven.press("p"), await driven.press("p")]
                case 1:
                    looks = [await driven.press("o"), await driven.press("escape")]
                    looks += [await driven.press("l"), await driven.press("q")]
                case 2:
                    await driven.press("Y")
                    looks = [await driven.press("c"), driven.app.clipboard]
                case _:
                    looks = [await driven.press("v")]
            looks += [driven.frame]
            if not cover.hints:
                looks += [await driven.press("semicolon")]
            assert debugger.cover is not None
            assert driven.app.screen is driven.screen
            for each in looks:
                found = [digits for digits in wanted if digits in each]
                assert not found, f"{name} {found} in\n{each}"
            checked += bool(wanted)
    assert checked >= 2


async def test_asking_answering_and_hints() -> None:
    async with opened("blog", SMALL) as driven:
        await driven.press("1", "4", "s")
        shown = await driven.press("Q")
        check_golden(shown, "predict-80x24")
        assert "What is dE/dw7? Type a number" in shown
        # A digit begins an answer, and the panes stay in sight.
        shown = await driven.press("0", ".", "0", "7", "6", "6")
        assert "0.0766" in shown
        assert "Derivative tree" in shown
        shown = await driven.press("enter")
        check_golden(shown, "predict-wrong-80x24")
        assert "you rounded too early" in shown
        shown = await driven.press("escape", "semicolon")
        assert "∂E/∂o1" in shown or "dE/do1 ·" in shown or "do1" in shown
        assert "0.0983" not in shown.split("Operation")[1]
        shown = await driven.press("semicolon")
        assert "(0.7896)(0.0983)(0.9866)" in shown
        check_golden(shown, "predict-hints-80x24")
        await driven.press("colon")
        await driven.type("dE/do1*do1/dzo1*h1")
        assert "Right: dE/dw7 = 0.0765, at try 2, with 2 hints" in driven.frame
        assert "predict 1/1" in driven.frame
        # The next operation is a question of its own, and one back is answered.
        assert COVER in await driven.press("s")
        assert COVER not in await driven.press("S")
        assert COVER in await driven.press("s")
        assert "dE/dw8 = " in await driven.press("X")


async def test_without_a_question_the_keys_say_so() -> None:
    async with opened("blog", SMALL) as driven:
        assert "nothing is covered; Q covers" in await driven.press("semicolon")
        assert "nothing is covered; Q covers" in await driven.press("X")
        assert "each result is covered from now on" in await driven.press("Q")
        assert "no longer covered" in await driven.press("Q")


async def test_what_a_stop_has_said_is_covered_elsewhere() -> None:
    async with opened("blog", SMALL) as driven:
        await driven.press("O", "down", "down", "down")
        assert "zh2 = 5.3" in await driven.press("enter")
        shown = await driven.press("Q", "S")
        assert "What is zh2?" in shown
        assert "5.3" not in shown
        assert "zh2 = 5.3" in await driven.press("X")


async def test_a_curve_has_a_gap_where_its_value_is_covered() -> None:
    async with opened("xor-step", SMALL) as driven:
        loss = driven.desk.debugger.program.model.loss
        driven.desk.perform(f"g it 1 {loss}")
        curve = await driven.press("l")
        value = number(driven.desk.debugger.view.result(), 4)
        assert value in curve
        await driven.press("q", "Q")
        curve = await driven.press("l")
        assert value not in curve
        assert "not finite" not in curve


async def test_keys_that_come_before_a_prompt_is_there_are_typed_into_it() -> None:
    async with opened("blog", SMALL) as driven:
        debugger = driven.desk.debugger
        await driven.burst("g", *"it3E", "enter")
        assert "there is no quantity it3E" in driven.frame
        await driven.press("escape")
        await driven.burst("g", "i", "t", "space", "3", "enter", "s", "S", "Q")
        await driven.wait_for(lambda: debugger.predictions.on)
        assert debugger.position.operation == 83
        await driven.burst("g", "escape", "g", "8", "3", "enter")
        await driven.wait_for(lambda: driven.app.screen is driven.screen)
        assert debugger.position.operation == 83
        await driven.burst("s", *"0.6993", "enter")
        await driven.wait_for(lambda: debugger.predictions.asked != {})
        asked = debugger.predicting.last_asked
        assert asked.operation == 84
        assert asked.answers == ("0.6993",)
        await driven.press("escape")
        # What is pasted where something is asked is an answer; it is tried with Enter.
        driven.app.post_message(events.Paste("0.75"))
        await driven.burst("enter")
        await driven.wait_for(lambda: len(debugger.predicting.last_asked.answers) == 2)
        assert debugger.predicting.last_asked.answers[-1] == "0.75"
        await driven.press("escape")
        # A list that was opened a moment ago has the keys behind the one that opened it.
        await driven.burst("W", "n", "w", "7", "enter")
        await driven.wait_for(lambda: debugger.document.watches == ("w7",))
