"""The forms in which a session can be exported, by name: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpdebug.export.moodle import moodle_quiz
from bpdebug.export.pages import latex_pages, markdown_pages
from bpdebug.export.python import python_script
from bpdebug.session.session import Session
from bpdebug.text.numbers import DIGITS


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """The iteration that is written, with how many decimals; and how many variants there are of
    each question, drawn with which seed.
    """

    iteration: int = 1
    digits: int = DIGITS
    variants: int = 5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What comes out, in `words`; `write` takes a session and what was chosen, and yields lines. It
    raises ExportError if the session cannot be written so.

    `choices` are the fields of `ExportChoices` that it heeds. `has_edits` says whether the edits of
    the session's branch are part of it.
    """

    words: str
    write: Callable[[Session, ExportChoices], Iterator[str]]
    choices: frozenset[str] = frozenset({"iteration", "digits"})
    has_edits: bool = True


FORMATS: dict[str, ExportFormat] = {
    "python": ExportFormat(
        "a script of all iterations",
        lambda session, _: python_script(session),
        frozenset(),
        False,
    ),
    "markdown": ExportFormat(
        "one iteration, written out",
        lambda session, chosen: markdown_pages(session, chosen.iteration, chosen.digits),
    ),
    "latex": ExportFormat(
        "the same as a LaTeX document",
        lambda session, chosen: latex_pages(session, chosen.iteration, chosen.digits),
    ),
    "moodle": ExportFormat(
        "questions for Moodle, with other numbers for each student",
        lambda session, chosen: moodle_quiz(session, chosen.digits, chosen.variants, chosen.seed),
        frozenset({"digits", "variants", "seed"}),
        False,
    ),
}
