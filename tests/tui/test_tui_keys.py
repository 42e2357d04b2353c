"""The registry of commands is what is bound, helped with, and documented."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pytest
from textual.binding import Binding

from bpdebug.keys.names import KeyRow, keys_table
from bpdebug.keys.registry import COMMANDS, FOOTER
from bpdebug.tui.commands.handlers import HANDLERS
from bpdebug.tui.main_screen import MainScreen

from .driving import LARGE, opened

README = Path(__file__).parents[2] / "README.md"
PAGE = README.parent / "docs" / "reference" / "keys.md"
START, END = "<!-- keys -->\n", "<!-- end of keys -->"


def test_every_command_is_bound_and_can_be_done() -> None:
    bound = {b.action: b.key for b in MainScreen.BINDINGS if isinstance(b, Binding)}
    for command in COMMANDS:
        assert bound[f"do('{command.id}')"] == ",".join(command.keys)
        assert command.action or command.id in HANDLERS, command.id


def test_no_key_means_two_things() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert {command.id for command in COMMANDS} >= set(FOOTER)


async def test_help_lists_every_key() -> None:
    async with opened(size=(LARGE[0], 130)) as driven:
        shown = await driven.press("question_mark")
        for row in keys_table():
            assert row.help in shown
            assert row.keys in shown


def table(rows: Iterable[KeyRow]) -> str:
    """Rows of the list of keys, as a table in Markdown."""
    lines = [f"| {' '.join(f'`{key}`' for key in row.keys.split())} | {row.help} |" for row in rows]
    return "\n".join(["| key | what it does |", "|---|---|", *lines])


def grouped() -> str:
    """The whole list of keys, a table for each group."""
    groups = groupby(keys_table(), key=lambda row: row.group)
    return "\n\n".join(f"## {group}\n\n{table(rows)}" for group, rows in groups)


def most_needed() -> str:
    """The keys in the footer, in the order of the list."""
    return table(row for row in keys_table() if row.id in FOOTER)


@pytest.mark.parametrize(("path", "wanted"), [(README, most_needed()), (PAGE, grouped())])
def test_pages_list_the_keys(path: Path, wanted: str) -> None:
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    page = f"{before}{START}{wanted}\n{END}{after}"
    if os.environ.get("BPDEBUG_UPDATE_GOLDENS"):
        path.write_text(page, encoding="utf-8")
        return
    assert text == page, f"the keys in {path.name} are old"


def test_the_registry_loads_no_textual() -> None:
    code = "import sys, bpdebug.keys.registry; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
