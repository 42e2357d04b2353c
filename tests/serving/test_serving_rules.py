"""What comes over a network: who is let in, what is read, how much, and what nobody reaches."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bpdebug.serving import packets
from bpdebug.serving.access import Access, is_loopback, new_token, shown_host
from bpdebug.serving.allowance import Allowance
from bpdebug.serving.messages import (
    MOST_BYTES,
    Keys,
    Look,
    MessageError,
    Ping,
    Size,
    read_message,
)


def test_only_who_has_the_whole_token_comes_in() -> None:
    token = new_token()
    access = Access(token)
    assert len(token) == 10
    assert token != new_token()
    assert access.refusal(f"/{token}/ws", "10.0.0.5:8000", "http://10.0.0.5:8000") is None
    wrong = ("/", "/ws", f"/{token[:-1]}/", f"/{token}x/", f"/static/{token}/", "//", token, "/é/")
    for path in wrong:
        assert "whole address" in (access.refusal(path, "10.0.0.5:8000", None) or ""), path


@pytest.mark.parametrize(
    ("host", "origin", "is_let_in"),
    [
        ("localhost:8000", None, True),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("[::1]:8000", None, True),
        # A page from elsewhere, and a name from elsewhere that leads here.
        ("localhost:8000", "http://evil.example", False),
        ("localhost:8000", "http://localhost:9000", False),
        ("localhost:8000", "null", False),
        ("evil.example:8000", None, False),
        ("evil.example:8000", "http://evil.example:8000", False),
        ("127.0.0.1.evil.example", None, False),
        ("[", None, False),
        ("", None, False),
    ],
)
def test_on_this_computer_no_other_page_comes_in(
    host: str, origin: str | None, is_let_in: bool
) -> None:
    assert (Access().refusal("/ws", host, origin) is None) is is_let_in


def test_a_token_is_asked_for_wherever_others_can_reach() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "classroom.local", "")))
    assert shown_host("192.168.1.5") == "192.168.1.5"
    assert shown_host("fe80::1") == "[fe80::1]"
    assert shown_host("0.0.0.0") != "0.0.0.0"


def test_messages_of_a_page() -> None:
    assert read_message('["stdin", "sα"]') == Keys("sα".encode())
    assert read_message('["stdin", "\\ud800"]') == Keys(b"?")
    assert read_message('["resize", {"width": 100, "height": 30}]') == Size(100, 30)
    assert read_message('["resize", {"width": 999999999, "height": null}]') == Size(400, 5)
    assert read_message('["ping", "17"]') == Ping("17")
    assert read_message('["focus"]') == Look(True)
    assert read_message('["blur"]') == Look(False)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "17", "[]", "{}", '["stdin"]', '["stdin", 5]', '["quit"]', "\0"),
        *('["resize", {}]', '["resize", {"width": -1, "height": 9}]', '["ping", 1]'),
        *('["resize", {"width": true, "height": 9}]', '["resize", {"width": 1e400, "height": 9}]'),
        '["resize", {"width": [9], "height": 9}]',
        '["meta", {"type": "lesson"}]',
        "[" * 100_000,
        json.dumps(["ping", "x" * 41]),
        json.dumps(["stdin", "x" * MOST_BYTES]),
    ],
)
def test_garbage_is_no_message(text: str) -> None:
    with pytest.raises(MessageError):
        read_message(text)


def test_who_sends_too_much_waits() -> None:
    allowance = Allowance(most=100, per_second=10, at=0.0)
    assert allowance.wait(100, now=0.0) == 0
    assert allowance.wait(20, now=0.0) == 2
    assert allowance.wait(10, now=2.0) == 1
    # Who has been quiet for long has no more than at first.
    assert allowance.wait(150, now=1e6) == 5


async def test_packets_have_a_size() -> None:
    stream = asyncio.StreamReader()
    stream.feed_data(b"__GANGLION__\n" + packets.data(b"s") + packets.meta("exit"))
    await packets.read_beginning(stream)
    assert await packets.read_packet(stream) == (b"D", b"s")
    assert packets.says_exit(await packets.read_packet(stream))
    stream.feed_data(b"D\xff\xff\xff\xff")
    with pytest.raises(packets.PacketError):
        await packets.read_packet(stream)


_SEALED = """
import os, socket, subprocess, sys
from pathlib import Path
from bpdebug.serving.sealed import seal
mine, address, others = sys.argv[1:]
away, here = socket.socket(), socket.socketpair()
pipe = os.pipe()
seal(2**30)
import colorsys, textual.widgets, difflib  # code can still be loaded
def tries():
    yield lambda: open(mine)
    yield lambda: open(mine, "w")
    yield lambda: Path(mine).read_bytes()
    yield lambda: Path("new").write_text("x")
    yield lambda: os.open(mine, os.O_RDONLY)
    yield lambda: os.open(mine, os.O_WRONLY)
    yield lambda: open("/etc/passwd")
    yield lambda: open(colorsys.__file__, "a")
    yield lambda: open(os.path.dirname(colorsys.__file__) + "/../../../.." + mine)
    yield lambda: os.listdir(".")
    yield lambda: list(os.scandir("/"))
    yield lambda: os.remove(mine)
    yield lambda: os.rename(mine, "other")
    yield lambda: os.mkdir("folder")
    yield lambda: os.symlink(mine, "link")
    yield lambda: os.system("true")
    yield lambda: os.fork()
    yield lambda: os.kill(os.getppid(), 0)
    yield lambda: os.killpg(os.getpgrp(), 0)
    yield lambda: subprocess.run([sys.executable, "-V"])
    yield lambda: away.connect(("127.0.0.1", int(address)))
    yield lambda: socket.getaddrinfo("localhost", 80)
done = []
for number, attempt in enumerate(tries()):
    try:
        attempt()
    except PermissionError:
        continue
    except BaseException as error:
        done.append((number, error))
    else:
        done.append((number, "done"))
here[0].send(b"x")
os.write(pipe[1], b"x")
print(done, flush=True)
os._exit(0)
"""


def test_a_sealed_process_reaches_nothing(tmp_path: Path) -> None:
    mine = tmp_path / "lesson.json"
    mine.write_text("mine")
    words = [sys.executable, "-c", _SEALED, str(mine), "9", "-"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["lesson.json"]
    assert mine.read_text() == "mine"
