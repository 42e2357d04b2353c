"""Actions: what a person does to a debugger, each as a short text that can be recorded.

`20s` steps, `C` continues backward, `g it 300` goes, `t w7` runs to a quantity, `b w7 write if
w7 < 0.69` sets a breakpoint, `e w7 0.5` edits; `VERBS` has them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bpdebug.debugger.branching import BranchError
from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.limits import MOST_ACTION, LimitError, check_line
from bpdebug.debugger.places import going_to, next_written
from bpdebug.debugger.state import Move, PositionError, finish
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason, Stop

MOST_REPEATS = 10**9 - 1
"""The greatest count that a step may be repeated: nine digits."""

_STEPS = {size.key: (size, False) for size in STEP_SIZES} | {
    size.back: (size, True) for size in STEP_SIZES
}

RUNS = {"c": False, "C": True}
"""The actions that continue to a stop: whether they go backward."""


class ActionError(ValueError):
    """An action that cannot be done; it has changed nothing."""


def perform(debugger: Debugger, action: str) -> None:
    """Do what `action` says. Raises ActionError, having changed nothing, if that cannot be."""
    finish(begin(debugger, action))


def begin(debugger: Debugger, action: str) -> Move:
    """`perform` as a move, which raises ActionError when it is carried on."""
    try:
        check_line("an action", action, MOST_ACTION)
        return (yield from _move(debugger, action))
    except (PositionError, BreakpointError, BranchError, LimitError) as error:
        raise ActionError(str(error)) from error


def _move(debugger: Debugger, action: str) -> Move:
    count, key = _step(action)
    if key in _STEPS:
        size, backward = _STEPS[key]
        return debugger.stepping(size, count, backward)
    if action in RUNS:
        return debugger.running(RUNS[action])
    verb, _, rest = action.partition(" ")
    if verb in MOVES:
        return MOVES[verb](debugger, rest.strip())
    if verb in CHANGES:
        return _at_once(debugger, lambda: CHANGES[verb](debugger, rest.strip()))
    raise ActionError(f"{action!r} is no action")


def _at_once(debugger: Debugger, change: Callable[[], object]) -> Move:
    """A move that takes no time; a generator, if one that yields nothing."""
    change()
    return debugger.stop
    yield


def interruptible(action: str) -> bool:
    """Whether an action goes through one iteration after the other, so that it may be paused at
    any of them; others lead to one place or nowhere.
    """
    return action in RUNS or _step(action)[1] in _STEPS


def only_moves(action: str) -> bool:
    """Whether an action leads somewhere and makes nothing."""
    return interruptible(action) or action.partition(" ")[0] in ("g", "t", "T")


def record(actions: Sequence[str], action: str, joining: bool = True) -> list[str]:
    """`actions` with `action` behind them, in as few entries as say the same.

    Equal steps in a row become one entry, if `joining`, which `can_join` said of the one before.
    Of jumps in a row to positions by number the last counts, and the farthest.
    """
    count, key = _step(action)
    if actions and key in _STEPS and joining:
        before, last = _step(actions[-1])
        if last == key and before + count <= MOST_REPEATS:
            return [*actions[:-1], f"{before + count}{key}"]
    jump = _reached(action)
    kept = [*actions]
    if jump is not None:
        # One that led no further is needless; of those further on the farthest says what is past.
        while kept and (reached := _reached(kept[-1])) is not None and reached <= jump:
            kept.pop()
        if len(kept) > 1 and None not in (_reached(kept[-2]), _reached(kept[-1])):
            kept.pop()
    return [*kept, action]


def _reached(action: str) -> int | None:
    """How many operations a jump by number leads to; None for any other action."""
    match = _JUMP.fullmatch(action)
    return int(match[1]) if match else None


def can_join(action: str, stop: Stop) -> bool:
    """Whether an action that ended so may be recorded in one entry with an equal step after it.

    A step that came to a stop on its way may not. Nor may a step back into the middle of an
    operation: it has not come past the breakpoints on that operation, and going on from there
    does not; a longer step would.
    """
    _, key = _step(action)
    if key not in _STEPS or stop.reason is not Reason.STEP:
        return False
    _, backward = _STEPS[key]
    return not (backward and stop.position.arithmetic)


_JUMP = re.compile(r"g (\d+)(\+\d+)?")


def _step(action: str) -> tuple[int, str]:
    """The count and the key of `20s`; for anything else the key is no step's."""
    match = re.fullmatch(r"([1-9]\d{0,8}|)(\S)", action)
    return (int(match[1] or 1), match[2]) if match else (1, "")


def _number(text: str, what: str = "a breakpoint") -> int:
    if not re.fullmatch(r"\d{1,10}", text):
        raise BreakpointError(f"{text or 'nothing'} is not the number of {what}")
    return int(text)


def _numbered(text: str, what: str = "a breakpoint") -> tuple[int, str]:
    """A number and what stands behind it."""
    number, _, rest = text.partition(" ")
    return _number(number, what), rest.strip()


def _edit(debugger: Debugger, text: str) -> None:
    name, _, value = text.partition(" ")
    if not value.strip():
        raise BranchError(
            f"a value is missing; write a number or an expression: e {name or 'w7'} 0.5"
        )
    debugger.edit(name, value.strip())


def _branch(debugger: Debugger, text: str) -> Move:
    """`branch 2` goes there; `branch delete 2` deletes it."""
    word, _, rest = text.partition(" ")
    if word == "delete":
        return debugger.deleting_branch(_number(rest.strip(), "a branch"))
    return debugger.switching(_number(text, "a branch"))


def _non_finite(debugger: Debugger, text: str) -> None:
    if text not in ("stop", "pass"):
        raise BreakpointError("write nonfinite stop or nonfinite pass")
    debugger.stop_at_non_finite(text == "stop")


def _change_breakpoint(debugger: Debugger, text: str) -> None:
    number, rest = _numbered(text)
    debugger.change_breakpoint(number, parse_breakpoint(rest))


def _ignore(debugger: Debugger, text: str) -> Move:
    number, count = _numbered(text)
    if not re.fullmatch(r"\d{1,10}", count):
        raise BreakpointError("write how many hits to ignore: ignore 2 10")
    return debugger.ignoring(number, int(count))


def _run_to(debugger: Debugger, name: str, backward: bool) -> Move:
    target = next_written(debugger, name, backward)
    return debugger.running_to(Stop(Reason.GO_TO, target))


MOVES: Mapping[str, Callable[[Debugger, str], Move]] = {
    "g": going_to,
    "t": lambda debugger, name: _run_to(debugger, name, backward=False),
    "T": lambda debugger, name: _run_to(debugger, name, backward=True),
    "branch": _branch,
    "ignore": _ignore,
    "undo": lambda debugger, _: debugger.undoing(),
    "redo": lambda debugger, _: debugger.redoing(),
}

CHANGES: Mapping[str, Callable[[Debugger, str], object]] = {
    "b": lambda debugger, text: debugger.add_breakpoint(parse_breakpoint(text)),
    "change": _change_breakpoint,
    "delete": lambda debugger, text: debugger.delete_breakpoint(_number(text)),
    "enable": lambda debugger, text: debugger.enable_breakpoint(_number(text), True),
    "disable": lambda debugger, text: debugger.enable_breakpoint(_number(text), False),
    "nonfinite": _non_finite,
    "watch": lambda debugger, text: debugger.watch(text),
    "unwatch": lambda debugger, text: debugger.unwatch(text),
    "mark": lambda debugger, text: debugger.mark(text),
    "unmark": lambda debugger, text: debugger.unmark(text),
    "e": _edit,
    "name": lambda debugger, text: debugger.name_branch(*_numbered(text, "a branch")),
}
