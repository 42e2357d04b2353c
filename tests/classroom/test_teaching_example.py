"""The example of docs/how-to/teaching.md: every file of it is written, and comes out so."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from bpdebug.classroom.form import read_form
from bpdebug.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "teaching.md"
_BLOCK = re.compile(r"(?:^`([^`\n]+)`\n\n)?^```(csv|sh|text)\n(.*?)^```", re.M | re.S)


def test_the_example_comes_out_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PAGE.read_text("utf-8")
    start, end = page.index("## A sheet for every student"), page.index("## In a browser")
    monkeypatch.chdir(tmp_path)
    said, calls = "", 0
    text = page[start:end]
    for name, language, content in _BLOCK.findall(text):
        if language == "csv":
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
        elif language == "text":
            if os.environ.get("BPDEBUG_UPDATE_GOLDENS") == "1":
                PAGE.write_text(page.replace(content, said), "utf-8")
                return
            assert content == said
        else:
            for line in content.splitlines():
                words = shlex.split(line, comments=True)
                code = main(words[1:])
                out, err = capsys.readouterr()
                said, calls = out + err, calls + 1
                assert code in (0, 1), said
    assert calls == 5
    forms = sorted((tmp_path / "returned").iterdir())
    assert len(forms) == 3
    for form in forms:
        # The heads are those of the forms that were handed out.
        handed_out = read_form(tmp_path / "sheets" / form.name)
        returned = read_form(form)
        assert (returned.student, returned.seed) == (handed_out.student, handed_out.seed)
        names = [cells[0] for _, cells in handed_out.rows]
        assert [cells[0] for _, cells in returned.rows] == names
    sheet = (tmp_path / "sheets" / "ada-lovelace.html").read_text("utf-8")
    assert "Ada Lovelace · 10b" in sheet
    assert "0.2648" not in sheet
    assert "0.2648" in (tmp_path / "sheets" / "solutions.html").read_text("utf-8")
    # Only what is right is on the page of marks, and nothing is fetched.
    marks = (tmp_path / "marks.html").read_text("utf-8")
    assert "the path through o2 is missing" in marks
    assert not re.search(r"https?:|src=|<script", marks)
    assert (tmp_path / "marks.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,file,points")
    assert (tmp_path / "quiz.xml").stat().st_size > 100_000


def test_nothing_is_replaced_and_bad_names_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, folder = tmp_path / "7a.csv", tmp_path / "sheets"
    words = ["handout", "two-paths", "--students", str(names), "--out", str(folder)]

    def call(*more: str) -> tuple[int, str]:
        code = main([*words, *more])
        out, err = capsys.readouterr()
        return code, out + err

    names.write_bytes(b"name;group\nA/B;1\nC\x1bD;1\nEve;1\nEve;2\n=1+1;1\n")
    code, said = call()
    assert code == 2
    assert not folder.exists()
    for line, reason in ((2, "slash"), (3, "control character"), (5, "again, as in line 4")):
        assert re.search(rf"7a\.csv, line {line}: .*{reason}", said), said
    assert "\x1b" not in said
    names.write_text("Eve\nEVE\nCon\nsolutions\n=1+1\n", "utf-8")
    code, said = call("--to", "markdown")
    assert code == 0, said
    found = {path.stem for path in folder.iterdir()}
    assert found == {"eve", "eve-2", "con-sheet", "solutions", "solutions-2", "1-1"}
    assert "student,'=1+1\n" in (folder / "1-1.csv").read_text("utf-8-sig")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "eve.md").write_text("mine", "utf-8")
    code, said = call("--to", "markdown")
    assert code == 2
    assert "--force replaces them" in said
    assert (folder / "eve.md").read_text("utf-8") == "mine"
    assert call("--to", "markdown", "--force")[0] == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    # A folder in the way of the last file: not even the first one is written again.
    (folder / "eve.md").write_text("mine", "utf-8")
    (folder / "solutions.md").unlink()
    (folder / "solutions.md").mkdir()
    code, said = call("--to", "markdown", "--force")
    assert (code, "solutions.md is not an ordinary file" in said) == (2, True)
    assert (folder / "eve.md").read_text("utf-8") == "mine"
    assert "at most 8 decimals" in call("--digits", "9")[1]
    for more in (["--blank"], ["--step"], ["-o", "x.html"], ["--walkthrough"]):
        assert call(*more)[0] == 2
    assert main(["handout", "two-paths", "--students", str(names)]) == 2
    assert "name the folder" in capsys.readouterr().err
