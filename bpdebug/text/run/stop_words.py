"""What is said at a stop of a walkthrough, with its values put in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpdebug.debugger.conditions import Watch

NOT_YET_SEEN = "…"


def said(parts: Iterable[str | Watch], value: Callable[[Watch], str]) -> str:
    """The parts of a text; `value` gives what stands for an expression."""
    return "".join(part if isinstance(part, str) else value(part) for part in parts)
