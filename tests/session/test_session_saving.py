"""Saving is atomic: afterwards there is the new file or the old one, and nothing beside it."""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bpdebug.session.file.errors import FileChangedError, SessionError
from bpdebug.session.file.lock import try_lock
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.file.saving import replace_file, save_file
from bpdebug.session.file.write import session_text
from bpdebug.session.model.verified import write_session
from bpdebug.session.opening import open_kept
from bpdebug.session.session import Session, open_session

from .files import blog_text
from .unprivileged import folder_for_anybody, unprivileged

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


# Disks, folders and files as they come


@contextmanager
def full_disk(bytes_left: int) -> Iterator[None]:
    """No file can become larger than that, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("bytes_left", [0, 1, 1000])
def test_a_full_disk_leaves_the_old_file_whole_and_is_told(tmp_path: Path, bytes_left: int) -> None:
    path = tmp_path / "session.json"
    path.write_text(blog_text(), encoding="utf-8")
    session = open_session(path)
    session.perform("5s")
    with full_disk(bytes_left), pytest.raises(SessionError) as caught:
        session.save(path)
    assert str(caught.value).endswith(
        "session.json: cannot be saved: File too large; the old file is unchanged"
    )
    assert path.read_text(encoding="utf-8") == blog_text()
    assert list(tmp_path.iterdir()) == [path]
    assert session.has_changes()


def test_a_folder_that_is_read_only_is_told_and_keeps_the_file() -> None:
    with folder_for_anybody() as folder:
        path = folder / "session.json"
        path.write_text(blog_text(), encoding="utf-8")
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(SessionError, match="Permission denied; the old file"):
            save_file("new", path)
        with (
            unprivileged(),
            pytest.raises(SessionError, match="Permission denied; there is no new"),
        ):
            save_file("new", folder / "other.json")
        assert path.read_text(encoding="utf-8") == blog_text()
        assert list(folder.iterdir()) == [path]


def test_a_file_keeps_owner_and_group_where_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text("old", encoding="utf-8")
    if os.geteuid() == 0:
        os.chown(path, 1234, 1235)
    path.chmod(0o2640)
    before = path.stat()
    save_file("new", path)
    after = path.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (
        before.st_uid,
        before.st_gid,
        before.st_mode,
    )


def test_a_file_of_somebody_else_is_saved_where_its_folder_allows_it() -> None:
    with folder_for_anybody() as folder:
        path = folder / "session.json"
        path.write_text("old", encoding="utf-8")
        with unprivileged():
            save_file("new", path)
        assert path.read_text(encoding="utf-8") == "new"


def test_links_to_links_stay_and_one_that_leads_nowhere_makes_its_file(tmp_path: Path) -> None:
    (tmp_path / "first.json").symlink_to("second.json")
    (tmp_path / "second.json").symlink_to("real.json")
    for text in ("new", "newer"):
        save_file(text, tmp_path / "first.json")
        assert os.readlink(tmp_path / "first.json") == "second.json"
        assert os.readlink(tmp_path / "second.json") == "real.json"
        assert (tmp_path / "real.json").read_text(encoding="utf-8") == text


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "ring.json").symlink_to("ring.json")
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("ring.json", "pipe.json", "/dev/null"):
        with pytest.raises(SessionError, match="cannot be saved: this is not an ordinary file"):
            save_file("new", tmp_path / name)
    assert stat.S_ISFIFO((tmp_path / "pipe.json").stat().st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("name", ["n" * 250 + ".json", "two\nlines\x1b[31m.json", "caf\udce9.json"])
def test_file_names_of_every_kind(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for text in ("old", "new"):
        save_file(text, path)
        assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


def test_what_killed_writers_left_is_removed_and_what_others_write_is_not(tmp_path: Path) -> None:
    abandoned, written = tmp_path / ".bpdebug-abandone.tmp", tmp_path / ".bpdebug-being_wr.tmp"
    other = tmp_path / ".bpdebug-notes.tmp"
    for each in (abandoned, written, other):
        each.touch()
    with written.open("rb") as file:
        assert try_lock(file.fileno())
        save_file("new", tmp_path / "session.json")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([written.name, other.name, "session.json"])


def test_a_file_that_is_removed_while_it_is_begun_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []

    def locking(handle: int) -> bool | None:
        if not removed:
            removed.extend(map(str, tmp_path.glob("*.tmp")))
            for each in tmp_path.glob("*.tmp"):
                each.unlink()
        return try_lock(handle)

    monkeypatch.setattr("bpdebug.session.file.saving.try_lock", locking)
    replace_file(tmp_path / "session.json", b"new")
    assert removed
    assert [path.name for path in tmp_path.iterdir()] == ["session.json"]


def test_new_sessions_are_written_alike(tmp_path: Path) -> None:
    write_session(PART, tmp_path / "one.json")
    save_file(session_text(PART), tmp_path / "other.json")
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_mode == other.stat().st_mode


def _opened_and_worked_on(tmp_path: Path, kept: bool) -> Session:
    path = tmp_path / "session.json"
    write_session(PART, path)
    session = open_kept(path) if kept else open_session(path)
    session.perform("s")
    return session


@pytest.mark.parametrize("kept", [True, False])
def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_unasked(
    tmp_path: Path, kept: bool
) -> None:
    session = _opened_and_worked_on(tmp_path, kept)
    session.save(session.path)
    session.perform("s")
    theirs = session.path.read_text("utf-8").replace('"title": "', '"title": "Theirs: ', 1)
    session.path.write_text(theirs, "utf-8")
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(FileChangedError, match="not saved: it was changed since it was opened"):
        session.save(tmp_path / "." / "session.json")
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before
    assert session.has_changes()
    session.save(tmp_path / "other.json")
    assert session.path.name == "other.json"
    assert (tmp_path / "session.json").read_text("utf-8") == theirs
    session.save(session.path)
    if session.keeping is not None:
        session.keeping.close(remove=True)


@pytest.mark.parametrize("kept", [True, False])
def test_what_was_deleted_meanwhile_is_not_made_again_unasked(tmp_path: Path, kept: bool) -> None:
    session = _opened_and_worked_on(tmp_path, kept)
    session.path.unlink()
    with pytest.raises(FileChangedError, match="not saved: it was deleted since it was opened"):
        session.save(session.path)
    assert not session.path.exists()
    session.save(session.path, force=True)
    assert open_session(session.path).debugger.position.operation == 1
    session.save(session.path)
    if session.keeping is not None:
        session.keeping.close(remove=True)
