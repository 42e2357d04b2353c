"""Looking for something by words, as people type them: the beginnings of a few, in any order."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_Thing = TypeVar("_Thing")

_WORD = re.compile(r"\w+")
_MOST_WORDS = 8
"""Words of a query that are looked at."""

_ALIKE = 0.75
"""From this share of common letters on, by difflib, a word may be a slip."""

_LEAST_SLIP = 4
"""Letters of a word that is taken for a slip."""

ALL, WHOLE, BEGINNING, INSIDE, SLIP = 1.1, 1.0, 0.8, 0.4, 0.2
"""What it counts how a word is met: as the whole text, as a word of it, as the beginning of one,
inside one, with a slip."""


class Field(NamedTuple):
    """A text in which words may be met, and how much it counts that they are."""

    text: str
    weight: float


def matching(
    query: str, things: Iterable[_Thing], fields: Callable[[_Thing], Sequence[Field]]
) -> list[tuple[float, _Thing]]:
    """The things in which each word of `query` is met, with a score from 0 to about 1 each.

    They stay in their order. If a word is met nowhere, words that are spelled much like it are
    taken for it. Every thing matches a query without words, or is met by the signs in it, such
    as `^s`.
    """
    typed = query.casefold().split()[:_MOST_WORDS]
    folded = [(thing, [_folded(field) for field in fields(thing)]) for thing in things]
    for with_slips in (False, True):
        found = []
        for thing, texts in folded:
            score = _score(typed, texts, with_slips)
            if score is not None:
                found.append((score, thing))
        if found:
            return found
    return []


class _Folded(NamedTuple):
    text: str
    words: list[str]
    weight: float


def _folded(field: Field) -> _Folded:
    text = field.text.casefold()
    return _Folded(text, _WORD.findall(text), field.weight)


def _score(typed: Sequence[str], fields: Sequence[_Folded], with_slips: bool) -> float | None:
    """The mean of the best that each word is met with, None if one is not met."""
    total = 0.0
    for word in typed:
        best = max((_met(word, field, with_slips) * field.weight for field in fields), default=0.0)
        if not best:
            return None
        total += best
    return total / len(typed) if typed else 0.0


def _met(word: str, field: _Folded, with_slips: bool) -> float:
    bare = word.strip(":,.") or word
    if word == field.text:
        return ALL
    if bare in field.words:
        return WHOLE
    if any(each.startswith(bare) for each in field.words):
        return BEGINNING
    if bare in field.text:
        return INSIDE
    if with_slips and len(bare) >= _LEAST_SLIP and _is_slip(bare, field.words):
        return SLIP
    return 0.0


def _is_slip(word: str, words: Sequence[str]) -> bool:
    return bool(difflib.get_close_matches(word, words, n=1, cutoff=_ALIKE))
