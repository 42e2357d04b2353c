"""docs/how-to/plain.md shows what is typed and what is answered, as it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bpdebug.plain.commands import command_named
from bpdebug.plain.conversation import PROMPT

from .examples import lines, reply

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "plain.md"


def test_the_page_shows_what_is_answered() -> None:
    page = PAGE.read_text("utf-8")
    before, start, rest = page.partition("```text\n")
    shown, end, after = rest.partition("```\n")
    found, told = lines(), ""
    for line in re.findall(rf"^{re.escape(PROMPT)}(.*)$", shown, re.M):
        told += "\n".join([PROMPT + line, *reply(found, line).text, ""])
    if os.environ.get("BPDEBUG_UPDATE_GOLDENS") == "1":
        PAGE.write_text(before + start + told + end + after, "utf-8")
        return
    assert shown == told


def test_the_commands_of_its_table_are_there() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), re.M)
    found = lines("go dE/dw7")
    assert len(rows) > 5
    for row in rows:
        assert command_named(row.split()[0])
        assert row.startswith("check") or found.reply(row)
