"""The words for what an action says: steps, places, breakpoints, counts.

An action of a file may say anything at all; what makes no sense is given as it is written.
"""

from __future__ import annotations

import re

from bpdebug.debugger.breakpoints import Access, Breakpoint, BreakpointError, parse_breakpoint
from bpdebug.debugger.steps import StepSize


def step_words(size: StepSize, back: bool, count: int) -> str:
    """`step over 20 operations`."""
    backward = " back" if back else ""
    if size.name == "layer":
        return f"step{backward} over {count_words(count, 'layer')} of the phase"
    if size.name == "phase" and count == 1:
        return "go back to the start of the phase" if back else "go to the end of the phase"
    if size.name == "arithmetic":
        return f"take{backward} {count_words(count, 'arithmetic step')}"
    return f"step{backward} over {count_words(count, size.name)}"


def place_words(text: str) -> str:
    """`where dE/dw5 is computed in iteration 300`."""
    words = text.split()
    match words:
        case [place] if re.fullmatch(r"\d{1,18}(\+\d{1,18})?", place):
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


def written_breakpoint_words(text: str) -> str:
    """The same of a breakpoint as people write it."""
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


def written_count_words(text: str, noun: str) -> str:
    """`count_words` of a count as people write it."""
    return count_words(int(text), noun) if re.fullmatch(r"\d{1,18}", text) else f"{text} {noun}s"


def count_words(count: int, noun: str) -> str:
    """`one step`, `1,000 steps`."""
    return f"{'one' if count == 1 else f'{count:,}'} {noun}{'' if count == 1 else 's'}"
