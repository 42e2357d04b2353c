"""What is found out about a hand derivation: a verdict, and what has become of each path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpdebug.checks.derivations.differences import TermDifference
from bpdebug.checks.derivations.matching import Fit
from bpdebug.checks.derivations.paths import Path
from bpdebug.checks.derivations.terms import Term


class DerivationVerdict(StrEnum):
    """What a derivation is, as a whole."""

    RIGHT = "right"
    RIGHT_FOR_DATA = "right for these inputs and targets"
    RIGHT_HERE = "right only with these numbers"
    ROUNDED = "right but for rounded numbers"
    WRONG = "wrong"


class PathVerdict(StrEnum):
    """What a derivation makes of a path, or what a term of it is."""

    PRESENT = "present"
    MISSING = "missing"
    WRONG_FACTOR = "wrong factor"
    WRONG = "wrong"
    TOGETHER = "together with others"
    TWICE = "given twice"
    EXTRA = "no path"


@dataclass(frozen=True, slots=True)
class Unread:
    """A derivation that cannot be checked: its number among those asked for, from 0, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A path, or a term that is none.

    `term` is what the derivation has for it, None if it has nothing, and `value` what that comes
    to; `product` is the product of the path, 0 for no path. `fit` says how far they are the same.
    """

    kind: PathVerdict
    path: Path | None
    term: Term | None
    value: float
    product: float
    fit: Fit = Fit.EVERYWHERE
    difference: TermDifference | None = None


@dataclass(frozen=True, slots=True)
class OfArray:
    """A formula for each element of a derivative, of which one element stands for all.

    `name` is that of the derivative, `dE/dW1`, `shape` and `count` are those of its elements, and
    `wrong` are the names of those for which the formula is wrong, in row-major order. `text` is
    the formula in index notation, `assumed` what was taken for granted to read it so. `transposed`
    says that rows and columns are exchanged.
    """

    name: str
    shape: tuple[int, ...]
    count: int
    wrong: tuple[str, ...]
    text: str
    assumed: str = ""
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class DerivationCheck:
    """A hand-written formula for the derivative `name`, beside the truth.

    `value` is what it comes to, `truth` the sum over all `path_count` paths, `error` the relative
    difference. `findings` has the paths in their order, then the terms that are none; it is empty
    where a `reason` says why they could not be compared one by one. With an `array` the formula is
    for each of its elements; this is the first that is wrong, or the one that is least right.
    """

    name: str
    of: int
    by: int
    value: float
    truth: float
    error: float
    verdict: DerivationVerdict
    path_count: int
    findings: tuple[Finding, ...]
    reason: str = ""
    array: OfArray | None = None

    def __repr__(self) -> str:
        return f"<{self.title}: {self.verdict}, {self.value} for {self.truth}>"

    @property
    def title(self) -> str:
        """What the formula is for: the element, or the array."""
        return self.name if self.array is None else self.array.name

    @property
    def ok(self) -> bool:
        """Whether the formula gives the right value."""
        return self.verdict is not DerivationVerdict.WRONG

    @property
    def faults(self) -> int:
        """How many findings are anything else than a path that is there."""
        return len(self.findings) - len(self.of_kind(PathVerdict.PRESENT, PathVerdict.TOGETHER))

    def of_kind(self, *kinds: PathVerdict) -> list[Finding]:
        """The findings of some kinds."""
        return [finding for finding in self.findings if finding.kind in kinds]
