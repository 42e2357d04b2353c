"""A page in a headless Chromium, driven over a pipe; nothing but the standard library is needed."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
"""The program, None where there is none."""

_BINARY = 2
"""The opcode of a frame that is not text (RFC 6455)."""

_SECONDS = 30
"""How long an answer may take; a machine may have much else to do."""


class Page:
    """One open page. `messages` are those of its console: errors, and what its policy refused.

    `frames` are what came over its sockets, each with the seconds on the clock of `time.monotonic`.
    """

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._ids = itertools.count(1)
        self._rest = b""
        self._session = ""
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.frames: list[tuple[float, bytes]] = []

    def open(self, address: str) -> None:
        """Load a page and wait until it is there."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=address)
        until = time.monotonic() + _SECONDS
        while self.value("document.readyState") != "complete" or address not in self.requests:
            assert time.monotonic() < until, f"{address} does not load"

    def value(self, expression: str) -> Any:
        """What an expression gives in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def text(self, selector: str) -> str:
        """The text that is seen in the first element of a selector."""
        found = self.value(f"document.querySelector({json.dumps(selector)}).innerText")
        assert isinstance(found, str)
        return found

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key on the keyboard: it goes where the focus is."""
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed
            )

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """A command of the Chrome DevTools Protocol."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._commands, json.dumps(message | session).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == number:
                assert "error" not in found, (method, found)
                result: dict[str, Any] = found["result"]
                return result
            self._note(found.get("method", ""), found.get("params", {}))

    def _note(self, method: str, told: dict[str, Any]) -> None:
        if method == "Log.entryAdded":
            self.messages.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.messages.append(str(told["exceptionDetails"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Network.webSocketFrameReceived" and told["response"]["opcode"] == _BINARY:
            content = base64.b64decode(told["response"]["payloadData"])
            self.frames.append((told["timestamp"], content))

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + _SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], until - time.monotonic())
            assert ready, "the browser does not answer"
            read = os.read(self._answers, 1 << 16)
            assert read, "the browser has ended"
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found


_AS_PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Becomes the browser, with the pipes as the files 3 and 4, where it looks for them."""


@contextlib.contextmanager
def page(folder: Path) -> Iterator[Page]:
    """A browser with a profile of its own in a folder; ended with all that it has begun."""
    assert CHROMIUM is not None
    theirs, commands = os.pipe()
    answers, ours = os.pipe()
    words = [
        sys.executable, "-IS", "-c", _AS_PIPES, str(theirs), str(ours), CHROMIUM, "--headless",
        "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
        f"--user-data-dir={folder / 'profile'}",
    ]  # fmt: skip
    browser = subprocess.Popen(
        words, pass_fds=(theirs, ours), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    os.close(ours)
    found = Page(commands, answers)
    try:
        yield found
        found._session = ""
        found.call("Browser.close")
    finally:
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
        os.close(commands)
        os.close(answers)
