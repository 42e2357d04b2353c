"""The commands about the truth of numbers: `check` says what is wrong, `plant` makes it so."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bpdebug.checks.derivations.paths import Graph
from bpdebug.checks.derivations.reading import HandDerivationError, read_derivation
from bpdebug.checks.figures.figure import Figure, FigureError, check_iteration, read_figure
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.step_sizes import step_sizes
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.checks.report import Request, reporting
from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.debugger import Debugger
from bpdebug.headless import UsageError, check_arithmetic, print_json, print_rows, with_progress
from bpdebug.making import refuse_to_replace
from bpdebug.notation.names import did_you_mean
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.assemble import make_debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.deltas import in_fitting_style
from bpdebug.session.figure_files import read_figures
from bpdebug.session.find_the_bug import planting, revealed
from bpdebug.session.format import SessionPart
from bpdebug.session.read import read_session
from bpdebug.session.replay import DigestCheck, check_digests
from bpdebug.session.to_check import to_check
from bpdebug.session.write import write_session
from bpdebug.text.diagnosis import made_text
from bpdebug.text.report import report_lines, report_record
from bpdebug.text.safe import safe
from bpdebug.text.step_sizes import step_plot, step_words
from bpdebug.text.trace import json_number

_PLOT_HEIGHT = 16
_WIDTH = 100
"""Of what is not written to a terminal."""


def check_command(arguments: argparse.Namespace) -> int:
    """Check gradients, figures, derivations and fingerprints; 1 if anything is wrong."""
    path = find_session(arguments.session)
    part = read_session(path)
    debugger = make_debugger(part, str(path))
    check_arithmetic()
    if arguments.reveal:
        return _reveal(part, str(path), arguments.json)
    try:
        check_iteration(debugger, arguments.iteration)
        if arguments.steps is not None:
            return _show_steps(debugger, arguments)
        read = partial(_request, arguments, part)
        judged, request = in_fitting_style(part, debugger, read)
    except (FigureError, HandDerivationError) as error:
        raise UsageError(str(error)) from error
    if judged is not debugger:
        print("checked in the delta style, which has an operation for each dE/dz", file=sys.stderr)
    report = with_progress(reporting(judged, request))
    digests = check_digests(part, debugger)
    ok = report.ok and all(each.ok for each in digests)
    if arguments.json:
        record = report_record(report) | {"ok": ok, "digests": [_digest(e) for e in digests]}
        print_json(record)
        return 0 if ok else 1
    print_rows(report_lines(report, debugger.program.model.loss, _width()))
    if digests:
        good = sum(each.ok for each in digests)
        print(f"Fingerprints\n  {good} of {len(digests)} agree")
        print_rows(f"  {each}" for each in digests if not each.ok)
    print("Nothing is wrong." if ok else "Something is wrong: see above.")
    return 0 if ok else 1


def _request(arguments: argparse.Namespace, part: SessionPart, debugger: Debugger) -> Request:
    """What the session brings, and what the command line adds to it.

    Raises FigureError or HandDerivationError for what cannot be checked.
    """
    program = debugger.program
    own = to_check(part, program, arguments.iteration)
    typed = [
        read_figure(program, text, iteration=arguments.iteration) for text in arguments.figures
    ]
    files = [Path(each) for each in arguments.against]
    loaded = [f for each in files for f in read_figures(each, program, arguments.iteration)]
    figures: Sequence[Figure] = [*own.figures, *typed, *loaded]
    for figure in figures:
        check_iteration(debugger, figure.iteration)
    for text in arguments.derivations:
        read_derivation(Graph(program), text)
    if typed or loaded:
        # Somebody asks about these; what the session prints says nothing about them.
        figures = [*typed, *loaded]
    derivations = (*own.derivations, *arguments.derivations)
    explains = own.explains or bool(typed or loaded)
    return Request(arguments.iteration, tuple(figures), derivations, explains)


def _show_steps(debugger: Debugger, arguments: argparse.Namespace) -> int:
    """The error of central differences against the step, for one parameter."""
    slot = _parameter(debugger.program, arguments.steps)
    before, _ = memories(debugger.history, arguments.iteration)
    sizes = with_progress(step_sizes(debugger.program, before, slot))
    if arguments.json:
        for point in sizes.points:
            print_json(
                {
                    "step": point.step,
                    "central_difference": json_number(point.central),
                    "complex_step": json_number(sizes.exact),
                    "relative_error": json_number(point.error),
                }
            )
        return 0
    print_rows(step_plot(sizes, _width(), _PLOT_HEIGHT))
    print_rows(step_words(sizes, debugger.program.model.loss))
    return 0


def _parameter(program: Program, name: str) -> int:
    """The slot of a parameter. Raises UsageError."""
    try:
        slot = find_slot(program, name)
    except ConditionError as error:
        raise UsageError(str(error)) from error
    if program.quantity_at(slot).kind is not Kind.PARAMETER:
        first = program.name(int(program.parameter_slots()[0]))
        raise UsageError(f"{name} is no parameter; name one, such as {first}")
    if program.gradient_slot(slot) is None:
        raise UsageError(f"no operation computes a gradient of {name}")
    return slot


def _reveal(part: SessionPart, source: str, as_json: bool) -> int:
    made = revealed(part, source)
    for each in made:
        where, sentence = each.alteration.where, each.mistake.sentence
        if as_json:
            print_json({"name": each.mistake.name, "where": where, "sentence": sentence})
        else:
            print_rows([f"{made_text(each)}: {sentence}"])
    if not made:
        print("no mistake is planted in this session", file=sys.stderr)
    return 0


def _digest(check: DigestCheck) -> dict[str, object]:
    return {"operation": check.operation, "branch": check.branch, "ok": check.ok}


def _width() -> int:
    return shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH


def plant_command(arguments: argparse.Namespace) -> int:
    """Write a copy of a session with a mistake in it, or list the mistakes."""
    if arguments.list:
        for mistake in CATALOGUE:
            if arguments.json:
                print_json({"name": mistake.name, "sentence": mistake.sentence})
            else:
                print(f"{mistake.name:<36}{mistake.sentence}")
        return 0
    if arguments.session is None or arguments.output is None:
        raise UsageError("a session and -o FILE are needed, or --list")
    name = arguments.mistake
    if name is not None and name not in NAMED:
        hint = did_you_mean(name, NAMED) or "; bpdebug plant --list names them"
        raise UsageError(f"there is no mistake {name!r}{hint}")
    target = Path(arguments.output)
    refuse_to_replace(target, arguments.force)
    path = find_session(arguments.session)
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    part = with_progress(planting(read_session(path), str(path), seed, name))
    # Planting took a while.
    refuse_to_replace(target, arguments.force)
    write_session(part, target)
    print(safe(str(target)))
    print(f"bpdebug check {safe(str(target))} --reveal says what it is", file=sys.stderr)
    return 0
