"""A slide: one operation for people at the far end of a room.

Its formula in large letters, its result in tall digits, and what that is in words; as large as
there is room for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from bpdebug.debugger.view import Status, View
from bpdebug.text.formula.operation import OperationText, done_text, next_text
from bpdebug.text.formula.tree import root
from bpdebug.text.large import huge, spaced, spaced_lines, tall
from bpdebug.text.numbers import COVER, DIGITS, number
from bpdebug.text.run.status import phase_of
from bpdebug.text.subscripts import subscripted
from bpdebug.text.values import NOT_YET, STALE
from bpdebug.text.words.in_words import done_in_words, next_in_words, slot_in_words
from bpdebug.text.words.telling import InWords
from bpdebug.text.wrapping import wrap_formula, wrap_words

Role = Literal["blank", "heading", "formula", "result", "sentence", "part", "quiet"]

_LEAST = 8
"""Letters of a formula that there has to be room for beside its target."""


class SlideRow(NamedTuple):
    """A line of a slide: `head` stands before `text`, which is what the role is about."""

    role: Role
    text: str = ""
    head: str = ""


class _Matter(NamedTuple):
    """What a slide is about: heading, the formula in symbols and numbers, result and words."""

    heading: str
    target: str
    sign: str
    lines: tuple[str, ...]
    result: str
    note: str
    words: InWords
    coming: str = ""


class _Size(NamedTuple):
    """How a slide is set: letters spaced out, lines of a digit, blank lines between."""

    spaced: bool
    digits: int
    airy: bool


_SIZES = (
    _Size(spaced=True, digits=5, airy=True),
    _Size(spaced=True, digits=3, airy=True),
    _Size(spaced=True, digits=3, airy=False),
    _Size(spaced=False, digits=3, airy=False),
    _Size(spaced=False, digits=1, airy=False),
)
"""From the largest to the smallest."""


def slide(
    view: View,
    width: int,
    height: int,
    digits: int = DIGITS,
    *,
    pinned: int | None = None,
    at_end: bool = False,
    subscripts: bool = False,
) -> list[SlideRow]:
    """What there is to be seen of an operation in `width` cells and, if possible, `height` lines.

    It is about the operation just executed, the one whose arithmetic is going on, or the
    element in the slot `pinned`. `subscripts` puts the digits of names below the line.
    """
    matter = _of_slot(view, pinned, digits) if pinned is not None else _of_operation(view, digits)
    if pinned is None and not view.position.arithmetic:
        coming = "the end" if at_end else f"next: {next_text(view, digits).target}"
        matter = matter._replace(coming=coming)
    if subscripts:
        # Before letters are spaced out: then no name could be told any more.
        lines = tuple(map(subscripted, matter.lines))
        matter = matter._replace(target=subscripted(matter.target), lines=lines)
    for size in _SIZES:
        rows = list(_rows(matter, width, size))
        is_crowded = size.spaced and 4 * len(matter.target) > width
        # Large letters without blank lines between would be harder to read than small ones.
        rows = rows if size.spaced else _closed_up(rows, height)
        if len(rows) <= height and not is_crowded:
            break
    return rows


def _closed_up(rows: list[SlideRow], height: int) -> list[SlideRow]:
    """The rows without as many blank ones as it takes to be `height`, the last first."""
    kept = list(rows)
    for at in reversed(range(len(kept))):
        if len(kept) > height and kept[at].role == "blank":
            del kept[at]
    return kept


def _of_operation(view: View, digits: int) -> _Matter:
    """The operation just executed; within an operation, and before the first, the next one."""
    total = view.program.operations
    if not view.position.arithmetic:
        done, told = done_text(view, digits), done_in_words(view, digits)
        if done is not None and told is not None:
            here = f"operation {view.operation} of {total} · iteration {view.iteration}"
            return _worked(f"{phase_of(view)} · {here}", done, done.result(digits), told)
    coming, words = next_text(view, digits), next_in_words(view, digits)
    operation = view.operation % total + 1
    if not view.position.arithmetic:
        heading = f"start · {total:,} operations an iteration"
        words = words._replace(sentence=f"Nothing is computed yet. First: {words.sentence}")
        return _worked(heading, coming, NOT_YET, words)
    iteration = view.iteration + (view.operation == total)
    steps = f"arithmetic step {view.position.arithmetic} of {view.program.arithmetic(operation)}"
    phase = view.program.statement(operation).phase
    heading = f"{phase} · operation {operation} of {total}, {steps} · iteration {iteration}"
    return _worked(heading, coming, "", words)


def _worked(heading: str, text: OperationText, result: str, words: InWords) -> _Matter:
    lines: tuple[str, ...] = (text.rule, text.numbers)
    if text.rule == COVER:
        lines = ()
    elif text.numbers in (result, text.rule):
        lines = (text.rule,)
    return _Matter(heading, text.target, text.sign, lines, result, text.note, words)


def _of_slot(view: View, slot: int, digits: int) -> _Matter:
    """An element that was asked for, whether it is computed already or not."""
    top = root(view, slot)
    result = NOT_YET if top.status is Status.UNKNOWN else number(top.value, digits)
    if top.status is Status.STALE:
        result = STALE + result
    heading = f"{top.symbol} · asked for, Esc follows the operation · iteration {view.iteration}"
    lines = (top.rule,) if top.rule else ()
    return _Matter(heading, top.symbol, "=", lines, result, "", slot_in_words(view, slot, digits))


def _rows(matter: _Matter, width: int, size: _Size) -> Iterator[SlideRow]:
    blank = SlideRow("blank")
    for line in wrap_words(matter.heading, width):
        yield SlideRow("heading", line)
    yield blank
    gap = "   " if size.spaced else " "
    target = spaced(matter.target) if size.spaced else matter.target
    indent = len(target) + len(matter.sign) + 2 * len(gap)
    for row, line in enumerate(matter.lines):
        before = target if row == 0 else " " * len(target)
        head = f"{before}{gap}{matter.sign}{gap}"
        wrapped = spaced_lines if size.spaced else wrap_formula
        for part in wrapped(line, max(_LEAST, width - indent)):
            yield SlideRow("formula", part, head)
            head = " " * indent
        if size.airy:
            yield blank
    if matter.result:
        before = " " * len(target) if matter.lines else target
        head = f"{before}{gap}{matter.sign}{gap}"
        yield from _result(matter.result, head, width, size)
        yield blank
    for line in wrap_words(matter.note, width):
        yield SlideRow("quiet", line)
    yield from _in_words(matter.words, width)
    if matter.coming:
        yield blank
        yield SlideRow("quiet", matter.coming)


def _result(result: str, head: str, width: int, size: _Size) -> Iterator[SlideRow]:
    """The result: as large as is wanted and as there is room for."""
    choices = [
        huge(result) if size.digits == 5 else None,
        tall(result) if size.digits >= 3 else None,
        [spaced(result)] if size.digits >= 3 else None,
        [result],
    ]
    room = width - len(head)
    digits = next((rows for rows in choices if rows and len(rows[0]) <= room), [result])
    for row, line in enumerate(digits):
        yield SlideRow("result", line, head if row == len(digits) // 2 else " " * len(head))


def _in_words(words: InWords, width: int) -> Iterator[SlideRow]:
    for line in wrap_words(words.sentence, width):
        yield SlideRow("sentence", line)
    column = max((len(part.value) for part in words.parts), default=0)
    for part in words.parts:
        value = f"  {part.value:>{column}}  "
        for line in wrap_words(part.words, max(_LEAST, width - len(value))):
            yield SlideRow("part", line, value)
            value = " " * len(value)
    if words.left_out:
        yield SlideRow("quiet", f"  … {words.left_out:,} more")
