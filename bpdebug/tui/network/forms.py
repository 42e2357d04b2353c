"""The forms a node can take, from a box with every value to a mere name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.tui.network.graph import Graph, Group, Node

NAME_LIMIT = 12
"""Names longer than this are shortened with an ellipsis."""


class Line(StrEnum):
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
    longest numbers.
    """

    boxed: bool
    lines: frozenset[Line]
    number: int
    gap: int
    spacing: int
    loss: bool
    long: bool = False
    folds: bool = False
    tight: bool = False


_ALL = frozenset(Line)


def forms() -> Iterator[Form]:
    """The forms, the most telling first."""
    for lines in (_ALL, _ALL - {Line.GRADIENT}):
        for spacing in (1, 0):
            yield Form(True, lines, 7, 11, spacing, loss=True, long=True)
            yield Form(True, lines, 7, 11, spacing, loss=True)
            yield Form(True, lines, 7, 9, spacing, loss=False, long=True)
            yield Form(True, lines, 7, 11, spacing, loss=False)
            yield Form(True, lines, 7, 11, spacing, loss=False, tight=True)
            yield Form(True, lines, 7, 9, spacing, loss=False, tight=True)
    value = frozenset({Line.VALUE})
    for folds in (False, True):
        for spacing in (2, 1, 0):
            yield Form(False, value, 7, 9, spacing, loss=True, folds=folds)
            yield Form(False, value, 7, 9, spacing, loss=False, folds=folds)
            yield Form(False, value, 7, 5, spacing, loss=False, folds=folds)
            yield Form(False, value, 6, 4, spacing, loss=False, folds=folds)
        yield Form(False, value, 5, 3, 0, loss=False, folds=folds)
        yield Form(False, value, 5, 2, 0, loss=False, folds=folds)
        yield Form(False, value, 0, 3, 0, loss=False, folds=folds)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a node: what it shows, how that is called, and in which slot its value is."""

    line: Line
    label: str
    slot: int


def entries(graph: Graph, node: Node, observation: int, form: Form) -> list[Entry]:
    """The lines of a node, from top to bottom."""
    program = graph.program
    group = graph.group(node)
    biases = graph.biases_of(node, observation, own=True)
    found = [Entry(Line.BIAS, program.name(slot), slot) for slot in biases]
    if group.before is not None:
        slot = graph.slot(node, group.before, observation)
        found.append(Entry(Line.BEFORE, program.name(slot), slot))
    value = graph.value_slot(node, observation)
    found.append(Entry(Line.VALUE, program.name(value), value))
    if group.answer is not None:
        slot = graph.slot(node, group.answer, observation)
        found.append(Entry(Line.ANSWER, program.name(slot), slot))
    gradient = gradient_slot(graph, group, node, observation)
    if gradient is not None:
        label = program.name(gradient) if form.long else "∂"
        found.append(Entry(Line.GRADIENT, label, gradient))
    return [entry for entry in found if entry.line in form.lines]


def gradient_slot(graph: Graph, group: Group, node: Node, observation: int) -> int | None:
    """Where the derivative of the loss by a node is: by its value, else its pre-activation."""
    for quantity in (group.value, group.before):
        if quantity is not None and quantity.kind is Kind.COMPUTED:
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
