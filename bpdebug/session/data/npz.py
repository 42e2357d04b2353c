"""Arrays of numbers from an NPZ or NPY file, which a stranger may have made.

What a file says of itself is looked at before anything is made room for, and no object in it is
unpickled.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.numerics import FloatArray
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.text_file import MOST_BYTES, check_file

MOST_ARRAYS = 10_000

_SUFFIX = ".npy"
_READ_HEADER = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True, slots=True)
class NamedArray:
    """An array with its name, as doubles; `epsilon` is the rounding of what it was computed in."""

    name: str
    values: FloatArray
    epsilon: float


def read_npz(path: Path, most: int) -> list[NamedArray]:
    """The arrays of a file by name, of at most this many numbers together.

    Raises SessionError with what is wrong; the first problems, if there are many.
    """
    check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check(path, entries)
            found: list[NamedArray] = []
            problems: list[Problem] = []
            left = most
            for entry in entries:
                name = entry.filename.removesuffix(_SUFFIX)
                try:
                    with archive.open(entry) as file:
                        _check_header(file, entry.file_size, left)
                    with archive.open(entry) as file:
                        found.append(_named(name, file))
                    left -= found[-1].values.size
                except (zipfile.BadZipFile, OSError):
                    raise
                except (ValueError, EOFError, SyntaxError) as error:
                    problems.append(Problem(name, str(error)))
                except Exception as error:
                    # NumPy evaluates a header that a stranger wrote, which may raise anything;
                    # an entry may be encrypted, or packed in an unusual way.
                    message = f"cannot be read as an array: {error!s:.200}"
                    problems.append(Problem(name, message))
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        # Among these: names that are not text, and a version of ZIP that nobody knows.
        raise SessionError(str(path), [Problem("", f"not an NPZ file: {error}")]) from error
    if problems:
        raise SessionError(str(path), problems)
    return found


def read_npy(path: Path, most: int) -> NamedArray:
    """The array of a file, which is called as the file is. Raises SessionError."""
    check_file(path)
    try:
        with path.open("rb") as file:
            _check_header(file, path.stat().st_size, most)
        with path.open("rb") as file:
            return _named(path.stem, file)
    except OSError as error:
        raise SessionError(str(path), [Problem("", f"cannot be read: {error}")]) from error
    except Exception as error:
        # As in an NPZ file: NumPy evaluates a header that a stranger wrote.
        raise SessionError(str(path), [Problem("", f"not an NPY file: {error!s:.200}")]) from error


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """That a file does not unpack to more than any file may have."""
    if len(entries) > MOST_ARRAYS:
        raise SessionError(str(path), [Problem("", f"more than {MOST_ARRAYS:,} arrays")])
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        message = f"unpacks to more than {MOST_BYTES >> 20} MiB"
        raise SessionError(str(path), [Problem("", message)])
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise SessionError(str(path), [Problem("", "two arrays of the same name")])


def _check_header(file: IO[bytes], size: int, most: int) -> None:
    """That an array is one of numbers, of at most `most`, and as large as what is there.

    Raises ValueError, or whatever NumPy raises for a header that is none.
    """
    version = np.lib.format.read_magic(file)
    if version not in _READ_HEADER:
        raise ValueError(f"found the version {version} of NPY, expected (1, 0) or (2, 0)")
    shape, _, kind = _READ_HEADER[version](file)
    if kind.kind not in "fiu" or kind.itemsize > 8 or kind == np.float16:
        raise ValueError(f"found numbers of the kind {kind}, expected float64 or float32")
    # To Python True is a number, and NumPy takes it for one.
    if not all(type(each) is int and each >= 0 for each in shape):
        raise ValueError(f"found the shape {shape!r:.60}, expected whole numbers from 0")
    wanted = "×".join(map(str, shape)) or "a single number"
    left = size - file.tell()
    if prod(shape) * kind.itemsize != left:
        raise ValueError(f"found {left:,} bytes for the shape {wanted} of {kind}")
    # Bytes become doubles, and a shape with a 0 in it may have any other size besides.
    if max(prod(shape), *shape, 0) > most:
        raise ValueError(f"found the shape {wanted:.60}: its numbers are too many")


def _named(name: str, file: IO[bytes]) -> NamedArray:
    array = np.lib.format.read_array(file, allow_pickle=False)
    return named_array(name, array)


def named_array(name: str, array: NDArray[Any]) -> NamedArray:
    """An array of numbers of any kind."""
    coarse = array.dtype.kind == "f" and array.dtype.itemsize < np.float64().itemsize
    epsilon = np.finfo(array.dtype if coarse else np.float64).eps
    return NamedArray(name, array.astype(np.float64), float(epsilon))
