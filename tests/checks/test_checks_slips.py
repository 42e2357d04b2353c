"""Slips in general: those that are made are found, and nobody else is accused."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdebug.checks.diagnosis.causes import Diagnosis
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.diagnosis.looks import Seen
from bpdebug.checks.diagnosis.scene import Scene
from bpdebug.checks.diagnosis.search import Search
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.checks.diagnosis.told import told
from bpdebug.checks.figures.figure import Figure, make_figure
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.program.run import iteration
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger
from checks.mistaken import debugger_of

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

from slipped import cases


def ask(debugger: Debugger, figures: Sequence[Figure]) -> Diagnosis | None:
    return finish(diagnosing(debugger, finish(compare(debugger, figures))))


def gradients(program: Program, memory: FloatArray, decimals: int = 9) -> list[Figure]:
    """All gradients of a memory, as they are printed."""
    return [
        make_figure(program, quantity.labels(place), f"{value:.{decimals}f}", 1, "made")
        for quantity in program.of_kind(Kind.GRADIENT)
        for place, value in enumerate(memory[quantity.span].tolist())
    ]


def run(program: Program) -> FloatArray:
    memory = program.start.copy()
    program.load_observations(memory, 1)
    with np.errstate(all="ignore"):
        iteration(program)(memory)
    return memory


def altered(program: Program, alteration: Alteration) -> FloatArray | None:
    """The gradients of a run with an alteration, in the arithmetic of all runs."""
    try:
        other = build(alteration.made_in(program))
    except ModelError:
        return None
    memory = run(other)
    return np.concatenate([memory[q.span] for q in other.of_kind(Kind.GRADIENT)])


@pytest.mark.parametrize("model", ["units", "observations"])
def test_a_usual_slip_anywhere_is_found_again(model: str) -> None:
    """What is named first gives the very figures, carried out by the program itself."""
    debugger = debugger_of(model)
    program = debugger.program
    right = run(program)
    scene = Scene.of(debugger, finish(compare(debugger, gradients(program, -right))))
    assert scene is not None
    course = scene.course(Sheet(scene.near))
    search = Search(course, Limit(), 1)
    backward = [n for n, each in enumerate(course.statements) if each.phase.value == "backward"]
    made = [told(search, hit).alteration for hit in search.usual_in(backward)]
    tried = 0
    for alteration in random.Random(5).sample(made, 40):
        numbers = altered(course.program, alteration)
        if numbers is None or not np.isfinite(numbers).all() or np.abs(numbers).max() > 100:
            continue
        names = [
            q.labels(place)
            for q in course.program.of_kind(Kind.GRADIENT)
            for place in range(q.size)
        ]
        values = dict(zip(names, numbers.tolist(), strict=True))
        figures = [
            make_figure(program, name, f"{value:.9f}", 1, "made")
            for name, value in values.items()
            if program.slot_named(name) is not None
        ]
        diagnosis = ask(debugger, figures)
        if diagnosis is None:
            continue
        assert diagnosis.causes, alteration.where
        tried += 1
        (first, *_) = diagnosis.causes[0].made
        given = altered(course.program, first.alteration)
        if first.alteration.replaced and given is not None:
            np.testing.assert_allclose(given, numbers, atol=2e-9)
        if tried == 5:
            return
    raise AssertionError("hardly a slip is seen")


_FOUND = (
    "two layers: mean",
    "attention: no sum",
    "recurrent: gate path",
    "adam: betas swapped",
    "momentum: damped",
    "gaussian: sign",
)


_CASES = {each.name: each for each in cases()}


@pytest.mark.parametrize("name", _FOUND)
def test_the_slip_of_a_backward_pass_in_numpy_is_named(name: str) -> None:
    case = _CASES[name]
    debugger = debugger_with(case.session)
    diagnosis = ask(debugger, printed(debugger.program, case.figures))
    assert diagnosis is not None
    texts = [
        f"{made.mistake.name} ({made.alteration.where})"
        for several in (diagnosis.causes[0].made, *diagnosis.causes[0].also)
        for made in several
    ]
    assert any(re.search(case.answer, text, re.IGNORECASE) for text in texts)
    assert ask(debugger, printed(debugger.program, case.right)) is None


def debugger_with(session: Mapping[str, Any]) -> Debugger:
    return make_debugger(parse_session(json.dumps(session), "made"), "made")


def printed(program: Program, figures: Mapping[str, Any]) -> list[Figure]:
    """Arrays with eight digits each."""
    found = []
    for name, values in figures.items():
        family, _, when = name.partition(" @ ")
        labels = program.quantities[family].labels
        for place, value in enumerate(np.ravel(values).tolist()):
            text = f"{value:.8g}"
            found.append(make_figure(program, labels(place), text, int(when or 1), "made"))
    return found


@pytest.mark.parametrize("digit", [3, 5])
def test_a_digit_that_is_mistyped_is_no_slip(digit: int) -> None:
    debugger = debugger_of("shared")
    figures = gradients(debugger.program, run(debugger.program), 6)
    text = figures[4].text
    place = len(text) - 7 + digit
    other = f"{text[:place]}{(int(text[place]) + 3) % 10}{text[place + 1 :]}"
    figures[4] = make_figure(debugger.program, figures[4].name, other, 1, "made")
    diagnosis = ask(debugger, figures)
    assert diagnosis is not None
    assert diagnosis.causes == ()
    assert diagnosis.mistyped == text


def test_what_is_off_by_a_factor_is_seen_at_once() -> None:
    debugger = debugger_of("observations")
    comparisons = finish(compare(debugger, gradients(debugger.program, 2 * run(debugger.program))))
    heard: list[Diagnosis] = []
    finish(diagnosing(debugger, comparisons, tell=heard.append))
    assert heard[0].searching
    assert heard[0].causes == ()
    assert {(look.seen, look.factor) for look in heard[0].looks} == {(Seen.FACTOR, 2.0)}
    assert heard[-1].causes
