"""LLVM, and the process in which it works: `python -P -m bpdebug.program.compiler UNROLLS`.

It takes text on standard input and gives machine code. A thread in which LLVM works could not be
ended with the program, and what goes wrong in LLVM ends the process that it happens in.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib import import_module
from typing import Any

_WAIT = 0.02
"""Seconds between two looks at whether anybody still waits for what is compiled."""

_MOST_WAITS = 3_000


def llvm() -> Any:
    """LLVM. Raises ImportError if it is not installed, anything if it is broken."""
    found = import_module("llvmlite.binding")
    found.initialize_native_target()
    found.initialize_native_asmprinter()
    return found


def target(found: Any) -> Any:
    """What LLVM makes machine code for: this processor.

    LLVM puts a product and a sum together only where that is asked for, which it is nowhere.
    """
    features = found.get_host_cpu_features().flatten()
    triple = found.Target.from_default_triple()
    return triple.create_target_machine(
        cpu=found.get_host_cpu_name(), features=features, opt=2, jit=True
    )


def machine_code(text: str, unrolls: bool) -> bytes:
    """The machine code of a text, made here and now."""
    found = llvm()
    machine, module = target(found), found.parse_assembly(text)
    module.verify()
    options = found.create_pipeline_tuning_options(speed_level=2)
    options.loop_unrolling = unrolls
    builder = found.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def machine_code_apart(text: str, unrolls: bool) -> bytes:
    """The same, made in a process of its own, which is ended if the program ends before.

    Raises RuntimeError if it gives nothing.
    """
    command = [sys.executable, "-P", "-m", __name__, str(int(unrolls))]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    given: bytes | None = text.encode()
    for _ in range(_MOST_WAITS):
        try:
            code, said = process.communicate(given, timeout=_WAIT)
        except subprocess.TimeoutExpired:
            given = None
            if threading.main_thread().is_alive():
                continue
            break
        if process.returncode or not code:
            lines = said.decode(errors="replace").strip().splitlines()
            raise RuntimeError(lines[-1] if lines else "LLVM was ended")
        return code
    process.kill()
    process.communicate()
    raise RuntimeError("LLVM takes too long")


if __name__ == "__main__":
    sys.stdout.buffer.write(machine_code(sys.stdin.read(), sys.argv[1] == "1"))
