"""A divergence in words: where the values differ, which they are, and where that is from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bpdebug.session.replay.divergence import Divergence, ParameterDifference

_MOST = 20
"""Parameters that are listed."""


def divergence_lines(found: Divergence) -> Iterator[str]:
    """What is known about a fingerprint that differs, a sentence a line."""
    check = found.check
    branch = f" on branch {check.branch}" if check.branch != 1 else ""
    yield (
        f"The values differ from those recorded at position {check.operation}{branch}, in "
        f"iteration {found.iteration}."
    )
    if found.agreeing is None:
        yield "No digest before it agrees."
    else:
        yield (
            f"The last recorded position that agrees is {found.agreeing}, in iteration "
            f"{found.since}."
        )
    yield ""
    yield from _parameters(found)
    yield ""
    for failure in found.failures:
        yield f"This machine breaks the arithmetic of the profile: {failure}"
    if not found.failures:
        yield "The self-test of the arithmetic passes here."
    yield f"Here:     {found.here}"
    yield f"Recorded: {check.environment or 'the file does not say with what'}"


def _parameters(found: Divergence) -> Iterator[str]:
    if not found.recorded:
        yield "The file does not say which values the parameters had there."
    elif not found.differing:
        yield f"The {found.recorded} recorded parameters agree; another value differs."
    else:
        yield f"Of {found.recorded} recorded parameters {len(found.differing)} differ:"
        for each in found.differing[:_MOST]:
            yield from _difference(each)
        if len(found.differing) > _MOST:
            yield f"and {len(found.differing) - _MOST} more"


def _difference(each: ParameterDifference) -> Iterator[str]:
    apart = f"{each.distance} ulp apart"
    if math.isnan(each.here) or math.isnan(each.recorded):
        apart = "one of them is not a number"
    yield f"{each.name}, {apart}"
    yield f"  here      {each.here!r}   {each.here.hex()}"
    yield f"  recorded  {each.recorded!r}   {each.recorded.hex()}"
