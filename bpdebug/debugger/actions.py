"""Actions: what a person does to a debugger, each as a short text that can be recorded.

`20s` steps, `C` continues backward, `g it 300` goes, `t w7` runs to a quantity, `b w7 write if
w7 < 0.69` sets a breakpoint, `delete 1`, `disable 1` and `enable 1` change it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.debugger import Debugger, PositionError
from bpdebug.debugger.places import find_place, next_written
from bpdebug.debugger.steps import STEP_SIZES

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
    try:
        count, key = _step(action)
        if key in _STEPS:
            size, backward = _STEPS[key]
            debugger.step(size, count, backward)
        elif action in RUNS:
            debugger.run(RUNS[action])
        else:
            verb, _, rest = action.partition(" ")
            if verb not in _VERBS:
                raise ActionError(f"{action!r} is no action")
            _VERBS[verb](debugger, rest.strip())
    except (PositionError, BreakpointError) as error:
        raise ActionError(str(error)) from error


def record(actions: Sequence[str], action: str) -> list[str]:
    """`actions` with `action` behind them; equal steps in a row become one entry."""
    count, key = _step(action)
    if actions and key in _STEPS:
        before, last = _step(actions[-1])
        if last == key and before + count <= MOST_REPEATS:
            return [*actions[:-1], f"{before + count}{key}"]
    return [*actions, action]


def _step(action: str) -> tuple[int, str]:
    """The count and the key of `20s`; for anything else the key is no step's."""
    match = re.fullmatch(r"([1-9]\d{0,8}|)(\S)", action)
    return (int(match[1] or 1), match[2]) if match else (1, "")


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise BreakpointError(f"{text or 'nothing'} is not the number of a breakpoint")
    return int(text)


_VERBS: Mapping[str, Callable[[Debugger, str], object]] = {
    "g": lambda debugger, place: debugger.go_to(find_place(debugger, place)),
    "t": lambda debugger, name: debugger.go_to(next_written(debugger, name)),
    "T": lambda debugger, name: debugger.go_to(next_written(debugger, name, backward=True)),
    "b": lambda debugger, text: debugger.add_breakpoint(*parse_breakpoint(text)),
    "delete": lambda debugger, text: debugger.delete_breakpoint(_number(text)),
    "enable": lambda debugger, text: debugger.enable_breakpoint(_number(text), True),
    "disable": lambda debugger, text: debugger.enable_breakpoint(_number(text), False),
}
