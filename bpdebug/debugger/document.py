"""What a person makes of a run: branches with edits, breakpoints, watches, bookmarks, and the
stops of a walkthrough.

A document never changes; another one takes its place. So every change can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.edits import Edit
from bpdebug.debugger.hunts import Hunt
from bpdebug.debugger.limits import (
    MOST_BOOKMARKS,
    MOST_BRANCHES,
    MOST_BREAKPOINTS,
    MOST_EDITS,
    MOST_WATCHES,
    check_count,
)
from bpdebug.debugger.view import Position
from bpdebug.debugger.walk_stop import WalkStop

MAIN = 1
"""The number of the branch that every run begins with."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A course that a run can take: the whole of its edits, in the order of operations.

    It left branch `parent` after `fork` operations; the first branch has left none.
    """

    number: int
    name: str
    edits: tuple[Edit, ...] = ()
    parent: int | None = None
    fork: int = 0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A position with a name, on a branch."""

    branch: int
    position: Position


@dataclass(frozen=True)
class Document:
    """All of it at one moment: branches and breakpoints by number, bookmarks by name, the stops
    of the walkthrough in their order, and what was named where a mistake is planted.
    """

    branches: Mapping[int, Branch] = field(default_factory=lambda: {MAIN: Branch(MAIN, "main")})
    breakpoints: Mapping[int, Breakpoint] = field(default_factory=dict)
    watches: tuple[str, ...] = ()
    bookmarks: Mapping[str, Bookmark] = field(default_factory=dict)
    stop_at_non_finite: bool = True
    hunt: Hunt = field(default_factory=Hunt)
    walkthrough: tuple[WalkStop, ...] = ()

    def check_counts(self) -> None:
        """Raises LimitError if there is more of anything than a session holds."""
        check_count("branches", len(self.branches), MOST_BRANCHES)
        check_count("breakpoints", len(self.breakpoints), MOST_BREAKPOINTS)
        check_count("watches", len(self.watches), MOST_WATCHES)
        check_count("bookmarks", len(self.bookmarks), MOST_BOOKMARKS)
        for branch in self.branches.values():
            check_count(f"edits on {branch.name}", len(branch.edits), MOST_EDITS)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what it was in words, the document before and after it, and where it was
    made. If `moves` it is about the course of the run, and undoing it leads there. `kept` says
    of branches that went away with it where they were left and how far they were seen.
    """

    what: str
    before: Document
    after: Document
    branch: int
    branch_after: int
    position: Position
    moves: bool
    kept: Mapping[int, tuple[Position, int]] = field(default_factory=dict)
