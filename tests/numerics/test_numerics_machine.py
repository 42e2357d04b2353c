"""The machine form of every function has the bits of the others."""

from __future__ import annotations

import numpy as np
import pytest
from generated import written
from numerics_cases import arguments, same_bits

from bpdebug.models.model import Model
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.program import compiled
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.lookout import Lookout, Reached
from bpdebug.program.machine import machine_text


def all_functions(count: int) -> Model:
    """Every function of the language, of many arguments."""
    x = arguments(3, count)
    y = np.random.default_rng(4).permutation(x)
    calls = [(name, "X[i], Y[i]" if f.arity == 2 else "X[i]") for name, f in FUNCTIONS.items()]
    equations = [f"q{n}[i] = {name}({given})" for n, (name, given) in enumerate(calls)]
    equations += ["r[i] = round(X[i], D[i])", "d[i] = X[i]/Y[i]", "E = w*w + sum(i: q0[i])"]
    decimals = np.resize([0.0, 1.5, 15.0, 15.9, 16.0, -0.1, np.nan], x.shape)
    return written(*equations, w=0.5, X=x, Y=y, D=decimals)


@pytest.mark.skipif(not compiled.is_there(), reason="llvmlite is not installed")
def test_every_function_has_the_bits_of_the_array_form() -> None:
    program = build(all_functions(1500))
    expected, memory = program.start.copy(), program.start.copy()
    array_iteration(program)(expected)
    compiled.compiled(program, Lookout()).carry(memory, 1, Reached(0))
    assert same_bits(memory, expected)


def test_the_text_has_no_instruction_that_may_be_changed() -> None:
    """No flags, nothing fused: each operation is rounded on its own."""
    text = machine_text(build(all_functions(7)), Lookout(non_finite=True)).text
    operations = [line.split(" = ")[1] for line in text.splitlines() if " = f" in line]
    first = {line.split()[0]: line.split()[1] for line in operations}
    assert {"fadd", "fsub", "fmul", "fdiv"} <= first.keys()
    for name in ("fadd", "fsub", "fmul", "fdiv"):
        assert {line.split()[1] for line in operations if line.startswith(name)} == {"double"}
    assert "fmuladd" not in text
    assert "llvm.fma" not in text
