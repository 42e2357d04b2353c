"""The verbs of actions, one table: how each is written, what it does, and how one says it.

`20s` steps, `C` continues backward, `g it 300` goes, `b w7 write if w7 < 0.69` sets a breakpoint.
Actions, recordings, replays, transcripts and the screen read this table; another verb is another
entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from bpdebug.debugger.action_words import (
    place_words,
    written_breakpoint_words,
)
from bpdebug.debugger.breakpoints import parse_breakpoint
from bpdebug.debugger.places import going_to
from bpdebug.debugger.predicting import Predicting
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.verb import Verb, at_once, change_verb, run_verb, step_verb
from bpdebug.debugger.verb_arguments import (
    PREDICT,
    answer_words,
    bare,
    branch,
    branch_words,
    change_breakpoint,
    change_words,
    edit,
    edit_words,
    hint,
    ignore,
    ignore_words,
    name_words,
    non_finite,
    predict,
    read_number,
    read_numbered,
    reveal,
    run_to,
    suspect_words,
    walkthrough,
    walkthrough_words,
)

_ALL = (
    *(step_verb(size, back) for back in (False, True) for size in STEP_SIZES),
    run_verb("c", False, "continue to the next stop", "continue to the next stop"),
    run_verb("C", True, "continue to the previous stop", "continue back to the previous stop"),
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
        partial(run_to, backward=False),
        lambda name: f"run to where {name} is computed next",
        moves=True,
        word="until",
    ),
    Verb(
        "T",
        ("T w7",),
        "run back to where a quantity was computed last",
        partial(run_to, backward=True),
        lambda name: f"run back to where {name} was computed last",
        moves=True,
        word="reverse-until",
    ),
    change_verb(
        "b",
        'b w7 write once hit % 10 ignore 3 if w7 < 0.69 log "w7 is {w7}"',
        "set a breakpoint; all but the first word may be left out",
        lambda debugger, text: debugger.add_breakpoint(parse_breakpoint(text)),
        lambda text: f"set a breakpoint on {written_breakpoint_words(text)}",
        word="break",
    ),
    change_verb(
        "change",
        "change 1 w7 read",
        "replace the breakpoint of that number",
        change_breakpoint,
        change_words,
    ),
    change_verb(
        "delete",
        "delete 1",
        "delete the breakpoint of that number",
        lambda debugger, text: debugger.delete_breakpoint(read_number(text)),
        lambda text: f"delete breakpoint {text}",
    ),
    change_verb(
        "enable",
        "enable 1",
        "enable the breakpoint of that number",
        lambda debugger, text: debugger.enable_breakpoint(read_number(text), True),
        lambda text: f"enable breakpoint {text}",
    ),
    change_verb(
        "disable",
        "disable 1",
        "disable the breakpoint of that number",
        lambda debugger, text: debugger.enable_breakpoint(read_number(text), False),
        lambda text: f"disable breakpoint {text}",
    ),
    Verb(
        "ignore",
        ("ignore 1 20",),
        "let a breakpoint skip this many of its next hits",
        ignore,
        ignore_words,
    ),
    change_verb(
        "nonfinite",
        "nonfinite pass",
        "whether NaN and infinity stop a run: stop or pass",
        non_finite,
        lambda text: f"{'stop' if text == 'stop' else 'do not stop'} at values that are not finite",
    ),
    change_verb(
        "watch",
        "watch w7*2",
        "watch an expression",
        lambda debugger, text: debugger.watch(text),
        lambda text: f"watch {text}",
    ),
    change_verb(
        "unwatch",
        "unwatch w7*2",
        "stop watching an expression",
        lambda debugger, text: debugger.unwatch(text),
        lambda text: f"stop watching {text}",
    ),
    change_verb(
        "mark",
        "mark here",
        "give the position a name",
        lambda debugger, text: debugger.mark(text),
        lambda text: f"set the bookmark {text}",
    ),
    change_verb(
        "unmark",
        "unmark here",
        "forget a bookmark",
        lambda debugger, text: debugger.unmark(text),
        lambda text: f"delete the bookmark {text}",
    ),
    change_verb(
        "e",
        "e w7 0.5",
        "edit: give a quantity the value of an expression; in the past of a branch, this "
        "begins a new one",
        edit,
        edit_words,
        word="set",
    ),
    change_verb(
        "predict",
        "predict on",
        "predict before you look: on, off, or anew to start over, with no answers",
        predict,
        lambda text: PREDICT.get(text, f"predict {text}"),
    ),
    change_verb(
        "ask",
        "ask",
        "cover the result just computed, even if it was answered before",
        bare(Predicting.ask),
        lambda text: "cover the result",
    ),
    change_verb(
        "answer",
        "answer 0.0765 to 4",
        "answer what a covered result is, with a number and its decimals, or a formula",
        lambda debugger, text: debugger.predicting.answer(text),
        answer_words,
    ),
    change_verb(
        "hint",
        "hint",
        "show a hint: the rule, then its numbers, then the result; where nothing is covered, "
        "a hint to the planted mistake",
        hint,
        lambda text: "ask for a hint",
    ),
    change_verb(
        "uncover",
        "uncover",
        "show a covered result",
        bare(Predicting.uncover),
        lambda text: "uncover the result",
    ),
    change_verb(
        "suspect",
        "suspect dE/dw7 wrong sign",
        "say where the planted mistake is, and what: by its name or in your own words",
        lambda debugger, text: debugger.hunting.suspect(text),
        suspect_words,
    ),
    change_verb(
        "reveal",
        "reveal",
        "say what is planted",
        reveal,
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
        at_once(walkthrough),
        walkthrough_words,
    ),
    Verb(
        "branch",
        ("branch 2", "branch delete 2"),
        "go to a branch, where it was left, or delete it",
        branch,
        branch_words,
    ),
    change_verb(
        "name",
        "name 2 TEXT",
        "name a branch",
        lambda debugger, text: debugger.name_branch(*read_numbered(text, "a branch")),
        name_words,
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
