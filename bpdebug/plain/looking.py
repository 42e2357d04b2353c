"""Looking without moving: at the current position, what is around, values, formulas, parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np

from bpdebug.debugger import whole
from bpdebug.debugger.conditions import ConditionError, find, find_slot, read_watch, shape_text
from bpdebug.debugger.covering import HINTS_FOR_NUMBERS, is_covered
from bpdebug.debugger.predictions import MOST_HINTS
from bpdebug.debugger.view import Position, Status
from bpdebug.notation.printing import to_text
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.program.formula import Formula, formula
from bpdebug.program.quantities import Quantity
from bpdebug.text.aloud import sentence
from bpdebug.text.formula.operation import done_text
from bpdebug.text.formula.origins import last_written, origins
from bpdebug.text.formula.tree import rule_text
from bpdebug.text.formula.why_now import why_now
from bpdebug.text.records import json_number
from bpdebug.text.run.describe import equations
from bpdebug.text.run.status import value_text
from bpdebug.text.run.transcript import operation_lines, place_words, spoken, unfinished_line
from bpdebug.text.words.in_words import done_in_words, next_in_words, slot_in_words
from bpdebug.text.words.telling import InWords

_AROUND = 5
_MOST_LISTED = 200
_MOST_ELEMENTS = 200
_MOST_NAMES = 400


def where(debugging: LineDebugger, rest: str) -> Answer:
    """The position, the operation just executed, and why it came now."""
    debugger, view = debugging.debugger, debugging.view
    lines = [place_words(debugger)]
    if view.position.arithmetic:
        lines += unfinished_line(view, debugging.digits)
    elif view.done is not None:
        lines += operation_lines(view, debugging.digits)
        why = why_now(view, view.done.slot)
        lines += [sentence(why)] if why else []
    else:
        lines.append(f"First: {next_in_words(view, debugging.digits).sentence}")
    return answer(lines + debugging.watched())


def explain(debugging: LineDebugger, rest: str) -> Answer:
    """An operation in words: the one just executed, or the one that computes what is named."""
    view = debugging.view
    if rest:
        slot = find_slot(debugging.debugger.program, rest)
        told = slot_in_words(view, slot, debugging.digits)
        why = why_now(view, slot)
    else:
        done = done_in_words(view, debugging.digits)
        told = done or next_in_words(view, debugging.digits)
        why = why_now(view, view.done.slot) if view.done else ""
    return answer([*_in_words(told), *([sentence(why)] if why else [])])


def _in_words(told: InWords) -> Iterator[str]:
    yield told.sentence
    for part in told.parts:
        yield f"  {part.words}: {_known(part.value)}"
    if told.left_out:
        yield f"  and {told.left_out:,} more"


def _known(value: str) -> str:
    """A value with a word for the mark of a stale one."""
    return f"{value[1:]}, stale" if value.startswith("~") else value


def print_(debugging: LineDebugger, rest: str) -> Answer:
    """A value, an array, what an expression gives, or `derivation NAME`."""
    word, _, name = rest.partition(" ")
    if word == "derivation":
        return _derivation(debugging, name.strip())
    if not rest:
        done = debugging.view.done
        if done is None:
            raise CommandError("nothing is computed yet; name what to print: print w7")
        rest = debugging.debugger.program.name(done.slot)
    try:
        found = find(debugging.debugger.program, rest, suggests=False)
    except ConditionError:
        return _expression(debugging, rest)
    if isinstance(found, int):
        return _element(debugging, found)
    return _array(debugging, found)


def _element(debugging: LineDebugger, slot: int) -> Answer:
    view, name = debugging.view, debugging.debugger.program.name(slot)
    status = view.status(slot)
    known = status is not Status.UNKNOWN
    if view.hides(slot, MOST_HINTS):
        return answer([f"{name} is covered. What is it?"], name=name, value=None, covered=True)
    value = view.value(slot) if known else None
    said = f"{name} = {spoken(value, debugging.digits)}" if known else f"{name} is not computed yet"
    if status is Status.STALE:
        said += ", stale: from the previous iteration"
    if view.edited(slot):
        said += ", edited"
    data = None if value is None else json_number(value)
    return answer([f"{said}."], name=name, value=data, status=str(status))


def _array(debugging: LineDebugger, quantity: Quantity) -> Answer:
    view = debugging.view
    status = whole.status(view, quantity)
    values = whole.values(view, quantity)
    stale = ", stale: from the previous iteration" if status is Status.STALE else ""
    lines = [f"{quantity.name} has {shape_text(quantity.shape)} elements{stale}."]
    for place in range(min(quantity.size, _MOST_ELEMENTS)):
        number = float(values.flat[place])
        slot = quantity.offset + place
        known = view.status(slot) is not Status.UNKNOWN
        lines.append(
            f"  {quantity.labels(place)} = {spoken(number if known else None, debugging.digits)}"
        )
    if quantity.size > _MOST_ELEMENTS:
        lines.append(f"  and {quantity.size - _MOST_ELEMENTS:,} more")
    shown = [_json(each) for each in values.ravel()[:_MOST_ELEMENTS].tolist()]
    return answer(
        lines, name=quantity.name, shape=list(quantity.shape), values=shown, status=str(status)
    )


def _json(value: float) -> float | str | None:
    """What is covered, or not computed, has no value."""
    return None if np.isnan(value) and is_covered(value) else json_number(value)


def _expression(debugging: LineDebugger, text: str) -> Answer:
    watch = read_watch(text, debugging.debugger.program)
    value, cover = watch.value(debugging.view), debugging.debugger.cover
    if cover is not None:
        operation = debugging.debugger.program.locate(cover.operation)[1]
        number = not isinstance(value, bool)
        if operation in watch.operations.tolist() and not (number and value == value):
            # What follows from a covered value would tell of it, and be it true or false.
            return answer([f"{text} is covered."], value=None, covered=True)
    if value is None:
        return answer([f"{text} is not known yet."], value=None)
    if isinstance(value, bool):
        return answer([f"{text} is {value_text(value)}."], value=value)
    return answer([f"{text} = {spoken(value, debugging.digits)}."], value=json_number(value))


def _derivation(debugging: LineDebugger, name: str) -> Answer:
    """The rule of an element with its numbers, as it was computed last."""
    view = debugging.view
    if name:
        slot = find_slot(debugging.debugger.program, name)
    elif view.done is not None:
        slot = view.done.slot
    else:
        raise CommandError("nothing is computed yet; name an element: print derivation dE/dw7")
    program = debugging.debugger.program
    if not program.written_at[slot]:
        return answer(_in_words(slot_in_words(view, slot, debugging.digits)))
    written = last_written(view, slot)
    if written is None:
        rule = _rule(formula(program, int(program.written_at[slot])))
        return answer([f"{rule}, not computed yet."], rule=rule)
    shown = debugging.debugger.predicting.shown_at(Position(written))
    lines = operation_lines(shown, debugging.digits)
    text = done_text(shown, 17, "ascii")
    if text is None or shown.hides(slot, HINTS_FOR_NUMBERS):
        return answer(lines, covered=True)
    return answer(lines, rule=text.rule)


def info(debugging: LineDebugger, name: str) -> Answer:
    """Where a value comes from and where it goes."""
    slot = find_slot(debugging.debugger.program, name)
    debugger = debugging.debugger
    found = origins(debugger, slot, debugger.position, debugging.digits)
    lines = [f"{found.name}: {_known(found.value)}; {found.history}."]
    lines += [f"  {' '.join(line.split())}" for line in found.lines]
    if found.sources:
        lines.append("It is computed from:")
        lines += [f"  {each.label}: {_known(each.value)}, {each.origin}" for each in found.sources]
    if found.more_sources:
        lines.append(f"  and {found.more_sources:,} more")
    if found.readers:
        lines.append("It is read by:")
        name_of = debugger.program.name
        lines += [
            f"  operation {each.operation}, {name_of(each.slot)}, "
            f"{'done' if each.done else 'to come'}"
            for each in found.readers
        ]
    else:
        lines.append("No operation reads it.")
    if found.more_readers:
        lines.append(f"  and {found.more_readers:,} more")
    return answer(lines, name=found.name)


def list_(debugging: LineDebugger, rest: str) -> Answer:
    """The operations around the position, around an element, or from one number to another."""
    debugger = debugging.debugger
    length, here = debugger.program.operations, debugger.position.operation
    start = here - debugger.view.operation
    span = re.fullmatch(r"(\d{1,9})(?:\s*(?:,|to|\s)\s*(\d{1,9}))?", rest)
    if span:
        first = int(span[1])
        last = int(span[2] or span[1])
        if not 1 <= first <= last <= length:
            raise CommandError(f"operations of an iteration go from 1 to {length}: list 1 {length}")
        first, last = start + first, start + last
    else:
        middle = here
        if rest:
            slot = find_slot(debugger.program, rest)
            operation = int(debugger.program.written_at[slot])
            if not operation:
                raise CommandError(f"{rest} is given; no operation computes it")
            middle = start + operation
        first = max(1, middle - _AROUND + 1)
        last = min(debugger.end.operation, middle + _AROUND)
    lines = list(_listed(debugging, first, min(last, first + _MOST_LISTED - 1)))
    if last - first >= _MOST_LISTED:
        lines.append(f"At most {_MOST_LISTED} operations are listed at once.")
    return answer(lines, first=first, last=last)


def _listed(debugging: LineDebugger, first: int, last: int) -> Iterator[str]:
    debugger = debugging.debugger
    program, here = debugger.program, debugger.position.operation
    iteration = 0
    for place in range(first, last + 1):
        now, operation = program.locate(place)
        if now != iteration:
            yield f"Iteration {now}:"
            iteration = now
        phase = program.statement(operation).phase
        state = "just done" if place == here else "next" if place == here + 1 else ""
        state = state or ("done" if place < here else "to come")
        yield f"  {operation}, {phase}, {state}: {_line_of(debugging, place, operation)}"


def _line_of(debugging: LineDebugger, place: int, operation: int) -> str:
    debugger = debugging.debugger
    written = formula(debugger.program, operation)
    if place > debugger.position.operation:
        return _rule(written)
    shown = debugger.predicting.shown_at(Position(place))
    text_ = done_text(shown, debugging.digits, "ascii")
    assert text_ is not None
    if shown.hides(written.slot, MOST_HINTS):
        return f"{text_.target}, covered"
    return f"{text_.target} {text_.sign} {text_.rule} = {spoken(shown.result(), debugging.digits)}"


def _rule(written: Formula) -> str:
    """A formula without the end of a long sum."""
    sign = ":=" if written.equation.assigns else "="
    return f"{to_text(written.equation.target, 'ascii')} {sign} {rule_text(written)}"


def equations_(debugging: LineDebugger, rest: str) -> Answer:
    """The equations of the model."""
    rows = (row for row in equations(debugging.debugger.program, "ascii") if row)
    found = list(islice(rows, _MOST_NAMES))
    left = sum(1 for _ in rows)
    lines = [*found, *([f"and {left:,} more"] if left else [])]
    return answer(lines, equations=[row.strip() for row in found if row.startswith(" ")])


def names(debugging: LineDebugger, rest: str) -> Answer:
    """What the quantities are called."""
    program = debugging.debugger.program
    lines = []
    for each in list(program.quantities.values())[:_MOST_NAMES]:
        shape = f", {shape_text(each.shape)} elements" if each.size > 1 else ""
        first = f", the first one {each.labels(0)}" if each.size > 1 else ""
        lines.append(f"  {each.name}: {each.kind}{shape}{first}")
    left = len(program.quantities) - _MOST_NAMES
    return answer([*lines, *([f"  and {left:,} more"] if left > 0 else [])])
