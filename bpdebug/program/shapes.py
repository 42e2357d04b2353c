"""How far each index runs: shapes of quantities and ranges of indices, from their use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import free_indices, unique_sums
from bpdebug.notation.tree import (
    Derivative,
    Equation,
    Reference,
    Symbol,
)

Shapes = Mapping[str, tuple[int, ...]]
"""The shape of each plain quantity by name; scalars have the shape ()."""

Ranges = dict[str, int]
"""The number of values each index takes, from 1 on."""


def index_ranges(equation: Equation, shapes: Shapes, include_target: bool = True) -> Ranges:
    """The range of every index of `equation`.

    Raises ModelError for an unknown quantity, a wrong number of indices, a position that
    does not exist, or an index that would have to run over two different ranges.
    """
    ranges: Ranges = {}
    sources: dict[str, str] = {}
    found = (equation.target, *equation.uses) if include_target else equation.uses
    for reference in _plain(found):
        indices = reference.indices
        shape = shapes.get(reference.name)
        if shape is None:
            raise ModelError(f"{_show(equation)}: unknown quantity {reference.name}")
        if len(shape) != len(indices):
            raise ModelError(
                f"{_show(equation)}: {reference.name} takes {len(shape)} "
                f"{'index' if len(shape) == 1 else 'indices'}, not {len(indices)}"
            )
        if not shape:
            continue
        for index, size in zip(indices, shape, strict=True):
            if isinstance(index, int):
                if index > size:
                    raise ModelError(
                        f"{_show(equation)}: {reference.name} has no element {index}, only {size}"
                    )
            elif ranges.setdefault(index, size) != size:
                raise ModelError(
                    f"{_show(equation)}: index {index} runs to {ranges[index]} in "
                    f"{sources[index]} but to {size} in {reference.name}"
                )
            else:
                sources.setdefault(index, reference.name)
    return ranges


def forward_shapes(equations: Iterable[Equation], declared: Shapes) -> dict[str, tuple[int, ...]]:
    """The shapes of all quantities, declared and computed.

    Raises ModelError if a quantity is computed twice, is declared as well, or is used before
    it is computed.
    """
    shapes = dict(declared)
    for equation in equations:
        name = equation.target.family
        if name in shapes and name not in declared:
            raise ModelError(f"{_show(equation)}: {name} is computed twice")
        shapes[name] = computed_shape(equation, shapes)
    return shapes


def computed_shape(equation: Equation, shapes: Shapes) -> tuple[int, ...]:
    """The shape of what an equation computes from quantities of the shapes that are known.

    Raises ModelError if it does not fit with them, or computes one of them.
    """
    target = equation.target
    if not isinstance(target, Reference):
        raise ModelError(f"{_show(equation)}: a model equation computes a plain quantity")
    if target.name in shapes:
        raise ModelError(f"{_show(equation)}: {target.name} is given, it cannot be computed")
    if any(isinstance(index, int) for index in target.indices):
        raise ModelError(
            f"{_show(equation)}: the left side takes index letters, or a name without indices"
        )
    if len(set(target.indices)) < len(target.indices):
        raise ModelError(f"{_show(equation)}: the same index twice on the left")
    ranges = _bound_ranges(equation, shapes)
    unknown = [index for index in target.indices if index not in ranges]
    if unknown:
        raise ModelError(
            f"{_show(equation)}: nothing on the right says how far index {unknown[0]} runs"
        )
    return tuple(ranges[str(index)] for index in target.indices)


def _bound_ranges(equation: Equation, shapes: Shapes) -> Ranges:
    """The range of every index on the right of an equation, each of which means something.

    Raises ModelError if one does not: it is neither on the left nor a sum's, or the sum over
    it does not say how far it runs.
    """
    equation = unique_sums(equation)
    ranges = index_ranges(equation, shapes, include_target=False)
    if equation.reductions:
        free = free_indices(equation.value)
    else:
        free = {index for symbol in equation.uses for index in symbol.indices if index in ranges}
    loose = sorted(free.difference(map(str, equation.target.indices)))
    if loose:
        raise ModelError(
            f"{_show(equation)}: index {loose[0]} is neither on the left nor that of a sum"
        )
    for node in equation.reductions:
        if node.index not in ranges:
            raise ModelError(
                f"{_show(equation)}: nothing in the sum over {node.index} says how far it runs"
            )
    return ranges


def _plain(found: Iterable[Symbol]) -> list[Reference]:
    plain: list[Reference] = []
    for symbol in found:
        if isinstance(symbol, Derivative):
            plain += (symbol.of, symbol.by)
        else:
            plain.append(symbol)
    return plain


def _show(equation: Equation) -> str:
    target = equation.target
    name = target.family
    indices = ",".join(map(str, target.indices))
    return f"equation for {name}[{indices}]" if indices else f"equation for {name}"
