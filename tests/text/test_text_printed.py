"""Figures beside the true values, as they are told."""

from __future__ import annotations

from openings import opened

from bpdebug.checks.figures.figure import Figure, make_figure, read_figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare
from bpdebug.debugger.state import finish
from bpdebug.session.bundled import find_session
from bpdebug.session.model.to_check import printed_figures
from bpdebug.session.session import open_session
from bpdebug.text.findings.printed import figure_lines, figure_summary


def published(name: str) -> tuple[FigureComparison, ...]:
    session = open_session(find_session(name))
    figures = printed_figures(session.debugger.program, session.part.printed)
    return finish(compare(session.debugger, figures))


def test_the_blog_in_a_sentence() -> None:
    assert figure_summary(published("blog")) == (
        "40 figures: 39 agree, 1 disagrees. The first that disagrees is dE/db1 = 0.0008, "
        "computed by operation 29; it is 0.002388."
    )


def test_other_sentences() -> None:
    assert figure_summary(()) == "There are no figures to compare."
    assert figure_summary(published("lstm")) == "20 figures: 16 agree, 4 are off by rounding."
    assert figure_summary(published("blog-cross-entropy")) == "1 figure: 1 agrees."
    assert "E @ 2 = 0.291027924" in figure_summary(published("two-two-two"))


def test_a_line_for_each_figure() -> None:
    debugger = opened("two-paths")
    texts = ("d = -5", "e = 1.00", "f = -5", "df/de = -6.0e0")
    figures = [read_figure(debugger.program, text) for text in texts]
    figures.append(make_figure(debugger.program, "df/dd", "1.000000000000000", 1, "test"))
    assert figure_lines(finish(compare(debugger, figures))) == [
        "d                     -5  −6  disagreement",
        "e                   1.00   1  agreement",
        "f                     -5  −6  follows       from d = -5",
        "df/de             -6.0e0  −6  agreement",
        "df/dd  1.000000000000000   1  agreement",
    ]


def test_nothing_of_a_file_reaches_a_terminal_as_it_is() -> None:
    figure = Figure("w\x1b", 0, 1, "1\x1b[2J", 1.0, 0.5, "test")
    (line,) = figure_lines(
        [FigureComparison(figure, 3.0, 1, FigureVerdict.DISAGREEMENT, "from \x1b")]
    )
    assert "\x1b" not in line
