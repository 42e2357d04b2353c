"""Machine code of programs: made beside what runs, kept on disk, used if it gives the same bits.

It takes llvmlite, which comes with the extra `fast`. Whatever goes wrong here, everything works
without it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from bpdebug import __version__
from bpdebug.numerics import FloatArray
from bpdebug.numerics.digest import digest
from bpdebug.program.arrays import array_iteration
from bpdebug.program.compiler import llvm, machine_code, machine_code_apart, target
from bpdebug.program.lookout import Lookout, Reached, loop_length
from bpdebug.program.machine import MachineText, machine_text
from bpdebug.program.program import Program
from bpdebug.program.statement_loops import UnsupportedError
from bpdebug.program.turns import given_in_turn

MOST_FILES = 256
"""Files of machine code that are kept."""

_DIGEST = 32
_Run = Callable[..., int]

Compiler = Callable[[str, bool], bytes]
"""Makes machine code of a text for LLVM."""


class CompiledLoop:
    """A loop over the iterations of a program in its machine form; other threads run meanwhile."""

    def __init__(self, program: Program, run: _Run, scratch: int, counted: int) -> None:
        self.length = loop_length(program, 400_000, 4_096)
        self.no_counts = (0,) * counted
        self._run = run
        self._given = given_in_turn(program)
        self._scratch = scratch

    def carry(self, memory: FloatArray, last: int, reached: Reached) -> Reached:
        """See `Loop`."""
        state = np.array((reached.is_finite, 0, *reached.counts), dtype=np.int64)
        scratch = np.empty(self._scratch)
        assert memory.dtype == np.float64
        assert memory.flags.c_contiguous
        iteration = self._run(
            memory.ctypes.data,
            state.ctypes.data,
            self._given.ctypes.data,
            scratch.ctypes.data,
            reached.iteration + 1,
            last,
        )
        is_finite, found, *counts = state.tolist()
        return Reached(iteration, bool(found), bool(is_finite), tuple(counts))


class Compiling:
    """Machine code of one program, with what is looked out for, made in a thread of its own."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        self._program = program
        self._lookout = lookout
        self.loop: CompiledLoop | None = None
        """What was made; None as long as there is nothing, or if there will be nothing."""

        self.problem = ""
        """Why there will be nothing, in a line, if that can be changed."""

        self._thread = threading.Thread(target=self._make)
        self._thread.start()

    @property
    def is_going(self) -> bool:
        """Whether there may be something soon."""
        return self._thread.is_alive()

    def wait(self) -> CompiledLoop | None:
        """What is made, when it is."""
        self._thread.join()
        return self.loop

    def _make(self) -> None:
        try:
            made = compiled(self._program, self._lookout, machine_code_apart)
            if _is_right(self._program, made):
                self.loop = made
            else:
                self.problem = "Machine code gives other numbers here, and is not used"
        except UnsupportedError:
            return
        except ModuleNotFoundError:
            self.problem = "Long runs are faster with machine code: pip install 'bpdebug[fast]'"
        # Whatever another package does: nobody is to notice more than that it is slower.
        except Exception as error:
            first = str(error).partition("\n")[0]
            self.problem = f"Long runs have to do without machine code: {first}"


def compiled(program: Program, lookout: Lookout, make: Compiler = machine_code) -> CompiledLoop:
    """Machine code of a program. Raises UnsupportedError if there is none, ImportError without
    llvmlite, RuntimeError if `make` fails.
    """
    made = machine_text(program, lookout)
    counted = len([each for each in lookout.sought if each.is_counted])
    return CompiledLoop(program, _function(made, make), made.scratch, counted)


def _is_right(program: Program, made: CompiledLoop) -> bool:
    """Whether it gives the same bits as the array form, in an iteration."""
    one, other = program.start.copy(), program.start.copy()
    made.carry(one, 1, Reached(0, counts=made.no_counts))
    array_iteration(program)(other)
    program.load_observations(other, 2)
    return digest(one) == digest(other)


def is_there() -> bool:
    """Whether llvmlite can be used."""
    try:
        return bool(llvm())
    except Exception:
        return False


def _function(made: MachineText, make: Compiler) -> _Run:
    """The function of a text, ready to be called."""
    found = llvm()
    machine = target(found)
    versions = (__version__, found.llvm_version_info, found.get_host_cpu_name())
    key = f"{made.text}\n{versions}\n{found.get_host_cpu_features().flatten()}"
    path = _cache_folder() / f"{hashlib.sha256(key.encode()).hexdigest()}.o"
    code = _kept(path)
    if code is None:
        code = make(made.text, made.unrolls)
        _keep(path, code)
    engine = found.create_mcjit_compiler(found.parse_assembly(""), machine)
    engine.add_object_file(found.ObjectFileRef.from_data(code))
    engine.finalize_object()
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    call = ctypes.CFUNCTYPE(number, *[pointer] * 4, number, number)
    run = call(engine.get_function_address("run"))

    # It holds the engine: the code lives as long as that.
    def carry_out(*arguments: int, engine: Any = engine) -> int:
        return run(*arguments)  # type: ignore[no-any-return]

    return carry_out


def _cache_folder() -> Path:
    return platformdirs.user_cache_path("bpdebug", appauthor=False) / "machine"


def _kept(path: Path) -> bytes | None:
    """What a file has; None if it has nothing, or something damaged."""
    try:
        found = path.read_bytes()
    except OSError:
        return None
    code = found[_DIGEST:]
    return code if code and found[:_DIGEST] == hashlib.sha256(code).digest() else None


def _keep(path: Path, code: bytes) -> None:
    """Keep machine code, as a whole or not at all; the oldest goes when there is too much."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(code).digest() + code)
        os.replace(file.name, path)
        kept = sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST_FILES]:
            old.unlink()
    except OSError:
        return
