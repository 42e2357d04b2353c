"""What is said beside the numbers: direct terms, kinks, alterations, observations, Greek."""

from __future__ import annotations

import pytest
from openings import of_model, opened

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import bundled_sessions
from bpdebug.text.formula.operation import ALTERED, done_text
from bpdebug.text.formula.tree import root
from bpdebug.text.formula.tree_rows import rows
from bpdebug.text.run.describe import equations
from bpdebug.text.run.status import where
from bpdebug.text.table.cells import parameter_row


def at(debugger: Debugger, place: str) -> Debugger:
    """The debugger, gone to a place."""
    perform(debugger, f"g {place}")
    return debugger


def test_a_derivative_keeps_the_term_that_is_no_path() -> None:
    """dE/dq is what comes through p and what E has of q itself; nothing is lost."""
    equations_ = ["q = a*a", "p = 2*q", "E = p + 3/q"]
    debugger = at(of_model({"equations": equations_}, parameters={"a": 2}, style="delta"), "dE/dq")
    view = debugger.view
    slot = debugger.program.slot_named("dE/dq")
    assert slot is not None
    found = list(rows(view, root(view, slot), frozenset(), frozenset()))
    terms = [row.node for row in found if len(row.key) == 2]
    assert [term.symbol for term in terms] == ["E → p → q", "E → q directly"]
    assert [term.value for term in terms] == [2.0, -0.1875]
    assert terms[0].value + terms[1].value == view.value(slot) == 1.8125


@pytest.mark.parametrize(("x", "said"), [(0, True), (1, False), (-1, False)])
def test_the_choice_at_a_kink_is_stated(x: float, said: bool) -> None:
    model = {"equations": ["z = w*x", "a = relu(z)", "E = 0.5*(a - y)^2"]}
    debugger = of_model(model, inputs={"x": x}, targets={"y": 1}, parameters={"w": 2})
    text = done_text(at(debugger, "da/dz").view)
    assert text is not None
    assert ("a kink, for z = 0: step(0) = 0" in text.note) is said
    assert (text.note in text.lines()[-1]) if said else len(text.lines()) == 3


def test_what_is_altered_is_marked_and_nothing_else() -> None:
    debugger = opened("blog-published")
    marked = []
    for operation in range(1, debugger.program.operations + 1):
        text = done_text(at(debugger, str(operation)).view)
        assert text is not None
        if text.note == ALTERED:
            marked.append(text.target)
    assert marked == ["dE/db1"]


def test_the_observation_in_use_is_named() -> None:
    debugger = opened("two-observations")
    length = debugger.program.operations
    assert "observation 1 ·" in where(at(debugger, "1"))
    assert "observation 2 ·" in where(at(debugger, str(length + 1)))
    assert "observation" not in where(at(opened("blog"), "1"))


def test_the_table_spells_names_as_formulas_do() -> None:
    debugger = at(opened("adam"), "9")
    slot = debugger.program.slot_named("theta")
    assert slot is not None
    row = parameter_row(debugger.view, slot, {})
    assert (row.name, row.label) == ("theta", "θ")


def test_a_phase_without_equations_has_no_heading() -> None:
    assert next(equations(opened("adam").program, "ascii")) == "Loss"


def test_the_default_session_comes_first_then_by_name() -> None:
    names = list(bundled_sessions())
    assert names[0] == "blog"
    assert names[1:] == sorted(names[1:])
