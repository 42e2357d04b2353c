"""The README's first minute, followed key by key: each row shows what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpdebug.keys.names import read_key

from .driving import LARGE, SMALL, opened

_README = Path(__file__).parents[2] / "README.md"
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

_SEEN: dict[str, list[str]] = {
    "`Space`": [
        "1/19 · One iteration, by hand",
        "`Esc`",
        "not 1/19",
        "`Space`",
        "1/19",
        "`Esc`",
        "not 1/19",
    ],
    "`R`, then `s`": ["operation 1/41"],
    "`f`": ["operation 8/41"],
    "`/ dE/dw7`, then `t`": [
        "operation 14/41",
        "─ dE/do1   = o1 − t1",
        "─ do1/dzo1 = o1(1 − o1)",
        "─ dzo1/dw7 = h1",
    ],
    "`S`": ["operation 13/41", "w7      0.7000  not yet"],
    "`]`": ["iteration 2/10000", "operation 13/41"],
    "`/ w7`, `b`, then `c`": ["iteration 2/10000", "breakpoint 1 (w7 write), hit 2"],
    "`C`": ["iteration 1/10000", "breakpoint 1 (w7 write), hit 1"],
    "`i`": ["p=35 +1/2", "now, step 1 of 2", ":= 0.7 − 0.0008"],
    "`B`": [
        "1   write     keep  y   w7",
        "`n`",
        "only if",
        "`Esc`",
        "`Esc`",
        "not Breakpoints",
    ],
    "`e`": [
        "a new branch begins here",
        "`^u`",
        "`0`",
        "`Enter`",
        "✎0.0000",
        "on branch 2",
        "`y`",
        "2   branch 2",
        "`Esc`",
    ],
    "`u`": ["undone: w7 := 0.0", "not branch 2 ·"],
    "`o`": ["computed from", "initial value", "feeds", "operation 36, to come", "`Esc`"],
    "`l`": ["iterations 1–10000", "Enter: 1 ●", "`Enter`", "loss · operation 9/41"],
    "`v`": [
        "dE/db1 = 0.0008",
        "two of four paths are missing",
        "`Enter`",
        "dE/db1 = 0.0024",
        "operation 29/41",
    ],
    "`p`": ["How the loss E changes with b1", "`p`", "not How the loss"],
    "`A`": ["1/8 · Where you are", "`Esc`", "not 1/8"],
    "`^s`": ["Save as", "`Enter`", "saved"],
    "`q`": [],
}
"""What is to be seen for each row, by what it says to press, and what to press then. What stands in
backticks in the other column is to be seen, too, unless it is a key.
"""


def _rows() -> list[tuple[str, str]]:
    """What to press and what to see."""
    text = _README.read_text(encoding="utf-8").split("## The first minute")[1].split("\n## ")[0]
    cells = [re.split(r"\s*\|\s*", row) for row in text.splitlines() if row.startswith("| `")]
    return [(press, see) for _, press, see, _ in cells]


def _quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=str)
async def test_the_first_minute(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [press for press, _ in _rows()] == list(_SEEN)
    async with opened("blog", size) as driven:

        async def press(keys: str) -> None:
            key, _, text = keys.partition(" ")
            name = read_key(key)
            assert name is not None, f"{key} is not a key"
            await driven.press(name)
            if text:
                await driven.type(text)

        async def see(text: str, wanted: bool = True) -> None:
            await driven.wait_for(lambda: (text in driven.frame.translate(_PLAIN)) is wanted)

        for cell, promise in _rows():
            for keys in _quoted(cell):
                await press(keys)
            for quote in _quoted(promise):
                if read_key(quote) is None:
                    for side in quote.split(" = "):
                        await see(side)
            for text in _SEEN[cell]:
                for keys in _quoted(text):
                    await press(keys)
                if not _quoted(text):
                    await see(text.removeprefix("not "), not text.startswith("not "))
        assert not driven.app.is_running
    assert (tmp_path / "blog.json").is_file()
