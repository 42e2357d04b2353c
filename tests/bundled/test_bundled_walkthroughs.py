"""The walkthroughs of the bundled sessions: every stop is shown, and every figure of the source."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openings import session_of

from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.format import StopPart
from bpdebug.session.model.walkthrough import find_stop, parts_of
from bpdebug.session.session import Session
from bpdebug.text.run.status import value_text
from bpdebug.text.words.rich_words import rich_lines

FIGURES: dict[str, Any] = json.loads(Path(__file__).with_name("figures.json").read_text("utf-8"))
LED = [name for name in bundled_sessions() if session_of(name).part.walkthrough]


def said(session: Session, stop: StopPart) -> str:
    """Everything that a stop says, with its values, as it is shown there."""
    debugger = session.debugger
    _, position = find_stop(debugger, stop.where)
    view = debugger.view_at(position)
    question = stop.question
    texts = [stop.text, *((question.ask, question.answer) if question else ())]
    shown = ""
    for text in texts:
        for part in parts_of(text, view.program):
            shown += part if isinstance(part, str) else value_text(part.value(view))
        shown += "\n\n"
    return "\n".join("".join(words.text for words in row) for row in rich_lines(shown, 10_000))


def test_the_blog_has_a_walkthrough() -> None:
    assert "blog" in LED


@pytest.mark.parametrize("name", LED)
def test_every_value_is_known_at_its_stop(name: str) -> None:
    for stop in session_of(name).part.walkthrough:
        text = said(session_of(name), stop)
        assert "not yet" not in text, stop.title
        assert not re.search(r"[{}*`]", text), stop.title


@pytest.mark.parametrize("name", LED)
def test_texts_are_short_enough_to_be_read_aloud(name: str) -> None:
    stops = session_of(name).part.walkthrough
    assert 12 <= len(stops) <= 20
    assert sum(stop.question is not None for stop in stops) >= 2
    for stop in stops:
        # With its number it fits into the frame of the pane at the side.
        assert len(stop.title) <= 28
        assert len(said(session_of(name), stop).split()) <= 130, stop.title


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
    session = session_of("blog")
    texts = [said(session, stop) for stop in session.part.walkthrough]
    number = rf"(?<![\d.]){re.escape(printed)}(?!\d)"
    assert any(re.search(number, text) for text in texts if what in text)


def test_it_ends_at_the_mistake() -> None:
    session = session_of("blog")
    last = session.part.walkthrough[-1]
    text = said(session, last)
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
