"""Actions as one would say them, for a transcript and for the line of a replay."""

from __future__ import annotations

import re

from bpdebug.debugger.actions import MOST_REPEATS
from bpdebug.debugger.breakpoints import Access, Breakpoint, BreakpointError, parse_breakpoint
from bpdebug.debugger.steps import STEP_SIZES


def action_words(action: str) -> str:
    """An action as one would say it: `step over 20 operations`."""
    match = re.fullmatch(r"(\d*)(\S)", action)
    steps = {size.key: size.name for size in STEP_SIZES}
    backs = {size.back: size.name for size in STEP_SIZES}
    if match and match[2] in steps | backs:
        count = min(int(match[1] or 1), MOST_REPEATS)
        return _step(steps.get(match[2]) or backs[match[2]], count, match[2] in backs)
    verb, _, rest = action.partition(" ")
    rest = rest.strip()
    first, _, more = rest.partition(" ")
    match verb:
        case "c":
            return "continue to the next stop"
        case "C":
            return "continue back to the previous stop"
        case "g":
            return f"go to {_place(rest)}"
        case "t":
            return f"run to where {rest} is computed next"
        case "T":
            return f"run back to where {rest} was computed last"
        case "b":
            return f"set a breakpoint on {_breakpoint_text(rest)}"
        case "change":
            return f"change breakpoint {first} into one on {_breakpoint_text(more)}"
        case "delete" | "enable" | "disable":
            return f"{verb} breakpoint {rest}"
        case "ignore":
            return f"ignore the next {count_words(int(more), 'hit')} of breakpoint {first}"
        case "nonfinite":
            what = "stop" if rest == "stop" else "do not stop"
            return f"{what} at values that are not finite"
        case "watch":
            return f"watch {rest}"
        case "unwatch":
            return f"no longer watch {rest}"
        case "mark":
            return f"set the bookmark {rest}"
        case "unmark":
            return f"delete the bookmark {rest}"
        case "e":
            return f"edit: give {first} the value {more}"
        case "branch":
            return f"delete branch {more}" if first == "delete" else f"go to branch {rest}"
        case "name":
            return f"name branch {first} {more}"
        case "undo":
            return "take back the last change"
        case "redo":
            return "make the change again"
        case _:
            return action


def _step(name: str, count: int, back: bool) -> str:
    backward = " back" if back else ""
    if name == "layer":
        return f"step{backward} over {count_words(count, 'layer')} of the phase"
    if name == "phase" and count == 1:
        return "go back to the start of the phase" if back else "go to the end of the phase"
    noun = "arithmetic step" if name == "arithmetic" else name
    verb = "take" if name == "arithmetic" else "step"
    over = "" if name == "arithmetic" else " over"
    return f"{verb}{backward}{over} {count_words(count, noun)}"


def _place(text: str) -> str:
    words = text.split()
    match words:
        case [place] if re.fullmatch(r"\d+(\+\d+)?", place):
            operation, _, arithmetic = place.partition("+")
            more = f" and {count_words(int(arithmetic), 'arithmetic step')}" if arithmetic else ""
            return f"position {operation}{more}"
        case [share] if share.endswith("%"):
            return f"{share[:-1]} percent of the run"
        case ["start" | "end" as end]:
            return f"the {end}"
        case ["it", iteration]:
            return f"iteration {iteration}"
        case ["it", iteration, name]:
            return f"where {name} is computed in iteration {iteration}"
        case ["next" | "last" as which, "time", *what]:
            return f"the {which} time that {' '.join(what)}"
        case _:
            return text


_WHEN = {
    Access.WRITE: "when it is written",
    Access.CHANGE: "when it changes",
    Access.READ: "when it is read",
    Access.GRADIENT: "when its gradient is known",
}

_COMPARED = {
    ">": "after hit",
    ">=": "from hit",
    "==": "only at hit",
    "%": "at every hit that is a multiple of",
}


def _breakpoint_text(text: str) -> str:
    try:
        return breakpoint_words(parse_breakpoint(text))
    except BreakpointError:
        return text


def breakpoint_words(each: Breakpoint) -> str:
    """`w7, when it is written, only if w7 < 0.69`."""
    parts = [each.on] if each.is_on_place else [each.on, _WHEN[each.access]]
    if each.hit:
        sign, _, hits = each.hit.partition(" ")
        parts.append(f"{_COMPARED[sign]} {hits}")
    parts += [f"ignoring the first {count_words(each.ignore, 'hit')}"] if each.ignore else []
    parts += [f"only if {each.condition}"] if each.condition else []
    parts += ["once"] if each.temporary else []
    parts += [f'writing "{each.log}" instead of stopping'] if each.log is not None else []
    return ", ".join(parts)


def count_words(count: int, noun: str) -> str:
    """`one step`, `1,000 steps`."""
    return f"{'one' if count == 1 else f'{count:,}'} {noun}{'' if count == 1 else 's'}"
