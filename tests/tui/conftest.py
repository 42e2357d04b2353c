"""What tests of the screen share: a state folder of their own, and real terminals."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bpdebug.tui.preferences import Preferences, preferences_file

from .terminal import Terminal


@pytest.fixture(autouse=True, scope="package")
def short_turns() -> Iterator[None]:
    """While a run goes on in a thread, each of the many turns of the loop waits for that thread."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    yield
    sys.setswitchinterval(before)


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
