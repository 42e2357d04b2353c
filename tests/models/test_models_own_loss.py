"""A loss of one's own for a network of layers."""

from __future__ import annotations

import pytest
from openings import of_data

from .sessions import Data, complaints, gradients, layered

DATA: Data = {"inputs": {"x": [0.5, -1.5]}, "targets": {"t": [1]}}
OWN = "E = (o[1] - t[1])^2 + 0.5*sum(i: W1[i,1]^2)"


def test_it_is_differentiated_like_any_equation() -> None:
    """With half a square for each weight its gradient grows by the weight."""
    plain = gradients(of_data(layered(2, 1, loss="squared error") | DATA))
    own = of_data(layered(2, 1, loss=OWN) | DATA)
    start = own.program.start
    for name, gradient in gradients(own).items():
        slot = own.program.slot_named(name)
        assert slot is not None
        weight = float(start[slot]) if name.startswith("w") else 0.0
        assert gradient == pytest.approx(plain[name] + weight, rel=1e-12)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("E = (((o[1]", "column"),
        ("E = q", "unknown quantity q"),
        ("E := o[1]", "is written with =, not with :="),
        ("E = dE/do1", "derivatives are found by bpdebug"),
        ("E = o[1] = 1", "column"),
    ],
)
def test_one_that_makes_no_sense_is_refused(loss: str, words: str) -> None:
    assert words in "\n".join(complaints(layered(2, 1, loss=loss) | DATA).values())
