"""A function is one entry of the table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_function_that_is_added_to_the_table_is_there_everywhere() -> None:
    """Parsed, computed in both forms, checked, exported, told; in a process of its own, for the
    table is read when modules are loaded.
    """
    script = Path(__file__).with_name("adding_functions.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "everywhere\n"), done.stderr
