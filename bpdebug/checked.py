"""The checks of `bpdebug.api`: what is right, what is wrong, and which mistake makes it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bpdebug.checks.derivations.paths import Graph
from bpdebug.checks.derivations.reading import HandDerivationError, read_derivation
from bpdebug.checks.figures.figure import Figure, FigureError, check_iteration
from bpdebug.checks.report import Report, Request, reporting
from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.session.deltas import in_fitting_style
from bpdebug.session.figure_files import figures_of, read_figures
from bpdebug.session.session import Session
from bpdebug.session.to_check import to_check
from bpdebug.text.diagnosis import cause_text
from bpdebug.text.report import Record, report_lines, report_record
from bpdebug.text.safe import safe

_WIDTH = 100

Figures = Mapping[str, object] | str | Path
"""Numbers by name, or the file that they are in."""


@dataclass(frozen=True)
class Checked:
    """A report of the checks: printing it shows it, and `report` has its parts."""

    report: Report
    loss: str

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.report.ok

    @property
    def causes(self) -> list[str]:
        """The mistakes that give the figures that are wrong, the likeliest first."""
        diagnosis = self.report.diagnosis
        return [] if diagnosis is None else [cause_text(each) for each in diagnosis.causes]

    def record(self) -> Record:
        """The report as `bpdebug check --json` prints it."""
        return report_record(self.report)

    def __repr__(self) -> str:
        return f"Checked({self.report!r})"

    def __str__(self) -> str:
        return safe("\n".join(report_lines(self.report, self.loss, _WIDTH)))


def check(
    session: Session,
    figures: Figures | None,
    derivations: Mapping[str, str],
    iteration: int,
) -> Checked:
    """Check an iteration of a session, with figures in place of those that it prints, and with
    hand derivations besides its own.

    Raises ActionError for what cannot be checked, SessionError for a file that is bad.
    """

    def read(debugger: Debugger) -> list[Figure] | None:
        if figures is None:
            return None
        if isinstance(figures, Mapping):
            return figures_of(figures, debugger.program, iteration)
        return read_figures(Path(figures), debugger.program, iteration)

    debugger, found = in_fitting_style(session.part, session.debugger, read)
    program = debugger.program
    own = to_check(session.part, program, iteration)
    wanted = own.figures if found is None else tuple(found)
    explains = own.explains or found is not None
    typed = [f"{name} = {text}" for name, text in derivations.items()]
    texts = (*own.derivations, *typed)
    try:
        check_iteration(debugger, iteration)
        for text in typed:
            read_derivation(Graph(program), text)
        report = finish(reporting(debugger, Request(iteration, wanted, texts, explains)))
    except (FigureError, HandDerivationError) as error:
        raise ActionError(str(error)) from error
    return Checked(report, program.model.loss)
