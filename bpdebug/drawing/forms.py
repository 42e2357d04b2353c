"""The forms a node can take, from a box with every value to a mere name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bpdebug.drawing.graph import Graph, Group, Node
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

NAME_LIMIT = 12
"""Names longer than this are shortened with an ellipsis."""


NUMBER = 7
"""The width of `−0.1234`, which numbers have wherever there is room."""


class NodeLine(StrEnum):
    """What a line of a node shows."""

    BIAS = "bias"
    BEFORE = "pre-activation"
    VALUE = "value"
    ANSWER = "target"
    GRADIENT = "gradient"


@dataclass(frozen=True, slots=True)
class Form:
    """How nodes are drawn.

    `number` is the width of a number, 0 for none but a sign of its status. `gap` is the room
    needed between columns and `spacing` the empty rows wanted between nodes. `loss` says
    whether the loss is a column, `folds` whether a column may show a part of its units.
    `long` spells gradients `dE/dh1` instead of `∂`. A `tight` box leaves no blank behind the
    longest numbers. One line may have `pairs` of numbers: pre-activation and activation, or on
    the way back activation and gradient.
    """

    boxed: bool
    lines: frozenset[NodeLine]
    number: int
    gap: int
    spacing: int
    loss: bool
    long: bool = False
    folds: bool = False
    tight: bool = False
    pairs: bool = False


_ALL = frozenset(NodeLine)
_VALUE = frozenset({NodeLine.VALUE})
_PAIR = frozenset({NodeLine.BEFORE, NodeLine.VALUE, NodeLine.GRADIENT})


def forms(number: int = NUMBER, near: bool = False) -> Iterator[Form]:
    """The forms, the most telling first.

    `number` is the width that numbers want. A `near` drawing may be larger than what is seen of
    it: there a box is worth more than seeing many units at once.
    """
    wide = sorted({number, NUMBER}, reverse=True)
    for lines in (_ALL, _ALL - {NodeLine.GRADIENT}):
        for spacing in (1, 0):
            for each in wide:
                yield from _boxes(lines, each, spacing)
    for folds in (False, True):
        if folds and near:
            for each in wide:
                yield Form(True, _ALL, each, 11, 0, loss=True, long=True, folds=True)
                yield Form(True, _ALL, each, 9, 0, loss=False, tight=True, folds=True)
        for spacing in (2, 1, 0):
            for each in wide:
                yield from _lines(each, spacing, folds)
        for each, gap in ((7, 4), (7, 3), (6, 3), (5, 3), (5, 2), (0, 3)):
            yield Form(False, _VALUE, each, gap, 0, loss=False, folds=folds)


def _boxes(lines: frozenset[NodeLine], number: int, spacing: int) -> Iterator[Form]:
    yield Form(True, lines, number, 11, spacing, loss=True, long=True)
    yield Form(True, lines, number, 11, spacing, loss=True)
    yield Form(True, lines, number, 9, spacing, loss=False, long=True)
    yield Form(True, lines, number, 11, spacing, loss=False)
    yield Form(True, lines, number, 11, spacing, loss=False, tight=True)
    yield Form(True, lines, number, 9, spacing, loss=False, tight=True)


def _lines(number: int, spacing: int, folds: bool) -> Iterator[Form]:
    yield Form(False, _PAIR, number, 9, spacing, loss=True, folds=folds, pairs=True)
    yield Form(False, _PAIR, number, 9, spacing, loss=False, folds=folds, pairs=True)
    yield Form(False, _PAIR, number, 6, spacing, loss=False, folds=folds, pairs=True)
    yield Form(False, _VALUE, number, 9, spacing, loss=True, folds=folds)
    yield Form(False, _VALUE, number, 9, spacing, loss=False, folds=folds)
    yield Form(False, _VALUE, number, 5, spacing, loss=False, folds=folds)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a node: what it shows, how that is called, and in which slot its value is."""

    line: NodeLine
    label: str
    slot: int


def entries(graph: Graph, node: Node, observation: int, form: Form) -> tuple[Entry, ...]:
    """The lines of a node, from top to bottom."""
    found = _every_entry(graph, node, observation, form.long)
    return tuple([entry for entry in found if entry.line in form.lines])


@lru_cache(maxsize=1024)  # Many forms are tried, with the same nodes.
def _every_entry(graph: Graph, node: Node, observation: int, long: bool) -> tuple[Entry, ...]:
    program = graph.program
    group = graph.group(node)
    biases = graph.biases_of(node, observation, own=True)
    found = [Entry(NodeLine.BIAS, program.name(slot), slot) for slot in biases]
    if group.before is not None:
        slot = graph.slot(node, group.before, observation)
        found.append(Entry(NodeLine.BEFORE, program.name(slot), slot))
    value = graph.value_slot(node, observation)
    found.append(Entry(NodeLine.VALUE, program.name(value), value))
    if group.answer is not None:
        slot = graph.slot(node, group.answer, observation)
        found.append(Entry(NodeLine.ANSWER, program.name(slot), slot))
    gradient = gradient_slot(graph, group, node, observation)
    if gradient is not None:
        label = program.name(gradient) if long else "∂"
        found.append(Entry(NodeLine.GRADIENT, label, gradient))
    return tuple(found)


def gradient_slot(graph: Graph, group: Group, node: Node, observation: int) -> int | None:
    """Where the derivative of the loss by a node is: by its value, else its pre-activation."""
    for quantity in (group.value, group.before):
        if quantity is not None and quantity.kind in (Kind.COMPUTED, Kind.PARAMETER):
            slot = graph.program.gradient_slot(graph.slot(node, quantity, observation))
            if slot is not None:
                return slot
    return None


def number_width(program: Program, entry: Entry, form: Form, given: tuple[int, int]) -> int:
    """The cells kept for a line's number; `given` are enough for inputs and for targets."""
    kind = program.quantity_at(entry.slot).kind
    if kind is Kind.INPUT:
        return min(form.number, given[0])
    return min(form.number, given[1]) if kind is Kind.TARGET else form.number
