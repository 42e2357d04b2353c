"""The gradient check of big models: which parameters are taken, and what directions find."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest

from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.sampling import MOST, GradientChecks, checking_all
from bpdebug.checks.limit import Limit
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Progress, finish
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Kind
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.new import Choices, new_session


@cache
def network() -> Debugger:
    """A network with more parameters than are checked one by one."""
    choices = Choices((30, 16, 4), ("tanh",), loss="half squared error")
    return make_debugger(new_session(choices, "new"), "new")


def checked(after: FloatArray | None = None, most: int = MOST) -> GradientChecks:
    debugger = network()
    before, own = memories(debugger.history, 1)
    return finish(checking_all(debugger.program, before, own if after is None else after, most))


def test_a_sample_has_some_of_every_quantity_and_is_the_same_each_time() -> None:
    found = checked()
    program = network().program
    names = {program.quantity_at(each.slot).name for each in found.checks}
    assert names == {each.name for each in program.of_kind(Kind.PARAMETER)}
    assert len(found.checks) < found.total == len(program.parameter_slots())
    slots = [each.slot for each in found.checks]
    assert slots == sorted(set(slots))
    assert found.is_sample
    assert found.ok
    assert len(found.directions) > 3
    assert found == checked()


def test_what_was_checked_until_the_limit_is_kept() -> None:
    limit, debugger = Limit(), network()
    work = checking_all(debugger.program, *memories(debugger.history, 1), limit=limit)
    for _ in range(5):
        next(work)
    limit.stop()
    found = finish(work)
    assert found.checks == checked().checks[:5]
    assert found.is_sample
    assert not found.directions


def test_a_small_model_is_checked_whole() -> None:
    found = checked(most=1000)
    assert len(found.checks) == found.total
    assert not found.directions
    assert not found.is_sample


@pytest.mark.parametrize("seed", range(5))
def test_one_wrong_gradient_anywhere_shows_in_the_directions(seed: int) -> None:
    """A thousandth of it is enough, whether the sample has it or not."""
    debugger = network()
    _, after = memories(debugger.history, 1)
    after = after.copy()
    slot = int(random.Random(seed).choice(debugger.program.parameter_slots()))
    gradient = debugger.program.gradient_slot(slot)
    assert gradient is not None
    after[gradient] += 1e-3 * float(np.nanmax(np.abs(after[gradient - 5 : gradient + 5])))
    found = checked(after)
    assert not found.ok
    assert not any(each.ok for each in found.directions)
    assert {each.slot for each in found.wrong} <= {slot}


def test_the_progress_counts_parameters_and_directions() -> None:
    debugger = network()
    steps = list(checking_all(debugger.program, *memories(debugger.history, 1)))
    found = checked()
    total = len(found.checks) + len(found.directions)
    assert steps == [Progress(done, done, total) for done in range(1, total + 1)]
