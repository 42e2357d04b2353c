"""A random walk over all that a terminal can send: keys, pastes, the mouse, sizes from 1×1.

Run `python -m tests.tui.walk [KEYS] [SEED]`; it says what ends the program unasked, with a short
sequence that leads there. What is sent in one go arrives before anything of it is carried out.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input

from bpdebug.keys.registry import COMMANDS
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp

Move = tuple[str | int, ...]
"""One thing that is sent: what it is, and its details."""

Burst = tuple[Move, ...]
"""What is sent in one go."""

_KEYS = [
    *(key for command in COMMANDS for key in command.keys),
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?*+-=<>()[]{}_^%",
    *("enter", "escape", "tab", "shift+tab", "space", "backspace", "delete", "ctrl+u", "ctrl+s"),
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "f1", "ctrl+c"),
]
_OFTEN = ["enter", "enter", "escape", "down", "s", "space"]
_CHARACTERS = {"space": " ", "question_mark": "?", "slash": "/"}
_PASTES = [
    *("w7", "0.5", "w1*2", "it 3 w7", "E < 0.1", "x" * 300, "x" * 300 + ".json", "𝛿é漢\t\n\x1b[2J"),
    *("", "999999999", "% 3", "{w7}", "phase backward", "((((((", "nan"),
]
_ENDS = {"q", "ctrl+c", "ctrl+q", "ctrl+p"}
"""Keys that can ask for the end, the last by way of the palette."""

_OUTSIDE = {"slash", "/", "~"}
"""Typed into a name, they could lead to a file that is not the walk's."""


_PATIENCE = 0.2
"""Seconds that a widget has to hear of something, if it still does."""


def bursts(seed: int, keys: int) -> list[Burst]:
    """This many moves, always the same for a seed, in pieces that are sent in one go."""
    chance = random.Random(seed)
    found: list[Burst] = []
    while keys > 0:
        size = min(keys, chance.choice((1, 1, 1, 2, 3, 6)))
        found.append(tuple(_move(chance) for _ in range(size)))
        keys -= size
    return found


def _move(chance: random.Random) -> Move:
    kind = chance.random()
    if kind < 0.90:
        return ("key", chance.choice(_OFTEN if chance.random() < 0.25 else _KEYS))
    if kind < 0.92:
        return ("paste", chance.choice(_PASTES))
    if kind < 0.95:
        most = chance.choice(((12, 12), (12, 40), (130, 12), (130, 45)))
        return ("size", chance.randint(1, most[0]), chance.randint(1, most[1]))
    what = chance.choice(("click", "click", "double", "wheel"))
    return (what, chance.randint(0, 130), chance.randint(0, 45))


def _messages(move: Move, size: Size) -> Iterable[Message]:
    match move:
        case ("key", str(key)):
            character = key if len(key) == 1 else _CHARACTERS.get(key)
            yield events.Key(key, character)
        case ("paste", str(text)):
            yield events.Paste(text)
        case ("size", int(width), int(height)):
            yield events.Resize(Size(width, height), Size(width, height))
        case (str(what), int(x), int(y)):
            x, y = x % size.width, y % size.height
            at = (None, x, y, 0, 0, 1, False, False, False, x, y)
            yield events.MouseMove(*at)
            if what == "wheel":
                yield events.MouseScrollDown(*at)
                return
            for _ in range(2 if what == "double" else 1):
                yield events.MouseDown(*at)
                yield events.MouseUp(*at)


@dataclass
class Outcome:
    """How a walk ended: what was sent since the program was started last, and why it ended."""

    sent: list[Burst] = field(default_factory=list)
    error: str = ""
    apps: int = 0


async def walk(session: Path, way: Sequence[Burst]) -> Outcome:
    """Send all of it, to a new program after each end that was asked for."""
    outcome = Outcome()
    rest = iter(way)
    try:
        burst = next(rest, None)
        while burst is not None:
            outcome.sent, outcome.apps = [], outcome.apps + 1
            app = BpdebugApp(open_session(session))
            async with app.run_test(size=(120, 40)):
                while burst is not None and app.is_running and app.return_code is None:
                    outcome.sent.append(burst)
                    await _send(app, burst)
                    burst = next(rest, None)
                ended = app.return_code is not None
            last = {move[1] for each in outcome.sent[-60:] for move in each}
            if ended and not last & _ENDS:
                outcome.error = "the program ended, and nobody asked it to"
                break
    except Exception:
        outcome.error = traceback.format_exc()
    return outcome


async def _send(app: BpdebugApp, burst: Burst) -> None:
    for move in burst:
        if move[0] == "key" and move[1] in _OUTSIDE:
            await _settle(app)
            if isinstance(app.focused, Input):
                continue
        for message in _messages(move, app.size):
            app.post_message(message)
    await _settle(app)


async def _settle(app: BpdebugApp) -> None:
    """Wait until what was sent has gone its way through app, screen and widget, and is drawn."""
    for _ in range(2):
        for pump in (app, app.screen, app.focused):
            if pump is None or not pump.is_running:
                continue
            heard = asyncio.Event()
            if pump.call_later(heard.set):
                # What is closing hears no more.
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), _PATIENCE)
        if app.return_code is not None or not app.is_running:
            return
        await asyncio.sleep(0)


async def shrunk(session: Path, way: list[Burst], tries: int = 150) -> list[Burst]:
    """A short part of a way that still ends the program: pieces are left out, ever smaller ones."""
    size = max(1, len(way) // 2)
    while tries > 0:
        at, before = 0, len(way)
        while at < len(way) and tries > 0:
            tries -= 1
            shorter = way[:at] + way[at + size :]
            if shorter and (await walk(session, shorter)).error:
                way = shorter
            else:
                at += size
        if size == 1 and len(way) == before:
            break
        size = max(1, size // 2)
    return way


def complaint(seed: int, keys: int, session: str) -> str:
    """Walk through a bundled session; what went wrong, in words, or an empty text.

    Files that are written go to the working folder.
    """
    path = bundled_sessions()[session]
    outcome = asyncio.run(walk(path, bursts(seed, keys)))
    if not outcome.error:
        return ""
    way = asyncio.run(shrunk(path, outcome.sent))
    return f"seed {seed}, {session}: {way}\n{outcome.error}"


def main() -> int:
    """Walk piece by piece, each with a seed of its own."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    piece, names, found = 500, sorted(bundled_sessions()), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = folder
        os.chdir(folder)
        for number, seed in enumerate(range(first, first + -(-keys // piece))):
            said = complaint(seed, min(piece, keys - number * piece), names[seed % len(names)])
            found += bool(said)
            print(said or f"seed {seed}: passed", flush=True)
    print(f"{keys} keys, {found} ends that were not asked for")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
