"""Files with somebody's figures: the same numbers in each kind of file, and hostile files."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openings import session_of

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureVerdict, compare
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.session.data import figures as figure_files
from bpdebug.session.data.figures import figures_of, read_figures
from bpdebug.session.data.meaning import taking
from bpdebug.session.file.errors import SessionError


def debugger(name: str = "blog") -> Debugger:
    return session_of(name).debugger


def gradients(name: str = "blog") -> dict[str, np.ndarray[Any, Any]]:
    """All gradients of the first iteration and all new weights, by quantity."""
    program, after = debugger(name).program, debugger(name).history.state(1)
    return {
        quantity.name: after[quantity.offset : quantity.offset + quantity.size].reshape(
            quantity.shape
        )
        for quantity in program.quantities.values()
        if quantity.name.startswith("dE/d") or quantity.kind == "parameter"
    }


def read(folder: Path, name: str, content: str | bytes, iteration: int = 1) -> list[Figure]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_figures(path, debugger(), iteration).figures


def refused(folder: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(SessionError) as caught:
        read(folder, name, content)
    return str(caught.value).replace(str(folder / name), name)


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def zipped(entries: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


HEADER = "{{'descr': '<f8', 'fortran_order': False, 'shape': {}}}"


def headed(header: str) -> bytes:
    """A file with an array that is no more than a header."""
    content = header.encode() + b"\n"
    return zipped({"W1.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(content)) + content})


def damaged_lzma() -> bytes:
    """A file with a packed array that has changed on the way."""
    values = io.BytesIO()
    np.save(values, np.arange(6.0).reshape(3, 2))
    whole = bytearray(zipped({"W1.npy": values.getvalue()}, zipfile.ZIP_LZMA))
    start = 30 + len("W1.npy") + 9
    whole[start : start + 40] = b"\xff" * 40
    return bytes(whole)


DAMAGED_LZMA = damaged_lzma()


def verdicts(figures: list[Figure]) -> set[FigureVerdict]:
    return {each.verdict for each in finish(compare(debugger(), figures))}


def test_each_kind_of_file_says_the_same(tmp_path: Path) -> None:
    """With all digits, by element and by quantity; and the true numbers agree."""
    program = debugger().program
    values = {
        program.name(program.quantities[name].offset + place): float(value)
        for name, array in gradients().items()
        for place, value in enumerate(array.ravel())
    }
    rows = "".join(f"{name}, {value!r}\n" for name, value in values.items())
    lists = {name: array.tolist() for name, array in gradients().items()}
    files = (
        read(tmp_path, "a.csv", rows),
        read(tmp_path, "b.csv", "name,value,iteration\n" + rows.replace("\n", ",1\n")),
        read(tmp_path, "c.json", json.dumps(values)),
        read(tmp_path, "d.json", json.dumps(lists)),
        read(tmp_path, "e.npz", npz(**{k.replace("/", "_"): v for k, v in gradients().items()})),
    )
    for figures in files:
        assert {each.name: each.value for each in figures} == values
        assert {program.name(each.slot) for each in figures} == set(values)
        assert all(each.rounding is None and each.iteration == 1 for each in figures)
        assert verdicts(figures) == {FigureVerdict.AGREEMENT}
    assert files[0][0].source == "a.csv line 1"
    assert files[3][0].source.startswith("d.json ")


def test_single_precision_is_told_from_double(tmp_path: Path) -> None:
    """In an array, and in text, where each number is one of float32 with the digits of a double."""
    singles = {name: array.astype(np.float32) for name, array in gradients().items()}
    arrays = read(tmp_path, "a.npz", npz(**{k.replace("/", "_"): v for k, v in singles.items()}))
    text = json.dumps({name: array.tolist() for name, array in singles.items()})
    for figures in (arrays, read(tmp_path, "b.json", text)):
        assert verdicts(figures) == {FigureVerdict.AGREEMENT}
        known = [each.figure for each in finish(compare(debugger(), figures))]
        assert all(each.half >= 1e-5 * abs(each.value) for each in known)


def test_names_that_programs_use(tmp_path: Path) -> None:
    for name in ("dE/dW1", "dE_dW1", "grad_W1", "W1.grad", "W1_grad", "dW1"):
        figures = read(tmp_path, "a.npz", npz(**{name.replace("/", "_"): gradients()["dE/dW1"]}))
        assert [each.name for each in figures] == [f"dE/dw{n}" for n in range(1, 7)]
    (figure,) = read(tmp_path, "a.json", '{"w7.grad": 0.0765}')
    assert figure.name == "dE/dw7"
    figures = read(tmp_path, "a.json", '{"b1": [0.5], "grad_b2": [[0.1975]]}')
    assert [each.name for each in figures] == ["b1", "dE/db2"]


def test_digits_count_as_they_are_written(tmp_path: Path) -> None:
    figures = read(tmp_path, "a.json", '{"dE/dw7": 0.0770, "w7": 7.0e-1, "zh1": 4}', 3)
    assert [each.text for each in figures] == ["0.0770", "7.0e-1", "4"]
    assert [each.half for each in figures] == pytest.approx([5e-5, 5e-3, 0.5])
    assert {each.iteration for each in figures} == {3}
    figures = read(tmp_path, "a.csv", "E,0.59320\nE,.29,2\n")
    assert [each.half for each in figures] == pytest.approx([5e-6, 5e-3])
    assert [each.iteration for each in figures] == [1, 2]
    # One number with all its digits among rounded ones does not make the others exact.
    figures = read(tmp_path, "a.csv", "dE/dw7,0.0765351284058738\ndE/dw8,0.1183\nE,0.5932\n")
    assert verdicts(figures) == {FigureVerdict.AGREEMENT}


def test_a_program_writes_short_numbers_too(tmp_path: Path) -> None:
    """Among numbers with all digits, 0.5 is not 0.5 rounded to a tenth."""
    text = "".join(f"dE/dw{n},0.0{n}65351284058738\n" for n in range(1, 6)) + "b1,0.5\n"
    assert read(tmp_path, "a.csv", text)[-1].half == pytest.approx(5e-10)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "there is no figure in it"),
        ("a.csv", "name,value\n", "there is no figure in it"),
        ("a.csv", "dE/dw7\n", "line 1: found 1 column, expected name, value[, iteration]"),
        ("a.csv", "dE/dw7,x\n", "line 1: found 'x', expected a number"),
        ("a.csv", "dE/dw77,1\n", "line 1: there is no quantity dE/dw77; did you mean dE/dw7?"),
        ("a.csv", "E,1\nE,1\n", "line 2: E is given twice, first in line 1"),
        ("a.csv", "E,1,zero\n", "line 1: found the iteration 'zero', expected a number from 1"),
        ("a.csv", "E,1,0\n", "found the iteration '0'"),
        ("a.csv", "E,nan\n", "found 'nan', expected a number"),
        ("a.csv", 'E,"1\n', "not CSV"),
        ("a.csv", "x" * 300 + ",1\n", "a name has at most 200 characters, found 300"),
        ("a.csv", f"E,1,{'0' * 5000}1", "line 1: found the iteration '000"),
        ("a.csv", f"E,1{' ' * 60_000}2", "a number has at most 200 characters, not 60,002"),
        ("a.csv", b"E,\xff", "not UTF-8"),
        ("a.csv", "nothing,1\n" * 500, "… and 80 more"),
        ("a.json", "[1]", "expected an object with numbers by name"),
        ("a.json", "{}", "there is no figure in it"),
        ("a.json", '{"E": 1, "E": 2}', "comes twice"),
        ("a.json", '{"E": NaN}', "NaN is not a JSON number"),
        ("a.json", '{"E": 1e999}', "too large for a double"),
        ("a.json", '{"E": "1"}', 'E: found "1", expected a number'),
        ("a.json", '{"E": true}', "E: found true, expected a number"),
        ("a.json", '{"W1": [[1, 2], [3, 4], [5, null]]}', "W1: found null, expected a number"),
        ("a.json", '{"W1": [[1, 2], [3, 4]]}', "W1: found the shape 2×2, expected 3×2"),
        ("a.json", '{"W1": [[1, 2, 3, 4], [5, 6, 7, 8]]}', "found the shape 2×4, expected 3×2"),
        ("a.json", '{"W1": [[1, 2], [3], [4, 5]]}', "W1: found rows of unequal length"),
        ("a.json", '{"W1": []}', "found the shape 0, expected 3×2"),
        ("a.json", '{"dE/dW3": [1, 2]}', "there is no quantity dE/dW3; did you mean dE/dW1?"),
        ("a.json", '{"W1": 1}', "W1 is not a single number; name one of its elements, such as w1"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.pdf", "E = 1", "expected a file of figures that ends in .csv, .json, .npz, .npy, .txt"),
        ("a.npz", b"", "not an NPZ file"),
        ("a.npz", b"PK\x03\x04" + bytes(100), "not an NPZ file"),
        ("a.npz", npz(W1=np.ones((2, 4))), "W1: found the shape 2×4, expected 3×2"),
        (
            "a.npz",
            npz(Q7=np.ones((2, 3))),
            "there is no quantity Q7; parameters are W1, W2, b1, b2",
        ),
        ("a.npz", npz(W1=np.full((3, 2), np.nan)), "W1: not all of its numbers are finite"),
        ("a.npz", npz(W1=np.array([[object()] * 2] * 3)), "numbers of the kind object"),
        ("a.npz", npz(W1=np.ones((3, 2), dtype=complex)), "numbers of the kind complex128"),
        ("a.npz", npz(W1=np.ones((3, 2), dtype=np.float16)), "numbers of the kind float16"),
        ("a.npz", npz(W1=np.array([["a", "b"]] * 3)), "numbers of the kind <U1"),
        ("a.npz", zipped({"W1.npy": b"cos\nsystem\n"}), "W1: the magic string is not correct"),
        ("a.npz", zipped({"W1.npy": b""}), "W1: "),
        ("a.npz", zipped({"../W1.npy": b""}), "../W1: "),
        ("a.npz", headed("{[]: 1}"), "W1: cannot be read as an array: unhashable"),
        ("a.npz", headed("(" * 60), "W1: cannot be read as an array: ('EOF in multi-line"),
        ("a.npz", headed(HEADER.format("(True, 8)")), "found the shape (True, 8), expected whole"),
        ("a.npz", headed(HEADER.format(f"(0, 1{'0' * 30})")), "its numbers are too many"),
        (
            "a.npz",
            headed("{'descr': ('<f8',), 'fortran_order': False, 'shape': ()}"),
            "W1: cannot be read as an array: tuple index",
        ),
        ("a.npz", DAMAGED_LZMA, "W1: cannot be read as an array: Corrupt input data"),
        ("a.npz", zipped({"é.npy": b""}).replace("é".encode(), b"\xff\xff"), "not an NPZ file"),
        (
            "a.npz",
            zipped({f"{n}.npy": b"" for n in range(40)}),
            "… and 20 more",
        ),
        (
            "a.npz",
            npz(W1=np.zeros((1001, 1000), np.uint8)),
            "W1: found the shape 1001×1000: its numbers are too many",
        ),
        (
            "a.npz",
            npz(**{"W1.grad": np.ones((3, 2)), "grad_W1": np.ones((3, 2))}),
            "grad_W1: dE/dw1 is given twice, first in W1.grad",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "content",
)
def test_what_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    assert words in refused(tmp_path, name, content)


def test_an_array_is_not_made_room_for_before_it_is_there(tmp_path: Path) -> None:
    """A header of 8 TB, and a megabyte that unpacks to a gigabyte."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    found = refused(tmp_path, "a.npz", zipped({"W1.npy": header.getvalue()}))
    assert "W1: found 0 bytes for the shape 1000000×1000000 of float64" in found
    bomb = zipped({f"{n}.npy": bytes(33 * 2**20) for n in range(2)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**20
    assert "unpacks to more than 64 MiB" in refused(tmp_path, "a.npz", bomb)


def test_no_kind_of_file_has_too_many_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (figure_files, taking):
        monkeypatch.setattr(module, "MOST_FIGURES", 6)
    seven = [f"w{n}" for n in range(1, 8)]
    for name, content in (
        ("a.csv", "\n".join(f"{each},1" for each in seven)),
        ("a.json", json.dumps(dict.fromkeys(seven, 1))),
        ("a.npz", npz(W1=np.ones((3, 2)), b1=np.ones(()))),
    ):
        assert "too many" in refused(tmp_path, name, content)
    assert len(read(tmp_path, "a.npz", npz(W1=np.ones((3, 2))))) == 6


def test_values_that_are_no_array_are_told_by_name() -> None:
    with pytest.raises(SessionError, match="W1: cannot be read as an array"):
        figures_of({"W1": [[1], [1, 2]]}, debugger())


def test_no_folder_and_no_missing_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder.npz"
    folder.mkdir()
    for path, words in ((folder, "this is a folder"), (tmp_path / "no.npz", "no such file")):
        with pytest.raises(SessionError, match=words):
            read_figures(path, debugger())


def test_cut_off_or_changed_anywhere_a_file_is_read_or_refused(tmp_path: Path) -> None:
    """With a SessionError and nothing else."""
    whole = npz(W1=gradients()["W1"], grad_W2=gradients()["dE/dW2"])
    outcomes = set()
    for place in range(0, len(whole), 11):
        for content in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            try:
                outcomes.add(len(read(tmp_path, "a.npz", content)))
            except SessionError as error:
                outcomes.add(-len(error.problems))
    assert outcomes <= {10, 6, 4, -1, -2}
    assert {10, -1} <= outcomes
