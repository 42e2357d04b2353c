"""What the list of checks keeps: figures by their file, and findings by what they belong to."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.limit import Limit
from bpdebug.debugger.state import Progress, finish
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.checklist import Checklist, Findings
from bpdebug.tui.screens.checks_run import checking


def checklist(name: str = "two-paths") -> Checklist:
    """That of a bundled session, which nothing is added to yet."""
    return Checklist(open_session(find_session(name)))


def checked(wanted: Checklist) -> Findings:
    """What is found in the first iteration."""
    return finish(work(wanted))


def work(wanted: Checklist) -> Generator[Progress, None, Findings]:
    """The checks of the first iteration."""
    return checking(wanted, 1, RememberedChecks(), Limit(), lambda _: None)


def groups(wanted: Checklist) -> dict[str, tuple[Figure, ...]]:
    """What is asked, by its source."""
    return {each.name: each.figures for each in wanted.asked(1).sources}


def subjects(found: Findings) -> str:
    """What the findings are of."""
    return "\n".join(line.subject for line in found.lines)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    wanted = checklist()
    for folder, text in (("a", "df/da,3\n"), ("b", "df/db,1\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.csv").write_text(text, encoding="utf-8")
    assert wanted.add_file(str(tmp_path / "a" / "mine.csv"), 1) is None
    assert list(groups(wanted)) == ["mine.csv"]
    assert wanted.add_file(str(tmp_path / "b" / "mine.csv"), 1) is None
    assert wanted.add_file(str(tmp_path / "b" / ".." / "a" / "mine.csv"), 1) is None
    assert {name: figures[0].name for name, figures in groups(wanted).items()} == {
        "a/mine.csv": "df/da",
        "b/mine.csv": "df/db",
    }
    found = checked(wanted)
    (line,) = [each for each in found.lines if each.subject.startswith("df/db = 1")]
    assert wanted.remove(line) == "the figures of b/mine.csv"
    assert list(groups(wanted)) == ["mine.csv"]


def test_what_is_added_while_others_are_checked_does_not_count_as_checked() -> None:
    wanted = checklist()
    before = work(wanted)
    next(before)
    assert wanted.add_derivation("df/da = df/dd*dd/da") is None
    assert wanted.add_figure("df/da = 1", 1) is None
    found = finish(before)
    assert "df/da = 1" not in subjects(found)
    assert "df/da by hand" not in subjects(found)
    assert found.moment != wanted.moment(1)
    found = checked(wanted)
    assert "df/da = 1" in subjects(found)
    assert "df/da by hand" in subjects(found)
    assert found.moment == wanted.moment(1)


def test_comparisons_are_kept_only_as_long_as_they_are_asked_for() -> None:
    wanted = checklist()

    def steps(text: str) -> int:
        assert wanted.add_figure(text, 1) is None
        return len(list(work(wanted)))

    first = steps("df/da = 1")
    known = steps("df/da = 1")
    assert known < first
    assert steps("df/da = 3") > known
    assert steps("df/da = 1") == first, "and forgotten when something else is asked"


def test_deltas_are_taken_whatever_the_style() -> None:
    wanted = checklist("blog")
    assert wanted.add_figure("dE/dzo1 = 0.0776", 1) is None
    (line, *_) = checked(wanted).lines
    assert (line.subject, str(line.mark), line.place) == ("dE/dzo1 = 0.0776", "✓ right", "")
    assert wanted.remove(line) == "dE/dzo1 = 0.0776"


def test_after_an_edit_the_figures_of_the_source_are_set_aside() -> None:
    wanted = checklist("blog")
    assert "dE/db1 = 0.0008" in subjects(checked(wanted))
    wanted.session.perform("e w7 0.5")
    found = checked(wanted)
    assert "dE/db1 = 0.0008" not in subjects(found)
    assert "figure" not in found.summary
    (line,) = [each for each in found.lines if each.mark.word == "aside"]
    assert line.subject == "40 figures"
