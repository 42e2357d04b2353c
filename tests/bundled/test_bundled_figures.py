"""The figures that the sources print, against what the bundled sessions compute.

figures.json has them as they are printed. `during` means before the first parameter of an
iteration is updated, `after` at its end. Where no figure of its own is computed, a figure is
an expression, such as the error of one output.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openings import session_of

from bpdebug.debugger.view import Position, View
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.symbols import Derivative, Symbol
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Phase

FIGURES: dict[str, Any] = json.loads(Path(__file__).with_name("figures.json").read_text("utf-8"))


@dataclass(frozen=True)
class Figure:
    """A printed figure: of what, in which iteration, and before or after its update."""

    session: str
    iteration: int
    when: str
    what: str
    printed: str

    def __str__(self) -> str:
        return f"{self.session} · {self.iteration} · {self.what} = {self.printed}"

    def units_off(self) -> Decimal:
        """How far the computed value is off, in units of the last printed digit."""
        printed = Decimal(self.printed)
        exponent = printed.as_tuple().exponent
        assert isinstance(exponent, int)
        return abs(Decimal(self.value()) - printed) / Decimal(10) ** exponent

    def value(self) -> float:
        """What the session computes."""
        view = _view(self.session, self.iteration, self.when)

        def read(symbol: Symbol) -> float:
            slot = view.program.slot_named(_name(symbol))
            assert slot is not None, _name(symbol)
            return float(view.memory()[slot])

        return evaluate(parse_expression(self.what), read)


def _name(symbol: Symbol) -> str:
    if isinstance(symbol, Derivative):
        return f"d{symbol.of.name}/d{symbol.by.name}"
    return symbol.name


@cache
def _view(session: str, iteration: int, when: str) -> View:
    debugger = session_of(session).debugger
    operations = debugger.program.operations
    executed = operations
    if when == "during":
        phases = [debugger.program.statement(k).phase for k in range(1, operations + 1)]
        executed = phases.index(Phase.UPDATE)
    return debugger.view_at(Position((iteration - 1) * operations + executed))


def _right() -> Iterator[Figure]:
    for session, iterations in FIGURES["right"].items():
        for iteration, moments in iterations.items():
            for when, figures in moments.items():
                for what, printed in figures.items():
                    yield Figure(session, int(iteration), when, what, printed)


def _listed(kind: str) -> list[Figure]:
    keys = ("session", "iteration", "when", "what", "printed")
    assert all(entry["reason"] for entry in FIGURES[kind])
    return [Figure(*(entry[key] for key in keys)) for entry in FIGURES[kind]]


@pytest.mark.parametrize("figure", _right(), ids=str)
def test_a_printed_figure_is_computed(figure: Figure) -> None:
    """To its last digit."""
    assert figure.units_off() <= Decimal("0.5"), figure.value()


@pytest.mark.parametrize("figure", _listed("rounded"), ids=str)
def test_a_figure_from_rounded_numbers_is_nearly_computed(figure: Figure) -> None:
    """Its last digit is off by one, because the source goes on from rounded numbers."""
    assert Decimal("0.5") < figure.units_off() < Decimal("1.5"), figure.value()


@pytest.mark.parametrize("figure", _listed("wrong"), ids=str)
def test_a_wrong_figure_is_not_computed(figure: Figure) -> None:
    """Each has its reason in figures.json."""
    assert figure.units_off() > Decimal("0.5"), figure.value()
