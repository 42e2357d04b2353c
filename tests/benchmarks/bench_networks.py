"""Iterations of middle-sized networks beside numpy, written by hand, and PyTorch.

    python tests/benchmarks/bench_networks.py [--json]

Sigmoid layers with a bias for each unit, half squared error, plain gradient descent. Beside them in
the same process: numpy with BLAS, numpy that does the same ordered arithmetic, and, where they are
installed, PyTorch eager and bpdebug's machine code. Seconds of processor time; best of several.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from bpdebug.debugger.debugger import Debugger
from bpdebug.program import compiled
from bpdebug.program.lookout import Lookout, Reached
from bpdebug.session.session import open_session

CASES = (("4-16-3", 8), ("-".join(["8"] * 10), 16), ("784-128-10", 1), ("784-128-10", 32))
SECONDS = 0.4
TURNS = 3
RATE = 0.01
Work = Callable[[int], object]


def per_iteration(work: Work) -> float:
    """Seconds that an iteration takes, the best of several turns."""
    work(1)
    count, spent = 1, 0.0
    while spent < SECONDS / 4:
        count *= 2
        begun = process_time()
        work(count)
        spent = process_time() - begun
    best = spent / count
    for _ in range(TURNS):
        begun = process_time()
        work(count)
        best = min(best, (process_time() - begun) / count)
    return best


def by_hand(sizes: list[int], observations: int, times: Callable[[Any, Any], Any]) -> Work:
    """A training loop in numpy; `times` multiplies matrices."""
    draw = np.random.default_rng(1)
    x, t = draw.uniform(size=(observations, sizes[0])), draw.uniform(size=(observations, sizes[-1]))
    weights = [draw.normal(0, 0.1, pair) for pair in pairwise(sizes)]
    biases = [np.zeros(size) for size in sizes[1:]]
    ones = np.ones((1, observations))

    def work(iterations: int) -> None:
        for _ in range(iterations):
            values = [x]
            for w, b in zip(weights, biases, strict=True):
                values.append(1.0 / (1.0 + np.exp(-(times(values[-1], w) + b))))
            error = values[-1] - t
            _ = 0.5 * (error * error).sum()
            for n in reversed(range(len(weights))):
                after, before = values[n + 1], values[n]
                error = error * (after * (1.0 - after))
                slope, bias = times(before.T, error), times(ones, error)[0]
                error = times(error, weights[n].T) if n else error
                weights[n] -= RATE * slope
                biases[n] -= RATE * bias

    return work


def ordered(a: Any, b: Any) -> Any:
    """A product of matrices whose sums go from the first term to the last."""
    total = a[:, 0, None] * b[0]
    for k in range(1, len(b)):
        total += a[:, k, None] * b[k]
    return total


def in_torch(sizes: list[int], observations: int) -> Work | None:
    """The same in PyTorch eager, None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    layers: list[Any] = []
    for pair in pairwise(sizes):
        layers += [torch.nn.Linear(*pair), torch.nn.Sigmoid()]
    net = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    x, t = torch.rand(observations, sizes[0]), torch.rand(observations, sizes[-1])

    def work(iterations: int) -> None:
        for _ in range(iterations):
            optimizer.zero_grad()
            (0.5 * ((net(x) - t) ** 2).sum()).backward()
            optimizer.step()

    return work


def session(folder: Path, layers: str, observations: int) -> Path:
    """A session file of such a network."""
    sizes = list(map(int, layers.split("-")))
    draw = np.random.default_rng(1)
    names = [f"x{n + 1}" for n in range(sizes[0])] + [f"t{n + 1}" for n in range(sizes[-1])]
    rows = [",".join(f"{value:.4f}" for value in draw.uniform(size=len(names)))]
    rows += [
        ",".join(f"{value:.4f}" for value in draw.uniform(size=len(names)))
        for _ in range(observations - 1)
    ]
    data, path = folder / "data.csv", folder / f"{layers}.json"
    data.write_text("\n".join([",".join(names), *rows]) + "\n")
    command = [sys.executable, "-m", "bpdebug", "new", str(path), "--layers", layers, "--force"]
    command += ["--bias", "unit", "--seed", "1", "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def measured(path: Path, layers: str, observations: int) -> dict[str, float]:
    """Seconds an iteration takes, in each way."""
    sizes, program = list(map(int, layers.split("-"))), open_session(path).debugger.program

    def run(iterations: int) -> None:
        debugger = Debugger(program, iterations)
        debugger.run()
        assert debugger.position == debugger.end

    # A run that would take long would have machine code made for it: without.
    without, sys.modules["llvmlite.binding"] = sys.modules.get("llvmlite.binding"), None  # type: ignore[assignment]
    found = {"bpdebug": per_iteration(run)}
    del sys.modules["llvmlite.binding"]
    if without is not None:
        sys.modules["llvmlite.binding"] = without
    if compiled.is_there():
        loop = compiled.compiled(program, Lookout(non_finite=True))
        memory = program.start.copy()
        found["machine code"] = per_iteration(
            lambda iterations: loop.carry(memory, iterations, Reached(0))
        )
    found["numpy, BLAS"] = per_iteration(by_hand(sizes, observations, np.matmul))
    found["numpy, ordered"] = per_iteration(by_hand(sizes, observations, ordered))
    torch = in_torch(sizes, observations)
    if torch is not None:
        found["PyTorch"] = per_iteration(torch)
    return found


ONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What a processor does counts, not how many of them there are."""


def main() -> None:
    if not ONE.items() <= os.environ.items():
        # They are read when numpy is loaded.
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {
            f"{layers}, {count}": measured(session(Path(folder), layers, count), layers, count)
            for layers, count in CASES
        }
    columns = list(dict.fromkeys(name for each in found.values() for name in each))
    print("Iterations a second of one processor, and beside numpy with BLAS\n")
    print(f"| network, observations | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for name, each in found.items():
        blas = each["numpy, BLAS"]
        cells = [
            f"{1 / each[column]:,.0f} ({blas / each[column]:.2f})" if column in each else ""
            for column in columns
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    assert all(math.isfinite(value) for each in found.values() for value in each.values())
    if arguments.json:
        ratios = {
            name: {way: each["numpy, BLAS"] / seconds for way, seconds in each.items()}
            for name, each in found.items()
        }
        print(json.dumps({"speed beside numpy with BLAS": ratios}))


if __name__ == "__main__":
    main()
