"""What a person has made of a run: between the fields of a file and an open debugger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from bpdebug.debugger.breakpoints import Breakpoint, BreakpointError, check_parts
from bpdebug.debugger.changing import check_bookmark
from bpdebug.debugger.conditions import ConditionError, find_slot, read_watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.document import MAIN, Bookmark, Branch, Document
from bpdebug.debugger.edits import Edit, with_edits
from bpdebug.debugger.predictions import Outcome, Prediction, Predictions
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.triggers import make_trigger
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program
from bpdebug.session.file.arrays import json_number
from bpdebug.session.file.errors import MOST_SUGGESTED, Problem
from bpdebug.session.file.format import (
    BookmarkPart,
    BranchPart,
    BreakpointPart,
    EditPart,
    PositionPart,
    PredictionPart,
    RecordedPart,
    SessionPart,
    WorkPart,
)
from bpdebug.session.file.unknown import with_unknown
from bpdebug.session.model.hunt import hunt_of, hunt_part, looks_of
from bpdebug.session.model.lean import lean

Problems = list[Problem]


_NOTHING = WorkPart()


def take_up(debugger: Debugger, part: WorkPart) -> Problems:
    """Put into a fresh debugger what `part` says; returns what is wrong with it.

    A breakpoint whose condition or message cannot be read is kept, disabled, with the reason.
    """
    problems: Problems = []
    branches = _branches(debugger, part, problems)
    if part.branch not in branches:
        problems.append(Problem("branch", f"there is no branch {part.branch}"))
    _check_position(debugger, "cursor", part.cursor, problems)
    debugger.document = Document(
        branches,
        _breakpoints(debugger.program, part, problems),
        _watches(debugger.program, part, problems),
        _bookmarks(debugger, part, branches, problems),
        part.stop_at_non_finite,
        hunt_of(debugger, part.hunt, problems),
    )
    predictions = _predictions(debugger, part, branches, problems)
    if problems:
        return problems
    debugger.predictions = predictions
    debugger.looks = looks_of(part.hunt.looks)
    for each in part.branches:
        debugger.left[each.number] = _position(each.cursor)
        debugger.has_seen(each.number, each.seen)
    branch = branches[part.branch]
    stop = Stop(Reason.GO_TO, _position(part.cursor))
    debugger.begin_on(branch, stop)
    return []


def _position(part: PositionPart) -> Position:
    return Position(part.operation, part.arithmetic)


def _check_position(debugger: Debugger, path: str, part: PositionPart, problems: Problems) -> None:
    try:
        debugger.check(_position(part))
    except PositionError as error:
        problems.append(Problem(path, str(error)))


def _check_operation(debugger: Debugger, path: str, operation: int, problems: Problems) -> None:
    _check_position(debugger, path, PositionPart(operation=operation), problems)


def _breakpoints(program: Program, part: WorkPart, problems: Problems) -> dict[int, Breakpoint]:
    found: dict[int, Breakpoint] = {}
    unusable = 0
    for index, each in enumerate(part.breakpoints):
        path = f"breakpoints[{index}]"
        if each.number in found:
            problems.append(Problem(f"{path}.number", f"there are two breakpoints {each.number}"))
        breakpoint_ = Breakpoint(**{n: getattr(each, n) for n in BreakpointPart.model_fields})
        try:
            check_parts(breakpoint_)
            make_trigger(breakpoint_, program, unusable < MOST_SUGGESTED)
        except BreakpointError as error:
            unusable += 1
            impossible = _impossible(breakpoint_, program, unusable <= MOST_SUGGESTED)
            if impossible is not None:
                problems.append(Problem(path, str(impossible)))
                continue
            breakpoint_ = replace(breakpoint_, enabled=False, problem=str(error))
        found[each.number] = breakpoint_
    return found


def _impossible(
    breakpoint_: Breakpoint, program: Program, suggests: bool
) -> BreakpointError | None:
    """Why a breakpoint means nothing, whatever its condition and its message are."""
    try:
        check_parts(breakpoint_)
        make_trigger(replace(breakpoint_, condition=None, log=None), program, suggests)
    except BreakpointError as error:
        return error
    return None


def _watches(program: Program, part: WorkPart, problems: Problems) -> tuple[str, ...]:
    for index, text in enumerate(part.watches):
        try:
            read_watch(text, program, len(problems) < MOST_SUGGESTED)
        except ConditionError as error:
            problems.append(Problem(f"watches[{index}]", str(error)))
    return tuple(dict.fromkeys(part.watches))


def _bookmarks(
    debugger: Debugger, part: WorkPart, branches: Mapping[int, Branch], problems: Problems
) -> dict[str, Bookmark]:
    found = {}
    for name, each in part.bookmarks.items():
        path = f"bookmarks.{name}"
        try:
            check_bookmark(debugger.program, name)
        except PositionError as error:
            problems.append(Problem(path, str(error)))
        if each.branch not in branches:
            problems.append(Problem(f"{path}.branch", f"there is no branch {each.branch}"))
        _check_position(debugger, path, each, problems)
        found[name] = Bookmark(each.branch, _position(each))
    return found


def _predictions(
    debugger: Debugger, part: WorkPart, branches: Mapping[int, Branch], problems: Problems
) -> Predictions:
    asked = {}
    for index, each in enumerate(part.predictions):
        path = f"predictions[{index}]"
        if each.branch not in branches:
            problems.append(Problem(f"{path}.branch", f"there is no branch {each.branch}"))
        _check_operation(debugger, f"{path}.operation", each.operation, problems)
        if (each.branch, each.operation) in asked:
            problems.append(Problem(path, f"operation {each.operation} is asked for twice"))
        found = Prediction(
            each.operation, tuple(each.answers), each.hints, each.outcome, each.posed
        )
        posed = each.posed or _is_untried(found)
        asked[each.branch, each.operation] = replace(found, posed=posed)
    return Predictions(part.predicting, asked)


def _is_untried(prediction: Prediction) -> bool:
    """Whether nobody has answered, so that a question is there only because it was asked."""
    is_open = prediction.outcome is Outcome.OPEN
    return is_open and not prediction.answers and not prediction.hints


def _branches(debugger: Debugger, part: WorkPart, problems: Problems) -> dict[int, Branch]:
    found: dict[int, Branch] = {}
    for index, each in enumerate(part.branches):
        path = f"branches[{index}]"
        if each.number in found:
            problems.append(Problem(f"{path}.number", f"there are two branches {each.number}"))
        if not each.name.isprintable():
            problems.append(Problem(f"{path}.name", "a name has printable characters only"))
        _check_operation(debugger, f"{path}.fork", each.fork, problems)
        _check_operation(debugger, f"{path}.seen", each.seen, problems)
        _check_position(debugger, f"{path}.cursor", each.cursor, problems)
        edits: list[Edit] = []
        for number, edit in enumerate(each.edits):
            place = f"{path}.edits[{number}]"
            _check_operation(debugger, f"{place}.at", edit.at, problems)
            try:
                slot = find_slot(debugger.program, edit.set, len(problems) < MOST_SUGGESTED)
            except ConditionError as error:
                problems.append(Problem(f"{place}.set", str(error)))
                continue
            if debugger.program.is_editable(slot):
                edits.append(Edit(edit.at, slot, float(edit.to)))
            else:
                message = f"indices are looked up in {edit.set}, which has to stay as it is"
                problems.append(Problem(f"{place}.set", message))
        found[each.number] = Branch(
            each.number, each.name, with_edits(edits), each.parent, each.fork
        )
    return found or dict(Document().branches)


def has_edits_of(debugger: Debugger, number: int, parts: Sequence[BranchPart], upto: int) -> bool:
    """Whether a branch is there and has up to a position just the edits that a file says."""
    if number not in debugger.document.branches:
        return False
    return not other_edits(debugger, number, parts, upto)


def other_edits(debugger: Debugger, number: int, parts: Sequence[BranchPart], upto: int) -> str:
    """How a branch differs up to a position from the edits that a file says; empty if it does
    not.
    """
    branch = debugger.document.branches[number]
    recorded = [edit for part in parts if part.number == number for edit in part.edits]
    name = debugger.program.name
    # Written out, because no NaN equals another.
    now = [(e.operation, name(e.slot), repr(e.value)) for e in branch.edits if e.operation <= upto]
    then = [(e.at, e.set, repr(float(e.to))) for e in recorded if e.at <= upto]
    for here, there in zip_longest(now, then):
        if here != there:
            return f"{branch.name} has {_edit_words(here)}, in the file {_edit_words(there)}"
    return ""


def _edit_words(edit: tuple[int, str, str] | None) -> str:
    return "no such edit" if edit is None else f"{edit[1]} := {edit[2]} at {edit[0]}"


# From the debugger to the fields of a file


def work_part(debugger: Debugger, before: WorkPart = _NOTHING) -> WorkPart:
    """The debugger as it stands now; what is as usual is left out.

    What `before` has of a newer version, in parts that are still there, is kept.
    """
    document = debugger.document
    found = lean(
        WorkPart,
        breakpoints=[_breakpoint_part(each) for each in document.breakpoints.values()],
        stop_at_non_finite=document.stop_at_non_finite,
        watches=list(document.watches),
        bookmarks={
            name: lean(BookmarkPart, branch=each.branch, **_place(each.position))
            for name, each in document.bookmarks.items()
        },
        predicting=debugger.predictions.on,
        predictions=[
            lean(
                PredictionPart,
                operation=each.operation,
                branch=branch,
                answers=list(each.answers),
                hints=each.hints,
                outcome=each.outcome,
                posed=each.posed and not _is_untried(each),
            )
            for (branch, _), each in debugger.predictions.asked.items()
        ],
        hunt=hunt_part(debugger),
        branches=_branch_parts(debugger, any(each.model_extra for each in before.branches)),
        branch=debugger.branch,
        cursor=lean(PositionPart, **_place(debugger.position)),
    )
    return with_unknown(found, before)


def _breakpoint_part(breakpoint_: Breakpoint) -> BreakpointPart:
    fields = {name: getattr(breakpoint_, name) for name in BreakpointPart.model_fields}
    return lean(BreakpointPart, **fields)


def _edit_part(edit: Edit, name: str) -> EditPart:
    return EditPart(at=edit.operation, set=name, to=json_number(edit.value))


def _branch_parts(debugger: Debugger, always: bool) -> list[BranchPart]:
    """None, unless `always`, where a run has one branch without edits, not followed beyond the
    cursor.
    """
    unchanged = debugger.document.branches == Document().branches
    if unchanged and not always and debugger.seen(MAIN) <= debugger.position.operation:
        return []
    name = debugger.program.name
    return [
        lean(
            BranchPart,
            number=each.number,
            name=each.name,
            edits=[_edit_part(e, name(e.slot)) for e in each.edits],
            parent=each.parent,
            fork=each.fork,
            cursor=lean(PositionPart, **_place(debugger.place_on(each.number))),
            seen=debugger.seen(each.number),
        )
        for each in debugger.document.branches.values()
    ]


def _place(position: Position) -> dict[str, int]:
    return {"operation": position.operation, "arithmetic": position.arithmetic}


def at_start(part: SessionPart) -> SessionPart:
    """The session as it was before its first action."""
    work = part.recorded_from or RecordedPart()
    fields: dict[str, object] = {name: getattr(work, name) for name in WorkPart.model_fields}
    if work.walkthrough is not None:
        fields["walkthrough"] = work.walkthrough
    cleared: dict[str, object] = {"recorded_from": None, "actions": [], "digests": []}
    return part.model_copy(update=fields | cleared)
