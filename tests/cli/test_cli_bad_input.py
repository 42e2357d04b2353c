"""Whatever is wrong: one clear sentence on stderr, nothing on stdout, exit code 2."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpdebug.usage import SUBCOMMANDS

from .calls import Call, process
from .conftest import WriteSession

READERS = {
    "check": (),
    "show": (),
    "trace": (),
    "run": (),
    "replay": ("--headless",),
    "validate": (),
    "export": ("--to", "python"),
    "handout": (),
}
"""The commands that read a session, with what else they need."""


@pytest.fixture(params=sorted(READERS))
def reader(request: pytest.FixtureRequest) -> list[str]:
    """A command that reads a session."""
    name: str = request.param
    return [name, *READERS[name]]


def _assert_refused(result: tuple[int, str, str], *words: str) -> None:
    code, out, err = result
    assert (code, out) == (2, ""), err
    *usage, sentence = err.rstrip("\n").splitlines()
    assert not usage or usage[0].startswith("usage: bpdebug")
    assert "Traceback" not in err
    for word in words:
        assert word in sentence


def test_missing_file(call: Call, reader: list[str], tmp_path: Path) -> None:
    path = tmp_path / "missing.json"
    _assert_refused(call(*reader, path), f"{path}: there is no such file")


def test_unknown_name(call: Call, reader: list[str]) -> None:
    _assert_refused(call(*reader, "blgo"), "no such file or bundled session; did you mean blog?")
    _assert_refused(call(*reader, "qqqqqq"), "bundled are blog")


def test_folder(call: Call, reader: list[str], tmp_path: Path) -> None:
    _assert_refused(call(*reader, tmp_path), f"{tmp_path}: this is a folder")


def test_pipe_is_not_waited_for(call: Call, reader: list[str], tmp_path: Path) -> None:
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    _assert_refused(call(*reader, path), "this is not an ordinary file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(call: Call, reader: list[str], write_session: WriteSession) -> None:
    path = write_session()
    path.chmod(0)
    _assert_refused(call(*reader, path), "cannot be read")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b"{", "line 1, column 2: not JSON: the file ends in the middle"),
        (b'{"format": "bpdebug-session",}', "not JSON"),
        (b"\xff\xfe{}", "not UTF-8 text (byte 0)"),
        (b"[]", "not a bpdebug session"),
        (b"null", "not a bpdebug session"),
        (b'{"format": "png"}', "not a bpdebug session"),
        (b'{"a": 1, "a": 2}', 'the key "a" comes twice in one object'),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": 1e400}', "a: too large for a double"),
        (b'{"a": 1' + b"0" * 40 + b"}", "too many digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": "bpdebug-session", "version": "2.0"}', "written by a newer bpdebug"),
        (b'{"format": "bpdebug-session", "version": "1.0"}', "model: this field is missing"),
    ],
)
def test_broken_content(
    call: Call, reader: list[str], tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    _assert_refused(call(*reader, path), f"{path}: ", words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "colour: there is no such field"),
        ({"model": {}}, "model: give either layers or equations"),
        ({"model": {"equations": ["E = ("]}, "parameters": {}}, "model.equations[0]: column"),
        ({"parameters": {}}, "parameters.b2: missing"),
        ({"inputs": {"x": [1, 4]}}, "inputs.x: x has 2 values, the first layer 3 units"),
        ({"inputs": {"x": [[1], [2, 3]]}}, "inputs.x: the rows have different lengths"),
        ({"optimizer": {"method": "magic"}}, "there is no optimizer 'magic'"),
        ({"order": {"forward": ["zz"]}}, "order of forward: zz is not computed there"),
        ({"order": {"sideways": []}}, "there is no phase sideways"),
        ({"breakpoints": [{"number": 1, "on": "w99"}]}, "no quantity w99; did you mean w9?"),
        ({"breakpoints": [{"number": 1, "on": "x1"}]}, "x1 is given; no operation writes it"),
        ({"cursor": {"operation": 410001}}, "positions go from 0 to 410000"),
        ({"cursor": {"operation": 0, "arithmetic": 6}}, "operation 1 has no arithmetic step 6"),
        ({"digests": [{"operation": 410001, "state": "0" * 32}]}, "digests[0].operation"),
    ],
)
def test_fields_that_make_no_sense(
    call: Call,
    reader: list[str],
    write_session: WriteSession,
    changes: dict[str, object],
    words: str,
) -> None:
    result = call(*reader, write_session(**changes))
    assert (result.code, result.out) == (2, "")
    assert words in result.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("trace blog --to 410001", "no position 410001; positions go from 0 to 410000"),
        ("trace blog --from 410001", "no position 410001"),
        ("trace blog --from 20 --to 10", "--from 20 is after --to 10"),
        ("trace blog --to 0", "argument --to: expected a whole number from 1"),
        ("trace blog --from -1", "argument --from: expected a whole number"),
        ("trace blog --from ten", "argument --from: expected a whole number"),
        ("trace blog --to 1.5", "argument --to: expected a whole number"),
        ("trace blog --to 99999999999999999999", "argument --to: expected a whole number"),
        ("trace blog --digits 1", "expected a whole number from 2 to 17"),
        ("trace blog --digits 18", "expected a whole number from 2 to 17"),
        ("trace blog --digits many", "expected a whole number from 2 to 17"),
        ("trace blog --fast", "unrecognized arguments: --fast"),
        ("check blog --figures x", "arguments: --figures x; did you mean --figure?"),
        ("trace", "the following arguments are required: SESSION"),
        ("trace blog blog", "unrecognized arguments: blog"),
        ("show", "the following arguments are required: SESSION"),
        ("show blog --form pdf", "invalid choice: 'pdf'"),
        ("list all", "unrecognized arguments: all"),
        ("keys all", "unrecognized arguments: all"),
        ("validate", "the following arguments are required: SESSION"),
        ("run blog --iterations 0", "expected a whole number from 1"),
        ("run blog --iterations -3", "expected a whole number from 1"),
        ("run blog --iterations some", "expected a whole number from 1"),
        ("run blog --iterations 1000000001", "expected a whole number from 1 to 1000000000"),
        ("run blog --break", "expected one argument"),
        ("run blog --break w99", "there is no quantity w99; did you mean w9?"),
        ("run blog --break x1", "x1 is given; no operation writes it"),
        ("run blog --until zzz<1", "there is no quantity zzz"),
        ("--colour", "unrecognized arguments: --colour"),
        ("blog --colour", "unrecognized arguments: --colour"),
        ("nothing", "there is no such file or bundled session"),
    ],
)
def test_bad_usage(call: Call, line: str, words: str) -> None:
    _assert_refused(call(*line.split()), words)


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("--break", "", "write QUANTITY"),
        ("--break", "w7 if", "a condition is missing after if"),
        ("--break", "w7 explode", "there is no access explode"),
        ("--break", "w7 write now", "write QUANTITY"),
        ("--break", "w7 write if w7 <", "column 5: expected"),
        ("--break", "w7 write if wg < 1", "there is no quantity wg"),
        ("--until", "", "column 1: expected"),
        ("--until", "w7 = 0.5", 'to compare, write "=="'),
        ("--until", "prev(2) < 1", "prev() takes the name of a quantity"),
    ],
)
def test_bad_conditions(call: Call, option: str, text: str, words: str) -> None:
    _assert_refused(call("run", "blog", option, text), words)


def test_the_screen_needs_a_terminal(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing, monkeypatch.context() as patch:
        patch.setattr("sys.stdin", nothing)
        for words in ((), ("blog",), ("open", "blog")):
            _assert_refused(call(*words), "the screen needs a terminal")


def test_every_reader_is_tried() -> None:
    assert set(SUBCOMMANDS) == {
        *READERS,
        "open",
        "list",
        "new",
        "plant",
        "keys",
        "schema",
        "man",
        "completion",
        "mark",
        "serve",
    }


def test_marking_reads_the_session_before_the_forms(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = tmp_path / "form.csv"
    form.write_text("bpdebug answers,1\n", "utf-8")
    _assert_refused(call("mark", "blgo", form), "did you mean blog?")
    marked = call("mark", "blog", form)
    assert marked.code == 1
    assert "form.csv: class: there is no name" in marked.err
    assert "form.csv: seed: found '', not one of bpdebug's" in marked.err
    missing = call("mark", "blog", tmp_path / "no.csv")
    assert (missing.code, "no.csv: there is no such file" in missing.err) == (1, True)
    assert missing.out == "0 forms\n"
    folder = tmp_path / "returned"
    folder.mkdir()
    for name in (".DS_Store", "~$ada.xlsx", "ada.html", "photo.jpg"):
        (folder / name).write_text("x")
    _assert_refused(call("mark", "blog", folder), "holds no answer form")
    # As Moodle packs them: a folder for each student.
    (folder / "Ada").mkdir()
    form.rename(folder / "Ada" / "form.csv")
    marked = call("mark", "blog", folder)
    named = {line.partition(":")[0].strip() for line in marked.err.splitlines()[1:]}
    assert named == {"photo.jpg", "form.csv"}

    def locked(_: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", locked)
    _assert_refused(call("mark", "blog", folder), "cannot be read: Permission denied")


def test_in_a_process_of_its_own() -> None:
    _assert_refused(process("trace", "blog", "--to", "x"), "expected a whole number")
