"""Actions as calls in Python: the script does what was done."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.api import Run
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session, state_digest
from bpdebug.text.run.calls import python_call, script_lines, typed_line


@pytest.mark.parametrize(
    ("action", "call", "line"),
    [
        ("s", "run.step()", "step"),
        ("20S", "run.step(count=20, back=True)", "reverse-step 20"),
        ("f", 'run.step("phase")', "finish"),
        ("3]", 'run.step("iteration", 3)', "iteration 3"),
        ("C", "run.run(back=True)", "reverse-continue"),
        ("g 41207", "run.go(41207)", "go 41207"),
        ("g it 300 dE/dw5", 'run.go("it 300 dE/dw5")', "go it 300 dE/dw5"),
        ('b E log "E is {E}"', 'run.break_("E log \\"E is {E}\\"")', 'break E log "E is {E}"'),
        ("disable 2", "run.enable(2, False)", "disable 2"),
        ("e w7 w7*2", 'run.do("e w7 w7*2")', "set w7 = w7*2"),
        ("undo", 'run.do("undo")', "undo"),
    ],
)
def test_an_action_in_other_hands(action: str, call: str, line: str) -> None:
    assert (python_call(action), typed_line(action)) == (call, line)


def test_the_script_of_a_session_does_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / 'le"sson.json'
    session = open_session(find_session("blog"))
    for action in ("14s", "b w7"):
        session.perform(action)
    session.save(path)
    session = open_session(path)
    for action in ("c", "e w7 0.5", "3]", "C", "mark here"):
        session.perform(action)
    script = "\n".join(script_lines(str(path), session.opened_with, session.actions))
    assert "# 14s: step over 14 operations\n# b w7" in script
    found: dict[str, Run] = {}
    exec(script, found)
    again = found["run"]._session
    assert again.debugger.standing() == session.debugger.standing()
    here = session.debugger.position
    assert state_digest(again.debugger, here) == state_digest(session.debugger, here)
    assert again.actions == session.actions
