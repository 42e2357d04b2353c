"""`bpdebug check`: what is wrong with numbers, and why."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.figures.figure import FigureError, check_iteration
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.step_sizes import step_sizes
from bpdebug.checks.limit import Limit
from bpdebug.checks.report import CheckReport, Ended, FigureSource
from bpdebug.commands import completers
from bpdebug.commands.arguments import json_option, seconds_option, session_argument, whole
from bpdebug.commands.completers import complete_with
from bpdebug.commands.console import (
    check_arithmetic,
    print_json,
    print_rows,
    stopped_by_interrupt,
    with_progress,
)
from bpdebug.commands.errors import UsageError
from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.debugger import Debugger
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.bundled import find_session
from bpdebug.session.data.meaning.taking import Taking, factor_of
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import read_session
from bpdebug.session.file.text_file import MOST_BYTES, check_size
from bpdebug.session.model.asking import PASTED, TYPED, Asked, Asking
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.find_the_bug import revealed
from bpdebug.session.replay.replay import DigestCheck, check_digests
from bpdebug.text.findings.as_json import report_record, verdict_record
from bpdebug.text.findings.diagnosis import made_text
from bpdebug.text.findings.report import cause_lines, first_lines, look_lines, verdict_lines
from bpdebug.text.findings.step_sizes import step_plot, step_words
from bpdebug.text.records import json_number
from bpdebug.text.run.hunt_score import hunt_score_words


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    add = parser.add_argument
    session_argument(parser, takes_programs=True)
    add(
        "--iteration",
        type=whole(1),
        default=1,
        metavar="N",
        help="the iteration that is checked (default: 1)",
    )
    _fill_figures(parser)
    complete_with(
        add(
            "--derivation",
            dest="derivations",
            action="append",
            default=[],
            metavar="TEXT",
            help="a derivation by hand: 'dE/db1 = dE/do1*do1/dzo1*…', for a whole array "
            "'dE/dW1[i,j] = sum(n: …)' or 'dW1 = x.T @ dz1'; may be repeated",
        ),
        completers.quantities,
    )
    seconds_option(parser, "what was found by then is printed")
    add(
        "--verdict-only",
        action="store_true",
        help="only say which figures and derivations are right, not the right values",
    )
    add("--no-causes", action="store_true", help="do not search for what may have gone wrong")
    add(
        "--steps",
        metavar="NAME",
        help="only show the error of central differences for steps of all sizes",
    )
    add("--reveal", action="store_true", help="only reveal the planted mistake")
    json_option(parser)


def _fill_figures(parser: argparse.ArgumentParser) -> None:
    """Where figures come from, and how they are taken."""
    add = parser.add_argument
    add(
        "--against",
        action="append",
        default=[],
        metavar="FILE",
        help="figures to compare and explain: CSV (name, value), JSON, NPZ, NPY or a text; "
        "may be repeated",
    )
    complete_with(
        add(
            "--figure",
            dest="figures",
            action="append",
            default=[],
            metavar="TEXT",
            help="one figure to compare: 'dE/dw5 = 0.07614', 'E = 0.291 @ 2'; may be repeated",
        ),
        completers.quantities,
    )
    add(
        "-",
        "--paste",
        dest="paste",
        action="store_true",
        help="figures from standard input, as they come: printed arrays, tables, "
        "lines name = value",
    )
    add(
        "--layout",
        choices=["session", "transposed"],
        help="how to read arrays that fit both ways (default: found from shapes and numbers)",
    )
    add(
        "--index-from",
        type=int,
        choices=[0, 1],
        help="the first index in names such as dW1[2][1] (default: detected)",
    )
    add(
        "--factor",
        metavar="F",
        help="what the session's gradients are multiplied by in the figures: 3, or 1/3, for "
        "sums or means over three observations (default: detected)",
    )


_PLOT_HEIGHT = 16
_INTERRUPTED = 130
_WIDTH = 100
"""Of what is not written to a terminal."""


def run(arguments: argparse.Namespace) -> int:
    """Check gradients, figures, derivations and fingerprints; 1 if anything is wrong."""
    if arguments.verdict_only and (arguments.reveal or arguments.steps is not None):
        other = "--reveal" if arguments.reveal else "--steps"
        raise UsageError(f"{other} shows what --verdict-only hides; leave out one of them")
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
        asking = Asking(part, debugger)
        asked = _asked(arguments, asking)
        return _check(asking, asked, arguments, part, debugger)
    except (FigureError, HandDerivationError) as error:
        raise UsageError(str(error)) from error


def _check(
    asking: Asking,
    asked: Asked,
    arguments: argparse.Namespace,
    part: SessionPart,
    debugger: Debugger,
) -> int:
    """Print what is known before causes are looked for, then those; Ctrl+C ends the search."""
    limit, width = Limit(arguments.seconds), _width()
    told = seen = False

    def tell(report: CheckReport) -> None:
        nonlocal told, seen
        if told:
            if not seen and not arguments.json:
                print_rows(look_lines(report))
                sys.stdout.flush()
            seen = True
            return
        told = True
        if report.program is not debugger.program:
            print(
                "checked in the delta style, which has an operation for each dE/dz", file=sys.stderr
            )
        if arguments.verdict_only and not arguments.json:
            print_rows(verdict_lines(report))
        elif not arguments.json:
            print_rows(first_lines(report, width))
            sys.stdout.flush()

    with stopped_by_interrupt(limit, lambda: told):
        report = with_progress(asking.checking(asked, limit, tell))
    # Fingerprints are no part of what somebody asks about figures of theirs.
    wanted = asked.is_open and not limit.is_over
    digests = check_digests(part, debugger) if wanted else []
    ok = report.ok and all(each.ok for each in digests)
    code = 0 if ok else 1
    if ok and report.ended is Ended.STOPPED:
        code = _INTERRUPTED
    if arguments.json and arguments.verdict_only:
        print_json(verdict_record(report) | {"ok": ok})
        return code
    if arguments.json:
        record = report_record(report) | {"ok": ok, "digests": [_digest(e) for e in digests]}
        print_json(record | _hunt_record(debugger))
        return code
    if not arguments.verdict_only:
        print_rows(cause_lines(report, width))
    if digests:
        good = sum(each.ok for each in digests)
        print(f"Fingerprints\n  {good} of {len(digests)} agree")
        print_rows(f"  {each}" for each in digests if not each.ok)
    if debugger.judge is not None:
        print(f"Find the bug\n  {hunt_score_words(debugger.hunting.score)}")
    if not ok:
        print("Something is wrong: see above.")
    else:
        print("Nothing wrong was found so far." if report.ended else "Nothing is wrong.")
    return code


def _asked(arguments: argparse.Namespace, asking: Asking) -> Asked:
    """What the command line asks. Raises FigureError, SessionError or HandDerivationError."""
    iteration = arguments.iteration
    factor = None if arguments.factor is None else factor_of(arguments.factor)
    taking = Taking(arguments.layout, arguments.index_from, factor)
    typed = tuple(asking.figure(text, iteration) for text in arguments.figures)
    sources = [FigureSource(TYPED, typed)] if typed else []
    if arguments.paste:
        sources.append(asking.pasted(_standard_input(), iteration, taking))
    files = map(Path, arguments.against)
    sources += [asking.file(each, iteration, taking) for each in files]
    derivations = tuple(map(asking.derivation, arguments.derivations))
    return Asked(
        iteration,
        tuple(sources),
        derivations,
        causes=not (arguments.no_causes or arguments.verdict_only),
    )


def _standard_input() -> str:
    """The text that somebody pastes or pipes in. Raises SessionError."""
    if sys.stdin.isatty():
        print("paste the figures, then press Ctrl+D on a line of its own", file=sys.stderr)
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    check_size(len(content), PASTED)
    return content.decode("utf-8", errors="replace")


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
        raise UsageError(f"{name} is not a parameter; name one, such as {first}")
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


def _hunt_record(debugger: Debugger) -> dict[str, object]:
    """How far it has got to find what is planted; nothing where nothing is."""
    return {"hunt": debugger.hunting.score._asdict()} if debugger.judge is not None else {}


def _digest(check: DigestCheck) -> dict[str, object]:
    return {"operation": check.operation, "branch": check.branch, "ok": check.ok}


def _width() -> int:
    return shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH
