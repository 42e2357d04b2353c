"""Finding elements by their names among many quantities."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from bpdebug.program.quantities import (
    DerivativeLabels,
    Kind,
    Labels,
    NameIndex,
    Numbered,
    Prefixed,
    Quantity,
    element_labels,
)

SHAPES: Sequence[tuple[int, ...]] = ((), (2,), (70,), (9, 8), (1, 3, 30), (1100,))


class Counting(Numbered):
    """Names that count how often one is looked for."""

    asked = 0

    def find(self, name: str) -> int | None:
        Counting.asked += 1
        return super().find(name)


def quantity(name: str, shape: tuple[int, ...], labels: Labels | None = None) -> Quantity:
    return Quantity(name, Kind.COMPUTED, shape, 0, labels or Numbered(name, shape))


def own_names(name: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{name}{number}x" for number in range(prod(shape)))


def derivative(of: Quantity, by: Quantity, first: bool) -> Quantity:
    """d of/d by, of the first element of `of` if `first`."""
    letters = tuple("ijklmn"[: len(of.shape) + len(by.shape)])
    upper: tuple[int | str, ...] = letters[: len(of.shape)]
    lower = letters[len(of.shape) :]
    shape = (*of.shape, *by.shape)
    if first:
        upper, letters, shape = (1,) * len(of.shape), lower, by.shape
    labels = DerivativeLabels(of, by, upper, lower, letters, shape)
    return quantity(f"d{of.name}/d{by.name}", shape, labels)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["w", "w_", "w1", "w1_", "w_1", "a12b", "E1"]),
            st.sampled_from(SHAPES),
            st.booleans(),
        ),
        min_size=2,
        max_size=6,
    ),
    st.data(),
)
def test_the_first_quantity_that_has_a_name_is_found(
    drawn: list[tuple[str, tuple[int, ...], bool]], data: st.DataObject
) -> None:
    plain = [
        quantity(name, shape, element_labels(name, shape, own_names(name, shape) if own else ()))
        for name, shape, own in drawn
    ]
    found = [*plain]
    found += [quantity(f"dE/d{q.name}", q.shape, Prefixed("dE/d", q.labels)) for q in plain]
    found += [derivative(a, b, drawn[0][2]) for a, b in pairwise(plain)]
    index = NameIndex(found)
    some = data.draw(st.sampled_from(found))
    name = some.labels(data.draw(st.integers(0, prod(some.shape) - 1)))
    for written in (name, f"{name}1", name[:-1], f"d{name}", name.replace("_", "")):
        first = next((q for q in found if q.find(written) is not None), None)
        place = None if first is None else first.find(written)
        assert index.find(written) == (None if first is None else (first, place))


def test_a_name_is_looked_for_in_few_of_many_quantities() -> None:
    named = [(f"a{n}b", (118,)) for n in range(600)]
    index = NameIndex([quantity(name, shape, Counting(name, shape)) for name, shape in named])
    Counting.asked = 0
    for name, _ in named:
        assert index.find(f"{name}100") is not None
    assert Counting.asked <= 3 * len(named)
