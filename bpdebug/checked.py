"""The checks of the Python API: what is right, what is wrong, and which mistake makes it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.figures.figure import FigureError
from bpdebug.checks.limit import SECONDS, Limit
from bpdebug.checks.report import CheckReport, FigureSource
from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.state import finish
from bpdebug.notebook import check_html
from bpdebug.session.data.figures import ENDINGS
from bpdebug.session.data.meaning.taking import Taking
from bpdebug.session.model.asking import Asked, Asking
from bpdebug.session.session import Session
from bpdebug.text.findings.as_json import Record, report_record
from bpdebug.text.findings.diagnosis import cause_text
from bpdebug.text.findings.report import report_lines
from bpdebug.text.safe import safe

_WIDTH = 100

Figures = Mapping[str, object] | str | Path
"""Numbers by name, the file that they are in, or a text that they are in."""


@dataclass(frozen=True)
class Checked:
    """A report of the checks: printing it shows it, a notebook shows it as a table, and `report`
    has its parts.

    >>> checked = run.check({"dE/dw7": 0.0765}, iteration=1)
    >>> checked.ok
    True
    """

    report: CheckReport

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; intermediate rounding is not.

        >>> run.check({"dE/dw7": 0.0865}, iteration=1, causes=False).ok
        False
        """
        return self.report.ok

    @property
    def causes(self) -> list[str]:
        """The mistakes that give the figures that are wrong, the likeliest first.

        >>> run.check({"dE/dw5": 0.07614}, iteration=1).causes
        ['wrong loss (binary cross-entropy)']
        """
        diagnoses = [each.diagnosis for each in self.report.against if each.diagnosis is not None]
        return [cause_text(cause) for diagnosis in diagnoses for cause in diagnosis.causes]

    def record(self) -> Record:
        """The report as `bpdebug check --json` prints it: a dict of plain values.

        >>> run.check({"dE/dw7": 0.0765}, iteration=1).record()["printed"][0]["verdict"]
        'agreement'
        """
        return report_record(self.report)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return check_html(self.report)

    def __repr__(self) -> str:
        return f"Checked({self.report!r})"

    def __str__(self) -> str:
        return safe("\n".join(report_lines(self.report, _WIDTH)))


def _is_file_name(text: str) -> bool:
    """Whether a text is the name of a file, and not figures itself."""
    return "\n" not in text and "=" not in text and text.lower().endswith(ENDINGS)


def check(
    session: Session,
    figures: Figures | None,
    derivations: Mapping[str, str],
    iteration: int,
    seconds: float = SECONDS,
    causes: bool = True,
    taking: Taking | None = None,
) -> Checked:
    """Check figures and hand derivations in an iteration of a session, or what the session brings
    if there are none; for at most this many seconds, and without searching for causes on request.
    `taking` says how numbers are meant that can be taken in several ways.

    Raises ActionError for what cannot be checked, SessionError for a file that is bad.
    """
    limit = Limit(seconds)
    asking = Asking(session.part, session.debugger)
    sources: tuple[FigureSource, ...] = ()
    try:
        if isinstance(figures, Mapping):
            sources = (asking.values(figures, iteration, taking),)
        elif isinstance(figures, str) and not _is_file_name(figures):
            sources = (asking.pasted(figures, iteration, taking),)
        elif figures is not None:
            sources = (asking.file(Path(figures), iteration, taking),)
        texts = [asking.derivation(f"{name} = {text}") for name, text in derivations.items()]
        asked = Asked(iteration, sources, tuple(texts), causes=causes)
        return Checked(finish(asking.checking(asked, limit)))
    except (FigureError, HandDerivationError) as error:
        raise ActionError(str(error)) from error
