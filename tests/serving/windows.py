"""Windows on a server: what a browser does, with an emulator in its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import aiohttp
import pyte

_SECONDS = 30
"""How long something may take; a machine may have much else to do."""


class Window:
    """One visitor. `code` is what the connection was closed with, None as long as it is open."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, width: int, height: int) -> None:
        self._socket = socket
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._came = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self.code: int | None = None

    async def __aenter__(self) -> Window:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._stream.feed(message.data)
            self._came.set()
        self.code = self._socket.close_code
        self._came.set()

    @property
    def text(self) -> str:
        """What the window shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def press(self, *keys: str) -> None:
        """Type keys, each in a message of its own."""
        for each in keys:
            await self.send(["stdin", each])

    async def send(self, message: object) -> None:
        """Send what a page may send, or something else."""
        await self._socket.send_json(message)

    async def shows(self, *texts: str) -> None:
        """Wait until all of these are to be seen."""
        await self.until(lambda: all(text in self.text for text in texts), str(texts))

    async def is_closed(self) -> int | None:
        """Wait until the server ends the connection; its code."""
        await self.until(lambda: self.code is not None, "an end")
        return self.code

    async def until(self, happened: Any, what: str) -> None:
        """Wait for something."""
        end = time.monotonic() + _SECONDS
        while not happened():
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), end - time.monotonic())
            except TimeoutError as error:
                raise AssertionError(f"no {what}; the window shows:\n{self.text}") from error


@asynccontextmanager
async def window(address: str, width: int = 80, height: int = 24) -> AsyncIterator[Window]:
    """A visitor of an address that ends in a slash."""
    async with aiohttp.ClientSession() as session:
        where = f"{address}ws?width={width}&height={height}"
        async with session.ws_connect(where) as socket, Window(socket, width, height) as found:
            yield found
