"""Which part of a drawing is seen: how close, and from which cell on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpdebug.drawing.places import Area

CLOSEST = 5
"""How often one can go closer."""

_CLOSER = 1.5
"""By so much a drawing gets wider and higher each time."""

_MARGIN = 1


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a drawing that a pane shows.

    `level` says how often one has gone closer, 0 for a drawing that fits the pane; `left` and
    `top` are the first cell that is seen.
    """

    level: int = 0
    left: int = 0
    top: int = 0


WHOLE = Window()


def area(width: int, height: int, level: int) -> tuple[int, int]:
    """The size of the drawing that a pane of this size is a window of."""
    factor = _CLOSER**level
    return int(width * factor), int(height * factor)


def within(window: Window, whole: Area, width: int, height: int) -> Window:
    """The window moved so that it shows no more emptiness beside the drawing than it has to."""
    return replace(
        window,
        left=_within(window.left, whole.x, whole.width, width),
        top=_within(window.top, whole.y, whole.height, height),
    )


def _within(start: int, first: int, length: int, seen: int) -> int:
    if length <= seen:
        return first - (seen - length) // 2
    return max(first, min(start, first + length - seen))


def showing(window: Window, part: Area, width: int, height: int) -> Window:
    """The window moved as little as it takes to see a part of the drawing."""
    return replace(
        window,
        left=_showing(window.left, part.x - _MARGIN, part.width + 2 * _MARGIN, width),
        top=_showing(window.top, part.y, part.height, height),
    )


def _showing(start: int, first: int, length: int, seen: int) -> int:
    # The start of what is longer than the window matters more than its end.
    return min(max(start, first + length - seen), first)


def beyond(window: Window, whole: Area, width: int, height: int) -> str:
    """Arrows to where there is more of the drawing than the window shows."""
    sides = (
        ("←", window.left > whole.x),
        ("→", window.left + width < whole.x + whole.width),
        ("↑", window.top > whole.y),
        ("↓", window.top + height < whole.y + whole.height),
    )
    return "".join(arrow for arrow, more in sides if more)
