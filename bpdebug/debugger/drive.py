"""Work that is a generator, driven to its result: it yields how far it has got, and returns."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

_Reached = TypeVar("_Reached")
_Told = TypeVar("_Told")
_Result = TypeVar("_Result")


def drive(
    work: Generator[_Reached, None, _Result],
    see: Callable[[_Reached], object] = lambda reached: None,
    enough: Callable[[], bool] = lambda: False,
) -> _Result | None:
    """The result of work, whose progress `see` is told; None if it is `enough` before the end.

    `enough` is asked before each stretch; the work can be driven on later. Raises what the work
    raises.
    """
    while not enough():
        try:
            reached = next(work)
        except StopIteration as finished:
            return finished.value  # type: ignore[no-any-return]
        see(reached)
    return None


def relayed(
    work: Generator[_Reached, None, _Result], tell: Callable[[_Reached], _Told]
) -> Generator[_Told, None, _Result]:
    """The same work, with its progress told in another way."""
    results: list[_Result] = []

    def last() -> Generator[_Reached, None, None]:
        results.append((yield from work))

    for reached in last():
        yield tell(reached)
    return results[0]
