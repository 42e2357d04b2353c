"""An open session: a debugger, what is done with it, and the file it comes from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.debugger.actions import ActionError, begin, can_join, of_changes, record
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import DEFAULT_BUDGET
from bpdebug.debugger.limits import MOST_ACTIONS, MOST_DIGESTS, MOST_NAME, MOST_RECORDED
from bpdebug.debugger.state import Move, finish
from bpdebug.debugger.view import Position
from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.numerics.digest import digest
from bpdebug.session.file.arrays import json_number
from bpdebug.session.file.environment import environment
from bpdebug.session.file.errors import FileChangedError
from bpdebug.session.file.format import (
    VERSION,
    DigestPart,
    Quantity,
    RecordedPart,
    SessionPart,
    StopPart,
    WorkPart,
)
from bpdebug.session.file.read import read_with_digest
from bpdebug.session.file.text_file import digest_of, digest_of_file
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.walkthrough import stop_parts
from bpdebug.session.model.work import at_start, has_edits_of, work_part

if TYPE_CHECKING:  # what a session is saved with is loaded where it is saved
    from bpdebug.session.keeping.journal import Unsaid
    from bpdebug.session.keeping.keeping import Keeping


class Session:
    """A debugger together with the fields of its file and the actions since they were read.

    `budget` is how many bytes the states of the run may take. `on_disk` is the digest of the file
    that it was read from, None if no file holds it. `keeping` is what keeps it from being lost
    while people work on it. `opened_with` are the actions that it had at first. One that `is_new`
    was made of something else, and its path is proposed. `told` is what people should know when
    it opens, such as what was assumed where it was made.
    """

    def __init__(
        self,
        part: SessionPart,
        path: Path,
        budget: int = DEFAULT_BUDGET,
        on_disk: str | None = None,
    ) -> None:
        self.path = path
        self.part = part
        self.keeping: Keeping | None = None
        self.is_new = False
        self.told = ""
        self._budget = budget
        self._on_disk = on_disk
        self.debugger = make_debugger(part, str(path), budget)
        self.actions = list(part.actions)
        self.opened_with = tuple(part.actions)
        self._recorded_from: WorkPart | None = part.recorded_from
        self._stops_of: tuple[Sequence[WalkStop], Sequence[StopPart]] | None = None
        self._stop_parts: list[StopPart] = []
        self._walkthrough_at_first = at_start(part).walkthrough
        self._opened: WorkPart | None = self._work()
        self._joining = False
        self._saved = self._changing()

    @property
    def title(self) -> str:
        """The session's title, or the name of its file; and whether that is not written to."""
        title = self.part.title or self.path.stem
        return f"{title} · read-only" if self.keeping and self.keeping.read_only else title

    def perform(self, action: str) -> None:
        """Do an action and record it. Raises ActionError, recording nothing, if it fails."""
        finish(self.begin(action))
        self.record(action)

    def begin(self, action: str) -> Move:
        """An action as a move, which raises ActionError if it fails; to be recorded when done."""
        self.check_room()
        if of_changes(action) and not self.debugger.has_changed():
            yield from self.recalling()
        return (yield from begin(self.debugger, action))

    def recalling(self) -> Move:
        """Find out what can be undone by doing again what was recorded before."""
        debugger = self.debugger
        replayed = make_debugger(at_start(self.part), str(self.path))
        for action in self.part.actions:
            yield from begin(replayed, action)
        if replayed.document == debugger.document:
            debugger.recall_changes(replayed)
        return debugger.stop

    def check_room(self) -> None:
        """Raises ActionError if no further action can be recorded."""
        # The first one may come with a jump to where the session was opened.
        if len(self.actions) + 2 > MOST_ACTIONS:
            raise ActionError(f"a session records at most {MOST_ACTIONS:,} actions")

    def record(self, action: str) -> None:
        """Record an action that has been done."""
        if self._opened is not None:
            self._record_opening(self._opened)
            self._opened = None
        if self.debugger.judge is None:
            self.actions = record(self.actions, action, self._joining)
        else:
            # Each place that one comes to is a look: a replay has to count the same.
            self.actions = [*self.actions, action]
        self._joining = can_join(action, self.debugger.stop)
        if self.keeping is not None:
            self.keeping.note(action)

    def _record_opening(self, work: WorkPart) -> None:
        """Note where the actions to come begin, which is not always the start of the run."""
        if not self.actions:
            self._recorded_from = work if work.model_fields_set else None
            return
        # Opening stands for going there. Without that, a replay would still stand at its last
        # stop, and a run backward would leave that stop out.
        here = work.cursor
        tail = f"+{here.arithmetic}" if here.arithmetic else ""
        self.actions = record(self.actions, f"g {here.operation}{tail}")

    def _work(self) -> WorkPart:
        return work_part(self.debugger, self.part)

    def has_changes(self) -> bool:
        """Whether there is something that saving would keep."""
        return self._changing() != self._saved

    def save(self, path: Path, force: bool = False) -> None:
        """Write the session as it stands; from now on it belongs to that file.

        Raises SessionError, and leaves an older file as it was, if it cannot be written, and
        FileChangedError, unless `force`, if the session's file is not what was opened.
        """
        from bpdebug.session.file.saving import save_file
        from bpdebug.session.model.verified import verified_text

        if not force:
            self._check_on_disk(path)
        part = self.snapshot()
        text = verified_text(part, str(path), self.debugger.program)
        if self.keeping is None:
            save_file(text, path)
        else:
            self.keeping = self.keeping.save(text, path, self._unsaid())
        self.part, self.path, self._saved = part, path, self._changing()
        self._on_disk = digest_of(text.encode())
        self.is_new = False

    def _check_on_disk(self, path: Path) -> None:
        try:
            is_mine = os.path.realpath(path) == os.path.realpath(self.path)
        except ValueError:
            return  # no file's name; saving says so
        if self._on_disk is None or not is_mine:
            return
        if digest_of_file(path) != self._on_disk:
            raise FileChangedError(str(path), deleted=not os.path.lexists(path))

    def _unsaid(self) -> Unsaid:
        from bpdebug.session.keeping.journal import Unsaid

        return Unsaid(self._opened is not None, self._joining, self.debugger.stop.operation)

    def resume(self, standing: Unsaid) -> None:
        """Stand as a session stood when it was saved, not as one that was just opened."""
        if not standing.untouched:
            self._opened = None
        self._joining = standing.joins
        self.debugger.stop = replace(self.debugger.stop, operation=standing.stopped_for)

    def fresh(self) -> Session:
        """Another session on the same file, as that was read or saved last."""
        return Session(self.part, self.path, self._budget, self._on_disk)

    def snapshot(self) -> SessionPart:
        """The fields as they would be saved now."""
        position = self.debugger.position
        state = state_digest(self.debugger, position)
        here = DigestPart(operation=position.operation, state=state, environment=environment())
        parameters, branch = self._parameters(), self.debugger.branch
        also = {"branch": branch} if branch != 1 else {}
        here = here.model_copy(update=also | ({"parameters": parameters} if parameters else {}))
        changes = {
            "version": max(self.part.version, VERSION, key=_version_key),
            "digests": [*self._older_digests(position), here],
        }
        return self.part.model_copy(update=changes | self._changing())

    def _older_digests(self, position: Position) -> list[DigestPart]:
        """Those of earlier positions, and of other branches, that no edit has made wrong, without
        parameters; where they are as many as there may be, every second one.
        """
        debugger, branches = self.debugger, self.part.branches
        found = [
            _without_parameters(each)
            for each in self.part.digests
            if (each.branch != debugger.branch or each.operation < position.operation)
            and has_edits_of(debugger, each.branch, branches, each.operation)
        ]
        return found if len(found) < MOST_DIGESTS else found[1::2]

    def _parameters(self) -> dict[str, Quantity]:
        """The first parameters at the position that a digest is of, by name."""
        program = self.debugger.program
        operation = self.debugger.position.operation
        memory = self.debugger.view_at(Position(operation)).memory()
        slots = map(int, program.parameter_slots()[:MOST_RECORDED])
        named = {program.name(slot): json_number(float(memory[slot])) for slot in slots}
        return {name: value for name, value in named.items() if len(name) <= MOST_NAME}

    def _changing(self) -> dict[str, object]:
        """The fields that change while a session is open, but for the fingerprint, which
        would have every state up to the cursor computed.
        """
        work = self._work()
        fields: dict[str, object] = {name: getattr(work, name) for name in WorkPart.model_fields}
        return fields | {
            "walkthrough": self._stops(),
            "recorded_from": self._recorded(self._stops()),
            "actions": list(self.actions),
        }

    def _stops(self) -> list[StopPart]:
        """The stops of the walkthrough; asked at every frame, and mostly the same."""
        now = self.debugger.document.walkthrough, self.part.walkthrough
        if self._stops_of is None or any(map(is_not, self._stops_of, now)):
            self._stops_of = now
            self._stop_parts = stop_parts(*now)
        return self._stop_parts

    def _recorded(self, walkthrough: Sequence[StopPart]) -> RecordedPart | None:
        """What was there before the first of the actions; None if that was nothing."""
        first = self._walkthrough_at_first
        also = {"walkthrough": first} if self.actions and first != walkthrough else {}
        work = self._recorded_from
        said = {} if work is None else {n: getattr(work, n) for n in work.model_fields_set}
        said.pop("walkthrough", None)
        return RecordedPart.model_validate(said | also) if said or also else None


def open_session(path: Path, budget: int = DEFAULT_BUDGET) -> Session:
    """Open a session file. Raises SessionError with everything that is wrong with it."""
    part, digest = read_with_digest(path)
    return Session(part, path, budget, digest)


def _without_parameters(each: DigestPart) -> DigestPart:
    if not each.parameters:
        return each
    return DigestPart(**each.model_dump(exclude={"parameters"}, exclude_unset=True))


def state_digest(debugger: Debugger, position: Position) -> str:
    """The fingerprint of the whole memory at a position: all values, and which are known."""
    return digest(debugger.view_at(Position(position.operation)).memory())


def _version_key(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)
