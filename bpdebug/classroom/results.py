"""The marks of a class written: as text, as CSV for a spreadsheet, as a page of HTML."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Iterator, Sequence

from bpdebug.classroom.form import guarded
from bpdebug.classroom.marking import ClassMarks
from bpdebug.classroom.marks import Mark, Marked, MarkKind, mistakes, tallies
from bpdebug.text.safe import safe

FORMS = ("csv", "html")
"""The forms besides text."""

_MOST_LISTED = 12
"""This many mistakes and results are named in the text; the page has all of them."""

_KINDS = tuple(MarkKind)


def cause_of(marked: Marked) -> str:
    """What is said of why a student's answers are wrong."""
    told = [each.told if each.is_sure else f"perhaps {each.told}" for each in marked.causes]
    return "; ".join(told) or marked.no_cause


def _points(marked: Marked) -> str:
    return f"{marked.points} of {len(marked.marks)}"


def _first(marked: Marked) -> str:
    first = marked.first_wrong
    return "" if first is None else f"{first.name} = {first.answer}, right: {first.right}"


# Text


def text_lines(marks: ClassMarks) -> Iterator[str]:
    """The class as lines of text, each student in one or two."""
    # Where no form could be read there is no class.
    group = f"{marks.group}: " if marks.group else ""
    count = len(marks.marked)
    yield f"{group}{count:,} form{'' if count == 1 else 's'}"
    width = max((len(each.student) for each in marks.marked), default=0)
    for each in marks.marked:
        told = [f"{each.count(kind)} {kind}" for kind in _KINDS if each.count(kind)]
        yield f"  {each.student:<{width}}  {_points(each):>9}   {', '.join(told)}"
        if each.first_wrong:
            yield f"  {'':<{width}}    {_first(each)}"
            yield f"  {'':<{width}}    {cause_of(each)}"
    found = mistakes(marks.marked)
    if found:
        yield "Mistakes, the most frequent first"
        yield from (f"  {len(who)}  {label}" for label, who in found[:_MOST_LISTED])
        if len(found) > _MOST_LISTED:
            yield f"  … and {len(found) - _MOST_LISTED:,} more"
    hard = [each for each in tallies(marks.marked) if each.wrong]
    if hard:
        yield "Hardest results"
        for tally in hard[:_MOST_LISTED]:
            yield f"  {tally.name}: wrong in {tally.wrong} of {tally.of}"


# CSV


def csv_text(marks: ClassMarks) -> str:
    """A line for each student, then an empty line, the mistakes, the results and what is unread.

    No text in it is taken for a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")

    def write(*cells: object) -> None:
        writer.writerow([guarded(safe(each)) if isinstance(each, str) else each for each in cells])

    write("student", "file", "points", "of", *map(str, _KINDS), "first wrong", "cause")
    for each in marks.marked:
        counts = [each.count(kind) for kind in _KINDS]
        row = (each.student, each.file, each.points, len(each.marks), *counts)
        write(*row, _first(each), cause_of(each))
    write()
    write("mistake", "students", "who")
    for label, who in mistakes(marks.marked):
        write(label, len(who), ", ".join(who))
    write()
    write("result", "wrong", "missing", "of")
    for tally in tallies(marks.marked):
        write(tally.name, tally.wrong, tally.missing, tally.of)
    if marks.unread:
        write()
        write("not read", "line", "reason")
        for problem in marks.unread:
            write(problem.file, problem.line or "", problem.reason)
    return out.getvalue()


# HTML

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #8888; padding: .2rem .6rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.right { background: #2a21; } .rounding { background: #2a82; } .follows { background: #aa22; }
.wrong { background: #c223; } .unread { background: #62c3; } .missing { background: #8882; }
details { margin: .5rem 0; } summary { cursor: pointer; }
@media print { details > * { display: block; } body { margin: 0; max-width: none; } }
"""


def html_text(marks: ClassMarks, title: str) -> str:
    """A page with everything, that needs nothing but itself."""
    return "\n".join(_page(marks, title)) + "\n"


def _page(marks: ClassMarks, title: str) -> Iterator[str]:
    heading = " · ".join(filter(None, (marks.group, title)))
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_escaped(heading)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{_escaped(heading)}</h1>"
    if marks.unread:
        yield "<h2>To be looked at</h2>"
        rows = [(each.file, each.line or "", each.reason) for each in marks.unread]
        yield from _table(("file", "line", "reason"), rows)
    yield "<h2>Students</h2>"
    heads = ("student", "points", *map(str, _KINDS), "first wrong step", "cause")
    yield from _table(heads, [_row(each) for each in marks.marked])
    found = mistakes(marks.marked)
    if found:
        yield "<h2>Mistakes</h2>"
        yield from _table(
            ("students", "mistake", "who"),
            [(len(who), label, ", ".join(who)) for label, who in found],
        )
    yield "<h2>Results, the hardest first</h2>"
    yield from _table(
        ("result", "wrong", "missing", "of"),
        [(each.name, each.wrong, each.missing, each.of) for each in tallies(marks.marked)],
    )
    yield "<h2>All answers</h2>"
    for each in marks.marked:
        yield f"<details><summary>{_escaped(each.student)}: {_points(each)}</summary>"
        yield from _answers(each.marks)
        yield "</details>"
    yield "</body></html>"


def _row(marked: Marked) -> tuple[object, ...]:
    counts = [marked.count(kind) or "" for kind in _KINDS]
    return marked.student, _points(marked), *counts, _first(marked), cause_of(marked)


def _answers(marks: Sequence[Mark]) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield "".join(f"<th>{head}</th>" for head in ("result", "answer", "right", "mark", ""))
    yield "</tr></thead><tbody>"
    for mark in marks:
        cells = (mark.name, mark.answer, mark.right, str(mark.kind), mark.note)
        yield f'<tr class="{mark.kind}">{"".join(f"<td>{_escaped(c)}</td>" for c in cells)}</tr>'
    yield "</tbody></table>"


def _table(heads: Iterable[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield "".join(f"<th>{_escaped(head)}</th>" for head in heads)
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = (
            f'<td class="n">{each}</td>' if isinstance(each, int) else f"<td>{_escaped(each)}</td>"
            for each in row
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"


def _escaped(value: object) -> str:
    return html.escape(safe(str(value)))
