"""How a finding is drawn: its line, and the details below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.text.findings.told import (
    CAUSE,
    DIFFERS,
    FOLLOWS,
    PERHAPS,
    PLANTED,
    UNSURE,
    WRONG,
    ToldFinding,
)
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.panes.lines import Line, Span, clipped, line, width_of

_LOOKS = {
    CAUSE: "fresh",
    PERHAPS: "fresh",
    WRONG: "error",
    DIFFERS: "error",
    PLANTED: "error",
    FOLLOWS: "mark",
    UNSURE: "mark",
}
_DETAILS = {"✗": "error", "≠": "error"}
"""The looks of marks, and of paths by the sign that they begin with."""

_MARK_WIDTH = 11
_MOST_SUBJECT = 24
INDENT = 4


def finding_lines(
    finding: ToldFinding, column: int, width: int, is_open: bool, inner: bool = False
) -> Iterator[Line]:
    """A finding, with its details if it is open; `column` is how wide the subjects are."""
    has_more = bool(finding.details or finding.children)
    indent = INDENT * inner
    sign = " " if not has_more else "−" if is_open else "+"
    subject = clipped([Span(finding.subject, "strong")], column)
    gap = column + 2 - sum(width_of(span.text) for span in subject)
    head = [
        Span(f"{'':<{indent}}{sign} ", "muted"),
        Span(f"{finding.mark!s:<{_MARK_WIDTH}}", _LOOKS.get(finding.mark, "muted")),
        *subject,
        Span(" " * gap),
    ]
    room = width - sum(width_of(span.text) for span in head)
    yield Line((*head, *clipped([Span(finding.found)], room)))
    if not is_open:
        return
    indent += INDENT
    if width_of(finding.found) > room:
        for text in wrap_words(finding.found, width - indent):
            yield line(Span(f"{'':<{indent}}{text}"))
    for detail in finding.details:
        for text in _wrapped(detail, width - indent):
            yield line(Span(f"{'':<{indent}}{text}", _DETAILS.get(text[:1], "muted")))


def subject_column(found: Sequence[ToldFinding]) -> int:
    """How wide the subjects are."""
    return min(_MOST_SUBJECT, max((width_of(each.subject) for each in found), default=0))


def _wrapped(text: str, width: int) -> list[str]:
    """A line of a table as it is, if it fits; a longer text in several lines."""
    return [text] if width_of(text) <= width else wrap_words(text, width)
