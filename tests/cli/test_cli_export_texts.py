"""Whatever texts and names a session has, an export has them as data and nothing else."""

from __future__ import annotations

import ast
import builtins
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bpdebug.cli import main
from bpdebug.debugger.limits import LINE
from bpdebug.notation.names import LETTERS, is_letter, spelled
from bpdebug.text.safe import safe

from .calls import Call
from .conftest import WriteSession

FRAGMENTS = [
    *('"""', '"', "'", "\\", "\\n", "\\u000a", "\\N{BULLET}", "\n", "\n\n    ", "\t", " ", "漢"),
    *("# coding: unicode_escape", "# -*- coding: xyz -*-", "print('!')", "\nimport os\n", "\ufeff"),
    *("`", "```", "~~~", "*", "**", "_", "1. ", "- ", "+ ", "> ", "# ", "---", "===", "|a|b|"),
    *("[a](b)", "![a](b)", "[a]: b", "<b>", "<!--", "<https://a.b>", "&amp;", "&#35;", "!!! a"),
    *("$", "$$", "%", "{", "}", "^", "~", "&", "\\\\", "\\end{document}", "\\input{a}", "[1cm]"),
    *("--", "---", "''", "``", ",,", "?`", "!`", "<<", ">>", "\u00ad", "ſ", "é", "α", "−", "²"),
]
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc")).filter(re.compile(LINE).match)
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | CHARACTERS, max_size=8).map("".join)
LINES = TEXTS.map(lambda text: re.sub(r"[\n\t]", " ", text))
LETTER = st.sampled_from("abwxyzEαжيא𝑤ﬁ漢") | st.characters(categories=("Lu", "Ll", "Lo"))
NAMES = st.builds(
    lambda first, rest: spelled(first + rest),
    LETTER.filter(is_letter),
    st.text("ab_19жיਅ", max_size=3),
    # In a script the arguments of its functions, which have a scope of their own.
).filter(lambda name: name not in ("u", "v"))
PLAIN_NAMES = ("E", "w", "x", "t", "first", "second", "rate")


def _fields(texts: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """A small session with these texts in all fields that take any, and these names."""
    loss, weight, given, target, first, second, rate = names
    edit = {"at": 3, "set": f"{given}[1]", "to": 2}
    # What these fields take of it: a name is printable, a message has no quotation mark.
    named = "".join(filter(str.isprintable, texts["line"])).strip()[:40] or "plain"
    message = re.sub('[{}"]', "", named) or "plain"
    said = re.sub("[{}]", "", texts["said"]) or "plain"
    return {
        "format": "bpdebug-session",
        "version": "1.3",
        "title": texts["title"],
        "source": texts["source"],
        "notes": texts["notes"],
        "model": {
            "equations": [f"{loss} = (sum(i: {weight}[i]*{given}[i]) - {target})^2"],
            "names": {weight: [first, second]},
        },
        "inputs": {given: [1, 2]},
        "targets": {target: 3},
        "parameters": {weight: [0.5, 0.25]},
        "optimizer": {"symbols": {"learning_rate": rate}},
        "iterations": 2,
        "breakpoints": [{"number": 1, "on": "iteration", "log": message}],
        "branches": [{"number": 1, "name": named, "edits": [edit]}],
        "walkthrough": [
            {
                "where": "start",
                "title": named,
                "text": said,
                "question": {"ask": said, "answer": said},
            }
        ],
    }


def _exported(fields: Mapping[str, Any], folder: Path, form: str) -> str:
    """The text of a file with an export; empty if the session is refused."""
    source, made = folder / "session.json", folder / f"made.{form}"
    source.write_text(json.dumps(fields), "utf-8")
    code = main(["export", str(source), "--to", form, "-o", str(made), "--force"])
    return made.read_bytes().decode("utf-8") if code == 0 else ""


def _both(texts: Mapping[str, str], folder: Path, form: str) -> tuple[str, str]:
    """An export with these texts, and one with harmless texts in their place."""
    harmless = {name: f"plain {name}" if each.split() else each for name, each in texts.items()}
    found = _exported(_fields(texts, PLAIN_NAMES), folder, form)
    plain = _plain(json.dumps(_fields(harmless, PLAIN_NAMES)), folder, form)
    assert found
    assert plain
    return found, plain


@cache
def _plain(fields: str, folder: Path, form: str) -> str:
    """The export of what is often the same."""
    return _exported(json.loads(fields), folder, form)


def _in_place(texts: Mapping[str, str]) -> dict[str, str]:
    """What stands in an export in the place of each harmless paragraph."""
    title, source, notes = (" ".join(texts[name].split()) for name in ("title", "source", "notes"))
    return {
        "plain title": title,
        "Source: plain source.": f"Source: {source}.",
        "plain notes": notes,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


ALL_TEXTS = st.fixed_dictionaries(
    {"title": LINES, "source": TEXTS, "notes": TEXTS, "line": LINES, "said": TEXTS}
)
HOSTILE = {
    "title": "coding: unicode_escape",
    "source": '"""\nprint(1)\n"""',
    "notes": "\\nprint(1)",
    "line": "# coding: raw_unicode_escape \\u000aprint(1)",
    "said": "```",
}


@given(ALL_TEXTS)
@example(HOSTILE)
def test_python_has_texts_in_its_docstring(folder: Path, texts: Mapping[str, str]) -> None:
    script, plain = _both(texts, folder, "python")
    tree = ast.parse(script.encode())
    title = texts["title"] or "session"  # as the file is called
    source = texts["source"].strip() and f"Source: {texts['source']}"
    shown = " ".join((title, source, texts["notes"]))
    assert (ast.get_docstring(tree) or "").split() == shown.split()
    assert _structure(tree) == _structure(ast.parse(plain))
    assert _comments(script) == _comments(plain)


_BUILTINS = frozenset(dir(builtins))


def _structure(tree: ast.Module) -> str:
    """A script without its docstring, its names and texts told by the order in which they come."""
    seen: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in _BUILTINS:
            node.id = seen.setdefault(node.id, f"name {len(seen)}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = re.sub(r"^\w+ =$", "… =", node.value)
    assert ast.get_docstring(tree) is not None
    return ast.dump(ast.Module(tree.body[1:], []))


def _comments(script: str) -> list[str]:
    """The comments; none of the first two lines is one, for it could declare an encoding."""
    tokens = [*tokenize.tokenize(io.BytesIO(script.encode()).readline)]
    assert tokens[0].string == "utf-8"
    comments = [each for each in tokens if each.type == tokenize.COMMENT]
    assert all(each.start[0] > 2 for each in comments)
    return [each.string for each in comments]


@given(ALL_TEXTS)
@example(HOSTILE)
def test_markdown_has_texts_as_paragraphs(folder: Path, texts: Mapping[str, str]) -> None:
    found, plain = (_markdown(page) for page in _both(texts, folder, "markdown"))
    place = _in_place(texts)
    assert found == [(kind, safe(place.get(text, text))) for kind, text in plain]


def _markdown(page: str) -> list[tuple[str, str]]:
    """The kinds and texts of the blocks of a page, in which there is nothing but text."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    blocks = []
    for token in reader.parse(page):
        inner = token.children or []
        assert all(each.type == "text" for each in inner), inner
        text = "".join(each.content for each in inner) if inner else token.content
        blocks.append((f"{token.type} {token.tag} {token.info}", text))
    return blocks


@given(ALL_TEXTS)
@example(HOSTILE)
def test_latex_has_texts_as_paragraphs(folder: Path, texts: Mapping[str, str]) -> None:
    found, plain = (page.splitlines() for page in _both(texts, folder, "latex"))
    place = _in_place(texts)
    for row, wanted in zip(found, plain, strict=True):
        title = re.fullmatch(r"\\title\{(.*)\}", row) if wanted.startswith("\\title") else None
        text = place.get("plain title" if title and texts["title"].split() else wanted)
        if text is None:
            assert row == wanted
            continue
        read = _latex(title[1] if title else row)
        assert read == "".join(c if c in read else f"[U+{ord(c):04X}]" for c in text)


_IN_LATEX = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\dots{}": "…",
    r"$\cdot$": "·",
    r"$\to$": "→",
    r"$\times$": "×",
    "$-$": "−",
    "$^2$": "²",
    "{}": "",
    **{f"$\\{name}$": letter for name, letter in LETTERS.items()},
    **{f"\\{sign}": sign for sign in "&%$#_{}"},
}
_LATEX_PIECE = re.compile("|".join(map(re.escape, _IN_LATEX)) + r"|[^\\{}$&#^_%~]")


def _latex(row: str) -> str:
    """A text in LaTeX in which no sign has a meaning, nor two together, as it is printed."""
    assert not re.search("--|''|``|,,|,'|[?!]`", row), row
    pieces = _LATEX_PIECE.findall(row)
    assert "".join(pieces) == row
    assert all(_IN_LATEX.get(each, each).isprintable() for each in pieces)
    return "".join(_IN_LATEX.get(each, each) for each in pieces)


@given(st.lists(NAMES, min_size=7, max_size=7, unique=True).map(tuple))
@example(("print", "x_data", "class", "rows", "part_1", "__debug__", "λ"))
def test_names_are_names_everywhere(folder: Path, names: tuple[str, ...]) -> None:
    script = _exported(_fields(_NO_TEXTS, names), folder, "python")
    assume(script)
    plain = _with_plain_names(folder, "python")
    assert _structure(ast.parse(script.encode())) == _structure(ast.parse(plain))
    assert _comments(script) == _comments(plain)
    found = _markdown(_exported(_fields(_NO_TEXTS, names), folder, "markdown"))
    wanted = _markdown(_with_plain_names(folder, "markdown"))
    assert [kind for kind, _ in found] == [kind for kind, _ in wanted]
    page = _exported(_fields(_NO_TEXTS, names), folder, "latex")
    letters = {f"\\{name}" for name in (*LETTERS, "Sigma", "Upsilon", "_")}
    assert _commands(page) - letters <= _commands(_with_plain_names(folder, "latex"))


_NO_TEXTS = dict.fromkeys(("title", "source", "notes", "line", "said"), "plain")


@cache
def _with_plain_names(folder: Path, form: str) -> str:
    return _exported(_fields(_NO_TEXTS, PLAIN_NAMES), folder, form)


def _commands(page: str) -> set[str]:
    return set(re.findall(r"\\(?:[A-Za-z]+|.)", page))


@pytest.mark.parametrize(
    ("title", "notes"),
    [
        ("coding: unicode_escape", r"a\nprint('run')"),
        ("coding: raw_unicode_escape", r"a\u000aprint('run')"),
        ("coding: xyz", ""),
        ("", "# coding: xyz"),
    ],
)
def test_a_script_does_nothing_that_a_text_says(
    call: Call, write_session: WriteSession, tmp_path: Path, title: str, notes: str
) -> None:
    path = write_session(title=title, notes=notes, source="", iterations=2)
    script = tmp_path / "script.py"
    assert call("export", path, "--to", "python", "-o", script).code == 0
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert all(" = " in row for row in done.stdout.splitlines())
