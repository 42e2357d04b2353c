"""The derivative tree in numbered lines, and the parameter table in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.conditions import find_slot
from bpdebug.debugger.view import Status
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.program.quantities import Kind
from bpdebug.text.aloud import sentence
from bpdebug.text.formula.tree import TreeNode, children, has_children, rest, root
from bpdebug.text.formula.tree_rows import share_text, shares_note
from bpdebug.text.run.transcript import spoken
from bpdebug.text.table.cells import parameter_row
from bpdebug.text.table.columns import GRADIENT, UPDATE, VALUE
from bpdebug.text.table.filter import FilterError
from bpdebug.text.table.order import TableLook, arranged
from bpdebug.text.table.rows import parameter_table
from bpdebug.text.values import NOT_YET

_LEVELS = 2
_MOST_LEVELS = 8
_MOST_LINES = 200
_MOST_ROWS = 100
_WIDE = 24
"""Cells of a number in a column, which has all the room that it needs here."""


def tree(debugging: LineDebugger, text: str) -> Answer:
    """What an element is computed from, level by level, each line with its number."""
    name, _, deep = text.partition(" ")
    levels = _LEVELS
    if deep.strip():
        if not deep.strip().isdecimal() or not 1 <= int(deep[:9]) <= _MOST_LEVELS:
            raise CommandError(
                f"levels go from 1 to {_MOST_LEVELS}, found {deep.strip()}: tree dE/dw1 3"
            )
        levels = int(deep)
    view = debugging.view
    if name:
        slot = find_slot(debugging.debugger.program, name)
    elif view.done is not None:
        slot = view.done.slot
    else:
        raise CommandError("nothing is computed yet; name an element: tree dE/dw7")
    top = root(view, slot)
    lines, shares = [f"{_node(debugging, top)}."], []
    for line, share in _below(debugging, top, "", levels):
        lines.append(line)
        shares += [share] if share is not None else []
        if len(lines) > _MOST_LINES:
            lines.append(f"At most {_MOST_LINES} lines are shown; tree NAME 1 shows one level.")
            break
    note = shares_note(shares)
    return answer([*lines, *([sentence(note)] if note else [])])


def _below(
    debugging: LineDebugger, node: TreeNode, number: str, levels: int
) -> Iterator[tuple[str, float | None]]:
    """The lines below a node with their shares; of no more levels than that."""
    view = debugging.view
    for place, child in enumerate(children(view, node), 1):
        mine = f"{number}{place}."
        share = "" if child.share is None else f", {share_text(child.share)} of the sum"
        yield f"  {mine} {_node(debugging, child)}{share}.", child.share
        if levels > 1 and has_children(child):
            yield from _below(debugging, child, mine, levels - 1)
    more = rest(view, node)
    if more is not None:
        value = "" if more.value is None else f", {spoken(more.value, debugging.digits)} in all"
        yield f"  {number} and {more.count} more {more.what}{value}.", None


def _node(debugging: LineDebugger, node: TreeNode) -> str:
    slot = node.slot
    kind = None if slot is None else debugging.debugger.program.quantity_at(slot).kind
    # An update: the parameter is on both sides.
    sign = ":=" if kind is Kind.PARAMETER else "="
    rule = f" {sign} {node.rule}" if node.rule and node.rule != node.symbol else ""
    if node.status is Status.UNKNOWN:
        return f"{node.symbol}{rule}, not computed yet"
    stale = ", stale" if node.status is Status.STALE else ""
    return f"{node.symbol}{rule} = {spoken(node.value, debugging.digits)}{stale}"


def table(debugging: LineDebugger, text: str) -> Answer:
    """The parameters, each with its gradient and what the update has added."""
    view = debugging.view
    rows = parameter_table(debugging.debugger.program)
    try:
        order = arranged(rows, view, TableLook(filter=text)).rows
    except FilterError as error:
        raise CommandError(str(error)) from error
    lines = []
    for row in order[:_MOST_ROWS].tolist():
        slot = int(rows.slots[row])
        cells = parameter_row(
            view, slot, {}, debugging.digits, (VALUE, GRADIENT, UPDATE), _WIDE
        ).cells
        parts = [f"{debugging.debugger.program.name(slot)} = {cells[VALUE].text}"]
        for column in (GRADIENT, UPDATE):
            said = cells[column].text.removeprefix("+")
            if said and said != NOT_YET:
                stale = said.startswith("~")
                parts.append(f"{column} {said.removeprefix('~')}{' stale' if stale else ''}")
        lines.append(f"  {', '.join(parts)}")
    if len(order) > _MOST_ROWS:
        lines.append(f"  and {len(order) - _MOST_ROWS:,} more; table w1* shows some")
    return answer(lines or ["No parameter matches."])
