"""What findings are told in: each for itself, with a sign and a word, what it is of, what was found
and where to go; and in parts, one for each thing that was checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.checks.figures.figure import Figure
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

MOST_ALONE = 20
"""Of more findings of a kind only the first stand alone, the others are gathered."""

MOST_CHILDREN = 200
"""Findings that are shown of those that are gathered in one."""


class FindingMark(NamedTuple):
    """What a finding is: a sign, and a word for it."""

    glyph: str
    word: str

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


RIGHT = FindingMark("✓", "right")
ROUNDING = FindingMark("≈", "rounding")
WRONG = FindingMark("✗", "wrong")
FOLLOWS = FindingMark("↳", "follows")
UNSURE = FindingMark("?", "unsure")
CAUSE = FindingMark("∴", "cause")
PERHAPS = FindingMark("∴", "perhaps")
"""A cause gives the figures; it may be one of many that would, if they have few digits."""

DIFFERS = FindingMark("✗", "differs")
PLANTED = FindingMark("✗", "planted")
"""Where a mistake is planted, the run is wrong, not the figure."""

SET_ASIDE = FindingMark("·", "aside")
"""What is not judged, for it belongs to the run without edits."""

ASSUMED = FindingMark("·", "assumed")
"""How figures were read that could be read in several ways."""

WORST_FIRST = (WRONG, DIFFERS, FOLLOWS, UNSURE, ROUNDING, SET_ASIDE, ASSUMED, RIGHT)
"""What may be beside a check, in the order in which it is listed."""


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding: what it is, what it is of, what was found in a few words.

    `place` is where to go, as people write it, and `element` what to select there; empty where no
    operation computes it. `details` and `children` are shown when it is opened. `parameter`
    is the slot of the parameter whose derivative it is about. `figure` is the figure it is about,
    and `derivation` the number of the hand derivation, counted from 0; `formula` is how that was
    understood, if it is for an array.
    """

    mark: FindingMark
    subject: str
    found: str
    place: str = ""
    element: str = ""
    details: tuple[str, ...] = ()
    children: tuple[ToldFinding, ...] = ()
    parameter: int | None = None
    figure: Figure | None = None
    derivation: int | None = None
    formula: str = ""


def place_of(program: Program, name: str, iteration: int) -> tuple[str, str]:
    """Where an element is computed, as people write it, empty if it is given, or if the program
    has no operation for it; and its name.
    """
    slot = program.slot_named(name)
    is_there = slot is not None and program.written_at[slot] > 0
    return (f"it {iteration} {name}" if is_there else ""), name


def parameter_of(program: Program, name: str) -> int | None:
    """The slot of the parameter whose gradient is named, None if that is something else."""
    slot = program.slot_named(name)
    if slot is None:
        return None
    quantity = program.quantity_at(slot)
    prefix = f"d{program.model.loss}/d"
    of = program.quantities.get(quantity.name.removeprefix(prefix))
    if not quantity.name.startswith(prefix) or of is None or of.kind is not Kind.PARAMETER:
        return None
    parameter = of.offset + slot - quantity.offset
    return parameter if program.gradient_slot(parameter) == slot else None


class Part:
    """A part of a report: what was checked of one kind, to be printed and as findings."""

    __slots__ = ()

    @property
    def heading(self) -> str:
        """What it is printed below; empty for nothing."""
        return ""

    @property
    def is_asked(self) -> bool:
        """Whether somebody has asked for just this, so that it stands before all else."""
        return False

    def printed(self, width: int) -> Iterable[str]:
        """What is below the heading."""
        raise NotImplementedError

    def findings(self) -> Iterable[ToldFinding]:
        """What was found, one by one, and much of a kind gathered."""
        raise NotImplementedError

    def wrong(self) -> Iterator[str]:
        """All that is wrong, in short."""
        return iter(())

    def checked(self) -> str:
        """How much was checked; empty for nothing."""
        return ""

    def unsure(self) -> int:
        """How many cannot be judged."""
        return 0


def gathered(
    findings: Sequence[ToldFinding], mark: FindingMark, noun: str, words: str, most: int = 1
) -> list[ToldFinding]:
    """One for many; each by itself if there are no more than `most`."""
    if len(findings) <= most:
        return list(findings)
    first, _, rest = noun.partition(" ")
    subject = f"{len(findings):,} {first}s{f' {rest}' if rest else ''}"
    return [ToldFinding(mark, subject, words, children=tuple(findings))]


def number_of(count: int, noun: str) -> str:
    """`12 gradients`, `1 figure`; empty for none."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else ""


def no_telling(count: int) -> str:
    """The end of a sentence that says how many cannot be judged; empty for none."""
    return f"; {count:,} could not be decided" if count else ""
