"""Running a server: here until it is interrupted, or beside a teacher's screen."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from aiohttp import web

from bpdebug.serving.access import Access, is_loopback, new_token, shown_host
from bpdebug.serving.server import Limits, Server
from bpdebug.serving.visitor import Visit
from bpdebug.session.model.lesson import Lesson


class ServingError(Exception):
    """A server that cannot serve; says what to do."""


class Running:
    """A server on a host and a port; beyond the loopback interface its address has a token."""

    def __init__(self, what: Visit, host: str, port: int, limits: Limits) -> None:
        self._what = what
        self._host, self._port = host, port
        self._limits = limits
        self._access = Access("" if is_loopback(host) else new_token())
        self._server: Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    @property
    def address(self) -> str:
        """What visitors open."""
        host = "localhost" if is_loopback(self._host) else shown_host(self._host)
        return f"http://{host}:{self._port}{self._access.prefix}/"

    @property
    def count(self) -> int:
        """How many visitors there are."""
        return self._server.count if self._server else 0

    def show(self, lesson: Lesson) -> None:
        """Show visitors what a teacher's screen shows. Raises LessonError."""
        line = lesson.line().decode()
        if self._loop is not None and self._server is not None:
            self._loop.call_soon_threadsafe(self._server.show, line)

    def run(self, ready: Callable[[], object]) -> None:
        """Serve until Ctrl+C; says when it is `ready`. Raises ServingError."""
        asyncio.run(self._serve(ready, ends=(signal.SIGINT, signal.SIGTERM)))

    async def _serve(
        self, ready: Callable[[], object], ends: Sequence[signal.Signals] = ()
    ) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        for each in ends:
            # On Windows Ctrl+C raises KeyboardInterrupt.
            with contextlib.suppress(NotImplementedError):
                self._loop.add_signal_handler(each, self._end.set)
        self._server = Server(self._what, self._access, self._limits)
        runner = web.AppRunner(self._server.application(), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._host, self._port)
            try:
                await site.start()
            except (OSError, UnicodeError) as error:
                raise ServingError(self._reason(error)) from error
            self._port = runner.addresses[0][1]
            await asyncio.to_thread(self._server.processes.prepare)
            ready()
            await self._end.wait()
        finally:
            await runner.cleanup()

    def _reason(self, error: OSError | UnicodeError) -> str:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            return f"another program uses the port {self._port}; choose another with --port"
        if number == errno.EACCES:
            return f"the port {self._port} needs an administrator; choose one from 1024 on"
        return (
            f"cannot serve on {self._host}: {getattr(error, 'strerror', None) or error}; "
            "--host takes an address of this computer, or 0.0.0.0 for all of them"
        )

    # Beside a screen

    def __enter__(self) -> Running:
        """Serve in a thread. Raises ServingError."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run_here, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        if self._error is not None:
            raise self._error
        return self

    def _run_here(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready.set))
        except Exception as error:
            self._error = error
        finally:
            ready.set()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._end is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()
