"""The real program in a real terminal: a pty, and an emulator that shows what is on it."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

_QUESTION, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal knows synchronised output, and that it does."""

_FRAME_END = b"\x1b[?2026l"


class Terminal:
    """bpdebug in a terminal of the given size; `raw` is every byte that it has sent.

    With `in_shell` an interactive shell is started that runs it as a job.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        size: tuple[int, int] = (120, 40),
        folder: Path | None = None,
        environment: dict[str, str] | None = None,
        in_shell: bool = False,
    ) -> None:
        width, height = size
        self._emulator = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._emulator)
        self.raw = b""
        home = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # COLUMNS and LINES, which test runners set, would count for more than the terminal.
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        command = [sys.executable, "-m", "bpdebug", *arguments]
        shell = ["bash", "--norc", "--noediting", "-i"]
        program, *rest = shell if in_shell else command
        self._process = pexpect.spawn(
            program,
            rest,
            dimensions=(height, width),
            cwd=folder,
            env={**inherited, **home, **(environment or {})},
            timeout=10,
        )
        if in_shell:
            self._process.sendline(shlex.join(command))

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self._emulator.display)

    @property
    def frames(self) -> int:
        """How many frames have been drawn."""
        return self.raw.count(_FRAME_END)

    @property
    def cells(self) -> list[list[object]]:
        """All that is on the screen now: characters, colours, attributes."""
        emulator = self._emulator
        return [
            [emulator.buffer[y][x] for x in range(emulator.columns)] for y in range(emulator.lines)
        ]

    def send(self, keys: str | bytes) -> None:
        """Type keys."""
        self._process.send(keys)

    def kill(self, number: int) -> None:
        """Send a signal to the program."""
        self._process.kill(number)

    def wait_for_frame(self) -> bytes:
        """Wait until a frame has been drawn and no other follows; returns what was sent."""
        before, frames = len(self.raw), self.frames
        deadline = time.monotonic() + 20
        while self.frames == frames or self._read(0.05):
            assert time.monotonic() < deadline, f"nothing is drawn; the screen shows:\n{self.text}"
            self._read(0.05)
        return self.raw[before:]

    def wait_for_quiet(self) -> bytes:
        """Wait until nothing more is sent; returns what was."""
        before = len(self.raw)
        while self._read() or self._read():
            pass
        return self.raw[before:]

    def take_in(self) -> None:
        """Take in what has been sent; a program waits for a terminal that does not."""
        self._read(0)

    def resize(self, width: int, height: int) -> None:
        """Change the terminal's size."""
        self._emulator.resize(height, width)
        self._process.setwinsize(height, width)

    def wait_for(self, text: str) -> str:
        """Wait until `text` is on the screen; returns the screen."""
        return self.wait_until(lambda shown: text in shown, f"{text!r} did not appear")

    def see(self, text: str) -> None:
        """Wait until `text` is on the screen, whatever else is still to come."""
        deadline = time.monotonic() + 20
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} is not seen in:\n{self.text}"
            self._read()

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

    def _read(self, patience: float = 0.1) -> bool:
        """Take in what has been sent; false if that was nothing for `patience` seconds."""
        try:
            found = self._process.read_nonblocking(65536, patience)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            time.sleep(0.05)
            return False
        if _QUESTION in self.raw[-len(_QUESTION) :] + found:
            self._process.send(_ANSWER)
        self.raw += found
        self._stream.feed(found)
        return True
