"""Printed figures: never an innocent one accused, and the first wrong one found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openings import session_of

from bpdebug.checks.figures import printed
from bpdebug.checks.figures.figure import Figure, FigureError, make_figure, read_figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare, first_wrong
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.program.formula import evaluate, formula
from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.model.to_check import printed_figures
from bpdebug.session.session import open_session

INNOCENT = {FigureVerdict.AGREEMENT, FigureVerdict.ROUNDING}
SESSIONS = ("blog", "two-two-two", "two-observations", "lstm", "adam", "softmax", "recurrent")
ITERATIONS = 2
_FEW = settings(max_examples=settings().max_examples // 5)


def compared(debugger: Debugger, figures: list[Figure]) -> tuple[FigureComparison, ...]:
    return finish(compare(debugger, figures))


def by_hand(
    debugger: Debugger,
    write: Callable[[float], str],
    random: st.DataObject,
    wrong: tuple[int, int] | None = None,
) -> tuple[dict[tuple[int, int], str], float]:
    """The figures of somebody who writes each result down rounded, goes on from what is written
    or from the unrounded number, as it comes, and makes one mistake; and the right number there.
    """
    program = debugger.program
    memory = program.start.copy()
    figures, right = {}, math.nan
    for iteration in range(1, ITERATIONS + 1):
        program.load_observations(memory, iteration)
        keeps = random.draw(st.lists(st.booleans(), min_size=7, max_size=7))
        for operation in range(1, program.operations + 1):
            written = formula(program, operation)
            values = {
                symbol: float(memory[at]) if isinstance(at, int) else at
                for symbol, at in written.operands.items()
            }
            value = evaluate(written.equation.value, values.__getitem__)
            if (iteration, operation) == wrong:
                right, value = value, 1.5 * value + 0.25
            text = write(value)
            figures[iteration, operation] = text
            memory[written.slot] = value if keeps[operation % 7] else float(text)
    return figures, right


def figures_of(debugger: Debugger, texts: Mapping[tuple[int, int], str]) -> list[Figure]:
    program = debugger.program
    return [
        make_figure(program, program.name(program.slot(operation)), text, iteration, "test")
        for (iteration, operation), text in texts.items()
    ]


@given(st.sampled_from(SESSIONS), st.integers(4, 9), st.data())
@_FEW
def test_who_only_rounds_is_never_accused(name: str, decimals: int, random: st.DataObject) -> None:
    """Whatever is printed of it, and whether rounded numbers or others went on into the next."""
    debugger = session_of(name).debugger
    texts, _ = by_hand(debugger, lambda value: f"{value:.{decimals}f}", random)
    every = random.draw(st.integers(1, 4))
    figures = figures_of(debugger, dict(list(texts.items())[::every]))
    for each in compared(debugger, figures):
        assert each.verdict in INNOCENT, each


@given(st.sampled_from(("blog", "two-two-two")), st.integers(3, 5), st.data())
@settings(max_examples=6)
def test_who_rounds_to_significant_digits_is_not_accused_either(
    name: str, digits: int, random: st.DataObject
) -> None:
    """Of the gradients alone it is seen by their different decimals."""
    debugger = session_of(name).debugger

    def write(value: float) -> str:
        return np.format_float_positional(value, precision=digits, fractional=False)

    texts, _ = by_hand(debugger, write, random)
    gradients = [f for f in figures_of(debugger, texts) if f.name.startswith("dE/dw")]
    for each in compared(debugger, [f for f in gradients if f.iteration == 1]):
        assert each.verdict in INNOCENT, each


@given(st.sampled_from(SESSIONS), st.data())
@_FEW
def test_the_first_wrong_one_is_found_and_what_follows_from_it(
    name: str, random: st.DataObject
) -> None:
    """All else agrees, is off by rounding or follows."""
    debugger = session_of(name).debugger
    operation = random.draw(st.integers(1, debugger.program.operations))
    texts, right = by_hand(debugger, "{:.8f}".format, random, (1, operation))
    assume(math.isfinite(right) and "nan" not in texts.values() and "inf" not in texts.values())
    found = compared(debugger, figures_of(debugger, texts))
    accused = [c.operation for c in found if c.verdict is FigureVerdict.DISAGREEMENT]
    assert accused == [operation]
    assert {c.verdict for c in found if c.operation < operation} <= INNOCENT
    follows = next((c for c in found if c.verdict is FigureVerdict.FOLLOWS), None)
    if follows is not None:
        element = debugger.program.name(debugger.program.slot(operation))
        assert follows.note.startswith(f"from {element} = ")


@given(st.sampled_from(SESSIONS), st.integers(1, 12), st.booleans())
@_FEW
def test_true_values_agree_however_they_are_printed(
    name: str, digits: int, scientific: bool
) -> None:
    debugger = session_of(name).debugger
    program = debugger.program
    after = debugger.history.state(1)
    texts = {}
    for operation in range(1, program.operations + 1):
        value = float(after[program.slot(operation)])
        texts[1, operation] = f"{value:.{digits}{'e' if scientific else 'f'}}"
    found = compared(debugger, figures_of(debugger, texts))
    assert [c.verdict for c in found] == [FigureVerdict.AGREEMENT] * program.operations
    assert [c.operation for c in found] == list(range(1, program.operations + 1))


def test_cut_off_is_not_wrong() -> None:
    """Each true value of the blog with its digits after the fifth decimal left out."""
    debugger = session_of("blog").debugger
    program = debugger.program
    texts = {}
    for operation in range(1, program.operations + 1):
        value = float(debugger.history.state(1)[program.slot(operation)])
        texts[1, operation] = f"{math.trunc(value * 1e5) / 1e5:.5f}"
    found = compared(debugger, figures_of(debugger, texts))
    assert {c.verdict for c in found} == INNOCENT
    given_number = read_figure(session_of("two-two-two").debugger.program, "t2 = 0.9")
    (alone,) = compared(session_of("two-two-two").debugger, [given_number])
    assert (alone.verdict, alone.note) == (FigureVerdict.ROUNDING, "cut off, not rounded")
    assert alone.operation == 0


@pytest.mark.parametrize("name", bundled_sessions())
def test_published_figures(name: str) -> None:
    """Two are wrong: the blog's dE/db1, and the closing loss of 2-2-2."""
    session = session_of(name)
    debugger = session.debugger
    found = compared(debugger, printed_figures(debugger.program, session.part.printed))
    wrong = {c.figure.name: c for c in found if c.verdict not in INNOCENT}
    expected = {"blog": "dE/db1", "two-two-two": "E"}
    assert list(wrong) == ([expected[name]] if name in expected else [])
    first = first_wrong(found)
    assert first is (wrong[expected[name]] if name in expected else None)


def test_where_the_wrong_ones_are_computed() -> None:
    for name, operation, value in (("blog", 29, 0.00238820), ("two-two-two", 46, 0.29102777)):
        session = session_of(name)
        figures = printed_figures(session.debugger.program, session.part.printed)
        first = first_wrong(compared(session.debugger, figures))
        assert first is not None
        assert first.operation == operation
        assert first.value == pytest.approx(value, rel=1e-5)
        assert first.figure.source == "printed in the session"


@pytest.mark.parametrize(
    ("session", "texts", "verdicts", "note"),
    [
        # A wrong number that is given, what follows from it, and what does not.
        ("blog", ("x1 = 2", "zh1 = 4.4", "zh2 = 5.3"), ("disagreement", "follows"), "from x1 = 2"),
        # Wrong in the first iteration, and right to go on from it in the second.
        (
            "micrograd-lecture",
            ("f = -1.98", "L = -7.360848 @ 2"),
            ("disagreement", "follows"),
            "from f = -1.98 in iteration 1",
        ),
        # A figure that is wrong on its own account after one that is.
        (
            "two-paths",
            ("d = -5", "e = 1", "f = 7"),
            ("disagreement", "agreement", "disagreement"),
            "",
        ),
        # The product of the wrong -5 with 1.
        (
            "two-paths",
            ("d = -5", "e = 1", "f = -5"),
            ("disagreement", "agreement", "follows"),
            "from d = -5",
        ),
    ],
)
def test_what_follows(
    session: str, texts: tuple[str, ...], verdicts: tuple[str, ...], note: str
) -> None:
    debugger = session_of(session).debugger
    figures = [read_figure(debugger.program, text) for text in texts]
    found = compared(debugger, figures)
    assert tuple(c.verdict for c in found)[: len(verdicts)] == verdicts
    assert not note or note in [c.note for c in found]


def test_figures_of_far_iterations_start_from_exact_values() -> None:
    debugger = session_of("two-two-two").debugger
    texts = ("o1 = 0.015912196 @ 10001", "o2 = 0.98406427 @ 10001", "w5 = 0.36 @ 1")
    figures = [read_figure(debugger.program, text) for text in texts]
    found = compared(debugger, figures)
    assert [c.verdict for c in found] == ["agreement", "disagreement", "agreement"]
    assert found[1].note == "all before iteration 10001 is taken as exact"


def test_a_large_model_is_compared_without_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    debugger = session_of("blog").debugger
    monkeypatch.setattr(printed, "MOST_WORK", 10)
    texts = ("zh1 = 4.3", "dE/db1 = 0.0008", "o1 = 0.88955061", "o1 = 0.88954")
    found = compared(debugger, [read_figure(debugger.program, text) for text in texts])
    assert [c.verdict for c in found] == ["agreement", "agreement", "disagreement", "disagreement"]
    assert found[-1].note == "the model is too large to see what rounding can do"


def test_an_edit_in_the_run_is_part_of_the_truth() -> None:
    session = open_session(find_session("blog"))
    for action in ("g 4", "e h1 0.5", "g 41"):
        session.perform(action)
    debugger = session.debugger
    figures = [read_figure(debugger.program, text) for text in ("h1 = 0.98661", "zo1 = 1.74553")]
    assert [c.verdict for c in compared(debugger, figures)] == ["agreement", "agreement"]


def test_there_are_no_figures_beyond_the_run() -> None:
    debugger = session_of("adam").debugger
    figure = read_figure(debugger.program, "theta = 1 @ 999")
    with pytest.raises(FigureError, match="there is no iteration 999"):
        compared(debugger, [figure])
    assert compared(debugger, []) == ()
