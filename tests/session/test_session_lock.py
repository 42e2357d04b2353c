"""One holder at a time, who is known, and none that has ended."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import NoReturn

import pytest

from bpdebug.session.file.lock import Holder, Lock, take_lock, who_holds

from .unprivileged import folder_for_anybody, unprivileged

_HOLDING = """
import sys, time
from pathlib import Path
from bpdebug.session.file.lock import take_lock
take_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(100)
"""


def test_a_lock_is_held_by_one_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".session.json.lock"
    assert who_holds(path) is None
    held = take_lock(path)
    assert isinstance(held, Lock)
    for found in (take_lock(path), who_holds(path)):
        assert isinstance(found, Holder)
        assert (found.pid, found.host) == (os.getpid(), socket.gethostname())
        assert str(found).startswith(f"process {os.getpid()}, since 20")
    held.release()
    assert who_holds(path) is None
    assert list(tmp_path.iterdir()) == []
    again = take_lock(path)
    assert isinstance(again, Lock)
    again.release()


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    words = [sys.executable, "-c", _HOLDING, str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        found = take_lock(path)
        assert isinstance(found, Holder)
        assert found.pid == process.pid
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert who_holds(path) is None
        mine = take_lock(path)
        assert isinstance(mine, Lock)
        mine.release()
    assert list(tmp_path.iterdir()) == []


def test_many_who_want_it_have_it_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    inside = 0
    most = 0
    turns = 0

    def want() -> None:
        nonlocal inside, most, turns
        while turns < 200:
            found = take_lock(path)
            if isinstance(found, Lock):
                inside += 1
                most = max(most, inside)
                turns += 1
                inside -= 1
                found.release()

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list(tmp_path.iterdir()) == []


_STRANGE = [b"", b"{", b"[1, 2, 3]", b'{"pid": "x"}', b"\xff", b'{"pid": 1e400}', b"[" * 999]


@pytest.mark.parametrize("content", _STRANGE, ids=range(len(_STRANGE)))
def test_whatever_stands_in_it_a_holder_is_told_of(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lock"
    held = take_lock(path)
    path.write_bytes(content)
    found = take_lock(path)
    assert found == Holder()
    assert str(found) == "another process"
    assert isinstance(held, Lock)
    held.release()


def test_a_lock_in_a_folder_that_is_read_only_cannot_be_made_but_seen() -> None:
    with folder_for_anybody() as folder:
        path = folder / "lock"
        held = take_lock(path)
        folder.chmod(0o555)
        with unprivileged():
            with pytest.raises(PermissionError):
                take_lock(folder / "other")
            assert isinstance(who_holds(path), Holder)
        folder.chmod(0o777)
        assert isinstance(held, Lock)
        held.release()


def test_one_that_somebody_else_left_can_be_taken() -> None:
    with folder_for_anybody() as folder:
        path = folder / "lock"
        path.touch(0o644)
        with unprivileged():
            held = take_lock(path)
            assert isinstance(held, Lock)
            assert isinstance(take_lock(path), Holder)
            held.release()
        assert list(folder.iterdir()) == []


def test_a_link_or_a_pipe_in_its_place_is_refused(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(precious)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"."):
            take_lock(tmp_path / name)
        assert who_holds(tmp_path / name) is None or name == "pipe"
    assert precious.read_text(encoding="utf-8") == "mine"


# Where files cannot be locked


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no locks."""

    def refused(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)


def written(path: Path, pid: int, host: str) -> None:
    path.write_text(json.dumps({"pid": pid, "host": host, "since": "2026-11-22 09:14"}), "utf-8")


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_process_that_is_alive_counts(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    written(path, os.getppid(), socket.gethostname())
    found = take_lock(path)
    assert isinstance(found, Holder)
    assert found.pid == os.getppid()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    written(path, ended.pid, socket.gethostname())
    held = take_lock(path)
    assert isinstance(held, Lock)
    assert json.loads(path.read_text("utf-8"))["pid"] == os.getpid()
    held.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_locks")
def test_without_locks_another_machine_counts_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    written(path, 7, "elsewhere")
    assert str(take_lock(path)) == "process 7 on elsewhere, since 2026-11-22 09:14"
