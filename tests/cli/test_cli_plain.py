"""bpdebug --plain and -x: scripts, pipes, JSON, exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bpdebug.plain.scripts import MOST_SCRIPT

from .calls import Call


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A file for commands."""
    return tmp_path / "commands.txt"


def test_a_script_is_carried_out_and_ends(call: Call, script: Path) -> None:
    script.write_text("# the first gradient\ngo dE/dw7\n\nprint\nquit\nnothing\n")
    result = call("blog", "-x", script)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "dE/dw7 = 0.0765."


def test_a_script_ends_at_the_first_line_that_cannot_be_carried_out(
    call: Call, script: Path
) -> None:
    script.write_text("step\nprint w99\nstep\n")
    result = call("blog", "-x", script)
    assert result.code == 1
    assert result.err.startswith(f"{script}, line 2: w99")
    assert "there is no quantity w99" in result.err
    assert "position 1." in result.out
    assert "position 2." not in result.out


def test_a_check_that_finds_something_gives_1_and_the_script_goes_on(
    call: Call, script: Path
) -> None:
    script.write_text("go dE/dw7\ncheck dE/db1 = dE/do1*do1/db2\nprint w7\n")
    result = call("blog", "--json", "-x", script)
    assert (result.code, result.err) == (1, "")
    assert [record["ok"] for record in result.records] == [True, False, True]
    assert result.records[-1]["value"] == 0.7


def test_each_answer_is_a_line_of_json(call: Call, script: Path) -> None:
    script.write_text("break w7 if w7 < 0.69\ncontinue\nzz\n")
    result = call("blog", "--plain", "--json", "-x", script)
    first, second, third = result.records
    assert (first["set"], first["action"]) == (1, "b w7 if w7 < 0.69")
    assert (second["position"], second["stopped"], second["breakpoint"]) == (528, "breakpoint", 1)
    assert (third["ok"], "there is no command zz" in third["error"]) == (False, True)
    assert result.code == 1


def test_lines_come_through_a_pipe(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "print " + "1" * 100_000
    monkeypatch.setattr("sys.stdin", io.StringIO(f"step\nprint zh1\n{long}\nstep"))
    result = call("--plain", "blog")
    assert result.code == 1
    assert "zh1 = 4.3." in result.out
    assert "standard input, line 3: a line has at most 2,000 characters" in result.err
    assert len(result.err) < 400


def test_what_a_script_does_can_be_saved_and_is_told_in_python(
    call: Call, script: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "lesson.json"
    script.write_text(f"finish\nset w7 = 0.5\nsave {saved}\nactions\n")
    result = call("blog", "-x", script)
    assert 'in Python: run.step("phase")' in result.out
    assert json.loads(saved.read_text())["actions"] == ["f", "e w7 0.5"]
    assert call("replay", saved, "--headless").code == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("blog", "-x", "nowhere.txt"), "nowhere.txt: there is no such file"),
        (("blog", "-x", "."), "this is a folder"),
        (("blog", "--json"), "--json needs --plain or -x"),
        (("nowhere", "--plain"), "nowhere"),
        (("blog",), "bpdebug --plain takes commands line by line"),
    ],
)
def test_bad_usage_is_2(call: Call, words: tuple[str, ...], complaint: str) -> None:
    result = call(*words)
    assert result.code == 2
    assert complaint in result.err


def test_a_script_out_of_proportion_is_refused(call: Call, script: Path) -> None:
    script.write_text("step\n" * (MOST_SCRIPT // 5 + 1))
    result = call("blog", "-x", script)
    assert (result.code, result.out) == (2, "")
    assert "a script has at most" in result.err
