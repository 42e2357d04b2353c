"""The marks of breakpoints by element and by operation, made again when a breakpoint changes."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.text.marks import gathered, sign

_MOST = 1000
"""Elements of one quantity that are marked, and operations of one breakpoint: of more operations
every few, which is enough for a line as long as a terminal is wide.
"""


class BreakpointMarks:
    """What marks there are, as `text.marks` has them."""

    def __init__(self) -> None:
        self.elements: Mapping[str, str] = {}
        self.operations: Mapping[int, str] = {}
        self._of: Mapping[int, Breakpoint] | None = None

    def update(self, debugger: Debugger) -> None:
        """Be those of a debugger's breakpoints as they are now."""
        breakpoints = debugger.document.breakpoints
        if breakpoints is self._of:
            return
        self._of = breakpoints
        # Many breakpoints may be on the same: what is long is made of each kind once.
        kinds = {(each.on, each.access, sign(each)): each for each in breakpoints.values()}
        elements: list[tuple[str, str]] = []
        operations: list[tuple[int, str]] = []
        for each in kinds.values():
            if each.problem:
                elements.append((each.on, sign(each)))
                continue
            trigger, program = debugger.trigger(each), debugger.program
            if trigger.slots is not None and len(trigger.slots) <= _MOST:
                elements += [(program.name(slot), sign(each)) for slot in trigger.slots]
            if each.enabled:
                found = trigger.operations[:: 1 + len(trigger.operations) // _MOST].tolist()
                operations += [(operation, sign(each)) for operation in found]
        self.elements, self.operations = gathered(elements), gathered(operations)
