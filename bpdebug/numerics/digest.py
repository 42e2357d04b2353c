"""Fingerprints of values, and how far apart two doubles are."""

from __future__ import annotations

import hashlib
import struct
import zlib

import numpy as np

from bpdebug.numerics import FloatArray

_SIGN = 1 << 63
_NAN_DISTANCE = 1 << 64


def digest(values: FloatArray) -> str:
    """32 hexadecimal digits that differ where the bits of `values` differ.

    The first half of SHA-256 over the elements in C order as little-endian doubles. Every
    NaN counts as the same one; −0 and 0 differ. The shape is not part of it.
    """
    numbers = np.array(values, dtype="<f8", order="C")
    numbers[np.isnan(numbers)] = np.nan
    return hashlib.sha256(numbers.tobytes()).hexdigest()[:32]


_FOLDED = 512


def checksum(values: FloatArray) -> int:
    """A number that tells whether a copy in memory is still as it was; much quicker than `digest`.

    A CRC-32 of the bits; of many values, rows of 512 are first put together by exclusive or.
    """
    words = values.view(np.uint64)
    rows = len(words) // _FOLDED
    if rows < 2:
        return zlib.crc32(words.tobytes())
    table = words[: rows * _FOLDED].reshape(rows, _FOLDED)
    folded = np.bitwise_xor.reduce(table, axis=0)  # exact: integers
    return zlib.crc32(words[rows * _FOLDED :].tobytes(), zlib.crc32(folded.tobytes()))


def ulps(a: float, b: float) -> int:
    """How many steps from one double to the next lie between a and b.

    −0 and 0 are 0 apart, two NaNs too; a NaN and a number 2^64, more than any two numbers.
    """
    if a != a or b != b:
        return 0 if a != a and b != b else _NAN_DISTANCE
    return abs(_rank(a) - _rank(b))


def _rank(value: float) -> int:
    """The place of a double in their order, 0 for ±0."""
    bits = int(struct.unpack("<Q", struct.pack("<d", value))[0])
    return _SIGN - bits if bits >= _SIGN else bits
