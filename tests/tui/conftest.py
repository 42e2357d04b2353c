"""What tests of the screen share: a state folder of their own, and real terminals."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from bpdebug.tui.preferences import Preferences, preferences_file

from .terminal import Terminal


@pytest.fixture(autouse=True, scope="package")
def short_turns() -> Iterator[None]:
    """While a run goes on in a thread, each of the many turns of the loop waits for that thread."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(autouse=True, scope="package")
def runs_are_not_waited_for() -> Iterator[None]:
    """An app is idle when its own thread is; Textual waits for a second at each key while a run
    goes on in another.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual._wait.process_time", time.thread_time)
        yield


@pytest.fixture(autouse=True, scope="package")
def styles_read_once() -> Iterator[None]:
    """Each app reads the styles of all its widgets; they are the same in each, theme by theme."""
    read = Stylesheet._parse_rules
    kept: dict[tuple[object, ...], list[tuple[dict[str, str], list[RuleSet]]]] = {}

    def rules_of(sheet: Stylesheet, css: str, *where: object, **how: object) -> list[RuleSet]:
        known = kept.setdefault((css, *where, *how.items()), [])
        for variables, rules in known:
            if variables == sheet._variables:
                return rules
        known.append((dict(sheet._variables), read(sheet, css, *where, **how)))  # type: ignore[arg-type]
        return known[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", rules_of)
        yield


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where journals lie that are not beside their session, and what is remembered of the screen;
    what one test leaves behind there must not be offered to the next.
    """
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    # As for somebody who has seen bpdebug before: no welcome. Not written as if it had to last.
    preferences_file().parent.mkdir()
    preferences_file().write_text(Preferences(toured=True).model_dump_json(), encoding="utf-8")
    # Next to all that a test runner holds, looking for garbage takes longer than most tests.
    monkeypatch.setattr("bpdebug.tui.desk.settle", lambda: None)
    return folder


Start = Callable[..., Terminal]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts terminals that are closed whatever happens."""
    opened: list[Terminal] = []

    def begin(*arguments: str, **options: object) -> Terminal:
        terminal = Terminal(arguments, **options)  # type: ignore[arg-type]
        opened.append(terminal)
        return terminal

    yield begin
    for terminal in opened:
        terminal.close()
