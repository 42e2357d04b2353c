"""What notebooks show of a run, of checks and of equations: fragments of HTML.

They have no script and no style but their own, take the colours of the page around, and hold texts
of sessions escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from bpdebug.checks.report import CheckReport
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import View
from bpdebug.drawing.svg import network_svg
from bpdebug.notation.equation import Equation
from bpdebug.notation.mathml import markup, math_element, to_mathml
from bpdebug.text.findings.report import findings, summary
from bpdebug.text.formula.tree import root
from bpdebug.text.formula.tree_rows import Keys, cells, rows
from bpdebug.text.formula.worked import Worked, done_worked, next_worked
from bpdebug.text.numbers import number
from bpdebug.text.run import status
from bpdebug.text.safe import safe

MOST_ROWS = 40
"""Lines of the tree, and findings, that a fragment has at most."""

MOST_EQUATIONS = 200

_CELL = "text-align:left;padding:0 1em 0 0;vertical-align:top;background:none"
_SIGNIFICANT = 15
_NOTHING: Keys = frozenset()


def run_html(debugger: Debugger, title: str) -> str:
    """Where a run stands: the network, the operation just executed or that comes next, its tree."""
    view = debugger.view
    worked = done_worked(view) or next_worked(view)
    parts = [
        _paragraph(title, bold=True),
        _paragraph(status.where(debugger)),
        network_svg(view),
        _operation(worked, is_next=view.done is None),
        _tree(view),
    ]
    return _fragment(parts)


def check_html(report: CheckReport) -> str:
    """What checks have found: a line for each finding, what is said of it after it."""
    found = findings(report, report.program)
    lines = [
        (str(each.mark), each.subject, each.found, "\n".join(each.details))
        for each in found[:MOST_ROWS]
    ]
    body = "".join(
        f'<tr>{_cell(mark)}{_cell(subject)}<td style="{_CELL}">{_folded(told, details)}</td></tr>'
        for mark, subject, told, details in lines
    )
    return _fragment([_paragraph(summary(report), bold=True), _table(body), _more(len(found))])


def equations_html(equations: Sequence[Equation]) -> str:
    """Equations in MathML, one below another."""
    shown = [to_mathml(each) for each in equations[:MOST_EQUATIONS]]
    left_out = len(equations) - len(shown)
    return _fragment([*shown, _paragraph(f"… {left_out:,} more") if left_out else ""])


def _operation(worked: Worked, is_next: bool) -> str:
    """The operation in symbols, with its numbers, and its value."""

    def exactly(value: float) -> str:
        return f"{value:.{_SIGNIFICANT}g}"

    sign = f"<mo>{worked.sign}</mo>"
    target = markup(worked.target, exactly)
    lines = [target + sign + markup(worked.rule.tree, exactly) + _left_out(worked.rule.left_out)]
    if not is_next:
        numbers = markup(worked.numbers.tree, number)
        lines.append(sign + numbers + _left_out(worked.numbers.left_out))
    if worked.value is not None:
        lines.append(f"{sign}<mn>{escape(number(worked.value))}</mn>")
    said = _paragraph("next:") if is_next else ""
    note = _paragraph(worked.note) if worked.note else ""
    return said + "".join(map(math_element, lines)) + note


def _left_out(count: int) -> str:
    return f"<mo>+</mo><mtext>… {count:,} more</mtext>" if count else ""


def _tree(view: View) -> str:
    """The tree of the operation just executed, its first levels open."""
    if view.done is None:
        return ""
    lines, count = [], 0
    for row in rows(view, root(view, view.done.slot), _NOTHING, _NOTHING):
        count += 1
        if count > MOST_ROWS:
            continue
        found = cells(view, row)
        symbol = f'<td style="{_CELL};white-space:pre">{_text(row.guide + found.symbol)}</td>'
        others = (found.rule, found.numbers, found.value, found.share)
        lines.append(f"<tr>{symbol}{''.join(map(_cell, others))}</tr>")
    return _table("".join(lines)) + _more(count)


# Pieces


def _fragment(parts: Iterable[str]) -> str:
    inner = "".join(parts)
    return f'<div style="color:inherit;background:none;overflow-x:auto">{inner}</div>'


def _text(text: str) -> str:
    """Any text of a session, with nothing in it that is markup or that HTML has no place for."""
    return escape(safe(text))


def _paragraph(text: str, bold: bool = False) -> str:
    inner = f"<strong>{_text(text)}</strong>" if bold else _text(text)
    return f'<p style="margin:0.2em 0">{inner}</p>'


def _cell(text: str) -> str:
    return f'<td style="{_CELL}">{_text(text)}</td>'


def _folded(told: str, details: str) -> str:
    if not details:
        return _text(told)
    inner = f'<pre style="color:inherit;background:none;margin:0">{_text_lines(details)}</pre>'
    return f"<details><summary>{_text(told)}</summary>{inner}</details>"


def _text_lines(text: str) -> str:
    return "\n".join(map(_text, text.split("\n")))


def _table(rows_: str) -> str:
    return f'<table style="color:inherit;border-collapse:collapse"><tbody>{rows_}</tbody></table>'


def _more(count: int) -> str:
    return _paragraph(f"… {count - MOST_ROWS:,} more lines") if count > MOST_ROWS else ""
