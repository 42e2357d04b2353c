"""Branching: editing values, going from one course of the run to another, undoing."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace

from bpdebug.debugger.conditions import ConditionError, find_slot, read_watch
from bpdebug.debugger.document import Branch, Change
from bpdebug.debugger.edits import Edit, with_edit
from bpdebug.debugger.limits import MOST_BRANCH_NAME, MOST_NAME, next_number
from bpdebug.debugger.state import DebuggerState, Move, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status
from bpdebug.numerics.digest import ulps


class BranchError(ValueError):
    """An edit or a branch that cannot be; the message says what would be right."""


class Branching(DebuggerState):
    """The part of a debugger that changes the course of the run."""

    def edit(self, name: str, text: str) -> Edit:
        """Give an element the value that an expression has here.

        Where the branch has been followed further already, that begins a new branch. In the
        middle of an operation the edit comes right before it. Raises BranchError, and changes
        nothing, if the element has no value here or the expression has none that is finite.
        """
        slot = self._editable(name)
        value = self._value(text)
        operation = self.position.operation
        if ulps(value, self.view.value(slot)) == 0:
            raise BranchError(f"{name} is {value!r} already")
        edit = Edit(operation, slot, value)
        earlier = tuple(each for each in self.here.edits if each.operation <= operation)
        branch = replace(self.here, edits=with_edit(earlier, edit))
        if operation < self.seen(self.branch):
            number = next_number(self.document.branches)
            branch = Branch(number, f"branch {number}", branch.edits, self.branch, operation)
        branches = {**self.document.branches, branch.number: branch}
        is_new = branch.number not in self.document.branches
        made = self.change(f"{name} := {value!r}", replace(self.document, branches=branches), True)
        if is_new:
            # Another one of that number may have been undone.
            self.left.pop(branch.number, None)
            self._seen[branch.number] = operation
        self._done[-1] = replace(made, branch_after=branch.number)
        here = Stop(Reason.EDIT, Position(operation))
        self.enter(branch.number, self.history.with_edits(branch.edits), here)
        return edit

    def _editable(self, name: str) -> int:
        try:
            slot = find_slot(self.program, name)
        except ConditionError as error:
            raise BranchError(str(error)) from error
        if len(self.program.name(slot)) > MOST_NAME:
            raise BranchError(
                f"only elements with names of up to {MOST_NAME} characters can be edited"
            )
        if not self.program.is_editable(slot):
            raise BranchError(f"indices are looked up in {name}, which has to stay as it is")
        status = self.view.status(slot)
        if status in (Status.UNKNOWN, Status.STALE):
            raise BranchError(
                f"{name} is not computed yet in this iteration; go to it first: g {name}"
            )
        return slot

    def _value(self, text: str) -> float:
        try:
            value = read_watch(text, self.program).value(self.view)
        except ConditionError as error:
            raise BranchError(str(error)) from error
        if value is None:
            raise BranchError(f"{text} has no value here: something in it is not computed yet")
        if isinstance(value, bool):
            raise BranchError(f"{text} is {str(value).lower()}, expected a number")
        if not math.isfinite(value):
            raise BranchError(f"{text} is not finite")
        return value

    # Branches

    def branch_numbered(self, number: int) -> Branch:
        """The branch of that number. Raises BranchError if there is none."""
        if number not in self.document.branches:
            known = ", ".join(map(str, self.document.branches))
            raise BranchError(f"there is no branch {number}; there are: {known}")
        return self.document.branches[number]

    def place_on(self, number: int) -> Position:
        """Where a branch was left: there it is taken up again."""
        if number == self.branch:
            return self.position
        return self.left.get(number, Position(self.branch_numbered(number).fork))

    def switching(self, number: int, position: Position | None = None) -> Move:
        """Go to another branch: to a position on it, or to where it was left."""
        branch = self.branch_numbered(number)
        position = position or self.place_on(number)
        self.check(position)
        return (yield from self._entering(branch, Stop(Reason.GO_TO, position)))

    def _entering(self, branch: Branch, stop: Stop) -> Move:
        history = self.history.with_edits(branch.edits)
        yield from self.approach(stop, history)
        return self.enter(branch.number, history, stop)

    def name_branch(self, number: int, name: str) -> Branch:
        """Give a branch a name. Raises BranchError."""
        if not 0 < len(name) <= MOST_BRANCH_NAME or not name.isprintable():
            raise BranchError(f"a name has 1 to {MOST_BRANCH_NAME} printable characters")
        branch = replace(self.branch_numbered(number), name=name)
        branches = {**self.document.branches, number: branch}
        self.change(f"branch {number} named {name}", replace(self.document, branches=branches))
        return branch

    def deleting_branch(self, number: int) -> Move:
        """Delete a branch; standing on it, go to the one that it left. Raises BranchError."""
        gone = self.branch_numbered(number)
        branches = {n: b for n, b in self.document.branches.items() if n != number}
        if not branches:
            raise BranchError("the only branch cannot be deleted")
        bookmarks = {n: b for n, b in self.document.bookmarks.items() if b.branch != number}
        document = replace(self.document, branches=branches, bookmarks=bookmarks)
        stop, history = self.stop, self.history
        target = self.branch
        if number == self.branch:
            target = gone.parent if gone.parent in branches else min(branches)
            place = Position(min(gone.fork, self.position.operation))
            history = self.history.with_edits(branches[target].edits)
            stop = yield from self.approach(Stop(Reason.GO_TO, place), history)
        kept = {number: (self.place_on(number), self.seen(number))}
        change = self.change(f"branch {number} deleted", document, moves=True)
        self._done[-1] = replace(change, branch_after=target, kept=kept)
        return self.enter(target, history, stop)

    # Undo

    def undoing(self) -> Move:
        """Undo the last change. Raises BranchError if there is none."""
        if not self._done:
            raise BranchError("there is nothing to undo")
        change = self._done[-1]
        stop, change = yield from self._restoring(change, back=True)
        self._done.pop()
        self._undone.append(change)
        return stop

    def redoing(self) -> Move:
        """Redo the change that was undone last. Raises BranchError if there is none."""
        if not self._undone:
            raise BranchError("there is nothing to redo")
        stop, change = yield from self._restoring(self._undone[-1], back=False)
        self._undone.pop()
        self._done.append(change)
        return stop

    def _restoring(
        self, change: Change, back: bool
    ) -> Generator[Progress, None, tuple[Stop, Change]]:
        document = change.before if back else change.after
        if not change.moves:
            self.document = document
            return self.stop, change
        branch = document.branches[change.branch if back else change.branch_after]
        stop = Stop(Reason.GO_TO, change.position)
        history = self.history.with_edits(branch.edits)
        yield from self.approach(stop, history)
        gone = set(self.document.branches) - set(document.branches)
        kept = {number: (self.place_on(number), self.seen(number)) for number in gone}
        if back and branch.number in change.after.branches:
            self._forget_future(change, branch)
        self.document = document
        self.enter(branch.number, history, stop)
        for number, (place, seen) in change.kept.items():
            self.left[number], self._seen[number] = place, seen
        return stop, replace(change, kept=kept)

    def _forget_future(self, change: Change, branch: Branch) -> None:
        """What was seen after an edit that is undone was not seen without it."""
        if change.after.branches[branch.number].edits != branch.edits:
            self._seen[branch.number] = change.position.operation

    def recall_changes(self, other: Branching) -> None:
        """Take over what another debugger could undo and redo, one that has come to the same."""
        self._done, self._undone = other._done.copy(), other._undone.copy()

    def has_changed(self) -> bool:
        """Whether there is a change that could be undone or made again."""
        return bool(self._done or self._undone)

    def last_change(self, undone: bool = False) -> str:
        """What was changed last, or what was undone last; empty if nothing was."""
        changes = self._undone if undone else self._done
        return changes[-1].what if changes else ""
