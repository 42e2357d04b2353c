"""What the commands say: where one is, values, trees, lessons, checks, saving."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from openings import opened

from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.plain.commands import COMMANDS, NAMED, Command
from bpdebug.plain.history import completions, use_readline
from bpdebug.plain.lines import Lines
from bpdebug.plain.scripts import piped_lines
from bpdebug.session.file.read import read_session

from .examples import lines, refused, reply, said

LOOKING = [
    each for each in COMMANDS if each.group in ("Looking", "Walkthrough") and each.name != "check"
]


@pytest.mark.parametrize("command", LOOKING, ids=lambda each: each.name)
def test_every_example_of_looking_can_be_typed(command: Command) -> None:
    found = lines("stop", "go dE/dw7")
    for example in command.examples:
        if example != "stop answer":
            assert said(found, example)


def test_a_step_is_told_and_an_empty_line_steps_again() -> None:
    found = lines()
    assert "zh1 = w1*x1 + w3*x2 + w5*x3 + b1 = 0.1*1 + 0.3*4 + 0.5*5 + 0.5 = 4.3" in said(
        found, "s"
    )
    assert "sigmoid(4.3) = 0.9866" in said(found, "")
    assert said(found, "reverse-step").startswith("One operation undone.")
    assert said(found, "12s").endswith("operation 13 of 41, do2/dzo2; position 13.")
    assert said(found, "ITERATION").startswith("41 operations executed; the last one:")
    reply(found, "print w7")
    assert found.reply("") is None


def test_words_may_be_shortened_as_long_as_they_mean_one_command() -> None:
    found = lines()
    assert said(found, "cont").startswith("410,000 operations executed")
    assert refused(found, "un").startswith("un may be ")
    assert (
        refused(found, "brek w7")
        == "there is no command brek; did you mean break?; help lists them"
    )
    assert "from 1 to 999999999, found x" in refused(found, "step x")
    assert "takes nothing after it" in refused(found, "continue 3")


def test_values_are_printed_with_what_is_known_of_them() -> None:
    found = lines()
    assert said(found, "print E") == "E is not computed yet."
    assert reply(found, "p w7").record["value"] == 0.7
    assert reply(found, "p W1").record["values"] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    reply(found, "go it 2 zh1")
    assert said(found, "p E") == "E = 0.5932, stale: from the previous iteration."
    assert said(found, "p w7 < 0.7 and x1 == 1") == "w7 < 0.7 and x1 == 1 is true."
    assert "there is no quantity dE/dw77" in refused(found, "p dE/dw77 + 1")


def test_the_tree_is_numbered_and_the_table_is_filtered() -> None:
    found = lines("go dE/db1")
    told = said(found, "tree dE/dw1 2")
    assert "  1. dE/dh1" in told
    assert "  1.1." in told
    assert "of the sum" in told
    assert said(found, "table w7").strip().startswith("w7 = 0.7000, gradient 0.0765")
    assert "needs a number" in refused(found, "table gradient >")
    assert said(lines("go w7"), "tree w7 1").startswith("w7 := w7 - alpha * dE/dw7 = 0.6992.")


def test_nothing_that_is_looked_at_tells_what_is_covered() -> None:
    found = lines("watch dE/dw7 > 0", "watch dE/dw7*2", "predict on", "go dE/dw7")
    left_out = ("stop", "digits")
    typed = [line for each in LOOKING for line in each.examples if each.name not in left_out]
    typed += ["print", "print dE/dw7 + 0", "print dE/dw7 < 1", "info dE/dw7", "print dE/dW2"]
    typed += ["print abs(dE/dw7) > 0.01", "tree", "info watches", "tree w7", "explain w7", "hint"]
    for line in [*typed, *typed]:
        replied = found.reply(line)
        assert replied is not None
        for secret in ("0765", "1531", "is true", "is false", ": true", ": false"):
            assert secret not in str(replied.record), line
    assert refused(found, "check").startswith("the checks would show a covered")
    assert "0.0765 is right for dE/dw7" in said(found, "0.0765")
    assert reply(found, "print dE/dw7 < 1").record["value"] is True


def test_a_step_to_what_is_covered_asks_for_it() -> None:
    found = lines("predict on")
    told = said(found, "step")
    assert "What is zh1?" in told
    assert "4.3" not in told
    assert "4.3" not in said(found, "hint")
    reply(found, "step")
    assert "4.3" in said(found, "print zh1")


def test_a_wrong_answer_is_explained() -> None:
    found = lines("predict on", "go dE/do1")
    told = said(found, "answer t1 - o1")
    assert "is not right for dE/do1" in told
    assert "sign" in told
    assert "uncover shows the result" in told
    assert said(found, "info score").startswith("0 of 1 right")


def test_a_lesson_is_read_stop_by_stop() -> None:
    found = lines()
    assert said(found, "stop").startswith("Stop 1 of 19: One iteration, by hand\n")
    assert "**" not in said(found, "stop")
    assert said(found, "")
    assert "That makes 0.0765." in said(found, "stop 8")
    assert "Stop 7 of 19" in said(found, "stop back")
    assert "Stop 8 of 19" in said(found, "")
    assert len(reply(found, "stops").text) == 19
    assert refused(found, "stop 20").startswith("there is no stop 20 (stops 1 to 19)")
    debugger = found.debugging.debugger
    debugger.document = replace(debugger.document, walkthrough=())
    assert refused(found, "stop") == "this session has no walkthrough"


def test_a_question_of_a_walkthrough_is_asked_before_it_is_answered() -> None:
    found = lines()
    debugger = found.debugging.debugger
    text = "zh1 is {zh1}, {zh1 > 1}"
    stop = WalkStop("it 1 zh1", "One", text, None, "And h1?", "near 1", True, "xor", "it 2 E")
    debugger.document = replace(debugger.document, walkthrough=(stop,))
    told = said(found, "stop")
    assert "4.3" not in told
    assert "zh1 is covered, covered" in told
    assert "What is zh1?" in told
    assert "And h1?" in told
    assert "go it 2 E" in told
    assert "bpdebug xor" in told
    assert "near 1" not in told
    assert refused(found, "x1+1").endswith("help lists them; answer x1+1 is an answer")
    # Whoever types is told what would be passed over, a script is not.
    found.debugging.asks = True
    assert said(found, "") == (
        "What is zh1? Type a number, or answer and a formula; hint helps.\n"
        "stop again leaves it covered and goes on."
    )
    assert said(found, "print w1")
    assert said(found, "") == "Answer:\nnear 1"
    assert said(found, "stop") == "That was the last stop."


def test_checks_say_what_is_wrong_and_that_is_found() -> None:
    found = lines("go dE/dw7")
    for example in NAMED["check"].examples[1:]:
        right = reply(found, example)
        assert right.text[-1] == "Nothing is wrong."
        assert not right.answer.found
    wrong = reply(found, "check dE/db1 = dE/do1*do1/dzo1*dzo1/dh1*dh1/dzh1*dzh1/db1")
    assert wrong.answer.found
    assert wrong.record["ok"] is False
    assert "write a figure" in refused(found, "check dE/dw7")
    assert refused(found, "check zz = 1")


def test_changes_are_told_listed_and_undone() -> None:
    found = lines("go 14")
    assert "Breakpoint 1 is set on w7" in said(found, "break w7 if w7 < 0.69")
    assert "w8 has the value 0.5 from position 14 on." in said(found, "set w8 = 0.5")
    assert "w8 is given the value 0.5" in said(found, "undo")
    assert "Breakpoint 1: w7" in said(found, "info break")
    assert said(found, "watch w7*2") == "Watch w7*2."
    assert "Watched: w7*2 is 1.4." in said(found, "next")
    assert 'in Python: run.break_("w7 if w7 < 0.69")' in said(found, "actions")
    assert reply(found, "actions").record["actions"] == found.debugging.session.actions


def test_a_run_that_is_interrupted_stands_where_it_had_got_to() -> None:
    found = lines("b E if E < 1e-300")
    asked = iter([False] * 3 + [True] * 9)
    debugging = found.debugging
    before = debugging.debugger.position
    debugging.enough = lambda: next(asked)
    told = debugging.act("c")
    assert told.interrupted
    there = debugging.debugger.position.operation
    assert there > before.operation
    assert there < debugging.debugger.end.operation
    assert debugging.session.actions[-1] == f"g {there}"
    debugging.enough = lambda: True
    assert debugging.act("g it 9000").lines == ("Interrupted; nothing has moved.",)
    assert debugging.debugger.position.operation == there


def test_saving_replaces_nothing_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = lines("3s")
    assert "name a file" in refused(found, "save")
    (tmp_path / "mine.json").write_text("mine")
    assert refused(found, "save mine.json").endswith("save --force mine.json replaces it")
    assert said(found, "save --force mine.json") == "Saved: mine.json"
    assert said(found, "save")
    assert read_session(tmp_path / "mine.json").actions == ["3s"]
    assert "is a folder" in refused(found, f"save {tmp_path}")


def test_leaving_asks_once_where_somebody_can_be_asked() -> None:
    found = lines("b w7")
    assert reply(found, "quit").answer.leaves
    found.debugging.asks = True
    assert "quit again" in said(found, "quit")
    reply(found, "where")
    assert not reply(found, "quit").answer.leaves
    assert reply(found, "quit").answer.leaves


def test_help_tells_of_every_command() -> None:
    found = lines()
    told = said(found, "help")
    for each in COMMANDS:
        assert f"  {each.name}" in told
        assert each.help in said(found, f"help {each.name}")
    assert "A place is a position" in said(found, "help go")


def test_words_and_names_are_completed() -> None:
    debugger = opened("blog")
    assert completions(debugger, "unw", "unw") == ["unwatch"]
    assert sorted(completions(debugger, "print dE/dw1", "dE/dw1")) == ["dE/dw1", "dE/dw10"]
    assert "breakpoints" in completions(debugger, "info b", "b")


def test_without_readline_lines_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "readline", None)
    assert not use_readline(lambda: opened("blog"))


def test_a_line_out_of_proportion_is_refused() -> None:
    found: Lines = lines()
    assert "at most 2,000 characters, found 5,000" in refused(found, "p" * 5000)
    assert refused(found, "print " + "(" * 1500)
    # Some shells send a byte order mark first.
    assert list(piped_lines(StringIO("\ufeffstep\n\ufeff"))) == ["step\n", "\ufeff"]
