"""The catalogue: each mistake can be made in ways that differ; what is planted is what is tried."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.habits import Runs
from bpdebug.checks.diagnosis.planting import sealed
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.alteration import NOTHING
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.session.file.errors import SessionError
from bpdebug.session.model.assemble import make_debugger
from checks.mistaken import alterations_of, debugger_of, model_for, part_of, trial_of

EVERY = [mistake.name for mistake in CATALOGUE]


def test_names_are_told_apart() -> None:
    assert len(NAMED) == len(CATALOGUE)
    assert len({mistake.sentence for mistake in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("name", EVERY)
def test_a_mistake_changes_numbers(name: str) -> None:
    debugger = debugger_of(model_for(name))
    found = alterations_of(name, debugger)
    assert found
    assert len({each.where for each in found}) == len(found)
    trial = trial_of(debugger, 2)
    true = [memory.copy() for memory in trial.run()]
    changed = 0
    for alteration in found:
        try:
            memories = [memory.copy() for memory in trial.run(alteration)]
        except ModelError:
            continue
        changed += not all(map(_same, true, memories))
    assert changed > len(found) / 2


def _same(one: FloatArray, two: FloatArray) -> bool:
    return one.shape == two.shape and np.array_equal(one, two, equal_nan=True)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_planted_is_what_was_tried(name: str) -> None:
    """The bits of a session in which a mistake is planted are those of the quick trial of it."""
    model = model_for(name)
    debugger = debugger_of(model)
    trial = trial_of(debugger, 2)
    compared = 0
    for alteration in alterations_of(name, debugger)[::11]:
        planted = {"planted": [sealed(Made(NAMED[name], alteration))]}
        try:
            other = make_debugger(part_of(model).model_copy(update=planted), model)
        except SessionError:
            continue
        for iteration, memory in enumerate(trial.run(alteration), start=1):
            compared += 1
            assert _same(memory, other.history.state(iteration)), alteration.where
    assert compared


def test_a_rounded_number_is_the_one_that_is_written_down() -> None:
    debugger = debugger_of("units")
    for alteration in alterations_of("rounded numbers fed back", debugger):
        memory = next(trial_of(debugger, 1).run(alteration))
        decimals = int(alteration.where.split()[1])
        computed = memory[debugger.program.written_at > 0]
        assert [float(f"{value:.{decimals}f}") for value in computed] == computed.tolist()


def test_without_a_mistake_nothing_changes() -> None:
    debugger = debugger_of("adam")
    for iteration, memory in enumerate(trial_of(debugger, 3).run(NOTHING), start=1):
        assert _same(memory, debugger.history.state(iteration))


def test_a_trial_may_begin_later() -> None:
    debugger = debugger_of("observations")
    alteration = next(each for each in alterations_of("wrong sign", debugger) if "W1" in each.where)
    whole = [memory.copy() for memory in trial_of(debugger, 3).run(alteration)]
    rest = trial_of(debugger, 3)
    late = type(rest)(debugger.program, whole[0].copy(), 2, 3)
    for memory, expected in zip(late.run(alteration), whole[1:], strict=True):
        assert _same(memory, expected)


def test_other_elements_are_computed_as_before() -> None:
    """A mistake in one element of a quantity leaves its neighbours alone."""
    debugger = debugger_of("shared")
    (name, place), (other, there) = _two_gradients(debugger)
    alteration = next(e for e in alterations_of("wrong sign", debugger) if e.where == name)
    true = next(trial_of(debugger, 1).run()).copy()
    wrong = next(trial_of(debugger, 1).run(alteration))
    assert wrong[place] == -true[place]
    assert wrong[there] == true[there], other


def _two_gradients(debugger: Debugger) -> list[tuple[str, int]]:
    quantity = debugger.program.quantities["dE/dW1"]
    return [(name, quantity.offset + place) for name, place in quantity.places.items()][:2]


def test_an_update_of_one_element_reads_what_it_replaces() -> None:
    """Its own way comes before the general one, which has changed the element already."""
    debugger = debugger_of("shared")
    (way,) = [e for e in alterations_of("arithmetic slip", debugger) if e.where == "w2 times 10"]
    true = next(trial_of(debugger, 1).run()).copy()
    wrong = next(trial_of(debugger, 1).run(way))
    slot = debugger.program.slot_named("w2")
    assert wrong[slot] == pytest.approx(10 * true[slot], rel=1e-15)


def test_initial_values_are_no_mistakes_of_later_iterations() -> None:
    debugger = debugger_of("shared")
    for first, has_values in ((2, False), (1, True)):
        trial = Trial(debugger.program, debugger.history.state(first - 1).copy(), first, 3)
        names = {made.mistake.name for made, _ in Runs(trial, Sheet(()), Limit()).habits()}
        assert ("values swapped" in names) is has_values
        assert "learning rate" in names
