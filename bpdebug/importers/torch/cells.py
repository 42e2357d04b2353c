"""Names for what recurrent layers compute in each step, as textbooks have them.

torch computes a step in a fixed order: of an LSTM the gates i, f, g, o, then the cell c and the
state h; of a GRU the gates r and z, the candidate n, then h.
"""

from __future__ import annotations

from typing import Any

import torch

_LSTM = (
    ("sigmoid", "i"),
    ("sigmoid", "f"),
    ("tanh", "g"),
    ("sigmoid", "o"),
    ("add", "c"),
    ("tanh", ""),
    ("mul", "h"),
)
_GRU = (
    ("sigmoid", "r"),
    ("sigmoid", "z"),
    ("tanh", "n"),
    ("sub", ""),
    ("mul", ""),
    ("add", "h"),
)


class Steps:
    """Follows the operations of a recurrent layer through its steps."""

    def __init__(self) -> None:
        self._at: dict[int, tuple[int, int]] = {}

    def name(self, module: Any, base: str) -> str:
        """What an operation gives in a step of this module, such as i1; empty if it has no name."""
        steps = _steps(module)
        if not steps:
            return ""
        step, at = self._at.get(id(module), (1, 0))
        operation, called = steps[at]
        if operation != base:
            return ""
        ends = at + 1 == len(steps)
        self._at[id(module)] = (step + 1, 0) if ends else (step, at + 1)
        return called and f"{called}{step}"


def _steps(module: Any) -> tuple[tuple[str, str], ...]:
    match module:
        case torch.nn.LSTM() | torch.nn.LSTMCell():
            return _LSTM
        case torch.nn.GRU() | torch.nn.GRUCell():
            return _GRU
        case torch.nn.RNN() | torch.nn.RNNCell():
            own = getattr(module, "nonlinearity", "tanh")
            return ((own, "h"),)
    return ()
