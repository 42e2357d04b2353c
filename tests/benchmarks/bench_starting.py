"""From a command to its end, and to the first frame of the screen, beside the least there could be.

    python tests/benchmarks/bench_starting.py [--turns 15] [--json]

It prints a table of performance.md. What is compared takes turns, and the least of several
times counts: of the processor, which others on the machine disturb little. The first frame is the
first that shows what an app has to show: of bpdebug the position, of an otherwise empty Textual app
its one sentence.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ

ROOT = Path(__file__).resolve().parents[2]
TURNS = 15
EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("here it is")

Empty().run()
"""


def spent(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor that a process has taken when it ends."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def command(*words: str) -> float:
    """What a command takes from start to end."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=quiet, stderr=quiet)
    taken = spent(process)
    assert process.returncode == 0, words
    return taken


def first_frame(shown: bytes, *words: str) -> float:
    """What an app takes until it has shown something."""
    outer, inner = pty.openpty()
    ioctl(inner, TIOCSWINSZ, pack("HHHH", 40, 120, 0, 0))
    with tempfile.TemporaryDirectory() as folder:
        settings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        settings |= {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        process = subprocess.Popen(
            [sys.executable, *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            cwd=ROOT,
            env=os.environ | settings,
            start_new_session=True,
        )
        os.close(inner)
        sent = bytearray()
        while shown not in sent:
            sent += os.read(outer, 1 << 16)
        process.kill()
        taken = spent(process)
    os.close(outer)
    return taken


PAIRS: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
    "`bpdebug --version`, beside `python -c pass`": (
        lambda: command("-m", "bpdebug", "--version"),
        lambda: command("-c", "pass"),
    ),
    "`bpdebug trace blog --to 3`, beside `import numpy`": (
        lambda: command("-m", "bpdebug", "trace", "blog", "--to", "3"),
        lambda: command("-c", "import numpy"),
    ),
    "first frame, beside that of a Textual app": (
        lambda: first_frame(b"p=", "-m", "bpdebug", "blog"),
        lambda: first_frame(b"here it is", "-c", EMPTY),
    ),
}


def main() -> None:
    """Print a row for each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for name, (ours, beside) in PAIRS.items():
        times = [(ours(), beside()) for _ in range(arguments.turns)]
        own, other = (min(each) for each in zip(*times, strict=True))
        rows.append((name, own * 1e3, other * 1e3, own / other))
    print("| | ms | ms beside | ratio |\n|---|---:|---:|---:|")
    for name, own, other, ratio in rows:
        print(f"| {name} | {own:.0f} | {other:.0f} | {ratio:.1f} |")
    if arguments.json:
        print(json.dumps({name: ratio for name, _, _, ratio in rows}))


if __name__ == "__main__":
    main()
