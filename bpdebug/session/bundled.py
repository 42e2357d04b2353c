"""The sessions that come with bpdebug."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bpdebug
from bpdebug.session.file.errors import Problem, SessionError

SUFFIX = ".json"
DEFAULT = "blog"
"""The session that opens when none is named."""

_COURSES = "courses"


@cache
def bundled_folder() -> Path:
    """Where the bundled sessions lie: inside the installed package, or beside its source."""
    package = Path(bpdebug.__file__).parent
    inside = package / "sessions"
    return (inside if inside.is_dir() else package.parent / "sessions").resolve()


def bundled_sessions() -> dict[str, Path]:
    """The bundled sessions by name, in alphabetical order, the default one first."""
    found = bundled_folder().glob(f"*{SUFFIX}")
    paths = sorted(found, key=lambda path: (path.stem != DEFAULT, path.stem))
    return {path.stem: path for path in paths}


def course_sessions() -> dict[str, Path]:
    """The sessions for assignments of courses by name, in alphabetical order."""
    found = (bundled_folder() / _COURSES).glob(f"*{SUFFIX}")
    return {path.stem: path for path in sorted(found)}


def find_session(name: str) -> Path:
    """The file that `name` means: a file of that path, or a bundled session.

    Raises SessionError if it is neither.
    """
    path = Path(name)
    try:
        exists = path.exists()
    except OSError as error:  # such as a name that is too long
        raise SessionError(name, [Problem("", f"cannot be read: {error.strerror}")]) from None
    if exists or "/" in name or name.endswith(SUFFIX):
        return path
    known = bundled_sessions() | course_sessions()
    if name in known:
        return known[name]
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"bundled are {', '.join(bundled_sessions())}"
    raise SessionError(name, [Problem("", f"there is no such file or bundled session; {hint}")])


def bundled_session(name: str) -> Path:
    """The bundled session of that name, whatever files there are. Raises SessionError."""
    known = bundled_sessions() | course_sessions()
    if name not in known:
        raise SessionError(name, [Problem("", "there is no such bundled session")])
    return known[name]


def is_bundled(path: Path) -> bool:
    """Whether `path` is one of the bundled files, which are not written to."""
    folder = bundled_folder()
    return path.resolve().parent in (folder, folder / _COURSES)
