"""How the profile's own functions compare in time with those of the machine.

Run `python tests/benchmarks/bench_numerics.py`. Both sides of a line are timed in turns in
the same run, so the ratio means more than either time.
"""

from __future__ import annotations

import math
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bpdebug.numerics import array, scalar, selftest, sums

ROUNDS = 9


def compare(name: str, own: Callable[[], object], other: Callable[[], object]) -> None:
    """Print the best time of each in microseconds a call, and their ratio."""
    number = max(1, int(0.01 / max(timeit.timeit(own, number=3) / 3, 1e-7)))
    pairs = [
        (timeit.timeit(own, number=number), timeit.timeit(other, number=number))
        for _ in range(ROUNDS)
    ]
    ours, theirs = (min(times) / number * 1e6 for times in zip(*pairs, strict=True))
    print(f"{name:38} {ours:10.2f} {theirs:10.2f} {ours / theirs:8.1f}")


def main() -> None:
    """Time exp, log, tanh and the ordered sum."""
    print(f"{'':38} {'own, µs':>10} {'other, µs':>10} {'ratio':>8}")
    rng = np.random.default_rng(1)
    for name, other in (("exp", np.exp), ("log", np.log), ("tanh", np.tanh)):
        own = getattr(array, name)
        for size in (2, 1000, 100_000):
            x = rng.uniform(0.01, 5.0, size)
            compare(
                f"array.{name} : np.{name}, n={size}",
                lambda own=own, x=x: own(x),  # type: ignore[misc]
                lambda other=other, x=x: other(x),  # type: ignore[misc]
            )
        one, other_one = getattr(scalar, name), getattr(math, name)
        compare(
            f"scalar.{name} : math.{name}",
            lambda one=one: one(0.7),  # type: ignore[misc]
            lambda other_one=other_one: other_one(0.7),  # type: ignore[misc]
        )
    for shape in ((3, 2), (1000, 1), (784, 128), (5, 100_000)):
        terms = rng.normal(size=shape)
        compare(
            f"sum_first_axis : np.sum, {shape}",
            lambda terms=terms: sums.sum_first_axis(terms),  # type: ignore[misc]
            lambda terms=terms: np.sum(terms, axis=0),  # type: ignore[misc]
        )
    best = min(timeit.repeat(selftest.self_test, number=10, repeat=5)) / 10
    print(f"self-test {best * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
