"""What computes here, in a line that is kept with fingerprints."""

from __future__ import annotations

import platform

import numpy as np

from bpdebug import __version__


def environment() -> str:
    """Versions, system and processor: nothing of the person or the machine's name."""
    return (
        f"bpdebug {__version__}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"{platform.system()} {platform.machine()}"
    )
