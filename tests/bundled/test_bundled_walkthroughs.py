"""The walkthroughs of the bundled sessions: every stop is shown, and every figure of the source.

A lesson is one in which the class predicts.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openings import opened, session_of

from bpdebug.debugger.actions import perform
from bpdebug.debugger.conditions import find_slot
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import View
from bpdebug.debugger.walkthrough import find_stop, parts_of
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.format import StopPart
from bpdebug.text.numbers import COVER, number
from bpdebug.text.run.status import value_text
from bpdebug.text.words.rich_words import rich_lines

FIGURES: dict[str, Any] = json.loads(Path(__file__).with_name("figures.json").read_text("utf-8"))
# Read and not opened: each process that collects tests does this.
LED = [
    name
    for name, path in bundled_sessions().items()
    if json.loads(path.read_text("utf-8")).get("walkthrough")
]
LESSONS = [name for name in LED if name.startswith("lesson-")]
PROMISED = 5
"""This many predictions a lesson has at least."""


@cache
def reached(name: str) -> list[tuple[StopPart, Debugger]]:
    """The stops of a walkthrough, with a debugger that has gone to each as on the screen."""
    found = []
    for stop in session_of(name).part.walkthrough:
        going = [f"g {' '.join(stop.where.split())}", *["ask"] * stop.predict]
        found.append((stop, opened(name, *going)))
    return found


def digits_of(value: float) -> set[str]:
    """What gives a result away in a text: its digits at four decimals or more, without zeros
    around them, or all that it has.
    """
    return {number(value, digits).strip("−-").lstrip("0").lstrip(".") for digits in (4, 6, 17)}


def said(stop: StopPart, view: View) -> str:
    """Everything that a stop says, with its values in a view, as it is shown there."""
    question = stop.question
    texts = [stop.text, *((question.ask, question.answer) if question else ())]
    shown = ""
    for text in texts:
        for part in parts_of(text, view.program):
            shown += part if isinstance(part, str) else value_text(part.value(view))
        shown += "\n\n"
    return "\n".join("".join(words.text for words in row) for row in rich_lines(shown, 10_000))


def told(name: str) -> list[tuple[StopPart, str]]:
    """The stops of a walkthrough with what they say when nothing is covered."""
    return [(stop, said(stop, debugger.view)) for stop, debugger in reached(name)]


def test_the_blog_has_a_walkthrough() -> None:
    assert "blog" in LED


@pytest.mark.parametrize("name", LED)
def test_every_value_is_known_at_its_stop(name: str) -> None:
    for stop, text in told(name):
        assert "not yet" not in text, stop.title
        assert not re.search(r"[{}*`]", text), stop.title


@pytest.mark.parametrize("name", LED)
def test_every_stop_is_reached_and_shows_what_it_is_about(name: str) -> None:
    walker = opened(name)
    for stop, debugger in reached(name):
        assert find_stop(debugger, stop.where) == (debugger.branch, debugger.position)
        # Also after the stops before it, which may be on other branches.
        perform(walker, f"g {stop.where}")
        assert (walker.branch, walker.position) == (debugger.branch, debugger.position), stop.title
        if stop.focus is not None:
            find_slot(debugger.program, stop.focus)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_asks_before_it_tells(name: str) -> None:
    """Enough predictions, each at a stop of its own, and what is asked for is nowhere in its
    words: not as a value, which is covered, and not typed.
    """
    asked = set()
    for stop, debugger in reached(name):
        cover = debugger.cover
        if cover is None:
            continue
        place = debugger.branch, cover.operation
        # A gradient is looked at where its parameter is.
        assert debugger.program.name(cover.slot).endswith(stop.focus or "nothing"), stop.title
        if place not in asked:
            text = f"{stop.title} {said(stop, debugger.shown)}"
            words = set(re.findall(r"(?<![\w.])[−-]?0?\.?(\d[\d.]*\d|\d)", text))
            assert COVER not in text, stop.title
            assert not digits_of(debugger.view.result()) & words, stop.title
        asked.add(place)
    assert len(asked) >= PROMISED
    # What a stop covers can be covered again for the next class.
    assert not session_of(name).debugger.predictions.asked


@pytest.mark.parametrize("name", LED)
def test_texts_are_short_enough_to_be_read_aloud(name: str) -> None:
    stops = told(name)
    assert 10 <= len(stops) <= 25
    assert sum(stop.question is not None for stop, _ in stops) >= 2
    for at, (stop, text) in enumerate(stops, 1):
        # With its number it fits into the frame of the pane at the side.
        assert len(f"{at}/{len(stops)} · {stop.title}") <= 34, stop.title
        assert len(text.split()) <= 130, stop.title


def _printed() -> list[tuple[str, str]]:
    """What the post prints about its first iteration, the wrong figure included."""
    moments = FIGURES["right"]["blog"]["1"]
    figures = [pair for figures in moments.values() for pair in figures.items()]
    wrong = [each for each in FIGURES["wrong"] if each["session"] == "blog"]
    assert wrong
    return figures + [(each["what"], each["printed"]) for each in wrong]


@pytest.mark.parametrize(("what", "printed"), _printed())
def test_every_figure_of_the_post_is_shown(what: str, printed: str) -> None:
    """At a stop that names the quantity."""
    figure = rf"(?<![\d.]){re.escape(printed)}(?!\d)"
    assert any(re.search(figure, text) for _, text in told("blog") if what in text)


def test_it_ends_at_the_mistake() -> None:
    last, text = told("blog")[-1]
    assert last.where == "it 1 dE/db1"
    for wanted in (
        *("0.0008", "0.0024", "bpdebug blog-published"),
        *("E → o2 → h1 → b1", "E → o1 → h2 → b1"),
    ):
        assert wanted in text


def test_the_five_steps_come_in_their_order() -> None:
    titles = [stop.title for stop in session_of("blog").part.walkthrough]
    steps = [int(title[5]) for title in titles if title.startswith("Step ")]
    assert steps == sorted(steps)
    assert set(steps) == {1, 2, 3, 4, 5}
