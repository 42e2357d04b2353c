"""A server, and visitors with an emulator in place of a browser."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.text_file import digest_of, read_text
from bpdebug.session.model.lesson import lesson
from bpdebug.session.session import open_session

aiohttp = pytest.importorskip("aiohttp", reason="visitors need the extra: aiohttp is missing")
pytest.importorskip("textual_serve", reason="visitors need the extra: textual-serve is missing")

from aiohttp.test_utils import TestServer  # noqa: E402

from bpdebug.serving.access import Access  # noqa: E402
from bpdebug.serving.server import Limits, Server  # noqa: E402
from bpdebug.serving.visitor import Visit  # noqa: E402

from .windows import window  # noqa: E402

TOKEN = "abcdefghjk"
BLOG = find_session("blog")


@contextlib.asynccontextmanager
async def serving(limits: Limits, follows: bool) -> AsyncIterator[tuple[Server, str]]:
    """A server on the loopback interface, and its address."""
    server = Server(Visit(read_text(BLOG), BLOG.name, 2**25, follows), Access(TOKEN), limits)
    async with TestServer(server.application()) as running:
        yield server, str(running.make_url(f"/{TOKEN}/"))


async def test_a_visitor_steps_and_reaches_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    before = BLOG.read_bytes()
    async with serving(Limits(1, 60.0), follows=False) as (server, address):
        async with aiohttp.ClientSession() as session:
            for path in ("", "static/js/textual.js", "page.js"):
                async with session.get(f"{address}{path}") as answer:
                    assert answer.status == 200
                    assert "https://" not in (await answer.text() if not path else "")
                wrong = address.replace(TOKEN, TOKEN[::-1])
                async with session.get(f"{wrong}{path}") as answer:
                    assert (answer.status, "whole address" in await answer.text()) == (403, True)
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(f"{wrong}ws?width=80&height=24")
            async with session.get(f"{address}ws") as answer:
                assert answer.status == 400

        async with window(address) as visitor:
            await visitor.shows("operation 0/41")
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                async with window(address):
                    pass
            await visitor.press("s")
            await visitor.shows("operation 1/41", "zh1", "4.3")
            await visitor.send(["resize", {"width": 80, "height": 23}])
            # Saving, opening, leaving for the shell, pictures, handouts.
            for key in ("\x13", "\x17", "\x0f", "\x1a", "\x1b[18~", "\x1b[19~"):
                await visitor.press("s", key)
                await visitor.shows("no files and no shell can be reached")
                await visitor.press("\x1b")
                await visitor.until(lambda: "no files" not in visitor.text, "empty message")
            await visitor.press("v")
            await visitor.shows("Checks")
            await visitor.press("l")
            await visitor.shows("no file can be read from a browser")
            await visitor.press("\x03")
            assert await visitor.is_closed() == 1000
        await _is_empty(server)

        async with window(address) as visitor:
            await visitor.send({"not": "a message"})
            assert await visitor.is_closed() == 1003
        await _is_empty(server)
    assert BLOG.read_bytes() == before
    assert list(tmp_path.iterdir()) == []


async def _is_empty(server: Server) -> None:
    for _ in range(500):
        if not server.count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the place is not free again")


async def test_who_presses_nothing_has_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    # Heartbeats in between are not what somebody has pressed.
    monkeypatch.setattr("bpdebug.serving.server._HEARTBEAT", 1.0)
    async with serving(Limits(1, 3.0), follows=False) as (server, address):
        async with window(address) as visitor:
            # It has begun to count when the process is there.
            await visitor.press("s")
            assert await visitor.is_closed() == 1000
        await _is_empty(server)


async def test_visitors_follow_the_teacher_and_let_go() -> None:
    digest = digest_of(BLOG.read_bytes())
    teacher = open_session(BLOG)

    def show() -> None:
        server.show(lesson(digest, "w7", teacher.debugger).line().decode())

    async with serving(Limits(2, 60.0), follows=True) as (server, address):
        teacher.perform("4s")
        show()
        async with window(address) as first, window(address) as other:
            # Whoever comes late is where the others are.
            await first.shows("following", "p=4")
            await other.shows("following", "p=4")
            await first.press("s")
            await first.shows("you follow the teacher; G lets go", "p=4")
            await first.press("G", "2s")
            await first.shows("on your own", "p=6")
            teacher.perform("e w7 0.25")
            teacher.perform("s")
            teacher.perform("predict on")
            show()
            await other.shows("p=5", "What is zo1?", "0.25", "▒▒▒▒")
            assert "p=6" in first.text
            await first.press("G")
            await first.shows("following", "p=5", "▒▒▒▒")
            server.show('{"session": ""}')
            await other.shows("another session", "p=5")
            server.show('{"nothing": "of the kind"}')
            teacher.perform("uncover")
            show()
            await other.shows("zo1 = ")
            await other.until(lambda: "▒▒▒▒" not in other.text, "uncovered result")
