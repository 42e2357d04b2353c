"""Actions: what a person does to a debugger, each as a short text that can be recorded.

What they may say is one table, `VERBS` in `verbs`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.debugger.branching import BranchError
from bpdebug.debugger.breakpoints import BreakpointError
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import HuntError
from bpdebug.debugger.limits import MOST_ACTION, LimitError, check_line
from bpdebug.debugger.predictions import PredictionError
from bpdebug.debugger.state import Move, PositionError, Progress, finish
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.verbs import read_action
from bpdebug.debugger.view import Position
from bpdebug.debugger.walk_stop import WalkthroughError

MOST_REPEATS = 10**9 - 1
"""The greatest count that a step may be repeated: nine digits."""


_REFUSALS = (
    PositionError,
    BreakpointError,
    BranchError,
    HuntError,
    LimitError,
    PredictionError,
    WalkthroughError,
)


class ActionError(ValueError):
    """An action that cannot be done; it has changed nothing.

    >>> run.go("it 0")
    Traceback (most recent call last):
    bpdebug.debugger.actions.ActionError: there is no iteration 0; iterations go from 1 to 10000
    """


def perform(debugger: Debugger, action: str) -> None:
    """Do what `action` says. Raises ActionError, having changed nothing, if that cannot be."""
    finish(begin(debugger, action))


def begin(debugger: Debugger, action: str) -> Move:
    """`perform` as a move, which raises ActionError when it is carried on."""
    try:
        check_line("an action", action, MOST_ACTION)
        return (yield from _move(debugger, action))
    except _REFUSALS as error:
        raise ActionError(str(error)) from error


def _move(debugger: Debugger, action: str) -> Move:
    found = read_action(action)
    if found is None:
        raise ActionError(f"{action!r} is not an action")
    verb, rest = found
    return verb.carry_out(debugger, rest)


def interruptible(action: str) -> bool:
    """Whether an action goes through one iteration after the other, so that it may be paused at
    any of them; others lead to one place or nowhere.
    """
    found = read_action(action)
    return found is not None and found[0].by_iteration


def interrupted_at(debugger: Debugger, action: str, progress: Progress | None) -> Stop | None:
    """Where an action stands that is abandoned after such a progress; None if where it began.

    To be recorded as a jump there, `g` with the position.
    """
    if progress is None or not interruptible(action):
        return None
    operation = (progress.iteration - 1) * debugger.program.operations
    return Stop(Reason.INTERRUPTED, Position(operation))


def only_moves(action: str) -> bool:
    """Whether an action leads somewhere and makes nothing."""
    found = read_action(action)
    return found is not None and found[0].moves


def of_changes(action: str) -> bool:
    """Whether an action takes the last change back or makes it again."""
    found = read_action(action)
    return found is not None and found[0].of_changes


def repeated(action: str, count: str) -> str:
    """A step, repeated if a count is given; anything else as it is."""
    found = read_action(action)
    return f"{count}{action}" if found is not None and found[0].step else action


def record(actions: Sequence[str], action: str, joining: bool = True) -> list[str]:
    """`actions` with `action` behind them, in as few entries as say the same.

    Equal steps in a row become one entry, if `joining`, which `can_join` said of the one before.
    Of jumps in a row to positions by number the last counts, and the farthest.
    """
    if actions and joining and (joined := _joined(actions[-1], action)):
        return [*actions[:-1], joined]
    jump = _reached(action)
    kept = [*actions]
    if jump is not None:
        # One that led no further is needless; of those further on the farthest says what is past.
        while kept and (reached := _reached(kept[-1])) is not None and reached <= jump:
            kept.pop()
        if len(kept) > 1 and None not in (_reached(kept[-2]), _reached(kept[-1])):
            kept.pop()
    return [*kept, action]


def _joined(before: str, action: str) -> str:
    """Two equal steps as one; empty if they are not."""
    first, second = read_action(before), read_action(action)
    if first is None or second is None or first[0] is not second[0] or first[0].step is None:
        return ""
    count = int(first[1]) + int(second[1])
    return f"{count}{first[0].name}" if count <= MOST_REPEATS else ""


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
    found = read_action(action)
    if found is None or found[0].step is None or stop.reason is not Reason.STEP:
        return False
    _, backward = found[0].step
    return not (backward and stop.position.arithmetic)


_JUMP = re.compile(r"g (\d+)(\+\d+)?")
