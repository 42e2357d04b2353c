"""The forms in which handouts are written, by name: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bpdebug.export.handout.document import Handout
from bpdebug.export.handout.html import html_page
from bpdebug.export.handout.latex import latex_document
from bpdebug.export.handout.markdown import markdown_page


@dataclass(frozen=True, slots=True)
class HandoutFormat:
    """What comes out, in `words`, and the `ending` of its files; `write` yields the lines of one
    file that has some handouts, one after another. A line may have line ends in it.
    """

    words: str
    ending: str
    write: Callable[[Sequence[Handout]], Iterator[str]]


HANDOUT_FORMATS: dict[str, HandoutFormat] = {
    "html": HandoutFormat("a page to print or to read", ".html", html_page),
    "markdown": HandoutFormat("text with formulas in code blocks", ".md", markdown_page),
    "latex": HandoutFormat("a document for LaTeX", ".tex", latex_document),
}


def format_of_file(name: str) -> str:
    """The form that a file's name asks for by its ending; HTML for any other."""
    found = (form for form, each in HANDOUT_FORMATS.items() if name.lower().endswith(each.ending))
    return next(found, "html")
