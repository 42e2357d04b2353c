"""Opening a session for work on it: with a lock and a journal beside it."""

from __future__ import annotations

import os
from pathlib import Path

from bpdebug.debugger.history import DEFAULT_BUDGET
from bpdebug.session.keeping.keeping import Keeping
from bpdebug.session.session import Session, open_session


def open_kept(path: Path, budget: int = DEFAULT_BUDGET) -> Session:
    """Open a session file for work on it. Raises SessionError with all that is wrong with it."""
    # Beside a device or something that is not there, nothing is put.
    keeping = Keeping(path if os.path.isfile(path) else None)
    try:
        session = open_session(path, budget)
    except BaseException:
        keeping.close(remove=False)
        raise
    session.keeping = keeping
    return session
