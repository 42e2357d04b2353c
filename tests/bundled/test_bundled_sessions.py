"""Every bundled session opens, steps, replays, and has the right gradients."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from openings import opened, session_of
from program.interpreter import COMPLEX, STEP
from program.oracle import elements_of, first_difference, same_bits
from program.test_program_forms import FORMS
from program.test_program_gradients import loss

from bpdebug.debugger.view import Position
from bpdebug.models.model import Model, UpdateOrder
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.file.read import read_session
from bpdebug.session.replay.replay import check_digests, fresh_debugger, replay_actions
from bpdebug.session.session import open_session

NAMES = list(bundled_sessions())
FIRST = 100
"""How many iterations are checked."""
CHECKED = (*range(1, 11), *range(20, FIRST + 1, 10))
"""Iterations whose gradients are checked, which takes its time."""


def final(name: str) -> dict[str, float]:
    """The values at the end of a session, by name."""
    debugger = session_of(name).debugger
    memory = debugger.history.state(debugger.iterations)
    return dict(zip(debugger.program.element_names(), memory.tolist(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    """A title, the source in words, and one to four sentences on what to look at."""
    part = session_of(name).part
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert part.title
    assert part.source
    assert 1 <= len(re.findall(r"[.!?](?=\s|$)", part.notes)) <= 4
    assert "://" not in part.title + part.source + part.notes
    assert not part.actions
    assert session_of(name).debugger.position == Position()


def test_titles_differ() -> None:
    titles = [session_of(name).title for name in NAMES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", NAMES)
def test_each_element_has_a_name_of_its_own(name: str) -> None:
    program = session_of(name).debugger.program
    names = list(program.element_names())
    assert len(set(names)) == len(names) == len(program.start)


@pytest.mark.parametrize("name", NAMES)
def test_all_forms_give_the_same_bits(name: str) -> None:
    """Three iterations: as arrays, as scalars, by the written-out formulas."""
    program = session_of(name).debugger.program
    ends = {form: _after_three(program, make(program)) for form, make in FORMS.items()}
    for form, memory in ends.items():
        assert same_bits(memory, ends["array"]), (
            f"{form}: {first_difference(program, memory, ends['array'])}"
        )


def _after_three(program: Program, iterate: Callable[[FloatArray], None]) -> FloatArray:
    memory = program.start.copy()
    for number in range(1, 4):
        program.load_observations(memory, number)
        iterate(memory)
    return memory


@pytest.mark.parametrize("name", NAMES)
def test_stepping_forward_and_backward_comes_to_the_same_states(name: str) -> None:
    """Operation by operation through one iteration and back."""
    debugger = opened(name)
    positions = range(debugger.program.operations + 1)
    there = [debugger.view_at(Position(p)).memory() for p in positions]
    debugger.go_to(Position(debugger.end.operation))
    for position in reversed(positions):
        debugger.go_to(Position(position))
        assert same_bits(debugger.view.memory(), there[position]), position


@pytest.mark.parametrize("name", NAMES)
def test_it_replays(name: str, tmp_path: Path) -> None:
    session = open_session(find_session(name))
    element = session.debugger.program.model.loss
    for action in ("3s", "i", "n", f"b {element} write", "C", "c", "f", "]", "S", "c", "I"):
        session.perform(action)
    path = tmp_path / f"{name}.json"
    session.save(path)
    part = read_session(path)
    debugger = fresh_debugger(part, str(path))
    done = list(replay_actions(part, debugger))
    assert [each.problem for each in done] == [None] * len(part.actions)
    assert debugger.position == session.debugger.position
    assert all(check.ok for check in check_digests(part, debugger))
    assert len(part.digests) == 1


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_complex_step_derivatives(name: str) -> None:
    """From the first iteration to the hundredth, from the equations alone."""
    debugger = session_of(name).debugger
    program = debugger.program
    for iteration in CHECKED:
        if iteration > debugger.iterations:
            break
        before, after = debugger.history.state(iteration - 1), debugger.history.state(iteration)
        found, expected = _gradients(program, before, after)
        if program.model.gradients == "accumulated":
            expected = expected * iteration
        scale = max(1.0, np.abs(expected).max())
        assert np.abs(found - expected).max() <= 1e-12 * scale, iteration


def _gradients(
    program: Program, before: FloatArray, after: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """What an iteration computed, and what the numbers that it started from lead to."""
    model = _starting_from(program, before)
    in_place = model.update_order is UpdateOrder.IN_PLACE
    found, expected = [], []
    for declaration in model.declarations:
        # Updated in place, only the last layer's gradients are what they are called, and a
        # derivation of the session's own need not be right.
        altered = f"d{model.loss}/d{declaration.name}" in model.derivations
        if not declaration.trained or altered or (in_place and declaration.layer == 1):
            continue
        offset = program.quantities[f"d{model.loss}/d{declaration.name}"].offset
        for place, element in enumerate(elements_of(declaration)):
            found.append(after[offset + place])
            expected.append(loss(model, element, 1j * STEP, COMPLEX).imag / STEP)
    return np.array(found), np.array(expected)


def _starting_from(program: Program, memory: FloatArray) -> Model:
    """The model with the values that an iteration starts from."""
    declarations = []
    for declaration in program.model.declarations:
        quantity = program.quantities[declaration.name]
        values = memory[quantity.offset : quantity.offset + quantity.size]
        values = values.reshape(declaration.values.shape)
        declarations.append(replace(declaration, values=values))
    return replace(program.model, declarations=tuple(declarations))


@pytest.mark.parametrize("name", NAMES)
def test_parameters_move_against_their_gradients(name: str) -> None:
    """By the rule of the session's optimizer, written down here once more."""
    session = session_of(name)
    debugger, settings = session.debugger, session.part.optimizer.settings
    program, rate = debugger.program, settings["learning_rate"]
    method = session.part.optimizer.method
    mean, square = np.zeros(len(program.start)), np.zeros(len(program.start))
    for iteration in range(1, min(FIRST, debugger.iterations) + 1):
        before, after = debugger.history.state(iteration - 1), debugger.history.state(iteration)
        for slot in program.parameter_slots():
            place = program.gradient_slot(int(slot))
            step = gradient = 0.0 if place is None else float(after[place])
            if method == "adam":
                mean[slot] = 0.9 * mean[slot] + 0.1 * gradient
                square[slot] = 0.999 * square[slot] + 0.001 * gradient**2
                root = sqrt(square[slot] / (1 - 0.999**iteration))
                step = mean[slot] / (1 - 0.9**iteration) / (root + 1e-8)
            elif method == "momentum":
                step = mean[slot] = settings["momentum"] * mean[slot] + gradient
            assert after[slot] == pytest.approx(before[slot] - rate * step, rel=1e-12, abs=1e-13)


def test_updated_in_place_hidden_gradients_are_others() -> None:
    """That is the mistake: they are computed with weights that are changed already."""
    plain, in_place = (
        session_of(name).debugger.history.state(1)[
            session_of(name).debugger.program.slot_named("dE/dw1")
        ]
        for name in ("two-two-two", "two-two-two-in-place")
    )
    assert plain == pytest.approx(0.000438568, rel=1e-6)
    assert in_place == pytest.approx(2 * (0.15 - 0.1498176385612), rel=1e-9)


def test_xor_is_learned() -> None:
    """All four outputs are within 0.02 of what they should be."""
    values = final("xor")
    outputs = [values[f"o{n}_1"] for n in range(1, 5)]
    assert outputs == pytest.approx([0, 1, 1, 0], abs=0.02)
    assert values["E"] < 0.01


@pytest.mark.parametrize(
    "name", ["blog-cross-entropy", "blog-observations", "softmax", "attention"]
)
def test_the_loss_falls(name: str) -> None:
    debugger = session_of(name).debugger
    program = debugger.program
    slot = program.slot_named(program.model.loss)
    losses = [float(debugger.history.state(n)[slot]) for n in (1, 50, 200, debugger.iterations)]
    assert losses == sorted(losses, reverse=True)


def test_the_recurrent_network_learns() -> None:
    values = final("recurrent")
    outputs = [values[f"y{t}"] for t in (1, 2, 3)]
    assert outputs == pytest.approx([values[f"d{t}"] for t in (1, 2, 3)], abs=1e-6)


def test_sums_that_the_notes_promise() -> None:
    """Weights of attention add up to 1, the gradients of its scores and of z to 0."""
    debugger = session_of("attention").debugger
    program, memory = debugger.program, debugger.history.state(1)

    def row(name: str, count: int = 3) -> float:
        slots = [program.slot_named(name.format(m)) for m in range(1, count + 1)]
        return float(sum(memory[slot] for slot in slots))

    assert row("a1_{}") == pytest.approx(1, abs=1e-15)
    assert row("dE/ds1_{}") == pytest.approx(0, abs=1e-15)
    debugger = session_of("layer-norm").debugger
    program, memory = debugger.program, debugger.history.state(1)
    assert row("dE/dz{}") == pytest.approx(0, abs=1e-15)
