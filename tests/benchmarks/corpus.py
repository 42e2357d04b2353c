"""Diagnosis of mistakes that were not planted: a corpus of real ones, and backward passes in numpy.

A case of the corpus is a folder with `session.json`, the wrong figures, the right ones, and a
pattern for the causes that count as right; see the page of the corpus.
"""

from __future__ import annotations

import csv
import json
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from slipped import cases

from bpdebug.checks.diagnosis.causes import Diagnosis, Made
from bpdebug.checks.figures.figure import make_figure
from bpdebug.checks.limit import Limit
from bpdebug.checks.report import CheckReport, FigureSource
from bpdebug.debugger.state import finish
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.model.asking import Asked, Asking
from bpdebug.session.model.assemble import make_debugger


@dataclass(frozen=True)
class Outcome:
    """What came of a case: how its cause was found, seconds of the first look and of all of it."""

    name: str
    found: str
    first: float
    seconds: float
    innocent: str
    said: str


def measure(folder: Path | None) -> None:
    """Measure the corpus, if there is one, and the backward passes, and print both."""
    if folder is not None:
        show(f"corpus {folder}", [_of_corpus(case) for case in sorted(folder.iterdir())])
    show("backward passes in numpy", list(_of_numpy()))


def show(what: str, outcomes: Sequence[Outcome]) -> None:
    """A line for each case, and how many of each kind there are."""
    print(f"\n{what}")
    for each in outcomes:
        how = f"{each.found:9} {each.seconds:5.1f} s  {each.innocent:8}"
        print(f"{each.name:38} {how} {each.said[:90]}")
    counts = Counter(each.found for each in outcomes)
    innocent = Counter(each.innocent for each in outcomes)
    print(
        f"{len(outcomes)} cases: {', '.join(f'{n} {found}' for found, n in counts.most_common())}; "
        f"innocent {dict(innocent)}"
    )
    for label, times in (
        ("first look", [each.first for each in outcomes]),
        ("whole", [each.seconds for each in outcomes]),
    ):
        print(
            f"{label}: {statistics.median(times):.2f} s at the median, "
            f"{np.quantile(times, 0.95):.2f} s at p95, {max(times):.2f} s at most"
        )


def _of_corpus(folder: Path) -> Outcome:
    case = json.loads((folder / "case.json").read_text())
    names = json.loads((folder / "names.json").read_text())
    part = read_session(folder / "session.json")
    asking = Asking(part, make_debugger(part, folder.name))

    def source(path: Path) -> FigureSource:
        if path.suffix != ".csv":
            return asking.file(path, 1)
        with tempfile.TemporaryDirectory() as place:
            translated = Path(place) / "figures.csv"
            _translate(path, names, translated)
            return asking.file(translated, 1)

    report, first, seconds = _asked(asking, source(folder / case["figures"]))
    innocent, _, _ = _asked(asking, source(folder / "innocent.csv"))
    return _outcome(folder.name, report, innocent, case["cause_regex"], first, seconds)


def _translate(path: Path, names: dict[str, str], target: Path) -> None:
    """The figures of a file with the names of the session."""
    with path.open(newline="") as file:
        _, *rows = csv.reader(file)
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "value", "iteration"])
        writer.writerows((names.get(r[0], r[0]), r[1], (*r, "1")[2]) for r in rows if r)


def _of_numpy() -> Iterator[Outcome]:
    for case in cases():
        part = parse_session(json.dumps(case.session), case.name)
        debugger = make_debugger(part, case.name)
        asking = Asking(part, debugger)

        def source(figures: Any, program: Any = debugger.program) -> FigureSource:
            made = []
            for name, values in figures.items():
                family, _, when = name.partition(" @ ")
                labels = program.quantities[family].labels
                for place, value in enumerate(np.ravel(values).tolist()):
                    made.append(
                        make_figure(program, labels(place), f"{value:.8g}", int(when or 1), "made")
                    )
            return FigureSource("made", tuple(made))

        report, first, seconds = _asked(asking, source(case.figures))
        innocent, _, _ = _asked(asking, source(case.right))
        yield _outcome(case.name, report, innocent, case.answer, first, seconds)


def _asked(asking: Asking, source: FigureSource) -> tuple[CheckReport, float, float]:
    """The report, and how many seconds of processor time the first look and all of it took."""
    started, heard = process_time(), []
    report = finish(
        asking.checking(Asked(1, (source,)), Limit(), lambda _: heard.append(process_time()))
    )
    ended = process_time()
    # What is told first are the figures, then what is seen at them.
    return report, heard[min(1, len(heard) - 1)] - started, ended - started


def _outcome(
    name: str, report: CheckReport, innocent: CheckReport, answer: str, first: float, seconds: float
) -> Outcome:
    diagnosis = report.against[0].diagnosis
    said = ""
    if diagnosis is not None and diagnosis.causes:
        said = _text(diagnosis.causes[0].made)
    accused = innocent.against[0].diagnosis
    verdict = "clean" if innocent.ok else "accused" if accused and accused.causes else "flagged"
    return Outcome(name, _found(diagnosis, answer), first, seconds, verdict, said)


def _found(diagnosis: Diagnosis | None, answer: str) -> str:
    """Where the right cause stands: first, later, or nowhere, though the place may be known."""
    if diagnosis is None:
        return "unseen"
    pattern = re.compile(answer, re.IGNORECASE | re.DOTALL)
    for number, cause in enumerate(diagnosis.causes):
        if any(pattern.search(_text(made)) for made in (cause.made, *cause.also)):
            return "later" if number else "first"
    return "other" if diagnosis.causes else "located"


def _text(several: Sequence[Made]) -> str:
    return " + ".join(f"{made.mistake.name} ({made.alteration.where})" for made in several)
