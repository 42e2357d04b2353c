"""What a program prints: of its first run to standard error, of the others nowhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

MOST_PRINTED = 20_000
"""Characters of the first run that are shown."""


class _Short(io.TextIOBase):
    """Passes on at most this many characters."""

    def __init__(self, to: TextIO | None, most: int) -> None:
        self._to, self._left = to, most

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._to is not None and self._left > 0:
            self._to.write(text[: self._left])
            self._left -= len(text)
            if self._left <= 0:
                self._to.write("\n… the program prints more than is shown\n")
        return len(text)

    def flush(self) -> None:
        if self._to is not None:
            self._to.flush()


@contextmanager
def on_stderr() -> Iterator[None]:
    """A block whose output goes to standard error, up to a limit."""
    short = _Short(sys.stderr, MOST_PRINTED)
    with redirect_stdout(short), redirect_stderr(short):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """A block whose output goes nowhere."""
    nowhere = _Short(None, 0)
    with redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield
