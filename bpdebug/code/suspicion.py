"""Where to look first: what is known to be right, and what comes right after it.

A value of the backward pass that equals a derivative of the loss is right, and so, most likely, is
what it was computed from. The first value that equals none, though what it is computed from is
right, is where the search begins.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bpdebug.code.iteration import Floats
from bpdebug.code.names import is_like_a_gradient
from bpdebug.code.noting import changed_by
from bpdebug.code.source import Site
from bpdebug.code.tape import Adjoint, Event
from bpdebug.code.truth import Slopes, Verdict

_RELATIVE = 2e-5


class Standing(IntEnum):
    """How well a value of the backward pass is founded."""

    UNKNOWN = 0
    HALF = 1
    """Equal to a derivative up to a factor or its shape, or only passed on."""
    RIGHT = 2


@dataclass(frozen=True)
class Known:
    """What values of the backward pass are compared with: derivatives by values of the forward
    pass, gradients of parameters, and the sizes that a factor may be.
    """

    adjoints: Sequence[Adjoint]
    slopes: Sequence[Slopes]
    sizes: frozenset[int]
    sign: int = 1
    given: Sequence[Floats] = ()
    """What the iteration begins with."""


@dataclass(frozen=True)
class Reach:
    """Which gradients each statement has a part in, by the identity of its node; and which are
    wrong, which right.
    """

    of: Mapping[int, frozenset[str]]
    wrong: frozenset[str]
    right: frozenset[str]

    def __call__(self, site: Site) -> float:
        """What is added to the suspicion of a statement: one that leaves a wrong gradient as it is
        cannot be the only wrong one; one that changes a right one had better not be touched.
        """
        reached = self.of.get(id(site.node))
        if reached is None:
            return 0.0
        if not self.wrong <= reached:
            return _NO_PART
        return _PART_IN_RIGHT if reached & self.right else 0.0


_NO_PART, _PART_IN_RIGHT = 4.0, 0.6


class Suspicion:
    """How suspicious each statement is: the less, the likelier it is the wrong one.

    `standing` has for each statement, by the identity of its node, the worst of its values;
    `first` the first event of it that is not known to be right.
    """

    def __init__(self, events: Sequence[Event], known: Known, reach: Reach | None = None) -> None:
        self.reach = reach or Reach({}, frozenset(), frozenset())
        forward = {id(each.site.node) for each in known.adjoints if each.site is not None}
        backward = [(n, e) for n, e in enumerate(events) if id(e.site.node) not in forward]
        passed = [e.value for e in events if id(e.site.node) in forward]
        again = {_key(each) for each in (*known.given, *passed)}
        found = _standings(backward, known, again)
        _carry_back(backward, found)
        self.standing: dict[int, Standing] = {}
        self.first: dict[int, int] = {}
        for n, event in backward:
            key = id(event.site.node)
            self.standing[key] = min(found[n], self.standing.get(key, Standing.RIGHT))
            if found[n] is not Standing.RIGHT:
                self.first.setdefault(key, n)
        self.supported = _supported(backward, self.standing, _repeating(backward, again))
        tainted = _tainted(backward, found)
        order = sorted(
            (n in tainted, n, key) for key, n in self.first.items() if self._is_open(key)
        )
        self.rank = {key: place for place, (*_, key) in enumerate(order)}

    @property
    def right(self) -> int:
        """How many statements compute nothing but what is known to be right."""
        return sum(each is Standing.RIGHT for each in self.standing.values())

    def _is_open(self, key: int) -> bool:
        return self.standing[key] is Standing.UNKNOWN and key not in self.supported

    def __call__(self, site: Site) -> float:
        """What is added to the price of a change of a statement."""
        return self._own(site) + self.reach(site)

    def _own(self, site: Site) -> float:
        key = id(site.node)
        if changed_by(site.node) and self.reach.of.get(key, frozenset()) & self.reach.wrong:
            # That it is the gradient of another parameter speaks for nothing.
            return min(0.15 * len(self.rank), 0.9)
        if key in self.rank:
            return min(0.15 * self.rank[key], 1.2)
        if key in self.supported:
            return 1.2
        if key not in self.standing:
            inside = [self.rank[id(n)] for n in _body(site.node) if id(n) in self.rank]
            return min(0.3 + 0.1 * min(inside), 0.95) if inside else 0.95
        return 0.5 if self.standing[key] is Standing.HALF else 2.0


def _body(node: ast.stmt) -> list[ast.AST]:
    """What is in a loop; of all else nothing."""
    return list(ast.walk(node))[1:] if isinstance(node, ast.For | ast.While) else []


def _key(value: Floats) -> tuple[tuple[int, ...], bytes]:
    return value.shape, value.tobytes()


def _standings(
    backward: Sequence[tuple[int, Event]], known: Known, forward: set[tuple[tuple[int, ...], bytes]]
) -> dict[int, Standing]:
    found: dict[int, Standing] = {}
    earlier: list[Floats] = [known.sign * each.value for each in known.adjoints]
    for n, event in backward:
        value = known.sign * event.value
        standing = _standing(value, known)
        if standing is Standing.RIGHT and value.size > 1:
            if any(_same(value, other) for other in earlier):
                standing = Standing.HALF
        elif standing is Standing.UNKNOWN and (
            not event.is_real or _key(event.value) in forward or _reads(event)
        ):
            standing = Standing.HALF
        if standing is Standing.RIGHT:
            earlier.append(value)
        found[n] = standing
    return found


def _reads(event: Event) -> bool:
    """Whether a statement only takes what is somewhere: `xt = self.x[t]`."""
    node = event.site.node
    value = node.value if isinstance(node, ast.Assign) else None
    return isinstance(value, ast.Name | ast.Attribute | ast.Subscript)


def _same(value: Floats, other: Floats) -> bool:
    return value.shape == other.shape and np.array_equal(value, other)


def _standing(value: Floats, known: Known) -> Standing:
    for each in known.slopes:
        if each.whole is None or not np.abs(each.values).max() > 0:
            continue
        if each.verdict(value) is Verdict.RIGHT:
            return Standing.RIGHT
    best = Standing.UNKNOWN
    for adjoint in known.adjoints:
        found = _matches(value, adjoint, known.sizes)
        if adjoint.site is None:
            # By a target the derivative is that by the output with the sign changed.
            found = min(found, Standing.HALF)
        best = max(best, found)
        if best is Standing.RIGHT:
            break
    return best


def _matches(value: Floats, adjoint: Adjoint, sizes: frozenset[int]) -> Standing:
    """Whether a value is the derivative, or that up to its shape or a number of observations."""
    other = adjoint.value
    if value.size != other.size:
        return Standing.UNKNOWN
    exact = value.shape == other.shape
    forms = [value.ravel()]
    if value.ndim == 2 and value.shape == other.shape[::-1] and not exact:
        forms = [value.T.ravel()]
    for form in forms:
        found = adjoint.directions @ form
        if _close(found, adjoint.slopes):
            return Standing.RIGHT if exact else Standing.HALF
        if value.size > 1 and any(
            _close(found, factor * adjoint.slopes) for size in sizes for factor in (size, 1 / size)
        ):
            return Standing.HALF
    return Standing.UNKNOWN


def equals(value: Floats, adjoint: Adjoint, factor: float) -> bool:
    """Whether a value is the derivative by a value of its shape, times a factor."""
    if value.shape != adjoint.value.shape:
        return False
    return _close(adjoint.directions @ value.ravel(), factor * adjoint.slopes)


def _close(found: Floats, wanted: Floats) -> bool:
    scale = max(np.abs(found).max(), np.abs(wanted).max())
    return bool(scale > 0 and np.abs(found - wanted).max() <= _RELATIVE * scale)


def _carry_back(backward: Sequence[tuple[int, Event]], found: dict[int, Standing]) -> None:
    """What a name holds on its way to a right value is right, too."""
    later: dict[tuple[int, str], Standing] = {}
    for n, event in reversed(backward):
        key = (event.call, event.name)
        if event.name == "return":
            continue
        if found[n] is Standing.UNKNOWN:
            found[n] = later.get(key, Standing.UNKNOWN)
        else:
            later[key] = max(found[n], later.get(key, Standing.UNKNOWN))


def _repeating(
    backward: Sequence[tuple[int, Event]], forward: set[tuple[tuple[int, ...], bytes]]
) -> set[int]:
    """Statements all of whose values the forward pass computes, too."""
    found: dict[int, bool] = {}
    for _, event in backward:
        key = id(event.site.node)
        found[key] = found.get(key, True) and event.value.size > 1 and _key(event.value) in forward
    return {key for key, repeats in found.items() if repeats}


def _tainted(backward: Sequence[tuple[int, Event]], found: dict[int, Standing]) -> set[int]:
    """The events that are computed, in the same call, from what is not known to be right."""
    wrong: set[tuple[int, str]] = set()
    tainted: set[int] = set()
    for n, event in backward:
        key = (event.call, event.name)
        read = _names_read(event.site.node)
        if found[n] is not Standing.UNKNOWN:
            wrong.discard(key)
            continue
        if any((event.call, name) in wrong for name in read if name != event.name):
            tainted.add(n)
        wrong.add(key)
    return tainted


def _names_read(node: ast.stmt) -> set[str]:
    return {
        ast.unparse(each)
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute) and isinstance(each.ctx, ast.Load)
    }


def _supported(
    backward: Sequence[tuple[int, Event]], standing: dict[int, Standing], repeating: set[int]
) -> set[int]:
    """Statements that something right has been computed from, though they are not derivatives, or
    something that the forward pass computes.
    """
    named: dict[int, str] = {}
    unique: dict[int, Site] = {}
    for _, event in backward:
        unique[id(event.site.node)] = event.site
        named[id(event.site.node)] = event.name
    good = [
        site for key, site in unique.items() if standing[key] is Standing.RIGHT or key in repeating
    ]
    supported: set[int] = set()
    while good:
        site = good.pop()
        read = {
            each.id
            for each in ast.walk(site.node)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
        }
        for key, other in unique.items():
            if key in supported or standing[key] is not Standing.UNKNOWN:
                continue
            if other.function is not site.function or is_like_a_gradient(named[key]):
                continue
            if named[key] in read and other.line < site.line:
                supported.add(key)
                good.append(other)
    return supported
