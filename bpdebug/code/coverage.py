"""Which lines of a program an iteration executes, and what the names of its functions hold."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

Trace = Callable[[FrameType, str, Any], Any]


@dataclass
class Covered:
    """Lines, in the order of their first execution, and what functions had in their names when
    they returned, by name and first line.
    """

    lines: dict[int, None] = field(default_factory=dict)
    locals: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def covered(path: str, run: Callable[[], object]) -> Covered:
    """Carry something out and note what it executes of the file at `path`."""
    found = Covered()
    lines = found.lines

    def inside(frame: FrameType, event: str, argument: Any) -> Trace:
        lines.setdefault(frame.f_lineno)
        if event == "return":
            _note(found, frame.f_code, frame)
        return inside

    traced(path, inside, run)
    return found


def traced(
    path: str, inside: Callable[[FrameType, str, Any], Trace], run: Callable[[], object]
) -> None:
    """Carry something out; `inside` is told of each line and return in the file at `path`."""

    def entered(frame: FrameType, event: str, argument: Any) -> Trace | None:
        if frame.f_code.co_filename != path:
            return None
        return inside(frame, "line", None)

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        run()
    finally:
        sys.settrace(before)


def _note(found: Covered, code: CodeType, frame: FrameType) -> None:
    if code.co_name != "<module>":
        key = (code.co_name, code.co_firstlineno)
        found.locals.setdefault(key, {}).update(frame.f_locals)
