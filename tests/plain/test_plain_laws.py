"""The same actions through the debugger, from Python and as text: the same state, to the bit. And
any text at all is a command or an error.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openings import opened, session_of

from bpdebug.api import ActionError, Run
from bpdebug.debugger.actions import perform
from bpdebug.debugger.verb import Verb
from bpdebug.debugger.verbs import VERBS, action_words, read_action
from bpdebug.plain.commands import COMMANDS, NAMED
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.plain.lines import Lines
from bpdebug.session.session import Session, state_digest
from bpdebug.text.numbers import COVER
from bpdebug.text.run.calls import python_call, typed_line
from bpdebug.text.safe import safe

STEPS = [verb.name for verb in VERBS.values() if verb.step]
NAMES = ("w7", "E", "dE/dw1", "zh1", "b2", "w99", "x1")
NUMBERS = ("1", "2", "3")


def _written(verb: Verb) -> st.SearchStrategy[str]:
    """Actions of a verb: some can be done, some cannot."""
    name, named = verb.name, st.sampled_from(NAMES)
    numbers = st.sampled_from(NUMBERS)
    match name:
        case _ if verb.step:
            return st.sampled_from(["", "2", "7", "50"]).map(lambda count: count + name)
        case "g":
            places = st.sampled_from(
                ["0", "14", "52+1", "it 2", "it 2 dE/dw7", "start", "here", "next time w3 changes"]
            )
            return (places | named).map(lambda place: f"g {place}")
        case "t" | "T" | "watch" | "unwatch":
            return named.map(lambda each: f"{name} {each}")
        case "b":
            tails = st.sampled_from(["", " read", " if w7 < 0.699", ' write log "w7 is {w7}"'])
            return st.tuples(named, tails).map(lambda each: f"b {each[0]}{each[1]}")
        case "e":
            return named.map(lambda each: f"e {each} w7*2 - 1")
        case "answer":
            return st.sampled_from(["answer 4.3 to 4", "answer 0.1 to 2", "answer o1 - t1 to 4"])
        case "predict":
            return st.sampled_from(["predict on", "predict off", "predict anew"])
        case "nonfinite":
            return st.sampled_from(["nonfinite pass", "nonfinite stop"])
        case "change":
            return numbers.map(lambda each: f"change {each} w8")
        case "ignore" | "name":
            return numbers.map(lambda each: f"{name} {each} 2")
        case "delete" | "enable" | "disable" | "branch":
            return numbers.map(lambda each: f"{name} {each}")
        case "mark" | "unmark":
            return st.just(f"{name} here")
    return st.just(name)


ACTIONS = st.sampled_from(list(VERBS.values())).flatmap(_written)
PART = session_of("blog").part.model_copy(update={"iterations": 4, "walkthrough": []})
TYPED, CALLED = (Session(PART, Path("blog.json")) for _ in range(2))
START = TYPED.debugger.standing(), CALLED.debugger.standing()


def _begin_again() -> None:
    """Opening is what takes long here."""
    for session, start in zip((TYPED, CALLED), START, strict=True):
        session.debugger.stand_as(start)
        session.actions = []


@given(st.lists(ACTIONS, max_size=8))
@example(["predict on", "8s", "hint", "answer o1 - t1 to 4", "uncover", "predict off", "c"])
@example(["g 60", "e w7 w7*2 - 1", "mark here", "branch 1", "name 2 2", "undo", "redo", "C"])
@settings(max_examples=40)
def test_the_same_actions_end_in_the_same_state(actions: list[str]) -> None:
    _begin_again()
    bare = opened("blog")
    bare.iterations = PART.iterations
    lines, run = Lines(LineDebugger(TYPED)), Run(CALLED)
    for action in actions:
        errors = []
        try:
            perform(bare, action)
        except ActionError as error:
            errors.append(str(error))
        try:
            eval(python_call(action), {"run": run})
        except ActionError as error:
            errors.append(str(error))
        replied = lines.reply(typed_line(action))
        assert replied is not None
        assert (errors or [""]) == [replied.error] * max(1, len(errors)), action
        assert len(errors) != 1, action
        assert bare.standing() == TYPED.debugger.standing() == CALLED.debugger.standing(), action
    digests = {state_digest(each, each.position) for each in (bare, run._debugger, TYPED.debugger)}
    assert len(digests) == 1
    assert [*map(read_action, TYPED.actions)] == [*map(read_action, CALLED.actions)]


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_each_verb_is_a_command_by_its_name_and_by_its_word(verb: Verb) -> None:
    assert NAMED[verb.name] is NAMED[verb.called]
    for written in verb.written:
        assert typed_line(written).split()[0] == verb.called
        assert python_call(written).startswith("run.")


def test_no_two_commands_have_a_name_in_common() -> None:
    names = [name for each in COMMANDS for name in (each.name, *each.also)]
    assert len(names) == len(set(names))


# Any text

WORDS = st.sampled_from(
    [
        *(name for name in NAMED if name not in ("save", "quit", "exit", "q", "check")),
        *(*NAMES, *NUMBERS, "=", "==", "if", "<", "derivation", "to", "it", "%", "anew", "on"),
        *("0.5", "1e999", "9" * 40, "-1", "½", "٣", "breakpoints", "back", "answer", "W1", "W1[1,"),
        *("\x1b[2J", "\u202e", "{", '"', "#", "|gradient|", "*", "(", ")", "prev(w7)", "²", "20s"),
    ]
)
LINES = st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=40)
BOXES = ("BOX DRAWINGS", "BLOCK", "SHADE")


@given(st.lists(LINES, max_size=6))
@settings(max_examples=60)
def test_any_line_is_answered_or_refused_in_words(typed: list[str]) -> None:
    _begin_again()
    lines = Lines(LineDebugger(TYPED), repeats=True)
    for line in ("predict on", *typed):
        if line.split()[:1] and any(
            each.startswith(line.split()[0].lower()) for each in ("save", "quit", "check", "exit")
        ):
            continue
        replied = lines.reply(line)
        if replied is None:
            continue
        for row in replied.text:
            assert safe(row) == row
            assert "\n" not in row
            assert COVER not in row
            drawn = [sign for sign in row if not sign.isascii() and sign not in line]
            assert not [s for s in drawn if unicodedata.name(s, "").startswith(BOXES)], row
        assert replied.record["ok"] is (not replied.error)
        assert action_words(line) or not line
