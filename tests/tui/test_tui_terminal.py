"""The installed program in a real terminal, from start to replay."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.session.file.read import read_session

from .conftest import Start


def test_step_read_back_save_quit_replay(start: Start, tmp_path: Path) -> None:
    terminal = start("blog", folder=tmp_path)
    terminal.wait_for("next: zh1")
    terminal.send("14s")
    shown = terminal.wait_for("p=14")
    assert "└─ dzo1/dw7 = h1" in shown
    assert "(0.7896)(0.0983)(0.9866)" in shown
    assert "= 0.0765" in shown
    terminal.send("S")
    assert "0.0765" not in terminal.wait_for("p=13")
    terminal.send("/")
    terminal.wait_for("Select")
    terminal.send("w7\r")
    terminal.wait_for("w7 = 0.7")
    terminal.send("b")
    terminal.wait_for("breakpoint on w7")
    terminal.send("c")
    terminal.wait_for("hit 1: w7 0.7 → 0.6992")
    terminal.send("\x13")
    terminal.wait_for("Save as")
    terminal.send("\r")
    terminal.wait_for("saved: blog.json")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    saved = read_session(tmp_path / "blog.json")
    assert saved.actions == ["14s", "S", "b w7", "c"]
    assert saved.cursor.operation == 36

    again = start("replay", "blog.json", folder=tmp_path)
    again.wait_for("the recording is over (4 actions)")
    assert "p=36" in again.text
    again.send("q")
    assert again.wait_for_exit() == 0


@pytest.mark.parametrize("content", ["{", '{"format": "bpdebug-session"}', "\x00\x1b[31m"])
def test_a_broken_file_gives_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    assert main([str(path)]) == 2
    told = "".join(capsys.readouterr())
    assert "broken.json" in told
    assert "Traceback" not in told
    assert "\x1b" not in told


def test_numbers_and_steps_that_arrive_at_once_are_taken_in_their_order(start: Start) -> None:
    terminal = start("blog")
    terminal.wait_for("next: zh1")
    terminal.send("2s" * 6 + "3S" + "10s")
    terminal.wait_for("p=19")


def test_a_terminal_that_has_lines_only_gets_lines(start: Start, tmp_path: Path) -> None:
    environment = {"TERM": "dumb", "XDG_STATE_HOME": str(tmp_path)}
    terminal = start("blog", folder=tmp_path, environment=environment)
    terminal.see("(bpdebug)")
    terminal.send("step\r")
    terminal.see("= 4.3")
    terminal.send("\r")
    terminal.see("sigmoid(4.3) = 0.9866")
    terminal.send("unw\t w7\r")
    terminal.see("w7 is not watched")
    terminal.send("b w7\r")
    terminal.see("Breakpoint 1 is set")
    # Ctrl+C begins a line again, Ctrl+D leaves: what was done is offered next time.
    terminal.send("set w\x03")
    terminal.see("quit leaves")
    terminal.send("\x04")
    assert terminal.wait_for_exit() == 0
    assert b"TERM=dumb" in terminal.raw
    assert b"Not saved" in terminal.raw
    assert b"\x1b[3" not in terminal.raw
    again = start("blog", "--plain", folder=tmp_path, environment=environment)
    again.see("Not saved the last time: 3 actions.")
    again.send("recover\r")
    again.see("position 2.")
    again.send("quit\rquit\r")
    assert again.wait_for_exit() == 0
