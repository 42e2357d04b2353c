"""The command as the shell starts it: the installed script, pipes, encodings, interrupts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import bpdebug

from .calls import COMMAND, Call, process

needs_script = pytest.mark.skipif(not COMMAND.exists(), reason="bpdebug is not installed here")


def _shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line for the shell, in which $BPDEBUG is the command."""
    return subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, **environment, "BPDEBUG": f"{sys.executable} -m bpdebug"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@needs_script
def test_the_installed_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"bpdebug {bpdebug.__version__}\n"


@needs_script
def test_the_installed_command_passes_the_exit_code_on(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "show", "nothing.json"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 2


def test_bundled_sessions_are_found_from_any_folder(tmp_path: Path) -> None:
    result = process("trace", "blog", "--json", "--to", "41", folder=tmp_path)
    assert (result.code, len(result.records)) == (0, 41)


def test_a_file_goes_before_a_bundled_session_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "blog").write_text("{}")
    result = process("show", "blog", folder=tmp_path)
    assert (result.code, result.err.partition(":")[0]) == (2, "blog")


@pytest.mark.parametrize(
    "words",
    ["trace blog --json --to 100000", "show blog --equations", "keys"],
)
def test_a_closed_pipe_is_no_error(words: str) -> None:
    done = _shell(f"$BPDEBUG {words} | head -n 1")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_no_room_for_the_output() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    done = _shell("$BPDEBUG show blog >/dev/full")
    assert done.returncode == 2
    assert done.stderr.startswith("bpdebug: cannot write the output: ")
    assert len(done.stderr.splitlines()) == 1


def test_no_stdout_at_all() -> None:
    done = _shell("$BPDEBUG run blog --until 'iteration > 1' >&- 2>&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_no_greek(call: Call, encoding: str) -> None:
    done = _shell("$BPDEBUG trace blog --to 30 | LC_ALL=C wc -l", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    coded = _shell("$BPDEBUG trace blog --json --to 30", PYTHONIOENCODING=encoding)
    assert coded.stdout.isascii()
    assert coded.stderr == ""
    records = [json.loads(line) for line in coded.stdout.splitlines()]
    assert records == call("trace", "blog", "--json", "--to", "30").records


def test_an_interrupt_ends_a_long_run_in_one_word() -> None:
    program = (
        "import signal, threading, os, sys\n"
        "import bpdebug.commands.run\n"
        "from bpdebug.cli import main\n"
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "sys.exit(main(['run', 'blog', '--iterations', '1000000000']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
