"""The page about Python says what is so: its examples are typed in order, answers compared."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def run_blocks(blocks: list[str]) -> None:
    """Type everything in `blocks`; fails at the first answer that differs."""
    text = "".join(f"{block}\n" for block in blocks)
    test = doctest.DocTestParser().get_doctest(text, {}, "docs/reference/api.md", None, 0)
    said: list[str] = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)


def test_the_examples_answer_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = [block for block in BLOCKS if "torch." not in block]
    assert len(blocks) >= 8
    run_blocks(blocks)


def test_the_examples_with_torch_answer_as_shown() -> None:
    pytest.importorskip("torch")
    blocks = [block for block in BLOCKS if "torch." in block]
    assert len(blocks) >= 2
    run_blocks(["\n>>> from bpdebug import api\n", *blocks])
