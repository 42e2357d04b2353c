"""`records.dataclass` gives what the standard library's gives, only later."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
import threading
from dataclasses import field, fields, replace
from typing import Any, ClassVar

import pytest

from bpdebug.records import dataclass

KINDS: list[dict[str, bool]] = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "eq": False},
    {"frozen": True, "slots": True, "order": True},
    {"kw_only": True},
]


def made(decorate: Any, options: dict[str, bool]) -> tuple[type[Any], type[Any]]:
    """A class with all kinds of fields, and one below it."""

    @decorate(**options)
    class Base:
        first: int
        second: list[int] = field(default_factory=list, compare=False)
        third: str = "x"
        common: ClassVar[int] = 7
        fourth: int = field(default=4, init=False, repr=False)

        def doubled(self) -> int:
            return 2 * self.first

    @decorate(**options)
    class Below(Base):
        fifth: float = 0.5

        def __repr__(self) -> str:
            return "below"

    return Base, Below


def told(work: Any) -> object:
    """What comes of it, in a form that can be compared."""
    try:
        return work()
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_objects_are_as_those_of_the_standard_library(options: dict[str, bool]) -> None:
    def seen(decorate: Any) -> list[object]:
        base, below = made(decorate, options)
        one, other = base(first=1, third="y"), base(first=1, second=[2], third="y")
        child = below(first=1, third="y")
        return [
            told(lambda: base(1, [3], "z").second),
            told(base),
            told(lambda: base(first=1, fourth=3)),
            repr(one),
            repr(child),
            one == other,
            one == child,
            child != below(first=2),
            told(lambda: hash(one) == hash(other)),
            told(lambda: one < base(first=2)),
            told(lambda: setattr(one, "first", 9)),
            told(lambda: delattr(other, "third")),
            (one.first, one.second, one.third, one.fourth, one.common, one.doubled(), child.fifth),
            one.second is base(first=1).second,
            [each.name for each in fields(below)],
            replace(child, first=5).first,
            dataclasses.asdict(child),
            told(lambda: copy.deepcopy(child).fifth),
            below.__match_args__,
            hasattr(one, "__dict__"),
        ]

    assert seen(dataclass) == seen(dataclasses.dataclass)


@dataclass(frozen=True, slots=True)
class Sent:
    given: int
    made: str = "m"


def test_what_has_not_been_made_yet_can_be_matched_copied_and_sent() -> None:
    match Sent(3):
        case Sent(given, word):
            assert (given, word) == (3, "m")
    assert copy.copy(Sent(4)) == pickle.loads(pickle.dumps(Sent(4))) == Sent(4)
    assert fields(made(dataclass, {"slots": True})[1])[-1].name == "fifth"


def test_threads_may_make_the_first_objects_at_the_same_time() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(10):
            base, below = made(dataclass, {"frozen": True, "slots": True})
            found: list[object] = []
            barrier = threading.Barrier(4)

            def work(each: type[Any], found: list[object] = found, wait: Any = barrier) -> None:
                wait.wait()
                found.append(each(first=1) == each(first=1))

            threads = [threading.Thread(target=work, args=(c,)) for c in (base, below, base, below)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert found == [True] * 4
    finally:
        sys.setswitchinterval(interval)
