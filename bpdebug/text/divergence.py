"""A divergence in words: where the values differ, which they are, and where that is from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bpdebug.session.divergence import Comparison, Difference, Divergence, Finding


def divergence_lines(found: Divergence) -> Iterator[str]:
    """What is known about a fingerprint that differs, a sentence a line."""
    check = found.check
    branch = f" on branch {check.branch}" if check.branch != 1 else ""
    yield f"The values differ from those recorded at position {check.operation}{branch}."
    yield from _stretch(found)
    yield ""
    yield from _conclusion(found)
    if found.first is not None:
        yield ""
        yield from _difference(found.first, found.finding)
    yield ""
    yield from _comparisons(found)
    yield f"Here:     {found.here}"
    yield f"Recorded: {found.recorded_in or 'the file does not say with what'}"


def _stretch(found: Divergence) -> Iterator[str]:
    if found.agreeing is None:
        yield (
            "No fingerprint before it agrees, so the difference may lie anywhere from the start "
            "on, in the numbers that the run starts from, too."
        )
    else:
        yield (
            f"The last recorded position that agrees is {found.agreeing}: the difference arises "
            f"between {found.agreeing} and {found.check.operation}."
        )


def _conclusion(found: Divergence) -> Iterator[str]:
    match found.finding:
        case Finding.REPRODUCED:
            by = next(each for each in found.comparisons if each.reproduces)
            yield (
                f"Computed {by.evaluation}, this machine gives the recorded values; its fast form "
                "does not. The first operation that differs:"
            )
        case Finding.DISAGREEING:
            yield (
                "The evaluations on this machine disagree with each other, and none gives the "
                "recorded values. The first operation that differs:"
            )
        case Finding.ONE_ULP:
            yield (
                "All evaluations on this machine agree with each other on every value. What was "
                "recorded is a run in which a single result was off by one ulp:"
            )
        case Finding.UNKNOWN:
            first = found.agreeing or 0
            yield (
                f"Between positions {first} and {found.check.operation} the values differ from "
                "those that were recorded."
            )
            yield "No operation can be named: a file holds fingerprints, not the other values."


def _difference(first: Difference, finding: Finding) -> Iterator[str]:
    recorded = finding in (Finding.REPRODUCED, Finding.ONE_ULP)
    other = "recorded" if recorded else "otherwise"
    yield (
        f"Iteration {first.iteration}, operation {first.within} of it (position "
        f"{first.operation}): {first.quantity}"
    )
    yield f"  here       {first.here!r}   {first.here.hex()}"
    yield f"  {other:<9}  {first.other!r}   {first.other.hex()}"
    if math.isnan(first.here) or math.isnan(first.other):
        yield "  one of them is not a number"
    else:
        yield f"  {first.distance} ulp apart"


def _comparisons(found: Divergence) -> Iterator[str]:
    for each in found.comparisons:
        yield f"Computed {each.evaluation}: {_agrees(each)}."
    for failure in found.failures:
        yield f"This machine breaks the arithmetic of the profile: {failure}"
    if not found.failures:
        yield "The self-test of the arithmetic passes here."


def _agrees(each: Comparison) -> str:
    if each.first is None:
        return "the same as the fast form, bit for bit"
    ends = "ends as recorded" if each.reproduces else "does not end as recorded"
    return f"differs from the fast form first at position {each.first.operation}; {ends}"
