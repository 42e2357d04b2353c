"""The machine form gives the bits of the other forms, and does without what is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from generated import models, ordered, programs, written
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.program import compiled, statement_loops
from bpdebug.program.build import build
from bpdebug.program.compiler import machine_code_apart
from bpdebug.program.lookout import Lookout, Reached
from bpdebug.program.program import Program
from bpdebug.program.run import Loops, notice
from bpdebug.program.scalars import ScalarLoop, scalar_iteration

from .oracle import first_difference, same_bits

fast = pytest.mark.skipif(not compiled.is_there(), reason="llvmlite is not installed")
VERY_FEW = settings(max_examples=settings().max_examples // 5)


def small() -> Program:
    return build(written("q = sigmoid(w*X)", "E = (q - 0.25)^2", w=0.5, X=2.0))


@fast
@given(
    program=programs(models() | ordered()),
    at_hand=st.sampled_from([1, 3, 4096]),
    on_stack=st.sampled_from([0, 5, 16384]),
)
@VERY_FEW
def test_iterations_have_the_bits_of_the_scalar_form(
    program: Program, at_hand: int, on_stack: int
) -> None:
    """Wherever sums lie, and however many elements they are added up for at a time."""
    expected, memory = program.start.copy(), program.start.copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statement_loops, "AT_HAND", at_hand)
        patch.setattr(statement_loops, "ON_STACK", on_stack)
        loop = compiled.compiled(program, Lookout())
    iterate = scalar_iteration(program)
    done = 0
    for last in (1, 3, 20):
        reached = loop.carry(memory, last, Reached(done))
        assert reached == Reached(last)
        for _ in range(done, last):
            iterate(expected)
        done = last
        assert same_bits(memory, expected), first_difference(program, memory, expected)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "bpdebug" / "machine"


@fast
def test_a_damaged_file_of_machine_code_is_made_anew(cache: Path) -> None:
    program = small()
    compiled.compiled(program, Lookout())
    (path,) = cache.iterdir()
    right = path.read_bytes()
    for wrong in (b"", right[:40], right[:-1] + bytes([right[-1] ^ 1]), b"x" * 5000):
        path.write_bytes(wrong)
        memory, expected = program.start.copy(), program.start.copy()
        compiled.compiled(program, Lookout()).carry(memory, 1, Reached(0))
        scalar_iteration(program)(expected)
        assert same_bits(memory, expected)
        assert [*cache.iterdir()] == [path]
        assert path.read_bytes() == right


@fast
def test_another_version_does_not_use_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.compiled(small(), Lookout())
    monkeypatch.setattr(compiled, "__version__", "0.0.0")
    compiled.compiled(small(), Lookout())
    assert len([*cache.iterdir()]) == 2


@fast
def test_where_nothing_can_be_kept_it_works_all_the_same(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("in the way")
    assert compiled.Compiling(small(), Lookout()).wait() is not None


@fast
def test_what_goes_wrong_in_llvm_is_told_in_a_line() -> None:
    with pytest.raises(RuntimeError) as told:
        machine_code_apart("define nonsense", False)
    assert "\n" not in str(told.value)


LEAVING = """
from bpdebug.program.lookout import Lookout
from bpdebug.program.run import loops
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

program = open_session(find_session("blog")).debugger.program
loops(program, Lookout()).ready(10**9)
"""


@fast
def test_a_program_that_ends_while_something_is_compiled_ends_well() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVING], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


class Broken(ModuleType):
    """A package that is there and does not work."""

    def __getattr__(self, name: str) -> object:
        raise OSError("no such library\nand more")


@pytest.mark.parametrize("module", [None, Broken("llvmlite.binding")])
def test_without_the_package_there_is_a_line_and_nothing_else(
    module: ModuleType | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite.binding", module)
    loops = Loops(small(), Lookout())
    line = None
    while line is None:
        assert isinstance(loops.ready(10**9), ScalarLoop)
        line = notice()
    assert "\n" not in line
    assert notice() is None
