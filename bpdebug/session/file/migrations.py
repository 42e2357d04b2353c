"""Older files: what their fields have to become, one version after the other.

Each migration takes the JSON object of one version to that of the next, and does nothing else;
what is not as it should be in a file is left for the checks to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]


def _without_hits(data: Json) -> Json:
    """Up to 1.0 a breakpoint carried how often it had stopped somebody; hits are counted now."""
    breakpoints = data.get("breakpoints")
    if not isinstance(breakpoints, list):
        return data
    kept = [
        {name: value for name, value in each.items() if name != "hits"}
        if isinstance(each, dict)
        else each
        for each in breakpoints
    ]
    return data | {"breakpoints": kept}


def _same(data: Json) -> Json:
    """Only added to the one before: 1.2 arrays in base64, numbers that are not finite and
    walkthroughs, 1.3 figures and derivations to be checked, and planted mistakes, 1.4 parameters
    beside digests and longer actions, 1.5 where quantities come from and predictions.
    """
    return data


MIGRATIONS: Mapping[str, tuple[str, Callable[[Json], Json]]] = {
    "1.0": ("1.1", _without_hits),
    "1.1": ("1.2", _same),
    "1.2": ("1.3", _same),
    "1.3": ("1.4", _same),
    "1.4": ("1.5", _same),
}
"""For each older version the next one, and the way there."""


def migrated(data: Json) -> Json:
    """The object of an older file as the present version would have it."""
    version = data.get("version")
    while isinstance(version, str) and version in MIGRATIONS:
        version, migrate = MIGRATIONS[version]
        data = migrate(data) | {"version": version}
    return data
