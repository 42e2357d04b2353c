"""What works without a screen never loads Textual."""

from __future__ import annotations

import ast
import importlib.util
import json
import pkgutil
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import bpdebug
from bpdebug.usage import SUBCOMMANDS

CALLS = {
    "list": ["list"],
    "show": ["show", "blog", "--equations"],
    "trace": ["trace", "blog"],
    "run": ["run", "blog", "--iterations", "2"],
    "check": ["check", "diamond"],
    "plant": ["plant", "--list"],
    "replay": ["replay", "blog", "--headless"],
    "validate": ["validate", "blog"],
    "schema": ["schema"],
    "keys": ["keys"],
    "completion": ["completion", "bash"],
    "man": ["man"],
    "export": ["export", "blog", "--to", "python"],
    "handout": ["handout", "blog", "--until", "E"],
    "serve": ["serve", "net.py"],
    "mark": ["mark", "blog", "no form.csv"],
    "new": ["new", "lesson.json"],
    "open": ["open", "blog", "--plain"],
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


def _headless(name: str) -> bool:
    """Whether a module is none of the screen's."""
    return not name.startswith("bpdebug.tui.")


@cache
def _imports() -> dict[str, set[str]]:
    """What each module of the package imports when it is imported itself."""
    (folder,) = bpdebug.__path__
    names = {info.name for info in pkgutil.walk_packages([folder], "bpdebug.")}
    found: dict[str, set[str]] = {}
    for name in names:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        tree = ast.parse(Path(spec.origin).read_text("utf-8"))
        found[name] = set()
        for node in tree.body:
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.module is not None
                assert node.level == 0
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & names
                found[name] |= inner | {node.module}
    return found


def test_each_module_can_be_imported_first() -> None:
    # Then each can be imported before all others, whichever it is.
    imports = _imports()
    graph = {name: wanted & imports.keys() for name, wanted in imports.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert len(order) == len(graph)


def test_no_module_without_a_screen_imports_textual() -> None:
    for name, wanted in _imports().items():
        if _headless(name):
            assert not {each for each in wanted if each.partition(".")[0] == "textual"}, name
            assert all(_headless(each) for each in wanted), name


def test_they_can_be_imported_without_textual() -> None:
    program = (
        "import importlib, json, sys\n"
        "sys.modules['textual'] = None\n"
        "for name in json.loads(sys.argv[1]):\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error:  # of an extra that is not installed\n"
        "        if error.name.partition('.')[0] not in ('torch', 'aiohttp', 'textual_serve'):\n"
        "            raise\n"
        "print('done')\n"
    )
    names = [name for name in _imports() if _headless(name)]
    assert _python(program, json.dumps(names)) == "done\n"


def test_no_command_loads_textual_before_there_is_a_screen() -> None:
    """One after another in one process: what one has loaded, the next is asked about, too."""
    program = (
        "import json, sys\n"
        "from bpdebug.cli import main\n"
        "def screen():\n"
        "    return [m for m in sys.modules if m.partition('.')[0] in ('textual', 'rich')]\n"
        "calls = json.loads(sys.argv[1])\n"
        "found = [[name, main(words), screen()] for name, words in calls.items()]\n"
        "print(json.dumps(found))\n"
    )
    assert CALLS.keys() == set(SUBCOMMANDS)
    for name, code, screen in json.loads(_python(program, json.dumps(CALLS)).splitlines()[-1]):
        assert screen == [], name
        assert code == {"new": 2, "mark": 1, "serve": 2}.get(name, 0), name
