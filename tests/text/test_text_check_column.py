"""The column of gradient checks in the parameter table: what it says, and when."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from openings import opened

from bpdebug.checks.gradients import remembered as remembered_checks
from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.checks.gradients.remembered import RememberedChecks, is_cheap
from bpdebug.checks.gradients.sampling import GradientChecks
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Progress, finish
from bpdebug.debugger.view import Position
from bpdebug.text.table.cells import parameter_row
from bpdebug.text.table.columns import CHECK
from bpdebug.text.table.order import Numbers, TableLook, arranged
from bpdebug.text.table.rows import parameter_table

from .tables import made


def checks_at(debugger: Debugger) -> Mapping[int, GradientCheck]:
    remembered = RememberedChecks()
    finish(remembered.checking(debugger.view))
    return remembered.by_slot(debugger.view)


def cell(debugger: Debugger, name: str, width: int = 9, made: bool = True) -> str:
    slot = debugger.program.slot_named(name)
    assert slot is not None
    checks = checks_at(debugger) if made else {}
    row = parameter_row(debugger.view, slot, {}, 4, (CHECK,), width, lambda: checks)
    return row.cells[CHECK].text


def test_a_mark_and_the_relative_error() -> None:
    ended = opened("blog-published", "]")
    assert cell(ended, "b1") == "✗ 6.7e−1"
    assert re.fullmatch(r"✓ (0|\d(\.\d)?e−1\d)", cell(ended, "w8"))


@pytest.mark.parametrize("width", range(2, 15))
def test_it_fits_into_its_column(width: int) -> None:
    ended = opened("blog-published", "]")
    assert 0 < len(cell(ended, "b1", width)) < width
    assert 0 < len(cell(ended, "w1", width)) < width


def test_before_there_is_a_gradient_nothing_is_said_of_it() -> None:
    """At position 14 dE/dw7 is just known; in the next iteration it is old at first."""
    assert cell(opened("blog", "13s"), "w7") == "not yet"
    assert cell(opened("blog", "14s"), "w7").startswith("✓")
    assert cell(opened("blog", "]", "s"), "w7") == "not yet"


def test_what_was_not_checked_is_left_out() -> None:
    assert cell(opened("blog", "]"), "w7", made=False) == "…"


def test_rows_in_the_order_of_their_errors() -> None:
    """The wrong one first; what is not known is last."""
    debugger = opened("blog-published", "g 29")
    checks = checks_at(debugger)
    table = parameter_table(debugger.program)
    found = arranged(table, debugger.view, TableLook(order=CHECK), lambda: checks)
    names = [debugger.program.name(int(table.slots[row])) for row in found.rows]
    errors = Numbers(table, debugger.view, lambda: checks).column(CHECK)[found.rows]
    assert names[0] == "b1"
    assert (np.diff(errors) <= 0).all()
    only = TableLook(filter="check > 1e-9")
    rows = arranged(table, debugger.view, only, lambda: checks).rows
    assert [debugger.program.name(int(table.slots[row])) for row in rows] == ["b1"]
    early = Numbers(table, opened("blog-published", "14s").view, lambda: checks).column(CHECK)
    assert int((~np.isnan(early)).sum()) == 1


@pytest.mark.parametrize("actions", [(), ("e x1 3",)])
def test_it_does_not_matter_where_in_the_iteration_it_was_checked(actions: tuple[str, ...]) -> None:
    """At the very start nothing is computed yet."""
    start, later = opened("blog-published", *actions), opened("blog-published", *actions, "40s")
    assert checks_at(start) == checks_at(later)


# Remembering


def test_an_iteration_is_checked_once() -> None:
    debugger = opened("blog", "14s")
    remembered = RememberedChecks()
    assert remembered.of(debugger.view) is None
    assert remembered.by_slot(debugger.view) == {}
    first = finish(remembered.checking(debugger.view))
    debugger.go_to(Position(16))
    assert list(remembered.checking(debugger.view)) == [], "nothing is left to do"
    assert remembered.of(debugger.view) is first


def test_another_iteration_or_another_edit_is_checked_anew() -> None:
    debugger = opened("blog", "14s")
    remembered = RememberedChecks()
    finish(remembered.checking(debugger.view))
    assert remembered.of(opened("blog", "]", "s").view) is None
    debugger.edit("w7", "0.5")
    assert remembered.of(debugger.view) is None


def test_only_so_many_are_kept() -> None:
    debugger = opened("adam")
    remembered = RememberedChecks()
    length = debugger.program.operations
    views = [debugger.view_at(Position(n * length)) for n in range(1, 81)]
    for view in views:
        finish(remembered.checking(view))
    assert remembered.of(views[0]) is None
    assert remembered.of(views[-1]) is not None


def test_threads_may_share_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each forgets the oldest when there are too many, which may be the same one for both."""
    debugger = opened("adam")
    views = [debugger.view_at(Position(n * debugger.program.operations)) for n in range(1, 200)]
    made = finish(RememberedChecks().checking(views[0]))

    def known(*_: object, **__: object) -> Generator[Progress, None, GradientChecks]:
        return made
        yield

    monkeypatch.setattr(remembered_checks, "checking_all", known)
    monkeypatch.setattr(remembered_checks, "memories_of", lambda view: (view, view))
    remembered = RememberedChecks()

    def work(start: int) -> None:
        for turn in range(3):
            for view in views[start::2] if turn % 2 else views:
                finish(remembered.checking(view))

    switched = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for each in [pool.submit(work, n % 2) for n in range(4)]:
                each.result()
    finally:
        sys.setswitchinterval(switched)


def test_which_models_are_cheap(tmp_path: Path) -> None:
    assert all(is_cheap(opened(name).program) for name in ("blog", "lstm", "attention"))
    assert not is_cheap(opened(made(tmp_path, "30-16-4")).program)
