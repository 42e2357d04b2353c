"""The documentation says what is true: examples load, commands exist, nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from pydantic import BaseModel

from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.verb import Verb
from bpdebug.debugger.verbs import VERBS, action_words, read_action
from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.models.losses import LOSSES
from bpdebug.models.model import Gradients, Style, UpdateOrder
from bpdebug.models.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, RateSchedule
from bpdebug.program.program import Phase
from bpdebug.session.bundled import bundled_sessions, course_sessions
from bpdebug.session.file import format as fields
from bpdebug.session.session import open_session
from bpdebug.usage import SUBCOMMANDS

from .calls import Call

ROOT = Path(__file__).parents[2]
FORMAT = ROOT / "docs" / "reference" / "session-format.md"
PAGES = sorted(path for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))


def _blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of one language in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.M)


EXAMPLES = _blocks(FORMAT, "json")


def test_there_is_an_example_of_both_ways_to_write_a_model() -> None:
    assert any('"layers"' in example for example in EXAMPLES)
    assert any('"equations"' in example for example in EXAMPLES)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_of_a_session_opens_and_runs(call: Call, tmp_path: Path, number: int) -> None:
    path = tmp_path / "example.json"
    path.write_text(EXAMPLES[number], "utf-8")
    session = open_session(path)
    assert session.title
    first = call("trace", path, "--json").records
    assert [record["iteration"] for record in first] == [1] * session.debugger.program.operations
    found = call("run", path, "--json").record
    assert found["stopped"] == {"reason": "end of history", "asked": True}
    (start,) = (record["value"] for record in first if record["phase"] == "loss")
    assert found["loss"] < start


def _parts() -> Iterator[type[BaseModel]]:
    for part in vars(fields).values():
        if isinstance(part, type) and issubclass(part, BaseModel) and part.model_fields:
            yield part


@pytest.mark.parametrize("part", _parts(), ids=lambda part: part.__name__)
def test_every_field_of_the_format_is_explained(part: type[BaseModel]) -> None:
    page = FORMAT.read_text("utf-8")
    for name in part.model_fields:
        assert f"`{name}`" in page, name


def test_every_choice_that_a_session_may_make_is_named() -> None:
    page = FORMAT.read_text("utf-8")
    tables = (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)
    enums = (Bias, Numbering, Reduction, Style, UpdateOrder, Gradients, Access)
    for choice in chain(*tables, *enums):
        assert f'`"{choice}"`' in page, choice
    for phase in Phase:
        assert f"`{phase}`" in page, phase


@pytest.mark.parametrize("entry", [*OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda e: e.name)
def test_every_rule_and_setting_of_training_is_in_the_row_of_its_name(
    entry: Optimizer | RateSchedule,
) -> None:
    page = FORMAT.read_text("utf-8")
    (row,) = re.findall(rf'^\| `"{re.escape(entry.name)}"` \|.*', page, re.M)
    for rule in entry.updates:
        assert f"`{rule}`" in row, rule
    for setting, usual in entry.settings.items():
        assert re.search(rf"`{setting}` is {re.escape(str(usual))}(,| \|)", row), setting
    for rule in entry.before if isinstance(entry, Optimizer) else ():
        assert f"`{rule}`" in page, rule


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_every_action_is_in_the_table_and_in_words(verb: Verb) -> None:
    words = verb.help.removeprefix("back: ")
    _, _, section = FORMAT.read_text("utf-8").partition("\n## `actions`\n")
    row = next(
        row for row in section.splitlines() if re.search(rf"`{re.escape(verb.name)}[ `]", row)
    )
    assert f"| {words}" in row
    for example in verb.written:
        assert verb.step or f"`{example}`" in row
        found = read_action(example)
        assert found is not None
        assert found[0] is verb
        assert action_words(example) != example or verb.name == "watch"


def test_version_and_limits_are_those_of_the_format() -> None:
    page = FORMAT.read_text("utf-8")
    assert f'today `"{fields.VERSION}"`' in page
    assert f'always `"{fields.FORMAT}"`' in page


def test_every_subcommand_is_mentioned_in_some_page() -> None:
    text = "\n".join(path.read_text("utf-8") for path in PAGES)
    for name in SUBCOMMANDS:
        assert re.search(rf"`bpdebug {name}\b|^ *(\$ )?bpdebug {name}\b", text, re.M), name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_mention_only_commands_that_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {*SUBCOMMANDS, *bundled_sessions(), *course_sessions()}
    for name in re.findall(r"`(?:\S*/)?bpdebug ([a-z][a-z0-9-]*)\b(?!\.)", text):
        assert name in known, f"bpdebug {name}"
    for block in _blocks(page, "sh"):
        for name in re.findall(r"(?:^|[/\s])bpdebug ([a-z][a-z0-9-]*)\b(?!\.)", block):
            assert name in known, f"bpdebug {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_and_rooms_that_a_page_names_are_there(page: Path) -> None:
    """A module is named by its path or the end of it, a folder by its path in the package."""
    text, package = page.read_text("utf-8"), ROOT / "bpdebug"
    modules = [f"/{path}" for folder in (package, ROOT / "tests") for path in folder.rglob("*.py")]
    rooms = {"bpdebug", "tests", *(path.name for path in package.iterdir() if path.is_dir())}
    for path in re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py)\b", text):
        assert any(module.endswith(f"/{path}") for module in modules), path
    for path in re.findall(r"`([a-z_]+/[a-z_./]+)`", text):
        if path.partition("/")[0] in rooms and not path.endswith(".py"):
            assert (package / path).exists() or (ROOT / path).exists(), path


def test_every_mistake_of_the_catalogue_is_listed() -> None:
    page = (ROOT / "docs" / "explanation" / "diagnosis.md").read_text("utf-8")
    for mistake in CATALOGUE:
        assert f"| {mistake.name} | {mistake.sentence} |" in page


def test_the_page_of_courses_names_them_all() -> None:
    page = (ROOT / "docs" / "how-to" / "courses.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\S+)`", page, re.M)) == set(course_sessions())
