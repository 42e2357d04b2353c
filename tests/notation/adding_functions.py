"""Functions that are added to the table are there everywhere; run as a script of its own.

The table is read when modules are loaded, so all others are loaded after its entries are added.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdebug.notation.functions import FUNCTIONS, Function, from_body


def softsign(f: Any, u: Any) -> Any:
    return u / (1.0 + f.abs(u))


def clip(f: Any, u: Any) -> Any:
    return f.max(f.min(u, 1.0), -1.0)


def _each(form: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda u: np.array([form(each) for each in np.ravel(u)]).reshape(np.shape(u))


ENTRIES = [
    # As little as there can be.
    from_body(softsign, "u/(1 + abs(u))", "1/(1 + abs(u))^2"),
    # With kinks, and words of its own.
    from_body(
        clip,
        "u, between -1 and 1",
        "step(1 - abs(u))",
        kinks=(-1.0, 1.0),
        words="{0} within bounds",
        slope="the bounds",
        case=lambda u: "{0} is within." if abs(u) < 1 else "{0} is cut off.",
    ),
    # Not composed of others.
    Function(
        *("sine", "sine of u", ("cosine(u)",), math.sin, _each(math.sin)),
        complex=np.sin,
        python="return math.sin(u)",
    ),
    Function(
        *("cosine", "cosine of u", ("-sine(u)",), math.cos, _each(math.cos)),
        complex=np.cos,
    ),
]

# The same with derivatives that are wrong, each under a name of its own.
WRONG = [
    replace(each, name=f"wrong_{each.name}", derivatives=(derivative,))
    for each, derivative in zip(
        ENTRIES, ("1/(1 + abs(u))", "1", "-cosine(u)", "sine(u)"), strict=True
    )
]

EQUATIONS = [
    "z[j] = sum(i: W[j,i]*x[i])",
    "h[j] = softsign(z[j])",
    "c[j] = clip(3*h[j])",
    "o = sine(c[1]) + c[2]",
    "E = (o - t)^2",
]


def model(*equations: str) -> dict[str, Any]:
    """A session of some equations, in which one unit is cut off and one is not."""
    return {
        "format": "bpdebug-session",
        "version": "1.0",
        "model": {"equations": list(equations)},
        "inputs": {"x": [0.5, -1.5]},
        "targets": {"t": 0.3},
        "parameters": {"W": [[0.9, 0.2], [0.4, -0.7]]},
        "optimizer": {"settings": {"learning_rate": 0.1}},
        "iterations": 3,
    }


def session(*equations: str) -> Any:
    from bpdebug.session.file.read import parse_session
    from bpdebug.session.session import Session

    return Session(parse_session(json.dumps(model(*equations)), "it"), Path("it"))


def parsed() -> None:
    from bpdebug.notation.names import likely_function
    from bpdebug.notation.parser import NotationError, parse_expression
    from bpdebug.notation.printing import to_text

    tree = parse_expression("2*softsign(x - sine(y))")
    assert parse_expression(to_text(tree, "ascii")) == tree
    assert parse_expression(to_text(tree, "unicode")) == tree
    assert parse_expression(to_text(tree, "latex")) == tree
    assert likely_function("sofsign") == "softsign"
    with pytest.raises(NotationError, match="after the function softsign"):
        parse_expression("softsign + 1")


def computed_alike_in_both_forms() -> None:
    from bpdebug import api
    from bpdebug.program.arrays import array_iteration
    from bpdebug.program.scalars import scalar_iteration

    program = session(*EQUATIONS).debugger.program
    one, other = program.start.copy(), program.start.copy()
    for _ in range(3):
        array_iteration(program)(one)
        scalar_iteration(program)(other)
        assert one.tobytes() == other.tobytes()
    run = api.build(model(*EQUATIONS))
    run.step("iteration")
    assert run.evaluate("any(abs(sine(c)) > 0.8) and softsign(1) == 0.5") is True


def checked() -> None:
    """A derivative that is wrong in the table is found: the other forms do not come from it."""
    from bpdebug import api

    assert api.build(model(*EQUATIONS)).check().ok
    for each in ENTRIES:
        right = f"E = ({each.name}(0.4*W[1,1] + W[1,2]) + W[2,1] + W[2,2] - t)^2"
        wrong = right.replace(each.name, f"wrong_{each.name}")
        if each.name == "clip":
            wrong = wrong.replace("0.4*W", "4*W")
        assert api.build(model(right)).check().ok, right
        assert not api.build(model(wrong)).check().ok, wrong


def exported() -> None:
    from bpdebug import api
    from bpdebug.export.python import python_script
    from bpdebug.export.written_out import ExportError

    linear = [each.replace("sine(c[1])", "c[1]") for each in EQUATIONS]
    text = "\n".join(python_script(session(*linear)))
    assert "return u / (1 + abs(u))" in text
    assert "return max(min(u, 1.0), -1.0)" in text
    found: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text, found)
    run = api.build(model(*linear))
    run.go("end")
    assert found["E"] == pytest.approx(run.value("E"), rel=1e-12)
    with pytest.raises(ExportError, match="the function cosine cannot be written in Python yet"):
        list(python_script(session(*EQUATIONS)))


def told() -> None:
    from bpdebug.debugger.places import find_place
    from bpdebug.text.words.in_words import done_in_words

    debugger = session(*EQUATIONS).debugger

    def words(name: str) -> str:
        said = done_in_words(debugger.view_at(find_place(debugger, name)))
        assert said is not None
        return said.sentence

    assert words("h1") == "h1 is the softsign of z1."
    assert words("c1") == "c1 is (3·h1) within bounds. (3·h1) is within."
    assert words("c2") == "c2 is (3·h2) within bounds. (3·h2) is cut off."
    assert words("dh1/dz1").startswith("How h1 changes with z1, the slope of the softsign: ")


def incomplete_entries_are_refused() -> None:
    sine = FUNCTIONS["sine"]
    with pytest.raises(ValueError, match="sine: a body or a complex form is missing"):
        replace(sine, complex=None)
    with pytest.raises(ValueError, match="sine: a body or its value on each side is missing"):
        replace(sine, kinks=(0.0,))


if __name__ == "__main__":
    assert "bpdebug.notation.names" not in sys.modules
    FUNCTIONS.update({each.name: each for each in (*ENTRIES, *WRONG)})
    parsed()
    computed_alike_in_both_forms()
    checked()
    exported()
    told()
    incomplete_entries_are_refused()
    print("everywhere")
