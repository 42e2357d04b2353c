"""Small programs to try a debugger on, and the blog's."""

from __future__ import annotations

from functools import cache

from generated import written

from bpdebug.debugger.debugger import Debugger
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session


@cache
def blog_program() -> Program:
    """The program of the worked example; it is never changed."""
    return open_session(find_session("blog")).debugger.program


def blog(iterations: int = 1000, budget: int = 10**7) -> Debugger:
    """A debugger at the start of the worked example."""
    return Debugger(blog_program(), iterations, budget)


def program(*equations: str, learning_rate: float = 0.1, **values: object) -> Program:
    """The program of some equations; what is given in capitals is not trained."""
    return build(written(*equations, learning_rate=learning_rate, **values))
