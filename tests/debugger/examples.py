"""Small programs to try a debugger on, and the blog's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from generated import numbers, written
from hypothesis import strategies as st
from openings import session_of

from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import Feed
from bpdebug.program.build import build
from bpdebug.program.program import Program


def blog_program() -> Program:
    """The program of the worked example; it is never changed."""
    return session_of("blog").debugger.program


def blog_run(iterations: int = 1000, budget: int = 10**7) -> Debugger:
    """A debugger at the start of the worked example."""
    return Debugger(blog_program(), iterations, budget)


def program(*equations: str, learning_rate: float = 0.1, **values: object) -> Program:
    """The program of some equations; what is given in capitals is not trained."""
    return build(written(*equations, learning_rate=learning_rate, **values))


@st.composite
def in_turn(draw: st.DrawFn) -> Program:
    """A program whose observations are taken in turn."""
    pairs = draw(st.lists(st.tuples(numbers(), numbers()), min_size=2, max_size=5))
    size = draw(st.integers(1, len(pairs) - 1))
    data = {name: np.array([pair[n] for pair in pairs]) for n, name in enumerate("XT")}
    feed = Feed(data, size, tuple(draw(st.permutations(range(len(pairs))))))
    given: dict[str, Any] = {name: feed.values(name, 1) for name in data}
    if size == 1:
        model = written("q = w*X", "E = (q - T)^2", w=0.5, **given)
    else:
        model = written("q[n] = w*X[n]", "E = sum(n: (q[n] - T[n])^2)", w=0.5, **given)
    return build(replace(model, feed=feed))


def diverging() -> Program:
    """w grows a hundredfold with changing sign each iteration until it overflows."""
    return program("q = w*w", "E = 0.5*q", learning_rate=101.0, w=1.0)
