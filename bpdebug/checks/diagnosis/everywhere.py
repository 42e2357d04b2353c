"""Slips that are made in many statements at once, and in what is given: a loop that forgets
something, an optimizer with other settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from bpdebug.checks.diagnosis.alike import alike
from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.forms import USUAL
from bpdebug.checks.diagnosis.misread import misread
from bpdebug.checks.diagnosis.products import ONE, terms, total
from bpdebug.checks.diagnosis.readings import clipped, read_otherwise
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.stems import number_of, stem
from bpdebug.checks.diagnosis.together import Together
from bpdebug.checks.diagnosis.windows import windows
from bpdebug.checks.mistakes.parts import biases as biases_of
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, replaced
from bpdebug.program.program import Phase, Statement
from bpdebug.program.quantities import Kind

Map = Callable[[int, int], int]
"""Another index for a fixed one, of which the second is the lowest."""

_MOST_MAPPED = 64
"""Statements that are written out, whose fixed indices are mapped in another way."""


def everywhere(course: Course) -> Iterator[Together]:
    """All that is known of this kind, the usual ones first."""
    yield from _not_cleared(course)
    yield from _through_time(course)
    yield from _overwritten(course)
    yield from _all_of_a_kind(course)
    yield from alike(course)
    yield from _index_maps(course)
    yield from windows(course)
    yield from misread(course)
    yield from read_otherwise(course)
    yield from clipped(course)
    yield from _settings(course)


def _gradients(course: Course) -> Iterator[tuple[int, Statement, Derivative]]:
    for place, statement in enumerate(course.statements):
        target = statement.equation.target
        if statement.target.kind is Kind.GRADIENT and isinstance(target, Derivative):
            yield place, statement, target


def _is_parameter(course: Course, target: Derivative) -> bool:
    return course.program.quantities[target.by.name].kind is Kind.PARAMETER


def _not_cleared(course: Course) -> Iterator[Together]:
    """Backward run twice, with the gradients of what lies between still there."""
    slips = {}
    for place, statement, target in _gradients(course):
        if not _is_parameter(course, target):
            again = Binary("+", target, statement.value)
            slips[place] = Slip(
                "intermediate gradients not cleared",
                "gathered on in a second backward pass",
                1.5,
                again,
            )
    if slips:
        yield Together(slips)


def _through_time(course: Course) -> Iterator[Together]:
    """What comes back from the next time step not added."""
    if not _has_time(course):
        return
    cut: dict[str, dict[int, Slip]] = {}
    every: dict[int, Slip] = {}
    for place, statement, target in _gradients(course):
        if _is_parameter(course, target):
            continue
        own = number_of(target.by.name)
        kept = [
            term
            for term in terms(statement.value)
            if not any(
                isinstance(each, Derivative) and number_of(each.by.name) > own
                for each in symbols(term)
            )
        ]
        if len(kept) < len(terms(statement.value)):
            slip = Slip(
                "nothing through time",
                "without what comes back from the next time step",
                0.6,
                total(kept),
            )
            every[place] = slip
            cut.setdefault(stem(target.by.name), {})[place] = slip
    if every:
        yield Together(every)
    if len(cut) > 1:
        yield from map(Together, cut.values())


def _has_time(course: Course) -> bool:
    """Whether a parameter is used again and again, in a line that is repeated."""
    for _, statement, target in _gradients(course):
        if _is_parameter(course, target):
            used: dict[str, set[int]] = {}
            for each in symbols(statement.value):
                if isinstance(each, Derivative):
                    used.setdefault(stem(each.by.name), set()).add(number_of(each.by.name))
            if any(len(numbers) > 1 for numbers in used.values()):
                return True
    return False


def _overwritten(course: Course) -> Iterator[Together]:
    """A gradient assigned where it has to be added to: the first or the last path is left."""
    for of_parameters in (True, False):
        for at, which in ((-1, "last"), (0, "first")):
            slips = {}
            for place, statement, target in _gradients(course):
                several = terms(statement.value)
                if _is_parameter(course, target) is of_parameters and len(several) > 1:
                    words = f"assigned instead of added: the {which} of its paths alone"
                    slips[place] = Slip("overwritten", words, 1.3, several[at])
            if len(slips) > 1:
                yield Together(slips)


def _all_of_a_kind(course: Course) -> Iterator[Together]:
    """All biases, or all weights, off by one factor; slopes at a kink taken from the other side."""
    biases: dict[int, Slip] = {}
    weights: dict[int, Slip] = {}
    kinks: dict[int, Slip] = {}
    names = set(biases_of(course.program))
    for place, statement, target in _gradients(course):
        if _is_parameter(course, target):
            group = biases if target.by.name in names else weights
            group[place] = Slip("wrong factor", "", 1.2, statement.value, is_scaled=True)
    for place, statement in enumerate(course.statements):
        if statement.target.kind not in (Kind.LOCAL, Kind.GRADIENT):
            continue
        other = replaced(statement.value, _other_side)
        if other is not statement.value:
            words = "equal elements: at a tie each of them passes the whole gradient"
            kinks[place] = Slip("kink", words, 0.2, other)
    for several in (biases, weights, kinks):
        if len(several) > 1:
            yield Together(several)
    yield from _updates_of_a_kind(course, names)
    if len(kinks) > 1:
        for place, slip in kinks.items():
            yield Together({place: slip})
    elif kinks:
        yield Together(kinks)


def _updates_of_a_kind(course: Course, names: set[str]) -> Iterator[Together]:
    """The change of all biases, or of all weights, off by one factor."""
    updated: dict[bool, dict[int, Slip]] = {True: {}, False: {}}
    for place, statement in enumerate(course.statements):
        several = terms(statement.value)
        if statement.target.kind is Kind.PARAMETER and len(several) == 2:
            kept, change = several
            slip = Slip("term off by a factor", to_text(change), 1.1, change, kept, is_scaled=True)
            updated[statement.target.name in names][place] = slip
    for slips in updated.values():
        if len(slips) > 1:
            yield Together(slips)


def _other_side(tree: Expression) -> Expression | None:
    """u ≥ 0 for u > 0, where a kink lies."""
    match tree:
        case Binary("-", Number(1.0), Call("step")):
            return tree
        case Call("step", (inside,)):
            return Binary("-", ONE, Call("step", (_negated(inside),)))
    return None


def _negated(tree: Expression) -> Expression:
    match tree:
        case Binary("-", left, right):
            return Binary("-", right, left)
        case _:
            return Negation(tree)


def _index_maps(course: Course) -> Iterator[Together]:
    """Fixed indices counted in another way where a statement is written out: without the stride, or
    from one further on.
    """
    written = [
        (place, statement)
        for place, statement in enumerate(course.statements)
        if statement.phase is Phase.BACKWARD
        and any(isinstance(n, int) for s in symbols(statement.value) for n in s.indices)
    ]
    if len(written) > _MOST_MAPPED:
        return
    families: dict[tuple[str, str], list[tuple[int, Statement]]] = {}
    for place, statement in written:
        target = statement.equation.target.family
        for name in {s.name for s in symbols(statement.value) if isinstance(s, Reference)}:
            families.setdefault((target, name), []).append((place, statement))
    for (_, name), group in families.items():
        shape = course.program.quantities[name].shape
        for words, change in _maps():
            slips = {}
            for place, statement in group:
                mine = [s for s in symbols(statement.value) if s.family == name]
                fixed = [tuple(n for n in s.indices if isinstance(n, int)) for s in mine]
                if not fixed or len({len(each) for each in fixed}) != 1:
                    continue
                low = tuple(min(each[at] for each in fixed) for at in range(len(fixed[0])))
                tree = _mapped(statement.value, name, low, change, shape)
                if tree is not None and tree != statement.value:
                    slips[place] = Slip("wrong index", f"{name} {words}", 1.5, tree)
            if slips:
                yield Together(slips)


def _maps() -> Iterator[tuple[str, Map]]:
    yield "without the stride", lambda n, low: low + (n - low) // 2
    yield "with a stride of 2", lambda n, low: low + 2 * (n - low)
    yield "one further on", lambda n, low: n + 1
    yield "one before", lambda n, low: n - 1


def _mapped(
    tree: Expression,
    name: str,
    low: tuple[int, ...],
    change: Map,
    shape: tuple[int, ...],
) -> Expression | None:
    """The tree with other fixed indices of a quantity; None if one is not there."""
    is_there = True

    def other(node: Expression) -> Expression | None:
        nonlocal is_there
        if not isinstance(node, Reference) or node.name != name:
            return None
        indices, at = [], 0
        for place, index in enumerate(node.indices):
            if isinstance(index, int):
                index = change(index, low[at])
                is_there &= 1 <= index <= shape[place]
                at += 1
            indices.append(index)
        return Reference(name, tuple(indices))

    found = replaced(tree, other)
    return found if is_there else None


def _settings(course: Course) -> Iterator[Together]:
    """Constants and what an optimizer keeps from the start: swapped, or of another usual value."""
    program = course.program
    start = course.base()
    scalars = {
        each.name: each.offset
        for each in program.of_kind(Kind.CONSTANT)
        if not each.shape and any(each.name in reads for reads in course.reads)
    }
    for (one, first), (two, second) in combinations(scalars.items(), 2):
        if start[first] != start[second]:
            given = {first: float(start[second]), second: float(start[first])}
            yield Together({-1: Slip("values swapped", f"{one} and {two}", 1.2)}, given)
    for name, slot in scalars.items():
        for value in USUAL:
            if value != start[slot]:
                words = f"{name} = {value:g} in place of {start[slot]:g}"
                yield Together({-1: Slip("wrong constant", words, 1.9)}, {slot: value})
    names = {f"_{each.name}" for each in program.of_kind(Kind.PARAMETER)}
    powers = [
        each
        for each in program.of_kind(Kind.STATE)
        if not each.shape and not any(each.name.endswith(name) for name in names)
    ]
    counted: dict[int, dict[int, float]] = {}
    for each in powers:
        for place, statement in enumerate(course.statements):
            if statement.target.name != each.name:
                continue
            factor = course.values(place)[0] / start[each.offset] if start[each.offset] else 1.0
            for steps in (1, -1, 2):
                counted.setdefault(steps, {})[each.offset] = float(
                    start[each.offset] * factor**steps
                )
    for steps, given in counted.items():
        words = f"step counted from {1 + steps} in the correction"
        yield Together({-1: Slip("step counted from another number", words, 1.5)}, given)
