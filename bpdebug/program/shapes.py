"""How far each index runs: shapes of quantities and ranges of indices, from their use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import free_indices, unique_sums
from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.styles import spelled_index
from bpdebug.notation.symbols import (
    Calculated,
    Derivative,
    Reference,
    Symbol,
    as_calculated,
    calculated,
    index_letters,
    symbol_letters,
)
from bpdebug.notation.tree import SumWhere, bound_letters, look_ups

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
    calculations: list[tuple[Reference, Calculated, int]] = []
    found = (equation.target, *equation.uses) if include_target else equation.uses
    in_sums = chain.from_iterable(map(look_ups, equation.reductions))
    for reference in (*_plain(found), *in_sums):
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
            if isinstance(index, Calculated):
                calculations.append((reference, index, size))
            elif isinstance(index, int):
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
    if calculations:
        _fit(equation, calculations, ranges)
    return ranges


def _fit(
    equation: Equation, calculations: Sequence[tuple[Reference, Calculated, int]], ranges: Ranges
) -> None:
    """Let letters that stand in calculations only run as far as those go.

    Raises ModelError if nothing says how far, or if a calculation goes out of its range. Where
    positions are looked up, that is for `check_look_ups`.
    """
    while True:
        fits: Ranges = {}
        for reference, index, size in calculations:
            unknown = [letter for letter in index_letters(index) if letter not in ranges]
            if len(unknown) != 1 or any(not isinstance(what, str) for _, what in index.terms):
                continue
            (factor,) = (factor for factor, what in index.terms if what == unknown[0])
            rest = calculated(
                (each for each in index.terms if each[1] != unknown[0]), index.constant
            )
            low, high = _extent(as_calculated(rest), ranges)
            fit = (size - high) // factor if factor > 0 else (low - 1) // -factor
            if fit < 1:
                raise ModelError(
                    f"{_show(equation)}: {to_text(reference)} fits for no {unknown[0]}: "
                    f"{reference.name} has {size} there"
                )
            fits[unknown[0]] = min(fit, fits.get(unknown[0], fit))
        if not fits:
            break
        ranges |= fits
    for reference, index, size in calculations:
        for letter in index_letters(index):
            if letter not in ranges:
                raise ModelError(
                    f"{_show(equation)}: nothing says how far index {letter} runs in "
                    f"{to_text(reference)}"
                )
        if all(isinstance(what, str) for _, what in index.terms):
            low, high = _extent(index, ranges)
            if low < 1 or high > size:
                text = spelled_index(index, str, to_text)
                runs = ", ".join(f"{n} from 1 to {ranges[n]}" for n in index_letters(index))
                raise ModelError(
                    f"{_show(equation)}: {text} goes from {low} to {high} in {to_text(reference)} "
                    f"({runs}), but {reference.name} has positions 1 to {size} there"
                )


def _extent(index: Calculated, ranges: Ranges) -> tuple[int, int]:
    """The least and the greatest position of a calculation without look-ups."""
    low = high = index.constant
    for factor, letter in index.terms:
        assert isinstance(letter, str)
        ends = factor, factor * ranges[letter]
        low, high = low + min(ends), high + max(ends)
    return low, high


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
    if any(isinstance(node, SumWhere) for node in equation.reductions):
        raise ModelError(
            f"{_show(equation)}: a sum over the indices at a place, sum(i, k: i+k = p: …), is "
            "for derivatives; in a model write the index itself, as x[i+k]"
        )
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
        free = {index for symbol in equation.uses for index in symbol_letters(symbol)}
    loose = sorted(free.difference(map(str, equation.target.indices)))
    if loose:
        raise ModelError(
            f"{_show(equation)}: index {loose[0]} is neither on the left nor that of a sum"
        )
    for node in equation.reductions:
        for index in bound_letters(node):
            if index not in ranges:
                raise ModelError(
                    f"{_show(equation)}: nothing in the sum over {index} says how far it runs"
                )
    return ranges


def _plain(found: Iterable[Symbol]) -> list[Reference]:
    plain: list[Reference] = []
    for symbol in found:
        if isinstance(symbol, Derivative):
            plain += (symbol.of, symbol.by)
        else:
            plain.append(symbol)
            plain += look_ups(symbol)
    return plain


def _show(equation: Equation) -> str:
    target = equation.target
    name = target.family
    indices = ",".join(map(str, target.indices))
    return f"equation for {name}[{indices}]" if indices else f"equation for {name}"
