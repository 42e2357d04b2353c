"""The forms in which a session can be exported, by name: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bpdebug.export.pages import latex_pages, markdown_pages
from bpdebug.export.python import python_script
from bpdebug.records import dataclass
from bpdebug.session.session import Session


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What comes out, in `words`; `write` takes a session, an iteration and a number of decimals,
    and yields lines. It raises ExportError if the session cannot be written so.

    With `is_of_iteration` one iteration is shown with so many decimals; otherwise `write` heeds
    neither. `has_edits` says whether the edits of the session's branch are part of it.
    """

    words: str
    write: Callable[[Session, int, int], Iterator[str]]
    is_of_iteration: bool = True
    has_edits: bool = True


def _python(session: Session, iteration: int, digits: int) -> Iterator[str]:
    return python_script(session)


FORMATS: dict[str, ExportFormat] = {
    "python": ExportFormat("a script of all iterations", _python, False, False),
    "markdown": ExportFormat("a handout of one iteration", markdown_pages),
    "latex": ExportFormat("the same as a LaTeX document", latex_pages),
}
