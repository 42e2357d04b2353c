"""A slide: one operation for people at the far end of a room.

Its formula set as mathematics, its result in tall digits, and what that is in words; as large
as there is room for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from bpdebug.debugger.view import Status, View
from bpdebug.text.formula.operation import OperationText, done_text, next_text
from bpdebug.text.formula.tree import root
from bpdebug.text.formula.worked import Worked, done_worked, next_worked
from bpdebug.text.large import huge, tall
from bpdebug.text.numbers import COVER, DIGITS, number
from bpdebug.text.typeset.operation import set_operation
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
    worked: Worked | None = None
    coming: str = ""


class _Size(NamedTuple):
    """How a slide is set: lines of a digit, and whether blank lines part the formula."""

    digits: int
    airy: bool


_SIZES = (
    _Size(digits=5, airy=True),
    _Size(digits=3, airy=True),
    _Size(digits=3, airy=False),
    _Size(digits=1, airy=False),
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
    mathematics: bool = True,
) -> list[SlideRow]:
    """What there is to be seen of an operation in `width` cells and, if possible, `height` lines.

    It is about the operation just executed, the one whose arithmetic is going on, or the
    element in the slot `pinned`. With `mathematics` its formula is set with fractions, where
    there is room.
    """
    matter = _of_slot(view, pinned, digits) if pinned is not None else _of_operation(view, digits)
    if pinned is None and not view.position.arithmetic:
        coming = "the end" if at_end else f"next: {next_text(view, digits).target}"
        matter = matter._replace(coming=coming)
    around = _around(matter, width)
    room = height - len(around.before) - len(around.after)
    found = None
    for formula in (_set_formula, _plain_formula) if mathematics else (_plain_formula,):
        for size in _SIZES:
            found = formula(matter, width, room, size, digits)
            if found is not None and len(found) <= room:
                return [*around.before, *found, *around.after]
    return _closed_up([*around.before, *(found or []), *around.after], height)


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
            # The status above says which operation it is.
            return _matter("", done, done_worked(view, digits), done.result(digits), told)
    coming, words = next_text(view, digits), next_in_words(view, digits)
    operation = view.operation % total + 1
    if not view.position.arithmetic:
        heading = f"start · {total:,} operations an iteration"
        words = words._replace(sentence=f"Nothing is computed yet. First: {words.sentence}")
        return _matter(heading, coming, next_worked(view), NOT_YET, words)
    iteration = view.iteration + (view.operation == total)
    steps = f"arithmetic step {view.position.arithmetic} of {view.program.arithmetic(operation)}"
    phase = view.program.statement(operation).phase
    heading = f"{phase} · operation {operation} of {total}, {steps} · iteration {iteration}"
    return _matter(heading, coming, next_worked(view), "", words)


def _matter(
    heading: str, text: OperationText, worked: Worked | None, result: str, words: InWords
) -> _Matter:
    lines: tuple[str, ...] = (text.rule, text.numbers)
    if text.rule == COVER:
        lines = ()
    elif text.numbers in (result, text.rule):
        lines = (text.rule,)
    return _Matter(heading, text.target, text.sign, lines, result, text.note, words, worked)


def _of_slot(view: View, slot: int, digits: int) -> _Matter:
    """An element that was asked for, whether it is computed already or not."""
    top = root(view, slot)
    result = NOT_YET if top.status is Status.UNKNOWN else number(top.value, digits)
    if top.status is Status.STALE:
        result = STALE + result
    heading = f"{top.symbol} · asked for, Esc follows the operation · iteration {view.iteration}"
    lines = (top.rule,) if top.rule else ()
    return _Matter(heading, top.symbol, "=", lines, result, "", slot_in_words(view, slot, digits))


class _Around(NamedTuple):
    """What is before the formula and its result, and what stands after them."""

    before: list[SlideRow]
    after: list[SlideRow]


def _around(matter: _Matter, width: int) -> _Around:
    blank = SlideRow("blank")
    before = [SlideRow("heading", line) for line in wrap_words(matter.heading, width)]
    before += [blank] if before else []
    after = [blank]
    after += [SlideRow("quiet", line) for line in wrap_words(matter.note, width)]
    after += _in_words(matter.words, width)
    if matter.coming:
        after += [blank, SlideRow("quiet", matter.coming)]
    return _Around(before, after)


def _set_formula(
    matter: _Matter, width: int, height: int, size: _Size, digits: int
) -> list[SlideRow] | None:
    """The formula set as mathematics in at most `height` lines, None if there is no room."""
    if matter.worked is None:
        return None
    # The result is written large below, not once more as a line of the formula.
    worked = replace(matter.worked, value=None)
    lines = size.digits + size.airy if matter.result else 0
    found = set_operation(worked, width, height - lines, digits)
    if found is None:
        return None
    rows = [
        SlideRow("formula", text[found.head :].rstrip(), text[: found.head])
        if part
        else SlideRow("blank")
        for text, part in zip(found.box.lines, found.parts, strict=True)
    ]
    if matter.result:
        head = f"{'=':>{found.head - 1}} "
        rows += [SlideRow("blank")] * size.airy
        rows += _result(matter.result, head, width, size)
    return rows


def _plain_formula(
    matter: _Matter, width: int, height: int, size: _Size, digits: int
) -> list[SlideRow]:
    """The formula as it is typed, however many lines it takes."""
    rows = []
    target = matter.target
    indent = len(target) + len(matter.sign) + 2
    for row, line in enumerate(matter.lines):
        before = target if row == 0 else " " * len(target)
        head = f"{before} {matter.sign} "
        for part in wrap_formula(line, max(_LEAST, width - indent)):
            rows.append(SlideRow("formula", part, head))
            head = " " * indent
        if size.airy:
            rows.append(SlideRow("blank"))
    if matter.result:
        before = " " * len(target) if matter.lines else target
        rows += _result(matter.result, f"{before} {matter.sign} ", width, size)
    return rows


def _result(result: str, head: str, width: int, size: _Size) -> Iterator[SlideRow]:
    """The result: as large as is wanted and as there is room for."""
    choices = [
        huge(result) if size.digits == 5 else None,
        tall(result) if size.digits >= 3 else None,
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
