"""Products with sums: `@`, dot, outer, tensordot, einsum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpdebug.code.tracing import terms
from bpdebug.code.tracing.array import Traced, name, plain, simple_term, with_term
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.code.tracing.terms import Index, Over, Term


def contracted(
    recorder: Recorder, values: Sequence[Any], subscripts: Sequence[str], result: str
) -> Any:
    """A sum of products in the manner of einsum: one letter for each axis of each value."""
    lengths: dict[str, int] = {}
    for value, letters in zip(values, subscripts, strict=True):
        for letter, length in zip(letters, np.shape(value), strict=True):
            lengths[letter] = max(lengths.get(letter, 1), length)
    summed = [letter for letter in lengths if letter not in result]
    change: dict[str, Index] = {letter: recorder.bound() for letter in summed}
    change |= {letter: n - len(result) for n, letter in enumerate(result)}
    factors = [
        _lettered(recorder, value, letters, change)
        for value, letters in zip(values, subscripts, strict=True)
    ]
    total = factors[0]
    for factor in factors[1:]:
        total = terms.multiply(total, factor)
    used = {n for ref in terms.refs(total) for at in ref.indices for n in terms.letters_of(at)}
    for letter in reversed(summed):
        index = change[letter]
        if index in used:
            assert isinstance(index, str)
            total = Over("sum", index, lengths[letter], total)
        else:
            total = terms.multiply(terms.Number(float(lengths[letter])), total)
    written = f"{','.join(subscripts)}->{result}"
    numbers = np.einsum(written, *[np.asarray(plain(each), dtype=float) for each in values])
    return with_term(recorder, numbers, total)


def _lettered(recorder: Recorder, value: Any, letters: str, change: dict[str, Index]) -> Term:
    if len(set(letters)) < len(letters):
        raise UntraceableError("an axis taken twice, as in a diagonal, is not traced in einsum")
    term = simple_term(recorder, value, "part")
    count = len(letters)
    return terms.moved(term, {n - count: change[letter] for n, letter in enumerate(letters)})


def separated(recorder: Recorder, values: Sequence[Any]) -> list[Any]:
    """Values that do not use the same quantity, which products with sums of them would use twice
    with different indices: one of them is copied.
    """
    found: list[Any] = []
    taken: set[int] = set()
    for value in values:
        used = {ref.quantity for ref in terms.refs(simple_term(recorder, value, "part"))}
        if used & taken:
            value = copied(recorder, value)
        found.append(value)
        taken |= used
    return found


def copied(recorder: Recorder, value: Any) -> Traced:
    """The same array as a quantity of its own."""
    term = simple_term(recorder, value, "part")
    found = with_term(recorder, plain(value), term)
    if found.known is not None and found.known.term is not None:
        name(found, "", 0, "copy")
    return found


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def matmul(recorder: Recorder, a: Any, b: Any) -> Any:
    """`a @ b`: the last axis of a with the last but one of b; the axes before are in common."""
    a, b = separated(recorder, [a, b])
    m, n = np.ndim(a), np.ndim(b)
    if m == 1 and n == 1:
        return contracted(recorder, [a, b], ["k", "k"], "")
    batch = _LETTERS[: max(m, n, 2) - 2]
    first = batch[len(batch) - (m - 2) :] + "yk" if m > 1 else "k"
    second = batch[len(batch) - (n - 2) :] + "kz" if n > 1 else "k"
    return contracted(recorder, [a, b], [first, second], batch + "y" * (m > 1) + "z" * (n > 1))


def dot(recorder: Recorder, a: Any, b: Any) -> Any:
    """`np.dot`: as `@`, but the axes of b come after those of a."""
    m, n = np.ndim(a), np.ndim(b)
    if m == 0 or n == 0:
        return a * b
    if n < 3:
        return matmul(recorder, a, b)
    a, b = separated(recorder, [a, b])
    first, behind = _LETTERS[: m - 1], _LETTERS[m - 1 : m + n - 2]
    second = behind[:-1] + "z" + behind[-1:]
    return contracted(recorder, [a, b], [first + "z", second], first + behind)


def inner(recorder: Recorder, a: Any, b: Any) -> Any:
    """`np.inner`: the last axis of both."""
    a, b = separated(recorder, [a, b])
    m, n = np.ndim(a), np.ndim(b)
    first, second = _LETTERS[: m - 1], _LETTERS[m - 1 : m + n - 2]
    return contracted(recorder, [a, b], [first + "z", second + "z"], first + second)


def outer(recorder: Recorder, a: Any, b: Any) -> Any:
    """`np.outer`: every element of one with every one of the other."""
    a, b = separated(recorder, [a, b])
    return contracted(recorder, [np.ravel(a), np.ravel(b)], ["a", "b"], "ab")


def tensordot(recorder: Recorder, a: Any, b: Any, axes: Any = 2) -> Any:
    """`np.tensordot`: a sum over pairs of axes."""
    m, n = np.ndim(a), np.ndim(b)
    if isinstance(axes, int):
        pairs = [(m - axes + k, k) for k in range(axes)]
    else:
        left, right = (each if isinstance(each, list | tuple) else [each] for each in axes)
        pairs = [(int(i) % m, int(j) % n) for i, j in zip(left, right, strict=True)]
    a, b = separated(recorder, [a, b])
    first = list(_LETTERS[:m])
    second = list(_LETTERS[m : m + n])
    for i, j in pairs:
        second[j] = first[i]
    kept = [
        letter for letter in (*first, *second) if first.count(letter) + second.count(letter) < 2
    ]
    return contracted(recorder, [a, b], ["".join(first), "".join(second)], "".join(kept))


def einsum(recorder: Recorder, subscripts: Any, *values: Any) -> Any:
    """`np.einsum` with its letters written out."""
    if not isinstance(subscripts, str) or "." in subscripts:
        raise UntraceableError("einsum is traced with letters for all axes, as in 'ij,jk->ik'")
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    parts = left.split(",")
    if not arrow:
        letters = sorted(set(left) - {","})
        right = "".join(each for each in letters if left.count(each) == 1)
    found = separated(recorder, values)
    return contracted(recorder, found, parts, right)
