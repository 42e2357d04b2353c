"""What no committed file contains: addresses of package registries, paths of one machine; and what
tests do not import.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written so that this file does not contain what it looks for.
REGISTRIES = re.compile(
    r"py[p]i\.(org|python)|python[h]osted\.org|[n]pmjs\.(org|com)|[c]rates\.io|proxy\.[g]olang"
    r"|(extra-)?[i]ndex-url|--[t]rusted-host"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(w[o]rk|r[o]ot|h[o]me|U[s]ers|tmp/p[i]p|o[p]t)[-/]\w")


def _committed() -> list[Path]:
    """The text files of the repository, none if this is no checkout."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    files = _committed()
    if not files:
        pytest.skip("not a checkout")
    found = []
    for path in files:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if REGISTRIES.search(line) or MACHINE_PATHS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []


def test_tests_import_no_private_name() -> None:
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bpdebug"):
                names = [alias.name for alias in node.names if alias.name.startswith("_")]
                found += [f"{path.relative_to(ROOT)}: {name}" for name in names]
    assert found == []


def test_what_is_private_in_textual_is_known_to_one_room() -> None:
    package = ROOT / "bpdebug"
    found = {
        str(path.parent.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"^\s*(from|import) textual[\w.]*\._", path.read_text("utf-8"), re.M)
    }
    assert found == {"tui/terminal"}


def test_the_patterns_find_what_they_are_for() -> None:
    assert REGISTRIES.search("https://py" + "pi.org/simple")
    assert MACHINE_PATHS.search('"/wo' + 'rk/main/sessions"')
    assert MACHINE_PATHS.search("file:///ro" + "ot/x")
    assert not MACHINE_PATHS.search("docs/work/main")


def test_everything_is_imported_where_a_system_has_no_unix_modules() -> None:
    code = """
import importlib, pkgutil, sys
sys.modules.update(dict.fromkeys("fcntl termios resource pty tty pwd grp readline".split()))
import bpdebug
for each in pkgutil.walk_packages(bpdebug.__path__, "bpdebug."):
    if not each.name.endswith("__main__"):
        try:
            importlib.import_module(each.name)
        except ModuleNotFoundError as error:  # of an extra that is not installed
            if error.name.partition(".")[0] not in ("torch", "aiohttp", "textual_serve"):
                raise
"""
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
