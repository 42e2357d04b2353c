"""What only some keys need is loaded behind the first frame, so that no key waits for it."""

from __future__ import annotations

import importlib
import sys
import threading
import time

from bpdebug.tui.runner import REST

AFTER = 0.3
"""Seconds after the start."""

SWITCH = 0.001
"""Seconds after which a thread makes way for a key; Python's own are 0.005, as long as a frame."""

LATER = (
    "bpdebug.tui.screens.help",
    "bpdebug.tui.screens.open_session",
    "bpdebug.tui.screens.origins",
    "bpdebug.tui.screens.breakpoint_list",
    "bpdebug.tui.screens.watch_list",
    "bpdebug.tui.screens.jump",
    "bpdebug.tui.screens.stop_list",
    "bpdebug.tui.screens.bookmark_list",
    "bpdebug.tui.screens.branch_list",
    "bpdebug.tui.screens.column_list",
    "bpdebug.tui.screens.filter_prompt",
    "bpdebug.tui.screens.page_screen",
    "bpdebug.tui.screens.compare",
    "bpdebug.tui.screens.recovery",
    "bpdebug.text.run.file_differences",
    "bpdebug.tui.curves.screen",
    "bpdebug.tui.checklist",
    "bpdebug.tui.screens.checks",
    "bpdebug.tui.screens.plant",
    "bpdebug.session.model.find_the_bug",
    "bpdebug.text.run.hunts",
    "bpdebug.tui.screens.suspect",
    "bpdebug.tui.screens.verdict",
)
"""What is imported where it is used, what is likely to be needed first in front."""


def make_way() -> None:
    """Have threads make way for keys sooner."""
    sys.setswitchinterval(SWITCH)


def load_later() -> None:
    """Load it all, in a thread that ends with the program."""
    threading.Thread(target=_load, name="loading", daemon=True).start()


def _load() -> None:
    for name in LATER:
        importlib.import_module(name)
        time.sleep(REST)
