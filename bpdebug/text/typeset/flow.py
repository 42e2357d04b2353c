"""Breaking set formulas into lines of a given width, where people break them."""

from __future__ import annotations

import re

from bpdebug.text.typeset.box import Box, BoxMark, beside, blank
from bpdebug.text.typeset.formulas import Term, joined
from bpdebug.text.wrapping import wrap_marked


def flowed(terms: list[Term], width: int) -> list[Box] | None:
    """A formula in lines of at most `width` cells, broken before its terms.

    What is longer is broken before its factors. None if something unbreakable is too wide.
    """
    lines: list[Box] = []
    whole = False
    for term in terms:
        box = joined([term])
        if whole and lines[-1].width + 1 + box.width <= width:
            lines[-1] = beside(lines[-1], blank(1), box)
            continue
        # A term that is broken stands on lines of its own.
        whole = box.width <= width
        if whole:
            lines.append(box)
            continue
        parts = _broken(term, width)
        if parts is None:
            return None
        lines += parts
    return lines


def _broken(term: Term, width: int) -> list[Box] | None:
    """A term in lines, broken before its factors, and in its parentheses if it has one line."""
    whole = joined([term])
    if not whole.tall and any(box.width > width for box, _ in term):
        return _broken_text(whole, width)
    lines: list[Box] = []
    for box, gap in term:
        if box.width > width:
            return None
        if lines and lines[-1].width + gap + box.width <= width:
            lines[-1] = beside(lines[-1], blank(gap), box) if gap else beside(lines[-1], box)
        else:
            lines.append(box)
    return lines


def _broken_text(box: Box, width: int) -> list[Box] | None:
    """A box of one line, broken as a plain line is; None if a name or number had to be cut."""
    text = box.lines[0]
    marked = next(((mark.start, mark.end) for mark in box.marks), None)
    found = wrap_marked(text, width, marked)
    words = [word for line, _ in found for word in _WORD.findall(line)]
    if words != _WORD.findall(text) or any(len(line) > width for line, _ in found):
        return None
    return [
        Box((line,), 0, (BoxMark(0, *span),) if span is not None else ()) for line, span in found
    ]


_WORD = re.compile(r"[\d.]+e−\d+|[\w.]+")
