"""The examples in the help of the subcommands do what they say."""

from __future__ import annotations

import io
import shlex
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from bpdebug.usage import SUBCOMMANDS

from .calls import Call

POINTS = "1,4,5,0.1,0.05\n2,3,1,0.2,0.4\n"

NET = """\
import numpy as np

x = np.array([[0.5, -1.0], [1.5, 0.25]])
y = np.array([[1.0], [0.0]])
w = np.array([[0.3], [-0.2]])
p = x @ w
loss = np.sum((p - y) ** 2)
dw = 2 * x.T @ (p - y)
"""

FOUND = {"run": 0, "check": 1}
"""Where the exit code says that something was found; elsewhere it is 0."""


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    """A folder with the files that examples read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text(POINTS, "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("s\n"))
    (tmp_path / "net.py").write_text(NET, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_example_in_a_help_runs(call: Call, in_folder: Path, name: str) -> None:
    help_ = call(name, "--help")
    assert (help_.code, help_.err) == (0, "")
    if name in ("validate", "replay"):
        assert call("plant", "blog", "-o", "lesson.json").code == 0
    if name == "mark":
        (in_folder / "class.csv").write_text("name\nAda\n", "utf-8")
        sheets = ("handout", "blog", "--students", "class.csv", "--until", "E")
        assert call(*sheets, "--out", "returned").code == 0
    for example in SUBCOMMANDS[name].examples:
        # In one line, as it is copied.
        assert f"\n    {example}\n" in help_.out
        program, *words = shlex.split(example)
        assert program == "bpdebug"
        before = {path.name for path in in_folder.iterdir()}
        result = call(*words)
        if name == "serve" and not find_spec("aiohttp"):
            assert "pip install 'bpdebug[serve]'" in result.err
            continue
        if name in ("open", "serve") and "--plain" not in words:
            assert "the screen needs a terminal" in result.err
            continue
        assert result.code in (0, FOUND.get(name, 0)), result.err
        written = {path.name for path in in_folder.iterdir()} - before
        assert result.out or written, "it says nothing and writes nothing"
        asked = {file for word, file in pairwise(words) if word == "-o"}
        assert written == (asked or written & {*words})
