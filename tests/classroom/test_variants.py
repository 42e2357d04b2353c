"""Other numbers: the same for the same seed, others for another, and good ones to compute with."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.variant import Variants

SEEDS = [f"seed {n}" for n in range(12)]


@pytest.mark.parametrize("name", ["blog", "lesson-softmax", "xor-step"])
def test_variants_are_deterministic_nice_and_worth_computing(name: str) -> None:
    part = read_session(find_session(name))
    found = [Variants(part, name, 4).of(seed) for seed in SEEDS[:4]]
    assert found == [Variants(part, name, 4).of(seed) for seed in SEEDS[:4]]
    assert len({each.model_dump_json() for each in found}) == len(found)
    for each in found:
        assert [each.walkthrough, each.printed, each.notes] == [[], [], ""]
        for field in ("inputs", "targets", "parameters"):
            mine, own = getattr(each, field), getattr(part, field)
            assert mine.keys() == own.keys()
            for key in own:
                assert np.shape(mine[key]) == np.shape(own[key])
                # No number has more decimals than the session's own have.
                assert _decimals(mine[key]) <= max(_decimals(own[key]), 0), key
        debugger = make_debugger(each, name)
        program, state = debugger.program, debugger.history.state(1)
        slots = [program.slot(n) for n in range(1, program.operations + 1)]
        assert np.isfinite(state[slots]).all()
        for statement in program.statements:
            family = statement.equation.target.family
            if family in ("h", "o") and name == "blog":
                values = state[statement.slots]
                assert ((values > 0.01) & (values < 0.99)).all()
                assert len(set(values.round(4).tolist())) == len(values)


def _decimals(value: object) -> int:
    if isinstance(value, list):
        return max(map(_decimals, value))
    return len(json.dumps(value).partition(".")[2])


def test_no_variant_is_near_a_kink() -> None:
    fields = {
        "format": "bpdebug-session",
        "version": "1.5",
        "model": {"equations": ["u = a + b", "v = 3*a*b", "E = max(u, v)"]},
        "parameters": {"a": 0.4, "b": 0.3},
    }
    part = parse_session(json.dumps(fields), "kinks")
    sides = set()
    for seed in (*SEEDS, *map(str, range(20))):
        found = Variants(part, "kinks", 2).of(seed)
        a, b = float(found.parameters["a"]), float(found.parameters["b"])  # type: ignore[arg-type]
        difference = a + b - 3 * a * b
        # Ten units of the second decimal: rounding leads nobody to the other side.
        assert abs(difference) >= 0.1 - 1e-12
        sides.add(difference > 0)
    assert sides == {True, False}


def test_where_everything_is_saturated_that_is_said() -> None:
    fields = json.loads(find_session("blog").read_text("utf-8"))
    for field in ("walkthrough", "printed", "hand_derivations"):
        del fields[field]
    fields["parameters"] |= {"b1": 400, "b2": 400}
    part = parse_session(json.dumps(fields), "far")
    with pytest.raises(
        SessionError, match=r"no other numbers were found in 500 tries: .*saturated"
    ):
        Variants(part, "far", 4).of("any")
