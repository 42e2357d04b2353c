"""A command loads what it needs, counted in modules: seconds differ from machine to machine."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import bpdebug.tui
from bpdebug.tui.loading import LATER


def loaded(*words: str) -> set[str]:
    """The modules that are there when a command has done its work."""
    program = (
        "import sys, json\n"
        "from bpdebug.cli import main\n"
        "main(sys.argv[1:])\n"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)\n"
    )
    call = [sys.executable, "-c", program, *words]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stderr))


def test_a_version_needs_nothing() -> None:
    ours = {each for each in loaded("--version") if each.startswith("bpdebug")}
    assert ours == {"bpdebug", "bpdebug.cli"}


def test_a_trace_needs_neither_a_screen_nor_what_saves_or_looks_for_mistakes() -> None:
    found = loaded("trace", "blog", "--to", "3")
    for each in (
        *("textual", "rich", "textual_plot", "llvmlite", "platformdirs"),
        *("numpy.typing", "difflib"),
        *("bpdebug.checks.diagnosis", "bpdebug.checks.mistakes", "bpdebug.session.keeping"),
        *("bpdebug.session.file.saving", "bpdebug.notation.latex_tokens", "bpdebug.code"),
    ):
        assert each not in found
    # Each takes its time to be found and read.
    assert sum(each.startswith("bpdebug") for each in found) <= 155


def test_what_a_key_needs_is_loaded_behind_the_first_frame() -> None:
    inner: set[str | None] = set()
    for path in Path(bpdebug.tui.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                inner |= {e.module for e in ast.walk(function) if isinstance(e, ast.ImportFrom)}
    assert inner - {"textual.drivers"} == set(LATER)
    call = [sys.executable, "-c", "import sys, bpdebug.tui.app; print(*sys.modules)"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    there = set(done.stdout.split())
    assert not there & {*LATER, "textual_plot", "bpdebug.checks.diagnosis"}
