"""What runs cost beside straight-line Python: 10,000 iterations of the worked example.

    python tests/benchmarks/bench_runs.py [--iterations 10000] [--json]

All is measured side by side in this one process, in seconds of processor time, the best of several
turns that alternate; what counts are the ratios to the floor.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from time import process_time

import numpy as np
from peers import peers

from bpdebug.debugger.breakpoints import parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.numerics.scalar import sigmoid
from bpdebug.program.program import Program
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

TURNS = 5
FLOOR = "straight-line Python, the floor"
PART = 10
"""Peers carry out a part of the iterations, or nobody would wait for them."""

CONDITION = "w7 write if w7 < -100"
THREE = (CONDITION, "dE/dw1 write if abs(dE/dw1) > 10", "w3 change if delta(w3) > 1")
LOG = 'iteration hit % 1000 log "E = {E}"'

GOALS = {
    "run without breakpoints": 1.3,
    "run, one condition": 1.6,
    "run, three conditions and a log message": 2.5,
    "reverse run, one condition, beside the forward one": 1.5,
}


def straight_line(iterations: int) -> list[float]:
    """The floor: the operations of the program as somebody would write them in Python, with the
    project's own exponential. Gives the parameters, w1 to w10, b1, b2.
    """
    x1, x2, x3, t1, t2, rate = 1.0, 4.0, 5.0, 0.1, 0.05, 0.01
    w1, w2, w3, w4, w5, w6, w7, w8, w9 = [n / 10 for n in range(1, 10)]
    w10 = 0.1
    b1 = b2 = 0.5
    for _ in range(iterations):
        h1 = sigmoid(w1 * x1 + w3 * x2 + w5 * x3 + b1)
        h2 = sigmoid(w2 * x1 + w4 * x2 + w6 * x3 + b1)
        o1 = sigmoid(w7 * h1 + w9 * h2 + b2)
        o2 = sigmoid(w8 * h1 + w10 * h2 + b2)
        e1, e2 = o1 - t1, o2 - t2
        loss = 0.5 * (e1 * e1 + e2 * e2)
        s1, s2 = o1 * (1.0 - o1), o2 * (1.0 - o2)
        g7, g8, g9, g10 = e1 * s1 * h1, e2 * s2 * h1, e1 * s1 * h2, e2 * s2 * h2
        gb2 = e1 * s1 + e2 * s2
        gh1 = e1 * s1 * w7 + e2 * s2 * w8
        gh2 = e1 * s1 * w9 + e2 * s2 * w10
        r1, r2 = h1 * (1.0 - h1), h2 * (1.0 - h2)
        g1, g2, g3 = gh1 * r1 * x1, gh2 * r2 * x1, gh1 * r1 * x2
        g4, g5, g6 = gh2 * r2 * x2, gh1 * r1 * x3, gh2 * r2 * x3
        gb1 = gh1 * r1 + gh2 * r2
        w1, w2, w3, w4 = w1 - rate * g1, w2 - rate * g2, w3 - rate * g3, w4 - rate * g4
        w5, w6, w7, w8 = w5 - rate * g5, w6 - rate * g6, w7 - rate * g7, w8 - rate * g8
        w9, w10, b1, b2 = w9 - rate * g9, w10 - rate * g10, b1 - rate * gb1, b2 - rate * gb2
    assert math.isfinite(loss)
    return [w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, b1, b2]


def as_in_the_blog(iterations: int) -> None:
    """A plain script with numpy's scalars."""
    x, t = np.array([1.0, 4.0, 5.0]), np.array([0.1, 0.05])
    w = np.arange(0.1, 1.05, 0.1)
    b = np.array([0.5, 0.5])
    for _ in range(iterations):
        h1 = 1 / (1 + math.exp(-(w[0] * x[0] + w[2] * x[1] + w[4] * x[2] + b[0])))
        h2 = 1 / (1 + math.exp(-(w[1] * x[0] + w[3] * x[1] + w[5] * x[2] + b[0])))
        o1 = 1 / (1 + math.exp(-(w[6] * h1 + w[8] * h2 + b[1])))
        o2 = 1 / (1 + math.exp(-(w[7] * h1 + w[9] * h2 + b[1])))
        d1, d2 = (o1 - t[0]) * o1 * (1 - o1), (o2 - t[1]) * o2 * (1 - o2)
        c1 = (d1 * w[6] + d2 * w[7]) * h1 * (1 - h1)
        c2 = (d1 * w[8] + d2 * w[9]) * h2 * (1 - h2)
        for place, g in enumerate(
            (c1 * x[0], c2 * x[0], c1 * x[1], c2 * x[1], c1 * x[2], c2 * x[2])
        ):
            w[place] -= 0.01 * g
        for place, g in enumerate((d1 * h1, d2 * h1, d1 * h2, d2 * h2), start=6):
            w[place] -= 0.01 * g
        b[0] -= 0.01 * (c1 + c2)
        b[1] -= 0.01 * (d1 + d2)


def running(
    program: Program, iterations: int, breakpoints: tuple[str, ...], backward: bool = False
) -> Callable[[], float]:
    """A run of a new debugger to its end, or back; gives the seconds it takes."""

    def run() -> float:
        debugger = Debugger(program, iterations)
        for each in breakpoints:
            debugger.add_breakpoint(parse_breakpoint(each))
        if backward:
            debugger.go_to(debugger.end)
        begun = process_time()
        debugger.run(backward)
        spent = process_time() - begun
        assert debugger.position == (Position() if backward else debugger.end)
        return spent

    return run


def timed(do: Callable[[], object]) -> Callable[[], float]:
    """Gives the seconds that something takes."""

    def run() -> float:
        begun = process_time()
        do()
        return process_time() - begun

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    count, program = arguments.iterations, open_session(find_session("blog")).debugger.program
    debugger = Debugger(program, count)
    debugger.go_to(debugger.end)
    assert np.allclose(debugger.parameters(), straight_line(count), rtol=1e-9), "other work"
    work = {
        FLOOR: timed(lambda: straight_line(count)),
        "a plain script with numpy's scalars": timed(lambda: as_in_the_blog(count)),
        "going to the end": timed(lambda: Debugger(program, count).go_to(debugger.end)),
        "run without breakpoints": running(program, count, ()),
        "run, one condition": running(program, count, (CONDITION,)),
        "run, three conditions and a log message": running(program, count, (*THREE, LOG)),
        "reverse run, one condition": running(program, count, (CONDITION,), backward=True),
    }
    best = dict.fromkeys(work, math.inf)
    for _ in range(TURNS):
        for name, do in work.items():
            best[name] = min(best[name], do())
    others, missing = peers()
    few = max(1, count // PART)
    for name, steps in others.items():
        assert np.allclose(steps(3), straight_line(3), rtol=1e-9), name
        beside = [(timed(lambda s=steps: s(few))(), work[FLOOR]()) for _ in range(TURNS)]  # type: ignore[misc]
        best[name] = PART * min(own for own, _ in beside)
        best[FLOOR] = min(best[FLOOR], *(floor for _, floor in beside))
    floor = best[FLOOR]
    ratios = {name: seconds / floor for name, seconds in best.items()}
    both = best["reverse run, one condition"] / best["run, one condition"]
    ratios["reverse run, one condition, beside the forward one"] = both
    print(f"{count:,} iterations of 3-2-2\n")
    print("| | µs an iteration | ratio | goal |\n|---|---:|---:|---:|")
    for name, ratio in ratios.items():
        each = f"{best[name] / count * 1e6:.2f}" if name in best else ""
        print(f"| {name} | {each} | {ratio:.2f} | {GOALS.get(name, '')} |")
    if missing:
        print(f"\nleft out, not installed: {', '.join(missing)}")
    if arguments.json:
        print(json.dumps({"iterations": count, "ratios": ratios}))


if __name__ == "__main__":
    main()
