"""`bpdebug export`: scripts that compute the same iterations, and handouts."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openings import session_of

from bpdebug.export.formats import FORMATS, ExportFormat
from bpdebug.export.python_source import PythonNames, definitions, missing_source, python_number
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.session.bundled import bundled_sessions, find_session

from .calls import Call
from .conftest import WriteSession
from .latex import check_latex


def _run(script: str, folder: Path) -> dict[str, float]:
    """The parameters that a script prints, computed by a Python that has nothing installed."""
    path = folder / "script.py"
    path.write_text(script, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pairs = [row.split(" = ") for row in done.stdout.splitlines() if " = " in row]
    return {name: float(value) for name, value in pairs if not name.startswith("iteration")}


def _compare(call: Call, path: Path, folder: Path) -> None:
    exported = call("export", path, "--to", "python")
    assert exported.code == 0, exported.err
    found = _run(exported.out, folder)
    expected = call("run", path, "--json").record["parameters"]
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert math.isclose(found[name], value, rel_tol=1e-9, abs_tol=1e-15), name


@pytest.mark.parametrize("name", bundled_sessions())
def test_a_script_computes_the_same_iterations(call: Call, tmp_path: Path, name: str) -> None:
    fields = json.loads(find_session(name).read_text("utf-8"))
    for field in ("cursor", "actions", "digests", "walkthrough", "predictions", "bookmarks"):
        fields.pop(field, None)
    fields["iterations"] = min(100, fields["iterations"])
    path = tmp_path / "session.json"
    path.write_text(json.dumps(fields), "utf-8")
    _compare(call, path, tmp_path)


def test_the_script_of_the_blog_reads_like_a_tutorial(call: Call) -> None:
    rows = call("export", "blog", "--to", "python").out.splitlines()
    for row in (
        '"""blog · 3-2-2 sigmoid',
        "w7 = 0.7",
        "alpha = 0.01",
        "iterations = 10000",
        "    # Backward",
        "    zh1 = w1 * x1 + w3 * x2 + w5 * x3 + b1",
        "    E = 0.5 * (square(o1 - t1) + square(o2 - t2))",
        "    dE_dw7 = dE_do1 * do1_dzo1 * h1",
        "    w7 = w7 - alpha * dE_dw7",
    ):
        assert row in rows, row
    assert max(map(len, rows)) <= 100


def test_operations_come_in_the_order_of_the_schedule(call: Call) -> None:
    script = call("export", "two-two-two-in-place", "--to", "python").out
    targets = re.findall(r"^    (\w+) = ", script.partition("for iteration")[2], re.M)
    traced = call("trace", "two-two-two-in-place", "--json").records
    assert targets == [record["target"].replace("/", "_") for record in traced]


DATA = {
    "inputs": {"x": [[1, 4, 5], [2, 1, 3], [0, 2, -4], [1, 1, 1]]},
    "targets": {"t": [[0.1, 0.05], [0.2, 0.4], [0.8, 0.9], [0.5, 0.5]]},
    "order": {},
    "iterations": 30,
}

TRAININGS: Mapping[str, dict[str, Any]] = {
    "adam": {"optimizer": {"method": "adam"}},
    "nesterov and a schedule": {
        "optimizer": {"method": "nesterov", "schedule": {"name": "inverse time"}}
    },
    "one by one": DATA | {"batches": {"size": 1}},
    "batches in an order": DATA | {"batches": {"size": 2, "order": [4, 1, 2, 3]}},
    "accumulated": {"policies": {"gradients": "accumulated"}},
    "delta": {"style": "delta", "order": {}},
}


@pytest.mark.parametrize("name", TRAININGS)
def test_other_ways_to_train(
    call: Call, tmp_path: Path, write_session: WriteSession, name: str
) -> None:
    _compare(call, write_session(**({"iterations": 20} | TRAININGS[name])), tmp_path)


def test_long_sums_go_over_several_lines(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "wide.json"
    call("new", path, "--layers", "40-3-2", "--activation", "gelu", "--iterations", "20")
    script = call("export", path, "--to", "python").out
    assert max(map(len, script.partition("import")[2].splitlines())) <= 100
    _compare(call, path, tmp_path)
    assert "more terms" in call("export", path, "--to", "markdown").out
    assert "+ \\cdots" in call("export", path, "--to", "latex").out


LONG: Mapping[str, dict[str, Any]] = {
    "a sum": {
        "model": {"equations": ["s = sum(i: w[i]*x[i])", "E = (s - 1)^2"]},
        "inputs": {"x": [0.25] * 4_000},
        "parameters": {"w": [0.001 * place for place in range(4_000)]},
    },
    "a nest": {
        "model": {"equations": ["E = " + "w*(x - " * 58 + "x" + ")" * 58]},
        "inputs": {"x": 0.25},
        "parameters": {"w": 0.7},
    },
    "whole numbers": {
        "model": {"equations": ["h = (7*x)^16 - 0*x", "E = w*(x^16 - h) - 2*3"]},
        "inputs": {"x": 999_999},
        "parameters": {"w": 1},
    },
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_or_deep(
    call: Call, tmp_path: Path, write_session: WriteSession, name: str
) -> None:
    """Without functions the script gives the same bits."""
    path = write_session(**(LONG[name] | {"targets": {}, "order": {}, "iterations": 2}))
    found = _run(call("export", path, "--to", "python").out, tmp_path)
    assert found == call("run", path, "--json").record["parameters"]


def test_names_that_python_needs_for_itself(
    call: Call, tmp_path: Path, write_session: WriteSession
) -> None:
    equations = ["h1[i] = tanh(lambda*x[i] + class[i])", "E = sum(i: (h1[i] - print)^4) + θ^2"]
    path = write_session(
        model={"equations": equations},
        inputs={"x": [1, 2]},
        targets={"print": 0.25},
        parameters={"lambda": 0.5, "class": [0.1, -0.3], "theta": 0.2},
        iterations=50,
        order={},
    )
    script = call("export", path, "--to", "python").out
    assert "h1_2 = tanh(lambda_ * x2 + class2)" in script
    _compare(call, path, tmp_path)


def test_every_function_has_a_python_text_with_the_same_values() -> None:
    assert missing_source(FUNCTIONS) == []
    scope: dict[str, Any] = {"math": math}
    exec("\n".join(definitions(FUNCTIONS)), scope)
    generator = random.Random(1)
    for function in FUNCTIONS.values():
        defined = scope.get(function.name) or scope["__builtins__"][function.name]
        for _ in range(200):
            given = [generator.uniform(-4, 4) for _ in range(function.arity)]
            expected, found = function.scalar(*given), defined(*given)
            same = math.isnan(expected) and math.isnan(found)
            assert same or math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-15), given
    for u in (2.675, -2.5, -0.00004, 1e300, math.inf):
        assert scope["round"](u, 2.0) == FUNCTIONS["round"].scalar(u, 2.0)
    assert scope["exp"](1000.0) == math.inf
    assert scope["sigmoid"](-1000.0) == 0
    assert scope["log"](0.0) == -math.inf


def test_names_are_distinct_and_valid() -> None:
    names = PythonNames()
    elements = ["dE/dw7", "dE_dw7", "h1[2]", "h1_2", "h1[1,2]", "lambda", "math", "exp", "α"]
    found = [names.of(element) for element in elements]
    assert found[:4] == ["dE_dw7", "dE_dw7_", "h1_2", "h1_2_"]
    assert len(set(found)) == len(found)
    assert all(name.isidentifier() for name in found)
    assert [names.of(element) for element in elements] == found


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -3.0, 0.1, 1e300, 5e-324, 123456789.0])
def test_numbers_are_exact(value: float) -> None:
    read = float(eval(python_number(value)))
    assert math.copysign(1, read) == math.copysign(1, value)
    assert read == value


def test_a_markdown_handout_has_every_operation_with_its_numbers(call: Call) -> None:
    page = call("export", "blog", "--to", "markdown").out
    assert page.startswith("# blog · 3-2-2 sigmoid\n")
    assert "zh[j] = Σ(i: W1[i,j]·x[i]) + b1\n" in page
    assert "       = (0.7896)(0.0983)(0.9866)\n       = 0.0765\n" in page
    assert page.count("```") % 2 == 0
    assert [row[3:] for row in page.splitlines() if row.startswith("## ")] == [
        "The model",
        "Iteration 1 starts from",
        "Forward",
        "Loss",
        "Backward",
        "Update",
    ]
    assert _targets(call, "blog", 1) <= {row.split(" ")[0] for row in page.splitlines()}


def _targets(call: Call, session: str, iteration: int) -> set[str]:
    length = session_of(session).debugger.program.operations
    first, last = (iteration - 1) * length + 1, iteration * length
    return {r["target"] for r in call("trace", session, "--from", str(first), "--to", str(last),
                                      "--json").records}  # fmt: skip


def test_a_handout_of_a_later_iteration(call: Call) -> None:
    record = call("run", "blog", "--iterations", "2", "--json").record
    page = call("export", "blog", "--to", "markdown", "--iteration", "3", "--digits", "7").out
    assert "## Iteration 3 starts from" in page
    assert f"w7 = {record['parameters']['w7']:.7f}" in page


def test_a_handout_shows_the_observations_of_its_iteration(
    call: Call, write_session: WriteSession
) -> None:
    path = write_session(**(DATA | {"batches": {"size": 1}}))
    page = call("export", path, "--to", "markdown", "--iteration", "3").out
    assert "x1 = 0, x2 = 2, x3 = −4" in page
    assert "t1 = 0.8, t2 = 0.9" in page


@pytest.mark.parametrize("name", bundled_sessions())
def test_a_latex_handout_is_well_formed(call: Call, name: str) -> None:
    check_latex(call("export", name, "--to", "latex").out)


def test_latex_writes_the_numbers_of_an_element_below(call: Call) -> None:
    page = call("export", "blog-observations", "--to", "latex").out
    assert "zh_{3,1} &= w_{1} \\cdot x_{3,1} + w_{3} \\cdot x_{3,2}" in page
    assert "\\frac{dzh_{3,1}}{dw_{1}}" in page
    assert "= h_{3,1}\\left(1 - h_{3,1}\\right)" in page


def test_latex_writes_numbers_and_texts_as_latex_has_them(
    call: Call, write_session: WriteSession
) -> None:
    path = write_session(title="50 % & a_b", notes="dE/dθ → {0}", inputs={"x": [1e-7, 4, 5]})
    page = call("export", path, "--to", "latex").out
    assert "\\title{50 \\% \\& a\\_b}" in page
    assert "dE/d$\\theta$ $\\to$ \\{0\\}" in page
    assert "1.00 \\times 10^{-7}" in page
    assert "\\frac{dE}{dw_{7}} &= \\frac{dE}{do_{1}} \\cdot" in page
    assert "w_{7} &\\mathrel{:=} w_{7} - \\alpha \\cdot" in page


def test_a_file_is_written_and_never_replaced_without_force(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "blog.py"
    made = call("export", "blog", "--to", "python", "-o", path)
    assert (made.code, made.out, made.err) == (0, f"{path}\n", "")
    assert path.read_text("utf-8") == call("export", "blog", "--to", "python").out
    path.write_text("mine", "utf-8")
    refused = call("export", "blog", "--to", "python", "-o", path)
    assert refused.code == 2
    assert refused.err == f"bpdebug: {path} exists already; --force replaces it\n"
    assert path.read_text("utf-8") == "mine"
    assert call("export", "blog", "--to", "python", "-o", path, "--force").code == 0
    assert path.read_text("utf-8").startswith('"""blog')


def test_what_cannot_be_exported_is_said_in_a_sentence(call: Call, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    call("new", large, "--layers", "100-250-10")
    for words, message in (
        (("export", large, "--to", "python"), "up to 50000"),
        (("export", large, "--to", "latex"), "up to 50000"),
        (("export", "blog", "--to", "python", "--iteration", "2"), "is for markdown and latex"),
        (("export", "blog", "--to", "latex", "--iteration", "10001"), "no iteration 10001"),
        (("export", "blog", "--to", "word"), "invalid choice"),
        (("export", "blog"), "--to"),
        (("export", "blgo", "--to", "python"), "did you mean blog?"),
        (("export", "blog", "--to", "python", "-o", tmp_path / "no" / "a.py"), "No such file"),
    ):
        refused = call(*words)
        assert (refused.code, refused.out) == (2, ""), words
        assert message in refused.err


def test_a_format_of_the_table_is_offered_and_written(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    shout = ExportFormat(
        "its title in capitals", lambda session, chosen: iter([session.title.upper()])
    )
    monkeypatch.setitem(FORMATS, "shout", shout)
    assert "shout: its title in capitals" in " ".join(call("export", "--help").out.split())
    done = call("export", "blog", "--to", "shout", "--digits", "3")
    assert (done.code, done.out.strip()) == (0, session_of("blog").title.upper())
    refused = call("export", "blog", "--to", "python", "--digits", "3")
    assert "--digits is for markdown, latex, moodle and shout" in refused.err


def test_help_has_an_example(call: Call) -> None:
    assert re.search(r"Example:\s+bpdebug\s+export ", call("export", "--help").out)
