"""What is given in turn: other observations in each iteration, after a while the same again."""

from __future__ import annotations

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


def fed_spans(program: Program) -> list[tuple[int, int]]:
    """Where they lie: a first slot and a number of slots for each quantity."""
    feed = program.model.feed
    quantities = [] if feed is None else [program.quantities[name] for name in feed.data]
    return [(quantity.offset, quantity.size) for quantity in quantities]


def fed_slots(program: Program) -> list[int]:
    """All slots of theirs."""
    return [slot for first, size in fed_spans(program) for slot in range(first, first + size)]


def given_in_turn(program: Program) -> FloatArray:
    """A row for each iteration, from the first one on, with the values of these slots."""
    feed, slots = program.model.feed, fed_slots(program)
    rows = np.empty((0 if feed is None else feed.period, len(slots)))
    memory = program.start.copy()
    for number, row in enumerate(rows, start=1):
        program.load_observations(memory, number)
        row[:] = memory[slots]
    return rows
