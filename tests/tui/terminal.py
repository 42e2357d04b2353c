"""The real program in a real terminal: a pty, and an emulator that shows what is on it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte


class Terminal:
    """bpdebug in a terminal of the given size; `raw` is every byte that it has sent."""

    def __init__(
        self,
        arguments: Sequence[str],
        size: tuple[int, int] = (120, 40),
        folder: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        width, height = size
        self._emulator = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._emulator)
        self.raw = b""
        home = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # COLUMNS and LINES, which test runners set, would count for more than the terminal.
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self._process = pexpect.spawn(
            sys.executable,
            ["-m", "bpdebug", *arguments],
            dimensions=(height, width),
            cwd=folder,
            env={**inherited, **home, **(environment or {})},
            timeout=10,
        )

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self._emulator.display)

    def send(self, keys: str) -> None:
        """Type keys."""
        self._process.send(keys)

    def resize(self, width: int, height: int) -> None:
        """Change the terminal's size."""
        self._emulator.resize(height, width)
        self._process.setwinsize(height, width)

    def wait_for(self, text: str) -> str:
        """Wait until `text` is on the screen; returns the screen."""
        return self.wait_until(lambda shown: text in shown, f"{text!r} did not appear")

    def wait_until(self, seen: Callable[[str], bool], complaint: str) -> str:
        """Wait until the screen is as wanted and nothing more is sent; returns it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            # A frame comes in pieces: only when none follows is it whole.
            if not self._read() and not self._read() and seen(self.text):
                return self.text
        raise AssertionError(f"{complaint}; the screen shows:\n{self.text}")

    def wait_for_exit(self) -> int:
        """Wait until the program has ended; returns its exit code."""
        deadline = time.monotonic() + 20
        while self._process.isalive() and time.monotonic() < deadline:
            self._read()
        self._process.close()
        return int(self._process.exitstatus if self._process.exitstatus is not None else -1)

    def close(self) -> None:
        """End the program, whatever it does."""
        self._process.close(force=True)

    def _read(self) -> bool:
        """Take in what has been sent; false if that was nothing for a while."""
        try:
            found = self._process.read_nonblocking(65536, 0.1)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            time.sleep(0.05)
            return False
        self.raw += found
        self._stream.feed(found)
        return True
