"""Text that reads well aloud."""

from __future__ import annotations

import pytest

from bpdebug.text.aloud import aloud, in_prose
from bpdebug.text.numbers import COVER


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("w7 := w7 − α · dE/dw7", "w7 := w7 - alpha * dE/dw7"),
        ("β1 = ½²", "beta1 = ½^2"),
        ("E → o1 → zo1: 61 %", "E to o1 to zo1: 61 %"),
        (f"E = {COVER}", "E = covered"),
        ("μάθημα α", "μάθημα alpha"),
        ("\x1b[2J\u202e", "\\x1b[2J\\u202e"),
    ],
)
def test_signs_are_written_so_that_they_can_be_read(text: str, read: str) -> None:
    assert aloud(text) == read


def test_a_dot_between_words_multiplies_nothing() -> None:
    assert aloud(in_prose("Step 1 · Starting values")) == "Step 1, Starting values"
