"""What works without a screen never loads Textual."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import bpdebug
from bpdebug.cli import _COMMANDS

CALLS = {
    "list": ["list"],
    "show": ["show", "blog", "--equations"],
    "trace": ["trace", "blog"],
    "run": ["run", "blog", "--iterations", "2"],
    "replay": ["replay", "blog", "--headless"],
    "validate": ["validate", "blog"],
    "schema": ["schema"],
    "keys": ["keys"],
    "export": ["export", "blog", "--to", "python"],
    "new": ["new", "lesson.json"],
    "open": ["open", "no such session"],
}


def _python(program: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _headless_modules() -> list[str]:
    """Every module of the package but those of the screen; the keys are plain data."""
    (folder,) = bpdebug.__path__
    found = [info.name for info in pkgutil.walk_packages([folder], "bpdebug.")]
    return [n for n in found if not n.startswith("bpdebug.tui")] + ["bpdebug.tui.keys"]


def test_the_modules_are_found() -> None:
    names = _headless_modules()
    assert {"bpdebug.cli", "bpdebug.headless", "bpdebug.numerics.scalar"} <= set(names)
    assert len(names) > 40
    for room in Path(*bpdebug.__path__).iterdir():
        if (room / "__init__.py").exists() and room.name != "tui":
            assert f"bpdebug.{room.name}" in names


def test_each_module_imports_by_itself_and_without_textual() -> None:
    program = (
        "import importlib, json, sys\n"
        "import numpy, pydantic\n"
        "sys.modules['textual'] = None\n"
        "for name in json.loads(sys.argv[1]):\n"
        "    for loaded in [m for m in sys.modules if m.partition('.')[0] == 'bpdebug']:\n"
        "        del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
        "print('done')\n"
    )
    assert _python(program, json.dumps(_headless_modules())) == "done\n"


@pytest.mark.parametrize("name", _COMMANDS)
def test_no_command_loads_textual_before_there_is_a_screen(name: str) -> None:
    program = (
        "import json, sys\n"
        "from bpdebug.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "screen = [m for m in sys.modules if m.partition('.')[0] == 'textual']\n"
        "print(json.dumps([code, screen]))\n"
    )
    code, screen = json.loads(_python(program, *CALLS[name]).splitlines()[-1])
    assert screen == []
    assert code == (2 if name in ("open", "new") else 0)
