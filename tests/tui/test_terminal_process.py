"""The real program as a process: to the background and back, ended from outside, resized."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
from pathlib import Path

from bpdebug.session.bundled import find_session

from .conftest import Start
from .terminal import Terminal

RESTORED = (
    b"\x1b[?1049l",
    b"\x1b[?25h",
    b"\x1b[?1000l",
    b"\x1b[?1003l",
    b"\x1b[?2004l",
    b"\x1b[?7h",
)
"""The usual screen, the cursor, no mouse, no marks around what is pasted, lines that wrap."""

PASTE, END = "\x1b[200~", "\x1b[201~"

COLOURS = re.compile(rb"\x1b\[[\d;]*\b(3[0-7]|4[0-7]|38|48|9[0-7]|10[0-7])\b[\d;]*m")


def restored(terminal: Terminal) -> bool:
    """Whether the program has left the terminal as it was."""
    return all(terminal.raw.rfind(end) > terminal.raw.rfind(b"\x1b[?1049h") for end in RESTORED)


def test_to_the_shell_and_back(start: Start) -> None:
    shell = start("blog", in_shell=True)
    shell.wait_for("next: zh1")
    shell.send("14s")
    shell.wait_for("p=14")
    shell.send("\x1a")
    shell.wait_for("Stopped")
    assert restored(shell)
    shell.send("echo $((6 * 7))\n")
    shell.wait_for("42")
    shell.send("fg\n")
    shown = shell.wait_for("p=14")
    assert "Derivative tree" in shown
    assert "q quit" in shown
    assert "Stopped" not in shown
    shell.send("s")
    shell.wait_for("p=15")
    shell.send("q")
    shell.wait_until(lambda _: restored(shell), "the terminal is not as it was")
    shell.send("exit\n")
    assert shell.wait_for_exit() == 0


def test_resized_while_it_runs_and_closed(start: Start, tmp_path: Path) -> None:
    blog = json.loads(find_session("blog").read_text("utf-8")) | {"iterations": 10**9}
    (tmp_path / "long.json").write_text(json.dumps(blog), "utf-8")
    terminal = start("long.json", size=(120, 40), folder=tmp_path)
    terminal.wait_for("next: zh1")
    terminal.send("c")
    terminal.see("running: iteration")
    for width, height, shown in (
        (80, 24, "q quit"),
        (60, 18, "Derivative tree"),
        (40, 10, "this is 40×10"),
        (120, 40, "iterations/s, at most"),
    ):
        terminal.resize(width, height)
        terminal.see(shown)
    terminal.send("\x1b")
    terminal.wait_for("interrupted")
    position = re.search(r"p=([\d,]+)", terminal.text)
    assert position is not None
    terminal.send("s")
    terminal.wait_for(f"p={int(position[1].replace(',', '')) + 1}")
    # A window that is closed is SIGHUP, and a terminal that is gone.
    terminal.close()
    assert '"action":"s"' in (tmp_path / ".long.json.journal").read_text("utf-8")


def test_terminals_that_can_do_less_show_the_same(start: Start) -> None:
    settings: tuple[dict[str, str], ...] = (
        {},
        {"NO_COLOR": "1"},
        {"TERM": "vt100", "COLORTERM": ""},
    )
    terminals = [start("blog", environment=each) for each in settings]
    for terminal in terminals:
        terminal.wait_for("next: zh1")
        terminal.send("14s")
    full, *others = (terminal.wait_for("p=14") for terminal in terminals)
    assert "0.0765" in full
    assert others == [full] * 2
    coloured = [bool(COLOURS.search(terminal.raw)) for terminal in terminals]
    assert coloured == [True, False, True]
    in_24_bits = [b"38;2;" in terminal.raw for terminal in terminals]
    assert in_24_bits == [True, False, False]


def test_what_is_no_key_does_nothing_till_it_is_killed(start: Start, tmp_path: Path) -> None:
    """Pasted text, unknown escape sequences, a mouse beyond the edges, bytes that are no UTF-8."""
    shutil.copy(find_session("blog"), tmp_path / "killed.json")
    terminal = start("killed.json", folder=tmp_path)
    terminal.wait_for("next: zh1")
    terminal.send("5s")
    terminal.wait_for("p=5")
    chance = random.Random(1)
    junk = "".join(chance.choice("sSqc]\r\n\t\x03\x11\x1a 5%漢") for _ in range(100_000))
    terminal.send(PASTE + junk + END)
    terminal.wait_for("pasted text does nothing here (100,000 characters)")
    terminal.send(b"\x1b[<0;500;500M\x1b[<0;500;500m\x1b[<35;0;0M\x1b[<64;999;999M")
    # Half a sequence is given up after a while.
    for bytes_ in (b"\x1b[?999;1~", b"\x1b[1;"):
        terminal.send(bytes_)
        terminal.wait_for_quiet()
    assert "p=5" in terminal.text

    # Textual's own decoder would end the program.
    terminal.send(b"\xff\xfe\xc3(")
    terminal.wait_for("( does nothing here")
    terminal.send("\x1a")
    terminal.wait_for("no shell is waiting")

    terminal.send("/")
    terminal.wait_for("Select")
    terminal.send(PASTE + "x" * 100_000 + END + PASTE + "w7\nq\nq" + END)
    assert "x" * 50 not in terminal.wait_for(" w7  ")
    terminal.send("\r")
    terminal.wait_for("w7 = 0.7")
    terminal.send("s")
    terminal.wait_for("p=6")

    terminal.kill(signal.SIGTERM)
    assert terminal.wait_for_exit() == 128 + signal.SIGTERM
    assert restored(terminal)
    assert '"action":"5s"' in (tmp_path / ".killed.json.journal").read_text("utf-8")
