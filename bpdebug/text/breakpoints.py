"""Breakpoints as a list that people can read who know gdb's."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from bpdebug.debugger.breakpoints import Breakpoint


def breakpoint_lines(breakpoints: Iterable[Breakpoint], width: int) -> list[list[str]]:
    """For each breakpoint its lines: number, type, disposition, enabled, what; then details.

    A long condition takes several lines of at most `width` characters.
    """
    found = []
    for each in breakpoints:
        enabled = "y" if each.enabled else "n"
        lines = [f"{each.number:<4}{each.access:<10}{'keep':<6}{enabled:<4}{each.quantity}"]
        if each.condition:
            words = f"stop only if {each.condition}"
            lines += [f"{'':<8}{part}" for part in wrap(words, width - 8)]
        if each.hits:
            times = "time" if each.hits == 1 else "times"
            lines.append(f"{'':<8}already hit {each.hits} {times}")
        found.append(lines)
    return found


HEADING = f"{'Num':<4}{'Type':<10}{'Disp':<6}{'Enb':<4}What"
"""The line above the list."""
