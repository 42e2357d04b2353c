"""Programs of people: right ones are never accused, of wrong ones the line is named."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
from mutants import PROGRAMS

from bpdebug.cli import main
from bpdebug.code.asking import asking
from bpdebug.code.changes import grown_edits, plain_edits
from bpdebug.code.edits import Scope
from bpdebug.code.options import Options
from bpdebug.code.source import read_source

RIGHT = sorted(PROGRAMS.glob("*.py"))


def verdict(path: Path, options: Options | None = None) -> dict[str, Any]:
    """All that is known at the end."""
    record: dict[str, Any] = {}
    for stage in asking(str(path), options or Options()):
        record |= stage
    return record


def changed(tmp_path: Path, name: str, old: str, new: str) -> tuple[Path, int]:
    """A copy of a program with one line changed, and the number of that."""
    text = (PROGRAMS / f"{name}.py").read_text()
    assert text.count(old) == 1
    path = tmp_path / "net.py"
    path.write_text(text.replace(old, new))
    return path, text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_program_is_not_accused(path: Path) -> None:
    record = verdict(path)
    assert "refused" not in record
    assert record["ok"]
    assert record["gradients"]
    assert {row["verdict"] for row in record["gradients"]} == {"right"}


WRONG = [
    ("nielsen_lists", "nabla_w[-l] = np.dot(", "nabla_w[-l] = -np.dot("),
    ("deep_model", "dW = 1 / m * np.dot(dZ, A_prev.T)", "dW = np.dot(dZ, A_prev.T)"),
    ("svm_linear", "dW += 2 * reg * W", "dW += reg * W"),
    ("vae", "self.dWs = self.e.T @ dlogvar", "self.dWs = -self.e.T @ dlogvar"),
]


@pytest.mark.parametrize(("name", "old", "new"), WRONG[1:], ids=lambda each: str(each)[:12])
def test_the_line_is_named(tmp_path: Path, name: str, old: str, new: str) -> None:
    path, line = changed(tmp_path, name, old, new)
    found = verdict(path)["findings"]
    assert [each["line"] for each in found][:1] == [line]
    assert found[0]["should_be"]


def test_the_command_names_the_line(tmp_path: Path) -> None:
    path, line = changed(tmp_path, *WRONG[0])
    done = subprocess.run(
        [sys.executable, "-m", "bpdebug", "check", str(path), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    record = json.loads(done.stdout)
    assert done.returncode == 1
    assert [each["line"] for each in record["findings"]][:1] == [line]
    assert record["findings"][0]["should_be"]


class _Renamed(ast.NodeTransformer):
    """Every name of a program's own as another that says nothing, the learning rate apart."""

    def __init__(self, tree: ast.AST) -> None:
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        own = names - {"np", "range", "print", "repr", "float"} - {"alpha"}
        self.names = {name: f"q{n}" for n, name in enumerate(sorted(own))}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def test_names_that_say_nothing_do_not_matter_if_the_loss_is_given(tmp_path: Path) -> None:
    path, line = changed(tmp_path, "module_loop", "l2_error * (1 - l2**2)", "l2_error")
    text = path.read_text()
    # With the layout of the text as it is, so that lines stay where they are.
    tree = ast.parse(text)
    renamer = _Renamed(tree)
    lines = text.splitlines()
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in renamer.names]
    for node in sorted(names, key=lambda n: (n.lineno, -n.col_offset)):
        row = lines[node.lineno - 1]
        end = node.end_col_offset or 0
        lines[node.lineno - 1] = row[: node.col_offset] + renamer.names[node.id] + row[end:]
    path.write_text("\n".join(lines))
    error = renamer.names["error"]
    found = verdict(path, Options(loss=error))
    assert [each["line"] for each in found["findings"]][:1] == [line]


def _scope() -> Scope:
    return Scope(("a", "b.c"), ("n",), ("f", "g"), (("b", ("c", "d")),), (("a", ("k",)),))


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_every_edit_of_a_program_is_python(path: Path) -> None:
    sites = read_source(str(path)).sites
    plain = chain.from_iterable(plain_edits(site, _scope()) for site in sites)
    grown = chain.from_iterable(grown_edits(site, _scope()) for site in sites)
    # Some of many, whose places differ from statement to statement.
    for edit in (*islice(plain, 0, None, 3), *islice(grown, 0, None, 19)):
        if edit.statement is not None:
            compile_alone(edit.statement)


def compile_alone(statement: ast.stmt) -> None:
    """Raises SyntaxError if a statement is not one, wherever it stands."""
    text = ast.unparse(statement).replace("\n", "\n  ")
    ast.parse(f"def f():\n for _ in f:\n  {text}")


HOSTILE = {
    "loops": ("while True:\n    pass\n", "did not finish"),
    "memory": ("x = bytearray(1 << 40)\n", "MemoryError"),
    "exits": ("import sys\nsys.exit(3)\n", "SystemExit"),
    "leaves": ("import os\nos._exit(5)\n", "exit code 5"),
    "raises": ("\n1 / 0\n", "line 2"),
    "is not Python": ("def f(:\n", "not Python"),
    "asks": ("n = int(input())\n", "EOFError"),
    "kills": ("import os\nos.kill(os.getpid(), 9)\n", "signal 9"),
    "says nothing": ("x = 1.0\n", "such as dW1 or grads['W1'] for W1; name it"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_program_that_cannot_be_judged_ends_with_one_sentence(tmp_path: Path, name: str) -> None:
    text, wanted = HOSTILE[name]
    path = tmp_path / "net.py"
    path.write_text(text)
    stages = list(asking(str(path), Options(seconds=0.05)))
    assert len(stages) == 1
    assert wanted in stages[0]["refused"]
    assert "\n" not in stages[0]["refused"]


def test_a_program_may_delete_itself_and_print_without_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (PROGRAMS / "module_loop.py").read_text()
    path = tmp_path / "net.py"
    first = "import os\nif os.path.exists(__file__):\n    os.remove(__file__)\n"
    path.write_text(f"{first}print('x' * 10_000_000)\n{text}")
    assert verdict(path)["ok"]
    out, err = capfd.readouterr()
    assert not out
    assert 0 < len(err) < 100_000


def test_the_elements_that_differ_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.py"
    path.write_text(ROWS)
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr().out
    # Row 0 is right; word 1 comes twice, and has the second of its gradients only.
    assert "dE  wrong in 2 of 6 elements, from [1, 0] on" in told
    assert "it should be added to what is there\n    dE[k] = dh[n]" in told
    assert "should be\n    dE[k] += dh[n]" in told


ROWS = """
import numpy as np

rng = np.random.default_rng(1)
E, W = rng.normal(size=(3, 2)), rng.normal(size=(2, 1))
words = [1, 0, 1]
h = E[words]
loss = ((h @ W) ** 2).sum()
dy = 2 * (h @ W)
dW = h.T @ dy
dh = dy @ W.T
dE = np.zeros_like(E)
for n, k in enumerate(words):
    dE[k] = dh[n]
for parameter, gradient in ((E, dE), (W, dW)):
    parameter -= 0.1 * gradient
"""


def test_a_program_does_not_outlive_who_asked(tmp_path: Path) -> None:
    started = tmp_path / "started"
    path = tmp_path / "net.py"
    path.write_text(
        f"open({str(started)!r}, 'w').write(str(__import__('os').getpid()))\nwhile 1: 0"
    )
    command = [sys.executable, "-m", "bpdebug", "check", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as asking_process:
        wait_until(lambda: started.exists() and bool(started.read_text()))
        asking_process.terminate()
    worker = int(started.read_text())
    wait_until(lambda: not is_running(worker))


def wait_until(done: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(process: int) -> bool:
    """Whether there is such a process, and it is not only waited for."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
