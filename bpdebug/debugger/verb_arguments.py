"""What is written after a verb: read, carried out, and put into words."""

from __future__ import annotations

import re
from collections.abc import Callable

from bpdebug.debugger.action_words import (
    written_breakpoint_words,
    written_count_words,
)
from bpdebug.debugger.branching import BranchError
from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import HuntError
from bpdebug.debugger.places import next_written
from bpdebug.debugger.predicting import Predicting
from bpdebug.debugger.predictions import PredictionError
from bpdebug.debugger.state import Move
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.walk_stop import WalkthroughError, parse_stop
from bpdebug.debugger.walkthrough import add_stop, change_stop, delete_stop, move_stop


def read_number(text: str, what: str = "a breakpoint") -> int:
    if not re.fullmatch(r"\d{1,10}", text):
        raise BreakpointError(f"{text or 'nothing'} is not the number of {what}")
    return int(text)


def read_numbered(text: str, what: str = "a breakpoint") -> tuple[int, str]:
    """A number and what stands behind it."""
    number, _, rest = text.partition(" ")
    return read_number(number, what), rest.strip()


def _two(text: str) -> tuple[str, str]:
    """The first word, and what stands behind it."""
    first, _, rest = text.partition(" ")
    return first, rest.strip()


def run_to(debugger: Debugger, name: str, backward: bool) -> Move:
    target = next_written(debugger, name, backward)
    return debugger.running_to(Stop(Reason.GO_TO, target))


def edit(debugger: Debugger, text: str) -> None:
    name, value = _two(text)
    if not value:
        raise BranchError(
            f"a value is missing; write a number or an expression: e {name or 'w7'} 0.5"
        )
    debugger.edit(name, value)


def branch(debugger: Debugger, text: str) -> Move:
    word, rest = _two(text)
    if word == "delete":
        return debugger.deleting_branch(read_number(rest, "a branch"))
    return debugger.switching(read_number(text, "a branch"))


def branch_words(text: str) -> str:
    word, rest = _two(text)
    return f"delete branch {rest}" if word == "delete" else f"go to branch {text}"


def ignore(debugger: Debugger, text: str) -> Move:
    number, count = read_numbered(text)
    if not re.fullmatch(r"\d{1,10}", count):
        raise BreakpointError("write how many hits to ignore: ignore 2 10")
    return debugger.ignoring(number, int(count))


def ignore_words(text: str) -> str:
    number, count = _two(text)
    return f"ignore the next {written_count_words(count, 'hit')} of breakpoint {number}"


def non_finite(debugger: Debugger, text: str) -> None:
    if text not in ("stop", "pass"):
        raise BreakpointError("write nonfinite stop or nonfinite pass")
    debugger.stop_at_non_finite(text == "stop")


def predict(debugger: Debugger, text: str) -> None:
    match text:
        case "on" | "off":
            debugger.predicting.predict(text == "on")
        case "anew":
            debugger.predicting.predict_anew()
        case _:
            raise PredictionError("write predict on, predict off or predict anew")


def hint(debugger: Debugger, rest: str) -> None:
    if rest:
        raise PredictionError(f"hint takes nothing after it, found {rest!r}")
    if debugger.question is None and debugger.judge is not None:
        debugger.hunting.hint()
    else:
        debugger.predicting.hint()


def reveal(debugger: Debugger, rest: str) -> None:
    if rest:
        raise HuntError(f"reveal takes nothing after it, found {rest!r}")
    debugger.hunting.reveal()


def suspect_words(text: str) -> str:
    name, mistake = _two(text)
    return f"suspect {name}{f': {mistake}' if mistake else ''}"


PREDICT = {
    "on": "cover each result until it is answered",
    "off": "stop covering results",
    "anew": "ask everything again",
}


def bare(make: Callable[[Predicting], None]) -> Callable[[Debugger, str], None]:
    """A change that is said with the verb alone."""

    def carry_out(debugger: Debugger, rest: str) -> None:
        if rest:
            raise PredictionError(f"{make.__name__} takes nothing after it, found {rest!r}")
        make(debugger.predicting)

    return carry_out


def answer_words(text: str) -> str:
    said = re.sub(r" to \d{1,2}$", "", text)
    return f"answer {said}"


def change_breakpoint(debugger: Debugger, text: str) -> None:
    number, rest = read_numbered(text)
    debugger.change_breakpoint(number, parse_breakpoint(rest))


def change_words(text: str) -> str:
    number, rest = _two(text)
    return f"change breakpoint {number} into one on {written_breakpoint_words(rest)}"


def walkthrough(debugger: Debugger, text: str) -> None:
    word, rest = _two(text)
    number, rest = read_numbered(rest, "a stop")
    match word:
        case "add":
            add_stop(debugger, number, parse_stop(rest))
        case "change":
            change_stop(debugger, number, parse_stop(rest))
        case "move":
            move_stop(debugger, number, read_number(rest, "a stop"))
        case "delete" if not rest:
            delete_stop(debugger, number)
        case _:
            raise WalkthroughError("write walkthrough add, change, move or delete, and a number")


def walkthrough_words(text: str) -> str:
    word, rest = _two(text)
    number, rest = _two(rest)
    if word == "move":
        return f"move stop {number} of the walkthrough to {rest}"
    if word == "delete":
        return f"delete stop {number} of the walkthrough"
    try:
        title = f", {parse_stop(rest).title}"
    except WalkthroughError:
        title = ""
    return f"{word} stop {number} of the walkthrough{title}"


def edit_words(text: str) -> str:
    name, value = _two(text)
    return f"edit: give {name} the value {value}"


def name_words(text: str) -> str:
    number, name = _two(text)
    return f"name branch {number} {name}"
