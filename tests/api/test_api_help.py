"""Help in Python: every public name says what it is, with an example that holds."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import pytest

from bpdebug import api

OF_TYPES = (api.Run, api.Checked, api.RunCurve)


def public() -> dict[str, str]:
    """The docstrings of all that `dir(api)` names, and of what its classes offer."""
    found = {name: getattr(api, name) for name in dir(api)}
    for kind in OF_TYPES:
        for name, member in vars(kind).items():
            if not name.startswith("_") and (callable(member) or isinstance(member, property)):
                found[f"{kind.__name__}.{name}"] = member
    return {name: inspect.getdoc(each) or "" for name, each in found.items()}


def test_only_what_is_of_use_is_listed() -> None:
    assert not [name for name in dir(api) if name.startswith("_")]
    assert {"open", "build", "Run", "SessionError"} <= set(dir(api))
    assert "json" not in dir(api)


@pytest.mark.parametrize("name", sorted(public()))
def test_every_public_name_has_an_example_that_holds(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = public()[name]
    test = doctest.DocTestParser().get_doctest(text, {"api": api}, name, None, 0)
    assert test.examples, f"{name} has no example"
    test.globs["run"] = api.open("blog")
    said: list[str] = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)
