"""Starting and ending the processes of visitors."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import sys
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from bpdebug.serving import packets
from bpdebug.serving.visitor import PRELOADED, Visit, visit

_PATIENCE = 2.0
"""Seconds in which a screen that was asked to end does so."""


class VisitorProcess:
    """One visitor's screen: `output` is what it draws, `send` gives it a packet."""

    def __init__(
        self,
        process: BaseProcess,
        output: asyncio.StreamReader,
        channel: asyncio.StreamWriter,
    ) -> None:
        self._process = process
        self.output = output
        self._channel = channel

    async def send(self, packet: bytes) -> None:
        """Give it a packet; waits as long as it does not take more. Raises OSError at its end."""
        self._channel.write(packet)
        await self._channel.drain()

    async def end(self) -> None:
        """Have it end, if need be without being asked."""
        try:
            self._channel.write(packets.meta("quit"))
            self._channel.close()
            await asyncio.to_thread(self._process.join, _PATIENCE)
        finally:
            if self._process.is_alive():
                self._process.kill()
                self._process.join()


class Processes:
    """Starts visitors' processes.

    Where the system can do it safely, they are copies of one that has loaded everything: that
    takes a tenth of the time, and of the memory most is shared.
    """

    def __init__(self, what: Visit) -> None:
        self._what = what
        self._one_at_a_time = asyncio.Lock()
        self._context: BaseContext = multiprocessing.get_context(
            "forkserver" if sys.platform == "linux" else "spawn"
        )
        # Nothing of bpdebug uses BLAS, whose threads cannot be copied.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # The server does without the screen.
        from bpdebug.tui.loading import LATER

        self._context.set_forkserver_preload([*PRELOADED, *LATER])

    async def start(self, width: int, height: int) -> VisitorProcess:
        """Start one. Raises OSError if the system has no room for it."""
        ours, theirs = socket.socketpair()
        try:
            process = self._context.Process(  # type: ignore[attr-defined]
                target=visit, args=(theirs, self._what, width, height), daemon=True
            )
            async with self._one_at_a_time:
                await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        output, channel = await asyncio.open_connection(sock=ours)
        return VisitorProcess(process, output, channel)

    def prepare(self) -> None:
        """Load what visitors' processes need, before the first one comes."""
        if sys.platform == "linux":
            from multiprocessing.forkserver import ensure_running

            ensure_running()
