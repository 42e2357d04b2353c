"""`bpdebug schema`: the JSON Schema of session files."""

from __future__ import annotations

import argparse
import json

from bpdebug.session.file.schema import session_schema


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `schema`: none."""


def run(arguments: argparse.Namespace) -> int:
    """The JSON Schema of session files."""
    print(json.dumps(session_schema(), indent=2))
    return 0
