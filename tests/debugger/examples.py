"""Small programs to try a debugger on, and the blog's."""

from __future__ import annotations

from generated import written
from openings import session_of

from bpdebug.debugger.debugger import Debugger
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
