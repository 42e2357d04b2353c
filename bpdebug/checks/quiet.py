"""Checks without numpy's warnings: what overflows or is not a number is judged as it comes out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

_Given = ParamSpec("_Given")
_Step = TypeVar("_Step")
_Result = TypeVar("_Result")


def quiet(
    check: Callable[_Given, Generator[_Step, None, _Result]],
) -> Callable[_Given, Generator[_Step, None, _Result]]:
    """A generator function that warns of nothing; what is done between its steps is left alone."""

    @wraps(check)
    def checking(*args: _Given.args, **kwargs: _Given.kwargs) -> Generator[_Step, None, _Result]:
        work = check(*args, **kwargs)
        while True:
            with np.errstate(all="ignore"):
                try:
                    step = next(work)
                except StopIteration as finished:
                    return finished.value  # type: ignore[no-any-return]
            yield step

    return checking
