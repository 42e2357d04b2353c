"""Saving is atomic: afterwards there is the new file or the old one, and nothing beside it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bpdebug.session.errors import SessionError
from bpdebug.session.read import parse_session, read_session
from bpdebug.session.session import Session, open_session
from bpdebug.session.write import write_session

from .files import blog_text

PART = parse_session(blog_text(), "test")


def failing(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("exists", [True, False])
def test_when_saving_fails_the_old_file_is_whole_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, exists: bool
) -> None:
    path = tmp_path / "session.json"
    if exists:
        path.write_text("the old file", encoding="utf-8")
    monkeypatch.setattr(os, call, failing)
    with pytest.raises(SessionError, match="cannot be saved: No space left on device"):
        write_session(PART, path)
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == ([path] if exists else [])
    if exists:
        assert path.read_text(encoding="utf-8") == "the old file"


def test_where_folders_cannot_be_synced_the_file_is_saved_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            failing()

    monkeypatch.setattr(os, "fsync", only_files)
    write_session(PART, tmp_path / "session.json")
    assert read_session(tmp_path / "session.json") == PART


def test_when_it_is_interrupted_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_session(PART, tmp_path / "session.json")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_could_not_be_saved_still_has_its_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "session.json"
    write_session(PART, path)
    session = open_session(path)
    session.perform("5s")
    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(SessionError):
        session.save(path)
    monkeypatch.undo()
    assert session.has_changes()
    session.save(path)
    assert not session.has_changes()
    assert open_session(path).debugger.position.operation == 5


@pytest.mark.parametrize("target", ["no/such/folder/session.json", "a\0b.json", "x" * 300])
def test_a_place_that_cannot_be_written_to(tmp_path: Path, target: str) -> None:
    with pytest.raises(SessionError, match="cannot be saved"):
        write_session(PART, tmp_path / target)


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "session.json"
    folder.mkdir()
    with pytest.raises(SessionError, match="cannot be saved"):
        write_session(PART, folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "session.json", tmp_path / "link.json"
    write_session(PART, real)
    link.symlink_to(real)
    session = open_session(link)
    session.perform("7s")
    session.save(link)
    assert link.is_symlink()
    assert read_session(real).cursor.operation == 7
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["session.json"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "session.json"
    write_session(PART, path)
    path.chmod(mode)
    write_session(PART, path)
    assert path.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_session(PART, tmp_path / "session.json")
        other = tmp_path / "other"
        other.touch()
    finally:
        os.umask(before)
    assert (tmp_path / "session.json").stat().st_mode == other.stat().st_mode


def test_saved_elsewhere_the_session_belongs_there(tmp_path: Path) -> None:
    session = Session(PART, Path("blog.json"))
    session.save(tmp_path / "mine.json")
    assert session.path == tmp_path / "mine.json"
    assert read_session(session.path) == session.snapshot()
