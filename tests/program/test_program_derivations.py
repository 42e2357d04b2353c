"""Hand-written derivations in place of the right ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.session.assemble import make_debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.errors import SessionError
from bpdebug.session.read import parse_session

FOUR_PATHS = " + ".join(
    f"dE/d{o}*d{o}/dz{o}*dz{o}/d{h}*d{h}/dz{h}*dz{h}/db1"
    for h in ("h1", "h2")
    for o in ("o1", "o2")
)


def debugger(session: str = "blog", **changes: Any) -> Debugger:
    """The debugger of a bundled session with some fields changed."""
    fields = json.loads(find_session(session).read_text(encoding="utf-8")) | changes
    return make_debugger(parse_session(json.dumps(fields), session), session)


def value(run: Debugger, name: str) -> float:
    """The value of a quantity at the end of the first iteration."""
    slot = run.program.slot_named(name)
    assert slot is not None
    return run.view_at(Position(run.program.operations)).value(slot)


def test_the_published_derivative_is_what_the_post_prints() -> None:
    run = debugger("blog-published")
    assert value(run, "dE/db1") == pytest.approx(0.000776446843669193, rel=1e-12)
    assert value(run, "b1") == pytest.approx(0.5 - 0.01 * 0.000776446843669193, rel=1e-12)
    assert run.program.operations == 41


def test_nothing_else_changes_in_the_first_iteration() -> None:
    right, published = debugger("blog"), debugger("blog-published")
    for name in right.program.element_names():
        if name not in ("dE/db1", "b1"):
            assert value(right, name) == value(published, name), name


def test_a_derivation_with_all_four_paths_is_right() -> None:
    run = debugger(derivations={"dE/db1": FOUR_PATHS})
    assert value(run, "dE/db1") == pytest.approx(value(debugger(), "dE/db1"), rel=1e-14)


@pytest.mark.parametrize(
    ("derivations", "words"),
    [
        ({"dE/db1": "dE/dq1"}, "uses q1, which is not there"),
        ({"dE/db1": "dE/dzo1"}, "uses dE/dzo[1], which has no value of its own"),
        ({"dE/db7": "1"}, "there is no gradient dE/db7"),
        ({"dE/dW1": "1"}, "is many numbers"),
        ({"dE/db1": "sum(j: dh[j]/dzh[j])"}, "write its terms out"),
        ({"dE/db1": "dE/do1 *"}, "derivations.dE/db1: column"),
        ({"dE/db1": "dE/dw1 + b1*w1 + dE/db1"}, "the derivation of dE/db1 uses itself"),
    ],
)
def test_a_derivation_that_makes_no_sense_is_refused(
    derivations: dict[str, str], words: str
) -> None:
    with pytest.raises(SessionError) as caught:
        debugger(derivations=derivations)
    assert words in str(caught.value)
