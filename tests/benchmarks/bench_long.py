"""What a million iterations of the worked example cost, and reaching any of them afterwards.

    python tests/benchmarks/bench_long.py [--iterations 1000000] [--json]

Each in a process of its own, with machine code if llvmlite is installed: the first time, with
nothing kept on disk, and again. In seconds of processor time, and as parts of what straight-line
Python takes for as many iterations in that process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from time import perf_counter, process_time

from bench_runs import CONDITION, running, straight_line

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

JUMPS = 300


def measured(iterations: int, what: str) -> dict[str, float]:
    """What is measured in a process."""
    program = open_session(find_session("blog")).debugger.program
    debugger = Debugger(program, iterations)
    begun, since = spent(), perf_counter()
    if what == "run":
        running(program, iterations, (CONDITION,))()
    else:
        debugger.go_to(debugger.end)
    seconds, waited = spent() - begun, perf_counter() - since
    floor = min(timed(50_000) for _ in range(3)) * iterations
    found = {"seconds": seconds, "waited": waited, "part": seconds / floor}
    if what == "go":
        draw, times = random.Random(1), []
        for _ in range(JUMPS):
            place = draw.randrange(iterations * program.operations)
            since = perf_counter()
            debugger.go_to(Position(place))
            _ = debugger.view
            times.append(perf_counter() - since)
        found["p95"] = sorted(times)[JUMPS * 95 // 100]
        found["states"] = debugger.history.stored_states * program.start.nbytes / 2**20
    return found


def spent() -> float:
    """Seconds of processor time so far, that of what compiles included."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(iterations: int) -> float:
    """Seconds for an iteration of straight-line Python."""
    begun = process_time()
    straight_line(iterations)
    return (process_time() - begun) / iterations


def child(iterations: int, what: str, **environment: str) -> dict[str, float]:
    """The same in another process."""
    command = [sys.executable, __file__, "--iterations", str(iterations), "--child", what]
    done = subprocess.run(
        command, env=os.environ | environment, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    count = arguments.iterations
    if arguments.child:
        print(json.dumps(measured(count, arguments.child)))
        return
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for what in ("run", "go"):
            cache = os.path.join(folder, what)
            for time in ("first", "again"):
                found[f"{what}, {time}"] = child(count, what, XDG_CACHE_HOME=cache)
    words = {"run": "a run with a condition that never holds", "go": "going to the end"}
    print(f"{count:,} iterations of 3-2-2\n")
    print("| | s | waited, s | of the floor | any position, p95 | states kept |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, each in found.items():
        what, time = name.split(", ")
        place = f"{1000 * each['p95']:.2f} ms | {each['states']:.0f} MiB" if "p95" in each else "|"
        cells = f"{each['seconds']:.2f} | {each['waited']:.2f} | 1/{1 / each['part']:.1f} | {place}"
        print(f"| {words[what]}, {time} | {cells} |")
    if arguments.json:
        print(json.dumps({"iterations": count, "found": found}))


if __name__ == "__main__":
    main()
