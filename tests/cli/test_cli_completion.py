"""Completion in shells, and the man page: both are made from the table of subcommands."""

from __future__ import annotations

import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest
from argcomplete.finders import CompletionFinder

from bpdebug.command_line import parser_of
from bpdebug.commands.completion import SHELLS, as_read
from bpdebug.usage import GROUPS, SUBCOMMANDS

from .calls import COMMAND, Call

ASK = """
eval "$({command} completion bash)"
COMP_LINE="$1" COMP_POINT=${{#1}} COMP_TYPE=9
_python_argcomplete {command}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def proposed(line: str) -> list[str]:
    """What is proposed at the end of a line."""
    line, parser = as_read(line, parser_of)
    finder = CompletionFinder(parser, always_complete_options=False)
    _, _, typed = line.partition(" ")
    states = count()
    found = iter(lambda: finder.rl_complete(typed, next(states)), None)
    # It gives the whole of what is to stand in the line.
    return [each.split()[-1] for each in map(str, found)]


def test_commands_sessions_options_and_quantities_are_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lstm-mine.json").touch()
    (tmp_path / "notes.txt").touch()
    assert {*SUBCOMMANDS, "blog", "dlai-shallow", "lstm-mine.json"} <= {*proposed("bpdebug ")}
    assert proposed("bpdebug ls") == ["lstm", "lstm-mine.json"]
    assert proposed("bpdebug show lst") == ["lstm", "lstm-mine.json"]
    assert "--memory" in proposed("bpdebug blog --")
    assert proposed("bpdebug --plain lst") == ["lstm", "lstm-mine.json"]
    assert {"--break", "--until"} <= {*proposed("bpdebug run blog --")}
    names = proposed("bpdebug run blog --break dE/dw")
    assert {*names} == {f"dE/dw{number}" for number in range(1, 11)}
    assert proposed("bpdebug run no-such-session --break dE/dw") == []
    # Of a name of several words the last is seen: adam with weight decay.
    names = proposed("bpdebug new net.json --optimizer ada")
    assert names == ["adagrad", "adam", "decay", "adamw"]
    assert proposed("bpdebug completion ") == [*SHELLS]


def test_bash_gets_it(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    script = ASK.format(command=COMMAND)
    done = subprocess.run(
        ["bash", "-c", script, "ask", f"{COMMAND} li"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["list"]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_can_read_it(call: Call, shell: str) -> None:
    code = call("completion", shell)
    assert (code.code, code.err) == (0, "")
    assert "bpdebug" in code.out
    assert "_ARGCOMPLETE" in code.out
    if shutil.which(shell):
        check = subprocess.run([shell, "-n"], input=code.out, text=True, timeout=60, check=False)
        assert check.returncode == 0


def test_the_man_page_has_every_command_and_option(call: Call) -> None:
    page = call("man").out
    assert page.startswith(".TH BPDEBUG 1 ")
    plain = page.replace("\\-", "-")
    for group in GROUPS:
        assert f'.SS "{group}"' in plain
    for name, subcommand in SUBCOMMANDS.items():
        assert f"\n.B bpdebug {name}\n" in plain
        assert f"{subcommand.help[1:]}." in plain
    for option in ("--break SPEC", "--courses", "-o, --output FILE"):
        assert f"\n.B {option}\n" in plain
    groff = shutil.which("groff")
    if groff:
        done = subprocess.run(
            [groff, "-man", "-ww", "-Tutf8"],
            input=page,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stderr == ""
        assert "bpdebug run blog --break 'w7 write if w7 < 0.69'" in done.stdout
