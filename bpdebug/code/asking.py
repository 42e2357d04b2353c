"""Having a program judged or opened in a process of its own, which is ended if it takes too long.

This process never runs anything of the program, and imports nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from typing import IO, Any

from bpdebug.code.limits import seconds_for
from bpdebug.code.options import Options

Record = dict[str, Any]

_PATIENCE = 3
"""How much longer than its processor time the other process may take, on a busy machine."""

_MOST_LINE = 32_000_000
"""Characters of a stage that are read."""


def asking(path: str, options: Options) -> Generator[Record, None, None]:
    """The stages of the verdict on a program, as they become known.

    Each record says all that is known so far; one with `refused` says why there is none, or why
    there is no more. Closing the iterator ends the other process.
    """
    command = [sys.executable, "-P", "-m", "bpdebug.code.worker", path, options.text()]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        yield from _stages(process, time.monotonic() + _PATIENCE * seconds_for(options.seconds))
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    """One thread: more cost more than they bring in programs of this size. No windows."""
    usual = {"MPLBACKEND": "Agg"}
    for name in ("OPENBLAS", "OMP", "MKL"):
        usual[f"{name}_NUM_THREADS"] = "1"
    return {**os.environ, **usual}


def _stages(process: subprocess.Popen[str], deadline: float) -> Generator[Record, None, None]:
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    any_told = False
    while True:
        try:
            line = lines.get(timeout=max(deadline - time.monotonic(), 0.01))
        except queue.Empty:
            yield {"refused": "the program did not finish in time and was stopped"}
            return
        if not line:
            break
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            any_told = True
            yield record
    status = process.wait()
    if not any_told or status:
        yield {"refused": _ended(status)}


def _read(stream: IO[str], lines: queue.Queue[str]) -> None:
    """Pass lines on, and an empty one at the end."""
    try:
        while line := stream.readline(_MOST_LINE):
            lines.put(line)
    except ValueError:
        pass
    lines.put("")


def _ended(status: int) -> str:
    if status == -getattr(signal, "SIGXCPU", 0):
        return "the program uses more processor time than is allowed"
    if status < 0:
        return f"the program was ended by signal {-status}"
    return f"the program ended its process, with exit code {status}"


def _end(process: subprocess.Popen[str]) -> None:
    """End the process, and those that the program started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
