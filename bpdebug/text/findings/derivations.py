"""Hand derivations as text: a sentence, and a line for each path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from bpdebug.checks.derivations.differences import TermDifference
from bpdebug.checks.derivations.findings import (
    DerivationCheck,
    DerivationVerdict,
    Finding,
    OfArray,
    PathVerdict,
    Unread,
)
from bpdebug.checks.derivations.matching import Fit
from bpdebug.checks.derivations.paths import Path, PathEdge
from bpdebug.checks.derivations.terms import Factor
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Binary, Expression
from bpdebug.numerics import scalar
from bpdebug.program.program import Program
from bpdebug.text.findings.told import (
    RIGHT,
    UNSURE,
    WRONG,
    Part,
    ToldFinding,
    number_of,
    parameter_of,
    place_of,
)
from bpdebug.text.formula.phrases import counted
from bpdebug.text.formula.tree_rows import share_text, shares_note
from bpdebug.text.numbers import DIGITS, number
from bpdebug.text.safe import safe

MOST_LINES = 24
"""Of more paths only those are listed that are not simply present."""

GLYPHS = {
    PathVerdict.PRESENT: "✓",
    PathVerdict.TOGETHER: "✓",
    PathVerdict.WRONG_FACTOR: "≠",
    PathVerdict.WRONG: "≠",
    PathVerdict.MISSING: "✗",
    PathVerdict.TWICE: "+",
    PathVerdict.EXTRA: "+",
}
"""What is before each kind of finding."""

_NAMED = 3
"""How many paths a sentence names."""

_SIGNIFICANT = 3
_MOST_DECIMALS = 12

_FITS = {
    Fit.SAME_DATA: "with these inputs and targets",
    Fit.HERE: "with these numbers only",
    Fit.NEAR: "with rounded numbers",
}


def summary(check: DerivationCheck) -> str:
    """What is right or wrong, in a sentence that begins with the name of the derivative."""
    if check.array is not None:
        return f"{check.title}: {_of_array(check.array, _of_element(check))}"
    return _of_element(check)


def _of_array(array: OfArray, first: str) -> str:
    """How many elements of an array are wrong, and what is said of the first."""
    if array.count == 1:
        return first
    if not array.wrong:
        return f"right in {_all_elements(array.count)}; {first}"
    count = len(array.wrong)
    where = f"{counted(count)} of {counted(array.count)} elements"
    if count == array.count:
        where = _all_elements(count)
    transposed = ", rows and columns are exchanged" if array.transposed else ""
    return f"wrong in {where}{transposed}; the first is {first}"


def _all_elements(count: int) -> str:
    return "both elements" if count == 2 else f"all {counted(count)} elements"


def _of_element(check: DerivationCheck) -> str:
    digits = decimals((check.value, check.truth))
    yours, truth = number(check.value, digits), number(check.truth, digits)
    told = _what_is_right(check) if check.ok else _what_is_wrong(check)
    if check.verdict in (
        DerivationVerdict.RIGHT,
        DerivationVerdict.RIGHT_FOR_DATA,
        DerivationVerdict.RIGHT_HERE,
    ):
        told.append(truth)
    else:
        told.append(f"your {yours} of {truth}")
    if check.reason:
        told.append(check.reason)
    return f"{check.name}: " + "; ".join(told)


def lines(check: DerivationCheck, most: int = MOST_LINES) -> list[str]:
    """A line for each path with its product and its share, and for each term that is none; before
    them how a formula for an array was read.
    """
    array = check.array
    read_as = [] if array is None else [f"read as {array.text}"]
    if array is not None and array.assumed:
        read_as.append(array.assumed)
    if not check.findings:
        return read_as
    findings: Sequence[Finding] = check.findings
    rest = 0
    if len(findings) > most:
        there = check.of_kind(PathVerdict.PRESENT, PathVerdict.TOGETHER)
        findings = [each for each in findings if each not in there][:most]
        rest = len(check.findings) - len(findings)
    digits = decimals([each.product or each.value for each in findings])
    rows = [_cells(each, check.truth, digits) for each in findings]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    found = read_as
    for word, way, product, share, note in rows:
        cells = (
            word.ljust(widths[0]),
            way.ljust(widths[1]),
            product.rjust(widths[2]),
            share.rjust(widths[3]),
            note,
        )
        found.append("  ".join(cells).rstrip())
    if rest:
        found.append(f"… {rest:,} more")
    shares = (_share(each, check.truth) for each in findings)
    note = shares_note(share for share in shares if share is not None)
    return [*found, note] if note else found


def decimals(values: Iterable[float]) -> int:
    """With how many decimals each of some values shows three digits and all differ that do."""
    sizes = [abs(value) for value in values if value and math.isfinite(value)]
    wanted = [_SIGNIFICANT - 1 - math.floor(math.log10(size)) for size in sizes]
    least = min(max([DIGITS, *wanted]), _MOST_DECIMALS)
    different = len(set(sizes))
    for digits in range(least, _MOST_DECIMALS):
        if len({number(size, digits) for size in sizes}) == different:
            return digits
    return least


def difference_text(difference: TermDifference, path: Path) -> str:
    """What a term has other than its path."""
    constant, missing, extra = difference.constant, difference.missing, difference.extra
    told = []
    if missing and extra:
        told.append(f"{_product(extra)} in place of {_product(missing)}")
    elif missing:
        told.append(f"{_product(missing)} is left out")
    elif extra:
        again = all(each in path.edges for each in extra)
        told.append(f"{_product(extra)} {'is there twice' if again else 'is too much'}")
    if constant == -1:
        told.append("wrong sign")
    elif constant != 1:
        told.append(f"{number(constant, decimals([constant]))} times as much as it should be")
    return ", ".join(told)


def _what_is_right(check: DerivationCheck) -> list[str]:
    told = str(check.verdict)
    if check.verdict is DerivationVerdict.RIGHT_HERE:
        told = "right with these numbers, but not the derivative in general"
    elif check.verdict is DerivationVerdict.ROUNDED:
        told = "right except for the rounding of the numbers in it"
    elif check.findings and not check.faults:
        there = _all_of(check.path_count) + " are" if check.path_count > 1 else "its only path is"
        told = f"{check.verdict}, {there} there"
    missing = check.of_kind(PathVerdict.MISSING)
    if not missing:
        return [told]
    so_many = _so_many(len(missing), check.path_count)
    return [told, f"{so_many} missing, of no effect here: {_ways(missing)}"]


def _what_is_wrong(check: DerivationCheck) -> list[str]:
    total = check.path_count
    told = []
    missing = check.of_kind(PathVerdict.MISSING)
    if missing:
        told.append(f"{_so_many(len(missing), total)} missing: {_ways(missing)}")
    wrong = check.of_kind(PathVerdict.WRONG_FACTOR)
    by_difference: dict[str, list[Finding]] = {}
    for finding in wrong:
        by_difference.setdefault(_difference(finding), []).append(finding)
    for words, found in by_difference.items():
        why = f" ({words})" if words else ""
        told.append(f"{_so_many(len(found), total)} wrong{why}: {_ways(found)}")
    if check.of_kind(PathVerdict.WRONG):
        told.append(f"its only path is wrong: {_ways(check.findings)}")
    twice = check.of_kind(PathVerdict.TWICE)
    if twice:
        told.append(f"given more than once: {_ways(twice)}")
    extra = check.of_kind(PathVerdict.EXTRA)
    if extra:
        terms = "one term is" if len(extra) == 1 else f"{counted(len(extra))} terms are"
        told.append(f"{terms} no path: {_listed([_term(each) for each in extra])}")
    return told or [str(check.verdict)]


def _so_many(count: int, total: int) -> str:
    """`two of four paths are`."""
    if total == 1:
        return "its only path is"
    if count == total:
        return f"{_all_of(total)} are"
    return f"{counted(count)} of {counted(total)} paths {'is' if count == 1 else 'are'}"


def _all_of(total: int) -> str:
    return "both paths" if total == 2 else f"all {counted(total)} paths"


def _ways(findings: Sequence[Finding]) -> str:
    return _listed([str(each.path) for each in findings])


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:_NAMED], f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED + 1 else names
    *others, last = shown
    return f"{', '.join(others)} and {last}" if others else last


def _cells(finding: Finding, truth: float, digits: int) -> tuple[str, str, str, str, str]:
    word = f"{GLYPHS[finding.kind]} {finding.kind}"
    way = str(finding.path) if finding.path is not None else _term(finding)
    if finding.kind in (PathVerdict.TWICE, PathVerdict.EXTRA):
        return word, way, number(finding.value, digits), "", ""
    share = _share(finding, truth)
    shown = "" if share is None else share_text(share)
    note = _FITS.get(finding.fit, "")
    if finding.kind in (PathVerdict.WRONG, PathVerdict.WRONG_FACTOR):
        note = f"yours {number(finding.value, decimals([finding.value]))}"
    if finding.difference is not None and (words := _difference(finding)):
        note += f": {words}"
    return word, way, number(finding.product, digits), shown, note


def _share(finding: Finding, truth: float) -> float | None:
    """What share of the whole derivative a path has, None if it has none."""
    if finding.kind in (PathVerdict.TWICE, PathVerdict.EXTRA):
        return None
    share = scalar.divide(finding.product, truth)
    return share if math.isfinite(share) else None


def _difference(finding: Finding) -> str:
    assert finding.difference is not None
    assert finding.path is not None
    return difference_text(finding.difference, finding.path)


def _term(finding: Finding) -> str:
    assert finding.term is not None
    return to_text(finding.term.expression(), "unicode")


def _product(factors: Sequence[Factor]) -> str:
    written: list[Expression] = [
        each.name if isinstance(each, PathEdge) else each for each in factors
    ]
    return to_text(reduce(lambda left, right: Binary("*", left, right), written), "unicode")


@dataclass(frozen=True, slots=True)
class DerivationsPart(Part):
    """Derivations by hand, judged with the numbers of an iteration, and those that cannot be."""

    checks: tuple[DerivationCheck, ...]
    unread: tuple[Unread, ...]
    iteration: int
    program: Program

    @property
    def heading(self) -> str:
        return f"Hand derivation{'s' if len(self.checks) + len(self.unread) > 1 else ''}"

    def printed(self, width: int) -> Iterator[str]:
        for check in self.checks:
            yield summary(check)
            yield from self._lines(check)
        for each in self.unread:
            yield f"{each.text}: {_why_unread(each)}"

    def findings(self) -> Iterator[ToldFinding]:
        taken = {each.number for each in self.unread}
        indices = (n for n in range(len(self.checks) + len(taken)) if n not in taken)
        for index, check in zip(indices, self.checks, strict=True):
            place, element = place_of(self.program, check.name, self.iteration)
            yield ToldFinding(
                RIGHT if check.ok else WRONG,
                _by_hand(check.title),
                safe(summary(check).removeprefix(f"{check.title}: ")),
                place,
                element,
                tuple(map(safe, self._lines(check))),
                parameter=parameter_of(self.program, check.name),
                derivation=index,
                formula="" if check.array is None else check.array.text,
            )
        for each in self.unread:
            name = _by_hand(each.text.partition("=")[0].strip())
            yield ToldFinding(UNSURE, name, safe(_why_unread(each)), derivation=each.number)

    def _lines(self, check: DerivationCheck) -> list[str]:
        """The details, after the line of a program that the formula comes from, if it does."""
        of = self.program.quantity_at(check.by).name
        origin = self.program.model.origins.get(f"d{self.program.model.loss}/d{of}")
        return [*([origin] if origin else []), *lines(check)]

    def wrong(self) -> Iterator[str]:
        return (_by_hand(check.title) for check in self.checks if not check.ok)

    def checked(self) -> str:
        return number_of(len(self.checks), "hand derivation")

    def unsure(self) -> int:
        return len(self.unread)


def _by_hand(name: str) -> str:
    return f"{safe(name)} by hand"


def _why_unread(unread: Unread) -> str:
    return f"cannot be checked: {unread.reason}"
