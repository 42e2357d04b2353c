"""Predictions outside the screen: handouts without answers, and the story of a class."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.text.numbers import COVER


def saved(path: Path, *actions: str) -> str:
    session = open_session(find_session("blog"))
    for action in actions:
        session.perform(action)
    # What the source says of its numbers is not a result.
    session.part = session.part.model_copy(update={"notes": ""})
    session.save(path)
    return str(path)


@pytest.mark.parametrize(("form", "blank"), [("markdown", COVER), ("latex", "\\boxed{")])
def test_a_handout_has_no_digit_of_what_is_covered(
    form: str, blank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = ("4.3", "9866", "5932", "0765", "6992")
    ways = {
        "open": [],
        "covered": ["predict on"],
        "answered": ["predict on", "s", "answer 4.3", "9s"],
        "one": ["14s", "ask"],
    }
    pages = {}
    for name, actions in ways.items():
        main(["export", saved(tmp_path / f"{name}.json", *actions), "--to", form])
        pages[name] = capsys.readouterr().out
    assert all(digits in pages["open"] for digits in results)
    assert blank not in pages["open"]
    assert not any(digits in pages["covered"] for digits in results)
    assert [digits in pages["answered"] for digits in results] == [True, *[False] * 4]
    assert [digits in pages["one"] for digits in results] == [True, True, True, False, True]


def test_a_handout_of_a_lesson_leaves_blank_what_its_stops_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", "lesson-blog", "--to", "markdown"])
    page = capsys.readouterr().out
    # Of dE/dw7 and the first update, but not of dE/dw8, which no stop asks for.
    assert not any(digits in page for digits in ("0.0765", "0.6992"))
    assert page.count(COVER) >= 10
    session = open_session(find_session("lesson-blog"))
    for action in ("g it 1 dE/dw7", "ask", "answer 0.0765"):
        session.perform(action)
    session.save(tmp_path / "class.json")
    main(["export", str(tmp_path / "class.json"), "--to", "markdown"])
    assert "0.0765" in capsys.readouterr().out


def test_the_transcript_tells_what_was_predicted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actions = ("predict on", "14s", "answer 0.0766 to 4", "hint", "answer 0.0765", "s", "uncover")
    main(["replay", saved(tmp_path / "class.json", *actions), "--text"])
    told = capsys.readouterr().out
    for sentence in (
        "Cover each result until it is answered.",
        "0.0766 is not right for dE/dw7.",
        "A hint for dE/dw7: the rule.",
        "0.0765 is right for dE/dw7. Predicted so far: 1 of 1 right; one hint.",
        "dE/dw8 is shown. Predicted so far: 1 of 2 right; 1 shown; one hint.",
    ):
        assert sentence in told
