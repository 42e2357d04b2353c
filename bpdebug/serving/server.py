"""The server: a page, its files, and a socket for each visitor.

What a browser sends goes to the process of its visitor and nowhere else; what the teacher's screen
shows goes to all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web

from bpdebug.serving import packets
from bpdebug.serving.access import Access
from bpdebug.serving.allowance import Allowance
from bpdebug.serving.messages import (
    MOST_BYTES,
    Keys,
    Look,
    MessageError,
    Ping,
    Size,
    read_message,
    read_size,
)
from bpdebug.serving.page import HEADERS, SCRIPT, page
from bpdebug.serving.processes import Processes, VisitorProcess
from bpdebug.serving.visitor import Visit

_STATIC = Path(textual_serve.__file__).parent / "static"

_HEARTBEAT = 15.0
"""Seconds after which it is noticed that a computer has gone."""

_BURST, _BYTES = 2.0 * MOST_BYTES, 8_192.0
_MESSAGES_AT_ONCE, _MESSAGES = 400.0, 100.0
"""What a visitor may send at once and each second. Who sends more is read later."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many visitors there may be at once, and after how many seconds without anything
    happening one has to go.
    """

    visitors: int
    idle: float


@dataclass(slots=True, eq=False)
class _Visitor:
    """One who is there; `news` is set when there is a lesson that was not sent."""

    last: float
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Server:
    """Serves one session. To be made and used in the loop in which it serves."""

    def __init__(self, what: Visit, access: Access, limits: Limits) -> None:
        self._title = what.name
        self._access = access
        self._limits = limits
        self._visitors: set[_Visitor] = set()
        self._lesson: bytes | None = None
        self.processes = Processes(what)
        # There is nobody to read it, and a teacher's screen may be where it would be written.
        logging.getLogger("aiohttp").addHandler(logging.NullHandler())

    @property
    def count(self) -> int:
        """How many visitors there are."""
        return len(self._visitors)

    def application(self) -> web.Application:
        """What answers requests."""

        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._guarded(request, handler)

        # Not as a decorator, which would have no type where aiohttp is missing.
        found = web.Application(middlewares=[web.middleware(guard)])
        prefix = self._access.prefix
        found.add_routes(
            [
                web.get(f"{prefix}/", self._page),
                web.get(f"{prefix}/page.js", self._script),
                web.get(f"{prefix}/ws", self._socket),
                web.static(f"{prefix}/static", _STATIC),
            ]
        )
        if prefix:
            found.add_routes([web.get(prefix, self._whole_address)])
        return found

    def show(self, line: str) -> None:
        """Show visitors what the teacher's screen shows: a lesson, as its line."""
        self._lesson = packets.meta("lesson", line=line)
        for each in self._visitors:
            each.news.set()

    # Requests

    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        refusal = self._access.refusal(request.path, request.host, request.headers.get("Origin"))
        if refusal is not None:
            return web.Response(status=403, text=f"{refusal}\n", headers=HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if self._is_full:
            return self._no_place()
        return web.Response(text=page(self._title), content_type="text/html")

    async def _script(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def _whole_address(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{self._access.prefix}/")

    @property
    def _is_full(self) -> bool:
        return len(self._visitors) >= self._limits.visitors

    def _no_place(self) -> web.Response:
        text = f"All {self._limits.visitors} places are taken. Try again when somebody has left.\n"
        return web.Response(status=503, text=text)

    # A visitor

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self._is_full:
            return self._no_place()
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MOST_BYTES)
        try:
            size = read_size(request.query.get("width"), request.query.get("height"))
        except MessageError:
            size = None
        if size is None or not socket.can_prepare(request):
            return web.Response(status=400, text="Open the page, not its socket.\n")
        visitor = _Visitor(time.monotonic())
        if self._lesson is not None:
            visitor.news.set()
        self._visitors.add(visitor)
        try:
            await socket.prepare(request)
            await self._be_visited(socket, visitor, size)
            await socket.close()
        finally:
            self._visitors.discard(visitor)
        return socket

    async def _be_visited(
        self, socket: web.WebSocketResponse, visitor: _Visitor, size: Size
    ) -> None:
        try:
            process = await self.processes.start(size.width, size.height)
        except OSError:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return
        tasks = [
            asyncio.create_task(each)
            for each in (
                self._hear(socket, process, visitor),
                self._draw(socket, process),
                self._teach(process, visitor),
            )
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in tasks:
                each.cancel()
            # A visit ends with the connection, or with the process; what it ended with is no news.
            await asyncio.gather(*tasks, return_exceptions=True)
            await process.end()

    async def _hear(
        self, socket: web.WebSocketResponse, process: VisitorProcess, visitor: _Visitor
    ) -> None:
        """Give a visitor's process what the browser sends, until it goes or makes no sense."""
        now = time.monotonic()
        size, count = Allowance(_BURST, _BYTES, now), Allowance(_MESSAGES_AT_ONCE, _MESSAGES, now)
        while True:
            left = visitor.last + self._limits.idle - time.monotonic()
            if left <= 0:
                return
            try:
                # The timeout of `receive` itself begins again with each heartbeat.
                async with asyncio.timeout(left):
                    message = await socket.receive()
            except TimeoutError:
                continue
            if message.type is not WSMsgType.TEXT:
                return
            now = visitor.last = time.monotonic()
            text: str = message.data
            # Meanwhile nothing is read, so that the sender's computer has to wait.
            await asyncio.sleep(max(size.wait(len(text), now), count.wait(1, now)))
            try:
                told = read_message(text)
            except MessageError:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            match told:
                case Keys(data):
                    await process.send(packets.data(data))
                case Size(width, height):
                    await process.send(packets.meta("resize", width=width, height=height))
                case Look(focused):
                    await process.send(packets.meta("focus" if focused else "blur"))
                case Ping(sent):
                    await socket.send_json(["pong", sent])

    async def _draw(self, socket: web.WebSocketResponse, process: VisitorProcess) -> None:
        """Show in the browser what the process draws, until one of them ends."""
        await packets.read_beginning(process.output)
        while True:
            packet = await packets.read_packet(process.output)
            if packet.kind == b"D":
                await socket.send_bytes(packet.content)
            elif packets.says_exit(packet):
                return

    async def _teach(self, process: VisitorProcess, visitor: _Visitor) -> None:
        """Give a visitor's process each lesson, or the last of those that came too fast."""
        while True:
            await visitor.news.wait()
            visitor.news.clear()
            visitor.last = time.monotonic()
            if self._lesson is not None:
                with contextlib.suppress(ConnectionError):
                    await process.send(self._lesson)
