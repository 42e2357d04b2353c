"""Where the debugger stands and why, in words."""

from __future__ import annotations

import pytest
from openings import blog, opened

from bpdebug.debugger.actions import perform
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.text.run.status import where, why


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], "iteration 1/10000 · start · operation 0/41 · p=0"),
        (["14s"], "iteration 1/10000 · backward · operation 14/41 · p=14"),
        (["41s"], "iteration 1/10000 · update · operation 41/41 · p=41"),
        (["42s"], "iteration 2/10000 · forward · operation 1/41 · p=42"),
        (["9s"], "iteration 1/10000 · loss · operation 9/41 · p=9"),
        (["2i"], "iteration 1/10000 · start · operation 0/41 · p=0 +2/6"),
        (["41s", "i"], "iteration 1/10000 · update · operation 41/41 · p=41 +1/6"),
    ],
)
def test_where(actions: list[str], expected: str) -> None:
    assert where(blog(*actions)) == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["5s"], ""),
        (["S"], "start of history"),
        (["g end", "s"], "end of history: all 10000 iterations are done"),
        (["b w7", "c"], "breakpoint 1 (w7 write), hit 1: w7 0.7 → 0.6992"),
        (["40s", "b w7", "C"], "breakpoint 1 (w7 write), hit 1: w7 0.6992 → 0.7"),
        (["b w7 read", "c"], "breakpoint 1 (w7 read), hit 1: w7 = 0.7"),
        (["b w7 gradient", "c"], "breakpoint 1 (w7 gradient), hit 1: dE/dw7 = 0.0765"),
        (
            ["20s", "b w7 gradient", "C"],
            "breakpoint 1 (w7 gradient), hit 1: dE/dw7 0.0765 → not yet",
        ),
        (["b E", "c", "c"], "breakpoint 1 (E write), hit 2: E 0.5932 → 0.5925"),
        (["b w2 write", "c"], "breakpoint 1 (w2 write), hit 1: w2 0.2 → 0.199996"),
        (
            ["b w7 write if w7 < 0.69", "c"],
            "breakpoint 1 (w7 write if w7 < 0.69), hit 1: w7 0.6907 → 0.6899",
        ),
        (["b w7", "c", "delete 1"], "breakpoint 1 (deleted), hit 1: w7 0.7 → 0.6992"),
    ],
)
def test_why(actions: list[str], expected: str) -> None:
    debugger = blog(*actions)
    assert why(debugger.stop, debugger) == expected


def test_a_value_that_is_not_finite() -> None:
    debugger = blog("9s")
    stop = Stop(
        Reason.NON_FINITE, debugger.position, operation=9, quantity="E", old=0.5, new=float("inf")
    )
    operands = "o1 = 0.8896, t1 = 0.1, o2 = 0.8004, t2 = 0.05"
    assert why(stop, debugger) == f"not finite: E 0.5 → ∞, from {operands}"


def test_the_end_of_a_run_of_one_iteration() -> None:
    debugger = opened("circuit-1")
    perform(debugger, "g end")
    perform(debugger, "s")
    assert why(debugger.stop, debugger) == "end of history: the only iteration is done"
