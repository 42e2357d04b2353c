"""The preview of a session: what it is for, and its network or its first equations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.drawing.canvas import CellMark, Row
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.program.program import Phase
from bpdebug.session.catalogue import Entry, entry_of
from bpdebug.session.file.errors import SessionError
from bpdebug.session.session import open_session
from bpdebug.text.numbers import number
from bpdebug.text.run.describe import equations
from bpdebug.text.safe import safe
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.panes.lines import Line, Span, clipped, line

_LEAST_DRAWING = 7
"""Lines of a drawing; where there is less room there are equations."""

_MOST_WORDS = 5
"""Lines of what a session is for, where there are also a drawing or equations."""

_MOST_DRAWN = 15
"""Lines of a drawing, which are enough for a first look."""

_LARGE = 4 * 2**20
"""Bytes from which on a file is opened only to work on it."""

_LOOKS = {
    CellMark.EDGE: "muted",
    CellMark.EDGE_STRONG: "muted",
    CellMark.EDGE_NEXT: "muted",
    CellMark.NODE: "muted",
    CellMark.VALUE: "value",
    CellMark.UNKNOWN: "muted",
    CellMark.HEADING: "muted",
    CellMark.CAPTION: "muted",
}


def preview(entry: Entry, width: int, height: int) -> list[Line]:
    """A session in at most `height` lines of `width` cells; what is wrong with it if it is not one.

    Opening it may take some seconds for a large one.
    """
    lines = [*_about(entry, width)]
    try:
        if entry.path.stat().st_size > _LARGE:
            return [*lines, line(), line(Span("A large file; Enter opens it.", "muted"))][:height]
        session = open_session(entry.path)
    except SessionError as error:
        told = (row for part in str(error).splitlines() for row in wrap_words(safe(part), width))
        return [*lines, line(), *(line(Span(row, "error")) for row in told)][:height]
    except (OSError, MemoryError):
        return [*lines, line(), line(Span("It cannot be read.", "error"))][:height]
    if not entry.title:
        # A path that was typed, of which nothing was read yet.
        lines = [*_about(entry_of(entry.group, entry.name, entry.path, session.part), width)]
    debugger = session.debugger
    room = height - len(lines) - 1
    # Where it was left may be far: from the start nothing has to be computed.
    debugger.stand(Stop(Reason.START, Position()))
    shown = _drawing(debugger, width, room) or _equations(debugger, width, room)
    return [*lines, line(), *shown][:height]


def _about(entry: Entry, width: int) -> Iterator[Line]:
    for row in wrap_words(safe(entry.title or Path(entry.name).name), width):
        yield line(Span(row, "strong"))
    if entry.stops:
        yield line(Span(f"a walkthrough of {entry.stops} stops", "fresh"))
    rows = wrap_words(safe(entry.notes.split("\n")[0]), width)
    if len(rows) > _MOST_WORDS:
        rows[_MOST_WORDS - 1 :] = [f"{rows[_MOST_WORDS - 1][: width - 1]}…"]
    yield from map(line, rows)
    if entry.source:
        yield Line(clipped([Span(f"From: {safe(entry.source)}", "muted")], width))


def _drawing(debugger: Debugger, width: int, height: int) -> list[Line]:
    """The network as a whole, nothing if there is no room for that."""
    if height < _LEAST_DRAWING:
        return []
    raster = Raster(network_graph(debugger.program))
    shown = scene(raster.graph, debugger.view, None, number)
    canvas = raster.draw(shown, width, min(height, _MOST_DRAWN))
    if raster.layout is None or not raster.layout.complete:
        return []
    return [_drawn(row) for row in canvas.rows()]


def _drawn(row: Row) -> Line:
    return Line(tuple(Span(text, _LOOKS.get(mark, "plain")) for text, mark in row))


def _equations(debugger: Debugger, width: int, height: int) -> list[Line]:
    """The first equations of the forward pass and the loss."""
    rows = equations(debugger.program, "unicode", (Phase.FORWARD, Phase.LOSS))
    return [Line(clipped([Span(safe(row))], width)) for row in islice(rows, max(0, height))]
