"""What a session brings to be checked, not to be used: printed figures and hand derivations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.paths import PathGraph
from bpdebug.checks.derivations.reading import read_formulas
from bpdebug.checks.figures.figure import (
    Figure,
    FigureError,
    check_iteration,
    figure_slot,
    make_figure,
    read_number,
)
from bpdebug.debugger.debugger import Debugger
from bpdebug.program.program import Program
from bpdebug.session.file.errors import Problem, step
from bpdebug.session.file.format import PrintedPart, SessionPart

_SOURCE = "printed in the session"

_MOST_PROBLEMS = 20
"""A name that is not there is compared with all others, which takes its time."""


def printed_figures(program: Program, printed: Sequence[PrintedPart]) -> list[Figure]:
    """The figures that a session prints. Raises FigureError if one is none; none is in a session
    that could be opened.
    """
    return [make_figure(program, each.of, each.figure, each.iteration, _SOURCE) for each in printed]


def check_printed(debugger: Debugger, printed: Sequence[PrintedPart]) -> list[Problem]:
    """What is wrong with printed figures; the first problems, if there are many."""
    problems: list[Problem] = []
    for index, each in enumerate(printed):
        if len(problems) >= _MOST_PROBLEMS:
            break
        problems += _problems(debugger, f"printed[{index}]", each)
    return problems


def _problems(debugger: Debugger, path: str, each: PrintedPart) -> Iterator[Problem]:
    checks: dict[str, Callable[[], object]] = {
        "of": lambda: figure_slot(debugger.program, each.of),
        "figure": lambda: read_number(each.figure),
        "iteration": lambda: check_iteration(debugger, each.iteration),
    }
    for field, check in checks.items():
        try:
            check()
        except FigureError as error:
            yield Problem(f"{path}.{field}", str(error))


def check_hand_derivations(program: Program, derivations: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the formulas and with what they are for; the first problems.

    One that passes may still be without a path, or too large to check.
    """
    problems: list[Problem] = []
    graph = PathGraph(program)
    for name, text in derivations.items():
        if len(problems) >= _MOST_PROBLEMS:
            break
        try:
            read_formulas(graph, f"{name} = {text}")
        except HandDerivationError as error:
            problems.append(Problem(step("hand_derivations", name), str(error)))
    return problems


def derivations_of(part: SessionPart) -> tuple[str, ...]:
    """The derivations that a session brings, those that it uses among them, as equations."""
    derivations = part.hand_derivations | part.derivations
    return tuple(f"{name} = {text}" for name, text in derivations.items())
