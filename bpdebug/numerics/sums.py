"""The ordered sum: over the first axis, in index order, rounded after every addition."""

from __future__ import annotations

import numpy as np

from bpdebug.numerics import FloatArray


def sum_first_axis(terms: FloatArray) -> FloatArray:
    """terms[0] + terms[1] + … + terms[n−1], from left to right; shape (n, …) gives (…).

    The result is a new array with the bits of the plain loop, whatever the memory layout
    of `terms`. Raises ValueError if there is no first axis or no term on it.
    """
    terms = np.asarray(terms, dtype=np.float64)
    if terms.ndim == 0 or terms.shape[0] == 0:
        raise ValueError(f"a sum needs at least one term, got shape {terms.shape}")
    with np.errstate(all="ignore"):
        return added(terms)


def added(terms: FloatArray) -> FloatArray:
    """The same for float64 terms of which there is one at least, where nothing is said about what
    is not finite.
    """
    count, shape = terms.shape[0], terms.shape[1:]
    columns = terms.size // count
    result: FloatArray
    if columns == 1:
        # reduce would add a single column pairwise; accumulate gives every partial sum,
        # so it has to go in order. The copy frees the other partial sums.
        result = np.add.accumulate(terms.reshape(count))[-1:].copy()
    else:
        # With the summed axis outermost in memory and at least two columns, reduce adds
        # row after row. It starts from −0, which added to any double gives that double.
        rows = np.ascontiguousarray(terms).reshape(count, columns)
        result = np.add.reduce(rows, axis=0, initial=-0.0)  # exact: row after row
    return result.reshape(shape)
