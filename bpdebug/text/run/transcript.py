"""A transcript of a replay: what is done and what follows, in sentences to be read aloud.

Nothing in it is drawn, and where a word can be said no sign stands for it. Formulas are written
as in a program, each on a line of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from bpdebug.debugger.action_words import breakpoint_words, count_words
from bpdebug.debugger.actions import of_changes
from bpdebug.debugger.covering import HINTS_FOR_NUMBERS, HINTS_FOR_RULE, is_covered
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.predictions import MOST_HINTS, Outcome, score
from bpdebug.debugger.search import LogEntry
from bpdebug.debugger.state import Standing
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.verbs import action_words
from bpdebug.debugger.view import Position, View
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Terms
from bpdebug.program.formula import Formula, with_values
from bpdebug.program.quantities import Kind
from bpdebug.text.formula.operation import MOST_TERMS, done_text, next_text
from bpdebug.text.formula.worked import more_terms
from bpdebug.text.numbers import DIGITS, MINUS, exact, number
from bpdebug.text.run.hunt_score import hunt_score_words
from bpdebug.text.run.predictions import HINTS, asked_name, score_words
from bpdebug.text.run.status import all_done, phase_of, shown_entry, shown_stop

MOST_OPERATIONS = 50
"""Of an action that executes more operations only some are listed."""


# Operations


def operation_lines(view: View, digits: int = DIGITS) -> list[str]:
    """The operation just executed: a sentence, and its formula with numbers."""
    done = view.done
    assert done is not None
    text = done_text(view, digits, "ascii")
    assert text is not None
    name = view.program.name(done.slot)
    head = f"Iteration {view.iteration}, {phase_of(view)}, operation {view.operation}"
    lines = [f"{head}: {_computed(view, done, name)}."]
    question = f"  What is {name}?"
    if view.hides(done.slot, HINTS_FOR_RULE):
        return [*lines, question]
    numbers = result = ""
    if not view.hides(done.slot, HINTS_FOR_NUMBERS):
        numbers = _with_numbers(done, view.operands(done), 0, digits)
    if not view.hides(done.slot, MOST_HINTS):
        result = spoken(view.result(), digits)
    # A rule may be a number already, and the numbers may be the result.
    parts = dict.fromkeys(filter(None, (_plain(text.rule), numbers, result)))
    formula = f"{name} {text.sign} {' = '.join(parts)}"
    note = f" ({_plain(text.note)})" if text.note else ""
    return [*lines, f"  {formula}{note}", *([] if result else [question])]


def _computed(view: View, done: Formula, name: str) -> str:
    """What an operation does, in words."""
    kind = view.program.quantity_at(done.slot).kind
    if kind in (Kind.GRADIENT, Kind.LOCAL) and name.count("/") == 1:
        of, by = (part.removeprefix("d") for part in name.split("/"))
        return f"the derivative of {of} with respect to {by}, {name}, is computed"
    if kind is Kind.PARAMETER:
        return f"the parameter {name} is updated"
    if kind is Kind.STATE:
        return f"{name}, which the optimizer keeps, is updated"
    if name == view.program.model.loss:
        return f"the loss, {name}, is computed"
    return f"{name} is computed"


def _with_numbers(written: Formula, values: Mapping[Symbol, float], steps: int, digits: int) -> str:
    tree, more = written.equation.value, ""
    if steps == 0 and isinstance(tree, Terms) and len(tree.terms) > MOST_TERMS:
        more = f" and {more_terms(len(tree.terms) - MOST_TERMS)}"
        tree = Terms(tree.terms[:MOST_TERMS])
    put_in = with_values(tree, values.__getitem__, steps)
    return to_text(put_in, "ascii", lambda value: spoken(value, digits)) + more


def spoken(value: float | None, digits: int = DIGITS) -> str:
    """A number without signs that are not read aloud; words where there is none."""
    if value is None:
        return "not yet computed"
    if is_covered(value):
        return "covered"
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    return "not a number" if math.isnan(value) else _plain(number(value, digits))


def _plain(text: str) -> str:
    return text.replace(MINUS, "-").replace("+ … ", "and ")


def unfinished_line(view: View, digits: int = DIGITS) -> list[str]:
    """The operation in the middle of which a position is, as far as it is done."""
    steps = view.position.arithmetic
    operation = view.operation % view.program.operations + 1
    name = view.program.name(view.program.slot(operation))
    done = f"{steps} of {count_words(view.program.arithmetic(operation), 'arithmetic step')}"
    return [
        f"Of the next operation, which computes {name}, {done} are done.",
        f"  {_plain(next_text(view, digits, 'ascii').rule)} = "
        f"{_with_numbers(view.next, view.next_operands(), steps, digits)}",
    ]


# What an action has led to


def outcome_lines(
    debugger: Debugger,
    action: str,
    before: Standing,
    every: bool = False,
    digits: int = DIGITS,
    most: int = MOST_OPERATIONS,
) -> Iterator[str]:
    """What an action has done since `before`: operations, a stop, changes, messages, the place.

    With `every` all operations are listed, however many there are; without it no more than `most`.
    What is to be predicted is not told.
    """
    start, here = before.stop.position, debugger.position
    moved = start != here or before.branch != debugger.branch
    if before.branch == debugger.branch and before.document.branches == debugger.document.branches:
        count = here.operation - start.operation
        yield from _executed(debugger, start, here, count if every else most, digits)
    if of_changes(action):
        what = debugger.last_change(undone=action == "undo").replace(" := ", " is given the value ")
        yield f"{'Undone' if action == 'undo' else 'Redone'}: {what}."
    if debugger.document is not before.document:
        yield from _changes(debugger, before)
        if not of_changes(action):
            yield from _hunted(debugger, before, digits)
    if debugger.predictions is not before.predictions:
        yield from _predicted(debugger, action)
    for entry in _logged(debugger, before):
        yield _message(shown_entry(entry, debugger.cover), debugger, digits)
    if debugger.stop is not before.stop:
        yield from _stopped(shown_stop(debugger), debugger, digits)
    if moved:
        yield place_words(debugger)
        if here.arithmetic:
            yield from unfinished_line(debugger.view, digits)
    elif (debugger.document, debugger.predictions) == (before.document, before.predictions):
        yield "Nothing has moved."


def _executed(
    debugger: Debugger, start: Position, here: Position, most: int, digits: int
) -> Iterator[str]:
    count = here.operation - start.operation
    if count < 0:
        yield f"{count_words(-count, 'operation').capitalize()} undone."
        return
    operations = range(start.operation + 1, here.operation + 1)
    left_out = max(0, count - most)
    listed = operations if not left_out else operations[: most - 1]
    for operation in listed:
        yield from operation_lines(debugger.predicting.shown_at(Position(operation)), digits)
    if left_out:
        words = count_words(left_out, "operation")
        if listed:
            yield f"And {words}, not listed; the option --all lists them."
        else:
            yield f"{count_words(count, 'operation').capitalize()} executed; the last one:"
        # Where one stands comes last in any case.
        yield from operation_lines(debugger.predicting.shown_at(here), digits)


def _changes(debugger: Debugger, before: Standing) -> Iterator[str]:
    now = debugger.document
    new = [n for n in now.branches if n not in before.document.branches]
    for number_ in new:
        branch = now.branches[number_]
        parent = before.document.branches.get(branch.parent or 0)
        left = f", which leaves {parent.name}" if parent else ""
        yield f"A branch begins here: {branch.name}{left} at position {branch.fork}."
    for number_, each in now.breakpoints.items():
        if number_ not in before.document.breakpoints:
            yield f"Breakpoint {number_} is set on {breakpoint_words(each)}."
    for number_ in before.document.breakpoints:
        if number_ not in now.breakpoints:
            yield f"Breakpoint {number_} is deleted."
    if now.branches == before.document.branches and debugger.branch == before.branch:
        return
    edits = debugger.here.edits
    known = before.document.branches[before.branch].edits
    for edit in edits:
        if edit not in known:
            name = debugger.program.name(edit.slot)
            yield (
                f"On {debugger.here.name}, {name} has the value {_plain(exact(edit.value))} "
                f"from position {edit.operation} on."
            )


def _predicted(debugger: Debugger, action: str) -> Iterator[str]:
    """What has come of an answer or a hint, and the score."""
    verb, name = action.split()[0], asked_name(debugger, form=False) if debugger.view.done else ""
    now = f"Predicted so far: {score_words(score(debugger.predictions))}."
    if verb == "predict":
        yield f"{action_words(action).capitalize()}. {now}"
        return
    if verb == "ask":
        yield f"What is {name}?"
        return
    asked = debugger.predicting.last_asked
    if verb == "answer" and asked.outcome is Outcome.RIGHT:
        yield f"{asked.answers[-1]} is right for {name}. {now}"
    elif verb == "answer":
        yield f"{asked.answers[-1]} is not right for {name}."
    elif asked.outcome is Outcome.SHOWN:
        yield f"{name} is shown. {now}"
    else:
        yield f"A hint for {name}: {HINTS[asked.hints - 1]}."


def _hunted(debugger: Debugger, before: Standing, digits: int) -> Iterator[str]:
    """What is said of a suspect, a hint, or the answer."""
    now, then = debugger.document.hunt, before.document.hunt
    if now == then:
        return
    # What judges is loaded where something is planted only.
    from bpdebug.text.run.hunts import clue_lines, told_lines, told_verdict

    if len(now.suspects) > len(then.suspects):
        told = told_verdict(debugger, now.suspects[-1], digits, "ascii").lines
        yield from filter(None, map(_plain, told))
        return
    if len(now.hints) > len(then.hints):
        yield f"A hint: {_plain(clue_lines(debugger)[-1])}"
    if not debugger.hunting.is_on:
        yield from map(_plain, told_lines(debugger, digits, "ascii"))
        score_ = hunt_score_words(debugger.hunting.score)
        yield f"{score_[:1].upper()}{score_[1:]}."


def _logged(debugger: Debugger, before: Standing) -> list[LogEntry]:
    last = before.log[-1] if before.log else None
    found: list[LogEntry] = []
    for entry in reversed(debugger.log):
        if entry is last:
            break
        found.append(entry)
    return found[::-1]


def _message(entry: LogEntry, debugger: Debugger, digits: int) -> str:
    parts = [_part(each, digits) for each in entry.parts]
    return (
        f"Message of breakpoint {entry.breakpoint} at position {entry.operation}: {''.join(parts)}"
    )


def _part(each: str | float | bool | None, digits: int) -> str:
    if isinstance(each, str):
        return each
    return str(each).lower() if isinstance(each, bool) else spoken(each, digits)


def _stopped(stop: Stop, debugger: Debugger, digits: int) -> Iterator[str]:
    match stop.reason:
        case Reason.BREAKPOINT:
            yield f"Stopped by breakpoint {stop.breakpoint}, hit {stop.hit}: {_new(stop, digits)}."
        case Reason.NON_FINITE:
            yield f"Stopped at a value that is not finite: {_new(stop, digits)}."
        case Reason.START:
            yield "This is the start of the run."
        case Reason.END:
            yield f"This is the end of the run: {all_done(debugger)}."
        case _:
            return


def _new(stop: Stop, digits: int) -> str:
    if stop.old is None or stop.new is None or stop.old == stop.new:
        return f"{stop.quantity} is {spoken(stop.new, digits)}"
    while digits < 17 and spoken(stop.old, digits) == spoken(stop.new, digits):
        digits += 1
    # Backward in time the later value comes first.
    back = stop.operation is not None and stop.position.operation < stop.operation
    goes = "goes back" if back else "goes"
    return f"{stop.quantity} {goes} from {spoken(stop.old, digits)} to {spoken(stop.new, digits)}"


def place_words(debugger: Debugger) -> str:
    """Where a debugger stands, a sentence."""
    view = debugger.view
    branch = f"On {debugger.here.name}: now" if len(debugger.document.branches) > 1 else "Now"
    if view.position.operation == 0:
        return f"{branch} at the start, position 0."
    name = view.program.name(view.program.slot(view.operation))
    return (
        f"{branch} in iteration {view.iteration} of {debugger.iterations}, {phase_of(view)}, after "
        f"operation {view.operation} of {view.program.operations}, {name}; position "
        f"{view.position.operation}."
    )
