"""No operation outside the profile in the rooms that compute.

A line may be exempt where the operation touches no double that the profile is about, or is
bit-identical by a guard of its own; it says so and why: `# exact: <reason>`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import bpdebug

ROOMS = ("numerics", "models", "program")

BANNED_NAMES = {"sum": "is compensated since Python 3.12", "pow": "is not d*d"}

# What is exact or correctly rounded; anything else in math or cmath is up to the machine.
_EXACT_IN_MATH = """
ceil comb copysign fabs factorial floor fmod frexp gcd inf isclose isfinite isinf isnan isqrt
lcm ldexp nan nextafter perm prod remainder sqrt trunc ulp
"""
ALLOWED_IN_MATH = set(_EXACT_IN_MATH.split())

# numpy's cumsum and accumulate stay allowed: they give every partial sum, so they go in order.
_INEXACT_IN_NUMPY = """
arccos arccosh arcsin arcsinh arctan arctan2 arctanh average cbrt convolve correlate cos cosh
dot einsum exp exp2 expm1 float_power hypot inner linalg log log10 log1p log2 logaddexp
logaddexp2 matmul matvec mean nanmean nansum power sin sinh std sum tan tanh tensordot trace
var vdot vecdot vecmat
"""
BANNED_IN_NUMPY = set(_INEXACT_IN_NUMPY.split())

BANNED_METHODS = {"dot", "mean", "std", "sum", "trace", "var"}

BANNED_UFUNC_METHODS = {"reduce", "reduceat"}

MODULES = {"math": "math", "cmath": "math", "numpy": "numpy"}


def findings(source: str) -> list[str]:
    """Every banned operation in a module's text, as `line: what`."""
    tree = ast.parse(source)
    modules = dict(_module_names(tree))
    lines = source.splitlines()
    found = []
    for node in ast.walk(tree):
        what = _banned(node, modules)
        if what and not re.search(r"# exact: \w+", lines[node.lineno - 1]):  # type: ignore[attr-defined]
            found.append(f"{node.lineno}: {what}")  # type: ignore[attr-defined]
    return found


def _module_names(tree: ast.AST) -> list[tuple[str, str]]:
    """Local names of math, cmath and numpy."""
    return [
        (alias.asname or alias.name, MODULES[alias.name])
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name in MODULES
    ]


def _banned(node: ast.AST, modules: dict[str, str]) -> str | None:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return {ast.Pow: "**", ast.MatMult: "@"}.get(type(node.op))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BANNED_NAMES:
        return f"{node.id} {BANNED_NAMES[node.id]}"
    if isinstance(node, ast.ImportFrom) and node.module in MODULES:
        names = (alias.name for alias in node.names)
        return next((n for n in names if _outside(MODULES[node.module], n)), None)
    if isinstance(node, ast.Import):
        return next((a.name for a in node.names if a.name.startswith("numpy.linalg")), None)
    if isinstance(node, ast.Attribute):
        owner = node.value
        if isinstance(owner, ast.Name) and owner.id in modules:
            return node.attr if _outside(modules[owner.id], node.attr) else None
        ufunc = isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name)
        if ufunc and owner.value.id in modules and node.attr in BANNED_UFUNC_METHODS:  # type: ignore[attr-defined]
            return f"{owner.attr}.{node.attr}"  # type: ignore[attr-defined]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return f".{node.func.attr}()" if node.func.attr in BANNED_METHODS else None
    return None


def _outside(module: str, name: str) -> bool:
    return name not in ALLOWED_IN_MATH if module == "math" else name in BANNED_IN_NUMPY


def test_rooms_stay_inside_the_profile() -> None:
    root = Path(bpdebug.__file__).parent
    found = [
        f"{path.relative_to(root)}:{finding}"
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
        for finding in findings(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "d ** 2",
        "d **= 2",
        "a @ b",
        "a @= b",
        "sum(terms)",
        "map(sum, rows)",
        "pow(d, 2)",
        "math.fsum(terms)",
        "math.sumprod(a, b)",
        "math.exp(u)",
        "math.log(u)",
        "math.log1p(u)",
        "math.tanh(u)",
        "math.pow(u, 2.0)",
        "cmath.exp(u)",
        "from math import exp",
        "from math import inf, tanh as t",
        "np.sum(a)",
        "np.dot(a, b)",
        "np.matmul(a, b)",
        "np.einsum('ij,j', a, b)",
        "np.exp(a)",
        "np.log(a)",
        "np.tanh(a)",
        "np.power(a, 2)",
        "np.float_power(a, 2)",
        "np.mean(a)",
        "np.linalg.norm(a)",
        "np.add.reduce(a)",
        "numpy.inner(a, b)",
        "from numpy import dot",
        "import numpy.linalg",
        "function = np.exp",
        "a.sum()",
        "a.sum(axis=0)",
        "a.dot(b)",
        "(a * b).mean()",
        "np.sum(a)  # exact:",
    ],
)
def test_the_lint_finds(line: str) -> None:
    imports = "import math\nimport cmath\nimport numpy\nimport numpy as np\n"
    assert len(findings(imports + line)) >= 1
    assert findings(imports + line)[0].startswith("5: ")


@pytest.mark.parametrize(
    "line",
    [
        "d * d",
        "scalar.exp(u) + array.tanh(v)",
        "math.inf + math.ldexp(1.0, 3) + math.sqrt(2.0)",
        "from math import inf, isnan",
        "np.sqrt(a) + np.where(a, b, c) + np.copysign(a, b)",
        "function(*arguments, **options)",
        "node.sum",
        "np.add.accumulate(a) + np.cumsum(a)",
        "len(rows)",
        "@decorator\ndef f(): ...",
        "sum(len(row) for row in rows)  # exact: integers",
    ],
)
def test_the_lint_lets_pass(line: str) -> None:
    assert findings("import math\nimport numpy as np\n" + line) == []
