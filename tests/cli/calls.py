"""How the command line is called in tests, and what comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Result(NamedTuple):
    """The exit code, stdout and stderr of one call."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[Any]:
        """What stdout says, as JSON: one value a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> Any:
        """The one JSON value on stdout."""
        (found,) = self.records
        return found


Call = Callable[..., Result]

COMMAND = Path(sys.executable).with_name("bpdebug")
"""The command as it is installed beside this Python."""


def process(*words: str | Path, folder: Path | None = None) -> Result:
    """A call in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bpdebug", *map(str, words)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)
