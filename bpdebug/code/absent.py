"""Modules for pictures and progress that a program imports and that are not installed.

They have no part in gradients: in their place stands something that takes every call and does
nothing.
"""

from __future__ import annotations

import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

_NAMES = frozenset(
    {"matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "tqdm", "IPython", "wandb"}
    | {"tensorboardX", "imageio", "termcolor", "colorama"}
)
_PROGRESS = frozenset({"tqdm", "tqdm_notebook", "trange", "track", "display"})


class Nothing:
    """Takes every call, index and attribute, and gives itself."""

    def __init__(self, name: str = "") -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **_: Any) -> Any:
        if self.__name__ == "trange":
            return range(*args)
        if self.__name__ in _PROGRESS and args:
            return args[0]
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name)

    def __getitem__(self, key: object) -> Any:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self))

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class _Module(types.ModuleType):
    __path__: list[str] = []  # noqa: RUF012

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name)


class _Finder:
    """Finds what no other finder has found."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in _NAMES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def stand_in() -> None:
    """From now on the import of such a module succeeds in this process."""
    sys.meta_path.append(_Finder())
