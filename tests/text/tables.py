"""Sessions for tests of the parameter table: with any optimizer, of any size."""

from __future__ import annotations

from pathlib import Path

from bpdebug.cli import main
from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session


def opened(session: str | Path, *actions: str) -> Debugger:
    """A debugger after some actions on a bundled session or a file."""
    debugger = open_session(find_session(str(session))).debugger
    for action in actions:
        perform(debugger, action)
    return debugger


def made(folder: Path, layers: str, optimizer: str = "gradient descent") -> Path:
    """A session file of a layered network, with data for each unit."""
    path = folder / f"{layers}.json"
    assert main(["new", str(path), "--layers", layers, "--optimizer", optimizer, "--force"]) == 0
    return path
