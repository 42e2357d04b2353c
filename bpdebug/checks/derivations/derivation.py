"""Hand derivations: whether a formula for a derivative is right, and path by path what is not.

`dE/db1 = dE/do1*do1/dzo1*dzo1/dh1*dh1/dzh1*dzh1/db1 + …` is evaluated with the numbers of an
iteration and held against the sum over all paths of the forward pass, so the truth does not
depend on the backward pass of the session, which may have mistakes in it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bpdebug.checks.derivations.findings import (
    DerivationCheck,
    DerivationVerdict,
    Finding,
    PathVerdict,
)
from bpdebug.checks.derivations.matching import SAME_HERE, Fit, Matching, matching
from bpdebug.checks.derivations.paths import Between, Path, PathEdge, PathGraph, TooManyError
from bpdebug.checks.derivations.reading import Derivation, HandDerivationError, read_derivation
from bpdebug.checks.derivations.samples import EVERYWHERE, HERE, SAME_DATA, samples
from bpdebug.checks.derivations.terms import Factor, Meaning, expand
from bpdebug.checks.gradients.slopes import relative
from bpdebug.debugger.state import Progress, finish
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Program

_STRIDE = 200
"""After so many local derivatives progress is reported."""

_SEEN = 1e-7
"""The share of the sum from which on a path is seen to be in it."""


def check_derivation(program: Program, before: FloatArray, text: str) -> DerivationCheck:
    """Check a formula, `dE/db1 = …`, in the iteration that finds the memory `before`.

    Observations are in it, edits within the iteration are not regarded. Raises
    HandDerivationError if the formula makes no sense for this program, or if the derivative is
    not finite there.
    """
    return finish(checking_derivation(program, before, text))


def checking_derivation(
    program: Program, before: FloatArray, text: str
) -> Generator[Progress, None, DerivationCheck]:
    """The same, reporting how far it has got: of a big model it may take seconds."""
    graph = PathGraph(program)
    derivation = read_derivation(graph, text)
    truth = graph.between(derivation.of, derivation.by)
    memories = samples(program, before)
    edges = dict.fromkeys(truth.edges)
    for stands_for in (*derivation.meaning.values(), *derivation.in_two_ways.values()):
        if isinstance(stands_for, PathEdge):
            edges[stands_for] = None
        elif isinstance(stands_for, Between):
            edges |= dict.fromkeys(stands_for.edges)
    slopes: dict[PathEdge, FloatArray] = {}
    for place, edge in enumerate(edges):
        if place % _STRIDE == 0:
            yield Progress(0, place, len(edges))
        slopes[edge] = np.array([edge.value(memory) for memory in memories])
    if not np.isfinite(truth.total(slopes, len(memories))[HERE]).all():
        raise HandDerivationError(
            f"{derivation.name} is not finite in this iteration; check it in one where it is"
        )
    checks = []
    for meaning in derivation.readings():
        values = _Values(memories, meaning, slopes)
        check = yield from _checking(derivation, meaning, truth, values)
        checks.append(check)
    # Where a derivative can be read in two ways, the writer gets the better of them.
    return min(checks, key=lambda check: (not check.ok, check.faults))


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
