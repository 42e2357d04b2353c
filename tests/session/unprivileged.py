"""Doing something as a user whom permissions bind, which they do not for root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bpdebug.session.bundled import bundled_folder

_NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Do without the powers of root, if this process has them."""
    is_root = os.geteuid() == 0
    # The program itself may lie where only root can look.
    bundled_folder()
    if is_root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@contextmanager
def folder_for_anybody() -> Iterator[Path]:
    """A folder that such a user can reach and write to."""
    folder = Path(tempfile.mkdtemp(prefix="bpdebug-test-"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        for each, _, _ in os.walk(folder):
            os.chmod(each, 0o777)
        shutil.rmtree(folder)
