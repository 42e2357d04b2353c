"""How time and memory grow with the network: 3-2-2, 64-32-10, 784-128-10.

Run `python tests/benchmarks/bench_scale.py`; it prints a table of performance.md. Each network
is measured in processes of its own, by the code that the screen and the command line use.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
STEPS = 200
"""How many steps are measured, at places evenly spread over an iteration."""
ITERATIONS = 99
"""How many single iterations are measured."""
TARGET = 100
"""The iteration that is gone to, through all those before it."""
PROCESSES = 5
"""How often each network is measured."""


@dataclass(frozen=True)
class Measured:
    """What is measured of a network; times in seconds, memory in bytes."""

    parameters: int
    operations: int
    file: int
    state: int
    loaded: float
    opened: float
    forward: float
    backward: float
    longest: float
    iteration: float
    far: float
    again: float
    peak: int


def measure(path: Path) -> Measured:
    """Open a session, step, and go to an iteration; nothing is loaded before."""
    start = perf_counter()
    from bpdebug.debugger.steps import STEP_SIZES
    from bpdebug.debugger.view import Position
    from bpdebug.program.run import iteration
    from bpdebug.session.session import open_session
    from bpdebug.text.formula.operation import done_text, next_text

    imported = perf_counter()
    debugger = open_session(path).debugger
    opened = perf_counter()

    program, operations = debugger.program, debugger.program.operations
    one = next(size for size in STEP_SIZES if size.name == "operation")

    def step(backward: bool) -> float:
        begun = perf_counter()
        debugger.step(one, backward=backward)
        text = done_text(debugger.view) or next_text(debugger.view)
        text.lines()
        return perf_counter() - begun

    # No iteration is computed yet.
    begun = perf_counter()
    debugger.go_to(Position(TARGET * operations))
    _ = debugger.view
    far = perf_counter() - begun
    begun = perf_counter()
    debugger.go_to(Position(TARGET // 2 * operations))
    _ = debugger.view
    again = perf_counter() - begun

    forward, backward = [], []
    for number in range(STEPS):
        debugger.go_to(Position(operations + number * (operations - 1) // STEPS))
        _ = debugger.view
        forward.append(step(backward=False))
        backward.append(step(backward=True))

    iterate, memory, times = iteration(program), program.start.copy(), []
    for _ in range(ITERATIONS):
        begun = perf_counter()
        iterate(memory)
        times.append(perf_counter() - begun)

    return Measured(
        parameters=len(program.parameter_slots()),
        operations=operations,
        file=path.stat().st_size,
        state=program.start.nbytes,
        loaded=opened - start,
        opened=opened - imported,
        forward=median(forward),
        backward=median(backward),
        longest=max(*forward, *backward),
        iteration=median(times),
        far=far,
        again=again,
        peak=_peak(),
    )


def _peak() -> int:
    """The largest resident memory of this process so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _python(*arguments: str) -> str:
    """What another Python prints, with this repository's bpdebug."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def _new(folder: Path, layers: str) -> Path:
    """A session made by `bpdebug new`. The loss puts the softmax after the last layer."""
    path = folder / f"{layers}.json"
    code = "import sys; from bpdebug.cli import main; sys.exit(main())"
    options = ("--layers", layers, "--bias", "unit", "--loss", "softmax cross-entropy")
    _python("-c", code, "new", str(path), *options, "--seed", "1")
    return path


def _fresh(path: Path) -> Measured:
    """The medians of several measurements, each in a fresh process with its own memory."""
    found = [json.loads(_python(__file__, str(path))) for _ in range(PROCESSES)]
    return Measured(**{key: median(each[key] for each in found) for key in found[0]})


def _time(seconds: float) -> str:
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds * 1e6:.3g} µs"


def _bytes(count: int) -> str:
    if count < 1e5:
        return f"{count / 1e3:.3g} kB"
    return f"{count / 1e6:.3g} MB" if count < 1e8 else f"{count / 1e6:.0f} MB"


def _table(measured: dict[str, Measured]) -> list[str]:
    """The lines of the table, with the ratio of the last network to the first."""
    rows = [
        ("parameters", [f"{m.parameters:,}" for m in measured.values()], "parameters"),
        ("operations an iteration", [f"{m.operations:,}" for m in measured.values()], "operations"),
        ("session file", [_bytes(m.file) for m in measured.values()], "file"),
        ("one state", [_bytes(m.state) for m in measured.values()], "state"),
        ("open", [_time(m.opened) for m in measured.values()], "opened"),
        ("open, imports included", [_time(m.loaded) for m in measured.values()], "loaded"),
        ("one step forward", [_time(m.forward) for m in measured.values()], "forward"),
        ("one step back", [_time(m.backward) for m in measured.values()], "backward"),
        ("the longest step", [_time(m.longest) for m in measured.values()], "longest"),
        ("one iteration", [_time(m.iteration) for m in measured.values()], "iteration"),
        (f"go to iteration {TARGET}", [_time(m.far) for m in measured.values()], "far"),
        (f"then to iteration {TARGET // 2}", [_time(m.again) for m in measured.values()], "again"),
        ("peak memory", [_bytes(m.peak) for m in measured.values()], "peak"),
    ]
    first, *_, last = (asdict(m) for m in measured.values())
    lines = [f"| | {' | '.join(measured)} | ratio |", "|---|" + "---:|" * (len(measured) + 1)]
    for name, cells, key in rows:
        ratio = last[key] / first[key]
        lines.append(f"| {name} | {' | '.join(cells)} | {ratio:,.{0 if ratio >= 10 else 1}f} |")
    return lines


def main() -> None:
    """Measure one network if it is named, else all, each in processes of its own."""
    if len(sys.argv) == 2:
        print(json.dumps(asdict(measure(Path(sys.argv[1])))))
        return
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        measured = {
            "3-2-2": _fresh(ROOT / "sessions" / "blog.json"),
            "64-32-10": _fresh(_new(Path(folder), "64-32-10")),
            "784-128-10": _fresh(_new(Path(folder), "784-128-10")),
        }
    print("\n".join(_table(measured)))
    print(f"\n{os.cpu_count()} cores; measured in {perf_counter() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
