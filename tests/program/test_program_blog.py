"""The worked example: one iteration with every number, and the long run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from openings import session_of

from bpdebug.models.model import Style
from bpdebug.notation.printing import to_text
from bpdebug.program.build import build
from bpdebug.program.formula import formula
from bpdebug.program.program import Phase, Program
from bpdebug.program.run import iteration

from .oracle import Trace

# Quantity and value of each operation, as published with fifteen digits.
OPERATIONS = (
    ("zh1", 4.3),
    ("h1", 0.986613082172335),
    ("zh2", 5.3),
    ("h2", 0.995033198349943),
    ("zo1", 2.08615903603558),
    ("o1", 0.889550613969795),
    ("zo2", 1.38879378557286),
    ("o2", 0.80039960806739),
    ("E", 0.593244871903886),
    ("dE/do1", 0.789550613969795),
    ("dE/do2", 0.750399608067389),
    ("do1/dzo1", 0.0982503191557558),
    ("do2/dzo2", 0.159760075472959),
    ("dE/dw7", 0.0765351284058738),
    ("dE/dw8", 0.118279022128075),
    ("dE/dw9", 0.0771883071286074),
    ("dE/dw10", 0.119288458477225),
    ("dE/db2", 0.19745749783188),
    ("dE/dh1", 0.150208638284289),
    ("dh1/dzh1", 0.0132077082587402),
    ("dE/dw1", 0.00198391187240152),
    ("dE/dw3", 0.00793564748960609),
    ("dE/dw5", 0.00991955936200761),
    ("dE/dh2", 0.0818046296329122),
    ("dh2/dzh2", 0.00494213253142602),
    ("dE/dw2", 0.000404289321330073),
    ("dE/dw4", 0.00161715728532029),
    ("dE/dw6", 0.00202144660665036),
    ("dE/db1", 0.00238820119373159),
    ("w1", 0.099980160881276),
    ("w2", 0.199995957106787),
    ("w3", 0.299920643525104),
    ("w4", 0.399983828427147),
    ("w5", 0.49990080440638),
    ("w6", 0.599979785533933),
    ("w7", 0.699234648715941),
    ("w8", 0.798817209778719),
    ("w9", 0.899228116928714),
    ("w10", 0.0988071154152278),
    ("b1", 0.499976117988063),
    ("b2", 0.498025425021681),
)

PHASES = {Phase.FORWARD: 8, Phase.LOSS: 1, Phase.BACKWARD: 20, Phase.UPDATE: 12}


@pytest.fixture
def program() -> Program:
    return session_of("blog").debugger.program


def test_the_operations_come_in_the_order_of_the_post_with_its_values(program: Program) -> None:
    memory = program.start.copy()
    iteration(program)(memory)
    slots = [program.slot(operation) for operation in range(1, program.operations + 1)]
    assert [program.name(slot) for slot in slots] == [name for name, _ in OPERATIONS]
    # A value printed with fifteen digits is within half a unit of the last of them.
    for slot, (name, expected) in zip(slots, OPERATIONS, strict=True):
        assert memory[slot] == pytest.approx(expected, rel=1e-12, abs=1e-15), name


def test_the_phases_lie_where_the_post_has_them(program: Program) -> None:
    phases = [program.statement(operation).phase for operation in range(1, program.operations + 1)]
    assert phases == [phase for phase, count in PHASES.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (1, "zh1 = w1*x1 + w3*x2 + w5*x3 + b1"),
        (9, "E = 0.5*((o1 - t1)^2 + (o2 - t2)^2)"),
        (10, "dE/do1 = o1 - t1"),
        (12, "do1/dzo1 = o1*(1 - o1)"),
        (14, "dE/dw7 = dE/do1 * do1/dzo1 * dzo1/dw7"),
        (18, "dE/db2 = dE/do1 * do1/dzo1 * dzo1/db2 + dE/do2 * do2/dzo2 * dzo2/db2"),
        (19, "dE/dh1 = dE/do1 * do1/dzo1 * dzo1/dh1 + dE/do2 * do2/dzo2 * dzo2/dh1"),
        (36, "w7 := w7 - alpha * dE/dw7"),
    ],
)
def test_rules_read_as_in_the_post(program: Program, operation: int, rule: str) -> None:
    assert to_text(formula(program, operation).equation) == rule


def test_the_long_run(program: Program) -> None:
    """10,000 iterations give the published figures."""
    iterate, memory = iteration(program), program.start.copy()
    losses = {}
    for number in range(1, 10_001):
        iterate(memory)
        if number in (1_000, 10_000):
            losses[number] = float(memory[_slot(program, "E")])
    assert losses[1_000] == pytest.approx(0.0208123309767653, rel=1e-10)
    assert losses[10_000] == pytest.approx(0.000105591211242136, rel=1e-10)
    figures = {
        "w7": -0.390077207685367,
        "w10": -0.892942894453654,
        "b1": 0.492668912436435,
        "b2": -1.60813216722175,
    }
    for name, expected in figures.items():
        assert memory[_slot(program, name)] == pytest.approx(expected, rel=1e-10), name


def test_the_delta_style_names_every_link_and_gives_the_same_bits(program: Program) -> None:
    # The wished order names what only the expanded style computes in one operation.
    delta = build(replace(program.model, style=Style.DELTA, order={}))
    names = [delta.name(delta.slot(operation)) for operation in range(1, delta.operations + 1)]
    added = {"dE/dzo1", "dE/dzo2", "dE/dzh1", "dE/dzh2"}
    assert set(names) == {name for name, _ in OPERATIONS} | added
    rule = formula(delta, names.index("dE/dw7") + 1).equation
    assert to_text(rule) == "dE/dw7 = dE/dzo1 * dzo1/dw7"
    ends = {program: Trace(program, 3).states[-1] for program in (program, delta)}
    for name, _ in OPERATIONS:
        one, other = (end[_slot(program, name)] for program, end in ends.items())
        assert float(one).hex() == float(other).hex(), name


def test_the_gradient_of_a_shared_bias_has_all_four_paths(program: Program) -> None:
    """dE/db1 = dE/dw1 + dE/dw2, because the first input is 1."""
    memory = program.start.copy()
    iteration(program)(memory)
    paths = memory[_slot(program, "dE/dw1")] + memory[_slot(program, "dE/dw2")]
    assert memory[_slot(program, "dE/db1")] == pytest.approx(paths, rel=1e-15)
    assert np.abs(memory[_slot(program, "dE/db1")] - 0.000776446843669193) > 1e-3


def _slot(program: Program, name: str) -> int:
    slot = program.slot_named(name)
    assert slot is not None, name
    return slot
