"""What is seen at wrong figures at a first look, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bpdebug.checks.diagnosis.looks import Look, Seen
from bpdebug.text.numbers import significant

_MOST_LINES = 4
_MOST_NAMED = 4
_DIGITS = 6


def look_lines(looks: Sequence[Look]) -> Iterator[str]:
    """Where the figures are wrong first, and what they have to do with what they should be."""
    if not looks:
        return
    first = looks[0]
    when = f" in iteration {first.iteration}" if first.iteration > 1 else ""
    yield f"the first that is wrong{when} is {first.name}{_share(first)}"
    groups = groupby(looks, key=lambda look: (look.seen, look.text, look.other, _size(look)))
    told = [_sentence(list(group)) for _, group in groups]
    yield from list(filter(None, told))[:_MOST_LINES]


def _share(look: Look) -> str:
    if look.wrong < look.count:
        return f", in {look.wrong} of {look.count} figures"
    if look.count == 1:
        return ""
    return f", in {'both' if look.count == 2 else f'all {look.count}'} of its figures"


def _size(look: Look) -> str:
    return f"{look.factor:.6g}"


def _sentence(looks: Sequence[Look]) -> str:
    look, names = looks[0], _listed([each.name for each in looks])
    one = len(looks) == 1
    is_, has = ("is", "has") if one else ("are", "have")
    match look.seen:
        case Seen.ZERO:
            return f"{names} {is_} 0"
        case Seen.FACTOR if look.factor == -1:
            return f"{names} {has} the wrong sign"
        case Seen.FACTOR:
            return f"{names} {is_} {_number(look)} times what {'it' if one else 'they'} should be"
        case Seen.ADDED:
            return f"{names} {is_} off by the same number throughout: {_number(look)}"
        case Seen.PROPORTIONAL:
            return f"the excess in {names} is {_number(look)} times {look.other}"
        case Seen.OTHER:
            return f"{names} {has} the numbers of {look.other}"
        case Seen.ORDER:
            return f"{names} {has} the right numbers, but {look.other}"
        case Seen.PART:
            return f"of {names} only {look.other} is wrong"
    return ""


def _number(look: Look) -> str:
    plain = significant(look.factor, _DIGITS)
    if not look.text or look.text.replace("−", "-") in (plain, f"{look.factor:g}"):
        return plain
    return f"{look.text} = {plain}"


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[: _MOST_NAMED - 1])} and {len(names) - _MOST_NAMED + 1} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"
