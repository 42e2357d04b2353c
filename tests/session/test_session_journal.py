"""What is done in an open session is written down, and can be done again after a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bpdebug.debugger.state import finish
from bpdebug.session.bundled import find_session
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.lock import Holder
from bpdebug.session.file.read import read_session
from bpdebug.session.file.text_file import digest_of
from bpdebug.session.keeping.journal import Base, Journal, read_journal
from bpdebug.session.keeping.keeping import Keeping, who_has_open
from bpdebug.session.opening import open_kept
from bpdebug.session.replay.recovery import Recovery
from bpdebug.session.session import Session, open_session

from .files import blog_text
from .killing import state_of
from .test_session_saving import full_disk
from .unprivileged import folder_for_anybody, unprivileged

ACTIONS = ["5s", "b w7", "c", "C", "3s", "s", "e w7 0.5", "undo", "g it 4 dE/dw5"]


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    folder = tmp_path_factory.mktemp("state")
    folder.chmod(0o777)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session file, alone in its folder."""
    found = tmp_path / "lesson.json"
    found.write_text(blog_text(), encoding="utf-8")
    return found


def keeping_of(session: Session) -> Keeping:
    assert session.keeping is not None
    return session.keeping


def crash(session: Session) -> None:
    """What a kill leaves: the journal, and a lock that nobody holds."""
    keeping_of(session).close(remove=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def recovered(session: Session) -> Session:
    left = keeping_of(session).left
    assert left is not None
    recovery = Recovery(session.fresh(), left)
    finish(recovery.move())
    assert not recovery.problem
    return recovery.adopt(keeping_of(session))


# From the first action to a clean end


def test_looking_writes_no_journal_and_a_clean_end_leaves_nothing(path: Path) -> None:
    session = open_kept(path)
    assert names(path.parent) == [".lesson.json.lock", "lesson.json"]
    session.perform("5s")
    assert names(path.parent) == [".lesson.json.journal", ".lesson.json.lock", "lesson.json"]
    keeping_of(session).close(remove=True)
    assert names(path.parent) == ["lesson.json"]


def test_lines_of_a_journal_can_be_read_by_people(path: Path) -> None:
    session = open_kept(path)
    for action in ACTIONS[:3]:
        session.perform(action)
    lines = (path.parent / ".lesson.json.journal").read_text("ascii").splitlines()
    header, *entries = (json.loads(line) for line in lines)
    assert header["format"] == "bpdebug-journal"
    assert header["file"] == digest_of(path.read_bytes())
    assert header["pid"] == os.getpid()
    assert [(each["n"], each["action"]) for each in entries] == list(enumerate(ACTIONS[:3], 1))
    keeping_of(session).close(remove=True)


def test_what_is_saved_is_no_longer_in_the_journal(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    session.save(path)
    assert names(path.parent) == [".lesson.json.lock", "lesson.json"]
    session.perform("3s")
    crash(session)
    left = keeping_of(open_kept(path)).left
    assert left is not None
    assert (left.actions, left.changed) == (("3s",), False)


def test_saved_elsewhere_lock_and_journal_go_there(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    session.save(path.with_name("mine.json"))
    session.perform("s")
    assert names(path.parent) == [
        ".mine.json.journal",
        ".mine.json.lock",
        "lesson.json",
        "mine.json",
    ]
    keeping_of(session).close(remove=True)
    assert names(path.parent) == ["lesson.json", "mine.json"]


def test_it_is_synced_when_there_is_something_new(path: Path) -> None:
    session = open_kept(path)
    assert keeping_of(session).take_sync() is None
    session.perform("5s")
    session.perform("s")
    sync = keeping_of(session).take_sync()
    assert sync is not None
    keeping_of(session).close(remove=True)
    # Done in a thread, it may come late.
    sync()
    assert keeping_of(session).take_sync() is None


# Recovery


@pytest.mark.parametrize("saved_after", range(len(ACTIONS)))
def test_what_is_recovered_is_what_was_there(path: Path, saved_after: int) -> None:
    session = open_kept(path)
    for number, action in enumerate(ACTIONS):
        if number == saved_after and number:
            session.save(path)
        session.perform(action)
    before = state_of(session)
    crash(session)
    again = recovered(open_kept(path))
    assert state_of(again) == before
    assert again.has_changes()
    again.perform("S")
    crash(again)
    once_more = recovered(open_kept(path))
    assert state_of(once_more) == state_of(again)
    once_more.save(path)
    keeping_of(once_more).close(remove=True)
    assert names(path.parent) == ["lesson.json"]
    assert open_session(path).debugger.position == again.debugger.position


def test_what_was_undone_across_a_save_is_undone_again(path: Path) -> None:
    session = open_kept(path)
    session.perform("b w7")
    session.save(path)
    for action in ("watch w8", "undo", "undo", "redo"):
        session.perform(action)
    crash(session)
    assert state_of(recovered(open_kept(path))) == state_of(session)


def test_discarded_it_is_gone(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    crash(session)
    session = open_kept(path)
    keeping_of(session).discard()
    assert names(path.parent) == [".lesson.json.lock", "lesson.json"]
    session.perform("2s")
    crash(session)
    left = keeping_of(open_kept(path)).left
    assert left is not None
    assert left.actions == ("2s",)


def test_left_for_later_it_stays_and_the_session_is_read_only(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    crash(session)
    session = open_kept(path)
    keeping_of(session).later()
    assert session.title.endswith(" · read-only")
    session.perform("9s")
    with pytest.raises(SessionError, match="read-only; save it under another name"):
        session.save(path)
    session.save(path.with_name("mine.json"))
    assert session.title == "blog · 3-2-2 sigmoid"
    keeping_of(session).close(remove=True)
    left = keeping_of(open_kept(path)).left
    assert left is not None
    assert left.actions == ("5s",)


def test_a_file_with_something_to_recover_is_not_replaced(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    crash(session)
    other = path.with_name("other.json")
    other.write_text(blog_text(), encoding="utf-8")
    session = open_kept(other)
    with pytest.raises(SessionError, match="not saved there can still be recovered"):
        session.save(path)
    keeping_of(session).close(remove=True)
    assert names(path.parent) == [".lesson.json.journal", "lesson.json", "other.json"]


def test_of_a_file_that_was_changed_it_is_said_and_actions_that_fit_are_done(path: Path) -> None:
    session = open_kept(path)
    for action in ("5s", "b w8", "watch w7", "s"):
        session.perform(action)
    crash(session)
    data = json.loads(blog_text())
    data["watches"] = ["w7"]
    path.write_text(json.dumps(data), encoding="utf-8")
    session = open_kept(path)
    left = keeping_of(session).left
    assert left is not None
    assert left.changed
    recovery = Recovery(session.fresh(), left)
    finish(recovery.move())
    assert [each.action for each in recovery.done] == ["5s", "b w8"]
    assert "w7" in recovery.problem
    adopted = recovery.adopt(keeping_of(session))
    assert adopted.debugger.position.operation == 5
    crash(adopted)
    again = keeping_of(open_kept(path)).left
    assert again is not None
    assert (again.actions, again.changed) == (("5s", "b w8"), False)


def test_a_kill_between_saving_and_what_follows_counts_nothing_twice(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    journal = path.parent / ".lesson.json.journal"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "close", lambda *_, **__: None)
        session.save(path)
    assert '"saved"' in journal.read_text("ascii")
    assert read_journal(journal, digest_of(path.read_bytes())) is None
    # A save that did not come to its end leaves everything to be recovered.
    left = read_journal(journal, digest_of(blog_text().encode()))
    assert left is not None
    assert (left.actions, left.changed) == (("5s",), False)


# Journals that are torn, broken or not ours


def written(folder: Path, actions: list[str]) -> Path:
    journal = folder / "journal"
    Journal([journal], Base("digest"), actions).close(remove=False)
    return journal


def test_torn_anywhere_it_gives_what_came_before(tmp_path: Path) -> None:
    journal = written(tmp_path, ["5s", "b w7 if w7 < 0.69", "mark überall", "c"])
    content = journal.read_bytes()
    ends = [index for index, byte in enumerate(content) if byte == 10]
    for length in range(len(content) + 1):
        journal.write_bytes(content[:length])
        left = read_journal(journal, "digest")
        # A line counts when all of it is there, its end or not.
        whole = sum(end <= length for end in ends) - 1
        assert len(left.actions if left else ()) == max(0, whole)


def test_a_changed_byte_ends_it(tmp_path: Path) -> None:
    actions = ["5s", "b w7", "c", "2s"]
    journal = written(tmp_path, actions)
    content = journal.read_bytes()
    for index in range(len(content)):
        changed = bytearray(content)
        changed[index] ^= 1
        journal.write_bytes(changed)
        left = read_journal(journal, "digest")
        found = list(left.actions) if left else []
        assert found == actions[: len(found)]
        assert found != actions


@pytest.mark.parametrize("lines", [[1, 0], [0, 2, 1], [0, 0], [0, 1, 1], [2]])
def test_lines_out_of_order_end_it(tmp_path: Path, lines: list[int]) -> None:
    journal = written(tmp_path, ["5s", "c"])
    content = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(content[number] for number in lines))
    left = read_journal(journal, "digest")
    assert (left.actions if left else ()) in ((), ("5s",))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}\n", b"[]\n1\n", b"\xff\x00", b"[" * 100_000, b'{"sum": 1}\n']
)
def test_what_is_no_journal_has_nothing(tmp_path: Path, content: bytes) -> None:
    journal = tmp_path / "journal"
    journal.write_bytes(content)
    assert read_journal(journal, "digest") is None


def test_links_pipes_and_folders_in_its_place_are_neither_read_nor_written(path: Path) -> None:
    journal = path.parent / ".lesson.json.journal"
    real = written(path.parent, ["5s"])
    makers: list[Callable[[], None]] = [
        lambda: journal.symlink_to(real),
        lambda: os.mkfifo(journal),
        journal.mkdir,
    ]
    for make in makers:
        make()
        before = real.read_bytes()
        session = open_kept(path)
        assert keeping_of(session).left is None
        session.perform("s")
        assert not keeping_of(session).problem
        crash(session)
        again = open_kept(path)
        assert keeping_of(again).left is not None, "it lies in the state folder"
        keeping_of(again).discard()
        keeping_of(again).close(remove=True)
        assert real.read_bytes() == before
        if journal.is_dir():
            journal.rmdir()
        journal.unlink(missing_ok=True)


# Folders that cannot be written to, and disks without room


def test_of_a_bundled_session_it_lies_in_the_state_folder(state_folder: Path) -> None:
    blog = find_session("blog")
    before = names(blog.parent)
    first, second = open_kept(blog), open_kept(blog)
    assert not keeping_of(second).read_only
    assert who_has_open(blog) is None
    first.perform("b w7")
    second.perform("b w5")
    assert names(blog.parent) == before
    assert len(list(state_folder.rglob("blog-*.journal"))) == 2
    crash(first)
    crash(second)
    again = [open_kept(blog), open_kept(blog), open_kept(blog)]
    found = [keeping_of(session).left for session in again]
    assert sorted(left.actions for left in found if left) == [("b w5",), ("b w7",)]
    assert found[2] is None
    for session in again:
        if keeping_of(session).left:
            keeping_of(session).discard()
        keeping_of(session).close(remove=True)
    assert names(state_folder) == []


def test_of_a_read_only_folder_it_lies_in_the_state_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with folder_for_anybody() as folder:
        (folder / "state").mkdir()
        (folder / "state").chmod(0o777)
        (folder / "lessons").mkdir()
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        path = folder / "lessons" / "lesson.json"
        path.write_text(blog_text(), encoding="utf-8")
        (folder / "lessons").chmod(0o555)
        with unprivileged():
            session = open_kept(path)
            session.perform("5s")
            assert not keeping_of(session).problem
            assert names(folder / "lessons") == ["lesson.json"]
            assert keeping_of(open_kept(path)).holder is not None
            with pytest.raises(SessionError, match="Permission denied; the old file is unchanged"):
                session.save(path)
            crash(session)
            again = recovered(open_kept(path))
            assert again.debugger.position.operation == 5
            keeping_of(again).close(remove=True)
            assert names(folder / "state") == []


def test_who_may_not_write_sees_who_may(path: Path) -> None:
    with folder_for_anybody() as folder:
        lesson = folder / "lesson.json"
        lesson.write_text(blog_text(), encoding="utf-8")
        session = open_kept(lesson)
        folder.chmod(0o555)
        with unprivileged():
            assert isinstance(Keeping(lesson).holder, Holder)
        folder.chmod(0o777)
        keeping_of(session).close(remove=True)


def test_where_no_journal_can_be_written_the_work_goes_on_and_it_is_told() -> None:
    with folder_for_anybody() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        path = folder / "lesson.json"
        path.write_text(blog_text(), encoding="utf-8")
        folder.chmod(0o555)
        with unprivileged():
            session = open_kept(path)
            session.perform("5s")
            assert keeping_of(session).problem == "Permission denied"
            assert not keeping_of(session).read_only
            keeping_of(session).close(remove=True)
        assert names(folder) == ["lesson.json"]


def test_on_a_full_disk_the_work_goes_on_and_is_written_when_there_is_room(path: Path) -> None:
    session = open_kept(path)
    session.perform("5s")
    journal = path.parent / ".lesson.json.journal"
    with full_disk(journal.stat().st_size + 10):
        session.perform("b w7")
        assert keeping_of(session).problem == "No space left on device"
        session.perform("c")
        assert keeping_of(session).problem == "File too large"
    assert session.debugger.position.operation == 36
    # What was written is good as far as it goes.
    left = read_journal(journal, digest_of(path.read_bytes()))
    assert left is not None
    assert left.actions == ("5s",)
    session.perform("s")
    assert not keeping_of(session).problem
    crash(session)
    assert state_of(recovered(open_kept(path))) == state_of(session)


# A second window


def test_a_second_window_is_told_and_may_not_save_there(path: Path) -> None:
    first, second = open_kept(path), open_kept(path)
    holder = keeping_of(second).holder
    assert holder == who_has_open(path)
    assert holder is not None
    assert holder.pid == os.getpid()
    second.perform("5s")
    with pytest.raises(SessionError, match="was opened read-only; save it under another name"):
        second.save(path)
    second.save(path.with_name("mine.json"))
    assert not keeping_of(second).read_only
    with pytest.raises(SessionError, match=f"it is open in process {os.getpid()}, since"):
        first.save(path.with_name("mine.json"))
    first.perform("s")
    first.save(path)
    for session in (first, second):
        keeping_of(session).close(remove=True)
    assert names(path.parent) == ["lesson.json", "mine.json"]
    assert read_session(path).cursor.operation == 1


def test_through_a_link_it_is_the_same_session(path: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.json"
    link.symlink_to(path)
    session = open_kept(link)
    assert keeping_of(open_kept(path)).holder is not None
    session.perform("s")
    session.save(path)
    keeping_of(session).close(remove=True)
    assert names(tmp_path / "folder") == ["link.json"]


@pytest.mark.parametrize("name", ["no/such.json", "folder", "a\0b.json", "/dev/null"])
def test_beside_what_is_no_session_nothing_is_put(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SessionError):
        open_kept(tmp_path / name)
    session = open_session(find_session("blog"))
    session.keeping = Keeping()
    with pytest.raises(SessionError, match="cannot be saved"):
        session.save(tmp_path / name)
    assert names(tmp_path) == []
    assert who_has_open(tmp_path / name) is None


@pytest.mark.parametrize("name", ["n" * 245 + ".json", "two\nlines\x1b[31m.json", "caf\udce9.json"])
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(blog_text(), encoding="utf-8")
    session = open_kept(path)
    assert keeping_of(open_kept(path)).holder is not None
    session.perform("5s")
    assert not keeping_of(session).problem
    crash(session)
    again = recovered(open_kept(path))
    again.save(path)
    keeping_of(again).close(remove=True)
    assert names(tmp_path) == [name]


# Killed at any moment


def test_killed_100_times_it_loses_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.session.killing"]
    processes = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        processes.append(
            subprocess.Popen(
                [*words, str(folder), str(number), "50"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[2],
            )
        )
    found = []
    for process in processes:
        out, err = process.communicate(timeout=240)
        assert err == ""
        found.append(json.loads(out))
    assert all(each["kills"] >= 50 for each in found)
    # It was looked at whatever can happen: saved or not, something to recover, killed in a save.
    for what in ("saved", "recovered", "temporaries"):
        assert all(each[what] for each in found), found
