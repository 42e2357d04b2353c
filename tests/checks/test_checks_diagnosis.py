"""The diagnosis: published cases, each mistake of the catalogue, pairs, and what is no mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pytest
from openings import opened

from bpdebug.checks.diagnosis.causes import Diagnosis
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.figures.figure import Figure, make_figure, read_figure, true_value
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.models.model import ModelError
from bpdebug.program.quantities import Kind
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.read import read_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.to_check import printed_figures
from checks.mistaken import alterations_of, debugger_of, model_for, trial_of


def ask(debugger: Debugger, figures: Sequence[Figure]) -> Diagnosis | None:
    return finish(diagnosing(debugger, finish(compare(debugger, figures))))


def named(diagnosis: Diagnosis | None) -> list[tuple[str, str]]:
    """The mistakes of the first cause."""
    assert diagnosis is not None
    assert diagnosis.causes
    return [(each.mistake.name, each.alteration.where) for each in diagnosis.causes[0].made]


def reported(debugger: Debugger, trial: Trial, decimals: int) -> list[Figure]:
    """Loss, gradients and new parameters as somebody prints them whose run the trial is."""
    program = debugger.program
    names = [program.model.loss]
    for quantity in program.of_kind(Kind.GRADIENT, Kind.PARAMETER):
        names += [
            n for p, n in enumerate(quantity.places) if program.written_at[quantity.offset + p]
        ]
    found = []
    for iteration, memory in enumerate(trial.run(), start=1):
        for name in names:
            slot = trial.program.slot_named(name)
            if slot is not None:
                text = f"{memory[slot]:.{decimals}f}"
                found.append(make_figure(program, name, text, iteration, "made"))
    return found


def test_the_closing_figure_of_the_2_2_2_example() -> None:
    debugger = opened("two-two-two")
    diagnosis = ask(debugger, [read_figure(debugger.program, "E = 0.291027924 @ 2")])
    assert named(diagnosis) == [("in-place updates", "layer by layer")]
    assert diagnosis is not None
    assert len(diagnosis.causes) == 1


def test_beside_right_figures_that_speak_against_it_the_cause_says_so() -> None:
    """The example prints the new weights of simultaneous updates and the loss of in-place ones."""
    part = read_session(bundled_sessions()["two-two-two"])
    debugger = make_debugger(part, "")
    diagnosis = ask(debugger, printed_figures(debugger.program, part.printed))
    assert named(diagnosis) == [("in-place updates", "layer by layer")]
    assert diagnosis is not None
    assert {"w1", "w2", "w3", "w4"} < set(diagnosis.causes[0].spoiled)


def test_the_wrong_derivative_of_the_blog() -> None:
    debugger = opened("blog")
    diagnosis = ask(debugger, [read_figure(debugger.program, "dE/db1 = 0.0008")])
    assert diagnosis is not None
    where = "dE/db1: E → o2 → h1 → b1 and E → o1 → h2 → b1"
    assert named(diagnosis) == [("missing paths", where)]
    # One digit says little, and the diagnosis knows.
    assert diagnosis.by_chance > 0.1


def test_the_reader_who_used_cross_entropy() -> None:
    debugger = opened("blog")
    diagnosis = ask(debugger, [read_figure(debugger.program, "dE/dw5 = 0.07614")])
    assert named(diagnosis) == [("wrong loss", "binary cross-entropy")]


@pytest.mark.parametrize("mistake", [each.name for each in CATALOGUE])
def test_each_mistake_is_named(mistake: str) -> None:
    debugger = debugger_of(model_for(mistake))
    trial = trial_of(debugger, 2)
    for alteration in islice(_seen(mistake, debugger, trial), 3):
        altered = trial.altered(alteration)
        diagnosis = ask(debugger, reported(debugger, altered, 9))
        if diagnosis is None:
            continue
        found = [m for c in diagnosis.causes[:1] for made in (c.made, *c.also) for m in made]
        assert (mistake, alteration.where) in [(m.mistake.name, m.alteration.where) for m in found]
        return
    raise AssertionError("it is seen nowhere")


def _seen(mistake: str, debugger: Debugger, trial: Trial) -> Iterator[Alteration]:
    """The ways that leave everything finite."""
    for alteration in alterations_of(mistake, debugger):
        try:
            memories = list(trial.altered(alteration).run())
        except ModelError:
            continue
        if all(np.isfinite(memory).all() for memory in memories):
            yield alteration


@pytest.mark.parametrize("model", ["shared", "observations", "adam"])
def test_nobody_who_is_right_is_accused(model: str) -> None:
    debugger = debugger_of(model)
    for decimals in (3, 6, 12):
        assert ask(debugger, reported(debugger, trial_of(debugger, 2), decimals)) is None


def test_two_mistakes_at_once() -> None:
    debugger = debugger_of("decay")
    trial = trial_of(debugger, 1)
    first = next(e for e in alterations_of("wrong sign", debugger) if e.where == "dE/dB1[j]")
    altered = trial.altered(first)
    (second,) = [
        e for e in alterations_of("learning rate", debugger) if e.where.endswith("times 10")
    ]
    diagnosis = ask(debugger, reported(debugger, altered.altered(second), 9))
    assert diagnosis is not None
    assert {name for name, _ in named(diagnosis)} <= {
        "wrong sign",
        "learning rate",
        "wrong constant",
        "factor left out",  # A rate of 0.1, times 10.
    }
    assert len(diagnosis.causes[0].made) == 2
    assert diagnosis.pairs


def test_what_fits_nothing_is_not_explained() -> None:
    """A slip that no entry knows: what follows from it is told apart from it."""
    debugger = debugger_of("units")
    program = debugger.program
    true = dict(zip(program.element_names(), debugger.history.state(1).tolist(), strict=True))
    wrong = true["dE/do1"] * 1.2345
    figures = {"zo1": true["zo1"], "dE/do1": wrong, "dE/db3": wrong * true["do1/dzo1"]}
    texts = [f"{name} = {value:.4f}" for name, value in figures.items()]
    diagnosis = ask(debugger, [read_figure(program, text) for text in texts])
    assert diagnosis is not None
    assert not diagnosis.causes
    assert diagnosis.tried > 100
    assert diagnosis.slip is not None
    assert diagnosis.slip.figure.name == "dE/do1"


def test_an_edited_run_is_what_figures_are_compared_with() -> None:
    debugger = debugger_of("units")
    debugger.edit("w1", "0.9")
    program = debugger.program
    true = true_value(debugger, program.quantities["dE/dW2"].offset, 1)
    name = program.name(program.quantities["dE/dW2"].offset)
    diagnosis = ask(debugger, [read_figure(program, f"{name} = {-true:.9f}")])
    assert named(diagnosis) == [("wrong sign", "dE/do[k]")]


def test_what_would_spoil_a_late_figure_is_no_cause() -> None:
    """A slip in one operation gives the wrong gradient, but then b1 would come out otherwise."""
    debugger = opened("blog")
    right = debugger.history.state(300)[debugger.program.quantities["b1"].offset]
    texts = ["dE/db1 = 0.002328953", f"b1 = {right:.9f} @ 300"]
    alone = ask(debugger, [read_figure(debugger.program, texts[0])])
    assert alone is not None
    assert alone.causes
    diagnosis = ask(debugger, [read_figure(debugger.program, text) for text in texts])
    assert diagnosis is not None
    assert diagnosis.causes == ()


def test_a_late_figure_tells_causes_apart() -> None:
    """However many ways give the early figures; it is later than all that is tried at first."""
    debugger = debugger_of("units")
    debugger.iterations = late = 25
    way = next(e for e in alterations_of("ascent", debugger) if e.where == "W1[i,j]")
    place = debugger.program.quantities["W1"].offset
    altered = trial_of(debugger, late).altered(way)
    values = [float(memory[place]) for memory in altered.run()]
    texts = [f"w1 = {values[0]:.6f}", f"w1 = {values[-1]:.12f} @ {late}"]
    diagnosis = ask(debugger, [read_figure(debugger.program, text) for text in texts])
    assert diagnosis is not None
    (cause,) = diagnosis.causes
    found = [m for made in (cause.made, *cause.also) for m in made]
    assert ("ascent", "W1[i,j]") in [(m.mistake.name, m.alteration.where) for m in found]
    texts[1] = f"w1 = {values[-1] * 1.01:.12f} @ {late}"
    diagnosis = ask(debugger, [read_figure(debugger.program, text) for text in texts])
    assert diagnosis is not None
    assert diagnosis.causes == ()


def test_far_from_the_start_mistakes_are_made_from_there_on() -> None:
    debugger = opened("two-paths")
    debugger.iterations = 3_000
    value = debugger.history.state(2_999)[debugger.program.quantities["a"].offset]
    figure = read_figure(debugger.program, f"a = {value + 1:.6f} @ 3000")
    diagnosis = ask(debugger, [figure])
    assert diagnosis is not None
    assert diagnosis.since == 3_000
    made = [made for cause in diagnosis.causes for made in cause.made]
    assert "values swapped" not in {each.mistake.name for each in made}


@pytest.mark.parametrize("decimals", [4, 9])
def test_nobody_is_accused_of_what_is_no_mistake_of_the_catalogue(decimals: int) -> None:
    """Two gradients off by shares that nothing gives; not all pairs, which take long."""
    debugger = debugger_of("decay")
    program = debugger.program
    figures = []
    for figure in reported(debugger, trial_of(debugger, 1), decimals):
        off = {"dE/dw1": 1.2345, "dE/dw2": 0.8123}.get(figure.name, 1.0)
        text = f"{figure.value * off:.{decimals}f}"
        figures.append(make_figure(program, figure.name, text, 1, "made"))
    diagnosis = ask(debugger, figures)
    assert diagnosis is not None
    assert diagnosis.causes == ()


@pytest.mark.parametrize(
    ("model", "mistake"),
    [
        ("shared", "wrong sign"),
        ("shared", "bias left out"),
        ("shared", "in-place updates"),
        ("shared", "ascent"),
        ("adam", "½ of the loss"),
    ],
)
def test_somebody_who_rounds_every_number_is_told_the_mistake(model: str, mistake: str) -> None:
    """The numbers are off by more than their last place, and the mistake is named all the same."""
    way, diagnosis = by_hand(model, mistake)
    assert [(mistake, way.where)] == named(diagnosis)
    assert diagnosis.causes[0].spoiled == ()


def test_somebody_who_rounds_is_told_what_gives_the_same_numbers_as_well() -> None:
    """Of two by two weights, column by column is two of them swapped."""
    way, diagnosis = by_hand("shared", "weights misread")
    assert named(diagnosis) == [("values swapped", "w2 and w3")]
    also = [(each.mistake.name, each.alteration.where) for (each,) in diagnosis.causes[0].also]
    assert also == [("weights misread", way.where)]


def by_hand(model: str, mistake: str) -> tuple[Alteration, Diagnosis]:
    """A mistake of somebody who rounds every number to 4 decimals, and its diagnosis."""
    debugger = debugger_of(model)
    (way, *_) = alterations_of(mistake, debugger)
    altered = trial_of(debugger, 1).altered(way)
    rounding = NAMED["rounded numbers fed back"].alterations(altered.program)
    rounded = altered.altered(next(each for each in rounding if "4" in each.where))
    diagnosis = ask(debugger, reported(debugger, rounded, 4))
    assert diagnosis is not None
    return way, diagnosis
