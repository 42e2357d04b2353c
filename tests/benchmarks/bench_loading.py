"""Loading and checking a session of 10 MB beside what pydantic alone takes on the same text.

Run `python tests/benchmarks/bench_loading.py`. Both take turns in one process; the least of
several times counts. Pydantic alone checks models of the same fields that say of an array that
it is nested lists of numbers, and nothing of what else a session has to keep to.
"""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from bpdebug.session.file.arrays import to_base64
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session

TURNS = 9
SIZE = 10_000_000

Number = float
Array = Number | list[Number] | list[list[Number]]


class Large(BaseModel):
    """An array in base64."""

    shape: list[int]
    float64: str


Arrays = dict[str, Array | Large]


class Plain(SessionPart):
    """A session as pydantic alone would check it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    inputs: Arrays = Field({})  # type: ignore[assignment]
    targets: Arrays = Field({})  # type: ignore[assignment]
    constants: Arrays = Field({})  # type: ignore[assignment]
    parameters: Arrays = Field({})  # type: ignore[assignment]


def sessions() -> Iterator[tuple[str, str]]:
    """Texts of about 10 MB, each large for another reason."""
    rng = random.Random(1)
    layers = [{"name": "x", "units": 500}, {"name": "h", "units": 960}, {"name": "o", "units": 10}]
    start: dict[str, Any] = {
        "format": "bpdebug-session",
        "version": "1.2",
        "model": {"layers": layers},
    }

    def rows(count: int) -> list[list[float]]:
        return [[rng.uniform(-1, 1) for _ in range(960)] for _ in range(count)]

    yield "a matrix of numbers", json.dumps(start | {"parameters": {"W1": rows(496)}})
    values = {"W1": to_base64(np.array(rows(980)))}
    yield "a matrix in base64", json.dumps(start | {"parameters": values})
    single = {f"w{n}": rng.uniform(-1, 1) for n in range(1, SIZE // 32)}
    yield "weights one by one", json.dumps(start | {"parameters": single})
    whole = [[rng.randrange(10) for _ in range(960)] for _ in range(1300)]
    yield "a matrix of digits", json.dumps(start | {"inputs": {"x": whole}})
    edits = [
        {"at": n * 100, "set": f"w{n}", "to": rng.uniform(-1, 1)} for n in range(SIZE // 57 // 20)
    ]
    branches = [{"number": n, "name": f"branch {n}", "edits": edits} for n in range(1, 21)]
    yield "branches with edits", json.dumps(start | {"branches": branches})
    actions = [f"b w{n} if w{n} < 0.69" for n in range(SIZE // 30)]
    yield "recorded actions", json.dumps(start | {"actions": actions})


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Print a row for each session."""
    print(f"{'':<22}{'MB':>6}{'pydantic':>12}{'bpdebug':>12}{'ratio':>8}")
    for name, text in sessions():
        alone, checked = (
            min(times)
            for times in zip(
                *(
                    (
                        seconds(lambda text=text: Plain.model_validate_json(text)),  # type: ignore[misc]
                        seconds(lambda text=text: parse_session(text, "test")),  # type: ignore[misc]
                    )
                    for _ in range(TURNS)
                ),
                strict=True,
            )
        )
        print(
            f"{name:<22}{len(text) / 1e6:>6.1f}{alone * 1e3:>9.0f} ms{checked * 1e3:>9.0f} ms"
            f"{checked / alone:>8.2f}"
        )


if __name__ == "__main__":
    main()
