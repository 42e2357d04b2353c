"""The command itself. It says its version at once; all else needs the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bpdebug import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"] and "_ARGCOMPLETE" not in os.environ:
        print(f"bpdebug {__version__}")
        return 0
    from bpdebug.command_line import carry_out

    return carry_out(words)
