"""How the main screen is put together: handlers by id, and no class of many bases."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import bpdebug
from bpdebug.keys.registry import COMMANDS
from bpdebug.tui.commands.handlers import HANDLERS

MOST_BASES, LONGEST_ROW = 3, 4


def test_every_command_without_an_action_has_one_function() -> None:
    assert set(HANDLERS) == {command.id for command in COMMANDS if not command.action}
    assert len({*HANDLERS.values()}) == len(HANDLERS)


def test_no_class_inherits_from_more_than_three_of_the_package() -> None:
    names = (each.name for each in pkgutil.walk_packages(bpdebug.__path__, "bpdebug."))
    # Those of an extra that is not installed are left out.
    modules = []
    for name in names:
        if "__main__" not in name:
            with contextlib.suppress(ModuleNotFoundError):
                modules.append(importlib.import_module(name))
    assert len(modules) > 500
    classes = {
        each
        for module in modules
        for each in vars(module).values()
        if inspect.isclass(each) and each.__module__.startswith("bpdebug.")
    }
    assert len(classes) > 300
    for each in classes:
        own = [base for base in each.__bases__ if base.__module__.startswith("bpdebug.")]
        assert len(own) <= MOST_BASES, f"{each.__name__}: {own}"
        # Nor one after another, which makes one object of many as well.
        row = [base for base in each.__mro__ if base.__module__.startswith("bpdebug.")]
        assert len(row) <= LONGEST_ROW + 1, f"{each.__name__}: {row}"


def imported(path: Path) -> Iterator[str]:
    """What is imported from Textual."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)) if "textual" in source else ():
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def test_one_room_touches_what_is_private_in_textual() -> None:
    root = Path(bpdebug.__file__).parent
    private = {
        path.relative_to(root).parent.as_posix()
        for path in root.rglob("*.py")
        for name in imported(path)
        if name.startswith("textual.") and "._" in name
    }
    assert private == {"tui/terminal"}
