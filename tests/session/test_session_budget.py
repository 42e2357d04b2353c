"""What opening may cost: small files that stand for much work open cheaply or are refused."""

from __future__ import annotations

import contextlib
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.models.budget import OpeningBudget, OverBudgetError, Work
from bpdebug.models.repeat import repeated
from bpdebug.notation import tree
from bpdebug.notation.algebra import total
from bpdebug.notation.derivatives import derivatives_size, local_derivatives
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Terms, extent
from bpdebug.program.arrays import array_iteration
from bpdebug.program.run import iteration
from bpdebug.program.scalars import scalar_iteration
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.text.run.describe import equations, written_out
from bpdebug.text.run.trace import trace_lines

LETTERS = "abcdefghijklmnopqrst"


def session(*texts: str, **fields: Any) -> str:
    """A session of some equations; `w` is 0.5 where nothing else is said."""
    start = {"format": "bpdebug-session", "version": "1.3", "model": {"equations": texts}}
    return json.dumps(start | {"parameters": {"w": 0.5}} | fields)


def chain(count: int, **fields: Any) -> str:
    repeat = {"equations": ["a{t} = tanh(w*a{t-1})", f"E = a{count}"], "repeat": {"t": [1, count]}}
    return session(model=repeat, inputs={"a0": 1.0}, **fields)


def nest(opening: str, count: int) -> str:
    return session(f"E = {opening * count}w{')' * count}")


def long_sum(count: int) -> str:
    return session("E = w*sum(i: x[i])", inputs={"x": [0.1] * count})


def elements(count: int) -> dict[str, float]:
    return {f"v{n}": 1.0 for n in range(count)}


REFUSED = {
    "a repetition of a long equation": (
        session(
            model={
                "equations": ["a{t} = " + "w*a{t-1} + " * 110 + "w", "E = a9999"],
                "repeat": {"t": [1, 9999]},
            },
            inputs={"a0": 1.0},
        ),
        "characters of equations",
    ),
    "max in max": (nest("max(w,", 100), "operations in the derivatives"),
    "a quotient in a quotient": (nest("(w/", 110), "operations in the derivatives"),
    "a product of two thousand": (
        session("E = " + "".join("(" * 7 + "w" + "*w)" * 7 + "*" for _ in range(300)) + "w"),
        "operations",
    ),
    "twenty indices": (
        session(
            f"q[{','.join(LETTERS)}] = {'*'.join(f'w[{each}]' for each in LETTERS)}",
            f"E = {''.join(f'sum({each}: ' for each in LETTERS)}q[{','.join(LETTERS)}]{')' * 20}",
            parameters={"w": [1.0, 2.0]},
        ),
        "two ways that can be the same element",
    ),
    "an outer product": (
        session(
            "q[i,j] = w[i]*v[j]",
            "E = sum(i: sum(j: q[i,j]))",
            parameters={"w": [1.0] * 1900, "v": [1.0] * 1900},
        ),
        "at most 4,000,000 elements",
    ),
    "unknown names beside known ones": (
        session("E = sum(i: w[i])", parameters={"w": [1.0] * 5000, **elements(5000)}),
        "and 4,980 more",
    ),
    "null in place of numbers": (
        session("E = w", parameters=dict.fromkeys(map(str, range(60_000)))),
        "and 59,980 more",
    ),
    "unknown fields": (session("E = w", **elements(80_000)), "and 79,980 more"),
    "edits of what is not there": (
        session(
            "E = w",
            branches=[
                {
                    "number": 1,
                    "name": "main",
                    "edits": [{"at": 0, "set": f"q{n}", "to": 1} for n in range(9000)],
                }
            ],
        ),
        "and 8,980 more",
    ),
    "too many constants": (session("E = w", constants=elements(10_001)), "found 10,001 items"),
}

OPENED = {
    "a chain": chain(2000),
    "a chain in the delta style": chain(2000, style="delta"),
    "the end of a chain wished for first": chain(1200, order={"forward": ["a1200"]}),
    "a nest": nest("sigmoid(", 119),
    "a nest of products": nest("tanh(w*", 40),
    "a long sum": long_sum(3999),
    "derivations": session(
        "h[i] = tanh(w[i])",
        "E = sum(i: h[i])",
        parameters={"w": [0.5] * 1500},
        derivations={f"dE/dw{n}": f"dE/dh{n}*dh{n}/dw{n}" for n in range(1, 1501)},
    ),
    "edits": session(
        "E = w",
        branches=[
            {
                "number": 1,
                "name": "main",
                "edits": [{"at": n % 900, "set": "w", "to": n} for n in range(9000)],
            }
        ],
    ),
    "breakpoints that cannot be used": session(
        "E = w",
        breakpoints=[{"number": n, "on": "w", "condition": f"q{n} < 1"} for n in range(1, 3000)],
    ),
}

_LIMITED = """
import resource, sys
from bpdebug.cli import main
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
main(["validate", *sys.argv[1:]])
"""


def test_all_of_them_in_one_process_without_much_memory(tmp_path: Path) -> None:
    """Each of these took minutes, gigabytes or a traceback."""
    words = {}
    texts = OPENED | {name: text for name, (text, _) in REFUSED.items()}
    for number, (name, text) in enumerate(texts.items()):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        words[str(path)] = f"{path}: " + (f"valid: {number}" if name in OPENED else "")
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, *words],
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
    )
    said = done.stdout + done.stderr
    assert all(word in said for word in words.values()), said[-2000:]
    for name, (_, word) in REFUSED.items():
        assert word in done.stderr, name
    assert len(done.stderr.splitlines()) < 40 * len(words)


@pytest.mark.parametrize("style", ["expanded", "delta"])
@pytest.mark.parametrize(
    "text",
    [chain(400), nest("sigmoid(", 119), nest("tanh(w*", 12), long_sum(1200)],
    ids=["chain", "nest", "products", "sum"],
)
def test_both_forms_agree_however_deep_a_model_is(text: str, style: str) -> None:
    debugger = make_debugger(parse_session(json.dumps(json.loads(text) | {"style": style}), ""), "")
    program = debugger.program
    forms: list[Callable[[Any], None]] = [iteration(program), array_iteration(program)]
    forms.append(scalar_iteration(program))
    memories = [program.start.copy() for _ in forms]
    for form, memory in zip(forms, memories, strict=True):
        for _ in range(2):
            form(memory)
    assert all(np.array_equal(memories[0], each, equal_nan=True) for each in memories)
    rows = [*equations(program, "unicode"), *written_out(program, "latex")]
    assert len(rows) > program.operations
    assert [*trace_lines(debugger, 1, program.operations, 4)]


def test_a_product_written_out_does_not_grow_with_the_square_of_a_chain() -> None:
    sizes = [
        sum(
            extent(each.equation.value)[1]
            for each in make_debugger(parse_session(chain(count), ""), "").program.statements
        )
        for count in (300, 600)
    ]
    assert sizes[1] < 2.5 * sizes[0]


def test_the_nodes_of_an_equation_are_opened_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stage used to look through all trees anew: more than 300 for an equation of a chain."""
    opened = 0
    children = tree.children

    def counted(node: tree.Expression) -> tuple[tree.Expression, ...]:
        nonlocal opened
        opened += 1
        return children(node)

    monkeypatch.setattr(tree, "children", counted)
    make_debugger(parse_session(chain(300), ""), "")
    assert 0 < opened <= 60 * 300


def test_cycles_are_collected_again_whatever_comes_of_opening() -> None:
    with pytest.raises(SessionError):
        make_debugger(parse_session(REFUSED["max in max"][0], ""), "")
    assert gc.isenabled()


def test_an_ordinary_chain_is_written_out_as_ever() -> None:
    program = make_debugger(parse_session(chain(100), ""), "").program
    named = [name for name in program.quantities if name.startswith("dE/d")]
    assert set(named) <= {"dE/da100", "dE/dw"}


def test_a_long_sum_is_one_node_of_the_same_terms() -> None:
    terms = [parse_equation(f"E = x{n}").value for n in range(1, 300)]
    assert total(terms) == Terms(tuple(terms))
    short = total(terms[:5])
    assert to_text(short) == "x1 + x2 + x3 + x4 + x5"


SHAPES = st.recursive(
    st.sampled_from(["w", "v", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["tanh", "exp", "gelu", "sqrt"]), inner).map(
            lambda pair: f"{pair[0]}({pair[1]})"
        ),
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
    ),
    max_leaves=12,
)


@given(SHAPES)
def test_the_size_of_derivatives_is_told_before_they_are_made(text: str) -> None:
    equation = parse_equation(f"E = {text}")
    found = local_derivatives(equation, {})
    made = sum(extent(each)[1] for each in found.values())
    assert made <= 4 * derivatives_size(equation) + 20


def test_work_is_asked_for_before_it_is_done() -> None:
    budget = OpeningBudget()
    limit = Work.EQUATIONS.value[1]
    budget.take(Work.EQUATIONS, limit)
    with pytest.raises(OverBudgetError, match="more than 400,000 characters"):
        budget.take(Work.EQUATIONS, 1)
    with pytest.raises(OverBudgetError):
        repeated(["a{t} = " + "x" * 1000], {"t": (1, 9999)}, OpeningBudget())


@given(
    st.sampled_from(["max(w,", "(w/", "sigmoid(", "-(", "w*(", "sum(i: x[i]*", "gelu("]),
    st.integers(1, 130),
    st.sampled_from(["w", "x[1]", "q", "", "1/0", "w)"]),
    st.sampled_from(["expanded", "delta", "none"]),
)
def test_nothing_but_a_session_error_comes_of_depth(
    opening: str, depth: int, inside: str, style: str
) -> None:
    text = session(
        f"E = {opening * depth}{inside}{')' * depth}", inputs={"x": [1.0, 2.0]}, style=style
    )
    with contextlib.suppress(SessionError):
        make_debugger(parse_session(text, "a"), "a")
