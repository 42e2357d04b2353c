"""Breakpoints as a list that people can read who know gdb's."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.text.marks import sign
from bpdebug.text.safe import safe
from bpdebug.text.wrapping import wrap_words

HEADING = f"  {'Num':<4}{'Type':<10}{'Disp':<6}{'Enb':<4}What"
"""The line above the list."""

_INDENT = 10


def breakpoint_lines(breakpoints: Mapping[Breakpoint, int | None], width: int) -> list[list[str]]:
    """For each breakpoint its lines: mark, number, type, disposition, enabled, what; details.

    The number that stands behind each is that of its hits up to now, None if it is not known.
    A long text takes several lines of at most `width` characters.
    """
    return [_lines(each, hits, width) for each, hits in breakpoints.items()]


def _lines(each: Breakpoint, hits: int | None, width: int) -> list[str]:
    kind = each.on.split()[0] if each.is_on_place else str(each.access)
    disposition = "log" if each.log is not None else "del" if each.temporary else "keep"
    enabled = "y" if each.enabled else "n"
    head = f"{sign(each)} {each.number:<4}{kind:<10}{disposition:<6}{enabled:<4}"
    # What people write is told as it is, but for characters that would move the cursor.
    what = wrap_words(safe(each.on), width - len(head)) or [""]
    lines = [head + what[0], *(" " * len(head) + rest for rest in what[1:])]
    for text in _details(each, hits):
        lines += [" " * _INDENT + row for row in wrap_words(safe(text), width - _INDENT)]
    return lines


def _details(each: Breakpoint, hits: int | None) -> list[str]:
    details = []
    if each.problem:
        details.append(f"cannot be used: {each.problem}")
    if each.condition:
        verb = "stop" if each.log is None else "write"
        details.append(f"{verb} only if {each.condition}")
    if each.hit:
        details.append(f"hit {each.hit}: {_hits(each.hit)}")
    if each.log is not None:
        details.append(f'writes "{each.log}" and does not stop')
    if hits is None and not each.problem:
        details.append("hits so far not counted: that takes long")
    if hits:
        details.append(f"{_times(hits, 'hit')} from the start of the run to here")
    if each.ignore and hits is None:
        details.append(f"ignores the first {_times(each.ignore, 'hit')} of the run")
    elif each.ignore > (hits or 0):
        details.append(f"ignores the next {_times(each.ignore - (hits or 0), 'hit')}")
    return details


def _hits(condition: str) -> str:
    """A hit condition in words."""
    sign, _, text = condition.partition(" ")
    number = int(text)
    match sign:
        case "%":
            return f"only hits {number}, {2 * number}, {3 * number} and so on"
        case "==":
            return f"only hit {number}"
        case _:
            return f"only hits from {number + (sign == '>')} on"


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
