"""The order of operations: what is wished, what cannot be, and what always holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated import FEW, layered, models, ordered, rate, trained
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.models.layers import Bias, Layer, Numbering, network
from bpdebug.models.model import Declaration, Model, ModelError, Role
from bpdebug.notation.parser import parse_equation
from bpdebug.program.build import build
from bpdebug.program.program import Phase, Program

from .oracle import Trace


def names(program: Program, phase: Phase | None = None) -> list[str]:
    """The elements in the order in which they are computed."""
    return [
        program.name(program.slot(operation))
        for operation in range(1, program.operations + 1)
        if phase is None or program.statement(operation).phase is phase
    ]


@given(model=models() | ordered())
@FEW
def test_each_element_is_computed_once_and_after_what_it_is_computed_from(model: Model) -> None:
    """Updates alone read what an operation of the same iteration may have replaced."""
    program = build(model)
    # The brute-force run itself fails on a value that is read before it is computed.
    trace = Trace(program, 2)
    slots = [done.slot for done in trace.operations[: program.operations]]
    assert len(set(slots)) == len(slots)
    for operation, slot in enumerate(slots, start=1):
        assert program.written_at[slot] == operation
    assert np.count_nonzero(program.written_at) == len(slots)


@given(model=models() | ordered())
@FEW
def test_phases_come_one_after_another(model: Model) -> None:
    program = build(model)
    phases = [program.statement(operation).phase for operation in range(1, program.operations + 1)]
    assert phases == sorted(phases, key=list(Phase).index)


@given(model=ordered())
@FEW
def test_what_is_wished_comes_in_the_order_wished(model: Model) -> None:
    program = build(model)
    for phase, wishes in model.order.items():
        found = names(program, Phase(phase))
        assert [name for name in found if name in set(wishes)] == list(wishes)


@given(model=ordered())
@FEW
def test_what_nobody_wishes_is_computed_all_the_same(model: Model) -> None:
    assert sorted(names(build(model))) == sorted(names(build(replace(model, order={}))))


@given(model=ordered(layered()), data=st.data())
@FEW
def test_an_order_that_uses_a_value_too_early_is_refused(model: Model, data: st.DataObject) -> None:
    """Moved before one of its operands, an operation cannot be where it is wished."""
    program = build(model)
    trace = Trace(program, 1)
    pairs = [
        (operand, done.slot)
        for number, done in enumerate(trace.operations, start=1)
        for operand in sorted(done.reads)
        if program.written_at[operand]
        and program.statement(number).phase is not Phase.UPDATE
        and program.statement(int(program.written_at[operand])).phase
        is program.statement(number).phase
    ]
    if not pairs:
        return
    operand, user = (program.name(slot) for slot in data.draw(st.sampled_from(pairs)))
    slot = program.slot_named(user)
    assert slot is not None
    phase = program.statement(int(program.written_at[slot])).phase
    with pytest.raises(ModelError, match=f"order of {phase}: .* comes before .*computed from"):
        build(replace(model, order={phase.value: (user, operand)}))


def small(order: dict[str, tuple[str, ...]]) -> Program:
    """Two inputs, two hidden units with biases of their own, one output."""
    layers = [Layer("x", 2), Layer("h", 2, bias=Bias.UNIT), Layer("o", 1, bias=Bias.NONE)]
    net = network(layers, "half squared error", Numbering.BY_INPUT)
    declarations = [
        Declaration("x", Role.INPUT, np.array([1.0, 2.0])),
        Declaration("t", Role.TARGET, np.array([0.5])),
        rate(0.1),
        *(
            trained(name, np.ones(shape.shape), shape.names, shape.layer)
            for name, shape in net.parameters.items()
        ),
    ]
    return build(Model(net.equations, tuple(declarations), order=order, layers=net.layers))


@pytest.mark.parametrize(
    ("order", "forward"),
    [
        ([], ["zh1", "zh2", "h1", "h2", "zo1", "o1"]),
        (["j: zh, h"], ["zh1", "h1", "zh2", "h2", "zo1", "o1"]),
        (["zh2", "h2"], ["zh2", "h2", "zh1", "h1", "zo1", "o1"]),
        (["h2", "h1"], ["zh2", "h2", "zh1", "h1", "zo1", "o1"]),
        (["h"], ["zh1", "zh2", "h1", "h2", "zo1", "o1"]),
        (["o"], ["zh1", "zh2", "h1", "h2", "zo1", "o1"]),
        (["zh, h2"], ["zh1", "zh2", "h2", "h1", "zo1", "o1"]),
    ],
)
def test_what_no_entry_mentions_comes_just_before_it_is_needed(
    order: list[str], forward: list[str]
) -> None:
    assert names(small({"forward": tuple(order)}), Phase.FORWARD) == forward


def test_a_comma_in_the_name_of_an_element_separates_nothing() -> None:
    equation = parse_equation("E = sum(i: sum(j: A1[i,j]))")
    model = Model((equation,), (rate(0.1), trained("A1", np.ones((2, 2)))))
    for wish in (("A1[2,1], A1[1,2]",), ("A1[2,1]", "A1[1,2]")):
        wished = replace(model, order={"update": wish})
        assert names(build(wished), Phase.UPDATE)[:2] == ["A1[2,1]", "A1[1,2]"]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"sideways": ()}, "there is no phase sideways; there are forward, loss, backward, update"),
        ({"forward": ("zz",)}, "order of forward: zz is not computed there; there are zh, h, zo"),
        ({"forward": ("w1",)}, "order of forward: w1 is not computed there"),
        ({"forward": ("h", "h")}, "order of forward: h comes twice"),
        ({"forward": ("h", "h1")}, "order of forward: h1 comes twice"),
        ({"forward": ("j: zh", "zh2")}, "order of forward: zh2 comes twice"),
        ({"forward": ("q: zh",)}, "order of forward: q: zh: zh has no index q"),
        ({"forward": ("j: zh, zo",)}, "order of forward: j: zh, zo: zo has no index j"),
        ({"forward": ("h", "zh")}, "order of forward: h comes before zh"),
        ({"backward": ("dE/dW1", "dE/dW2", "dE/dh")}, "order of backward: dE/dW1 comes before"),
        ({"forward": ("",)}, "order of forward:  is not computed there"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_named(
    order: dict[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        small(order)
    assert message in str(caught.value)
