"""What users read has none of the words on the left of the table in docs/contributing.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "contributing.md"

_SECTION = re.compile(r"^### Words\n.*?(?=^#)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| (?!not \|)([^|-][^|]*) \|", re.MULTILINE)
_REMARK = re.compile(r" \([^)]*\)")
_RIGHT = re.compile(
    r"predict anew\b|['\"]anew['\"]|\bor anew\b"
    r"|\bthere (is|are) no\b|\b(is|are) no (longer|more)\b",
    re.IGNORECASE,
)
"""A recorded action, and what "is no" is right in."""


def _words(text: str) -> str:
    """The words of a text alone, in small letters, a blank around each."""
    return f" {re.sub(r'[^a-z]+', ' ', text.lower())} "


def _avoided() -> list[str]:
    """What the left column of the table lists."""
    (section,) = _SECTION.findall(PAGE.read_text("utf-8"))
    cells = [_REMARK.sub("", cell) for cell in _ROW.findall(section)]
    phrases = [_words(phrase) for cell in cells for phrase in cell.split(",")]
    assert len(phrases) > 20
    return phrases


AVOIDED = _avoided()


def _found(text: str) -> list[str]:
    """Phrases in a text that are better avoided."""
    words = _words(text)
    if any(phrase in words for phrase in AVOIDED):
        words = _words(_RIGHT.sub("|", text))
    return [phrase.strip() for phrase in AVOIDED if phrase in words]


def _strings(path: Path) -> Iterator[str]:
    """The texts of a module, without ids and docstrings; where values come in they have a `…`.

    Modules that do not have the phrases at all are not parsed.
    """
    source = path.read_text("utf-8")
    tree = ast.parse(source if _found(source) else "")
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
        elif isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "…" for each in node.values]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def test_what_users_read_keeps_to_the_preferred_words() -> None:
    found = []
    for path in sorted((ROOT / "bpdebug").rglob("*.py")):
        found += [(path.name, each, text) for text in _strings(path) for each in _found(text)]
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "sessions").rglob("*.json"),
    ]
    for path in sorted(pages):
        text = _SECTION.sub("", path.read_text("utf-8"))
        found += [(path.name, each, "") for each in _found(text)]
    assert found == []


def test_the_scan_finds_what_it_is_for() -> None:
    assert _found("It is computed anew.") == ["anew"]
    assert _found("w7 is no\nparameter; after so many hits") == ["so many", "is no"]
    right = (
        "predict anew works, there is no stop 10, it is no longer there, and a name of one's choice"
    )
    assert _found(right) == []
