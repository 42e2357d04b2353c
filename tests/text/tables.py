"""Sessions for tests of the parameter table: with any optimizer, of any size."""

from __future__ import annotations

from pathlib import Path

from bpdebug.cli import main


def made(folder: Path, layers: str, optimizer: str = "gradient descent") -> Path:
    """A session file of a layered network, with data for each unit."""
    path = folder / f"{layers}.json"
    assert main(["new", str(path), "--layers", layers, "--optimizer", optimizer, "--force"]) == 0
    return path
