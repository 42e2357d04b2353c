"""The arithmetic profile: which double every operation gives, on every machine.

`scalar` has the functions of the equation language on Python floats, `array` the same on
float64 arrays with the same bits, `sums` the ordered sum, `digest` fingerprints and
distances of values, `selftest` a check that this machine keeps the promises. The profile
is described in docs/explanation/numerics.md. Its id never changes meaning: another order of
operations or another `exp` is another id.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

PROFILE = "ieee-seq-1"
"""The id that a session stores beside its numbers."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
"""An array of doubles, any shape."""
