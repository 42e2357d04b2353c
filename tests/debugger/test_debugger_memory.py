"""Ten million operations of history, with edits and branches, in bounded memory."""

from __future__ import annotations

import subprocess
import sys

MOST = 64 * 2**20
"""Bytes that a run may take beyond the start."""

WALK = """
import random, resource
from bpdebug.debugger.actions import perform
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

debugger = open_session(find_session("blog")).debugger
debugger.iterations = 250_000
debugger.view.memory()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
perform(debugger, "c")
assert debugger.position.operation == 10_250_000
values = random.Random(1)
for _ in range(100):
    perform(debugger, f"g {values.randrange(debugger.end.operation)}")
    debugger.view.memory()
perform(debugger, "g 50%")
perform(debugger, "e w7 0.5")
perform(debugger, "g end")
perform(debugger, "branch 1")
perform(debugger, "g 25%")
debugger.view.memory()
print(peak() - before)
"""


def test_ten_million_operations_take_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WALK], capture_output=True, text=True, check=True, timeout=300
    )
    assert int(done.stdout) <= MOST
