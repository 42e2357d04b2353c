"""How commands speak: data on stdout, narration and progress on stderr."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from bpdebug.checks.limit import Limit
from bpdebug.debugger.state import Progress, finish
from bpdebug.numerics.selftest import self_test
from bpdebug.program.run import notice
from bpdebug.text.records import to_json
from bpdebug.text.safe import safe

_Result = TypeVar("_Result")


def print_rows(rows: Iterable[str]) -> None:
    """Lines of text; what would do something to a terminal stands in them as an escape."""
    for row in rows:
        print(safe(row))


def print_json(record: object) -> None:
    """A line of JSON; what is not harmless printable text stands in it as an escape."""
    text = to_json(record)
    if not (text.isprintable() and sys.stdout.encoding.lower().startswith("utf")):
        text = json.dumps(record, allow_nan=False).replace("\x7f", "\\u007f")
    print(text)


def check_arithmetic() -> None:
    """Say so if results on this machine cannot be those of other machines; then go on."""
    for failure in self_test():
        print(f"warning: results are not reproducible here: {failure}", file=sys.stderr)


def with_progress(search: Generator[Progress, None, _Result]) -> _Result:
    """Run a search to its end; on a terminal say now and then how far it has got."""
    shown, told = time.monotonic(), False

    def see(progress: Progress) -> None:
        nonlocal shown, told
        if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
            shown, told = time.monotonic(), True
            percent = 100 * progress.done // progress.total
            print(f"\riteration {progress.iteration}, {percent} %\r", end="", file=sys.stderr)

    result = finish(search, see)
    if told:
        print(" " * 40, end="\r", file=sys.stderr)
    line = notice()
    if line is not None:
        say(line)
    return result


@contextmanager
def stopped_by_interrupt(limit: Limit, is_told: Callable[[], bool]) -> Iterator[None]:
    """Within it Ctrl+C ends what is limited, once there is something to keep; twice ends it all."""

    def stop(number: int, frame: FrameType | None) -> None:
        if limit.is_stopped or not is_told():
            raise KeyboardInterrupt
        limit.stop()
        print("stopping; Ctrl+C again ends it at once", file=sys.stderr)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
