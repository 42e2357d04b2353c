"""The arithmetic profile: which double every operation gives, on every machine.

`scalar` has the functions of the equation language on Python floats, `array` the same on
float64 arrays with the same bits, `sums` the ordered sum, `digest` fingerprints and
distances of values, `selftest` a check that this machine keeps the promises. The profile
is described in docs/explanation/numerics.md. Its id never changes meaning: another order of
operations or another `exp` is another id.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

PROFILE = "ieee-seq-1"
"""The id that a session stores beside its numbers."""

FloatArray: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
"""An array of doubles, any shape. Written out, for `numpy.typing` takes its time to load."""

IntArray: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]
"""An array of whole numbers, any shape."""
