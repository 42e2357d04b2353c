"""Hand derivations: whether a formula for a derivative is right, and path by path what is not.

`dE/db1 = dE/do1*do1/dzo1*dzo1/dh1*dh1/dzh1*dzh1/db1 + …` is evaluated with the numbers of an
iteration and held against the sum over all paths of the forward pass, so the truth does not
depend on the backward pass of the session, which may have mistakes in it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bpdebug.checks.derivations.differences import close
from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.findings import (
    DerivationCheck,
    DerivationVerdict,
    Finding,
    OfArray,
    PathVerdict,
)
from bpdebug.checks.derivations.indexed import ArrayFormula
from bpdebug.checks.derivations.matching import SAME_HERE, Fit, Matching, matching
from bpdebug.checks.derivations.paths import Between, Path, PathEdge, PathGraph, TooManyError
from bpdebug.checks.derivations.reading import Derivation, read_derivation, read_formulas
from bpdebug.checks.derivations.samples import EVERYWHERE, HERE, SAME_DATA, samples
from bpdebug.checks.derivations.terms import Factor, Meaning, expand
from bpdebug.checks.gradients.slopes import relative
from bpdebug.debugger.state import Progress, finish
from bpdebug.notation.equation import Equation
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Program

_STRIDE = 200
"""After this many local derivatives progress is reported."""

_SEEN = 1e-7
"""The share of the sum from which on a path is seen to be in it."""


def check_derivation(program: Program, before: FloatArray, text: str) -> DerivationCheck:
    """Check a formula, `dE/db1 = …`, in the iteration that finds the memory `before`.

    It is for an element, or for each one of an array: `dE/dW1[i,j] = sum(n: …)`, `dW1 = x.T @ dz1`;
    the check is that of the first element then for which it is wrong. Observations are in it, edits
    within the iteration are not regarded. Raises HandDerivationError if the formula makes no sense
    for this program, or if the derivative is not finite there.
    """
    return finish(checking_derivation(program, before, text))


class Slopes:
    """The paths of a program, and the local derivatives along them in some memories, as far as they
    have been asked for.
    """

    def __init__(self, program: Program, before: FloatArray) -> None:
        self.graph = PathGraph(program)
        self.memories = samples(program, before)
        self.slopes: dict[PathEdge, FloatArray] = {}


def checking_derivation(
    program: Program, before: FloatArray, text: str, known: Slopes | None = None
) -> Generator[Progress, None, DerivationCheck]:
    """The same, reporting how far it has got: of a big model it may take seconds.

    `known` is what was found out for others of this program with the same memory.
    """
    known = known or Slopes(program, before)
    equation, formulas = read_formulas(known.graph, text)
    elements = _Elements(known)
    if not formulas:
        return (yield from elements.checking(equation))
    best: DerivationCheck | None = None
    for formula in formulas:
        check = yield from _checking_array(elements, formula, program)
        # Where a name can be meant in two ways, the writer gets the better of them.
        if best is None or _wrong(check) < _wrong(best):
            best = check
        if check.ok:
            break
    assert best is not None
    return best


def _wrong(check: DerivationCheck) -> int:
    assert check.array is not None
    return len(check.array.wrong)


def _checking_array(
    elements: _Elements, formula: ArrayFormula, program: Program
) -> Generator[Progress, None, DerivationCheck]:
    """Check each element: the first that is wrong, or else the least right, stands for all.

    Where the sum is right in all memories nobody has to look for paths.
    """
    worst: DerivationCheck | None = None
    wrong: list[str] = []
    values: list[float] = []
    truths: list[float] = []
    for equation in formula.elements(program):
        sums = yield from elements.adding_up(equation)
        values.append(sums.value)
        truths.append(sums.truth)
        if sums.is_right and worst is not None:
            continue
        # What is wrong with the first says enough; of the others their sums are looked at.
        if worst is None or worst.ok:
            check = yield from elements.checking(equation)
            if worst is None or _SEVERITY.index(check.verdict) > _SEVERITY.index(worst.verdict):
                worst = check
            if not check.ok:
                wrong.append(sums.name)
        elif not sums.is_right_here:
            wrong.append(sums.name)
    assert worst is not None
    array = OfArray(
        formula.name,
        formula.shape,
        len(values),
        tuple(wrong),
        formula.text,
        formula.assumed,
        transposed=bool(wrong) and _is_transposed(formula.shape, values, truths),
    )
    return replace(worst, array=array)


def _is_transposed(shape: tuple[int, ...], values: list[float], truths: list[float]) -> bool:
    """Whether rows and columns are exchanged; where they are not equally many, shapes say so."""
    if len(shape) != 2 or shape[0] != shape[1]:
        return False
    given, right = np.reshape(values, shape), np.reshape(truths, shape)
    return bool(np.isfinite(given).all() and close(given.T, right, SAME_HERE).all())


_SEVERITY = tuple(DerivationVerdict)


class _Elements:
    """Checks formulas for elements, with the numbers of some memories."""

    def __init__(self, known: Slopes) -> None:
        self._graph = known.graph
        self._memories = known.memories
        self._count = len(known.memories)
        self._slopes = known.slopes

    def adding_up(self, equation: Equation) -> Generator[Progress, None, _Sums]:
        """What the formula for one element comes to beside the sum over all paths."""
        derivation, truth = yield from self._reading(equation)
        right = truth.total(self._slopes, self._count)
        sizes = {edge: np.abs(self._slopes[edge]) for edge in truth.edges}
        scale = truth.total(sizes, self._count)
        found = []
        for meaning in derivation.readings():
            values = _Values(self._memories, meaning, self._slopes)
            given = values.of(derivation.equation.value)
            with np.errstate(all="ignore"):
                same = np.abs(given - right) <= SAME_HERE * scale
            is_right = bool(same[np.isfinite(scale)].all())
            found.append((is_right, bool(same[HERE].all()), float(given[0])))
        is_right, is_right_here, value = max(found)
        return _Sums(derivation.name, value, float(right[0]), is_right, is_right_here)

    def checking(self, equation: Equation) -> Generator[Progress, None, DerivationCheck]:
        """Check the formula for one element."""
        derivation, truth = yield from self._reading(equation)
        checks = []
        for meaning in derivation.readings():
            values = _Values(self._memories, meaning, self._slopes)
            check = yield from _checking(derivation, meaning, truth, values)
            checks.append(check)
        # Where a derivative can be read in two ways, the writer gets the better of them.
        return min(checks, key=lambda check: (not check.ok, check.faults))

    def _reading(self, equation: Equation) -> Generator[Progress, None, tuple[Derivation, Between]]:
        """What an equation is, and what it is held against, with all slopes that it needs."""
        derivation = read_derivation(self._graph, equation)
        truth = self._graph.between(derivation.of, derivation.by)
        edges = dict.fromkeys(truth.edges)
        for stands_for in (*derivation.meaning.values(), *derivation.in_two_ways.values()):
            if isinstance(stands_for, PathEdge):
                edges[stands_for] = None
            elif isinstance(stands_for, Between):
                edges |= dict.fromkeys(stands_for.edges)
        for place, edge in enumerate(edges):
            if place % _STRIDE == 0:
                yield Progress(0, place, len(edges))
            if edge not in self._slopes:
                self._slopes[edge] = np.array([edge.value(memory) for memory in self._memories])
        if not np.isfinite(truth.total(self._slopes, self._count)[HERE]).all():
            raise HandDerivationError(
                f"{derivation.name} is not finite in this iteration; check it in one where it is"
            )
        return derivation, truth


class _Sums(NamedTuple):
    """What a formula for an element comes to, and what it should; with `is_right` it does in every
    memory, with `is_right_here` in that of the iteration.
    """

    name: str
    value: float
    truth: float
    is_right: bool
    is_right_here: bool


class _Values:
    """The values of factors in each of some memories, with one meaning of the symbols."""

    def __init__(
        self, memories: FloatArray, meaning: Meaning, slopes: Mapping[PathEdge, FloatArray]
    ) -> None:
        self.slopes = slopes
        self.count = len(memories)
        self._known: dict[Expression, FloatArray] = {}
        for symbol, stands_for in meaning.items():
            if isinstance(stands_for, int):
                self._known[symbol] = memories[:, stands_for]
            elif isinstance(stands_for, PathEdge):
                self._known[symbol] = slopes[stands_for]
            else:
                self._known[symbol] = stands_for.total(slopes, self.count)

    def of(self, factor: Factor) -> FloatArray:
        """The value of a local derivative or an expression in each memory."""
        if isinstance(factor, PathEdge):
            return self.slopes[factor]
        if factor not in self._known:
            columns = range(self.count)
            self._known[factor] = np.array([self._value(factor, each) for each in columns])
        return self._known[factor]

    def _value(self, tree: Expression, column: int) -> float:
        return evaluate(tree, lambda symbol: float(self._known[symbol][column]))


def _checking(
    derivation: Derivation, meaning: Meaning, truth: Between, values: _Values
) -> Generator[Progress, None, DerivationCheck]:
    """The check with one meaning of the symbols."""
    right = truth.total(values.slopes, values.count)
    given = values.of(derivation.equation.value)
    findings: tuple[Finding, ...] = ()
    reason, products = "", right[None, :]
    try:
        paths = truth.paths()
        terms = expand(derivation.equation.value, meaning, whole=len(paths) == 1)
    except TooManyError as error:
        reason = f"not compared path by path: {error}"
        # What cancels in the sum is as large as it is all the same.
        sizes = {edge: np.abs(values.slopes[edge]) for edge in truth.edges}
        products = truth.total(sizes, values.count)[None, :]
    else:
        products = np.array([_product(path, values.slopes) for path in paths])
        for done, found in enumerate(matching(paths, products, values.of, terms)):
            if found is None:
                yield Progress(0, min(done, len(terms)), len(terms))
            else:
                findings = _findings(found, paths, products)
    verdict, findings = _judged(findings, products, given, right)
    value, wanted = float(given[0]), float(right[0])
    return DerivationCheck(
        derivation.name,
        derivation.of,
        derivation.by,
        value,
        wanted,
        relative(value, wanted),
        verdict,
        truth.count(),
        findings,
        reason,
    )


def _product(path: Path, slopes: Mapping[PathEdge, FloatArray]) -> FloatArray:
    """The product along a path in each memory."""
    found = slopes[path.edges[0]]
    with np.errstate(all="ignore"):
        for edge in path.edges[1:]:
            found = found * slopes[edge]
    return found


def _findings(found: Matching, paths: Sequence[Path], products: FloatArray) -> tuple[Finding, ...]:
    """What has become of each path, then the terms that are none."""
    of_path = {path: (place, fit) for place, (path, fit) in found.fits.items()}
    wrong = {path: (place, told) for place, (path, told) in found.differences.items()}
    findings = []
    for number, path in enumerate(paths):
        product = float(products[number][0])
        if number in of_path:
            place, fit = of_path[number]
            value = float(found.values[place][0])
            findings.append(
                Finding(PathVerdict.PRESENT, path, found.terms[place], value, product, fit)
            )
        elif number in wrong:
            place, difference = wrong[number]
            value = float(found.values[place][0])
            term = found.terms[place]
            findings.append(
                Finding(PathVerdict.WRONG_FACTOR, path, term, value, product, difference=difference)
            )
        elif len(paths) == len(found.terms) == 1:
            # There is nothing else that it could be meant for.
            value = float(found.values[0][0])
            return (Finding(PathVerdict.WRONG, path, found.terms[0], value, product),)
        else:
            findings.append(Finding(PathVerdict.MISSING, path, None, 0.0, product))
    for place, term in enumerate(found.terms):
        value = float(found.values[place][0])
        if place in found.twice:
            findings.append(Finding(PathVerdict.TWICE, paths[found.twice[place]], term, value, 0.0))
        elif place not in found.fits and place not in found.differences:
            findings.append(Finding(PathVerdict.EXTRA, None, term, value, 0.0))
    return tuple(findings)


def _judged(
    findings: tuple[Finding, ...], products: FloatArray, given: FloatArray, right: FloatArray
) -> tuple[DerivationVerdict, tuple[Finding, ...]]:
    """What the paths say if each has its term, else what the sums say.

    A path that is not found by itself is in a right sum, unless it contributes nothing.
    """
    if findings and all(finding.kind is PathVerdict.PRESENT for finding in findings):
        return _BY_FIT[max(finding.fit for finding in findings)], findings
    scale = np.abs(products).sum(axis=0)
    of_paths = findings[: len(products)]
    open_ = [n for n, finding in enumerate(of_paths) if finding.kind is not PathVerdict.PRESENT]
    with np.errstate(all="ignore"):
        same = np.abs(given - right) <= SAME_HERE * scale
        seen = np.abs(products) > _SEEN * scale
    for where, verdict in _BY_SUM:
        columns = np.isfinite(scale[where])
        if not columns.any() or not same[where][columns].all():
            continue
        hidden = [n for n in open_ if not seen[n][where].any()]
        if hidden and where == EVERYWHERE:
            continue
        # The data hide a path only if it shows with other data.
        if where == SAME_DATA and not all(seen[n].any() for n in hidden):
            continue
        if where == HERE:
            return verdict, findings
        return verdict, tuple(
            finding if n in hidden else _in_the_sum(finding) for n, finding in enumerate(of_paths)
        )
    return DerivationVerdict.WRONG, findings


_BY_FIT = {
    Fit.EVERYWHERE: DerivationVerdict.RIGHT,
    Fit.SAME_DATA: DerivationVerdict.RIGHT_FOR_DATA,
    Fit.HERE: DerivationVerdict.RIGHT_HERE,
    Fit.NEAR: DerivationVerdict.ROUNDED,
}

_BY_SUM = (
    (EVERYWHERE, DerivationVerdict.RIGHT),
    (SAME_DATA, DerivationVerdict.RIGHT_FOR_DATA),
    (HERE, DerivationVerdict.RIGHT_HERE),
)


def _in_the_sum(finding: Finding) -> Finding:
    """The finding of a path that must be in the derivation, as the sum is right."""
    if finding.kind is PathVerdict.PRESENT:
        return finding
    return replace(
        finding, kind=PathVerdict.TOGETHER, term=None, value=finding.product, difference=None
    )
