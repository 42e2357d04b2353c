"""`bpdebug serve`, where it cannot serve."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

import pytest

from bpdebug.commands import serve

from .calls import Call


def test_without_the_extra_it_says_how_to_have_it(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_NEEDED", ("bpdebug", "no_such_package"))
    done = call("serve")
    assert (done.code, done.out) == (2, "")
    assert done.err == "bpdebug: serving needs more packages: pip install 'bpdebug[serve]'\n"


@pytest.mark.skipif(
    importlib.util.find_spec("textual_serve") is None,
    reason="serving needs the extra: textual-serve is missing",
)
def test_what_cannot_be_served_is_told(call: Call, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = call("serve", "blog", "--port", port)
    assert (done.code, done.out) == (2, "")
    assert f"another program uses the port {port}; choose another with --port" in done.err
    assert "address of this computer" in call("serve", "--host", "192.0.2.77").err
    assert "address of this computer" in call("serve", "--host", "x" * 300).err
    assert "expected an address" in call("serve", "--host", "").err
    (tmp_path / "net.py").write_text("print('run')")
    done = call("serve", str(tmp_path / "net.py"))
    assert (done.code, done.out) == (2, "")
    assert "`bpdebug net.py -o net.json` writes one" in done.err
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    assert "not a bpdebug session" in call("serve", str(bad)).err
    assert "there is no such" in call("serve", "nothing").err
    assert "needs a terminal" in call("serve", "--follow").err
    for option in ("--port=70000", "--visitors=0", "--idle=0"):
        assert "expected a whole number" in call("serve", option).err
