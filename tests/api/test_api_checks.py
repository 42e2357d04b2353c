"""Checks from Python: figures in all forms, and what cannot be checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdebug import api


@pytest.fixture
def run() -> api.Run:
    return api.open("two-paths")


def gradients(run: api.Run) -> dict[str, float]:
    run.step("iteration")
    names = ("a", "b")
    found = {f"df/d{name}": run.gradient(name) for name in names}
    return {name: float(value) for name, value in found.items() if value is not None}


def test_numbers_arrays_and_texts_agree_with_themselves(run: api.Run) -> None:
    true = gradients(run)
    assert len(true) == 2
    for figures in (
        true,
        {name: np.float32(value) for name, value in true.items()},
        {name: np.array(value) for name, value in true.items()},
        {name: f"{value:.4f}" for name, value in true.items()},
    ):
        checked = run.check(figures, iteration=1)
        assert checked.ok, str(checked)
        assert checked.causes == []
        assert checked.record()["ok"] is True


def test_a_wrong_number_is_explained(run: api.Run, tmp_path: Path) -> None:
    wrong = {name: -value for name, value in gradients(run).items()}
    file = tmp_path / "wrong.npz"
    arrays: dict[str, Any] = {name.replace("/", "_"): np.array(v) for name, v in wrong.items()}
    np.savez(file, **arrays)
    for figures in (wrong, file, str(file)):
        checked = run.check(figures, iteration=1)
        assert not checked.ok
        assert "sign" in checked.causes[0]
        assert checked.causes[0] in str(checked)


@pytest.mark.parametrize(
    "figures", [{"df/da": "much"}, {"nothing": 1.0}, {"df/da": [1.0, 2.0]}, {"df/da": object()}]
)
def test_figures_that_are_none(run: api.Run, figures: dict[str, object]) -> None:
    with pytest.raises(api.SessionError, match=next(iter(figures))):
        run.check(figures)


def test_what_cannot_be_checked_is_an_error_of_the_action(run: api.Run) -> None:
    with pytest.raises(api.ActionError, match="there is no iteration"):
        run.check(iteration=10**6)
    with pytest.raises(api.ActionError, match="nothing"):
        run.check(derivations={"df/da": "nothing"})


def test_deltas_are_found_in_the_style_that_has_them() -> None:
    blog = api.open("blog")
    checked = blog.check({"dE/dzo1": "0.0776", "dE/dw7": "0.0765"}, iteration=1)
    assert {str(each.verdict) for each in checked.report.comparisons} == {"agreement"}
    with pytest.raises(api.SessionError, match="dE/dzo7"):
        blog.check({"dE/dzo7": "0.0776"}, iteration=1)
