"""What the tests of the command line share: calling it, and session files to call it with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bpdebug.cli import main
from bpdebug.session.bundled import find_session

from .calls import Call, Result

GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """The command line, called in this process; far faster than a process of its own."""

    def run(*words: str | Path) -> Result:
        try:
            code: object = main([str(word) for word in words])
        except SystemExit as left:
            code = left.code or 0
        assert isinstance(code, int)
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run


WriteSession = Callable[..., Path]


@pytest.fixture
def write_session(tmp_path: Path) -> WriteSession:
    """Writes the blog's session with some fields changed, and gives the file's path."""

    def write(name: str = "session.json", **changes: object) -> Path:
        fields: dict[str, Any] = json.loads(find_session("blog").read_text("utf-8"))
        # They speak of this very network, and would be wrong for any other.
        for field in ("walkthrough", "printed", "hand_derivations"):
            del fields[field]
        path = tmp_path / name
        path.write_text(json.dumps(fields | changes), "utf-8")
        return path

    return write


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with the stored one; BPDEBUG_UPDATE_GOLDENS=1 stores it anew."""

    def check(name: str, text: str) -> None:
        path = GOLDENS / f"{name}.txt"
        if os.environ.get("BPDEBUG_UPDATE_GOLDENS") == "1":
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"{path.name} differs"

    return check
