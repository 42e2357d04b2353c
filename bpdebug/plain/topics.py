"""What a session has besides its run: breakpoints, branches, watches, bookmarks, what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bpdebug.debugger.action_words import breakpoint_words
from bpdebug.debugger.predictions import score
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.plain.looking import info, names
from bpdebug.text.aloud import in_prose, sentence
from bpdebug.text.run.branches import bookmark_lines, branch_lines
from bpdebug.text.run.calls import python_call, typed_line
from bpdebug.text.run.describe import describe
from bpdebug.text.run.hunt_score import LOOK, hunt_score_words
from bpdebug.text.run.predictions import score_words
from bpdebug.text.run.status import log_line, shown_entry

_WIDE = 1_000_000
_MOST = 500


def about(debugging: LineDebugger, rest: str) -> Answer:
    """One of `TOPICS`, or where a quantity comes from and where it goes."""
    if not rest:
        raise CommandError(f"name a quantity, such as info w7, or one of {', '.join(TOPICS)}")
    program = debugging.debugger.program
    if program.slot_named(rest) is None and rest not in program.quantities:
        near = [name for name in TOPICS if name.startswith(rest)]
        if len(near) == 1:
            return TOPICS[near[0]](debugging, "")
    return info(debugging, rest)


def _breakpoints(debugging: LineDebugger, rest: str) -> Answer:
    found = debugging.debugger.breakpoints
    lines = []
    for number, each in list(found.items())[:_MOST]:
        off = "" if each.enabled else ", disabled"
        problem = f", cannot be used: {each.problem}" if each.problem else ""
        lines.append(f"Breakpoint {number}: {breakpoint_words(each)}{off}{problem}")
    data = {str(number): str(each) for number, each in list(found.items())[:_MOST]}
    return answer(_some(lines, "There are no breakpoints.", len(found)), breakpoints=data)


def _branches(debugging: LineDebugger, rest: str) -> Answer:
    debugger = debugging.debugger
    found = branch_lines(debugger, _WIDE, debugging.digits)
    lines = []
    for number, (_, *details) in list(found.items())[:_MOST]:
        here = ", where you are" if number == debugger.branch else ""
        name = debugger.document.branches[number].name
        lines.append(f"Branch {number}, {name}{here}:")
        lines += [f"  {in_prose(line.strip())}" for line in details]
    return answer(lines, branch=debugger.branch)


def _watches(debugging: LineDebugger, rest: str) -> Answer:
    return answer(debugging.watched() or ["Nothing is watched."])


def _bookmarks(debugging: LineDebugger, rest: str) -> Answer:
    found = bookmark_lines(debugging.debugger, _WIDE)
    lines = [
        f"{name}: {' '.join(line.strip() for line in rows)}" for name, (_, *rows) in found.items()
    ]
    return answer(_some(lines[:_MOST], "There are no bookmarks.", len(lines)))


def _log(debugging: LineDebugger, rest: str) -> Answer:
    debugger = debugging.debugger
    found = list(debugger.log)[-_MOST:]
    lines = [
        log_line(shown_entry(entry, debugger.cover), debugger.program.operations, debugging.digits)
        for entry in found
    ]
    return answer(lines or ["No breakpoint has written a message."])


def _score(debugging: LineDebugger, rest: str) -> Answer:
    debugger = debugging.debugger
    now = score(debugger.predictions)
    said, data = [score_words(now)], dict[str, object](now._asdict())
    if debugger.judge is not None:
        hunt = debugger.hunting.score
        said = [f"find the bug: {hunt_score_words(hunt)}", *(said if now.asked else []), LOOK]
        data["hunt"] = hunt._asdict()
    return answer(map(sentence, said), **data)


def _session(debugging: LineDebugger, rest: str) -> Answer:
    return answer(describe(debugging.session))


TOPICS: Mapping[str, Callable[[LineDebugger, str], Answer]] = {
    "breakpoints": _breakpoints,
    "branches": _branches,
    "watches": _watches,
    "bookmarks": _bookmarks,
    "log": _log,
    "score": _score,
    "session": _session,
    "names": names,
}
"""What `info` tells of besides quantities."""


def actions(debugging: LineDebugger, rest: str) -> Answer:
    """What was done: each action with the line and the call in Python that do the same."""
    found = debugging.session.actions
    first = max(0, len(found) - _MOST)
    lines = [
        f"{number}. {action}; typed: {typed_line(action)}; in Python: {python_call(action)}"
        for number, action in enumerate(found[first:], first + 1)
    ]
    if first:
        lines.insert(0, f"{first:,} earlier ones are not shown.")
    return answer(lines or ["Nothing has been done yet."], actions=found[first:])


def _some(lines: Iterable[str], nothing: str, count: int) -> list[str]:
    found = list(lines) or [nothing]
    return [*found, *([f"and {count - _MOST:,} more"] if count > _MOST else [])]
