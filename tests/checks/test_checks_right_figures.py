"""Right figures of other programs are not called wrong, and wrong ones among them are found.

`tests/benchmarks/bench_right_figures.py` does the same over a thousand sets.
"""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.session.bundled import find_session
from bpdebug.session.data.figures import figures_of
from bpdebug.session.file.read import read_session
from bpdebug.session.model.assemble import make_debugger
from checks.right_sets import computed, figures_in, right_set, spoiled

INNOCENT = {FigureVerdict.AGREEMENT, FigureVerdict.ROUNDING}


def accused(debugger: Debugger, figures: list[Figure]) -> list[FigureComparison]:
    return [c for c in finish(compare(debugger, figures)) if c.verdict not in INNOCENT]


@pytest.mark.parametrize("seed", range(40))
def test_right_figures_are_not_called_wrong(seed: int) -> None:
    """In float64 and float32, summed in another order, printed in any way, where they cancel."""
    right = right_set(seed)
    assert not accused(right.debugger, right.figures), right.how


@pytest.mark.parametrize("seed", range(20))
def test_what_is_off_by_a_tenth_among_them_is_found(seed: int) -> None:
    """But for four digits, for who computes with those may be off as far."""
    right = right_set(seed)
    figures, name = spoiled(right, seed)
    if name and "4" not in right.form:
        assert name in {c.figure.name for c in accused(right.debugger, figures)}, right.how


def blog() -> Debugger:
    path = find_session("blog")
    return make_debugger(read_session(path), str(path))


def test_precision_belongs_to_the_array() -> None:
    """As numpy prints them: numbers alone with all digits, arrays with eight decimals."""
    debugger = blog()
    program, memory = debugger.program, computed(blog().program, np.float64, False)[0]
    texts: dict[str, object] = {}
    for quantity in program.quantities.values():
        for slot in range(quantity.offset, quantity.offset + quantity.size):
            value = float(memory[slot])
            if program.written_at[slot]:
                texts[program.name(slot)] = repr(value) if quantity.size == 1 else f"{value:.8f}"
    figures = figures_of(texts, debugger).figures
    kinds = {each.name: each.rounding is None for each in figures}
    assert kinds["E"]
    assert not kinds["dE/dw5"]
    assert not accused(debugger, figures)


def test_a_float32_with_nine_digits_is_known_by_its_gaps() -> None:
    """So nine digits of float64 that are wrong in the eighth are wrong."""
    debugger = blog()
    (memory, _), (single, _) = (
        computed(debugger.program, kind, False) for kind in (np.float64, np.float32)
    )
    assert not accused(debugger, figures_in(debugger, single, "%.9g", 1))
    slot = debugger.program.slot_named("dE/dw5")
    assert slot is not None
    memory[slot] *= 1 + 1e-7
    found = accused(debugger, figures_in(debugger, memory, "%.9g", 1))
    assert [c.figure.name for c in found] == ["dE/dw5"]
