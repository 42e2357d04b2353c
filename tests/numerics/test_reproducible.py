"""The same session gives the same bits whatever the processor and the libraries make of it.

Each run is a process of its own in which instructions are removed from numpy and from
the C library, or threads and hash seeds differ. It prints fingerprints of the whole memory.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

RUN = """
import json
import sys
import numpy as np
from bpdebug.debugger.view import Position
from bpdebug.models.layers import Bias, Layer, Numbering, network
from bpdebug.models.model import Declaration, Model, Role
from bpdebug.models.optimizers import optimizer_named, update_equations
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Reference
from bpdebug.numerics.digest import digest
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.scalars import scalar_iteration
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session, state_digest

found = {}
debugger = open_session(find_session("blog")).debugger
for iteration in (1, 41, 1000):
    position = Position(iteration * debugger.program.operations)
    found[f"blog {iteration}"] = state_digest(debugger, position)


def values(shape, seed):
    # No generator of numpy's: what it draws is not what is tested here.
    count = int(np.prod(shape, dtype=int))
    return np.array([((seed + 7919 * n) % 1009 - 504) / 1009 for n in range(count)]).reshape(shape)


def run(name, equations, given, parameters, iterate, iterations):
    declarations = [Declaration("a", Role.CONSTANT, np.array(0.3))]
    for each, shape in given.items():
        declarations.append(Declaration(each, Role.INPUT, values(shape, len(each) + 3)))
    for each, shape in parameters.items():
        reference = Reference(each, tuple("ijk"[: len(shape)]))
        updates = update_equations(
            optimizer_named("gradient descent"), reference, "E", {"learning_rate": "a"}
        )
        start = values(shape, 31 * len(declarations))
        declarations.append(
            Declaration(each, Role.PARAMETER, start, updates=updates, trained=True)
        )
    program = build(Model(equations, tuple(declarations)))
    memory, iterate = program.start.copy(), iterate(program)
    for _ in range(iterations):
        iterate(memory)
    found[name] = digest(memory)
    assert np.isfinite(memory).all(), name


layers = [Layer("x", 40), Layer("h", 33, "tanh", Bias.UNIT), Layer("g", 17), Layer("o", 5)]
net = network(layers, "half squared error", Numbering.BY_INPUT)
shapes = {each: shape.shape for each, shape in net.parameters.items()}
run("wide net", net.equations, {"x": (40,), "t": (5,)}, shapes, array_iteration, 60)

texts = (
    "z[n,j] = sum(i: w[i,j]*x[n,i]) + b[j]",
    "p[n,j] = exp(z[n,j])",
    "s[n] = sum(j: p[n,j])",
    "q[n,j] = p[n,j]/s[n]",
    "r[n] = sqrt(1 + sum(j: q[n,j]^2))",
    "E = sum(n: log(r[n]) - sum(j: t[n,j]*log(q[n,j])))",
)
softmax = tuple(map(parse_equation, texts)), {"x": (9, 21), "t": (9, 13)}
softmax += ({"w": (21, 13), "b": (13,)},)
run("softmax, arrays", *softmax, array_iteration, 40)
run("softmax, scalars", *softmax, scalar_iteration, 5)
core = sys.modules.get("numpy._core") or sys.modules["numpy.core"]
features = [name for name, on in core._multiarray_umath.__cpu_features__.items() if on]
print(json.dumps({"digests": found, "features": features}))
"""

GLIBC = "glibc.cpu.hwcaps=" + ",".join(
    f"-{name}"
    for feature in ("AVX2", "FMA", "FMA4", "AVX512F", "AVX512VL", "AVX512DQ")
    for name in (feature, f"{feature}_Usable")
)

_CORE: Any = import_module("numpy._core")

DISPATCHED: list[str] = list(_CORE._multiarray_umath.__cpu_dispatch__)
"""The groups of instructions that this numpy can do without."""

ENVIRONMENTS = {
    "one thread, optimized bytecode": {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONOPTIMIZE": "1",
    },
    "many threads, another hash seed": {
        "OMP_NUM_THREADS": "7",
        "OPENBLAS_NUM_THREADS": "7",
        "PYTHONHASHSEED": "12345",
    },
    "OpenBLAS for an old processor": {"OPENBLAS_CORETYPE": "Prescott"},
    "everything together": {
        "NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED),
        "GLIBC_TUNABLES": GLIBC,
        "OMP_NUM_THREADS": "3",
        "PYTHONHASHSEED": "1",
    },
    **{
        f"numpy without {feature} and what builds on it": {
            "NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED[place:])
        }
        for place, feature in enumerate(DISPATCHED)
        if place
    },
}


@cache
def run(**environment: str) -> Any:
    """What the run prints in a process with these variables set besides the usual ones."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NPY_", "GLIBC_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN],
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_fingerprints_are_the_same(name: str) -> None:
    assert run(**ENVIRONMENTS[name])["digests"] == run()["digests"]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names of x86-64 features")
def test_the_features_are_really_taken_away() -> None:
    """Else the comparison above would compare a thing with itself."""
    without = run(NPY_DISABLE_CPU_FEATURES=" ".join(DISPATCHED))["features"]
    assert not set(DISPATCHED) & set(without)
    if not set(DISPATCHED) & set(run()["features"]):
        pytest.skip("this processor has none of the features that numpy can do without")


def test_the_fingerprints_are_those_of_any_other_machine() -> None:
    """Written down once. Another bit anywhere is another profile; another order of the memory
    makes the fingerprints in people's sessions worthless.
    """
    assert run()["digests"] == {
        "blog 1": "95fe9ca91e1d1acad3134c6236c9a643",
        "blog 41": "202c72635edf60da9e76de68f76376b9",
        "blog 1000": "1120962e69d599da81a4297de3e0aad7",
        "wide net": "c4d60952b2ee64d58be5a2829d59151b",
        "softmax, arrays": "c6a6121a12da94616dd402e5e4f14b8a",
        "softmax, scalars": "81476eb0ead45cf7d58d45efe4e8a0c5",
    }
