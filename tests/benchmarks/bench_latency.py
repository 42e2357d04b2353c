"""From a key to the end of the repaint, in a real terminal, beside an otherwise empty app.

Run `python tests/benchmarks/bench_latency.py [KEYS]`; it prints a table of performance.md.
Both programs run at the same time, each in a pseudo-terminal of 120×40, and are given their keys in
turns, so that whatever else the machine does falls on both. The empty app is one Static that
shows another character after each key.

The terminal says that it knows synchronised output (DEC mode 2026), as most do that people use
today. So every frame ends with `CSI ? 2026 l`, and the end of a repaint is the arrival of the
last such mark that nothing follows for a while: a step that takes two frames counts up to the
second. No byte is interpreted while the clock runs. Afterwards what has come is drawn by an
emulator, and the position in the status bar has to be the one that the keys lead to.

Where others use the machine, too, the time of the processor says more than that of the clock; it
is measured beside it on Linux, up to the next key.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ
from time import perf_counter

import pyte

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 120, 40
KEYS = 200
"""How many keys of each kind are measured."""
PARTS = (0.5, 0.95, 1.0)
QUIET = 0.05
"""Seconds without a byte after which a repaint is over: three times what lies between frames."""
START = 1.5
"""The same at the start, when a program is still loading."""
PATIENCE = 5.0
"""Seconds after which a key counts as one that draws nothing."""

_QUERY, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_END = b"\x1b[?2026l"

EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    count = 0
    def compose(self):
        yield Static("0")
    def on_key(self):
        self.count += 1
        self.query_one(Static).update(str(self.count % 10))

Empty().run()
"""


class Program:
    """A program in a pseudo-terminal."""

    def __init__(self, folder: str, *arguments: str) -> None:
        self._terminal, inner = pty.openpty()
        ioctl(inner, TIOCSWINSZ, pack("HHHH", HEIGHT, WIDTH, 0, 0))
        settings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # Journals that are left behind must not be offered to anybody.
        settings |= {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            cwd=ROOT,
            env=inherited | settings,
            start_new_session=True,
        )
        os.close(inner)
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self._screen)
        self._sent = bytearray()
        while _QUERY not in self._sent:
            self._sent += os.read(self._terminal, 1 << 16)
        os.write(self._terminal, _ANSWER)
        self.read(START)

    def read(self, quiet: float) -> float:
        """Take in what comes until nothing does for `quiet` seconds; when the last frame ended."""
        begun, ended, tail = perf_counter(), 0.0, b""
        while select.select([self._terminal], [], [], quiet if tail else PATIENCE)[0]:
            found = os.read(self._terminal, 1 << 16)
            now = perf_counter()
            self._sent += found
            # A mark may come in two pieces.
            if _END in tail[1 - len(_END) :] + found:
                ended = now
            tail = (tail + found)[-len(_END) :]
        return ended or begun + PATIENCE

    def press(self, key: str) -> tuple[float, int, float]:
        """Press a key; the seconds until the repaint has ended, the bytes of the repaint, and the
        seconds of the processor that all of it took.
        """
        before, worked = len(self._sent), self._worked()
        begun = perf_counter()
        os.write(self._terminal, key.encode())
        taken = self.read(QUIET) - begun
        return taken, len(self._sent) - before, self._worked() - worked

    def _worked(self) -> float:
        """Seconds of the processor that the threads of the program have had."""
        files = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text().split()[0]) for file in files) / 1e9

    @property
    def text(self) -> str:
        """What is on the screen now."""
        self._stream.feed(bytes(self._sent))
        self._sent.clear()
        return "\n".join(self._screen.display)

    def position(self) -> int:
        """The position in the status bar."""
        found = re.search(r"p=([\d,]+)", self.text)
        assert found is not None, self.text
        return int(found[1].replace(",", ""))

    def close(self) -> None:
        """End the program."""
        self._process.send_signal(signal.SIGTERM)
        os.close(self._terminal)
        self._process.wait()


@dataclass
class Series:
    """Times in seconds and bytes of one kind of key."""

    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def add(self, taken: tuple[float, int, float]) -> None:
        """One more key."""
        self.times.append(taken[0])
        self.sizes.append(taken[1])
        self.work.append(taken[2])

    @property
    def worked(self) -> float:
        """The time of the processor in the middle."""
        return sorted(self.work)[len(self.work) // 2]

    def quantile(self, part: float) -> float:
        """The time that `part` of the keys do not exceed."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    @property
    def size(self) -> int:
        """The bytes of a repaint in the middle."""
        return sorted(self.sizes)[len(self.sizes) // 2]


@dataclass(frozen=True)
class Key:
    """A kind of key: what is sent in turns, and by how much each moves, if that is fixed."""

    name: str
    sent: tuple[str, ...]
    moves: int | None = None


KINDS = (
    Key("s", ("s",), 1),
    Key("S", ("S",), -1),
    Key("n", ("n",)),
    Key("Down, Up", ("\x1b[B", "\x1b[A"), 0),
    Key("]", ("]",)),
)
ITERATIONS = ("]",)
"""Keys that go on by whole iterations: measured where one is a matter of microseconds."""


def measure(folder: str, session: str, kinds: Sequence[Key], count: int) -> None:
    """Print the lines of one session."""
    program, empty = Program(folder, "-m", "bpdebug", session), Program(folder, "-c", EMPTY)
    try:
        # What greets on the first start is left.
        program.press("\x1b")
        empty.press("x")
        for kind in kinds:
            ours, theirs = Series(), Series()
            # The first Down selects a row above which there is none.
            program.press(kind.sent[0])
            before = program.position()
            for number in range(count):
                theirs.add(empty.press("x"))
                ours.add(program.press(kind.sent[number % len(kind.sent)]))
            if kind.moves is not None:
                assert program.position() == before + count * kind.moves, program.text
            print(row(kind.name, ours, theirs), flush=True)
    finally:
        program.close()
        empty.close()


def row(name: str, ours: Series, theirs: Series) -> str:
    """A line of the table: milliseconds of bpdebug, of the empty app, their ratio; bytes."""
    cells = [f"{name:8}"]
    for part in PARTS:
        own, other = ours.quantile(part) * 1e3, theirs.quantile(part) * 1e3
        cells.append(f"{own:6.1f} {other:6.1f} {own / other:5.1f}")
    own, other = ours.worked * 1e3, theirs.worked * 1e3
    cells.append(f"{own:6.1f} {other:6.1f} {own / other:5.1f}" if other else f"{'':20}")
    return " | ".join((*cells, f"{ours.size:6,}"))


def main() -> None:
    """Measure both sessions."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else KEYS
    print(
        " | ".join(
            (f"{'':8}", *(f"{name:^20}" for name in ("p50", "p95", "max", "processor")), " bytes")
        )
    )
    print(" | ".join((f"{'':8}", *["  ours  empty ratio"] * (len(PARTS) + 1), "  ours")))
    with tempfile.TemporaryDirectory() as folder:
        large = str(Path(folder) / "large.json")
        layers = ["--layers", "784-128-10", "--bias", "unit", "--seed", "1"]
        loss = ["--loss", "softmax cross-entropy"]
        command = [sys.executable, "-m", "bpdebug", "new", large, *layers, *loss]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        print("3-2-2")
        measure(folder, "blog", KINDS, count)
        print("784-128-10")
        measure(folder, large, [k for k in KINDS if k.name not in ITERATIONS], count)


if __name__ == "__main__":
    main()
