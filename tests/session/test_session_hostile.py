"""Hostile files: a clear error and exit code 2, soon and without much memory, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import MOST_BYTES
from bpdebug.session.session import open_session

MIB = 2**20
SECONDS = 1.0
"""CPU time that a file may take; the time on the clock depends on what else runs."""

_PROGRAM = """
import contextlib, io, json, re, sys, time
from bpdebug.cli import main
main(["validate", "blog"])
found = {}
for path in sys.argv[1:]:
    start, err = time.process_time(), io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
        code = main(["validate", path])
    found[path] = code, err.getvalue()[:2000], time.process_time() - start
# What getrusage says would count the process that has started this one, too.
status = open("/proc/self/status").read()
print("\\n" + json.dumps([found, int(re.search(r"VmHWM:\\s*(\\d+)", status)[1])]))
"""


def validated(*paths: str | Path) -> tuple[dict[str, tuple[int, str, float]], int]:
    """Exit code, stderr and seconds for each file, checked in one process, and its bytes."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *map(str, paths)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    found, kilobytes = json.loads(done.stdout.splitlines()[-1])
    return {path: tuple(each) for path, each in found.items()}, kilobytes * 1024


@pytest.fixture(scope="module")
def files() -> Mapping[str, tuple[bytes, str]]:
    """They take tens of megabytes, which only the process has that asks for them."""
    from .hostile import FILES

    return FILES


def test_there_are_enough_of_them(files: Mapping[str, tuple[bytes, str]]) -> None:
    assert len(files) >= 60


def test_every_hostile_file_is_refused_soon_and_without_much_memory(
    tmp_path: Path, files: Mapping[str, tuple[bytes, str]]
) -> None:
    """In one process: the memory is the most that any of the files took."""
    paths = {}
    for number, (name, (content, words)) in enumerate(files.items()):
        path = tmp_path / f"{number}.json"
        path.write_bytes(content)
        paths[str(path)] = name, words
    found, most = validated(*paths)
    wrong = {
        name: (code, words, seconds, err)
        for path, (name, words) in paths.items()
        for code, err, seconds in [found[path]]
        if code != 2
        or words not in err
        or not all(line.startswith(f"{path}: ") for line in err.splitlines()[:-1])
        or seconds >= SECONDS
    }
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())
    assert most < 100 * MIB, most / MIB


def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_BYTES * 1000)
    words = {
        tmp_path / "pipe": "this is not an ordinary file",
        tmp_path / "circle": "cannot be read",
        tmp_path / "nowhere": "there is no such file",
        tmp_path / "zeros": "this is not an ordinary file",
        tmp_path / "large": "larger than 64 MiB",
        tmp_path: "this is a folder",
        Path("/dev/zero"): "this is not an ordinary file",
        Path("/dev/stdin"): "",
        Path("/proc/self/mem"): "",
    }
    found, most = validated(*words)
    for path, word in words.items():
        code, err, seconds = found[str(path)]
        assert code == 2, (path, err)
        assert word in err
        assert seconds < SECONDS
    assert most < 100 * MIB


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.touch(mode=0)
    with pytest.raises(SessionError, match="cannot be read"):
        open_session(path)


# Whatever is in a file, nothing but a SessionError comes out

REAL = tuple(path.read_bytes() for path in bundled_sessions().values())

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


def tried(text: str) -> None:
    with contextlib.suppress(SessionError):
        parse_session(text, "test")


@given(st.dictionaries(st.sampled_from(sorted(json.loads(REAL[0]))), JSON), st.booleans())
def test_any_fields(fields: dict[str, Any], newer: bool) -> None:
    start = {"format": "bpdebug-session", "version": "1.99" if newer else "1.0"}
    tried(json.dumps(fields | start))


@given(st.binary(max_size=200), st.integers(0, 10**6), st.sampled_from(REAL), st.integers(0, 50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_bytes_of_real_files(
    tmp_path: Path, inserted: bytes, place: int, content: bytes, removed: int
) -> None:
    place %= len(content) + 1
    path = tmp_path / "a.json"
    path.write_bytes(content[:place] + inserted + content[place + removed :])
    with contextlib.suppress(SessionError):
        open_session(path)


@given(st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(SessionError):
        open_session(path)


@given(st.text(max_size=100) | st.text('{}[]":,\\u0123456789eE+-. \nd8truefalsn', max_size=60))
def test_any_text(text: str) -> None:
    tried(text)
    tried('{"format": "bpdebug-session", "version": "1.0", "model": ' + text + "}")
