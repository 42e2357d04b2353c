"""Several observations: at once, in mini-batches and one by one, in the order that is given."""

from __future__ import annotations

import pytest
from openings import of_data

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.models.losses import LOSSES

from .sessions import (
    Data,
    after,
    complaints,
    formulas,
    gradients,
    layered,
    parameters,
    session,
)

ROWS = [[1, 0.5], [-0.7, 2], [0.3, -1.1], [2, 0.1], [0.9, 0.4], [-1.2, -0.6]]
TARGETS = [[0.2, 0.7], [1, 0.1], [-0.5, 0.4], [0.6, 0.6], [0, 1], [0.8, -0.3]]


def _observed(rows: list[int], **fields: object) -> Data:
    """A 2-3-2 network with those observations, counted from 1; one alone has no index."""
    x, t = [ROWS[n - 1] for n in rows], [TARGETS[n - 1] for n in rows]
    alone = len(rows) == 1 and "batches" not in fields
    data = layered(2, 3, 2, last="sigmoid")
    data |= {"inputs": {"x": x[0] if alone else x}, "targets": {"t": t[0] if alone else t}}
    return data | fields


def _last_equation(data: Data) -> str:
    return formulas(of_data(data))[-1]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_several_at_once_are_the_sum_or_the_mean_of_single_ones(loss: str, reduction: str) -> None:
    def gradient(rows: list[int]) -> dict[str, float]:
        data = _observed(rows)
        data["model"] |= {"loss": loss, "reduction": reduction}
        data["targets"] = {"t": [[0.2, 0.8]] * len(rows) if len(rows) > 1 else [0.2, 0.8]}
        return gradients(of_data(data))

    singles = [gradient([n]) for n in (1, 2, 3)]
    divisor = 3 if reduction == "mean" or loss == "mean squared error" else 1
    for name, found in gradient([1, 2, 3]).items():
        expected = sum(single[name] for single in singles) / divisor
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-15), name


def test_the_divisor_stands_in_the_equation() -> None:
    data = _observed([1, 2, 3])
    half = "0.5*sum(k: (o[n,k] - t[n,k])^2)"
    assert _last_equation(data) == f"E = sum(n: {half})"
    data["model"]["reduction"] = "mean"
    assert _last_equation(data) == f"E = sum(n: {half})/3"
    data["model"] |= {"reduction": "sum", "loss": "mean squared error"}
    assert _last_equation(data) == "E = sum(n: sum(k: (o[n,k] - t[n,k])^2)/2)/3"
    data["batches"] = {"size": 1}
    assert _last_equation(data) == "E = sum(k: (o[k] - t[k])^2)/2"


ORDERS = [
    (1, None),
    (2, None),
    (3, None),
    (6, None),
    (1, [3, 1, 6, 2]),
    (2, [6, 5, 4, 3, 2, 1]),
    (3, [1, 1, 2, 2, 3, 3]),
]


def _taken(size: int, order: list[int] | None, iteration: int) -> list[int]:
    """The observations of an iteration, the plainest way."""
    endless = (order or [1, 2, 3, 4, 5, 6]) * (iteration * size)
    return endless[(iteration - 1) * size : iteration * size]


@pytest.mark.parametrize(("size", "order"), ORDERS)
def test_each_iteration_is_that_of_a_session_with_its_rows(
    size: int, order: list[int] | None
) -> None:
    """Parameters are carried over from one to the next, to the same bits."""
    batches: Data = {"size": size} | ({"order": order} if order else {})
    debugger = of_data(_observed([1, 2, 3, 4, 5, 6], batches=batches))
    carried = parameters(debugger, 0)
    for iteration in range(1, 9):
        alone = _observed(_taken(size, order, iteration), parameters=carried)
        expected = after(of_data(alone), 1)
        assert after(debugger, iteration) == expected
        carried = {name: expected[name] for name in carried}


def _inputs(debugger: Debugger, iteration: int, operation: int) -> list[float]:
    program = debugger.program
    debugger.go_to(Position((iteration - 1) * program.operations + operation))
    slots = [program.slot_named(name) for name in ("x1", "x2")]
    return [debugger.view.value(slot) for slot in slots if slot is not None]


@pytest.mark.parametrize("budget", [1, 10**7])
def test_the_right_observation_is_seen_wherever_one_goes(budget: int) -> None:
    order = [2, 5, 1, 1, 6]
    program = of_data(_observed([1, 2, 3, 4, 5, 6], batches={"order": order})).program
    debugger = Debugger(program, 40, budget)
    for iteration in (1, 40, 2, 39, 17, 16, 15, 33, 3, 1):
        for operation in (1, program.operations // 2, program.operations):
            row = ROWS[order[(iteration - 1) % 5] - 1]
            assert _inputs(debugger, iteration, operation) == row, (iteration, operation)


def test_what_comes_next_is_told_with_the_next_observation() -> None:
    debugger = of_data(_observed([1, 2, 3, 4, 5, 6], batches={"size": 1}))
    debugger.go_to(Position(debugger.program.operations))
    operands = {str(s.family): v for s, v in debugger.view.next_operands().items()}
    assert [operands["x1"], operands["x2"]] == ROWS[1]


def test_a_history_with_little_room_gives_the_same_values() -> None:
    data = _observed([1, 2, 3, 4, 5, 6], batches={"size": 2, "order": [1, 5, 2, 6]})
    data["optimizer"] = {"method": "adam", "schedule": {"name": "inverse time"}}
    debugger = of_data(data)
    tiny = Debugger(debugger.program, 40, 1)
    for iteration in (40, 39, 38, 1, 20, 7, 2, 13):
        assert after(tiny, iteration) == after(debugger, iteration)


def test_equations_of_ones_own_are_fed_in_turn_too() -> None:
    data = session(
        model={"equations": ["E = 0.5*(w*x - t)^2"]},
        inputs={"x": [1, 2, 3]},
        targets={"t": [2, 4, 6]},
        parameters={"w": 0.5},
        batches={"order": [3, 1]},
    )
    debugger = of_data(data)
    assert [after(debugger, k)["x"] for k in range(1, 6)] == [3, 1, 3, 1, 3]
    assert [after(debugger, k)["t"] for k in range(1, 6)] == [6, 2, 6, 2, 6]


@pytest.mark.parametrize(
    ("batches", "path", "words"),
    [
        ({"size": 4}, "batches.size", "6 observations are not a multiple"),
        ({"size": 1, "order": [1, 7]}, "batches.order", "no observation 7, only 6"),
        ({"size": 2, "order": [1, 2, 3]}, "batches.size", "3 observations"),
        ({"size": 0}, "batches.size", "greater than or equal to 1"),
        ({"order": [0]}, "batches.order[0]", "greater than or equal to 1"),
    ],
)
def test_batches_that_do_not_go_round_are_refused(batches: Data, path: str, words: str) -> None:
    assert words in complaints(_observed([1, 2, 3, 4, 5, 6], batches=batches))[path]


def test_inputs_and_targets_have_a_row_for_each_observation() -> None:
    data = _observed([1, 2, 3], batches={"size": 1})
    data["targets"] = {"t": TARGETS[:2]}
    assert "equally many" in complaints(data)["batches"]
    del data["batches"]
    assert "t has 2 rows, the inputs 3" in complaints(data)["targets.t"]
