"""Calculated indices counted in another way: without the stride, or from one place further on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.together import Together
from bpdebug.notation.symbols import Calculated, Derivative, Reference
from bpdebug.notation.tree import Expression, SumWhere, replaced
from bpdebug.program.program import Phase

Count = Callable[[Calculated], Calculated]


def windows(course: Course) -> Iterator[Together]:
    """Of one array each, throughout or in the backward pass alone."""
    for name in course.program.quantities:
        for words, count in _WAYS:
            both: dict[int, Slip] = {}
            for at, statement in enumerate(course.statements):
                target = statement.equation.target
                is_own = isinstance(target, Derivative) and target.by.name == name
                tree = _counted(statement.value, name, is_own, count)
                if tree is not statement.value:
                    told = f"{name} with {words}"
                    both[at] = Slip("wrong index", told, 1.3, tree, may_be_scaled=False)
            backward = {
                at: replace(slip, words=f"{slip.words}, in the backward pass")
                for at, slip in both.items()
                if course.statements[at].phase is Phase.BACKWARD
            }
            if both:
                yield Together(both)
            if backward and len(backward) < len(both):
                yield Together(backward)


def _counted(tree: Expression, name: str, is_own: bool, count: Count) -> Expression:
    """A statement with another count for the places of an array; `is_own` if it is its gradient."""

    def other(node: Expression) -> Expression | None:
        match node:
            case Reference(own, indices) if own == name:
                new = tuple(count(i) if isinstance(i, Calculated) else i for i in indices)
                return None if new == indices else Reference(name, new)
            case SumWhere(indices, Calculated() as position, place, body) if is_own:
                if count(position) == position:
                    return None
                return SumWhere(indices, count(position), place, replaced(body, other))
        return None

    return replaced(tree, other)


def _without_stride(index: Calculated) -> Calculated:
    # The first place stays where it is.
    spare = sum(factor - 1 for factor, what in index.terms if isinstance(what, str) and factor > 1)
    terms = tuple((min(factor, 1), what) for factor, what in index.terms)
    return Calculated(terms, index.constant + spare)


def _moved(by: int) -> Count:
    return lambda index: Calculated(index.terms, index.constant + by)


_WAYS: tuple[tuple[str, Count], ...] = (
    ("windows without the stride", _without_stride),
    ("windows one place further on", _moved(1)),
    ("windows one place before", _moved(-1)),
)
