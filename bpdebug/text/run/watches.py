"""Watches: expressions with their values at a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from bpdebug.debugger.conditions import Watch, read_watch
from bpdebug.debugger.view import Position, View
from bpdebug.notation.parser import parse_watch
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Program
from bpdebug.text.numbers import DIGITS
from bpdebug.text.run.status import value_text


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch: what was written, the same as formulas are set, and its value.

    `known` says that there is a value; `fresh` that the operation just executed has changed
    it. `sign` stands between the two: a condition equals nothing.
    """

    text: str
    label: str
    sign: str
    value: str
    known: bool
    fresh: bool


def watch_rows(watches: Sequence[str], view: View, digits: int = DIGITS) -> list[WatchRow]:
    """A row for each watch. Raises ConditionError if one cannot be read."""
    earlier = _just_before(view)
    return [_row(text, view, earlier, digits) for text in watches]


def _row(text: str, view: View, earlier: View | None, digits: int) -> WatchRow:
    watch, label = _read(text, view.program)
    value = watch.value(view)
    fresh = value is not None and earlier is not None and not _same(watch.value(earlier), value)
    sign = ": " if isinstance(value, bool) else " = "
    return WatchRow(text, label, sign, value_text(value, digits), value is not None, fresh)


def _same(one: float | bool | None, other: float | bool | None) -> bool:
    """Whether nothing has changed; that includes NaN after NaN."""
    return one == other or (one != one and other != other)


def _just_before(view: View) -> View | None:
    """The state before the operation just executed, as its iteration has it."""
    if not view.operation:
        return None
    here = view.position.operation
    return replace(
        view,
        position=Position(here - 1),
        operation=view.operation - 1,
        edits=tuple(edit for edit in view.edits if edit.operation < here),
    )


_known: WeakKeyDictionary[Program, dict[str, tuple[Watch, str]]] = WeakKeyDictionary()


def _read(text: str, program: Program) -> tuple[Watch, str]:
    """A watch and its label, read once for each program."""
    known = _known.setdefault(program, {})
    if text not in known:
        known[text] = (read_watch(text, program), to_text(parse_watch(text), "unicode"))
    return known[text]
