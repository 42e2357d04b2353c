"""Why a run stopped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpdebug.debugger.view import Position


class Reason(StrEnum):
    """Why the debugger stands where it stands.

    >>> run.step().reason is api.Reason.STEP
    True
    """

    STEP = "step"
    BREAKPOINT = "breakpoint"
    CONDITION = "condition"
    NON_FINITE = "non-finite"
    GO_TO = "go to"
    EDIT = "edit"
    START = "start of history"
    END = "end of history"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why a run stopped.

    For a breakpoint or a non-finite value, `operation` is the triggering operation (counted
    since the start), `quantity` what it wrote or read, `old` and `new` its value before and
    after the stop's direction of travel, None where it is not computed yet, and `hit` how
    often the breakpoint has been hit.

    >>> stop = run.step("phase")
    >>> stop.position.operation, str(stop.reason)
    (8, 'step')
    """

    reason: Reason
    position: Position
    breakpoint: int | None = None
    operation: int | None = None
    quantity: str | None = None
    old: float | None = None
    new: float | None = None
    hit: int | None = None

    def __repr__(self) -> str:
        parts = [f"p={self.position.operation}"]
        if self.breakpoint is not None:
            parts.append(f"breakpoint {self.breakpoint}, hit {self.hit}")
        if self.quantity is not None:
            parts.append(f"{self.quantity} from {self.old} to {self.new}")
        return f"<Stop ({self.reason}): {', '.join(parts)}>"
