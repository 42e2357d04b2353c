"""What Python gets of a run as arrays, and as tables of pandas where that is installed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.conditions import read_watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.notation.names import did_you_mean
from bpdebug.numerics import FloatArray

MOST_VALUES = 10_000_000
"""How many numbers a curve may have."""


@dataclass(frozen=True, eq=False)
class RunCurve:
    """Quantities over the iterations of a run, as arrays.

    `iterations` has shape (n,) and counts from 1; `values` has shape (n, k), a column for each of
    the k `names`, with the value at the end of the iteration, NaN where there is none.

    >>> curve = run.curve("E", "w7", last=3)
    >>> curve.iterations.tolist(), curve["w7"].round(4).tolist()
    ([1, 2, 3], [0.6992, 0.6985, 0.6977])
    """

    names: tuple[str, ...]
    iterations: npt.NDArray[np.int64]
    values: FloatArray

    def __getitem__(self, name: str) -> FloatArray:
        """The values of one of the names, shape (n,). Raises ActionError for any other."""
        if name not in self.names:
            hint = did_you_mean(name, self.names) or f"; it has {', '.join(self.names)}"
            raise ActionError(f"there is no {name} in this curve{hint}")
        return self.values[:, self.names.index(name)]

    def __len__(self) -> int:
        return len(self.iterations)

    def __repr__(self) -> str:
        first, last = int(self.iterations[0]), int(self.iterations[-1])
        return f"<{', '.join(self.names)} in iterations {first} to {last}>"

    def to_pandas(self) -> Any:
        """A DataFrame with a column for each name, by iteration.

        Raises ImportError, which names the package, where pandas is not installed.

        >>> frame = run.curve("E", last=3).to_pandas()    # doctest: +SKIP
        >>> frame.loc[2, "E"]                             # doctest: +SKIP
        """
        index = pandas().Index(self.iterations, name="iteration")
        return pandas().DataFrame(self.values, index=index, columns=list(self.names))


def curve(debugger: Debugger, names: Sequence[str], first: int, last: int) -> RunCurve:
    """The values of expressions at the end of iterations `first` to `last`.

    Raises ActionError if there are no such iterations, or more values than MOST_VALUES; and
    ConditionError for an expression that makes no sense.
    """
    if not 1 <= first <= last <= debugger.iterations:
        raise ActionError(
            f"found the iterations {first} to {last}, expected some of 1 to {debugger.iterations}"
        )
    count = last - first + 1
    if count * len(names) > MOST_VALUES:
        raise ActionError(
            f"found {count * len(names):,} values, expected at most {MOST_VALUES:,}; ask for fewer "
            "iterations"
        )
    watches = [read_watch(name, debugger.program) for name in names]
    values = np.full((count, len(names)), np.nan)
    for row in range(count):
        view = debugger.view_at(Position((first + row) * debugger.program.operations))
        for column, watch in enumerate(watches):
            found = watch.value(view)
            if found is not None:
                values[row, column] = found
    return RunCurve(tuple(names), np.arange(first, last + 1), values)


def parameter_frame(columns: Mapping[str, Sequence[object]], index: Sequence[str]) -> Any:
    """A DataFrame with these columns, by name. Raises ImportError without pandas."""
    return pandas().DataFrame(dict(columns), index=pandas().Index(list(index), name="name"))


def pandas() -> Any:
    """The package pandas. Raises ImportError, which says how to get it, where it is missing."""
    try:
        return importlib.import_module("pandas")
    except ImportError as error:
        raise ImportError(
            "to_pandas needs the package pandas, which is not installed: pip install pandas"
        ) from error
