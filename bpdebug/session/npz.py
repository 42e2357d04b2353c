"""Arrays of numbers from an NPZ file, which a stranger may have made.

What a file says of itself is looked at before anything is made room for, and no object in it is
unpickled.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.text_file import MOST_BYTES, check_file

MOST_ARRAYS = 10_000

_SUFFIX = ".npy"
_READ_HEADER = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True, slots=True)
class NamedArray:
    """An array with its name, as doubles; `single` says that it was in float32."""

    name: str
    values: FloatArray
    single: bool


def read_npz(path: Path) -> list[NamedArray]:
    """The arrays of a file by name. Raises SessionError with all that is wrong."""
    check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check(path, entries)
            found = []
            problems = []
            for entry in entries:
                name = entry.filename.removesuffix(_SUFFIX)
                try:
                    with archive.open(entry) as file:
                        _check_header(file, entry.file_size)
                    with archive.open(entry) as file:
                        found.append(_named(name, file))
                except (ValueError, EOFError, SyntaxError) as error:
                    problems.append(Problem(name, str(error)))
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        # Among these: entries that are encrypted or packed in an unusual way.
        raise SessionError(str(path), [Problem("", f"is no NPZ file: {error}")]) from error
    if problems:
        raise SessionError(str(path), problems)
    return found


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """That a file does not unpack to more than any file may have."""
    if len(entries) > MOST_ARRAYS:
        raise SessionError(str(path), [Problem("", f"has more than {MOST_ARRAYS:,} arrays")])
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        message = f"unpacks to more than {MOST_BYTES >> 20} MiB"
        raise SessionError(str(path), [Problem("", message)])
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise SessionError(str(path), [Problem("", "has two arrays of the same name")])


def _check_header(file: IO[bytes], size: int) -> None:
    """That an array is one of numbers, and as large as what is there. Raises ValueError."""
    version = np.lib.format.read_magic(file)
    if version not in _READ_HEADER:
        raise ValueError(f"found the version {version} of NPY, expected (1, 0) or (2, 0)")
    shape, _, kind = _READ_HEADER[version](file)
    if kind.kind not in "fiu" or kind.itemsize > 8 or kind == np.float16:
        raise ValueError(f"found numbers of the kind {kind}, expected float64 or float32")
    left = size - file.tell()
    if prod(shape) * kind.itemsize != left:
        wanted = "×".join(map(str, shape)) or "a single number"
        raise ValueError(f"found {left:,} bytes for the shape {wanted} of {kind}")


def _named(name: str, file: IO[bytes]) -> NamedArray:
    array = np.lib.format.read_array(file, allow_pickle=False)
    return NamedArray(name, array.astype(np.float64), array.dtype == np.float32)
