"""Fields of a newer version, carried over to what is saved in place of what was read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from bpdebug.session.file.format import BranchPart, EditPart, WorkPart, _Part

_P = TypeVar("_P", bound=_Part)


def with_unknown(new: WorkPart, old: WorkPart) -> WorkPart:
    """`new` with the unknown fields that the same breakpoints, branches, edits, bookmarks and
    the cursor have in `old`.
    """
    changes: dict[str, object] = {}
    if any(each.model_extra for each in old.breakpoints):
        changes["breakpoints"] = _list(new.breakpoints, old.breakpoints, lambda b: b.number)
    if old.branches:
        before = {each.number: each for each in old.branches}
        branches = [_branch(each, before.get(each.number)) for each in new.branches]
        if branches != new.branches:
            changes["branches"] = branches
    if any(each.model_extra for each in old.bookmarks.values()):
        changes["bookmarks"] = {
            name: _with(each, old.bookmarks.get(name)) for name, each in new.bookmarks.items()
        }
    if old.cursor.model_extra:
        changes["cursor"] = _with(new.cursor, old.cursor)
    return new.model_copy(update=changes) if changes else new


def _with(new: _P, old: _P | None) -> _P:
    return new if old is None or not old.model_extra else new.model_copy(update=old.model_extra)


def _list(new: Sequence[_P], old: Sequence[_P], key: Callable[[_P], Hashable]) -> list[_P]:
    before = {key(each): each for each in old}
    return [_with(each, before.get(key(each))) for each in new]


def _branch(new: BranchPart, old: BranchPart | None) -> BranchPart:
    if old is None:
        return new
    changes: dict[str, object] = {}
    if any(each.model_extra for each in old.edits):

        def key(edit: EditPart) -> Hashable:
            return edit.at, edit.set

        changes["edits"] = _list(new.edits, old.edits, key)
    if old.cursor.model_extra:
        changes["cursor"] = _with(new.cursor, old.cursor)
    return _with(new.model_copy(update=changes) if changes else new, old)
