"""Text of a file on every screen, in a real terminal: it is data, whatever it looks like."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bpdebug.cli import main
from bpdebug.session.bundled import find_session

from .conftest import Start

MARKUP = "[@click=app.quit]{}[/] [bold red]no[/]"
ESCAPES = "\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e"

SESSION: dict[str, Any] = {
    "title": MARKUP.format("TITLE"),
    "notes": MARKUP.format("NOTES"),
    "breakpoints": [
        {"number": 1, "on": "w7", "log": MARKUP.format("LOG") + " {w7}"},
        {"number": 2, "on": "w8", "condition": MARKUP.format("CONDITION")},
    ],
    "branches": [
        {"number": 1, "name": MARKUP.format("MAIN"), "seen": 300},
        {"number": 2, "name": MARKUP.format("BRANCH"), "fork": 41, "parent": 1},
    ],
    "walkthrough": [
        {"where": "start", "title": MARKUP.format("STOP"), "text": MARKUP.format("TEXT")}
    ],
}


def write(path: Path, **changes: object) -> Path:
    data = json.loads(find_session("blog").read_text("utf-8")) | SESSION | changes
    path.write_text(json.dumps(data), "utf-8")
    return path


def test_markup_is_shown_as_it_is_and_does_nothing(start: Start, tmp_path: Path) -> None:
    path = write(tmp_path / "[@click=app.quit]file[b].json")
    terminal = start(str(path), size=(170, 44))
    terminal.wait_for("[@click=app.quit]TITLE[/]")
    for keys, shown in (
        (" ", "[@click=app.quit]TEXT[/]"),
        ("\x1b", "[@click=app.quit]TITLE[/]"),
        ("]", "log message"),
        ("B", "[@click=app.quit]LOG[/]"),
        ("\x1b", "[@click=app.quit]TITLE[/]"),
        ("y", "[@click=app.quit]BRANCH[/]"),
        ("\x1b", "[@click=app.quit]TITLE[/]"),
        ("?", "Keys"),
        ("\x1b", "[@click=app.quit]TITLE[/]"),
        ("\x13", "saved: "),
    ):
        terminal.send(keys)
        # Lines may be wrapped inside a word that has no blank.
        text = terminal.wait_for(shown.partition("]")[2][:4] if "TEXT" in shown else shown)
    assert "[@click=app.quit]file[b].json" in text
    row = next(n for n, line in enumerate(terminal.text.splitlines()) if "TITLE" in line)
    column = terminal.text.splitlines()[row].index("TITLE")
    terminal.send(f"\x1b[<0;{column + 2};{row + 1}M\x1b[<0;{column + 2};{row + 1}m")
    terminal.send("s")
    terminal.wait_for("p=42")
    assert b"PWNED" not in terminal.raw
    titles = re.findall(rb"\x1b\]0;[^\x07\x1b]*", terminal.raw)
    assert not [title for title in titles if b"click" in title]


def test_escape_sequences_come_to_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, changes in (
        ("title", {"title": ESCAPES}),
        ("branches[0].name", {"branches": [{"number": 1, "name": ESCAPES}]}),
        ("breakpoints[0].log", {"breakpoints": [{"number": 1, "on": "w7", "log": ESCAPES}]}),
        (
            "walkthrough[0].text",
            {"walkthrough": [{"where": "start", "title": "a", "text": ESCAPES}]},
        ),
    ):
        assert main([str(write(tmp_path / "session.json", **changes))]) == 2
        told = "".join(capsys.readouterr())
        assert place in told
        assert not {*told} & {*"\x1b\x07\x9b\u202e"}
