"""Changing: breakpoints, watches, bookmarks and settings, each change so that it can be undone."""

from __future__ import annotations

import re
from dataclasses import replace

from bpdebug.debugger.breakpoints import Breakpoint, BreakpointError, check_parts
from bpdebug.debugger.conditions import ConditionError, read_watch
from bpdebug.debugger.document import Bookmark
from bpdebug.debugger.limits import MOST_LETTERS, LimitError, check_line, next_number
from bpdebug.debugger.state import DebuggerState, Move, PositionError
from bpdebug.program.program import Program

_NAME = re.compile(r"[^\W\d][\w-]{0,39}")


class Changing(DebuggerState):
    """The part of a debugger that changes what stops it and what is watched."""

    @property
    def breakpoints(self) -> dict[int, Breakpoint]:
        """The breakpoints by number."""
        return dict(self.document.breakpoints)

    def add_breakpoint(self, wanted: Breakpoint) -> Breakpoint:
        """A new breakpoint, with the next free number. Raises BreakpointError, and sets none,
        if it makes no sense.
        """
        number = next_number(self.document.breakpoints)
        return self._put(replace(wanted, number=number), f"breakpoint {number} on {wanted.on}")

    def change_breakpoint(self, number: int, wanted: Breakpoint) -> Breakpoint:
        """Another breakpoint in the place of number `number`. Raises BreakpointError."""
        enabled = self.breakpoint(number).enabled
        return self._put(
            replace(wanted, number=number, enabled=enabled), f"breakpoint {number} changed"
        )

    def _put(self, breakpoint_: Breakpoint, what: str) -> Breakpoint:
        check_parts(breakpoint_)
        self.trigger(breakpoint_)
        found = {**self.document.breakpoints, breakpoint_.number: breakpoint_}
        self.change(what, replace(self.document, breakpoints=found))
        return breakpoint_

    def delete_breakpoint(self, number: int) -> Breakpoint:
        """Take a breakpoint away. Raises BreakpointError if there is none of that number."""
        found = self.breakpoint(number)
        kept = {n: each for n, each in self.document.breakpoints.items() if n != number}
        self.change(f"breakpoint {number} deleted", replace(self.document, breakpoints=kept))
        return found

    def enable_breakpoint(self, number: int, enabled: bool = True) -> Breakpoint:
        """Switch a breakpoint on or off. Raises BreakpointError if there is none, or if it
        cannot be used.
        """
        found = self.breakpoint(number)
        if found.problem and enabled:
            raise BreakpointError(f"breakpoint {number} cannot be used: {found.problem}")
        what = f"breakpoint {number} {'enabled' if enabled else 'disabled'}"
        return self._put_unread(replace(found, enabled=enabled), what)

    def ignoring(self, number: int, count: int) -> Move:
        """Let a breakpoint pass over its next `count` hits from here on, as a move: those so
        far have to be counted.
        """
        found = self.breakpoint(number)
        if found.problem:
            raise BreakpointError(f"breakpoint {number} cannot be used: {found.problem}")
        until_now = (yield from self.counting_hits(found)) if count else 0
        what = f"breakpoint {number} ignores {count} hits"
        self._put(replace(found, ignore=until_now + count), what)
        return self.stop

    def _put_unread(self, breakpoint_: Breakpoint, what: str) -> Breakpoint:
        found = {**self.document.breakpoints, breakpoint_.number: breakpoint_}
        self.change(what, replace(self.document, breakpoints=found))
        return breakpoint_

    def stop_at_non_finite(self, stops: bool) -> None:
        """Whether a run stops at the first value that is not finite."""
        what = f"values that are not finite {'stop' if stops else 'do not stop'} a run"
        self.change(what, replace(self.document, stop_at_non_finite=stops))

    # Watches

    def watch(self, text: str) -> None:
        """Watch an expression. Raises BreakpointError if it cannot be read or is there."""
        try:
            check_line("a watched expression", text, MOST_LETTERS)
            read_watch(text, self.program)
        except (ConditionError, LimitError) as error:
            raise BreakpointError(str(error)) from error
        if text in self.document.watches:
            raise BreakpointError(f"{text} is watched already")
        watches = (*self.document.watches, text)
        self.change(f"watch {text}", replace(self.document, watches=watches))

    def unwatch(self, text: str) -> None:
        """Watch an expression no longer. Raises BreakpointError if it was not."""
        if text not in self.document.watches:
            raise BreakpointError(f"{text or 'nothing'} is not watched")
        watches = tuple(each for each in self.document.watches if each != text)
        self.change(f"watch {text} removed", replace(self.document, watches=watches))

    # Bookmarks

    def mark(self, name: str) -> None:
        """Give the position a name. Raises PositionError if it cannot have that one."""
        check_bookmark(self.program, name)
        bookmarks = {**self.document.bookmarks, name: Bookmark(self.branch, self.position)}
        self.change(f"bookmark {name}", replace(self.document, bookmarks=bookmarks))

    def unmark(self, name: str) -> None:
        """Forget a bookmark. Raises PositionError if there is none of that name."""
        if name not in self.document.bookmarks:
            known = ", ".join(self.document.bookmarks) or "none"
            raise PositionError(f"there is no bookmark {name}; there are: {known}")
        bookmarks = {n: b for n, b in self.document.bookmarks.items() if n != name}
        self.change(f"bookmark {name} deleted", replace(self.document, bookmarks=bookmarks))


_RESERVED = frozenset({"start", "end", "it", "next", "last"})


def check_bookmark(program: Program, name: str) -> None:
    """Raises PositionError if `name` cannot be a bookmark's."""
    if not _NAME.fullmatch(name):
        raise PositionError(
            f"{name or 'nothing'} is not a name for a bookmark: write letters, digits, _ and -"
        )
    if name in _RESERVED or program.slot_named(name) is not None:
        raise PositionError(f"{name} means something else; choose another name")
