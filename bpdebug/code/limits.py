"""Limits of time and memory for what somebody else's program does, where the system has them."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_MEMORY = 4 * 2**30
"""Bytes of address space that a program may take."""


class TooLong(BaseException):
    """Something that does not end in time. No handler of a program catches it."""


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """A block that is stopped with TooLong after this many seconds of processor time; without a
    limit where the system has no such timer. Blocks can be nested.
    """
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise TooLong

    left, _ = signal.getitimer(signal.ITIMER_PROF)
    began = time.process_time()
    old = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, min(seconds, left) if left else seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
        if left:
            rest = left - (time.process_time() - began)
            signal.setitimer(signal.ITIMER_PROF, max(rest, 0.001))


def limit(processor_seconds: int) -> None:
    """Limit this process, for good."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))


def seconds_for(search: float) -> float:
    """Seconds of processor time that the judging of a program may take, the search included."""
    return 2 * search + min(10, 20 * search)
