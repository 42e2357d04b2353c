"""What all tests share: how hypothesis runs, and how many tests at once."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# What is compiled is kept, whatever the environment says: else each worker compiles all tests anew,
# which takes it longer than everything else before the first test, and each process the package.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Each app leaves a heap of garbage in circles, beside hundreds of thousands of objects that stay:
# going through all of those every few seconds took a quarter of the time of all tests.
gc.set_threshold(10_000, 10, 20)

_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_QUIET
)
settings.register_profile("search", deadline=None, max_examples=3000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: more than there are processors, as tests of the screen mostly wait."""
    return 3 * (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def config_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Where keys of one's own are looked for; whoever runs the tests may have some."""
    folder = tmp_path_factory.getbasetemp() / "config" / os.urandom(8).hex()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    # Machine code is kept from one test to the next, but not for whoever runs them.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    return folder


def pytest_collection_finish() -> None:
    """Thousands of collected tests are no garbage: it is not looked for among them again."""
    gc.collect()
    gc.freeze()
