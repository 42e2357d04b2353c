"""The verbs of actions, one table: how each is written, what it does, and how one says it.

`20s` steps, `C` continues backward, `g it 300` goes, `b w7 write if w7 < 0.69` sets a breakpoint.
Actions, recordings, replays, transcripts and the screen read this table; another verb is another
entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bpdebug.debugger.action_words import (
    place_words,
    step_words,
    written_breakpoint_words,
    written_count_words,
)
from bpdebug.debugger.branching import BranchError
from bpdebug.debugger.breakpoints import BreakpointError, parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import HuntError
from bpdebug.debugger.places import going_to, next_written
from bpdebug.debugger.predicting import Predicting
from bpdebug.debugger.predictions import PredictionError
from bpdebug.debugger.state import Move
from bpdebug.debugger.steps import STEP_SIZES, StepSize
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.walk_stop import WalkthroughError, parse_stop
from bpdebug.debugger.walkthrough import add_stop, change_stop, delete_stop, move_stop


@dataclass(frozen=True, slots=True)
class Verb:
    """The first word of an action, and what it means.

    `written` are examples, the first with the verb itself. `carry_out` does it, given what stands
    behind the verb; of a `step` that is how often, a number. `words` says that as one would.

    `word` stands for a name of one letter where words are typed: `continue` for `c`.

    `moves`: it leads somewhere and makes nothing. `by_iteration`: it goes through one iteration
    after the other, so that it may be paused at any of them. `of_changes`: it takes the last
    change back, or makes it again. `step`: the size of a step, and whether it goes back.
    """

    name: str
    written: tuple[str, ...]
    help: str
    carry_out: Callable[[Debugger, str], Move]
    words: Callable[[str], str]
    moves: bool = False
    by_iteration: bool = False
    of_changes: bool = False
    step: tuple[StepSize, bool] | None = None
    word: str = ""

    @property
    def called(self) -> str:
        """The word for it: that of gdb, if it has one."""
        return self.word or self.name


def _step(size: StepSize, back: bool) -> Verb:
    key = size.back if back else size.key
    return Verb(
        key,
        (key, f"20{key}"),
        f"{'back: ' if back else ''}{size.help}",
        lambda debugger, count: debugger.stepping(size, int(count), back),
        lambda count: step_words(size, back, int(count)),
        moves=True,
        by_iteration=True,
        step=(size, back),
        word=f"reverse-{size.word}" if back else size.word,
    )


def _run(name: str, back: bool, help: str, words: str) -> Verb:
    return Verb(
        name,
        (name,),
        help,
        lambda debugger, rest: debugger.running(back),
        lambda rest: words,
        moves=True,
        by_iteration=True,
        word="reverse-continue" if back else "continue",
    )


def _change(
    name: str,
    written: str,
    help: str,
    make: Callable[[Debugger, str], object],
    words: Callable[[str], str],
    word: str = "",
) -> Verb:
    """A verb that takes no time."""
    return Verb(name, (written,), help, _at_once(make), words, word=word)


def _at_once(make: Callable[[Debugger, str], object]) -> Callable[[Debugger, str], Move]:
    def carry_out(debugger: Debugger, rest: str) -> Move:
        # A generator, if one that yields nothing.
        make(debugger, rest)
        return debugger.stop
        yield

    return carry_out


# What stands behind a verb


def _number(text: str, what: str = "a breakpoint") -> int:
    if not re.fullmatch(r"\d{1,10}", text):
        raise BreakpointError(f"{text or 'nothing'} is not the number of {what}")
    return int(text)


def _numbered(text: str, what: str = "a breakpoint") -> tuple[int, str]:
    """A number and what stands behind it."""
    number, _, rest = text.partition(" ")
    return _number(number, what), rest.strip()


def _two(text: str) -> tuple[str, str]:
    """The first word, and what stands behind it."""
    first, _, rest = text.partition(" ")
    return first, rest.strip()


def _run_to(debugger: Debugger, name: str, backward: bool) -> Move:
    target = next_written(debugger, name, backward)
    return debugger.running_to(Stop(Reason.GO_TO, target))


def _edit(debugger: Debugger, text: str) -> None:
    name, value = _two(text)
    if not value:
        raise BranchError(
            f"a value is missing; write a number or an expression: e {name or 'w7'} 0.5"
        )
    debugger.edit(name, value)


def _branch(debugger: Debugger, text: str) -> Move:
    word, rest = _two(text)
    if word == "delete":
        return debugger.deleting_branch(_number(rest, "a branch"))
    return debugger.switching(_number(text, "a branch"))


def _branch_words(text: str) -> str:
    word, rest = _two(text)
    return f"delete branch {rest}" if word == "delete" else f"go to branch {text}"


def _ignore(debugger: Debugger, text: str) -> Move:
    number, count = _numbered(text)
    if not re.fullmatch(r"\d{1,10}", count):
        raise BreakpointError("write how many hits to ignore: ignore 2 10")
    return debugger.ignoring(number, int(count))


def _ignore_words(text: str) -> str:
    number, count = _two(text)
    return f"ignore the next {written_count_words(count, 'hit')} of breakpoint {number}"


def _non_finite(debugger: Debugger, text: str) -> None:
    if text not in ("stop", "pass"):
        raise BreakpointError("write nonfinite stop or nonfinite pass")
    debugger.stop_at_non_finite(text == "stop")


def _predict(debugger: Debugger, text: str) -> None:
    match text:
        case "on" | "off":
            debugger.predicting.predict(text == "on")
        case "anew":
            debugger.predicting.predict_anew()
        case _:
            raise PredictionError("write predict on, predict off or predict anew")


def _hint(debugger: Debugger, rest: str) -> None:
    if rest:
        raise PredictionError(f"hint takes nothing after it, found {rest!r}")
    if debugger.question is None and debugger.judge is not None:
        debugger.hunting.hint()
    else:
        debugger.predicting.hint()


def _reveal(debugger: Debugger, rest: str) -> None:
    if rest:
        raise HuntError(f"reveal takes nothing after it, found {rest!r}")
    debugger.hunting.reveal()


def _suspect_words(text: str) -> str:
    name, mistake = _two(text)
    return f"suspect {name}{f': {mistake}' if mistake else ''}"


_PREDICT = {
    "on": "cover each result until it is answered",
    "off": "stop covering results",
    "anew": "ask everything again",
}


def _bare(make: Callable[[Predicting], None]) -> Callable[[Debugger, str], None]:
    """A change that is said with the verb alone."""

    def carry_out(debugger: Debugger, rest: str) -> None:
        if rest:
            raise PredictionError(f"{make.__name__} takes nothing after it, found {rest!r}")
        make(debugger.predicting)

    return carry_out


def _answer_words(text: str) -> str:
    said = re.sub(r" to \d{1,2}$", "", text)
    return f"answer {said}"


def _change_breakpoint(debugger: Debugger, text: str) -> None:
    number, rest = _numbered(text)
    debugger.change_breakpoint(number, parse_breakpoint(rest))


def _change_words(text: str) -> str:
    number, rest = _two(text)
    return f"change breakpoint {number} into one on {written_breakpoint_words(rest)}"


def _walkthrough(debugger: Debugger, text: str) -> None:
    word, rest = _two(text)
    number, rest = _numbered(rest, "a stop")
    match word:
        case "add":
            add_stop(debugger, number, parse_stop(rest))
        case "change":
            change_stop(debugger, number, parse_stop(rest))
        case "move":
            move_stop(debugger, number, _number(rest, "a stop"))
        case "delete" if not rest:
            delete_stop(debugger, number)
        case _:
            raise WalkthroughError("write walkthrough add, change, move or delete, and a number")


def _walkthrough_words(text: str) -> str:
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


def _edit_words(text: str) -> str:
    name, value = _two(text)
    return f"edit: give {name} the value {value}"


def _name_words(text: str) -> str:
    number, name = _two(text)
    return f"name branch {number} {name}"


_ALL = (
    *(_step(size, back) for back in (False, True) for size in STEP_SIZES),
    _run("c", False, "continue to the next stop", "continue to the next stop"),
    _run("C", True, "continue to the previous stop", "continue back to the previous stop"),
    Verb(
        "g",
        ("g 41207+3", "g it 300 dE/dw5", "g next time w3 changes"),
        "go to a place",
        going_to,
        lambda place: f"go to {place_words(place)}",
        moves=True,
        word="go",
    ),
    Verb(
        "t",
        ("t w7",),
        "run to where a quantity is computed next",
        partial(_run_to, backward=False),
        lambda name: f"run to where {name} is computed next",
        moves=True,
        word="until",
    ),
    Verb(
        "T",
        ("T w7",),
        "run back to where a quantity was computed last",
        partial(_run_to, backward=True),
        lambda name: f"run back to where {name} was computed last",
        moves=True,
        word="reverse-until",
    ),
    _change(
        "b",
        'b w7 write once hit % 10 ignore 3 if w7 < 0.69 log "w7 is {w7}"',
        "set a breakpoint; all but the first word may be left out",
        lambda debugger, text: debugger.add_breakpoint(parse_breakpoint(text)),
        lambda text: f"set a breakpoint on {written_breakpoint_words(text)}",
        word="break",
    ),
    _change(
        "change",
        "change 1 w7 read",
        "replace the breakpoint of that number",
        _change_breakpoint,
        _change_words,
    ),
    _change(
        "delete",
        "delete 1",
        "delete the breakpoint of that number",
        lambda debugger, text: debugger.delete_breakpoint(_number(text)),
        lambda text: f"delete breakpoint {text}",
    ),
    _change(
        "enable",
        "enable 1",
        "enable the breakpoint of that number",
        lambda debugger, text: debugger.enable_breakpoint(_number(text), True),
        lambda text: f"enable breakpoint {text}",
    ),
    _change(
        "disable",
        "disable 1",
        "disable the breakpoint of that number",
        lambda debugger, text: debugger.enable_breakpoint(_number(text), False),
        lambda text: f"disable breakpoint {text}",
    ),
    Verb(
        "ignore",
        ("ignore 1 20",),
        "let a breakpoint skip this many of its next hits",
        _ignore,
        _ignore_words,
    ),
    _change(
        "nonfinite",
        "nonfinite pass",
        "whether NaN and infinity stop a run: stop or pass",
        _non_finite,
        lambda text: f"{'stop' if text == 'stop' else 'do not stop'} at values that are not finite",
    ),
    _change(
        "watch",
        "watch w7*2",
        "watch an expression",
        lambda debugger, text: debugger.watch(text),
        lambda text: f"watch {text}",
    ),
    _change(
        "unwatch",
        "unwatch w7*2",
        "stop watching an expression",
        lambda debugger, text: debugger.unwatch(text),
        lambda text: f"stop watching {text}",
    ),
    _change(
        "mark",
        "mark here",
        "give the position a name",
        lambda debugger, text: debugger.mark(text),
        lambda text: f"set the bookmark {text}",
    ),
    _change(
        "unmark",
        "unmark here",
        "forget a bookmark",
        lambda debugger, text: debugger.unmark(text),
        lambda text: f"delete the bookmark {text}",
    ),
    _change(
        "e",
        "e w7 0.5",
        "edit: give a quantity the value of an expression; in the past of a branch, this "
        "begins a new one",
        _edit,
        _edit_words,
        word="set",
    ),
    _change(
        "predict",
        "predict on",
        "predict before you look: on, off, or anew to start over, with no answers",
        _predict,
        lambda text: _PREDICT.get(text, f"predict {text}"),
    ),
    _change(
        "ask",
        "ask",
        "cover the result just computed, even if it was answered before",
        _bare(Predicting.ask),
        lambda text: "cover the result",
    ),
    _change(
        "answer",
        "answer 0.0765 to 4",
        "answer what a covered result is, with a number and its decimals, or a formula",
        lambda debugger, text: debugger.predicting.answer(text),
        _answer_words,
    ),
    _change(
        "hint",
        "hint",
        "show a hint: the rule, then its numbers, then the result; where nothing is covered, "
        "a hint to the planted mistake",
        _hint,
        lambda text: "ask for a hint",
    ),
    _change(
        "uncover",
        "uncover",
        "show a covered result",
        _bare(Predicting.uncover),
        lambda text: "uncover the result",
    ),
    _change(
        "suspect",
        "suspect dE/dw7 wrong sign",
        "say where the planted mistake is, and what: by its name or in your own words",
        lambda debugger, text: debugger.hunting.suspect(text),
        _suspect_words,
    ),
    _change(
        "reveal",
        "reveal",
        "say what is planted",
        _reveal,
        lambda text: "ask what is planted",
    ),
    Verb(
        "walkthrough",
        (
            'walkthrough add 3 where "it 1 E" title "The error"',
            'walkthrough change 3 where "it 1 E" title "E" text "It is {E}."',
            "walkthrough move 3 1",
            "walkthrough delete 3",
        ),
        "add, change, move or delete a stop of the walkthrough",
        _at_once(_walkthrough),
        _walkthrough_words,
    ),
    Verb(
        "branch",
        ("branch 2", "branch delete 2"),
        "go to a branch, where it was left, or delete it",
        _branch,
        _branch_words,
    ),
    _change(
        "name",
        "name 2 TEXT",
        "name a branch",
        lambda debugger, text: debugger.name_branch(*_numbered(text, "a branch")),
        _name_words,
    ),
    Verb(
        "undo",
        ("undo",),
        "undo the last change: a breakpoint, watch, bookmark, edit, branch, suspect or stop "
        "of the walkthrough",
        lambda debugger, rest: debugger.undoing(),
        lambda rest: "undo the last change",
        of_changes=True,
    ),
    Verb(
        "redo",
        ("redo",),
        "redo the change that was undone last",
        lambda debugger, rest: debugger.redoing(),
        lambda rest: "redo the change",
        of_changes=True,
    ),
)

VERBS: Mapping[str, Verb] = {verb.name: verb for verb in _ALL}
"""Every verb by its name, in the order of documents."""

_COUNTED = re.compile(r"([1-9]\d{0,8}|)(\S)")


def read_action(action: str) -> tuple[Verb, str] | None:
    """The verb of an action, and what stands behind it, of a step its count; None if no action."""
    counted = _COUNTED.fullmatch(action)
    if counted and (verb := VERBS.get(counted[2])) and verb.step:
        return verb, counted[1] or "1"
    name, space, rest = action.partition(" ")
    found = VERBS.get(name)
    # A step or a run has nothing behind it.
    if found is None or found.step or (found.by_iteration and space):
        return None
    return found, rest.strip()


def action_words(action: str) -> str:
    """An action as one would say it: `step over 20 operations`."""
    found = read_action(action)
    return action if found is None else found[0].words(found[1])
