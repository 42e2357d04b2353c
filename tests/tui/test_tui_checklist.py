"""What the list of checks keeps: figures by their file, and findings by what they belong to."""

from __future__ import annotations

from pathlib import Path

from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.debugger.state import finish
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.checklist import Checklist, Findings
from bpdebug.tui.checks_run import checking


def checklist(name: str = "two-paths") -> Checklist:
    """That of a bundled session, which nothing is added to yet."""
    return Checklist(open_session(find_session(name)))


def checked(wanted: Checklist) -> Findings:
    """What is found in the first iteration."""
    debugger = wanted.session.debugger
    return finish(checking(debugger, wanted, 1, RememberedChecks()))


def subjects(found: Findings) -> str:
    """What the findings are of."""
    return "\n".join(line.subject for line in found.lines)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    wanted = checklist()
    for folder, text in (("a", "df/da,3\n"), ("b", "df/db,1\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.csv").write_text(text, encoding="utf-8")
    assert wanted.add_file(str(tmp_path / "a" / "mine.csv"), 1) is None
    assert [name for name, _ in wanted.moment(1).groups] == ["mine.csv"]
    assert wanted.add_file(str(tmp_path / "b" / "mine.csv"), 1) is None
    assert wanted.add_file(str(tmp_path / "b" / ".." / "a" / "mine.csv"), 1) is None
    groups = dict(wanted.moment(1).groups)
    assert {name: figures[0].name for name, figures in groups.items()} == {
        "a/mine.csv": "df/da",
        "b/mine.csv": "df/db",
    }
    found = checked(wanted)
    (line,) = [each for each in found.lines if each.subject.startswith("df/db = 1")]
    assert wanted.remove(line, 1) == "the figures of b/mine.csv"
    assert [name for name, _ in wanted.moment(1).groups] == ["mine.csv"]


def test_what_is_added_while_others_are_checked_does_not_count_as_checked() -> None:
    wanted = checklist()
    debugger = wanted.session.debugger
    work = checking(debugger, wanted, 1, RememberedChecks())
    next(work)
    assert wanted.add_derivation("df/da = df/dd*dd/da") is None
    assert wanted.add_figure("df/da = 1", 1) is None
    found = finish(work)
    assert "df/da = 1" not in subjects(found)
    assert "df/da by hand" not in subjects(found)
    assert found.moment != wanted.moment(1)
    found = checked(wanted)
    assert "df/da = 1" in subjects(found)
    assert "df/da by hand" in subjects(found)
    assert found.moment == wanted.moment(1)


def test_comparisons_are_kept_only_as_long_as_they_are_asked_for() -> None:
    wanted = checklist()
    for number in range(4):
        assert wanted.add_figure(f"df/da = {number}", 1) is None
        checked(wanted)
    kept = dict(wanted.known)
    assert len(kept) == 2, "what the session prints, and what was typed in last"
    checked(wanted)
    assert all(wanted.known[key] is each for key, each in kept.items())
